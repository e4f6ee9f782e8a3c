"""The rules of a lens in words: every indicator with its numbers and sources, and how the cities stand to each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from audits.band import Band
from probes.outcome import Outcome
from scoring.lenses.lens import Group, LensIndicator, Threshold
from scoring.lenses.result import Answer, Count, Span, counted
from scoring.lenses.rows import answered_by
from scoring.report import charts, figures
from scoring.report.links import anchor
from scoring.report.reading import Round, joined
from scoring.report.words import Words


@dataclass(frozen=True)
class NumberTold:
    """One threshold: what it means, the number with its unit, and how sure it is."""

    text: str
    value: str
    certainty: str
    source: str


@dataclass(frozen=True)
class Rule:
    """One indicator as every city meets it; `reads` and `candidates` are cards as (anchor, title)."""

    id: str
    anchor: str
    name: str
    text: str
    note: str
    who: str
    clause: str
    certainty: str
    document: str
    since: str
    points: str
    points_certainty: str
    numbers: tuple[NumberTold, ...]
    reads: tuple[tuple[str, str], ...]
    candidates: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class RuleRow:
    """A rule with how the cities stand to it."""

    rule: Rule
    segments: tuple[charts.Segment, ...]
    counts: str


@dataclass(frozen=True)
class RuleGroup:
    """One criterion with its rules."""

    id: str
    name: str
    note: str
    points: str
    rows: tuple[RuleRow, ...]


@dataclass
class Rules:
    """Tells the rules of a lens in one language, each made once."""

    round: Round
    words: Words
    made: dict[str, Rule] = field(default_factory=dict)

    def rule(self, one: LensIndicator) -> Rule:
        """An indicator's rule in words."""
        if one.id not in self.made:
            self.made[one.id] = self._rule(one)
        return self.made[one.id]

    def number(self, one: Threshold) -> NumberTold:
        """A threshold in words."""
        return NumberTold(
            text=self.words.of(one.text),
            value=figures.quantity(one.value, one.unit, self.words),
            certainty=self.words(f"certainty.{one.reference.certainty}"),
            source=one.reference.clause,
        )

    def group(self, group: Group, cities: Sequence[Mapping[str, Answer]]) -> RuleGroup:
        """A criterion with its rules; `cities` are the answers of each city by indicator."""
        rows = []
        for one in group.indicators:
            count = counted(answers[one.id] for answers in cities)
            rows.append(RuleRow(self.rule(one), segments(count), counts_text(count, self.words)))
        return RuleGroup(
            id=anchor(group.id),
            name=self.words.of(group.name),
            note=self.words.of(group.note) if group.note else "",
            points=self._worth(group),
            rows=tuple(rows),
        )

    def _worth(self, group: Group) -> str:
        if group.points is None:
            return ""
        points = self.words("unit.points", n=plain(group.points.value))
        told = self.words("site.parenthesis", main=points, aside=self.words(f"certainty.{group.points.certainty}"))
        told += self.words("site.stop")
        return told if group.points.note is None else joined(told, self.words.of(group.points.note), self.words)

    def _rule(self, one: LensIndicator) -> Rule:
        words, points = self.words, one.points
        return Rule(
            id=one.id,
            anchor=anchor(one.id),
            name=words.of(one.name),
            text=words.of(one.text),
            note=words.of(one.note) if one.note else "",
            who=words("answered_by.confirm" if one.confirm else f"answered_by.{answered_by(one)}"),
            clause=one.reference.clause,
            certainty=words(f"certainty.{one.reference.certainty}"),
            document=words.of(one.reference.document),
            since=figures.moment(one.reference.effective, words),
            points="" if points is None else words("unit.points", n=plain(points.value)),
            points_certainty="" if points is None else words(f"certainty.{points.certainty}"),
            numbers=tuple(self.number(number) for number in one.thresholds),
            reads=self._linked(one.reads),
            candidates=self._linked(one.candidates),
        )

    def _linked(self, features: Sequence[str]) -> tuple[tuple[str, str], ...]:
        cards = self.round.cards
        return tuple((anchor(id), self.words.of(cards[id].title)) for id in features if id in cards)


def ended(answer: Answer) -> str:
    """How an answer ended: an outcome, or `open` for both kinds of not known."""
    return "open" if answer.outcome in (Outcome.CANT_TELL, Outcome.UNTESTED) else answer.outcome.value


def _parts(count: Count) -> list[tuple[str, int]]:
    return [
        ("passed", count.passed),
        ("failed", count.failed),
        ("open", count.open),
        ("person", count.person),
        ("inapplicable", count.inapplicable),
    ]


def segments(count: Count) -> tuple[charts.Segment, ...]:
    """Answers as the parts of one bar."""
    return charts.stacked(_parts(count))


def counts_text(count: Count, words: Words) -> str:
    """Answers by number, those without one left out."""
    return words("site.list_comma").join(words(f"lens.n_{kind}", n=n) for kind, n in _parts(count) if n)


def plain(points: float) -> str:
    """Points with one decimal at most."""
    return figures.decimal(round(points, 1))


def share_text(span: Span, words: Words) -> str:
    """A share of 0 to 1 as an interval of 0 to 100, rounded outwards."""
    return figures.band_text(Band(span.low, span.high), words)


def points_text(span: Span, words: Words) -> str:
    """Points as an interval, rounded outwards so that the printed one holds the true one."""
    if span.high - span.low < 0.05:
        return plain(span.low)
    low, high = math.floor(span.low * 10 + 1e-6) / 10, math.ceil(span.high * 10 - 1e-6) / 10
    return words("site.band", low=figures.decimal(low), high=figures.decimal(high))
