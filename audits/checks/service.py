"""Online services: what the guides tell, how many start online, and whether ratings by users are published."""

from __future__ import annotations

from audits.checks.live import places_of, target_of
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, percent, proof
from probes.guide import ELEMENTS, GuideSeen
from probes.outcome import Cause
from probes.ratings import RatingsSeen


def guides_of(city: CitySeen) -> list[tuple[Place, VisitedPage, GuideSeen]]:
    """The service guides among all pages visited, each address once, in its fullest reading."""
    found = []
    for place in {place.url: place for place in map(city.place, _urls(city)) if place is not None}.values():
        readings = [(visit, seen) for visit in place.visits if visit.read and (seen := visit.saw(GuideSeen))]
        if readings:
            visit, seen = max(readings, key=lambda reading: (len(reading[1].elements), bool(reading[1].online)))
            found.append((place, visit, seen))
    return found


def _urls(city: CitySeen) -> list[str]:
    return [page.url for page in city.pages if page.saw(GuideSeen) is not None]


@check(
    reasons={
        "complete": ("guides",),
        "share": ("guides", "percent", "missing"),
        "too_few": ("pages", "least"),
        "none": (),
    }
)
def guide_elements(city: CitySeen, *, least: int = 3) -> Verdict:
    """The mean share of the eight key elements over the guides that were read."""
    guides = guides_of(city)
    if not guides:
        return absent("none", value=None)
    if len(guides) < least:
        return cant_tell(
            Cause.NOT_SAMPLED, "too_few", pages=len(guides), least=least, evidence=[_shown(g) for g in guides]
        )
    mean = sum(len(seen.elements) for _, _, seen in guides) / (len(ELEMENTS) * len(guides))
    lacking = {name: sum(name not in seen.elements for _, _, seen in guides) for name in ELEMENTS}
    most = max(lacking.values())
    evidence = [_shown(guide) for guide in sorted(guides, key=lambda guide: len(guide[2].elements))]
    if not most:
        return graded(1.0, "complete", value=1.0, evidence=evidence, guides=len(guides))
    return graded(
        mean,
        "share",
        value=round(mean, 4),
        evidence=evidence,
        guides=len(guides),
        percent=percent(mean),
        missing=", ".join(name for name, times in lacking.items() if times == most),
    )


@check(
    reasons={
        "fit": ("unfit", "guides"),
        "unfit": ("unfit", "guides", "limit"),
        "all_unfit": ("guides",),
        "none": (),
    }
)
def guides_fit(city: CitySeen, *, missing: int = 4, limit: int = 5) -> Verdict:
    """Whether fewer than `limit` guides each lack `missing` or more key elements, and not all of a few do."""
    guides = guides_of(city)
    if not guides:
        return absent("none", value=None)
    unfit = [guide for guide in guides if len(ELEMENTS) - len(guide[2].elements) >= missing]
    evidence = [_shown(guide) for guide in unfit or guides]
    if len(unfit) >= limit:
        return failed("unfit", value=len(unfit), evidence=evidence, unfit=len(unfit), guides=len(guides), limit=limit)
    if len(unfit) == len(guides):
        return failed("all_unfit", value=len(unfit), evidence=evidence, guides=len(guides))
    return passed("fit", value=len(unfit), evidence=evidence, unfit=len(unfit), guides=len(guides))


@check(reasons={"share": ("online", "guides", "percent"), "too_few": ("pages", "least"), "none": ()})
def online_depth(city: CitySeen, *, least: int = 3) -> Verdict:
    """The share of the guides that were read from which the service can be started online."""
    guides = guides_of(city)
    if not guides:
        return absent("none", value=None)
    if len(guides) < least:
        return cant_tell(
            Cause.NOT_SAMPLED, "too_few", pages=len(guides), least=least, evidence=[_shown(g) for g in guides]
        )
    online = [guide for guide in guides if guide[2].online]
    share = len(online) / len(guides)
    return graded(
        share,
        "share",
        value=round(share, 4),
        evidence=[_online(guide) for guide in online] or [_shown(guide) for guide in guides],
        online=len(online),
        guides=len(guides),
        percent=percent(share),
    )


def _shown(guide: tuple[Place, VisitedPage, GuideSeen]) -> Evidence:
    _, page, seen = guide
    return proof(page, terms=seen.elements, seen_by=GuideSeen)


def _online(guide: tuple[Place, VisitedPage, GuideSeen]) -> Evidence:
    _, page, seen = guide
    return proof(page, seen.online, href=seen.online_href, seen_by=GuideSeen)


@check(
    reasons={
        "published": ("figures",),
        "entry": ("text",),
        "dead": ("text",),
        "nowhere": ("text",),
        "no_entry": (),
    }
)
def service_ratings(
    city: CitySeen, *, roles: tuple[str, ...], results_on: tuple[str, ...] = (), entry_score: float = 0.5
) -> Verdict:
    """Whether users' ratings of services are published; an entry that opens without any result scores `entry_score`.

    Results count on the pages of the entry (`roles`) and on those of `results_on`. An entry that leads to no page is no
    entry; one whose page could not be read leaves the answer open.
    """
    for place in (*places_of(city, roles), *city.places(*results_on)):
        for visit in place.visits:
            seen = visit.saw(RatingsSeen) if visit.read else None
            if seen is not None:
                evidence = [proof(visit, "；".join(seen.figures), seen_by=RatingsSeen)]
                return passed("published", value="published", evidence=evidence, figures=seen.total)
    target = target_of(city, roles)
    if target.state == "unknown":
        return target.unknown()
    if target.state == "live":
        return graded(
            entry_score, "entry", value="entry", evidence=target.evidence, more_may_be_seen=True, text=target.text
        )
    if target.state == "no_entry":
        return absent("no_entry", value="none")
    return absent(target.state, value="none", evidence=target.evidence, text=target.text)
