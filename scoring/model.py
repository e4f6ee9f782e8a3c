"""The SMART index as data: dimensions, indicators, what feeds each, and where every weight comes from."""

from __future__ import annotations

import hashlib
import math
import tomllib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from audits.card import Text
from scoring.model_file import (
    FeedShape,
    IndicatorShape,
    IntakeShape,
    Method,
    ModelShape,
    Provenance,
    Status,
    TextShape,
    WeightShape,
    flags_fed,
    problems,
    shape_problem,
    unknown_features,
)


class ModelError(ValueError):
    """A model file that cannot be used; each line of the message names the file, the key and the cure."""

    def __init__(self, file: str, problems: Sequence[str]) -> None:
        super().__init__("\n".join(f"{file}: {problem}" for problem in problems))
        self.file = file
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Weight:
    """What a part counts among its siblings: `value` is normalised (siblings sum to 1), `stated` as written.

    `provenance`: `seen` in a stored copy of the survey, `inferred` from one by stated reasoning, `assumed` by
    this project; `note` says how, in both languages.
    """

    value: float
    stated: float
    provenance: Provenance
    note: Text | None = None


@dataclass(frozen=True)
class Feed:
    """A feature card that feeds an indicator."""

    feature: str
    weight: Weight


@dataclass(frozen=True)
class Intake:
    """Room in an indicator for evidence of the other methods; it counts as unknown until fed.

    `methods` are those whose records are taken; `asks` says what such a record should measure.
    """

    methods: tuple[Method, ...]
    asks: Text
    weight: Weight


@dataclass(frozen=True)
class Indicator:
    """One indicator of the second level (or, inside `parts`, the third).

    It has either `parts`, or `feeds` and `intake`; a lost one (its name did not survive) has neither and no
    weight.
    `status`: `named` in the survey, `rationale` (named only where the survey gives its reasons), `lost`.
    """

    id: str
    name: Text
    status: Status
    weight: Weight | None
    covers: Text | None = None
    note: Text | None = None
    parts: tuple[Indicator, ...] = ()
    feeds: tuple[Feed, ...] = ()
    intake: Intake | None = None

    @property
    def only_imports(self) -> bool:
        """Whether nothing seen on the web feeds it, so that it stays unknown until evidence is imported."""
        if self.parts:
            return all(part.only_imports for part in self.parts)
        return self.intake is not None and not self.feeds

    def leaves(self) -> Iterator[Indicator]:
        """Itself when it has no parts, else the leaves of its parts; lost ones are left out."""
        if self.parts:
            for part in self.parts:
                yield from part.leaves()
        elif self.status != "lost":
            yield self


@dataclass(frozen=True)
class Dimension:
    """A first-level dimension; `unplaced` are items the survey names without saying at which level."""

    id: str
    name: Text
    weight: Weight
    indicators: tuple[Indicator, ...]
    covers: Text | None = None
    note: Text | None = None
    unplaced: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Tier:
    """A class of cities by rank: `share` of the ranked cities, best tier first."""

    id: str
    name: Text
    share: float


@dataclass(frozen=True)
class Model:
    """A whole index.

    `coverage_floor` is the coverage (0 to 1) from which a value may be shown as such; `digest` (SHA-256 of the
    file) tells models apart whose version was not changed with them.
    """

    id: str
    version: str
    title: Text
    note: Text
    coverage_floor: float
    dimensions: tuple[Dimension, ...]
    tiers: tuple[Tier, ...]
    tiers_note: Text | None = None
    digest: str = ""

    def indicators(self) -> Iterator[Indicator]:
        """Every indicator of the second and third level, in file order, parents before their parts."""

        def walk(indicators: tuple[Indicator, ...]) -> Iterator[Indicator]:
            for indicator in indicators:
                yield indicator
                yield from walk(indicator.parts)

        for dimension in self.dimensions:
            yield from walk(dimension.indicators)

    def leaves(self) -> Iterator[Indicator]:
        """Every indicator that is fed directly, in file order."""
        for dimension in self.dimensions:
            for indicator in dimension.indicators:
                yield from indicator.leaves()

    def features(self) -> frozenset[str]:
        """The ids of all features that feed an indicator."""
        return frozenset(feed.feature for indicator in self.indicators() for feed in indicator.feeds)

    def fed_by(self, feature: str) -> tuple[str, ...]:
        """The ids of the indicators that a feature feeds, in file order."""
        return tuple(i.id for i in self.indicators() if any(feed.feature == feature for feed in i.feeds))

    def name_of(self, id: str) -> Text | None:
        """The name of a dimension or indicator, or None when there is none with that id."""
        named = {dimension.id: dimension.name for dimension in self.dimensions}
        named |= {indicator.id: indicator.name for indicator in self.indicators()}
        return named.get(id)


def load_model(
    path: Path | None = None, *, features: Collection[str] | None = None, flags: Collection[str] = ()
) -> Model:
    """The model of that TOML file; without a path, the one of this package (`smart.toml`).

    With `features` (the ids of all cards), a feed that names none of them is an error as well; so is one that names
    one of `flags` (the ids of cards that only point a person at something). Raises ModelError, which lists everything
    that is wrong.
    """
    if path is None:
        text = resources.files("scoring").joinpath("smart.toml").read_text("utf-8")
        return parse_model(text, "scoring/smart.toml", features=features, flags=flags)
    try:
        text = path.read_text("utf-8")
    except OSError as fault:
        raise ModelError(str(path), [f"cannot be read ({fault.strerror}); give the path of a model file"]) from fault
    except UnicodeDecodeError as fault:
        raise ModelError(str(path), ["is not UTF-8 text; save it as UTF-8"]) from fault
    return parse_model(text, str(path), features=features, flags=flags)


def parse_model(text: str, file: str, *, features: Collection[str] | None = None, flags: Collection[str] = ()) -> Model:
    """The model of a TOML text; `file` is its name in messages. Raises ModelError like `load_model`."""
    try:
        shape = ModelShape.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as fault:
        raise ModelError(file, [f"is not TOML: {fault}; mend that line"]) from fault
    except ValidationError as fault:
        raise ModelError(file, [shape_problem(error) for error in fault.errors()]) from fault
    wrong = [*problems(shape), *flags_fed(shape, flags)]
    wrong += unknown_features(shape, features) if features is not None else ()
    if wrong:
        raise ModelError(file, wrong)
    return Model(
        id=shape.id,
        version=shape.version,
        title=shape.title.text(),
        note=shape.note.text(),
        coverage_floor=shape.coverage_floor,
        dimensions=tuple(
            Dimension(
                id=dimension.id,
                name=dimension.name.text(),
                weight=weight,
                indicators=_indicators(dimension.indicator),
                covers=_optional(dimension.covers),
                note=_optional(dimension.note),
                unplaced=tuple(name.text() for name in dimension.unplaced),
            )
            for dimension, weight in zip(shape.dimension, _normalised([d.weight for d in shape.dimension]), strict=True)
        ),
        tiers=tuple(Tier(tier.id, tier.name.text(), tier.share) for tier in shape.tier),
        tiers_note=_optional(shape.tiers_note),
        digest=hashlib.sha256(text.encode()).hexdigest(),
    )


def _normalised(stated: Sequence[WeightShape | FeedShape | IntakeShape | None]) -> list[Weight]:
    """Weights of siblings, divided by their sum; None (a lost indicator) takes no part."""

    def value(shape: WeightShape | FeedShape | IntakeShape | None) -> float:
        return 0.0 if shape is None else shape.value if isinstance(shape, WeightShape) else shape.weight

    total = math.fsum(map(value, stated))
    return [
        Weight(value(shape) / total, value(shape), shape.provenance, _optional(shape.note))
        if shape is not None
        else Weight(0.0, 0.0, "assumed")
        for shape in stated
    ]


def _indicators(shapes: tuple[IndicatorShape, ...]) -> tuple[Indicator, ...]:
    weights = _normalised([shape.weight for shape in shapes])
    return tuple(_indicator(shape, weight) for shape, weight in zip(shapes, weights, strict=True))


def _indicator(shape: IndicatorShape, weight: Weight) -> Indicator:
    given: list[FeedShape | IntakeShape] = [*shape.feeds, *([shape.intake] if shape.intake else [])]
    weights = _normalised(given) if given else []
    intake = shape.intake
    return Indicator(
        id=shape.id,
        name=shape.name.text(),
        status=shape.status,
        weight=weight if shape.weight is not None else None,
        covers=_optional(shape.covers),
        note=_optional(shape.note),
        parts=_indicators(shape.part),
        feeds=tuple(Feed(feed.feature, w) for feed, w in zip(shape.feeds, weights, strict=False)),
        intake=Intake(intake.methods, intake.asks.text(), weights[-1]) if intake else None,
    )


def _optional(shape: TextShape | None) -> Text | None:
    return shape.text() if shape is not None else None
