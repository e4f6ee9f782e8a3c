"""Look at one answer of an open-data catalogue of any family: what it lists, or what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

from probes.opendata.adapter import Adapter, adapters, permitted
from probes.opendata.catalogue import OpenDataAnswer
from probes.opendata.loose_values import BrokenAnswer, clean, origin_of
from probes.page import FetchedPage

ROLE = "opendata.api"
_MAX_NAMES = 200


def look_at_answer(page: FetchedPage) -> OpenDataAnswer | None:
    """What a catalogue's answer says; an answer that cannot be read has kind `fault` and a `fault`.

    None when the page was not asked for as a catalogue answer (role `opendata.api`) and is none. So an entry
    page may be handed in as well: some links to an open-data platform lead straight to its catalogue.
    """
    adapter = next((adapter for adapter in adapters() if adapter.reads(page)), None)
    if adapter is None and ROLE not in page.roles:
        return None
    if not 200 <= page.status <= 299:
        return _faulty(page, adapter, f"status {page.status}")
    if adapter is None:
        return _faulty(page, None, "no family of platform known here answers like this")
    try:
        answer = adapter.read(page)
    except BrokenAnswer as broken:
        return _faulty(page, adapter, str(broken))
    return replace(
        answer,
        departments=answer.departments[:_MAX_NAMES],
        themes=answer.themes[:_MAX_NAMES],
        next=permitted(adapter, answer.next),
        post=page.post,
    )


def _faulty(page: FetchedPage, adapter: Adapter | None, fault: str) -> OpenDataAnswer:
    family = adapter.family if adapter else "unknown"
    return OpenDataAnswer(family, origin_of(page.url), page.url, kind="fault", fault=clean(fault, 300), post=page.post)
