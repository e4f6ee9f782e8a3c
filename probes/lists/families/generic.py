"""Any other list whose page names, in its own script, one address of JSON from which it is filled."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.lists.entries import entries_of, markup_in
from probes.lists.listing import CALLS_A_LIST, MAX_BYTES, ListAnswer, ListCall
from probes.lists.rows import items_in
from probes.lists.script_calls import data_addresses
from probes.opendata.loose_values import decoded, parsed_json
from probes.page import FetchedPage
from probes.parsed import ParsedDocument

_FEW = 3
"""Dated entries from which a page is taken to hold its list in its own source."""

_MANY = 3
"""Addresses of data from which a page is more than a list; then only those that speak of a list are asked."""

_LISTS = re.compile(r"list|\.json(?:\?|$)", re.I)
_WRAPPED = re.compile(r"^\s*(?:[\w$.]{1,80}\s*\(|(?:var|let|const)\s+\w{1,60}\s*=)\s*(?=[\[{])")


@dataclass(frozen=True)
class Generic:
    """`$.get("/data/list.json")`, `fetch(…)`, `data-url="…"` and the like."""

    family: str = "generic"
    rank: int = 90

    def calls(self, document: ParsedDocument) -> tuple[ListCall, ...]:
        """The addresses of data on the page's own host, when the page itself shows hardly any dated entry."""
        if sum(item.date is not None for item in document.seen.items) >= _FEW:
            return ()
        found = data_addresses(document.markup, document.page.url)
        if len(found) > _MANY:
            found = [url for url in found if _LISTS.search(url)]
        return tuple(ListCall(url) for url in found[:CALLS_A_LIST])

    def reads(self, answer: FetchedPage) -> bool:
        """Whatever no other family reads."""
        return True

    def read(self, answer: FetchedPage) -> ListAnswer:
        """Entries of JSON, also in a callback or a variable; rows of HTML, bare or inside JSON; else kind `other`."""
        text = decoded(answer, MAX_BYTES)
        html: str | None = text
        if text.lstrip("\ufeff \t\r\n")[:1] != "<":
            value = parsed_json(_unwrapped(text))
            entries = entries_of(value, answer.url, answer.lang_hint)
            if entries is not None and (entries.items or markup_in(value) is None):
                return ListAnswer(self.family, answer.url, lang=entries.lang, total=entries.total, items=entries.items)
            html = markup_in(value)
        items, lang = items_in(html, answer.url, answer) if html else ((), "")
        return ListAnswer(self.family, answer.url, "list" if items else "other", lang=lang, items=items)


def _unwrapped(text: str) -> str:
    """The JSON inside `callback({…})` or `var list = […];`."""
    text = text.lstrip("\ufeff")
    wrapping = _WRAPPED.match(text)
    return text[wrapping.end() :].rstrip().rstrip(";").rstrip().removesuffix(")") if wrapping else text


FAMILY = Generic()
