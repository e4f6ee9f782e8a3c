"""The scales: weighs findings and imported evidence into one score card a city, and cities into tiers.

Only bands are computed; the rest follows from them. What was measured is a point, what is unknown is [0,1],
what does not apply has no weight, and a parent is the weighted mean of its parts on both ends. Hence, at
every level,

    coverage = 1 - (high - low)        the weight that was measured, of the weight that applies
    point    = low / coverage          the weighted mean of what was measured

and the point always lies inside the band.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from audits.band import UNKNOWN, Band, graded
from audits.city import City
from audits.finding import Finding
from probes.outcome import Outcome
from scoring.evidence import ImportedEvidence
from scoring.model import Dimension, Indicator, Intake, Model, Weight
from scoring.scorecard import Score, Scorecard

_ROUNDING = 1e-9  # values closer than this are equal: sums of weights carry rounding noise


def score(
    city: City,
    findings: Iterable[Finding],
    evidence: Iterable[ImportedEvidence],
    model: Model,
    *,
    measured: bool | None = None,
) -> Scorecard:
    """One city's score card, without a tier.

    `findings` and `evidence` may hold other cities' rows; they are left aside. A feature of the model without
    a finding is unknown. Several records for one indicator: within a method only those of the newest date
    count, their mean is the method's, and the methods' mean is the indicator's.

    `measured=False` says that no page of the city's portal could be measured: its findings count as unknown
    and nothing is shown; None lets the findings tell. Raises ValueError for two findings of one feature, and
    for a record of an indicator that takes none.
    """
    found = _by_feature(city, findings)
    records = _by_indicator(city, evidence, model)
    if measured is None:
        measured = any(
            found[feature].outcome in (Outcome.PASSED, Outcome.FAILED)
            for feature in model.features()
            if feature in found
        )
    weigher = _Weigher(found, records, measured, model.coverage_floor)
    parts = [(dimension.weight, weigher.dimension(dimension)) for dimension in model.dimensions]
    return Scorecard(city=city.id, index=weigher.whole("index", parts), measured=measured)


def score_all(
    cities: Sequence[City],
    findings: Mapping[str, Iterable[Finding]],
    evidence: Iterable[ImportedEvidence],
    model: Model,
    *,
    unmeasured: Collection[str] | None = None,
) -> tuple[Scorecard, ...]:
    """The score cards of all cities in the order given, with tiers; `findings` are keyed by city id.

    `unmeasured` are the ids of cities without one measured page; None lets the findings tell.
    """
    records: dict[str, list[ImportedEvidence]] = {city.id: [] for city in cities}
    for record in evidence:
        if record.city in records:
            records[record.city].append(record)
    cards = (
        score(
            city,
            findings.get(city.id, ()),
            records[city.id],
            model,
            measured=None if unmeasured is None else city.id not in unmeasured,
        )
        for city in cities
    )
    return with_tiers(cards, model)


def with_tiers(cards: Iterable[Scorecard], model: Model) -> tuple[Scorecard, ...]:
    """The same cards with the tier of each city whose index is shown.

    The cuts are the cumulative shares of the model's tiers times the number of ranked cities, rounded half
    up; equal points share the better tier (the survey's rule, 16 / 34 / 50 %).
    """
    cards = tuple(cards)
    points = sorted((_rounded(card.index.point) for card in cards if _ranked(card)), reverse=True)
    ranks: dict[float, int] = {}
    for rank, point in enumerate(points, start=1):
        ranks.setdefault(point, rank)
    cuts: list[tuple[int, str]] = []
    cumulative = Fraction(0)
    for tier in model.tiers:
        # The share as it is written, not its binary neighbour: 0.16 of 50 cities is 8, exactly.
        cumulative += Fraction(str(tier.share))
        cuts.append((math.floor(cumulative * len(points) + Fraction(1, 2)), tier.id))
    cuts[-1] = (len(points), model.tiers[-1].id)
    return tuple(
        replace(
            card,
            tier=next(tier for cut, tier in cuts if ranks[_rounded(card.index.point)] <= cut)
            if _ranked(card)
            else None,
        )
        for card in cards
    )


def _ranked(card: Scorecard) -> bool:
    return card.measured and card.index.shown and card.index.point is not None


def _rounded(point: float | None) -> float:
    return round(point or 0.0, 9)


@dataclass(frozen=True)
class _Weigher:
    """Walks the model from the top and weighs one city's bands from the bottom."""

    found: Mapping[str, Finding]
    records: Mapping[str, Sequence[ImportedEvidence]]
    measured: bool
    floor: float

    def dimension(self, dimension: Dimension) -> Score:
        return self.whole(dimension.id, self.indicators(dimension.indicators))

    def indicators(self, indicators: Iterable[Indicator]) -> list[tuple[Weight, Score]]:
        # A lost indicator has no weight: it is told by the model, never by a score.
        return [(i.weight, self.indicator(i)) for i in indicators if i.weight is not None]

    def indicator(self, indicator: Indicator) -> Score:
        if indicator.parts:
            return self.whole(indicator.id, self.indicators(indicator.parts))
        parts = [(feed.weight, self.feature(feed.feature)) for feed in indicator.feeds]
        if indicator.intake is not None:
            parts.append((indicator.intake.weight, self.intake(indicator, indicator.intake)))
        return self.whole(indicator.id, parts)

    def feature(self, feature: str) -> Score:
        finding = self.found.get(feature)
        if finding is not None and finding.outcome is Outcome.INAPPLICABLE:
            return self.of_band(feature, None)
        if finding is None or not self.measured:
            return self.of_band(feature, UNKNOWN)
        return self.of_band(feature, _band_of(finding))

    def intake(self, indicator: Indicator, intake: Intake) -> Score:
        records = self.records.get(indicator.id, ())
        methods = [
            self.of_band(f"{indicator.id}@{method}", graded(math.fsum(scores) / len(scores)))
            for method in intake.methods
            if (scores := _newest([record for record in records if record.method == method]))
        ]
        if not methods:
            return self.of_band(f"{indicator.id}@import", UNKNOWN)
        equal = Weight(1 / len(methods), 1.0, "assumed")
        return self.whole(f"{indicator.id}@import", [(equal, method) for method in methods])

    def whole(self, id: str, parts: Sequence[tuple[Weight, Score]]) -> Score:
        """The weighted mean of the parts that apply, on both ends."""
        weighed = [(weight.value, part.band) for weight, part in parts if part.band is not None]
        total = math.fsum(weight for weight, _ in weighed)
        band = None
        if total > 0:
            low = math.fsum(weight * band.low for weight, band in weighed) / total
            high = math.fsum(weight * band.high for weight, band in weighed) / total
            band = Band(min(max(low, 0.0), 1.0), min(max(low, high, 0.0), 1.0))
        return self.of_band(id, band, tuple(part for _, part in parts))

    def of_band(self, id: str, band: Band | None, parts: tuple[Score, ...] = ()) -> Score:
        """The score that follows from a band."""
        coverage = 0.0 if band is None else 1.0 - (band.high - band.low)
        if band is None or coverage < _ROUNDING:
            return Score(id, None, band, 0.0, False, parts)
        point = min(max(band.low / coverage, band.low), band.high)
        return Score(id, point, band, coverage, self.measured and coverage >= self.floor - _ROUNDING, parts)


def _by_feature(city: City, findings: Iterable[Finding]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for finding in findings:
        if finding.city != city.id:
            continue
        if finding.feature in found:
            raise ValueError(f"{city.id}: feature {finding.feature} was judged twice; hand over one finding a feature")
        found[finding.feature] = finding
    return found


def _by_indicator(city: City, evidence: Iterable[ImportedEvidence], model: Model) -> dict[str, list[ImportedEvidence]]:
    taken = {leaf.id: leaf.intake.methods for leaf in model.leaves() if leaf.intake is not None}
    records: dict[str, list[ImportedEvidence]] = {}
    for record in evidence:
        if record.city != city.id:
            continue
        if record.method not in taken.get(record.indicator, ()):
            raise ValueError(
                f"{record.file or 'imported evidence'}: line {record.line}: model {model.version} takes no "
                f"{record.method} records for {record.indicator!r}; give it an intake or remove the record"
            )
        records.setdefault(record.indicator, []).append(record)
    return records


def _newest(records: Sequence[ImportedEvidence]) -> list[float]:
    newest = max((record.collected_on for record in records), default="")
    return [record.score for record in records if record.collected_on == newest]


def _band_of(finding: Finding) -> Band:
    if finding.outcome in (Outcome.CANT_TELL, Outcome.UNTESTED):
        return finding.band or UNKNOWN
    if finding.band is None:
        raise ValueError(
            f"{finding.city}: {finding.feature} is {finding.outcome} without a band; the check must give one"
        )
    return finding.band
