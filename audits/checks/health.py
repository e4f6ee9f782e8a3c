"""Can it be reached: links of the home page that are dead, walls against visitors."""

from __future__ import annotations

from audits.checks.dead_links import REASONS, share_alive, state_of_link
from audits.city import CitySeen, VisitedPage
from audits.registry import check
from audits.verdict import Verdict, cant_tell, failed, inapplicable, passed, proof
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
