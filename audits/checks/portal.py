"""The portal's own pages: which hosts are home, which pages of them were read, and why home was not."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from audits.city import CitySeen, Place
from audits.verdict import Verdict, cant_tell, proof
from probes.outcome import Cause


def host_of(url: str) -> str:
    """The host of an address in lower case without `www.`; empty for what is no address."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bad port or bracket in a link
        return ""


def home_hosts(city: CitySeen) -> frozenset[str]:
    """The hosts under which a home page was read."""
    return frozenset(host_of(place.url) for place in city.places("home") if place.read)


def own_places(city: CitySeen) -> tuple[Place, ...]:
    """The pages of the portal's own hosts that were read as documents, home first, results of searches left out."""
    return city.once(_own_places)


def home_unread(city: CitySeen) -> Verdict | None:
    """The verdict where no home page was read: its cause; None when one was."""
    if home_hosts(city):
        return None
    home = next((page for page in city.with_role("home") if page.cause is not None), None)
    if home is None or home.cause is None:
        return None
    return cant_tell(home.cause, "gap", vendor=home.vendor, url=home.url, evidence=[proof(home)])


def why_so_few(city: CitySeen) -> Cause:
    """Why no more pages of the portal's own hosts were read: the commonest cause, else that no more were chosen."""
    hosts = home_hosts(city)
    causes = Counter(
        visit.cause
        for visit in city.pages
        if visit.cause is not None
        and host_of(visit.url) in hosts
        and not visit.gone
        and not visit.has_role("home.", "inner_link", "link_check", "recheck")
    )
    return causes.most_common(1)[0][0] if causes else Cause.NOT_SAMPLED


def _own_places(city: CitySeen) -> tuple[Place, ...]:
    hosts = home_hosts(city)
    found = []
    for url in dict.fromkeys(page.url for page in city.pages):
        place = city.place(url)
        if place is None or host_of(url) not in hosts or not place.documents:
            continue
        if all(reason.role.startswith("search.") for visit in place.visits for reason in visit.roles):
            continue
        found.append(place)
    return tuple(sorted(found, key=lambda place: not any(visit.has_role("home") for visit in place.visits)))
