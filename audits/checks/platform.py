"""Open data: whether the platform is open to all, what it covers, and whether those who use it are answered."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlsplit

from audits.band import Band
from audits.checks.ages import CLOCKS_MAY_DIFFER, day, today
from audits.checks.content import shows_content
from audits.checks.live import target_of
from audits.checks.opendata import answers, platform_of, shown
from audits.checks.updates import falling
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, inapplicable, passed, percent, proof
from probes.data_channels import DataChannelSeen
from probes.document import DocumentSeen
from probes.labels import labels, says
from probes.lexicon import fold
from probes.messages import MessagesSeen
from probes.opendata.catalogue import OpenDataAnswer, departments_of
from probes.organisations import LEAST_NAMES, OrganisationsSeen
from probes.outcome import Cause

_SAMPLE = 100
"""Datasets that stand for the whole of a catalogue which was read in part."""

_WALLS = (Cause.BLOCKED, Cause.CAPTCHA)


@check(
    reasons={
        "open": (),
        "login": (),
        "merged": ("where",),
        "gone": (),
        "signed": (),
        "walled": (),
        "none": (),
        "nowhere": ("text",),
    }
)
def access(city: CitySeen) -> Verdict:
    """How the open-data platform can be reached: open, login, merged, gone (measured), signed or walled (not known).

    Open: the catalogue, or the platform's own page, is read without an account. Login: its page is a form to sign in.
    Merged: its address leads to another host that is a service hall and shows no catalogue. Gone: the server says that
    there is no such page. Signed: its interfaces want signed calls. A wall is a finding about the visit alone.
    """
    entries = [place for place in city.places("opendata.entry", "opendata.api") if not place.moved]
    if platform_of(city).usable:
        return passed("open", value="open", evidence=shown(city))
    signed = [page for page in city.with_role("opendata.entry", "opendata.api") if _is_signed(page)]
    if signed:
        return cant_tell(
            Cause.NEEDS_PERSON, "signed", value="signed", evidence=[proof(signed[0], seen_by=OpenDataAnswer)]
        )
    pages = [place for place in city.places("opendata.entry") if place.read and not place.moved]
    for place in pages:
        if _is_login(place):
            return failed("login", value="login", evidence=[proof(place.visits[0])])
    for place in pages:
        if _is_hall(city, place):
            where = place.visits[0].final_url[:100]
            return failed("merged", value="merged", evidence=[proof(place.visits[0])], where=where)
    if any(shows_content(city, place) for place in pages):
        return passed("open", value="open", evidence=[proof(place.visits[0]) for place in pages])
    for place in entries:
        if not place.read and place.cause in _WALLS:
            page = place.visits[0]
            return cant_tell(place.cause, "walled", value="walled", vendor=place.vendor, evidence=[proof(page)])
    unread = next((place for place in entries if not place.read and not place.gone), None)
    if unread is not None:
        page = unread.visits[0]
        return cant_tell(unread.cause or Cause.NOT_SAMPLED, "gap", evidence=[proof(page)], url=page.url)
    if entries:
        return failed("gone", value="gone", evidence=[proof(place.visits[0]) for place in entries])
    target = target_of(city, ("opendata.entry",))
    if target.state == "unknown":
        return target.unknown()
    if target.state == "nowhere":
        return absent("nowhere", value="gone", evidence=target.evidence, text=target.text)
    return replace(inapplicable("none"), rests_on_absence=True)


def _is_signed(page: VisitedPage) -> bool:
    answer = page.saw(OpenDataAnswer)
    return answer is not None and answer.family == "gateway"


def _is_login(place: Place) -> bool:
    """Whether all that a page offers is to sign in."""
    forms = [form.purpose for _, document in place.documents for form in document.forms if form.purpose != "search"]
    return bool(forms) and set(forms) == {"login"} and not any(document.items for _, document in place.documents)


def _is_hall(city: CitySeen, place: Place) -> bool:
    """Whether an entry to open data was sent on to a service hall."""
    sent = any(visit.has_role("opendata.entry") and visit.redirected_to for visit in city.pages)
    halls = {_host(visit.final_url) for visit in city.with_role("service.entry")} - {
        _host(portal) for portal in city.city.portals
    }
    return sent and any(
        _host(visit.final_url) in halls or document.kind == "service" for visit, document in place.documents
    )


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


@check(
    reasons={
        "share": ("publishing", "known", "percent"),
        "empty": (),
        "unread": (),
        "no_list": ("publishing",),
        "part": ("publishing", "known"),
    }
)
def publishing_departments(city: CitySeen, *, roles: tuple[str, ...]) -> Verdict:
    """The departments that publish data, as a share of those known: the fullest list of departments on the pages of
    these roles, joined with the publishers, else the platform's own list of organisations.

    Names are compared without the city's name. Without a list, or with a part of the catalogue alone, nothing is said.
    """
    whole = platform_of(city)
    if not whole.usable:
        cause = next((page.cause for page in city.with_role("opendata.api") if page.cause is not None), None)
        return cant_tell(cause or Cause.NEEDS_PERSON, "unread", evidence=shown(city))
    publishing = {_bare(city, name) for name in whole.departments} - {""}
    if not publishing:
        if whole.complete and not whole.datasets:
            return failed("empty", value=0.0, evidence=shown(city))
        return cant_tell(Cause.NOT_SAMPLED, "unread", evidence=shown(city))
    listed = [
        (page, {_bare(city, name) for name in seen.names if _is_listed(city, page, name)} - {""})
        for page in city.with_role(*roles)
        if page.read and (seen := page.saw(OrganisationsSeen)) is not None
    ]
    listed = [one for one in listed if len(one[1]) >= LEAST_NAMES]
    if listed:
        page, known = max(listed, key=lambda one: len(one[1]))
        names = sorted(known)
        told = (", " if all(map(str.isascii, names)) else "、").join(names)
        evidence = [proof(page, told, seen_by=OrganisationsSeen), *shown(city)]
    else:
        known, evidence = publishing, shown(city)
        if whole.complete:  # the platform's own list may hold departments without any dataset
            publishing = {_bare(city, name) for name in departments_of(whole.datasets)} - {""}
        if known == publishing:
            return cant_tell(Cause.NOT_SAMPLED, "no_list", evidence=evidence, publishing=len(publishing))
    every = known | publishing
    share = len(publishing) / len(every)
    if not whole.complete and not any(answer.departments_total for _, answer in answers(city)):
        return cant_tell(
            Cause.NOT_SAMPLED,
            "part",
            band=Band(share, 1.0),
            value=round(share, 4),
            evidence=evidence,
            publishing=len(publishing),
            known=len(every),
        )
    return graded(
        share,
        "share",
        value=round(share, 4),
        evidence=evidence,
        publishing=len(publishing),
        known=len(every),
        percent=percent(share),
    )


def _is_listed(city: CitySeen, page: VisitedPage, name: str) -> bool:
    """Whether a page that is no list of organs means a department of this city: it says so by the city or its kind.

    Front pages also list the bureaus of the country and the province.
    """
    if page.has_role("head.organs", "disclosure.entry"):
        return True
    own = (fold(city.city.name.removesuffix("市")), *labels(_language(city))["organisation"]["own"])
    return fold(name).startswith(own)


def _bare(city: CitySeen, name: str) -> str:
    """A department's name as it is compared: folded, without blanks, the city's name and the word for it."""
    bare = re.sub(r"[\s（(].*$", "", fold(name)) if not name.isascii() else fold(name)
    for prefix in (city.city.name, city.city.name.removesuffix("市")):
        bare = bare.removeprefix(fold(prefix))
    return re.sub(r"^(?:人民政府|市人民政府|市|本市)", "", bare).strip()


@check(reasons={"covered": ("found", "asked", "missing"), "all": ("asked",), "empty": (), "unread": ()})
def theme_coverage(city: CitySeen, *, themes: tuple[str, ...]) -> Verdict:
    """The share of the reference themes to which some dataset belongs, by its stated themes, else by its title.

    `themes` are meanings of the words' list of themes. Of a catalogue that was read in part, a hundred datasets stand
    for the rest; from fewer, a theme that was not met may be there all the same.
    """
    whole = platform_of(city)
    if not whole.usable:
        cause = next((page.cause for page in city.with_role("opendata.api") if page.cause is not None), None)
        return cant_tell(cause or Cause.NEEDS_PERSON, "unread", evidence=shown(city))
    told = [*whole.themes, *(theme for dataset in whole.datasets for theme in dataset.themes)]
    told += [dataset.title for dataset in whole.datasets]
    if not told:
        if whole.complete:
            return failed("empty", value=0.0, evidence=shown(city))
        return cant_tell(Cause.NOT_SAMPLED, "unread", evidence=shown(city))
    words = labels(_language(city))["theme"]
    found = [theme for theme in themes if any(says(text, words[theme]) for text in told)]
    score = len(found) / len(themes)
    if score == 1.0:
        return graded(1.0, "all", value=1.0, evidence=shown(city), asked=len(themes))
    missing = ", ".join(f"theme.{theme}" for theme in themes if theme not in found)
    if not whole.complete and len(whole.datasets) < _SAMPLE:
        return cant_tell(
            Cause.NOT_SAMPLED, "unread", band=Band(score, 1.0), value=round(score, 4), evidence=shown(city)
        )
    return graded(
        score,
        "covered",
        value=round(score, 4),
        evidence=shown(city),
        found=len(found),
        asked=len(themes),
        missing=missing,
    )


def _language(city: CitySeen) -> str:
    for page in city.with_role("opendata.entry", "home"):
        document = page.saw(DocumentSeen) if page.read else None
        if document is not None:
            return document.lang
    return "zh" if city.city.country == "cn" else "en"


@check(reasons={"all": ("days",), "parts": ("found", "asked", "missing"), "none": ()})
def data_channels(
    city: CitySeen, *, request: str, correction: str, best_days: int = 14, worst_days: int = 90
) -> Verdict:
    """Whether users can ask for data, can report errors, and are answered in public: the mean of the three.

    A channel counts when the page behind its entry opens. Answers score by the age of the newest: 1 up to `best_days`,
    0 from `worst_days`. The value is that age in days.
    """
    evidence: list[Evidence] = []
    parts: dict[str, float] = {}
    unknown: dict[str, Verdict] = {}
    ages: list[int] = []
    for name, role in (("request", request), ("correction", correction)):
        places = [place for place in city.places(role) if not place.moved]
        live = [place for place in places if shows_content(city, place)]
        if live:
            parts[name] = 1.0
            evidence.append(proof(live[0].visits[0], terms=(f"channel.{name}",)))
            ages += [age for place in live for visit in place.visits if (age := _answered(city, visit)) is not None]
        elif left := next((place for place in places if not place.gone and not place.read), None):
            page = left.visits[0]
            unknown[name] = cant_tell(
                left.cause or Cause.NOT_SAMPLED, "gap", vendor=left.vendor, evidence=[proof(page)], url=page.url
            )
        elif not places and (entry := _unvisited(city, role)) is not None:
            unknown[name] = entry
    days = min(ages, default=None)
    if days is not None:
        parts["reply"] = falling(days, best_days, worst_days)
    score = sum(parts.values()) / 3
    if unknown:
        first = next(iter(unknown.values()))
        return replace(first, band=Band(score, 1.0), value=days, evidence=(*evidence, *first.evidence))
    if score == 1.0 and days is not None:
        return graded(1.0, "all", value=days, evidence=evidence, days=days)
    if not parts:
        return absent("none", value=None)
    missing = ", ".join(f"channel.{name}" for name in ("request", "correction", "reply") if parts.get(name, 0.0) < 1.0)
    return graded(
        score,
        "parts",
        value=days,
        evidence=evidence,
        more_may_be_seen=True,
        found=sum(part == 1.0 for part in parts.values()),
        asked=3,
        missing=missing,
    )


def _answered(city: CitySeen, visit: VisitedPage) -> int | None:
    """The age in days of the newest answer a page shows."""
    if not visit.read:
        return None
    channel, messages = visit.saw(DataChannelSeen), visit.saw(MessagesSeen)
    told = [channel.newest if channel is not None else None]
    told += [message.answered for message in messages.messages] if messages is not None else []
    now = today(city, visit)
    days = [when for text in told if (when := day(text)) is not None and when <= now + CLOCKS_MAY_DIFFER]
    return max(0, (now - max(days)).days) if days else None


def _unvisited(city: CitySeen, role: str) -> Verdict | None:
    """What follows from an entry on the platform that leads to a page nobody visited."""
    for page in city.with_role("opendata.entry"):
        document = page.saw(DocumentSeen) if page.read else None
        for sighting in document.present.get(role, ()) if document is not None else ():
            if (sighting.href or "").startswith(("http://", "https://")):
                evidence = [proof(page, sighting.text, href=sighting.href)]
                return cant_tell(
                    Cause.NOT_SAMPLED,
                    "not_followed",
                    evidence=evidence,
                    text=sighting.text[:80],
                    url=sighting.href or "",
                )
    return None
