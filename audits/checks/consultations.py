"""What became of consultations: of those that are over, how many have a published result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

from audits.checks.ages import dated, day, items_of, today
from audits.city import CitySeen, VisitedPage
from audits.registry import check
from audits.verdict import Verdict, cant_tell, graded, inapplicable, percent, proof
from probes.consultations import ConsultationSeen
from probes.document import DatedItem, DocumentSeen
from probes.labels import labels, says
from probes.lexicon import units_of
from probes.outcome import Cause

_ALIKE = 0.6
"""Share of the neighbouring units of a consultation's title that the title of its result must have as well."""


@check(
    reasons={
        "all": ("closed",),
        "share": ("told", "closed", "percent"),
        "none_closed": (),
        "too_few": ("pages", "least"),
    }
)
def consultation_results(
    city: CitySeen,
    *,
    roles: tuple[str, ...],
    page_role: str,
    within_days: int = 365,
    over_after_days: int = 90,
    least: int = 1,
) -> Verdict:
    """The share of closed consultations of the past year with a published result, among those whose page was read.

    A consultation is over when its last day has passed or its page says so; one that tells neither, `over_after_days`
    after its date. Its result stands on its own page, or in a document that is titled as the result of the same matter.
    """
    listed, results = _listed(city, (*roles, "feedback.entry", page_role), within_days)
    closed: list[tuple[VisitedPage, DatedItem, str | None]] = []
    unread = 0
    for _, when, item in listed:
        place = city.place(item.href)
        readings = [(visit, seen) for visit in place.visits if (seen := visit.saw(ConsultationSeen))] if place else []
        if not readings:
            unread += 1
            continue
        visit, seen = max(readings, key=lambda reading: (reading[1].result is not None, reading[1].ends is not None))
        now = today(city, visit)
        if _is_over(seen, when, now, over_after_days):
            told = seen.result or next((title for title in results if _about(title, item.title)), None)
            closed.append((visit, item, told))
    if len(closed) < least:
        if unread:
            return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(closed), least=least)
        return replace(inapplicable("none_closed"), rests_on_absence=True)
    found = [one for one in closed if one[2]]
    share = len(found) / len(closed)
    evidence = [
        proof(page, told or item.title, href=item.href, seen_by=ConsultationSeen) for page, item, told in closed
    ]
    if share == 1.0:
        return graded(1.0, "all", value=1.0, evidence=evidence, closed=len(closed))
    return graded(
        share,
        "share",
        value=round(share, 4),
        evidence=evidence,
        told=len(found),
        closed=len(closed),
        percent=percent(share),
    )


def _listed(
    city: CitySeen, roles: tuple[str, ...], within_days: int
) -> tuple[list[tuple[VisitedPage, date, DatedItem]], list[str]]:
    """The consultations of the past year on these pages, each once, and the titles there that are of results."""
    found: dict[str, tuple[VisitedPage, date, DatedItem]] = {}
    results: dict[str, None] = {}
    for place in city.places(*roles):
        pages = items_of(place)
        visits = {item.href: visit for visit, item in pages}
        for visit, item in pages:
            if _is_result(visit, item.title):
                results[item.title] = None
        if not any(visit.has_role(*roles[:1]) for visit in place.visits):
            continue
        now = today(city, place.visits[0])
        for when, item in dated((item for _, item in pages), now):
            if item.href and (now - when).days <= within_days and not _is_result(visits[item.href], item.title):
                found.setdefault(item.href, (visits[item.href], when, item))
    return list(found.values()), list(results)


def _is_result(page: VisitedPage, title: str) -> bool:
    document = page.saw(DocumentSeen)
    return document is not None and says(title, labels(document.lang)["consultation_words"]["result"])


def _is_over(seen: ConsultationSeen, published: date, now: date, over_after_days: int) -> bool:
    if seen.closed is not None:
        return seen.closed
    last = day(seen.ends)
    return last < now if last is not None else (now - published).days > over_after_days


def _about(result: str, title: str) -> bool:
    """Whether the title of a result has most of the neighbouring units of the title of a consultation."""
    asked, answered = units_of(title), units_of(result)
    pairs = set(pairwise(asked))
    return bool(pairs) and len(pairs & set(pairwise(answered))) >= _ALIKE * len(pairs)
