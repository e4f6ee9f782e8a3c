"""Can it be reached: whether the home page opens week-long, dead links, files that are none, walls against visitors."""

from __future__ import annotations

from collections import Counter

from audits.checks.portal import home_unread, own_places
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, cant_tell, failed, graded, inapplicable, passed, percent, proof
from probes.attachments import FileSeen
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
    alive, dead, asked = _asked_links(city, "link_check", soft=True)
    checked = len(alive) + len(dead)
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


@check(
    reasons={
        "alive": ("checked", "pages"),
        "dead": ("dead", "checked", "pages", "percent"),
        "too_few_links": ("checked", "least"),
        "too_few_pages": ("pages", "least"),
    }
)
def inner_links(city: CitySeen, *, least: int = 200, least_pages: int = 30, answered: float = 0.8) -> Verdict:
    """The share of checked links of the portal's inner pages that are alive; dead is 404, 410 or no address, twice.

    `least` links of `least_pages` inner pages must be asked (all links, when these pages have fewer), and `answered` of
    them, 0 to 1, must have shown whether they are alive. A link that stands on many pages counts once.
    """
    unread = home_unread(city)
    if unread is not None:
        return unread
    inner = [place for place in own_places(city) if not _is_home(place)]
    seen = [[links for visit, _ in place.documents if (links := visit.saw(LinksSeen)) is not None] for place in inner]
    pages = sum(1 for links in seen if any(each.internal for each in links))
    known = {target for links in seen for each in links for target in each.targets}
    if pages < least_pages:
        return cant_tell(_why_not_read(city), "too_few_pages", pages=pages, least=least_pages)
    alive, dead, asked = _asked_links(city, "inner_link", soft=False)
    checked, needed = len(alive) + len(dead), min(least, len(known))
    if asked < needed or checked < answered * needed:
        cause = next((page.cause for page in city.with_role("inner_link") if page.cause), None)
        return cant_tell(cause or Cause.BUDGET, "too_few_links", checked=checked, least=needed)
    share = len(alive) / checked
    if not dead:
        return graded(1.0, "alive", value=1.0, checked=checked, pages=pages, evidence=map(proof, alive))
    return graded(
        share,
        "dead",
        value=round(share, 4),
        dead=len(dead),
        checked=checked,
        pages=pages,
        percent=percent(share),
        evidence=[_dead_link(page) for page in dead],
    )


def _asked_links(city: CitySeen, role: str, *, soft: bool) -> tuple[list[VisitedPage], list[VisitedPage], int]:
    """The links of a role that are alive, those that are dead, and how many were asked.

    Dead is what is not there at the first ask and at the second; all else that did not answer is suspected. With
    `soft`, a page that says so under status 200 is not there either.
    """
    alive: list[VisitedPage] = []
    dead: list[VisitedPage] = []
    places = city.places(role)
    for place in places:
        first = [page for page in place.visits if page.has_role(role)]
        again = [page for page in place.visits if page.has_role("recheck") or page.way == "recheck"]
        if place.read or any(page.outcome in (Outcome.PASSED, Outcome.INAPPLICABLE) for page in (*first, *again)):
            alive.append(first[0])
        elif again and all(_is_dead(page, soft=soft) for page in (*first, *again)):
            dead.append(again[-1])
    return alive, dead, len(places)


def _is_home(place: Place) -> bool:
    """Whether this is the home page, or another address of it."""
    return any(visit.has_role("home", "home.") for visit in place.visits) or any(
        document.kind == "home" for _, document in place.documents
    )


def _dead_link(page: VisitedPage) -> Evidence:
    """A dead link as proof, with the page it stands on where that is known."""
    found_on = next((reason.found_on for reason in page.roles if reason.found_on), None)
    return proof(page, f"HTTP {page.status}" if page.status else "", href=found_on)


def _why_not_read(city: CitySeen) -> Cause:
    """Why so few pages were read: the commonest cause, else that no more were chosen."""
    causes = Counter(page.cause for page in city.pages if page.cause is not None and not page.has_role("inner_link"))
    return causes.most_common(1)[0][0] if causes else Cause.NOT_SAMPLED


def _is_dead(page: VisitedPage, *, soft: bool) -> bool:
    return page.status in _NO_SUCH_PAGE or page.cause is Cause.DNS or (soft and page.cause is Cause.SOFT_404)


@check(
    reasons={
        "sound": ("files",),
        "faulty": ("sound", "files", "percent", "fault"),
        "too_few_files": ("files", "least"),
        "no_files": (),
    }
)
def attachments(city: CitySeen, *, least: int = 3) -> Verdict:
    """The share of sampled files that came as what their name says: by their first bytes, and not empty.

    A page in place of the file, a missing file and an empty one are faults; what met a wall, was too large or did not
    answer says nothing. `least` files must be known (all, when the pages that were read link fewer).
    """
    unread = home_unread(city)
    if unread is not None:
        return unread
    sound: list[Evidence] = []
    faulty: list[tuple[Evidence, str]] = []
    asked = [place for place in city.places("attachment") if not place.moved]
    for place in asked:
        for visit in place.visits[:1]:
            fault = _file_fault(place, visit)
            if fault is None:
                continue
            told = proof(visit, fault, seen_by=FileSeen)
            faulty.append((told, fault)) if fault else sound.append(told)
    known = len(sound) + len(faulty)
    if not asked:
        return inapplicable("no_files")
    if known < min(least, len(asked)):
        cause = next((place.cause for place in asked if place.cause is not None), None)
        return cant_tell(cause or Cause.NOT_SAMPLED, "too_few_files", files=known, least=min(least, len(asked)))
    share = len(sound) / known
    if not faulty:
        return graded(1.0, "sound", value=1.0, files=known, evidence=sound)
    return graded(
        share,
        "faulty",
        value=round(share, 4),
        sound=len(sound),
        files=known,
        percent=percent(share),
        fault=faulty[0][1],
        evidence=[told for told, _ in faulty],
    )


def _file_fault(place: Place, visit: VisitedPage) -> str | None:
    """What is wrong with a file that was asked for: empty when nothing is, None when nothing is known."""
    seen = visit.saw(FileSeen)
    if seen is not None and visit.outcome is Outcome.PASSED:
        if not seen.size_bytes:
            return "0 B"
        return "" if seen.agrees else f"{seen.extension or '?'} ≠ {seen.kind}"
    if place.gone:
        return f"HTTP {visit.status}" if visit.status in _NO_SUCH_PAGE else "404"
    document = visit.saw(DocumentSeen)
    if document is not None and document.kind not in ("wall", "error") and visit.outcome is Outcome.PASSED:
        return "html"
    return None


@check(reasons={"whole": ("planned",), "partly": ("fetched", "planned", "percent", "missing"), "nothing": ()})
def coverage(city: CitySeen, *, strata: dict[str, tuple[str, ...]]) -> Verdict:
    """The share of planned pages that were read or are known not to exist, over all strata of the sample.

    `strata` are roles by the words a reader has for them. Pages that a budget cut off were planned; links that are only
    checked belong to no stratum.
    """
    planned = fetched = 0
    short: list[tuple[float, str]] = []
    lost: list[VisitedPage] = []
    for name, roles in strata.items():
        places = [place for place in city.places(*roles) if not place.moved]
        there = [place for place in places if place.read or place.gone]
        planned, fetched = planned + len(places), fetched + len(there)
        if len(there) < len(places):
            short.append((len(there) / len(places), f"{name}"))
            lost += [place.visits[0] for place in places if not (place.read or place.gone)]
    if not planned:
        return cant_tell(Cause.NOT_SAMPLED, "nothing")
    share = fetched / planned
    if not short:
        return graded(1.0, "whole", value=1.0, planned=planned)
    return graded(
        share,
        "partly",
        value=round(share, 4),
        fetched=fetched,
        planned=planned,
        percent=percent(share),
        missing=", ".join(name for _, name in sorted(short)[:4]),
        evidence=map(proof, lost),
    )


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
