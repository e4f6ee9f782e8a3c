"""The judge: hands each check what it asks for, lifts pages to the city, and lets no "absent" stand on a gap."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache, partial
from typing import Any

from audits.band import FAILED, PASSED, UNKNOWN, Band, all_of, any_of, graded, share
from audits.card import Card
from audits.checks.live import host_fault, unfollowed
from audits.city import City, CitySeen, Place, VisitedPage
from audits.finding import Evidence, Finding
from audits.registry import Check, Findings, checks
from audits.verdict import MAX_EVIDENCE, Verdict, cant_tell, percent, proof, proof_of
from probes.document import DocumentSeen, Sighting
from probes.observation import Observation
from probes.outcome import Cause, Outcome
from probes.page import BROWSER_WAYS

_EXACT = 1e-9
_BEST_CASE = {Outcome.PASSED: 3, Outcome.FAILED: 2, Outcome.CANT_TELL: 1}


def judge(city: CitySeen, cards: Sequence[Card]) -> tuple[Finding, ...]:
    """One finding a card, in card order.

    The checks are pure and see nothing but this city, so the same observations give the same findings. Cards that need
    another feature wait for it, and rules about measurement come after all others.
    """
    made = Findings()
    features = Findings()  # what rules about measurement judge: features alone, no gates, no presence
    for prepared in _prepare(tuple(map(_Held, cards))):
        card = prepared.card
        made[card.id] = _finding(prepared, city, made, features)
        if card.kind == "feature":
            features[card.id] = made[card.id]
    return tuple(made[card.id] for card in cards)


class _Held:
    """A card as a key of the cache: cards hold dicts, so they are told apart by identity."""

    def __init__(self, card: Card) -> None:
        self.card = card

    def __hash__(self) -> int:
        return id(self.card)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and other.card is self.card


@dataclass(frozen=True)
class _Prepared:
    """A card with its check and the options bound to it, ready for any number of cities."""

    card: Card
    check: Check
    function: Callable[..., Verdict]


@lru_cache(maxsize=8)
def _prepare(held: tuple[_Held, ...]) -> tuple[_Prepared, ...]:
    """Cards in the order of judging: what others need first, rules over findings last. Resolved once a catalogue."""
    cards = [one.card for one in held]
    by_id = {card.id: card for card in cards}
    found = checks()

    def rank(card: Card) -> tuple[int, int]:
        depth, step = 0, card
        while step.needs is not None and step.needs in by_id and depth <= len(cards):
            depth, step = depth + 1, by_id[step.needs]
        return (found[card.check].comes_last, depth)

    return tuple(
        _Prepared(card, found[card.check], partial(found[card.check].function, **card.options))
        for card in sorted(cards, key=rank)
    )


def _finding(prepared: _Prepared, city: CitySeen, made: Findings, features: Findings) -> Finding:
    card = prepared.card
    verdict = _elsewhere(card, city.city) or _dependent(card, made)
    if verdict is None:
        whole = card.over == "city"
        verdict = _judge_city(prepared, city, features) if whole else _judge_pages(prepared, city)
        verdict = _settled(card, verdict, city)
    outcome = verdict.outcome
    if outcome in (Outcome.PASSED, Outcome.FAILED) and verdict.band is not None:
        outcome = Outcome.PASSED if verdict.band.low >= card.pass_at - _EXACT else Outcome.FAILED
    return Finding(
        city=city.city.id,
        feature=card.id,
        outcome=outcome,
        band=verdict.band,
        cause=verdict.cause,
        vendor=verdict.vendor,
        value=verdict.value,
        unit=card.unit if verdict.value is not None else "",
        reason=verdict.reason,
        arguments=dict(verdict.arguments),
        evidence=verdict.evidence[:MAX_EVIDENCE],
        version=card.version,
    )


def _elsewhere(card: Card, city: City) -> Verdict | None:
    if card.countries and city.country not in card.countries:
        return Verdict(Outcome.INAPPLICABLE, None, "elsewhere")
    return None


def _dependent(card: Card, made: Findings) -> Verdict | None:
    """What follows when the feature a card needs is not there or not known; None when it is there."""
    if card.needs is None:
        return None
    needed = made[card.needs]
    arguments = {"feature": needed.feature}
    if needed.outcome is Outcome.INAPPLICABLE:
        return Verdict(Outcome.INAPPLICABLE, None, "moot", arguments=arguments)
    if needed.outcome is Outcome.FAILED and needed.band == FAILED:
        if card.without == "inapplicable":
            return Verdict(Outcome.INAPPLICABLE, None, "moot", arguments=arguments)
        return Verdict(Outcome.FAILED, FAILED, "without", arguments=arguments, evidence=needed.evidence)
    if needed.outcome in (Outcome.CANT_TELL, Outcome.UNTESTED) and (needed.band is None or needed.band.low == 0.0):
        return Verdict(
            Outcome.CANT_TELL,
            UNKNOWN,
            "waits",
            arguments=arguments,
            evidence=needed.evidence,
            cause=needed.cause,
            vendor=needed.vendor,
        )
    return None


def _settled(card: Card, verdict: Verdict, city: CitySeen) -> Verdict:
    """The verdict after the rule of absence: what was not seen is unknown while a planned look is missing."""
    adrift = verdict.outcome is Outcome.CANT_TELL and verdict.cause is Cause.NOT_SAMPLED
    partly = verdict.outcome is Outcome.CANT_TELL and verdict.band is not None and verdict.band.high < 1.0
    if not verdict.rests_on_absence and not adrift and not partly:
        return verdict
    if partly and not adrift:  # a part is called missing only when the pages that would lead to it were read
        low = verdict.band.low if verdict.band is not None else 0.0
        ways = [role for role in card.looks_at if role == "home" or role.endswith(".entry")]
        return replace(verdict, band=Band(low, 1.0)) if city.gap(*ways) is not None else verdict
    gap = city.gap(*card.looks_at)
    if gap is not None:
        place = city.place(gap.url)
        missing = _gap_verdict(gap, place)
        low = verdict.band.low if verdict.band is not None else 0.0
        return replace(missing, band=Band(low, 1.0), value=verdict.value if low else None)
    if verdict.rests_on_absence and not any(place.read for place in city.places(*card.looks_at)):
        return cant_tell(Cause.NOT_SAMPLED, "not_looked")
    left = next((left for role in card.looks_at if (left := unfollowed(city, role)) is not None), None)
    if left is None or not verdict.rests_on_absence:
        return verdict
    page, sighting = left
    fault = host_fault(city, sighting.href or "")
    low = verdict.band.low if verdict.band is not None else 0.0
    return cant_tell(
        (fault.cause if fault is not None else None) or Cause.NOT_SAMPLED,
        "not_followed",
        vendor=fault.vendor if fault is not None else None,
        band=Band(low, 1.0),
        value=verdict.value if low else None,
        evidence=[proof_of(page, sighting)],
        text=sighting.text[:80] or "…",
        url=sighting.href or "",
    )


def _gap_verdict(gap: VisitedPage, place: Place | None) -> Verdict:
    cause = gap.cause or (place.cause if place is not None else None) or Cause.NOT_SAMPLED
    vendor = gap.vendor or (place.vendor if place is not None else None)
    return cant_tell(cause, "gap", vendor=vendor, url=gap.url, evidence=[proof(gap)])


# ---------------------------------------------------------------------- the whole city at once


def _judge_city(prepared: _Prepared, city: CitySeen, features: Findings) -> Verdict:
    given: dict[str, Any] = {}
    for need in prepared.check.needs:
        if need.type is CitySeen:
            given[need.name] = city
        elif need.type is City:
            given[need.name] = city.city
        elif need.type is Findings:
            given[need.name] = features
        else:
            raise TypeError(f"check {prepared.check.name}: a check of the city cannot ask for {need.type.__name__}")
    return prepared.function(**given)


# ---------------------------------------------------------------------- page by page, then lifted


def _judge_pages(prepared: _Prepared, city: CitySeen) -> Verdict:
    card = prepared.card
    roles = ("home", *card.roles) if card.over == "home" else card.roles
    places = [(place, _judge_place(prepared, place, city)) for place in city.places(*roles) if not place.gone]
    known = [(place, verdict) for place, verdict in places if verdict is not None]
    unknown = [place for place, verdict in places if verdict is None and not place.moved]
    if not known:
        return _nothing_known(prepared, unknown, city)
    verdicts = [verdict for _, verdict in known]
    if card.over in ("home", "any"):
        best = max(verdicts, key=_favour)
        band = any_of(verdict.band for verdict in verdicts if verdict.band is not None)
        if band == PASSED or best.outcome is Outcome.INAPPLICABLE:
            return best
        return replace(best, rests_on_absence=best.rests_on_absence or (card.over == "any" and best.band == FAILED))
    if card.over == "all":
        return _all(verdicts, unknown)
    return _sample(card, verdicts, city)


def _judge_place(prepared: _Prepared, place: Place, city: CitySeen) -> Verdict | None:
    """The most favourable verdict over all readings of one address: a thing seen in any of them is on the page."""
    verdicts = [
        replace(verdict, evidence=(*verdict.evidence, *_evidence(visit, verdict, prepared.check)), sightings=())
        for visit in place.visits
        for verdict in _judge_visit(prepared, visit, city)
    ]
    return max(verdicts, key=_favour, default=None)


def _judge_visit(prepared: _Prepared, visit: VisitedPage, city: CitySeen) -> Iterator[Verdict]:
    if visit.outcome is not Outcome.PASSED or visit.gone:
        return
    given: dict[str, Any] = {}
    for need in prepared.check.needs:
        value = _handed(need.type, visit, city)
        if value is None and not need.optional:
            return
        given[need.name] = value
    yield prepared.function(**given)


def _handed(kind: type[Any], visit: VisitedPage, city: CitySeen) -> Any:
    if kind is City:
        return city.city
    if kind is VisitedPage:
        return visit
    if kind is date:
        return date.fromisoformat((city.as_of or visit.fetched_at or "1970-01-01")[:10])
    if kind is DocumentSeen and not visit.read:
        return None  # a wall or an empty shell says nothing about the page behind it
    return visit.saw(kind)


def _evidence(visit: VisitedPage, verdict: Verdict, check: Check) -> Iterable[Evidence]:
    if verdict.sightings:
        return [proof_of(visit, sighting) for sighting in _once_each(verdict.sightings)[:MAX_EVIDENCE]]
    if verdict.evidence:
        return []
    seen_by = next((need.type for need in check.observations), DocumentSeen)
    return [proof(visit, seen_by=seen_by)]


def _once_each(sightings: Sequence[Sighting]) -> list[Sighting]:
    """The sightings, each wording once: where it is a link it proves more than where it is a heading."""
    best: dict[str, Sighting] = {}
    for sighting in sightings:
        wording = "".join(sighting.text.split()).lower()
        known = best.get(wording)
        if known is None or (known.href is None and sighting.href is not None):
            best[wording] = sighting
    return list(best.values())


def _favour(verdict: Verdict) -> tuple[float, float, int]:
    """Better verdicts first: higher score, then more certain."""
    band = verdict.band or FAILED
    return (
        band.low,
        band.high if verdict.outcome is Outcome.CANT_TELL else band.low,
        _BEST_CASE.get(verdict.outcome, 0),
    )


def _nothing_known(prepared: _Prepared, unknown: Sequence[Place], city: CitySeen) -> Verdict:
    """No page could be judged: the cause of the first that was tried, else it was not sampled."""
    for place in unknown:
        fault = _probe_fault(prepared.check, place)
        if fault is not None and fault.cause is not None:
            return cant_tell(fault.cause, "gap", url=place.url, evidence=[proof(place.visits[0])])
        if not place.read:
            return _gap_verdict(place.visits[0], place)
    for place in unknown:  # read by a plain request, while the browser that the check needs did not get through
        for visit in place.visits:
            if visit.way in BROWSER_WAYS and visit.outcome is Outcome.CANT_TELL and visit.cause is not None:
                return _gap_verdict(visit, place)
    return cant_tell(Cause.NOT_SAMPLED, "not_looked")


def _probe_fault(check: Check, place: Place) -> Observation[Any] | None:
    """An observation that the check needs and that its probe could not make."""
    for visit in place.visits:
        for need in check.observations:
            observation = visit.observations.get(need.type)
            if observation is not None and observation.seen is None and observation.cause is not None:
                return observation
    return None


def _all(verdicts: Sequence[Verdict], unknown: Sequence[Place]) -> Verdict:
    """The worst page decides; pages that could not be read leave a better answer open."""
    worst = min(verdicts, key=_favour)
    if not unknown or worst.band == FAILED:
        return replace(worst, rests_on_absence=False)  # the page that lacks it was read
    band = all_of([UNKNOWN, *(verdict.band for verdict in verdicts if verdict.band is not None)])
    first = unknown[0]
    return replace(_gap_verdict(first.visits[0], first), band=band)


def _sample(card: Card, verdicts: Sequence[Verdict], city: CitySeen) -> Verdict:
    """The mean (share) or number (count) over the pages that could be judged; too few say nothing."""
    counted = [verdict for verdict in verdicts if verdict.outcome in (Outcome.PASSED, Outcome.FAILED)]
    pages = len(counted)
    met = sum(1 for verdict in counted if verdict.band is not None and verdict.band.low >= card.pass_at - _EXACT)
    if not counted and any(verdict.outcome is Outcome.INAPPLICABLE for verdict in verdicts):
        return next(verdict for verdict in verdicts if verdict.outcome is Outcome.INAPPLICABLE)
    if pages < card.at_least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=pages, least=card.at_least)
    mean = share([verdict.band for verdict in counted if verdict.band is not None]) or UNKNOWN
    evidence = tuple(verdict.evidence[0] for verdict in sorted(counted, key=_favour) if verdict.evidence)
    arguments = {"met": met, "pages": pages, "percent": percent(mean.low)}
    if card.over == "count":
        band = graded(met / card.at_least)
        return Verdict(
            Outcome.FAILED, band, "count", met, arguments, evidence=evidence, rests_on_absence=band != PASSED
        )
    return Verdict(Outcome.FAILED, mean, "share", round(mean.low, 4), arguments, evidence=evidence)


__all__ = ["judge"]
