"""Offices of the city: whether the pages about them tell address, hours, telephone and head."""

from __future__ import annotations

from collections import Counter

from audits.checks.live import target_of
from audits.city import CitySeen, Place, VisitedPage
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, percent, proof
from probes.office import FACTS, OfficeSeen
from probes.outcome import Cause

_NO_OFFICE = ("home", "error", "wall", "search")


@check(
    reasons={
        "complete": ("offices",),
        "share": ("offices", "percent", "missing"),
        "nothing_told": ("text",),
        "no_page": (),
    }
)
def office_facts(city: CitySeen, *, roles: tuple[str, ...], lists: tuple[str, ...]) -> Verdict:
    """The mean share of four facts told by the pages of single offices (`roles`), else by the page about all (`lists`).

    An office whose page tells nothing counts as zero; a page that only lists offices is no office.
    """
    offices = [(place, *_fullest(place)) for place in city.places(*roles) if _shows_office(place)]
    if not any(seen is not None for _, _, seen in offices):
        whole = [(place, *_fullest(place)) for place in city.places(*lists) if place.documents]
        offices = [one for one in whole if one[2] is not None] or offices
    if not offices:
        target = target_of(city, lists)
        if target.state == "unknown":
            return target.unknown()
        missed = city.gap(*roles)
        if missed is not None:
            cause = missed.cause or Cause.NOT_SAMPLED
            return cant_tell(cause, "gap", vendor=missed.vendor, evidence=[proof(missed)], url=missed.url)
        if target.state == "live":
            return absent("nothing_told", value=0.0, evidence=target.evidence, text=target.text)
        return absent("no_page", value=0.0, evidence=target.evidence)
    told = [frozenset(seen.facts) if seen is not None else frozenset[str]() for _, _, seen in offices]
    lacking = Counter({name: sum(name not in facts for facts in told) for name in FACTS})
    score = 1 - lacking.total() / (len(FACTS) * len(offices))
    evidence = [
        proof(visit, terms=[f"office.{name}" for name in (seen.facts if seen else ())], seen_by=OfficeSeen)
        for _, visit, seen in sorted(offices, key=lambda one: len(one[2].facts) if one[2] else 0)
    ]
    if not lacking.total():
        return graded(1.0, "complete", value=1.0, evidence=evidence, offices=len(offices))
    most = max(lacking.values())
    return graded(
        score,
        "share",
        value=round(score, 4),
        evidence=evidence,
        offices=len(offices),
        percent=percent(score),
        missing=", ".join(f"office.{name}" for name in FACTS if lacking[name] == most),
    )


def _shows_office(place: Place) -> bool:
    """Whether a page may be that of one office; a list or a home page that tells no fact is none."""
    if not place.documents or all(document.kind in _NO_OFFICE for _, document in place.documents):
        return any(visit.saw(OfficeSeen) for visit in place.visits if visit.read)
    _, seen = _fullest(place)
    return seen is not None or any(document.kind in ("article", "other") for _, document in place.documents)


def _fullest(place: Place) -> tuple[VisitedPage, OfficeSeen | None]:
    """The reading that tells most, or the first where none tells anything."""
    readings = [(visit, visit.saw(OfficeSeen)) for visit, _ in place.documents]
    return max(readings, key=lambda one: len(one[1].facts) if one[1] else -1, default=(place.visits[0], None))
