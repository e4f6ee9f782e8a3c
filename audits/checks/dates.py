"""Dates on a portal: whether entries carry one, how articles write theirs, where dates are read, and odd ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from audits.checks.ages import CLOCKS_MAY_DIFFER, day, items_of, today
from audits.checks.live import places_of
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, inapplicable, passed, percent, proof
from probes.document import DatedItem, DocumentSeen, Sighting
from probes.outcome import Cause
from probes.publication import PublicationSeen

_LEAST_FILES = 3


def listed(city: CitySeen, roles: tuple[str, ...]) -> list[tuple[VisitedPage, DatedItem]]:
    """The entries of the list pages behind these roles, each once; articles and home pages are no lists."""
    found: dict[str, tuple[VisitedPage, DatedItem]] = {}
    for place in places_of(city, roles):
        if any(document.kind in ("article", "home", "error", "wall") for _, document in place.documents):
            continue
        for visit, item in items_of(place):
            found.setdefault(item.href or item.title, (visit, item))
    return list(found.values())


@check(reasons={"dated": ("dated", "items", "percent"), "too_few": ("pages", "least"), "none": ()})
def dated_items(city: CitySeen, *, roles: tuple[str, ...], least: int = 10) -> Verdict:
    """The share of list entries with a date that a reader sees, beside the entry or marked up as its time.

    A date in the address alone is none. Fewer than `least` entries say nothing.
    """
    items = listed(city, roles)
    if not items:
        return absent("none", value=None)
    bare = [(visit, item) for visit, item in items if item.date_source in (None, "url")]
    if len(items) < least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(items), least=least)
    share = 1 - len(bare) / len(items)
    return graded(
        share,
        "dated",
        value=round(share, 4),
        evidence=[proof(visit, item.title, href=item.href or None) for visit, item in bare or items],
        dated=len(items) - len(bare),
        items=len(items),
        percent=percent(share),
    )


@check(reasons={"to_the_minute": ("shown",), "otherwise": ("shown",), "not_shown": (), "no_article": ()})
def date_format(document: DocumentSeen, published: PublicationSeen | None) -> Verdict:
    """Whether an article shows its time of publication as YYYY-MM-DD HH:MM; seconds may follow."""
    if document.kind != "article" or published is None:
        return inapplicable("no_article")
    if published.form == "none":
        return absent("not_shown", value="none")
    shown = (Sighting(published.shown, None, "main"),)
    if published.form == "minute":
        return passed("to_the_minute", value=published.form, sightings=shown, shown=published.shown)
    return absent("otherwise", value=published.form, sightings=shown, shown=published.shown)


@dataclass(frozen=True)
class _Article:
    """One article with what it says of its publication."""

    page: VisitedPage
    seen: PublicationSeen


def _articles(city: CitySeen) -> list[_Article]:
    """The articles among all pages that were read, each address once, as first read."""
    found: dict[str, _Article] = {}
    for page in city.pages:
        seen = page.saw(PublicationSeen) if page.read else None
        if seen is not None:
            found.setdefault(page.url, _Article(page, seen))
    return list(found.values())


@check(
    reasons={
        "ordinary": ("articles", "items"),
        "odd": ("future", "bulk", "apart"),
        "none_read": (),
    }
)
def date_anomalies(
    city: CitySeen, *, roles: tuple[str, ...], bulk: int = 5, apart_days: int = 30, most_of: float = 0.5
) -> Verdict:
    """Dates that a person should look at: still to come, many articles of one minute, and files made at another time.

    Counted are entries and articles dated after today; articles of which `bulk` or more share their minute of
    publication; and articles whose file was last changed more than `apart_days` before or after the day they tell. A
    day on which more than `most_of` the files were changed is a rebuild of the site and says nothing.
    """
    items = [(visit, item) for place in _lists(city, roles) for visit, item in items_of(place) if item.date]
    articles = _articles(city)
    if not items and not articles:
        return cant_tell(Cause.NOT_SAMPLED, "none_read")
    future = [*_future_items(city, items), *_future_articles(city, articles)]
    minutes = Counter(one.seen.at for one in articles if one.seen.at and not one.seen.at.endswith("T00:00"))
    crowded = [one for one in articles if one.seen.at and "T" in one.seen.at and minutes[one.seen.at] >= bulk]
    apart = list(_changed_apart(articles, apart_days, most_of))
    if not future and not crowded and not apart:
        looked_at = [proof(one.page, one.seen.shown, seen_by=PublicationSeen) for one in articles]
        looked_at = looked_at or [proof(visit, f"{item.date} {item.title}") for visit, item in items]
        return passed("ordinary", value=0, evidence=looked_at, articles=len(articles), items=len(items))
    evidence = [
        *future[:2],
        *(proof(one.page, one.seen.at or "", seen_by=PublicationSeen) for one in crowded[:2]),
        *apart[:2],
    ]
    return cant_tell(
        Cause.NEEDS_PERSON,
        "odd",
        value=len(future) + len(crowded) + len(apart),
        evidence=evidence,
        future=len(future),
        bulk=len(crowded),
        apart=len(apart),
    )


def _lists(city: CitySeen, roles: tuple[str, ...]) -> list[Place]:
    return [place for place in places_of(city, roles) if place.documents]


def _future_items(city: CitySeen, items: list[tuple[VisitedPage, DatedItem]]) -> Iterator[Evidence]:
    met: set[str] = set()
    for visit, item in items:
        when = day(item.date)
        key = item.href or item.title
        if when is not None and when > today(city, visit) + CLOCKS_MAY_DIFFER and key not in met:
            met.add(key)
            yield proof(visit, f"{item.date} {item.title}", href=item.href or None)


def _future_articles(city: CitySeen, articles: list[_Article]) -> Iterator[Evidence]:
    for one in articles:
        when = day(one.seen.at)
        if when is not None and when > today(city, one.page) + CLOCKS_MAY_DIFFER:
            yield proof(one.page, one.seen.shown or str(one.seen.at), seen_by=PublicationSeen)


def _changed_apart(articles: list[_Article], apart_days: int, most_of: float) -> Iterator[Evidence]:
    known = [one for one in articles if one.seen.last_modified and day(one.seen.at)]
    if len(known) < _LEAST_FILES:
        return  # too few to tell a file from a rebuild of the site
    changed = Counter(one.seen.last_modified for one in known)
    for one in known:
        told, made = day(one.seen.at), day(one.seen.last_modified)
        if told is None or made is None or changed[one.seen.last_modified] > most_of * len(known):
            continue
        if abs((made - told).days) > apart_days:
            yield proof(one.page, f"{one.seen.at} / Last-Modified {one.seen.last_modified}", seen_by=PublicationSeen)


@check(reasons={"mix": ("meta", "visible", "url", "dates"), "none": ()})
def date_sources(city: CitySeen, *, roles: tuple[str, ...]) -> Verdict:
    """What the dates of entries and of articles were read from: tags, visible text, or the address alone.

    The value is the share that a reader or a tag shows; the three percentages are in the reason.
    """
    sources: Counter[str] = Counter()
    pages: list[VisitedPage] = []
    for place in _lists(city, roles):
        for visit, item in items_of(place):
            if item.date is not None and item.date_source is not None:
                sources[item.date_source] += 1
                pages.append(visit)
    for one in _articles(city):
        if one.seen.source is not None:
            sources[one.seen.source] += 1
            pages.append(one.page)
    dates = sources.total()
    if not dates:
        return cant_tell(Cause.NOT_SAMPLED, "none")
    return graded(
        1.0,
        "mix",
        value=round(1 - sources["url"] / dates, 4),
        evidence=[proof(page) for page in {page.url: page for page in pages}.values()],
        meta=percent(sources["meta"] / dates),
        visible=percent(sources["visible"] / dates),
        url=percent(sources["url"] / dates),
        dates=dates,
    )
