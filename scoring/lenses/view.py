"""Looks at one city's findings through a lens: an answer an indicator, then the flow of the lens to a verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from audits.band import FAILED, PASSED, UNKNOWN, Band, all_of, any_of, share
from audits.city import City
from audits.finding import Finding
from probes.outcome import Cause, Outcome
from scoring.lenses.lens import Group, Lens, LensIndicator, Rule
from scoring.lenses.result import Answer, GroupResult, LensResult, Span, Verdict, counted

_ROUNDING = 1e-9  # sums of shared points carry rounding noise


def view(lens: Lens, city: City, findings: Iterable[Finding], *, measured: bool = True) -> LensResult:
    """One city through one lens.

    `findings` of other cities are left aside; a feature without a finding is unknown. `measured=False` says that no
    page of the portal could be read: then nothing is assessable. Resolving an unknown never widens the interval.
    """
    if not lens.applies_in(city.country):
        return LensResult(city.id, lens.id, "elsewhere")
    found = {finding.feature: finding for finding in findings if finding.city == city.id}
    answers = tuple(_Reader(one, found, city, measured).answer() for one in lens.indicators())
    by_id = {answer.indicator: answer for answer in answers}
    groups = tuple(_group(group, [by_id[one.id] for one in group.indicators]) for group in lens.groups)
    made = LensResult(city.id, lens.id, "not_assessable", answers, groups, counted(answers))
    if not measured:
        return made
    return _inspected(lens, made) if lens.scheme == "deduction" else _shared(lens, made)


def _inspected(lens: Lens, made: LensResult) -> LensResult:
    """The flow of the inspection: a veto stops it; points are taken from the base; bonus counts above a bound only."""
    kinds = {one.id: one.kind for one in lens.indicators()}
    vetoes = [answer for answer in made.answers if kinds[answer.indicator] == "veto"]
    stopped = tuple(answer.indicator for answer in vetoes if answer.outcome is Outcome.FAILED)
    undecided = tuple(a.indicator for a in vetoes if a.outcome in (Outcome.CANT_TELL, Outcome.UNTESTED))
    kept = _kept(lens, made)
    return replace(
        made,
        verdict="failed" if stopped else "open" if undecided else _by_points(lens, kept),
        stopped_by=stopped,
        open_vetoes=undecided,
        kept=None if stopped else kept,
        total=None if stopped else _with_bonus(lens, made, kept),
        assumed=any(
            one.points is not None and one.points.certainty == "project" and answer.band is not None
            for one, answer in zip(lens.indicators(), made.answers, strict=True)
        ),
    )


def _by_points(lens: Lens, kept: Span) -> Verdict:
    bound = lens.threshold("fail_below")
    return "failed" if kept.high < bound else "passed" if kept.low >= bound else "open"


def _kept(lens: Lens, made: LensResult) -> Span:
    """The points left of the base. Items that do not apply step aside and the rest is scaled up to the base, which is
    the rule for departments without services (75 points × 4/3)."""
    parts = [
        (one.points.value, answer.points)
        for one, answer in zip(lens.indicators(), made.answers, strict=True)
        if one.kind == "deduction" and one.points is not None and answer.points is not None
    ]
    base = lens.threshold("base")
    whole = math.fsum(value for value, _ in parts)
    if not whole:
        return Span(base, base)
    return Span(
        _tidy(base * math.fsum(span.low for _, span in parts) / whole),
        _tidy(base * math.fsum(span.high for _, span in parts) / whole),
    )


def _with_bonus(lens: Lens, made: LensResult, kept: Span) -> Span:
    bonus = [
        answer.points
        for one, answer in zip(lens.indicators(), made.answers, strict=True)
        if one.kind == "bonus" and answer.points is not None
    ]
    bound, most = lens.threshold("bonus_above"), lens.threshold("bonus_most")
    low = min(most, math.fsum(span.low for span in bonus)) if kept.low > bound else 0.0
    high = min(most, math.fsum(span.high for span in bonus)) if kept.high > bound else 0.0
    return Span(_tidy(kept.low + low), _tidy(kept.high + high))


def _shared(lens: Lens, made: LensResult) -> LensResult:
    """The share found. What does not apply is no part of it; what needs a person is none of the assessed share."""
    count = made.count
    total = _found_of(count.passed, count.open + count.person, count.applicable)
    assessed = _found_of(count.passed, count.open, count.assessed + count.open)
    levels = () if assessed is None else tuple(dict.fromkeys(_level(lens, s) for s in (assessed.low, assessed.high)))
    return replace(made, verdict="told", total=total, assessed=assessed, levels=levels)


def _found_of(found: int, may_be: int, of: int) -> Span | None:
    return Span(found / of, (found + may_be) / of) if of else None


def _level(lens: Lens, value: float) -> str:
    for level in lens.levels:
        if level.above is None or value > lens.threshold(level.above):
            return level.id
    raise ValueError(f"{lens.id}: the last level needs no lower bound")


def _group(group: Group, answers: Sequence[Answer]) -> GroupResult:
    spans = [answer.points for answer in answers if answer.points is not None]
    points = Span(_tidy(math.fsum(s.low for s in spans)), _tidy(math.fsum(s.high for s in spans))) if spans else None
    return GroupResult(group.id, counted(answers), points)


def _tidy(points: float) -> float:
    return round(points, 9) + 0.0


@dataclass(frozen=True)
class _Reader:
    """Answers one indicator from the findings that it reads."""

    one: LensIndicator
    found: Mapping[str, Finding]
    city: City
    measured: bool

    def answer(self) -> Answer:
        one = self.one
        if self.city.country in one.not_in:
            return self._told(Outcome.INAPPLICABLE, None, None)
        if one.rule is None:
            return self._told(Outcome.CANT_TELL, Cause.NEEDS_PERSON, UNKNOWN)
        band = self._band(one.rule)
        if band is None:
            return self._told(Outcome.INAPPLICABLE, None, None)
        if one.then_person and band.high > 0:
            seen, band = band.known, Band(0.0, band.high)
            if seen and (band.high == 1 or one.points is None):
                return self._told(Outcome.CANT_TELL, Cause.NEEDS_PERSON, band)
        if one.confirm and band.known and band.low < 1:
            return self._told(Outcome.CANT_TELL, Cause.NEEDS_PERSON, UNKNOWN)
        if band.low >= 1 - _ROUNDING:
            return self._told(Outcome.PASSED, None, PASSED)
        if band.high < 1 - _ROUNDING and (band.known or one.points is not None):
            return self._told(Outcome.FAILED, None, band)
        unknown = [finding for feature in one.reads if (finding := self._unknown(feature)) is not None]
        asked = [finding for finding in unknown if finding.outcome is Outcome.CANT_TELL]
        first = next(iter(asked or unknown), None)
        cause = first.cause if first is not None else None
        return self._told(
            Outcome.CANT_TELL if asked else Outcome.UNTESTED, cause if cause is not None else Cause.NOT_SAMPLED, band
        )

    def _told(self, outcome: Outcome, cause: Cause | None, band: Band | None) -> Answer:
        worth = self.one.points.value if self.one.points is not None else None
        points = Span(worth * band.low, worth * band.high) if worth is not None and band is not None else None
        return Answer(self.one.id, outcome, cause, band, points, tuple(f for f in self.one.reads if f in self.found))

    def _unknown(self, feature: str) -> Finding | None:
        """The finding of a feature that says nothing; one that is not there at all was not asked."""
        finding = self.found.get(feature)
        if finding is None:
            return Finding(self.city.id, feature, Outcome.UNTESTED, UNKNOWN, Cause.NOT_SAMPLED)
        if finding.outcome is Outcome.INAPPLICABLE:
            return None
        return finding if not self.measured or finding.outcome in (Outcome.CANT_TELL, Outcome.UNTESTED) else None

    def _band(self, rule: Rule) -> Band | None:
        """How far the indicator is met; None when nothing that it reads applies."""
        if rule.how == "each":
            return self._each(rule)
        if rule.how == "share":
            taken = [self._score(feature) for feature in self.one.reads]
        elif rule.how == "value":
            taken = [self._compared(feature, rule) for feature in self.one.reads]
        else:
            taken = [self._yes(feature, rule) for feature in self.one.reads]
        bands = [band for band in taken if band is not None]
        if not bands:
            return None
        if rule.how == "any":
            return any_of(bands)
        if rule.how == "at_least":
            least = self.one.threshold(rule.least or "")
            sure, possible = sum(band.low for band in bands), sum(band.high for band in bands)
            return PASSED if sure >= least else FAILED if possible < least else UNKNOWN
        return share(bands) if rule.how == "share" else all_of(bands)

    def _score(self, feature: str) -> Band | None:
        """The score of a feature as it was found."""
        finding = self.found.get(feature)
        if finding is not None and finding.outcome is Outcome.INAPPLICABLE:
            return None
        if finding is None or not self.measured:
            return UNKNOWN
        return finding.band or UNKNOWN

    def _yes(self, feature: str, rule: Rule) -> Band | None:
        """A feature as yes or no."""
        band = self._score(feature)
        if band is None:
            return None
        if rule.counts_from == "above_zero":
            return PASSED if band.low > 0 else FAILED if band.high == 0 else UNKNOWN
        if self._unknown(feature) is not None:
            return UNKNOWN
        return PASSED if self.found[feature].outcome is Outcome.PASSED else FAILED

    def _number(self, feature: str, argument: str | None = None) -> float | None:
        finding = self.found[feature]
        value = finding.arguments.get(argument) if argument is not None else finding.value
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def _compared(self, feature: str, rule: Rule) -> Band | None:
        """The feature's value beside the threshold; where nothing was there to be measured, its outcome."""
        yes = self._yes(feature, rule)
        number = self._number(feature) if yes is not None and self._unknown(feature) is None else None
        if number is None:
            return yes
        if rule.below is not None:
            met = number < self.one.threshold(rule.below)
        elif rule.at_most is not None:
            met = number <= self.one.threshold(rule.at_most)
        else:
            met = number >= self.one.threshold(rule.least or "")
        return PASSED if met else FAILED

    def _each(self, rule: Rule) -> Band | None:
        """What is left when every case costs its points; never more than the item has (the cap of the item)."""
        one = self.one
        if one.points is None:
            raise ValueError(f"{one.id}: `each` counts points; give the indicator or its group points")
        low = high = 0.0
        applies = False
        for feature, per in zip(one.reads, rule.per, strict=True):
            yes = self._yes(feature, rule)
            if yes is None:
                continue
            applies = True
            sure, possible = self._cases(feature, rule, yes)
            low += one.points.value if sure is None else sure * one.threshold(per)
            high += one.points.value if possible is None else possible * one.threshold(per)
        if not applies:
            return None
        most = one.points.value
        return Band(max(0.0, 1 - min(high, most) / most), max(0.0, 1 - min(low, most) / most))

    def _cases(self, feature: str, rule: Rule, yes: Band) -> tuple[float | None, float | None]:
        """How many cases a feature counts, at least and at most; None for so many that they cost the whole item."""
        number = self._number(feature, rule.count) if feature in self.found else None
        if yes.known:
            return (number, number) if number is not None else (0.0, 0.0) if yes == PASSED else (None, None)
        suspected = self._number(feature, rule.suspected) if feature in self.found and rule.suspected else None
        if not self.measured or number is None or suspected is None:
            return 0.0, None
        return number, number + suspected
