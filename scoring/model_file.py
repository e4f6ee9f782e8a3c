"""What a model file may say, and what is wrong with one that cannot be used."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from audits.card import Text

Provenance = Literal["seen", "inferred", "assumed"]
Status = Literal["named", "rationale", "lost"]
Method = Literal["field", "phone", "web", "statistics", "questionnaire"]

# The file's shape. pydantic says what is missing or mistyped; what hangs together is checked below.

_Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
_Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TextShape(_Shape):
    en: Annotated[str, Field(min_length=1)]
    zh: Annotated[str, Field(min_length=1)]

    def text(self) -> Text:
        return Text(en=self.en, zh=self.zh)


class WeightShape(_Shape):
    value: _Positive
    provenance: Provenance
    note: TextShape | None = None


class FeedShape(_Shape):
    feature: str
    weight: _Positive
    provenance: Provenance
    note: TextShape | None = None


class IntakeShape(_Shape):
    methods: Annotated[tuple[Method, ...], Field(min_length=1)]
    asks: TextShape
    weight: _Positive
    provenance: Provenance
    note: TextShape | None = None


class IndicatorShape(_Shape):
    id: _Id
    name: TextShape
    status: Status
    weight: WeightShape | None = None
    covers: TextShape | None = None
    note: TextShape | None = None
    part: tuple[IndicatorShape, ...] = ()
    feeds: tuple[FeedShape, ...] = ()
    intake: IntakeShape | None = None


class DimensionShape(_Shape):
    id: _Id
    name: TextShape
    weight: WeightShape
    covers: TextShape | None = None
    note: TextShape | None = None
    unplaced: tuple[TextShape, ...] = ()
    indicator: Annotated[tuple[IndicatorShape, ...], Field(min_length=1)]


class TierShape(_Shape):
    id: _Id
    name: TextShape
    share: _Positive


class ModelShape(_Shape):
    id: _Id
    version: Annotated[str, Field(min_length=1)]
    title: TextShape
    note: TextShape
    coverage_floor: Annotated[float, Field(ge=0, le=1)]
    dimension: Annotated[tuple[DimensionShape, ...], Field(min_length=1)]
    tier: Annotated[tuple[TierShape, ...], Field(min_length=1)]
    tiers_note: TextShape | None = None


def shape_problem(error: Any) -> str:
    key = ""
    for step in error["loc"]:
        key += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if key else str(step)
    if error["type"] == "extra_forbidden":
        return f"{key}: no such key; remove it or mend its spelling"
    if error["type"] == "missing":
        return f"{key}: is missing; add it"
    return f"{key}: {error['msg'][:1].lower()}{error['msg'][1:]}, not {error['input']!r}; mend the value"


def _walk(shapes: Iterable[IndicatorShape]) -> Iterator[IndicatorShape]:
    for shape in shapes:
        yield shape
        yield from _walk(shape.part)


def problems(shape: ModelShape) -> Iterator[str]:
    seen: set[str] = set()
    for dimension in shape.dimension:
        indicators = list(_walk(dimension.indicator))
        for id in [dimension.id, *(indicator.id for indicator in indicators)]:
            if id in seen:
                yield f"{id}: this id is used twice; give each dimension and indicator its own"
            seen.add(id)
        if all(indicator.status == "lost" for indicator in dimension.indicator):
            yield f"{dimension.id}: every indicator is lost, nothing could be scored; name at least one"
        for indicator in indicators:
            yield from _indicator_problems(indicator)
    shares = math.fsum(tier.share for tier in shape.tier)
    if abs(shares - 1) > 1e-9:
        yield f"tier.share: the shares add up to {shares:g}; they must add up to 1"


def _indicator_problems(indicator: IndicatorShape) -> Iterator[str]:
    fed = bool(indicator.feeds or indicator.intake)
    if indicator.status == "lost":
        if indicator.weight or fed or indicator.part:
            yield (
                f"{indicator.id}: is lost, so it can carry no weight, feeds, intake or parts; remove them, "
                "or give it a name and another status"
            )
        return
    if indicator.weight is None:
        yield f"{indicator.id}.weight: is missing; add value and provenance (only a lost indicator has none)"
    if indicator.part and fed:
        yield f"{indicator.id}: has parts and is fed itself; move its feeds and intake into a part of its own"
    if indicator.part and all(part.status == "lost" for part in indicator.part):
        yield f"{indicator.id}: all its parts are lost; name at least one"
    if not indicator.part and not fed:
        yield f"{indicator.id}: nothing can reach it; add feeds (feature ids), an intake or parts"
    features = [feed.feature for feed in indicator.feeds]
    for feature in sorted({feature for feature in features if features.count(feature) > 1}):
        yield f"{indicator.id}.feeds: {feature} feeds it twice; keep one and add the weights"


def unknown_features(shape: ModelShape, known: Collection[str]) -> Iterator[str]:
    for dimension in shape.dimension:
        for indicator in _walk(dimension.indicator):
            for feed in indicator.feeds:
                if feed.feature not in known:
                    near = get_close_matches(feed.feature, sorted(known), n=1)
                    cure = f"did you mean {near[0]}?" if near else "see `civicprobe features` for the ids"
                    yield f"{indicator.id}.feeds: no feature card has the id {feed.feature!r}; {cure}"


def flags_fed(shape: ModelShape, flags: Collection[str]) -> Iterator[str]:
    """Feeds that are flags: a flag goes to the review list for a person, never into a score."""
    for dimension in shape.dimension:
        for indicator in _walk(dimension.indicator):
            for feed in indicator.feeds:
                if feed.feature in flags:
                    yield f"{indicator.id}.feeds: {feed.feature} is a flag card, which never enters a score; remove it"
