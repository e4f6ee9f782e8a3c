"""The charts of the report as plain shapes: where each bar begins, how long it is, where its dot sits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.scorecard import Score


@dataclass(frozen=True)
class Range:
    """One value with its band on a line of 0 to 100, in its units; None where nothing is drawn."""

    low: str | None
    width: str | None
    point: str | None
    sure: bool

    @property
    def empty(self) -> bool:
        """Whether there is neither a dot nor a bar."""
        return self.low is None and self.point is None


@dataclass(frozen=True)
class Segment:
    """One part of a stacked bar of 0 to 100: its kind (an outcome), count, start and length."""

    kind: str
    count: int
    start: str
    width: str


def ranged(score: Score) -> Range:
    """A score as a dot on its band; a band of a single point is left to the dot alone."""
    band = score.band
    return Range(
        low=None if band is None else _place(band.low),
        width=None if band is None else _place(band.high - band.low),
        point=None if score.point is None else _place(score.point),
        sure=score.shown,
    )


def spread(low: float, high: float) -> Range:
    """An interval of 0 to 1 as a bar, or as a dot where both ends are the same."""
    if high - low < 0.0005:
        return Range(low=None, width=None, point=_place(low), sure=True)
    return Range(low=_place(low), width=_place(high - low), point=None, sure=True)


def stacked(counts: Sequence[tuple[str, int]]) -> tuple[Segment, ...]:
    """Counts by kind as the parts of one bar, in the order given; kinds without a count are left out."""
    total = sum(number for _, number in counts)
    segments, before = [], 0
    for kind, number in counts:
        if number:
            segments.append(Segment(kind, number, _place(before / total), _place(number / total)))
        before += number
    return tuple(segments)


def _place(share: float) -> str:
    """A share of the line in hundredths, as short as it can be written."""
    return f"{share * 100:.2f}".rstrip("0").rstrip(".")
