"""One city's result at every level of the index: a point, the band around it, and how much was measured."""

from __future__ import annotations

from dataclasses import dataclass

from audits.band import Band


@dataclass(frozen=True)
class Score:
    """A value at one level of the model.

    `point` is the weighted mean of what was measured (None when nothing was), `band` the interval that
    holds whatever the unknown part may be (None when all is inapplicable), `coverage` weight measured /
    weight applicable, 0 to 1. `shown` is False below the coverage floor of the model: then only the
    observable part may be named.
    """

    id: str
    point: float | None
    band: Band | None
    coverage: float
    shown: bool
    parts: tuple[Score, ...] = ()


@dataclass(frozen=True)
class Scorecard:
    """One city's score: `index` holds dimensions, they hold indicators, those hold features or records."""

    city: str
    index: Score
    tier: str | None = None  # leading, pioneering, exploring; None when the index is not shown
    measured: bool = True  # False: no page of the portal could be measured
