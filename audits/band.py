"""A verdict as an interval between 0 and 1: what is known is a point, what is unknown stays wide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Band:
    """A closed interval [low, high] within 0 to 1; passed is [1,1], failed [0,0], unknown [0,1]."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0.0 <= self.low <= self.high <= 1.0:
            raise ValueError(f"a band must satisfy 0 <= low <= high <= 1, got [{self.low}, {self.high}]")

    @property
    def known(self) -> bool:
        """Whether the band is a single point."""
        return self.low == self.high


PASSED = Band(1.0, 1.0)
FAILED = Band(0.0, 0.0)
UNKNOWN = Band(0.0, 1.0)


def graded(score: float) -> Band:
    """A measured score as a band of one point; scores are clamped to 0 to 1."""
    score = min(1.0, max(0.0, score))
    return Band(score, score)


def any_of(bands: Iterable[Band]) -> Band:
    """The best of them, on both ends; of none, failed."""
    bands = list(bands)
    return Band(max((b.low for b in bands), default=0.0), max((b.high for b in bands), default=0.0))


def all_of(bands: Iterable[Band]) -> Band:
    """The worst of them, on both ends; of none, passed."""
    bands = list(bands)
    return Band(min((b.low for b in bands), default=1.0), min((b.high for b in bands), default=1.0))


def weighted_mean(weighted: Iterable[tuple[float, Band]]) -> Band | None:
    """The weighted mean on both ends; None when nothing has weight (everything is inapplicable)."""
    weighted = [(weight, band) for weight, band in weighted if weight > 0]
    total = sum(weight for weight, _ in weighted)
    if not weighted:
        return None
    low = sum(weight * band.low for weight, band in weighted) / total
    high = sum(weight * band.high for weight, band in weighted) / total
    low, high = min(1.0, max(0.0, low)), min(1.0, max(0.0, high))
    return Band(min(low, high), high)


def share(bands: Iterable[Band]) -> Band | None:
    """The plain mean on both ends; None of none."""
    return weighted_mean((1.0, band) for band in bands)
