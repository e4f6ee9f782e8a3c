"""Does the site say who it is: its domain, its entry for errors, and the marks in the foot of every page."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import urlsplit

from audits.checks.live import target_of
from audits.checks.portal import home_unread, own_places, why_so_few
from audits.city import CitySeen, VisitedPage
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, inapplicable, passed, percent, proof, proof_of
from probes.document import Sighting
from probes.outcome import Cause
from probes.site_code import SiteCodeSeen

_FIND_ERROR = "mark.find_error"


@check(reasons={"right": ("host",), "wrong": ("host",), "no_rule": ()})
def domain_form(city: CitySeen, *, forms: dict[str, tuple[str, ...]]) -> Verdict:
    """Whether the host at which the home page is read has the form that the country prescribes.

    `forms` are regular expressions over the whole host in lower case, by country; a country without any has no rule.
    A home page that was not read may send a visitor on to another host, so nothing is said of it.
    """
    allowed = [re.compile(form) for form in forms.get(city.city.country, ())]
    if not allowed:
        return inapplicable("no_rule")
    homes = [place for place in city.places("home") if place.read]
    hosts = {(urlsplit(place.url).hostname or ""): place.visits[0] for place in homes}
    if not hosts:
        return home_unread(city) or cant_tell(Cause.NOT_SAMPLED, "not_looked")
    wrong = [host for host in hosts if not any(form.fullmatch(host) for form in allowed)]
    if wrong:
        return failed("wrong", value=wrong[0], host=wrong[0], evidence=[proof(hosts[wrong[0]], wrong[0])])
    first = next(iter(hosts))
    return passed("right", value=first, host=first, evidence=[proof(hosts[first], first)])


@check(reasons={"full": ("pages",), "some": ("full", "pages", "percent", "missing"), "few": ("pages", "least")})
def footer(city: CitySeen, *, marks: dict[str, str], least: int = 5) -> Verdict:
    """The share of the portal's own pages that carry every one of these marks, in any reading of the page.

    `marks` are presence ids by the words a reader has for them; fewer than `least` pages say nothing.
    """
    places = own_places(city)
    if len(places) < least:
        unread = home_unread(city)
        return unread or cant_tell(why_so_few(city), "few", pages=len(places), least=least)
    lacking: Counter[str] = Counter()
    full: list[VisitedPage] = []
    partial: list[tuple[VisitedPage, str]] = []
    for place in places:
        seen = {id for _, document in place.documents for id in document.present}
        missing = [name for name, id in marks.items() if id not in seen]
        lacking.update(missing)
        if missing:
            partial.append((place.documents[0][0], missing[0]))
        else:
            full.append(place.documents[0][0])
    share = len(full) / len(places)
    if not partial:
        return graded(1.0, "full", value=1.0, pages=len(places), evidence=map(proof, full))
    return graded(
        share,
        "some",
        value=round(share, 4),
        full=len(full),
        pages=len(places),
        percent=percent(share),
        missing=", ".join(name for name, _ in lacking.most_common(3)),
        evidence=[proof(page) for page, _ in partial],
    )


@check(
    reasons={
        "works": ("code",),
        "no_entry": (),
        "no_code": ("text",),
        "differs": ("code", "other"),
        "dead": ("text",),
        "nowhere": ("text",),
        "untried": ("text",),
    }
)
def find_error(city: CitySeen) -> Verdict:
    """Whether the home page's entry for reporting errors bears the site's own code and leads to a page that answers.

    The code must be the one the page shows (else that of its tag, else one of the city's). An entry that a script
    writes as a picture opens by a script too: that is for a person to try.
    """
    pages = [(visit, document) for place in city.places("home") for visit, document in place.documents]
    entries = [(visit, sighting) for visit, document in pages for sighting in document.present.get(_FIND_ERROR, ())]
    if not entries:
        return absent("no_entry")
    told, own = _codes([visit for visit, _ in pages])
    first = _best(entries)
    evidence = [proof_of(*first)]
    text = first[1].text[:80]
    if not told:
        return failed("no_code", text=text, evidence=evidence)
    code = told[0]
    if own and code not in own:
        return failed("differs", value=code, code=code, other=own[0], evidence=evidence)
    if not own and city.city.code and code.isdigit() and not code.startswith(city.city.code):
        return failed("differs", value=code, code=code, other=city.city.code, evidence=evidence)
    target = target_of(city, (_FIND_ERROR,))
    if target.state == "live":
        return passed("works", value=code, code=code, evidence=(*target.evidence, *evidence))
    if target.state == "unknown":
        return target.unknown()
    if target.state == "dead":
        return failed("dead", text=target.text or text, evidence=target.evidence)
    if any(_scripted(sighting) for _, sighting in entries):
        return cant_tell(Cause.NEEDS_PERSON, "untried", text=text, evidence=evidence)
    return absent("nowhere", text=text, evidence=evidence)


def _codes(visits: list[VisitedPage]) -> tuple[list[str], list[str]]:
    """The codes that the entry bears, and those by which the site names itself: the visible ones, else the tag's."""
    seen = [codes for visit in visits if (codes := visit.saw(SiteCodeSeen)) is not None]
    told = dict.fromkeys(code for codes in seen for code in codes.tool)
    visible = dict.fromkeys(code for codes in seen for code in codes.visible)
    tagged = dict.fromkeys(code for codes in seen for code in codes.meta)
    return list(told), list(visible or tagged)


def _best(entries: list[tuple[VisitedPage, Sighting]]) -> tuple[VisitedPage, Sighting]:
    """The sighting that proves most: a link before a picture before a script."""
    return max(entries, key=lambda entry: (entry[1].href or "").startswith("http"))


def _scripted(sighting: Sighting) -> bool:
    """Whether an entry is a script, or a picture that a script has made an entry."""
    return "jiucuo" in sighting.text.lower() or (sighting.href or "").lower().split("?")[0].endswith((".png", ".gif"))
