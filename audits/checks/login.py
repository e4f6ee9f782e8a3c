"""Where one logs in: the host at which the login of the portal, of its service hall and of other pages ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, passed, proof, proof_of
from probes.document import DocumentSeen, Sighting
from probes.outcome import Cause

_LOGIN = "service.login"
_MOST_STEPS = 6


@dataclass(frozen=True)
class Logins:
    """The logins of some pages: the hosts at which they end, and the addresses whose end is not known."""

    hosts: Mapping[str, Evidence] = field(default_factory=dict)
    unread: Mapping[str, tuple[Evidence, Cause]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.hosts or self.unread)

    def same_as(self, other: Logins) -> bool | None:
        """Whether both log in at one place; None when a login that was not read could be that of the other."""
        if self.hosts.keys() & other.hosts.keys() or self.unread.keys() & other.unread.keys():
            return True
        return None if self.unread or other.unread else False


def logins_of(city: CitySeen, places: Iterable[Place]) -> Logins:
    """The logins that these pages show: forms with a password, and links to log in, followed through redirects."""
    hosts: dict[str, Evidence] = {}
    unread: dict[str, tuple[Evidence, Cause]] = {}
    for place in places:
        for visit, document in _ends(city, place):
            for form in document.forms:
                if form.purpose == "login":
                    hosts.setdefault(host_of(form.action or visit.final_url), proof(visit, terms=("form",)))
            forms = {form.action for form in document.forms}
            for sighting in document.present.get(_LOGIN, ()):
                if (
                    sighting.href
                    and sighting.href.startswith("http")
                    and (sighting.selector or sighting.href not in forms)
                ):
                    _follow(city, visit, sighting, hosts, unread)
    return Logins(hosts, unread)


def _ends(city: CitySeen, place: Place) -> tuple[tuple[VisitedPage, DocumentSeen], ...]:
    end = end_of(city, place)
    return end.documents if end is not None else ()


def end_of(city: CitySeen, place: Place | None) -> Place | None:
    """The page at which an address ends after its redirects; None when that was not visited."""
    for _ in range(_MOST_STEPS):
        if place is None or not place.moved:
            return place
        target = next((visit.redirected_to for visit in place.visits if visit.redirected_to), None)
        place = city.place(target) if target is not None else None
    return None


def _follow(
    city: CitySeen,
    visit: VisitedPage,
    sighting: Sighting,
    hosts: dict[str, Evidence],
    unread: dict[str, tuple[Evidence, Cause]],
) -> None:
    address = (sighting.href or "").split("#")[0]
    start = city.place(address)
    end = end_of(city, start)
    if end is not None and end.gone:
        return  # a login that does not exist is none
    if end is not None and end.read:
        hosts.setdefault(host_of(end.visits[0].final_url or end.url), proof_of(visit, sighting))
        return
    seen = end or start
    unread.setdefault(address, (proof_of(visit, sighting), (seen.cause if seen else None) or Cause.NOT_SAMPLED))


def host_of(url: str) -> str:
    """The host of an address without `www.`; empty when there is none."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bad port or bracket in a link
        return ""


@check(
    reasons={
        "same": ("host",),
        "differ": ("hosts",),
        "unread": ("url",),
        "one": (),
        "none": (),
    }
)
def single_login(city: CitySeen, *, places: dict[str, tuple[str, ...]]) -> Verdict:
    """Whether the named parts of a portal, each known by roles, log in at one place.

    Parts without any login take no part in the comparison; two are needed for one. A login whose page could not be read
    counts as the same only where another part leads to the very same address.
    """
    found = {name: logins_of(city, city.places(*roles)) for name, roles in places.items()}
    found = {name: logins for name, logins in found.items() if logins}
    evidence = [one for logins in found.values() for one in _shown(logins)[:2]]
    if len(found) < 2:
        if not found:
            return absent("none")
        return absent("one", evidence=evidence)
    names = list(found)
    answers = [found[names[0]].same_as(found[name]) for name in names[1:]]
    hosts = list(dict.fromkeys(host for logins in found.values() for host in logins.hosts))
    if all(answers):
        host = hosts[0] if hosts else host_of(next(iter(found[names[0]].unread)))
        return passed("same", evidence=evidence, host=host)
    if False in answers:
        return failed("differ", evidence=evidence, hosts=", ".join(hosts))
    return unread_login(*found.values())


def unread_login(*logins: Logins) -> Verdict:
    """The answer where a login's page was not read: its cause and address."""
    url, (evidence, cause) = next(one for each in logins for one in each.unread.items())
    return cant_tell(cause, "unread", evidence=[evidence], url=url)


def _shown(logins: Logins) -> list[Evidence]:
    return [*logins.hosts.values(), *(evidence for evidence, _ in logins.unread.values())]
