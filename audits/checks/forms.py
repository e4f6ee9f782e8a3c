"""Forms that keep people out: pictures to be typed off, without another way."""

from __future__ import annotations

from dataclasses import replace

from audits.city import CitySeen, VisitedPage
from audits.registry import check
from audits.verdict import Verdict, graded, inapplicable, proof
from probes.captcha import CaptchaSeen


@check(reasons={"offered": ("forms",), "missing": ("missing_in", "forms"), "no_captcha": ()})
def captcha_alternative(city: CitySeen) -> Verdict:
    """The share of forms with a picture captcha that offer another way, over all pages that were read.

    Without any such captcha the question does not arise; that may be said only when the pages with forms were read.
    """
    found: list[tuple[VisitedPage, CaptchaSeen]] = []
    for url in dict.fromkeys(page.url for page in city.pages if page.saw(CaptchaSeen) is not None):
        place = city.place(url)
        readings = (
            [(visit, seen) for visit in place.visits if visit.read and (seen := visit.saw(CaptchaSeen))]
            if place
            else []
        )
        if readings:
            found.append(max(readings, key=lambda reading: (reading[1].with_alternative, reading[1].forms)))
    if not found:
        return replace(inapplicable("no_captcha"), rests_on_absence=True)
    forms = sum(seen.forms for _, seen in found)
    good = sum(seen.with_alternative for _, seen in found)
    worst = sorted(found, key=lambda one: one[1].with_alternative / one[1].forms)
    evidence = [
        proof(
            page,
            seen.alternative or "",
            terms=("captcha.other",) if seen.alternative else ("captcha.picture",),
            seen_by=CaptchaSeen,
        )
        for page, seen in worst
    ]
    share = good / forms
    if share == 1.0:
        return graded(1.0, "offered", value=1.0, evidence=evidence, forms=forms)
    return graded(share, "missing", value=round(share, 4), evidence=evidence, missing_in=forms - good, forms=forms)
