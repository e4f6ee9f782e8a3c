"""What the file of a lens may say, and what is wrong with one that cannot be used."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from audits.card import Card
from scoring.model_file import TextShape

Certainty = Literal["S", "V", "I", "R", "project"]
Scheme = Literal["deduction", "share"]
Kind = Literal["veto", "deduction", "bonus", "binary"]
How = Literal["all", "any", "at_least", "share", "value", "each"]
CountsFrom = Literal["passed", "above_zero"]

SCHEME_KINDS: dict[Scheme, tuple[Kind, ...]] = {"deduction": ("veto", "deduction", "bonus"), "share": ("binary",)}
SCHEME_THRESHOLDS: dict[Scheme, tuple[str, ...]] = {
    "deduction": ("base", "fail_below", "bonus_above", "bonus_most"),
    "share": (),
}
READABLE = frozenset({"feature", "presence"})
"""Kinds of cards a lens may read; the others describe the measurement or point a person at something."""

_Id = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_.-]*$")]
_Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
_Number = Annotated[float, Field(allow_inf_nan=False)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceShape(_Shape):
    id: _Id
    text: TextShape
    effective: date


class ThresholdShape(_Shape):
    """One number of a rule, with where it comes from; `feature` names the card that applies it as its `option`."""

    key: _Key
    value: _Number
    unit: Literal["points", "count", "times", "days", "share", "ms"]
    text: TextShape
    certainty: Certainty
    source: str | None = None
    clause: str | None = None
    effective: date | None = None
    feature: str | None = None
    option: str | None = None


class PointsShape(_Shape):
    value: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    certainty: Certainty
    source: str | None = None
    note: TextShape | None = None


class RuleShape(_Shape):
    """How the features read make one answer; `least`, `at_most`, `below`, `per` name thresholds by their keys."""

    how: How
    counts_from: CountsFrom = "passed"
    least: str | None = None
    at_most: str | None = None
    below: str | None = None
    per: tuple[str, ...] = ()
    count: str | None = None
    suspected: str | None = None


class IndicatorShape(_Shape):
    id: _Id
    name: TextShape
    text: TextShape
    kind: Kind | None = None
    source: str | None = None
    clause: str | None = None
    certainty: Certainty | None = None
    effective: date | None = None
    points: PointsShape | None = None
    reads: tuple[str, ...] = ()
    rule: RuleShape | None = None
    threshold: tuple[ThresholdShape, ...] = ()
    person: bool = False
    then_person: bool = False
    confirm: bool = False
    lost: bool = False
    candidates: tuple[str, ...] = ()
    not_in: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    note: TextShape | None = None


class GroupShape(_Shape):
    id: _Id
    name: TextShape
    kind: Kind
    source: str
    clause: str
    certainty: Certainty
    stated: Annotated[int, Field(gt=0)] | None = None
    points: PointsShape | None = None
    note: TextShape | None = None
    indicator: Annotated[tuple[IndicatorShape, ...], Field(min_length=1)]


class LevelShape(_Shape):
    id: _Key
    name: TextShape
    above: str | None = None


class LensShape(_Shape):
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    version: Annotated[str, Field(min_length=1)]
    title: TextShape
    short: TextShape
    note: TextShape
    limits: tuple[TextShape, ...] = ()
    scheme: Scheme
    countries: tuple[Annotated[str, Field(pattern=r"^[a-z]{2}$")], ...] = ()
    source: Annotated[tuple[SourceShape, ...], Field(min_length=1)]
    threshold: tuple[ThresholdShape, ...] = ()
    level: tuple[LevelShape, ...] = ()
    group: Annotated[tuple[GroupShape, ...], Field(min_length=1)]


def problems(shape: LensShape) -> Iterator[str]:
    """Everything in a well-formed file that does not hang together, as `key: fault; cure`."""
    sources = [source.id for source in shape.source]
    yield from _twice(sources, "source")
    yield from _twice([group.id for group in shape.group], "group")
    yield from _twice([one.id for group in shape.group for one in group.indicator], "indicator")
    yield from _threshold_problems(shape.threshold, "threshold", sources)
    keys = {one.key for one in shape.threshold}
    for key in SCHEME_THRESHOLDS[shape.scheme]:
        if key not in keys:
            yield f"threshold: {key} is missing; the scheme {shape.scheme!r} needs it"
    for level in shape.level:
        if level.above is not None and level.above not in keys:
            yield f"level.{level.id}.above: there is no threshold {level.above!r}; name one by its key"
    if shape.scheme == "share" and (not shape.level or shape.level[-1].above is not None):
        yield "level: the last one must be open below; list the levels from the highest down, the last without `above`"
    for group in shape.group:
        yield from _group_problems(shape, group, sources)
    if shape.scheme == "deduction":
        yield from _points_problems(shape)


def _twice(ids: list[str], what: str) -> Iterator[str]:
    for id in dict.fromkeys(id for id in ids if ids.count(id) > 1):
        yield f"{what} {id}: this id is used twice; give each its own"


def _threshold_problems(thresholds: tuple[ThresholdShape, ...], key: str, sources: list[str]) -> Iterator[str]:
    yield from _twice([one.key for one in thresholds], key)
    for one in thresholds:
        if one.source is not None and one.source not in sources:
            yield f"{key}.{one.key}.source: there is no source {one.source!r}; add it as [[source]]"
        if (one.feature is None) != (one.option is None):
            yield f"{key}.{one.key}: feature and option go together; name the card and the option that applies it"


def _group_problems(shape: LensShape, group: GroupShape, sources: list[str]) -> Iterator[str]:
    if group.source not in sources:
        yield f"{group.id}.source: there is no source {group.source!r}; add it as [[source]]"
    if group.kind not in SCHEME_KINDS[shape.scheme]:
        allowed = ", ".join(SCHEME_KINDS[shape.scheme])
        yield f"{group.id}.kind: {group.kind!r} has no place in the scheme {shape.scheme!r}; write one of {allowed}"
    if (group.points is None) == (group.kind in ("deduction", "bonus")):
        yield f"{group.id}.points: groups of deduction or bonus items have points, others have none"
    if group.stated is not None and group.stated != len(group.indicator):
        yield (
            f"{group.id}.stated: {group.stated} indicators are stated and {len(group.indicator)} are listed; "
            "list those whose name is not known with `lost = true`"
        )
    for one in group.indicator:
        for fault in _indicator_problems(one, one.kind or group.kind, sources):
            yield f"{one.id}{fault}"


def _indicator_problems(one: IndicatorShape, kind: Kind, sources: list[str]) -> Iterator[str]:
    if one.source is not None and one.source not in sources:
        yield f".source: there is no source {one.source!r}; add it as [[source]]"
    yield from (f".{fault}" for fault in _threshold_problems(one.threshold, "threshold", sources))
    if one.person or one.lost:
        if one.reads or one.rule or one.then_person or one.confirm:
            yield ": is for a person, so it reads nothing; remove reads, rule, then_person and confirm, or person"
        return
    if one.rule is None or not one.reads:
        yield ": a machine cannot answer it; add reads and a rule, or `person = true`"
        return
    for feature in dict.fromkeys(feature for feature in one.reads if one.reads.count(feature) > 1):
        yield f".reads: {feature} is read twice; keep one"
    rule, keys = one.rule, {threshold.key for threshold in one.threshold}
    named = [name for name in (rule.least, rule.at_most, rule.below, *rule.per) if name is not None]
    for name in named:
        if name not in keys:
            yield f".rule: there is no threshold {name!r}; add it as a [[…threshold]] of the indicator"
    bounds = [name for name in (rule.least, rule.at_most, rule.below) if name is not None]
    if rule.how == "value" and (len(one.reads) != 1 or len(bounds) != 1):
        yield ".rule: `value` compares one feature with one of least, at_most or below; keep one of each"
    if rule.how == "at_least" and (rule.least is None or len(bounds) != 1):
        yield ".rule: `at_least` needs `least`, the key of the threshold with the number, and nothing beside it"
    if rule.how == "each" and (len(rule.per) != len(one.reads) or bounds):
        yield ".rule: `each` needs `per`, one key of a threshold for each feature read"
    if rule.how in ("all", "any", "share") and named:
        yield f".rule: `{rule.how}` compares with no threshold; remove {', '.join(named)} from the rule"
    if (rule.per or rule.count or rule.suspected) and rule.how != "each":
        yield ".rule: per, count and suspected belong to `each`; remove them"
    if kind in ("veto", "binary") and rule.how in ("share", "each"):
        yield f".rule: a {kind} is yes or no, `{rule.how}` gives parts of points; use all, any, at_least or value"


def _points_problems(shape: LensShape) -> Iterator[str]:
    limits = {one.key: one.value for one in shape.threshold}
    for kind, key in (("deduction", "base"), ("bonus", "bonus_most")):
        groups = [group for group in shape.group if group.kind == kind and group.points is not None]
        total = math.fsum(group.points.value for group in groups if group.points is not None)
        if key in limits and not math.isclose(total, limits[key]):
            must = f"they must have {limits[key]:g} ({key})"
            yield f"group.points: the {kind} groups have {total:g} points together; {must}"
        for group in groups:
            own = math.fsum(one.points.value for one in group.indicator if one.points is not None)
            rest = any(one.points is None for one in group.indicator)
            whole = group.points.value if group.points is not None else 0.0
            if own > whole or (rest and math.isclose(own, whole)) or (not rest and not math.isclose(own, whole)):
                yield f"{group.id}.points: its indicators have {own:g} of {whole:g} points; mend the points of one"


def reading_problems(shape: LensShape, cards: dict[str, Card]) -> Iterator[str]:
    """What the file reads that is no card, or a card that no lens may weigh."""
    for group in shape.group:
        for one in group.indicator:
            for feature in one.reads:
                card = cards.get(feature)
                if card is None:
                    yield f"{one.id}.reads: {_unknown(feature, cards)}"
                elif card.kind not in READABLE:
                    cure = "name it under candidates" if card.kind == "flag" else "remove it"
                    yield f"{one.id}.reads: {feature} is a {card.kind} card, which never enters a score; {cure}"
            for feature in one.candidates:
                card = cards.get(feature)
                if card is None:
                    yield f"{one.id}.candidates: {_unknown(feature, cards)}"
                elif card.kind != "flag":
                    yield f"{one.id}.candidates: {feature} is no flag card; name it under reads"
            for threshold in one.threshold:
                if threshold.feature is not None and threshold.feature not in cards:
                    yield f"{one.id}.threshold.{threshold.key}.feature: {_unknown(threshold.feature, cards)}"


def _unknown(feature: str, cards: dict[str, Card]) -> str:
    near = get_close_matches(feature, sorted(cards), n=1)
    cure = f"did you mean {near[0]}?" if near else "see `civicprobe features` for the ids"
    return f"no feature card has the id {feature!r}; {cure}"
