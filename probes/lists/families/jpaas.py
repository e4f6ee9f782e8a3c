"""Hanweb's newer publishing service (`jpaas`): JSON that wraps the rows of a list as HTML."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from probes.lists.adapter import address, same_host, unescaped
from probes.lists.entries import markup_in
from probes.lists.listing import CALLS_A_LIST, ENOUGH, MAX_BYTES, ListAnswer, ListCall
from probes.lists.rows import items_in
from probes.opendata.loose_values import BrokenAnswer, decoded, number_of, origin_of, parsed_json
from probes.page import FetchedPage
from probes.parsed import ParsedDocument

_UNIT = "/front/page/build/unit"
_TAG = re.compile(r"<\w+\b[^>]*/front/page/build/unit[^>]*>", re.I)
_URL = re.compile(r"\burl\s*=\s*[\"']([^\"']+)", re.I)
_QUERY = re.compile(r"\bquerydata\s*=\s*\"\{([^\"]*)\}\"", re.I)
_PAIR = re.compile(r"'(\w+)'\s*:\s*'([^']*)'")
_LIST = re.compile(r"列表|分页|内容|list|page", re.I)
_COUNT = re.compile(r"[\"']?\bcount[\"']?\s*[=:]\s*[\"'](\d{1,9})[\"']")
_ROWS = re.compile(r"[\"']?\brows[\"']?\s*[=:]\s*[\"'](\d{1,4})[\"']")


@dataclass(frozen=True)
class Jpaas:
    """A page with a tag whose `url` and `queryData` name the part of the page that the service builds."""

    family: str = "jpaas"
    rank: int = 22

    def calls(self, document: ParsedDocument) -> tuple[ListCall, ...]:
        """One call for each part of the page that is a list by its name, else for the first parts."""
        source, base = document.markup, document.page.url
        if _UNIT not in source or len(document.seen.items) >= ENOUGH:
            return ()
        parts: dict[str, bool] = {}
        for tag in _TAG.findall(source):
            url, query = _URL.search(tag), _QUERY.search(tag)
            if url is None or query is None:
                continue
            pairs = dict(_PAIR.findall(unescaped(query[1])))
            called = address(base, f"{unescaped(url[1]).partition('?')[0]}?{urlencode(pairs)}")
            if called is not None and same_host(called, base):
                parts.setdefault(called, bool(_LIST.search(pairs.get("tagId", ""))))
        best = sorted(parts, key=lambda url: not parts[url])
        return tuple(ListCall(url) for url in best if parts[url] or not any(parts.values()))[:CALLS_A_LIST]

    def reads(self, answer: FetchedPage) -> bool:
        """By the address."""
        return urlsplit(answer.url).path.endswith(_UNIT)

    def read(self, answer: FetchedPage) -> ListAnswer:
        """`data.html` holds the rows and a block of paging with `count` and `rows`."""
        html = markup_in(parsed_json(decoded(answer, MAX_BYTES)))
        if html is None:
            raise BrokenAnswer("no rows of HTML in the answer")
        items, lang = items_in(html, f"{origin_of(answer.url)}/", answer)
        count, rows = _COUNT.search(html), _ROWS.search(html)
        total = number_of(count[1]) if count is not None else None
        size = number_of(rows[1]) if rows is not None else None
        following = None
        if "paramJson" not in parse_qs(urlsplit(answer.url).query) and size and len(items) < min(ENOUGH, total or 0):
            page = json.dumps({"pageNo": 2, "pageSize": size}, separators=(",", ":"))
            following = address(answer.url, f"{answer.url}&{urlencode({'paramJson': page})}")
        return ListAnswer(self.family, answer.url, lang=lang, total=total, items=items, next=following)


FAMILY = Jpaas()
