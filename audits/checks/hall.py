"""The service hall and what it offers: items, groups, forms, visits, packages, help."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import replace

from audits.band import Band
from audits.checks.content import shows_content
from audits.checks.live import places_of, target_of
from audits.checks.service import guides_of
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, inapplicable, passed, percent, proof
from probes.answer import AnswerSeen
from probes.attachments import FileSeen
from probes.guide import GuideSeen
from probes.hall import HallSeen
from probes.outcome import Cause, Outcome
from probes.packages import PackagesSeen
from probes.papers import Paper, PapersSeen
from probes.questions import QuestionsSeen

_HALL = ("service.entry", "service.list")


def _halls(city: CitySeen, roles: tuple[str, ...]) -> Iterator[tuple[VisitedPage, HallSeen]]:
    for place in city.places(*roles):
        for visit in place.visits:
            seen = visit.saw(HallSeen) if visit.read else None
            if seen is not None:
                yield visit, seen


@check(
    reasons={
        "declared": ("number", "full", "counted"),
        "counted": ("number", "full"),
        "at_least": ("number",),
        "none": (),
    }
)
def listed_items(city: CitySeen, *, full: int = 1000) -> Verdict:
    """How many service items the hall lists, on a logarithmic scale that is 0 for none and 1 from `full` on.

    The number the hall declares goes before the addresses counted, which are those that look like the guides that were
    read; where a list goes on beyond the pages read, the count is only the least there is.
    """
    halls = list(_halls(city, _HALL))
    guides = {_bare(place.url) for place, _, _ in guides_of(city)}
    shapes = {_shape(address) for address in guides}
    listed = {_bare(url) for _, seen in halls for url in seen.listed}
    counted = guides | {address for address in listed if _shape(address) in shapes}
    evidence = [proof(visit, seen.words, seen_by=HallSeen) for visit, seen in halls[:3]]
    declared = max(halls, key=lambda hall: hall[1].declared or 0, default=None)
    if declared is not None and (declared[1].declared or 0) > len(counted):
        number = declared[1].declared or 0
        evidence = [proof(declared[0], declared[1].words, seen_by=HallSeen)]
        score = math.log1p(number) / math.log1p(full)
        return graded(
            score, "declared", value=number, evidence=evidence, number=number, full=full, counted=len(counted)
        )
    if not counted:
        return absent("none", value=0)
    number = len(counted)
    score = min(1.0, math.log1p(number) / math.log1p(full))
    if score < 1.0 and any(seen.more for _, seen in halls):
        return cant_tell(
            Cause.NOT_SAMPLED, "at_least", band=Band(score, 1.0), value=number, evidence=evidence, number=number
        )
    return graded(score, "counted", value=number, evidence=evidence, more_may_be_seen=True, number=number, full=full)


def _bare(url: str) -> str:
    """An address without scheme and `www.`: the same item over http and https is one."""
    return url.split("://", 1)[-1].removeprefix("www.")


def _shape(address: str) -> str:
    """A bare address with its numbers taken out, and the last part of its path where that has none."""
    path, _, query = address.partition("?")
    numbered = re.sub(r"[0-9a-f]{16,}|\d+", "N", path)
    if numbered == path and not query and not path.endswith("/"):
        numbered = path.rpartition("/")[0] + "/x"
    return f"{numbered}?{re.sub(r'=[^&]*', '', query)}"


@check(reasons={"all": ("asked",), "ways": ("found", "asked", "missing"), "none": ()})
def service_grouping(city: CitySeen, *, ways: dict[str, tuple[str, ...]]) -> Verdict:
    """The share of the named ways in which the hall groups its services; a way needs all of its kinds."""
    found: dict[str, Evidence] = {}
    for visit, seen in _halls(city, ("home", *_HALL)):
        for group in seen.groups:
            found.setdefault(group.kind, proof(visit, group.text, seen_by=HallSeen))
    met = [name for name, kinds in ways.items() if all(kind in found for kind in kinds)]
    evidence = [found[kind] for name in met for kind in ways[name]]
    share = len(met) / len(ways)
    if not met:
        return absent("none", value=0.0)
    if share == 1.0:
        return graded(1.0, "all", value=1.0, evidence=evidence, asked=len(ways))
    return graded(
        share,
        "ways",
        value=round(share, 4),
        evidence=evidence,
        more_may_be_seen=True,
        found=len(met),
        asked=len(ways),
        missing=", ".join(name for name in ways if name not in met),
    )


@check(
    reasons={
        "share": ("good", "guides", "percent"),
        "untried": ("url",),
        "no_forms": ("guides",),
        "too_few": ("pages", "least"),
        "none": (),
    }
)
def form_samples(city: CitySeen, *, least: int = 3) -> Verdict:
    """The share of guides that need a form and offer it both blank and as a filled-in sample, each of which downloads.

    A guide without forms does not count.
    """
    guides = guides_of(city)
    if not guides:
        return absent("none", value=None)
    if len(guides) < least:
        evidence = [proof(page, seen_by=GuideSeen) for _, page, _ in guides]
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(guides), least=least, evidence=evidence)
    needing = [(page, seen) for place, _, _ in guides if (one := _papers(place)) for page, seen in [one]]
    if not needing:
        return inapplicable("no_forms", guides=len(guides))
    answers = [(page, seen, _offers(city, seen)) for page, seen in needing]
    good = sum(answer is True for _, _, answer in answers)
    unknown = sum(answer is None for _, _, answer in answers)
    share = good / len(needing)
    evidence = [
        proof(page, paper.text, href=paper.href, seen_by=PapersSeen)
        for page, seen, _ in sorted(answers, key=lambda one: one[2] is not True)
        for paper in (*seen.blank[:1], *seen.sample[:1])
    ] or [proof(page, seen_by=PapersSeen) for page, _, _ in answers]
    if unknown:
        url = next(
            paper.href
            for _, seen, answer in answers
            if answer is None
            for paper in (*seen.blank[:1], *seen.sample[:1])
            if _downloads(city, paper) is None
        )
        place = city.place(url)
        cause = (place.cause if place is not None else None) or Cause.NOT_SAMPLED
        band = Band(share, share + unknown / len(needing))
        return cant_tell(cause, "untried", band=band, value=round(share, 4), evidence=evidence, url=url)
    return graded(
        share,
        "share",
        value=round(share, 4),
        evidence=evidence,
        good=good,
        guides=len(needing),
        percent=percent(share),
    )


def _papers(place: Place) -> tuple[VisitedPage, PapersSeen] | None:
    """What a guide says of forms, in its fullest reading."""
    readings = [(visit, seen) for visit in place.visits if visit.read and (seen := visit.saw(PapersSeen))]
    return max(readings, key=lambda one: len(one[1].blank) + len(one[1].sample), default=None)


def _offers(city: CitySeen, seen: PapersSeen) -> bool | None:
    """Whether both kinds of form are there and download; None when one of them was not tried."""
    if not seen.blank or not seen.sample:
        return False
    answers = [_downloads(city, paper) for paper in (seen.blank[0], seen.sample[0])]
    if False in answers:
        return False
    return None if None in answers else True


def _downloads(city: CitySeen, paper: Paper) -> bool | None:
    """Whether a file came that is of the kind its name says; a page with the form on it counts too."""
    place = city.place(paper.href.split("#")[0])
    if place is None:
        return None
    if place.gone:
        return False
    for visit in place.visits:
        file = visit.saw(FileSeen)
        if file is not None and visit.outcome is Outcome.PASSED:
            return file.agrees and file.size_bytes > 0
        if visit.cause is Cause.NOT_HTML and visit.status == 200:
            return True
    return shows_content(city, place) if place.read else None


@check(
    reasons={"share": ("zero", "guides", "percent"), "unstated": ("guides",), "too_few": ("pages", "least"), "none": ()}
)
def visits_needed(city: CitySeen, *, least: int = 3) -> Verdict:
    """The share of the guides that were read which state that no visit to a counter is needed; a guide that does not
    tell the number states no such thing."""
    guides = guides_of(city)
    if not guides:
        return absent("none", value=None)
    evidence = [proof(page, seen_by=GuideSeen) for _, page, seen in guides if seen.visits is not None]
    if len(guides) < least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(guides), least=least, evidence=evidence)
    if not evidence:
        shown = [proof(page, seen_by=GuideSeen) for _, page, _ in guides]
        return absent("unstated", value=0.0, evidence=shown, guides=len(guides))
    zero = sum(seen.visits == 0 for _, _, seen in guides)
    share = zero / len(guides)
    return graded(
        share,
        "share",
        value=round(share, 4),
        evidence=evidence,
        zero=zero,
        guides=len(guides),
        percent=percent(share),
    )


@check(reasons={"packages": ("number", "full"), "none": ()})
def packages(city: CitySeen, *, full: int = 20) -> Verdict:
    """How many packages of services the home page, the hall and the section of packages list; `full` score 1."""
    found: dict[str, Evidence] = {}
    for place in city.places("home", "service.one_thing", *_HALL):
        for visit in place.visits:
            seen = visit.saw(PackagesSeen) if visit.read else None
            for title in seen.titles if seen is not None else ():
                found.setdefault(title, proof(visit, title, seen_by=PackagesSeen))
    if not found:
        return absent("none", value=0)
    number = len(found)
    return graded(
        number / full,
        "packages",
        value=number,
        evidence=list(found.values()),
        more_may_be_seen=True,
        number=number,
        full=full,
    )


@check(
    reasons={
        "answers": ("text",),
        "assistant": ("text",),
        "questions": ("total",),
        "bare": ("text",),
        "none": (),
    }
)
def help_offered(
    city: CitySeen, *, faq: tuple[str, ...], assistant: tuple[str, ...], faq_score: float = 0.5
) -> Verdict:
    """Whether a resident is helped: an assistant that answers a question scores 1, answered questions to read half.

    An assistant that takes a question only by a click or a post is seen, not tried: a person has to judge its answers.
    """
    for place in city.places("service.answer"):
        for visit in place.visits:
            answer = visit.saw(AnswerSeen) if visit.read else None
            if answer is not None and answer.text:
                evidence = [proof(visit, answer.text, seen_by=AnswerSeen)]
                return passed("answers", value="answers", evidence=evidence, text=answer.text[:60])
    helper = target_of(city, assistant)
    if helper.state in ("live", "nowhere"):
        low = Band(faq_score, 1.0)
        return cant_tell(
            Cause.NEEDS_PERSON, "assistant", band=low, value="assistant", evidence=helper.evidence, text=helper.text
        )
    best: tuple[int, Evidence] | None = None
    for place in places_of(city, faq):
        for visit in place.visits:
            seen = visit.saw(QuestionsSeen) if visit.read else None
            if seen is not None and (best is None or seen.total > best[0]):
                best = (seen.total, proof(visit, seen.questions[0], seen_by=QuestionsSeen))
    if helper.state == "unknown":
        return replace(helper.unknown(), band=Band(faq_score if best is not None else 0.0, 1.0))
    if best is not None:
        return graded(
            faq_score, "questions", value="questions", evidence=[best[1]], more_may_be_seen=True, total=best[0]
        )
    target = target_of(city, faq)
    if target.state == "unknown":
        return target.unknown()
    if target.state == "no_entry":
        return absent("none", value="none")
    return absent("bare", value="none", evidence=target.evidence, text=target.text)
