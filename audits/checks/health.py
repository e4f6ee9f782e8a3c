"""Can it be reached: whether the home page opens week-long, links that are dead, walls against visitors."""

from __future__ import annotations

from collections import Counter

from audits.city import CitySeen, VisitedPage
from audits.registry import check
from audits.verdict import Verdict, cant_tell, failed, graded, inapplicable, passed, percent, proof
from probes.document import DocumentSeen
from probes.outcome import Cause, Outcome
from probes.page_links import LinksSeen

_LATE = frozenset({Cause.TIMEOUT, Cause.REFUSED, Cause.RESET, Cause.DNS, Cause.HTTP_5XX})
_NO_SUCH_PAGE = frozenset({404, 410})


@check(
    reasons={
        "opens": ("visits", "late"),
        "late": ("visits", "late", "percent"),
        "too_few_visits": ("visits", "days"),
    }
)
def opening(
    city: CitySeen,
    *,
    days: int = 7,
    visits_a_day: int = 20,
    late_ms: int = 15_000,
    limit: float = 0.05,
) -> Verdict:
    """The share of visits at which the home page did not open within `late_ms`, over `days` of `visits_a_day` each.

    Fewer visits say nothing: the rule is about a week.
    """
    visits = [page for page in city.with_role("home") if page.fetched_at and page.outcome is not Outcome.UNTESTED]
    by_day = Counter((page.fetched_at or "")[:10] for page in visits)
    full = [when for when, number in by_day.items() if number >= visits_a_day]
    if len(full) < days:
        return cant_tell(
            Cause.NEEDS_TIME,
            "too_few_visits",
            evidence=map(proof, visits),
            visits=len(visits),
            days=len(by_day),
        )
    late = [page for page in visits if page.cause in _LATE or (page.elapsed_ms or 0) > late_ms]
    share = len(late) / len(visits)
    if share >= limit:
        return failed(
            "late",
            value=round(share, 4),
            evidence=map(proof, late),
            visits=len(visits),
            late=len(late),
            percent=percent(share),
        )
    return passed("opens", value=round(share, 4), evidence=map(proof, visits), visits=len(visits), late=len(late))


@check(
    reasons={
        "alive": ("checked",),
        "dead": ("dead", "checked"),
        "too_few_links": ("checked", "least"),
        "no_links": (),
    }
)
def home_links(city: CitySeen, *, least: int = 30, answered: float = 0.8) -> Verdict:
    """The share of the home page's checked links that are alive.

    Dead is what answers 404 or 410 (or says so under status 200), or has no address, at the first ask and at the
    second; all else that does not answer is suspected and left out, as is a link asked only once. `least` links must
    be asked (all, when the home page has fewer), and `answered` of them, 0 to 1, must have shown the one or the other.
    A home page without a link to another page of its site has none that could be dead.
    """
    alive: list[VisitedPage] = []
    dead: list[VisitedPage] = []
    for place in city.places("link_check"):
        first = [page for page in place.visits if page.has_role("link_check")]
        again = [page for page in place.visits if page.has_role("recheck") or page.way == "recheck"]
        if place.read or any(page.outcome in (Outcome.PASSED, Outcome.INAPPLICABLE) for page in (*first, *again)):
            alive.append(first[0])
        elif again and all(map(_is_dead, (*first, *again))):
            dead.append(again[-1])
    checked, asked = len(alive) + len(dead), len(city.places("link_check"))
    links = [seen.internal for page in city.measured("home") if (seen := page.saw(LinksSeen))]
    needed = min(least, max(links)) if links else least
    if needed == 0 and asked == 0:
        return inapplicable("no_links")
    if asked < max(1, needed) or checked < answered * needed:
        cause = next((page.cause for page in city.with_role("link_check") if page.cause), None)
        home = next((page for page in city.with_role("home") if page.cause is not None), None)
        if not links and home is not None and home.cause is not None:
            return cant_tell(home.cause, "gap", vendor=home.vendor, evidence=[proof(home)], url=home.url)
        return cant_tell(cause or Cause.NOT_SAMPLED, "too_few_links", checked=checked, least=needed)
    share = len(alive) / checked
    if not dead:
        return graded(1.0, "alive", value=1.0, checked=checked, evidence=map(proof, alive))
    return graded(share, "dead", value=round(share, 4), dead=len(dead), checked=checked, evidence=map(proof, dead))


def _is_dead(page: VisitedPage) -> bool:
    return page.status in _NO_SUCH_PAGE or page.cause in (Cause.DNS, Cause.SOFT_404)


@check(
    reasons={
        "none": ("visits",),
        "home": ("vendor",),
        "inner": ("vendor", "walls", "visits"),
        "unreached": (),
    }
)
def wall(city: CitySeen) -> Verdict:
    """Which kind of wall kept us out, by its signature; the value is its class, `none` where every visit came through.

    It tells about our visit, not about the city: nothing is scored by it.
    """
    asked = [page for page in city.pages if page.outcome is not Outcome.UNTESTED]
    walled = [page for page in asked if _is_walled(page)]
    home = [page for page in walled if page.has_role("home")]
    if walled:
        first = (home or walled)[0]
        vendor = _class_of(first)
        reason = "home" if home and not any(place.read for place in city.places("home")) else "inner"
        evidence = map(proof, home or walled)
        if reason == "home":
            return failed("home", value=vendor, vendor=vendor, evidence=evidence)
        return failed("inner", value=vendor, vendor=vendor, walls=len(walled), visits=len(asked), evidence=evidence)
    if not any(place.read or place.gone for place in city.places("home")):
        cause = next((page.cause for page in city.with_role("home") if page.cause), None)
        return cant_tell(cause or Cause.NOT_SAMPLED, "unreached", evidence=map(proof, city.with_role("home")))
    return passed("none", value="none", visits=len(asked))


def _is_walled(page: VisitedPage) -> bool:
    document = page.saw(DocumentSeen)
    return page.cause in (Cause.BLOCKED, Cause.CAPTCHA) or (document is not None and document.kind == "wall")


def _class_of(page: VisitedPage) -> str:
    document = page.saw(DocumentSeen)
    vendor = page.vendor or (document.vendor if document is not None else None)
    return vendor or ("captcha" if page.cause is Cause.CAPTCHA else "other")
