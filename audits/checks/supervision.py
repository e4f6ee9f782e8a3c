"""Supervision and unity that show on the web: shared search and login, the credit portal, the data bureau."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from audits.checks.ages import newest, today
from audits.checks.content import shows_content
from audits.checks.live import places_of, target_of
from audits.checks.opendata import is_own
from audits.checks.topics import titled
from audits.checks.updates import falling
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, percent, proof
from probes.document import DocumentSeen
from probes.duties import DutiesSeen
from probes.outcome import Cause


@check(
    reasons={
        "all": ("entries", "sites"),
        "share": ("shared", "entries", "sites", "percent"),
        "too_few": ("pages", "least"),
    }
)
def shared_entries(city: CitySeen, *, least: int = 2) -> Verdict:
    """The share of search boxes and logins on the sites of departments that are the portal's own.

    A department's site is another host of the portal's domain on which a page was read. Its search is shared when its
    form leads to the portal's host or to the host the portal's form leads to; its login is shared when it leads where
    the portal's login leads. Each kind counts once a site; a site with neither says nothing. Needs `least` of them.
    """
    searches, logins, homes = _portal_hosts(city)
    told: dict[tuple[str, str], tuple[bool, Evidence]] = {}
    sites: dict[str, None] = {}
    for page, document in _department_pages(city, homes, logins):
        host = _host(page.final_url)
        sites[host] = None
        for kind, target, words in _entries(page, document):
            same = target in (searches if kind == "search" else logins)
            if (kind, host) not in told or (same and not told[kind, host][0]):
                told[kind, host] = (same, proof(page, words, terms=(f"entry.{kind}",)))
    if len(told) < least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(sites), least=least)
    shared = sum(one for one, _ in told.values())
    score = shared / len(told)
    evidence = [one[1] for one in sorted(told.values(), key=lambda one: one[0])]
    if score == 1.0:
        return graded(1.0, "all", value=1.0, evidence=evidence, entries=len(told), sites=len(sites))
    return graded(
        score,
        "share",
        value=round(score, 4),
        evidence=evidence,
        shared=shared,
        entries=len(told),
        sites=len(sites),
        percent=percent(score),
    )


def _portal_hosts(city: CitySeen) -> tuple[set[str], set[str], set[str]]:
    """Where the portal's search leads, where its login leads, and its own hosts."""
    searches: set[str] = set()
    logins: set[str] = set()
    homes = {_host(portal) for portal in city.city.portals}
    for place in city.places("home"):
        for visit, document in place.documents:
            homes.add(_host(visit.final_url))
            for kind, target, _ in _entries(visit, document):
                (searches if kind == "search" else logins).add(target)
    return searches | homes, logins, homes


def _department_pages(city: CitySeen, homes: set[str], logins: set[str]) -> Iterator[tuple[VisitedPage, DocumentSeen]]:
    """The pages read on other hosts of the portal's domain, but for the hosts that hold the shared login itself."""
    for page in city.pages:
        host = _host(page.final_url)
        document = page.saw(DocumentSeen) if page.read else None
        if document is None or host in homes or host in logins:
            continue
        if any(host.endswith(f".{home}") for home in homes):
            yield page, document


def _entries(page: VisitedPage, document: DocumentSeen) -> Iterator[tuple[str, str, str]]:
    """(search or login, the host it leads to, the words seen) of each entry of a page."""
    for form in document.forms:
        if form.purpose == "search" and form.action:
            yield "search", _host(form.action), form.action
        elif form.purpose == "login":
            yield "login", _host(form.action or page.final_url), form.action or page.final_url
    for sighting in document.present.get("service.login", ()):
        if (sighting.href or "").startswith(("http://", "https://")):
            yield "login", _host(sighting.href or ""), sighting.text


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bad port or bracket in a link
        return ""


@check(
    reasons={
        "newest": ("days", "date"),
        "undated": (),
        "dead": ("text",),
        "nowhere": ("text",),
        "not_own": ("text",),
        "no_entry": (),
    }
)
def fresh_site(city: CitySeen, *, roles: tuple[str, ...], best_days: int, worst_days: int) -> Verdict:
    """The age in days of the newest date on the city's own site behind these roles: 1 up to `best_days`, 0 from
    `worst_days`.

    A site of the country or the province that does not name the city is not its own. A site that opens but shows no
    date counts as not kept up.
    """
    places = [place for place in places_of(city, roles) if shows_content(city, place)]
    own = [place for place in places if _names_city(city, place)]
    hits = [hit for place in own if (hit := newest(place, today(city, place.visits[0]))) is not None]
    if hits:
        when, title, page = max(hits, key=lambda hit: hit[0])
        days = max(0, (today(city, page) - when).days)
        return graded(
            falling(days, best_days, worst_days),
            "newest",
            value=days,
            evidence=[proof(page, f"{when} {title}")],
            days=days,
            date=when.isoformat(),
        )
    if own:
        return absent("undated", value=None, evidence=[proof(place.visits[0]) for place in own])
    target = target_of(city, roles)
    if places:
        return absent("not_own", value=None, evidence=target.evidence, text=target.text)
    if target.state == "unknown":
        return target.unknown()
    if target.state == "dead":
        return failed("dead", value=None, evidence=target.evidence, text=target.text)
    if target.state == "nowhere":
        return absent("nowhere", value=None, evidence=target.evidence, text=target.text)
    return absent("no_entry", value=None)


def _names_city(city: CitySeen, place: Place) -> bool:
    titles = [document.title for _, document in place.documents]
    return any(is_own(city.city, visit.final_url, titles) for visit in place.visits)


@check(reasons={"told": ("bureau",), "named": ("text",), "none": ()})
def bureau_duties(city: CitySeen, *, topics: tuple[str, ...]) -> Verdict:
    """Whether a page says what the city's data bureau is for; the bureau's name alone is not enough.

    A title that promises the duties and leads to a page that was not read leaves the answer open.
    """
    for page in city.pages:
        seen = page.saw(DutiesSeen) if page.read else None
        if seen is not None:
            return passed("told", evidence=[proof(page, seen.duties, seen_by=DutiesSeen)], bureau=seen.bureau)
    named = titled(city, topics)
    for one in named:
        place = city.place((one.href or "").split("#")[0])
        if place is None and one.href:
            evidence = [proof(one.page, one.title, href=one.href)]
            return cant_tell(Cause.NOT_SAMPLED, "not_followed", evidence=evidence, text=one.title, url=one.href)
    if named:
        evidence = [proof(one.page, one.title, href=one.href) for one in named]
        return absent("named", evidence=evidence, text=named[0].title)
    return absent("none")
