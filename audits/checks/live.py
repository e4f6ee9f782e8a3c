"""Does it open: an entry of the portal must lead to a page that is really there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from audits.band import Band
from audits.checks.content import shows_content
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, proof, proof_of
from probes.document import Sighting
from probes.guide import GuideSeen
from probes.outcome import Cause, Outcome


@dataclass(frozen=True)
class Target:
    """What became of an entry: live, dead, leading nowhere, not seen, or not known."""

    state: Literal["live", "dead", "nowhere", "no_entry", "unknown"]
    text: str = ""
    evidence: tuple[Evidence, ...] = ()
    page: VisitedPage | None = None
    cause: Cause | None = None
    vendor: str | None = None

    def unknown(self) -> Verdict:
        """The verdict where it is not known what the entry leads to: the page that was not read or never visited."""
        cause = self.cause or Cause.NOT_SAMPLED
        unvisited = next((one.href for one in self.evidence if one.href), None)
        if cause is Cause.NOT_SAMPLED and unvisited is not None:
            return cant_tell(cause, "not_followed", evidence=self.evidence, text=self.text, url=unvisited)
        url = self.page.url if self.page is not None else ""
        return cant_tell(cause, "gap", vendor=self.vendor, evidence=self.evidence, url=url)


def places_of(city: CitySeen, roles: Sequence[str]) -> list[Place]:
    """The pages behind the entries of these roles: those visited for a role, then those an entry leads to that were
    visited for another reason."""
    found = {place.url: place for place in city.places(*roles)}
    for _, sighting in entries(city, roles):
        place = city.place((sighting.href or "").split("#")[0])
        if place is not None and not any(visit.has_role("home") for visit in place.visits):
            found.setdefault(place.url, place)
    return [place for place in found.values() if not place.moved]


def target_of(city: CitySeen, roles: Sequence[str], *, guides_count: bool = True) -> Target:
    """What became of the entries of these roles, the best of them counting.

    Without `guides_count`, the guide of a single service is no such page.
    """
    places = places_of(city, roles)
    if not guides_count:
        places = [place for place in places if not any(visit.saw(GuideSeen) for visit in place.visits)]
    for place in places:
        if shows_content(city, place):
            page = next((visit for visit in place.visits if visit.outcome is Outcome.PASSED), place.visits[0])
            return Target("live", _entry_text(page, roles), (proof(page, _entry_text(page, roles)),), page)
    for place in places:
        if not place.gone and (not place.read or place.unfilled is not None):
            page = place.visits[0]
            return Target(
                "unknown",
                _entry_text(page, roles),
                (proof(page),),
                page,
                place.cause or Cause.NOT_SAMPLED,
                place.vendor,
            )
    if places:
        page = places[0].visits[0]
        return Target("dead", _entry_text(page, roles), tuple(proof(place.visits[0]) for place in places), page)
    left = [entry for entry in entries(city, roles) if city.place((entry[1].href or "").split("#")[0]) is None]
    seen = sorted(left, key=lambda entry: not leads_on(*entry))
    if not seen:
        return Target("no_entry")
    page, sighting = seen[0]
    evidence = (proof_of(page, sighting),)
    if not leads_on(page, sighting):
        return Target("nowhere", sighting.text, evidence, page)
    return Target("unknown", sighting.text, evidence, page, Cause.NOT_SAMPLED)


def entries(city: CitySeen, roles: Sequence[str]) -> Iterator[tuple[VisitedPage, Sighting]]:
    """Every sighting of these ids on the home page and on the pages that portals enter by."""
    for place in city.places("home", "disclosure.entry", "service.entry", "feedback.entry"):
        for visit, document in place.documents:
            for role in roles:
                for sighting in document.present.get(role, ()):
                    yield visit, sighting


def unfollowed(city: CitySeen, role: str) -> tuple[VisitedPage, Sighting] | None:
    """An entry of this role that leads to a host of which nothing was read, when no page was visited for the role: it
    hides what we seek.

    None when a page of the role was visited or planned, or when no entry leads to such a host; pages of a host that is
    read are planned as soon as an entry is seen. Documents are known by the titles of their links alone (`topic.`).
    """
    if role.startswith("topic.") or city.places(role):
        return None
    seen = [entry for entry in entries(city, (role,)) if leads_on(*entry)]
    asked = {_host(page.url) for page in city.pages if page.outcome is Outcome.PASSED} if seen else set()
    if any(city.place((sighting.href or "").split("#")[0]) is not None for _, sighting in seen):
        return None
    return next((entry for entry in seen if _host(entry[1].href or "") not in asked), None)


def host_fault(city: CitySeen, url: str) -> VisitedPage | None:
    """The first visit to the host of an address that ended without an answer, or None when it was never asked."""
    return next((page for page in city.pages if page.cause is not None and _host(page.url) == _host(url)), None)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bad port or bracket in a link
        return ""


def leads_on(page: VisitedPage, sighting: Sighting) -> bool:
    """Whether a sighting is a link to another page: no heading, script, number to dial or place on the same page."""
    target = (sighting.href or "").split("#")[0]
    return target.startswith(("http://", "https://")) and target not in (page.url, page.final_url)


@check(reasons={"opens": ("text",), "dead": ("text",), "nowhere": ("text",), "no_entry": ()})
def live_page(city: CitySeen, *, roles: tuple[str, ...], guides_count: bool = True) -> Verdict:
    """Whether an entry of one of these roles leads to a page with content.

    Failed when every page behind the entries is gone, or no entry was found on completed looks; an entry that is `#` or
    a script and was never seen to open is no target. Without `guides_count`, a single service's guide is none either.
    """
    target = target_of(city, roles, guides_count=guides_count)
    if target.state == "live":
        return passed("opens", text=target.text, evidence=target.evidence)
    if target.state == "unknown":
        return target.unknown()
    if target.state == "dead":
        return failed("dead", text=target.text, evidence=target.evidence)
    if target.state == "nowhere":
        return absent("nowhere", text=target.text, evidence=target.evidence)
    return absent("no_entry")


@check(reasons={"parts": ("found", "asked", "missing"), "all_parts": ("asked",)})
def live_parts(city: CitySeen, *, parts: dict[str, tuple[str, ...]]) -> Verdict:
    """The share of named parts that each lead to a page with content; a part is known by one or more roles."""
    targets = {name: target_of(city, roles) for name, roles in parts.items()}
    live = [name for name, target in targets.items() if target.state == "live"]
    unknown = [target for target in targets.values() if target.state == "unknown"]
    evidence = [proof for target in targets.values() for proof in target.evidence[:1]]
    score = len(live) / len(parts)
    if len(live) == len(parts):
        return graded(1.0, "all_parts", value=1.0, evidence=evidence, asked=len(parts))
    if unknown:
        return replace(
            unknown[0].unknown(),
            band=Band(score, score + len(unknown) / len(parts)),
            value=round(score, 4),
            evidence=tuple(evidence),
        )
    return graded(
        score,
        "parts",
        value=round(score, 4),
        evidence=evidence,
        more_may_be_seen=True,
        found=len(live),
        asked=len(parts),
        missing=", ".join(name for name in parts if name not in live),
    )


def _entry_text(page: VisitedPage, roles: Sequence[str]) -> str:
    return next((reason.why for reason in page.roles if reason.role in roles), "")[:80]
