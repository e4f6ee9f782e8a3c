"""Public services by field: functions, depth online, freshness, login and mobile channels."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from audits.checks.ages import newest, today
from audits.checks.content import shows_content
from audits.checks.live import leads_on, places_of
from audits.checks.login import end_of, logins_of, unread_login
from audits.checks.service import guides_of
from audits.checks.updates import falling
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, failed, graded, passed, percent, proof, proof_of
from probes.channels import ChannelsSeen
from probes.document import Sighting
from probes.guide import GuideSeen
from probes.labels import labels, says
from probes.lexicon import words_files
from probes.online import OnlineSeen

_HALL = "service.entry"
_FILE_NAME = re.compile(r"\.[a-z]{3,4}$", re.I)


def functions_of(field: str) -> dict[str, str]:
    """The functions a field is asked for, by id (`function.transport.live`), each with its name: the first words of its
    entry in the Chinese and the English file of words."""
    files = words_files()
    ids = dict.fromkeys(id for file in files.values() for id in file.entry if id.startswith(f"function.{field}."))
    return {
        id: " ".join(files[code].entry[id].exact[0] for code in ("zh", "en") if id in files[code].entry) for id in ids
    }


def pages_of(city: CitySeen, field: str, page: str) -> list[Place]:
    """The pages of a field that were read and show something: its platform, and the functions visited from there.

    A login that a function sends the visitor to is none of them.
    """
    places = [place for place in places_of(city, (page,)) if not _is_guide(place)]
    places += [end for end in _ends(city, field) if not _asks_login(end)]
    found = {place.url: place for place in places if place.read and shows_content(city, place)}
    return list(found.values())


def _ends(city: CitySeen, field: str) -> list[Place]:
    """The pages at which the functions visited of a field end, after redirects."""
    ends = (end_of(city, place) for place in city.places(f"function.{field}"))
    return [end for end in ends if end is not None]


def _asks_login(place: Place) -> bool:
    return any(form.purpose == "login" for _, document in place.documents for form in document.forms)


def _is_guide(place: Place) -> bool:
    return any(visit.saw(GuideSeen) is not None for visit in place.visits)


@check(
    reasons={
        "all_offered": ("asked",),
        "offered": ("found", "asked", "percent", "missing"),
        "none": ("asked",),
    }
)
def field_functions(city: CitySeen, *, field: str, page: str) -> Verdict:
    """The share of a field's functions that the home page, the service hall or the field's own pages link to.

    A link counts whose words stand for the function and that leads to another page; one whose page was found not to
    exist does not, nor do the names of offices, papers and news.
    """
    asked = functions_of(field)
    looked = {place.url: place for place in (*city.places("home", "service.entry"), *pages_of(city, field, page))}
    found: dict[str, Evidence] = {}
    for place in looked.values():
        for visit, document in place.documents:
            outside = labels(document.lang)["function"]["not"]
            for id in asked:
                for sighting in document.present.get(id, ()):
                    if id not in found and _works(city, visit, sighting) and not says(sighting.text, outside):
                        found[id] = proof_of(visit, sighting)
    if not found:
        return absent("none", value=0.0, asked=len(asked))
    share = len(found) / len(asked)
    evidence = list(found.values())
    if share == 1.0:
        return graded(1.0, "all_offered", value=1.0, evidence=evidence, asked=len(asked))
    return graded(
        share,
        "offered",
        value=round(share, 4),
        evidence=evidence,
        more_may_be_seen=True,
        found=len(found),
        asked=len(asked),
        percent=percent(share),
        missing=", ".join(name for id, name in asked.items() if id not in found),
    )


def _works(city: CitySeen, visit: VisitedPage, sighting: Sighting) -> bool:
    """Whether a link leads to another page that is not known to be missing; the name of a file is no function."""
    if not leads_on(visit, sighting) or _FILE_NAME.search(sighting.text):
        return False
    target = end_of(city, city.place((sighting.href or "").split("#")[0]))
    return target is None or not target.gone


@check(reasons={"whole": ("text",), "apply": ("text",), "query": ("text",), "information": (), "none": ()})
def field_depth(
    city: CitySeen, *, field: str, page: str, information: float = 0.25, query: float = 0.5, apply: float = 0.75
) -> Verdict:
    """The deepest step that the pages of a field, and the guides of its matters, show without a login.

    The whole way counts where a page states it and lets one begin; being sent to a login from a function of the field
    counts as beginning.
    """
    places = pages_of(city, field, page)
    steps: list[tuple[float, str, str, Evidence]] = []
    for place in places:
        steps.append(
            (information, "information", "", proof(place.documents[0][0] if place.documents else place.visits[0]))
        )
    for place in (*places, *_guides(city, field, page, places)):
        for visit in place.visits:
            seen = visit.saw(OnlineSeen) if visit.read else None
            if seen is None:
                continue
            if seen.apply and seen.whole:
                steps.append(
                    (1.0, "whole", seen.whole, proof(visit, seen.apply, href=seen.apply_href, seen_by=OnlineSeen))
                )
            if seen.apply:
                steps.append(
                    (apply, "apply", seen.apply, proof(visit, seen.apply, href=seen.apply_href, seen_by=OnlineSeen))
                )
            if seen.query:
                steps.append((query, "query", seen.query, proof(visit, seen.query, seen_by=OnlineSeen)))
    for end in _ends(city, field):
        if _asks_login(end):
            role = f"function.{field}"
            said = next((one.why for visit in end.visits for one in visit.roles if one.role == role), "")
            steps.append((apply, "apply", said[:40], proof(end.visits[0], said, terms=("login",))))
    if not steps:
        return absent("none", value=0.0)
    score, reason, text, evidence = max(steps, key=lambda step: step[0])
    return graded(score, reason, value=score, evidence=[evidence], more_may_be_seen=True, text=text)


def _guides(city: CitySeen, field: str, page: str, places: Iterable[Place]) -> Iterator[Place]:
    """The guides that stand for the field, or were found on one of its pages; every guide is a matter of the hall."""
    urls = {place.url for place in places}
    for place, _, _ in guides_of(city):
        for visit in place.visits:
            found_there = any(reason.found_on in urls for reason in visit.roles)
            if page == _HALL or found_there or visit.has_role(page, f"function.{field}"):
                yield place
                break


@check(reasons={"newest": ("days", "date", "title"), "undated": ()})
def field_freshness(city: CitySeen, *, field: str, page: str, best_days: int = 7, worst_days: int = 90) -> Verdict:
    """The age in days of the newest dated matter on the pages of a field and its notices: 1 up to `best_days`, 0 from
    `worst_days`, linear. Pages without a date count as not updated; the portal's own columns are not the field's."""
    notices = [place for place in city.places(f"notices.{field}") if place.read and not _is_of_portal(place)]
    places = [*pages_of(city, field, page), *notices]
    found = [hit for place in places if (hit := newest(place, today(city, place.visits[0]))) is not None]
    if not found:
        return absent("undated", value=None, evidence=[proof(place.visits[0]) for place in places[:2]])
    when, title, visit = max(found, key=lambda hit: hit[0])
    days = max(0, (today(city, visit) - when).days)
    return graded(
        falling(days, best_days, worst_days),
        "newest",
        value=days,
        evidence=[proof(visit, f"{when} {title}")],
        more_may_be_seen=True,
        days=days,
        date=when.isoformat(),
        title=title[:60],
    )


def _is_of_portal(place: Place) -> bool:
    return any(visit.has_role("column.") for visit in place.visits)


@check(reasons={"same": ("host",), "other": ("host", "portal"), "no_login": (), "portal_none": (), "unread": ("url",)})
def field_login(
    city: CitySeen, *, field: str, page: str, portal: tuple[str, ...] = ("home", "service.entry")
) -> Verdict:
    """Whether the login of a field's pages ends where the login of the portal or of its service hall ends."""
    own = logins_of(city, [*pages_of(city, field, page), *filter(_asks_login, _ends(city, field))])
    roles = tuple(role for role in portal if role != page)
    shared = logins_of(city, city.places(*roles))
    evidence = [*own.hosts.values(), *shared.hosts.values()]
    if not own:
        return absent("no_login", evidence=evidence)
    if not shared:
        return absent("portal_none", evidence=evidence)
    same = own.same_as(shared)
    if same:
        host = next((host for host in own.hosts if host in shared.hosts), "")
        return passed("same", evidence=evidence, host=host or next(iter(own.unread)))
    if same is None:
        return unread_login(own, shared)
    return failed("other", evidence=evidence, host=", ".join(own.hosts), portal=", ".join(shared.hosts))


@check(reasons={"channels": ("number", "full"), "none": ()})
def field_mobile(city: CitySeen, *, field: str, page: str, full: int = 2) -> Verdict:
    """How many kinds of mobile channel the pages of a field offer; `full` of them score 1."""
    found: dict[str, Evidence] = {}
    for place in pages_of(city, field, page):
        for visit in place.visits:
            seen = visit.saw(ChannelsSeen) if visit.read else None
            for channel in seen.channels if seen is not None else ():
                if channel.kind not in found:
                    found[channel.kind] = proof(visit, channel.text, href=channel.href, seen_by=ChannelsSeen)
    if not found:
        return absent("none", value=0)
    return graded(
        len(found) / full,
        "channels",
        value=len(found),
        evidence=list(found.values()),
        more_may_be_seen=True,
        number=len(found),
        full=full,
    )
