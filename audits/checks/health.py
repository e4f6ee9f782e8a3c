"""Can it be reached: links that are dead, files that are none, how much was read, walls against visitors."""

from __future__ import annotations

from dataclasses import replace

from audits.checks.dead_links import REASONS, share_alive, state_of_link
from audits.checks.portal import home_unread, own_places, why_so_few
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, cant_tell, failed, graded, inapplicable, passed, percent, proof
from probes.attachments import FileSeen
from probes.document import DocumentSeen
from probes.outcome import Cause, Outcome
from probes.page_links import LinksSeen


@check(reasons={**REASONS, "too_few_links": ("checked", "least"), "no_links": ()})
def home_links(city: CitySeen, *, least: int = 30, answered: float = 0.8) -> Verdict:
    """The share of the home page's checked links that are alive.

    Dead is what says so twice, a day apart (`dead_links`); what says so in this round only is suspected and keeps the
    share between two bounds; all else that does not answer is left out. `least` links must be asked (all, when the home
    page has fewer), and `answered` of them, 0 to 1, must have shown the one or the other. A home page without a link to
    another page of its site has none that could be dead.
    """
    places = city.places("link_check")
    links = [state_of_link(city, place) for place in places]
    checked, asked = sum(link.state != "unknown" for link in links), len(places)
    inside = [seen.internal for page in city.measured("home") if (seen := page.saw(LinksSeen))]
    needed = min(least, max(inside)) if inside else least
    if needed == 0 and asked == 0:
        return inapplicable("no_links")
    if asked < max(1, needed) or checked < answered * needed:
        cause = next((page.cause for page in city.with_role("link_check") if page.cause), None)
        home = next((page for page in city.with_role("home") if page.cause is not None), None)
        if not inside and home is not None and home.cause is not None:
            return cant_tell(home.cause, "gap", vendor=home.vendor, evidence=[proof(home)], url=home.url)
        return cant_tell(cause or Cause.NOT_SAMPLED, "too_few_links", checked=checked, least=needed)
    return share_alive(links)


@check(reasons={**REASONS, "too_few_links": ("checked", "least"), "too_few_pages": ("pages", "least")})
def inner_links(city: CitySeen, *, least: int = 200, least_pages: int = 30, answered: float = 0.8) -> Verdict:
    """The share of checked links of the portal's inner pages that are alive, told as for the home page.

    A page that says under status 200 that it is not there is no dead link here: so many pages cannot be looked at by a
    person. `least` links of `least_pages` inner pages must be asked (all links, when these pages have fewer), and
    `answered` of them, 0 to 1, must have shown whether they are alive. A link that stands on many pages counts once.
    """
    unread = home_unread(city)
    if unread is not None:
        return unread
    inner = [place for place in own_places(city) if not _is_home(place)]
    seen = [[look for visit, _ in place.documents if (look := visit.saw(LinksSeen)) is not None] for place in inner]
    pages = sum(1 for looks in seen if any(look.internal for look in looks))
    known = {target for looks in seen for look in looks for target in look.targets}
    if pages < least_pages:
        return cant_tell(why_so_few(city), "too_few_pages", pages=pages, least=least_pages)
    asked = [state_of_link(city, place) for place in city.places("inner_link")]
    links = [replace(link, state="unknown") if link.page.cause is Cause.SOFT_404 else link for link in asked]
    checked, needed = sum(link.state != "unknown" for link in links), min(least, len(known))
    if len(links) < needed or checked < answered * needed:
        cause = next((page.cause for page in city.with_role("inner_link") if page.cause), None)
        return cant_tell(cause or Cause.BUDGET, "too_few_links", checked=checked, least=needed)
    return share_alive(links)


def _is_home(place: Place) -> bool:
    """Whether this is the home page, or another address of it."""
    return any(visit.has_role("home", "home.") for visit in place.visits) or any(
        document.kind == "home" for _, document in place.documents
    )


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
        return f"HTTP {visit.status}" if visit.status in (404, 410) else "404"
    document = visit.saw(DocumentSeen)
    if document is not None and document.kind not in ("wall", "error") and visit.outcome is Outcome.PASSED:
        return "html"
    return None


@check(reasons={"whole": ("planned",), "partly": ("fetched", "planned", "percent", "missing"), "nothing": ()})
def coverage(city: CitySeen, *, strata: dict[str, tuple[str, ...]]) -> Verdict:
    """The share of planned pages that were read or are known not to exist, over all strata of the sample.

    `strata` are roles by the words a reader has for them. Pages that a budget cut off were planned; a home page that is
    not there hides all others and is not read; links that are only checked belong to no stratum.
    """
    planned = fetched = 0
    short: list[tuple[float, str]] = []
    lost: list[VisitedPage] = []
    for name, roles in strata.items():
        places = [place for place in city.places(*roles) if not place.moved]
        there = [place for place in places if _is_known(place)]
        planned, fetched = planned + len(places), fetched + len(there)
        if len(there) < len(places):
            short.append((len(there) / len(places), name))
            lost += [place.visits[0] for place in places if not _is_known(place)]
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


def _is_known(place: Place) -> bool:
    """Whether a planned page was read, or is known not to exist."""
    return place.read or (place.gone and not any(visit.has_role("home") for visit in place.visits))


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
