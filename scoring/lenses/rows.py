"""The lenses and what they say of each city as plain rows, in the order of the columns in tables.toml."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scoring.lenses.lens import Lens, LensIndicator, Threshold
from scoring.lenses.result import Span

if TYPE_CHECKING:
    from scoring.dataset import Dataset

Cell = str | int | float | bool | None
Row = tuple[Cell, ...]


def answered_by(one: LensIndicator) -> str:
    """Who can answer an indicator: `machine`, `both`, `person`, or nobody, since its name is `lost`."""
    if one.lost:
        return "lost"
    return "person" if one.person else "both" if one.then_person or one.confirm else "machine"


def indicators(dataset: Dataset) -> Iterator[Row]:
    """The table `lenses`."""
    for lens in dataset.lenses:
        for group in lens.groups:
            for one in group.indicators:
                yield (
                    lens.id,
                    lens.version,
                    group.id,
                    group.name.en,
                    group.name.zh,
                    one.id,
                    one.name.en,
                    one.name.zh,
                    one.text.en,
                    one.text.zh,
                    one.kind,
                    answered_by(one),
                    one.rule.how if one.rule else None,
                    " ".join(one.reads) or None,
                    _short(one.points.value) if one.points else None,
                    one.points.certainty if one.points else None,
                    one.reference.document.en,
                    one.reference.document.zh,
                    one.reference.clause,
                    one.reference.certainty,
                    one.reference.effective,
                )


def thresholds(dataset: Dataset) -> Iterator[Row]:
    """The table `lens_thresholds`."""
    for lens in dataset.lenses:
        held: list[tuple[str | None, Threshold]] = [(None, one) for one in lens.thresholds]
        held += [(indicator.id, one) for indicator in lens.indicators() for one in indicator.thresholds]
        for indicator_id, one in held:
            yield (
                lens.id,
                indicator_id,
                one.key,
                one.value,
                one.unit,
                one.text.en,
                one.text.zh,
                one.reference.document.en,
                one.reference.document.zh,
                one.reference.clause,
                one.reference.certainty,
                one.reference.effective,
                one.feature,
            )


def totals(dataset: Dataset) -> Iterator[Row]:
    """The table `lens_totals`."""
    for record in dataset.cities:
        for seen in record.lenses:
            count = seen.count
            yield (
                record.city.id,
                seen.lens,
                seen.verdict,
                " ".join(seen.stopped_by) or None,
                " ".join(seen.open_vetoes) or None,
                *_ends(seen.kept),
                *_ends(seen.total),
                *_ends(seen.assessed),
                seen.levels[0] if seen.levels else None,
                seen.levels[-1] if seen.levels else None,
                count.passed,
                count.failed,
                count.open,
                count.person,
                count.inapplicable,
                seen.assumed,
            )


def results(dataset: Dataset) -> Iterator[Row]:
    """The table `lens_results`."""
    lenses: dict[str, Lens] = {lens.id: lens for lens in dataset.lenses}
    for record in dataset.cities:
        for seen in record.lenses:
            worth = {one.id: one.points for one in lenses[seen.lens].indicators()}
            for answer in seen.answers:
                band, points = answer.band, worth[answer.indicator]
                yield (
                    record.city.id,
                    seen.lens,
                    answer.indicator,
                    answer.outcome.value,
                    answer.cause.value if answer.cause else None,
                    *_ends(Span(band.low, band.high) if band else None),
                    *_ends(answer.points),
                    _short(points.value) if points else None,
                    " ".join(answer.read) or None,
                )


def _ends(span: Span | None) -> tuple[float | None, float | None]:
    return (None, None) if span is None else (_short(span.low), _short(span.high))


def _short(number: float) -> float:
    """Six decimals, as all exports show numbers that were computed."""
    return round(number, 6) + 0.0
