"""Hanweb's paged lists (`dataproxy.jsp`): XML whose records are rows of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from lxml import etree

from probes.lists.adapter import address, same_host, unescaped
from probes.lists.listing import CALLS_A_LIST, ENOUGH, MAX_BYTES, ListAnswer, ListCall
from probes.lists.rows import items_in
from probes.opendata.loose_values import BrokenAnswer, decoded, number_of, origin_of
from probes.page import FetchedPage
from probes.parsed import ParsedDocument

_FOLDER = "/module/web/jpage/"
_PROXY = "dataproxy.jsp"
_BEFORE = re.compile(r"[\w./:-]{0,200}$")
_BEHIND = re.compile(r"dataproxy\.jsp(?:\?[^\"'<>\s\])]{0,1000})?")
_FIELD = r"[\"']?{}[\"']?\s*[:=]\s*[\"']?(\d{{1,20}})"
_FIELDS = ("webid", "columnid", "unitid")
_HREF = re.compile(r"href\s*=\s*[\"']?([^\"'>\s]*dataproxy\.jsp\?[^\"'>]*)", re.I)
_RECORD = re.compile(r"<record\b", re.I)


@dataclass(frozen=True)
class Jpage:
    """A page `/col/col{n}/index.html` whose rows, or all but the first, come from `dataproxy.jsp`."""

    family: str = "jpage"
    rank: int = 20

    def calls(self, document: ParsedDocument) -> tuple[ListCall, ...]:
        """The calls written in the source, else one made of the ids that the script hands over.

        The script sends the same query by POST; the server takes it by GET as well.
        """
        source, base = document.markup, document.page.url
        if _PROXY not in source or len(document.seen.items) >= ENOUGH:
            return ()
        found: dict[str, ListCall] = {}
        for written in dict.fromkeys(_written_in(source)):
            url = _first_page(base, unescaped(written), source)
            if url is not None and same_host(url, base):
                found.setdefault(url, ListCall(url))
        return tuple(found.values())[:CALLS_A_LIST]

    def reads(self, answer: FetchedPage) -> bool:
        """By the address."""
        return urlsplit(answer.url).path.endswith("/dataproxy.jsp")

    def read(self, answer: FetchedPage) -> ListAnswer:
        """`datastore` with `totalrecord`, `nextgroup` and `record`s of HTML; older systems answer with rows alone."""
        text = decoded(answer, MAX_BYTES)
        asked = parse_qs(urlsplit(answer.url).query)
        column = asked.get("columnid", [""])[0]
        base = f"{origin_of(answer.url)}/col/col{column}/index.html"
        total, following = None, None
        if "<datastore" in text.lower():
            root = etree.fromstring(text.encode("utf-8", "replace"), _parser())
            if root is None:
                raise BrokenAnswer("XML without content")
            rows = "".join(record.text or "" for record in root.iter("record"))
            total = number_of(root.findtext(".//totalrecord"))
            following = _HREF.search(root.findtext(".//nextgroup") or "")
        elif "<a" in text.lower():
            rows = text
        else:
            raise BrokenAnswer("neither a data store nor rows of HTML")
        items, lang = items_in(rows, base, answer)
        short = len(items) < ENOUGH and asked.get("page", ["1"])[0] in ("0", "1")
        more = total is None or len(items) < total
        return ListAnswer(
            self.family,
            answer.url,
            lang=lang,
            total=total,
            items=items,
            next=address(answer.url, unescaped(following[1])) if following and short and more else None,
        )


def _written_in(source: str) -> Iterator[str]:
    """Every address of the proxy as it stands in the source."""
    at = source.find(_PROXY)
    while at >= 0:
        before, behind = _BEFORE.search(source[max(0, at - 200) : at]), _BEHIND.match(source, at)
        if before is not None and behind is not None:
            yield before[0] + behind[0]
        at = source.find(_PROXY, at + 1)


def _first_page(base: str, written: str, source: str) -> str | None:
    path, _, query = written.partition("?")
    path = _FOLDER + _PROXY if "/" not in path.lstrip("./") else path
    given = {name.lower() for name in parse_qs(query)}
    if not {"columnid", "unitid"} <= given:
        fields = {name: re.search(_FIELD.format(name), source, re.I) for name in _FIELDS if name not in given}
        query += "&" if query else ""
        query += urlencode({name: match[1] for name, match in fields.items() if match is not None})
        given = {name.lower() for name in parse_qs(query)}
    if "columnid" not in given:
        return None
    if "page" not in given and "startrecord" not in given:
        query = f"startrecord=1&endrecord={2 * ENOUGH}&perpage={2 * ENOUGH}&{query}"
    return address(base, f"{path}?{query}")


def _parser() -> etree.XMLParser:
    return etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True, encoding="utf-8")


FAMILY = Jpage()
