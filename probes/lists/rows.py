"""Entries of a list that came as rows of HTML, read as they are read on a page."""

from __future__ import annotations

from probes.document import DatedItem
from probes.lists.listing import MAX_ITEMS
from probes.page import FetchedPage
from probes.parsed import parse


def items_in(html: str, base: str, answer: FetchedPage) -> tuple[tuple[DatedItem, ...], str]:
    """The entries of some rows of HTML and their language; links are relative to `base`."""
    page = FetchedPage(
        base,
        200,
        (("content-type", "text/html; charset=utf-8"),),
        f"<!doctype html><html><body><main>{html}</main></body></html>".encode("utf-8", "replace"),
        answer.fetched_at,
        lang_hint=answer.lang_hint,
    )
    seen = parse(page).seen
    return seen.items[:MAX_ITEMS], seen.lang
