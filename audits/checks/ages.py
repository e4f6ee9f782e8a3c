"""How old is it: the newest date of a page, and the age of what stands there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from audits.city import CitySeen, Place, VisitedPage
from probes.document import DatedItem, DocumentSeen

CLOCKS_MAY_DIFFER = timedelta(days=1)
"""A page of today may be dated tomorrow where its clock is ahead of ours; later dates are not believed."""


def today(city: CitySeen, page: VisitedPage | None = None) -> date:
    """The day ages are counted from: the campaign's `as_of`, else the day the page was fetched."""
    known = city.as_of or (page.fetched_at if page is not None else None)
    known = known or max((visit.fetched_at for visit in city.pages if visit.fetched_at), default="1970-01-01")
    return date.fromisoformat(known[:10])


def day(text: str | None) -> date | None:
    """An ISO date, None for what is none (`2026`, `2026-02-31`)."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def dated(items: Iterable[DatedItem], now: date) -> list[tuple[date, DatedItem]]:
    """The items with a date that has come, newest first."""
    found = [(when, item) for item in items if (when := day(item.date)) is not None and when <= now + CLOCKS_MAY_DIFFER]
    return sorted(found, key=lambda pair: pair[0], reverse=True)


def newest(place: Place, now: date) -> tuple[date, str, VisitedPage] | None:
    """The newest date of a page in any of its readings or of the lists that fill it, with its title and its visit."""
    best: tuple[date, str, VisitedPage] | None = None
    for visit, document in place.documents:
        for when, title in _dates(document, now):
            if best is None or when > best[0]:
                best = (when, title, visit)
    for visit, answer in place.lists:
        for when, item in dated(answer.items, now)[:1]:
            if best is None or when > best[0]:
                best = (when, item.title, visit)
    return best


def items_of(place: Place) -> list[tuple[VisitedPage, DatedItem]]:
    """The entries of a page in all its readings and of the lists that fill it, each address once."""
    found: dict[str, tuple[VisitedPage, DatedItem]] = {}
    for visit, item in place.items:
        known = found.get(item.href or item.title)
        if known is None or (known[1].date is None and item.date is not None):
            found[item.href or item.title] = (visit, item)
    return list(found.values())


def _dates(document: DocumentSeen, now: date) -> list[tuple[date, str]]:
    found = [(when, item.title) for when, item in dated(document.items, now)[:1]]
    own = day(document.newest_date)
    if own is not None and own <= now + CLOCKS_MAY_DIFFER:
        found.append((own, document.title))
    return found
