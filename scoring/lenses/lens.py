"""A lens as data: its indicators with rule, source and thresholds, and the features each of them reads."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources

from pydantic import ValidationError

from audits.card import Card, Text
from scoring.lenses.lens_file import (
    Certainty,
    CountsFrom,
    GroupShape,
    How,
    IndicatorShape,
    Kind,
    LensShape,
    PointsShape,
    RuleShape,
    Scheme,
    ThresholdShape,
    problems,
    reading_problems,
)
from scoring.model_file import TextShape, shape_problem


class LensError(ValueError):
    """A lens file that cannot be used; each line of the message names the file, the key and the cure."""

    def __init__(self, file: str, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))
        self.file = file
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Reference:
    """Where a rule or a number comes from: document, clause, how sure that is (as in METHOD.md), since when."""

    document: Text
    clause: str
    certainty: Certainty
    effective: str


@dataclass(frozen=True)
class Threshold:
    """One number of a rule as a record of its own.

    `feature` and `option` name the card whose check applies the number, where the lens itself does not.
    """

    key: str
    value: float
    unit: str
    text: Text
    reference: Reference
    feature: str | None = None
    option: str | None = None


@dataclass(frozen=True)
class Rule:
    """How the features read make one answer.

    `all`, `any`, `at_least` (the threshold `least`) count features that say yes: those that passed, or those whose
    score is above zero; `share` is the mean of their scores; `value` compares the one feature's value with `least`,
    `at_most` or `below`; `each` takes the points `per` (one threshold a feature) for every case that the feature
    counts, as its value or as its argument `count`; the argument `suspected` of an open finding counts cases that may
    still be confirmed.
    """

    how: How
    counts_from: CountsFrom = "passed"
    least: str | None = None
    at_most: str | None = None
    below: str | None = None
    per: tuple[str, ...] = ()
    count: str | None = None
    suspected: str | None = None


@dataclass(frozen=True)
class Points:
    """What an item is worth, and how sure that is; `shared` says that it is an equal share of its group's points."""

    value: float
    certainty: Certainty
    shared: bool
    note: Text | None = None


@dataclass(frozen=True)
class LensIndicator:
    """One indicator. `person` is for a person alone, `lost` has no known name; neither has a rule.

    With `then_person` the machine can say that something is missing, and leaves to a person whether it is right; with
    `confirm` it can say that nothing is wrong, and leaves to a person whether what it found really is.
    `candidates` are flag cards whose hints help that person; `not_in` are countries where the question does not arise.
    """

    id: str
    name: Text
    text: Text
    kind: Kind
    reference: Reference
    thresholds: tuple[Threshold, ...] = ()
    reads: tuple[str, ...] = ()
    rule: Rule | None = None
    points: Points | None = None
    person: bool = False
    then_person: bool = False
    confirm: bool = False
    lost: bool = False
    candidates: tuple[str, ...] = ()
    not_in: tuple[str, ...] = ()
    note: Text | None = None

    def threshold(self, key: str) -> float:
        """The number of that threshold; KeyError when there is none."""
        return {one.key: one.value for one in self.thresholds}[key]


@dataclass(frozen=True)
class Group:
    """One criterion of a lens; `stated` is how many indicators its source says it has, where it says so."""

    id: str
    name: Text
    kind: Kind
    indicators: tuple[LensIndicator, ...]
    stated: int | None = None
    points: Points | None = None
    note: Text | None = None


@dataclass(frozen=True)
class Level:
    """A class of results, best first: shares above the threshold `above`; the last has none."""

    id: str
    name: Text
    above: str | None


@dataclass(frozen=True)
class Lens:
    """A whole lens. `short` is its name in menus; `digest` (SHA-256 of the file) tells versions apart."""

    id: str
    version: str
    title: Text
    short: Text
    note: Text
    limits: tuple[Text, ...]
    scheme: Scheme
    countries: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    levels: tuple[Level, ...]
    groups: tuple[Group, ...]
    digest: str = ""

    def indicators(self) -> Iterator[LensIndicator]:
        """Every indicator, in file order."""
        for group in self.groups:
            yield from group.indicators

    def features(self) -> frozenset[str]:
        """The ids of all features that an indicator reads."""
        return frozenset(feature for one in self.indicators() for feature in one.reads)

    def threshold(self, key: str) -> float:
        """The number of that threshold of the lens itself; KeyError when there is none."""
        return {one.key: one.value for one in self.thresholds}[key]

    def applies_in(self, country: str) -> bool:
        """Whether the lens is for cities of that country; one without countries is for all."""
        return not self.countries or country in self.countries


def load_lenses(cards: Iterable[Card]) -> tuple[Lens, ...]:
    """Every lens of this package, by file name; `cards` are those the lenses may read. Raises LensError."""
    known = tuple(cards)
    folder = resources.files("scoring.lenses")
    files = sorted((entry for entry in folder.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(parse_lens(file.read_text("utf-8"), f"scoring/lenses/{file.name}", known) for file in files)


def parse_lens(text: str, file: str, cards: Iterable[Card]) -> Lens:
    """The lens of a TOML text; `file` is its name in messages. Raises LensError with everything that is wrong."""
    try:
        shape = LensShape.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise LensError(file, [f"is not TOML: {fault}; mend that line"]) from fault
    except ValidationError as fault:
        raise LensError(file, [shape_problem(error) for error in fault.errors()]) from fault
    wrong = [*problems(shape), *reading_problems(shape, {card.id: card for card in cards})]
    if wrong:
        raise LensError(file, wrong)
    make = _Maker({source.id: (source.text.text(), source.effective.isoformat()) for source in shape.source})
    return Lens(
        id=shape.id,
        version=shape.version,
        title=shape.title.text(),
        short=shape.short.text(),
        note=shape.note.text(),
        limits=tuple(text.text() for text in shape.limits),
        scheme=shape.scheme,
        countries=shape.countries,
        thresholds=tuple(make.threshold(one, shape.source[0].id, shape.source[0].id) for one in shape.threshold),
        levels=tuple(Level(level.id, level.name.text(), level.above) for level in shape.level),
        groups=tuple(make.group(group) for group in shape.group),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


@dataclass(frozen=True)
class _Maker:
    """Makes the parts of a lens from the shapes of its file; `sources` are documents and dates by their ids."""

    sources: dict[str, tuple[Text, str]]

    def reference(self, source: str, clause: str, certainty: Certainty, effective: object) -> Reference:
        document, since = self.sources[source]
        return Reference(document, clause, certainty, since if effective is None else str(effective))

    def threshold(self, shape: ThresholdShape, source: str, clause: str) -> Threshold:
        return Threshold(
            key=shape.key,
            value=shape.value,
            unit=shape.unit,
            text=shape.text.text(),
            reference=self.reference(shape.source or source, shape.clause or clause, shape.certainty, shape.effective),
            feature=shape.feature,
            option=shape.option,
        )

    def group(self, shape: GroupShape) -> Group:
        shared = _shared(shape)
        return Group(
            id=shape.id,
            name=shape.name.text(),
            kind=shape.kind,
            indicators=tuple(self.indicator(one, shape, shared) for one in shape.indicator),
            stated=shape.stated,
            points=_points(shape.points),
            note=_optional(shape.note),
        )

    def indicator(self, shape: IndicatorShape, group: GroupShape, shared: Points | None) -> LensIndicator:
        source, clause = shape.source or group.source, shape.clause or group.clause
        return LensIndicator(
            id=shape.id,
            name=shape.name.text(),
            text=shape.text.text(),
            kind=shape.kind or group.kind,
            reference=self.reference(source, clause, shape.certainty or group.certainty, shape.effective),
            thresholds=tuple(self.threshold(one, source, clause) for one in shape.threshold),
            reads=shape.reads,
            rule=_rule(shape.rule),
            points=_points(shape.points) or shared,
            person=shape.person or shape.lost,
            then_person=shape.then_person,
            confirm=shape.confirm,
            lost=shape.lost,
            candidates=shape.candidates,
            not_in=shape.not_in,
            note=_optional(shape.note),
        )


def _shared(group: GroupShape) -> Points | None:
    """What each item without points of its own is worth: an equal share of the group's rest, by this project."""
    without = [one for one in group.indicator if one.points is None]
    if group.points is None or not without:
        return None
    own = sum(one.points.value for one in group.indicator if one.points is not None)
    alone = len(group.indicator) == 1
    certainty: Certainty = group.points.certainty if alone else "project"
    return Points((group.points.value - own) / len(without), certainty, shared=not alone)


def _points(shape: PointsShape | None) -> Points | None:
    return None if shape is None else Points(shape.value, shape.certainty, False, _optional(shape.note))


def _rule(shape: RuleShape | None) -> Rule | None:
    if shape is None:
        return None
    return Rule(**{name: getattr(shape, name) for name in RuleShape.model_fields})


def _optional(shape: TextShape | None) -> Text | None:
    return shape.text() if shape is not None else None
