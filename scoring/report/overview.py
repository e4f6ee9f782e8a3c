"""The first page of the report: what was done, in short, and all cities side by side."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from probes.outcome import Outcome
from scoring.dataset import CityRecord
from scoring.report import charts, figures
from scoring.report.reading import (
    CAUSE_GROUPS,
    CONDITIONS,
    WALLS,
    Round,
    Tally,
    cause_name,
    city_name,
    tally,
    vendor_name,
)
from scoring.report.summary import most_failed, sentences
from scoring.report.words import Words
from scoring.scorecard import Score

MANY_CITIES = 40  # from here on the long sections are folded, so that the page stays usable
_COMMON_ROWS = 10


@dataclass(frozen=True)
class Cell:
    """One score: value and band in words, and the dot on its band.

    `open` says that the band is wider than the value, `sure` that coverage reaches the model's floor.
    """

    id: str
    name: str
    value: str
    band: str
    open: bool
    sure: bool
    range: charts.Range


@dataclass(frozen=True)
class CityRow:
    """One city in the tables and charts of the overview."""

    page: str
    name: str
    native: str
    place: str
    index: Cell
    coverage: str
    coverage_share: float
    tier: str
    cells: tuple[Cell, ...]
    walls: tuple[tuple[str, str], ...]
    tally: Tally
    segments: tuple[charts.Segment, ...]
    profile_alt: str
    outcomes_alt: str
    visits: str
    causes: tuple[tuple[str, str], ...]
    portals: tuple[str, ...]


@dataclass(frozen=True)
class CauseRow:
    """One cause of visits without a readable page: how often, in how many cities, which walls."""

    name: str
    meaning: str
    vendors: str
    visits: str
    cities: str


@dataclass(frozen=True)
class CommonRow:
    """One feature that many cities do not meet."""

    feature: str
    title: str
    failed: str
    judged: str
    share: str


@dataclass(frozen=True)
class Overview:
    """All that the first page shows."""

    sentences: tuple[str, ...]
    key_figures: tuple[tuple[str, str], ...]
    dimensions: tuple[tuple[str, str], ...]
    indexed: tuple[CityRow, ...]
    observable: tuple[CityRow, ...]
    unmeasured: tuple[CityRow, ...]
    measured: tuple[CityRow, ...]
    every: tuple[CityRow, ...]
    causes: tuple[tuple[str, tuple[CauseRow, ...]], ...]
    common: tuple[CommonRow, ...]
    many: bool


def overview(round: Round, words: Words, pages: dict[str, str]) -> Overview:
    """The first page; `pages` gives each city's page by the city's id."""
    rows = {record.city.id: city_row(record, round, words, pages) for record in round.dataset.cities}
    indexed = tuple(rows[record.city.id] for record in round.indexed)
    observable = tuple(rows[record.city.id] for record in round.observable)
    return Overview(
        sentences=tuple(sentences(round, words)),
        key_figures=_key_figures(round, words, tuple(rows.values())),
        dimensions=tuple((dimension.id, words.of(dimension.name)) for dimension in round.dataset.model.dimensions),
        indexed=indexed,
        observable=observable,
        unmeasured=tuple(rows[record.city.id] for record in round.unmeasured),
        measured=indexed + observable,
        every=tuple(rows.values()),
        causes=_causes(round, words),
        common=_common(round, words),
        many=len(rows) > MANY_CITIES,
    )


def city_row(record: CityRecord, round: Round, words: Words, pages: dict[str, str]) -> CityRow:
    """One city's row."""
    card = record.scorecard
    name = city_name(record.city, words)
    parts = {part.id: part for part in card.index.parts}
    cells = tuple(
        cell(parts[dimension.id], words.of(dimension.name), words)
        for dimension in round.dataset.model.dimensions
        if dimension.id in parts
    )
    number = tally(
        [
            finding.outcome
            for finding in record.findings
            if finding.feature in round.cards and round.cards[finding.feature].kind not in CONDITIONS
        ]
    )
    stopped = Counter(visit.cause for visit in record.visits if visit.cause and visit.outcome != Outcome.PASSED)
    tiers = {tier.id: words.of(tier.name) for tier in round.dataset.model.tiers}
    return CityRow(
        page=pages[record.city.id],
        name=name,
        native=record.city.name if record.city.name != name else "",
        place=record.city.province or "",
        index=cell(card.index, name, words),
        coverage=figures.percent(card.index.coverage),
        coverage_share=card.index.coverage,
        tier=tiers.get(card.tier or "", card.tier or ""),
        cells=cells,
        walls=_counted(stopped, words, WALLS),
        tally=number,
        segments=charts.stacked(
            [
                ("passed", number.passed),
                ("failed", number.failed),
                ("open", number.open),
                ("inapplicable", number.inapplicable),
            ]
        ),
        profile_alt=_profile_alt(name, cells, words),
        outcomes_alt=words(
            "overview.coverage_alt",
            city=name,
            passed=number.passed,
            failed=number.failed,
            open=number.open,
            inapplicable=number.inapplicable,
        ),
        visits=figures.count(len(record.visits)),
        causes=_counted(stopped, words, None),
        portals=record.city.portals,
    )


def cell(score: Score, name: str, words: Words) -> Cell:
    """A score as numbers in words and as a dot on its band."""
    return Cell(
        id=score.id,
        name=name,
        value="–" if score.point is None else figures.points(score.point),
        band=figures.band_text(score.band, words),
        open=score.band is None or not score.band.known,
        sure=score.shown and score.point is not None,
        range=charts.ranged(score),
    )


def _profile_alt(name: str, cells: tuple[Cell, ...], words: Words) -> str:
    blank = " " if words.language == "en" else ""
    values = blank.join(
        words("overview.profile_value", name=one.name, value=one.value, band=one.band)
        if one.range.point is not None
        else words("overview.profile_value_none", name=one.name)
        for one in cells
    )
    return words("overview.profile_alt", city=name, values=values)


def _counted(causes: Counter[str], words: Words, only: frozenset[str] | None) -> tuple[tuple[str, str], ...]:
    held = [(number, cause) for cause, number in causes.items() if cause and (only is None or cause in only)]
    return tuple(
        (cause_name(cause, words), figures.count(number))
        for number, cause in sorted(held, key=lambda pair: (-pair[0], pair[1]))
    )


def _key_figures(round: Round, words: Words, rows: tuple[CityRow, ...]) -> tuple[tuple[str, str], ...]:
    cities = len(round.dataset.cities)
    asked = [visit for record in round.dataset.cities for visit in record.visits if visit.outcome != Outcome.UNTESTED]
    read = sum(visit.outcome == Outcome.PASSED for visit in asked)
    known = sum(row.tally.known for row in rows)
    meant = known + sum(row.tally.open for row in rows)
    return (
        (
            figures.count(cities - len(round.unmeasured)),
            words("overview.figure_measured", total=figures.count(cities)),
        ),
        (figures.count(len(round.indexed)), words("overview.figure_indexed", n=len(round.indexed))),
        (
            words("unit.share", n=figures.percent(read / len(asked)) if asked else "0"),
            words("overview.figure_read"),
        ),
        (
            words("unit.share", n=figures.percent(known / meant) if meant else "0"),
            words("overview.figure_judged"),
        ),
    )


def _causes(round: Round, words: Words) -> tuple[tuple[str, tuple[CauseRow, ...]], ...]:
    visits: Counter[str] = Counter()
    cities: dict[str, set[str]] = {}
    vendors: dict[str, set[str]] = {}
    for record in round.dataset.cities:
        for visit in record.visits:
            if visit.cause and visit.outcome != Outcome.PASSED:
                visits[visit.cause] += 1
                cities.setdefault(visit.cause, set()).add(record.city.id)
                if visit.vendor:
                    vendors.setdefault(visit.cause, set()).add(visit.vendor)
    groups = []
    for group, causes in CAUSE_GROUPS:
        rows = tuple(
            CauseRow(
                name=cause_name(cause.value, words),
                meaning=words(f"cause_explained.{cause.value}"),
                vendors=_vendors(vendors.get(cause.value, set()), words),
                visits=figures.count(visits[cause.value]),
                cities=figures.count(len(cities[cause.value])),
            )
            for cause in causes
            if visits[cause.value]
        )
        if rows:
            groups.append((words(f"cause_group.{group}"), rows))
    return tuple(groups)


def _vendors(vendors: set[str], words: Words) -> str:
    if not vendors:
        return ""
    named = [vendor_name(vendor, words) for vendor in sorted(vendors)]
    return words("overview.vendor", vendor=words("site.list_comma").join(named))


def _common(round: Round, words: Words) -> tuple[CommonRow, ...]:
    return tuple(
        CommonRow(
            feature=feature,
            title=words.of(round.cards[feature].title),
            failed=figures.count(failed),
            judged=figures.count(judged),
            share=words("unit.share", n=figures.percent(failed / judged)),
        )
        for feature, failed, judged in most_failed(round)[:_COMMON_ROWS]
    )
