"""TRS: static lists whose script writes the paging, and lists filled from the site's own search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from probes.lists.adapter import address
from probes.lists.entries import entries_of
from probes.lists.listing import CALLS_A_LIST, ENOUGH, MAX_BYTES, ListAnswer, ListCall
from probes.lists.rows import items_in
from probes.lists.script_calls import data_addresses
from probes.opendata.loose_values import BrokenAnswer, decoded, parsed_json
from probes.page import FetchedPage
from probes.parsed import ParsedDocument, parse

_PAGING = re.compile(r"createPageHTML\s*\(([^()]{3,200})\)")
_NAME = re.compile(r"[\w-]{1,60}")
_ENDING = re.compile(r"s?html?|jsp|aspx?")
_NEXT = re.compile(r"/[\w-]+_(\d{1,4})\.(?:s?html?|jsp|aspx?)$")
_MARKS = ("/so/s", "/so4/s", "/was5/", "/search4/s")
_SEARCH = re.compile(r"/so4?/(?:s|ss/query/s)$|/was5/web/search$|/search4/s$")


@dataclass(frozen=True)
class Trs:
    """`createPageHTML(pages, page, "index", "html")` in a list, or a script that asks `/so/s`."""

    family: str = "trs"
    rank: int = 30

    def calls(self, document: ParsedDocument) -> tuple[ListCall, ...]:
        """The second page where the first shows few entries, or the search that fills the list."""
        if len(document.seen.items) >= ENOUGH:
            return ()
        source, base = document.markup, document.page.url
        asked = data_addresses(source, base) if any(mark in source for mark in _MARKS) else []
        found = [url for url in asked if _SEARCH.search(urlsplit(url).path)]
        following = _second_page(source, base)
        if following is not None and document.seen.items:
            found.append(following)
        return tuple(ListCall(url) for url in found[:CALLS_A_LIST])

    def reads(self, answer: FetchedPage) -> bool:
        """By the address."""
        path = urlsplit(answer.url).path
        return bool(_SEARCH.search(path) or _NEXT.search(path))

    def read(self, answer: FetchedPage) -> ListAnswer:
        """A page of the list as it is read on a visit, or the hits of the search."""
        if _NEXT.search(urlsplit(answer.url).path):
            seen = parse(answer).seen
            if seen.kind in ("error", "wall"):
                raise BrokenAnswer(f"no list: {seen.kind_why}")
            return ListAnswer(self.family, answer.url, title=seen.title, lang=seen.lang, items=seen.items)
        text = decoded(answer, MAX_BYTES)
        if text.lstrip()[:1] == "<":
            items, lang = items_in(text, answer.url, answer)
            return ListAnswer(self.family, answer.url, lang=lang, items=items)
        entries = entries_of(parsed_json(text), answer.url, answer.lang_hint)
        if entries is None:
            raise BrokenAnswer("no hits in the answer")
        return ListAnswer(self.family, answer.url, lang=entries.lang, total=entries.total, items=entries.items)


def _second_page(source: str, base: str) -> str | None:
    """The address of the second page of a list, by the words its script writes the paging from.

    The number of pages comes first, or after the name of a block; pages are counted from 0, or from 1.
    """
    written = _PAGING.search(source)
    if written is None:
        return None
    words = [word.strip().strip("\"'") for word in written[1].split(",")]
    words = words[1:] if not words[0].isdigit() else words
    if len(words) < 4 or not (words[0].isdigit() and words[1].isdigit()):
        return None
    pages, page, name, ending = int(words[0]), int(words[1]), words[2], words[3]
    if pages < 2 or page > 1 or not _NAME.fullmatch(name) or not _ENDING.fullmatch(ending):
        return None
    return address(base, f"{name}_{page + 1}.{ending}")


FAMILY = Trs()
