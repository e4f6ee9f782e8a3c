"""The SMART index as data: dimensions, indicators, what feeds each of them, and where every weight comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from audits.card import Text

Provenance = Literal["seen", "inferred", "assumed"]
Status = Literal["named", "rationale", "lost"]
Method = Literal["field", "phone", "web", "statistics", "questionnaire"]

METHODS: tuple[Method, ...] = ("field", "phone", "web", "statistics", "questionnaire")


@dataclass(frozen=True)
class Weight:
    """What a part counts among its siblings: `value` is normalised (siblings sum to 1), `stated` as the file says.

    `provenance`: `seen` in a stored copy of the survey, `inferred` from one by stated reasoning, `assumed` by this
    project; `note` says how.
    """

    value: float
    stated: float
    provenance: Provenance
    note: str = ""


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

    It has either `parts`, or `feeds` and `intake`; a lost one (its name did not survive) has neither and no weight.
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
    """One of the first-level dimensions; `unplaced` are items the survey names without saying at which level."""

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
    """A whole index: `coverage_floor` is the coverage (0 to 1) from which a value may be shown as such."""

    id: str
    version: str
    title: Text
    note: Text
    coverage_floor: float
    dimensions: tuple[Dimension, ...]
    tiers: tuple[Tier, ...]
    tiers_note: Text | None = None

    def indicators(self) -> Iterator[Indicator]:
        """Every indicator of the second and third level, in file order, parents before their parts."""

        def walk(indicators: tuple[Indicator, ...]) -> Iterator[Indicator]:
            for indicator in indicators:
                yield indicator
                yield from walk(indicator.parts)

        for dimension in self.dimensions:
            yield from walk(dimension.indicators)

    def features(self) -> frozenset[str]:
        """The ids of all features that feed an indicator."""
        return frozenset(feed.feature for indicator in self.indicators() for feed in indicator.feeds)

    def fed_by(self, feature: str) -> tuple[str, ...]:
        """The ids of the indicators that a feature feeds, in file order."""
        return tuple(i.id for i in self.indicators() if any(feed.feature == feature for feed in i.feeds))

    def name_of(self, id: str) -> Text | None:
        """The name of a dimension or indicator, or None when there is none with that id."""
        named: dict[str, Text] = {part.id: part.name for part in (*self.dimensions, *self.indicators())}
        return named.get(id)
