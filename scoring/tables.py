"""The dataset as plain tables: what each column means, in which unit, and the rows themselves."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal

from audits.finding import Finding
from scoring.dataset import Dataset, RoundFacts, VisitRecord
from scoring.lenses import rows
from scoring.model import Indicator, Model, Weight
from scoring.scorecard import Score

Cell = rows.Cell
Row = rows.Row
Kind = Literal["text", "number", "integer", "boolean"]


@dataclass(frozen=True)
class Column:
    """One column: its name, the kind of its cells, its meaning in both languages, unit and allowed values."""

    name: str
    kind: Kind
    en: str
    zh: str
    unit: str = ""
    allowed: str = ""


@dataclass(frozen=True)
class Table:
    """One table: a row of `rows(dataset)` has a cell for each column, in order; an empty cell is None."""

    name: str
    en: str
    zh: str
    columns: tuple[Column, ...]
    rows: Callable[[Dataset], Iterator[Row]]


def rounded(number: float | None) -> float | None:
    """A score to six decimals, as all exports show it; order is kept."""
    return None if number is None else round(number, 6) + 0.0


def walk(score: Score, model: Model) -> Iterator[tuple[str, str | None, Score]]:
    """Every level of a score card above the features, as (level, parent id, score).

    Levels are index, dimension, indicator, part, and import for the records of one indicator.
    """
    seconds = {indicator.id for dimension in model.dimensions for indicator in dimension.indicators}
    thirds = {indicator.id for indicator in model.indicators()} - seconds

    def below(parent: Score) -> Iterator[tuple[str, str | None, Score]]:
        for part in parent.parts:
            level = "indicator" if part.id in seconds else "part" if part.id in thirds else None
            if level is None and part.id.partition("@")[0] == parent.id:
                level = "import"
            if level is not None:
                yield level, parent.id, part
                if level != "import":
                    yield from below(part)

    yield "index", None, score
    for dimension in score.parts:
        yield "dimension", score.id, dimension
        yield from below(dimension)


def _measures(dataset: Dataset) -> Iterator[Row]:
    where = (dataset.facts.campaign, dataset.facts.round)
    for record in dataset.cities:
        city = (*where, record.city.id, record.city.name)
        for level, parent, score in walk(record.scorecard.index, dataset.model):
            band = score.band
            yield (
                *city,
                level,
                score.id,
                parent,
                *(None,) * 6,
                rounded(score.point) if score.shown else None,
                rounded(score.point),
                rounded(band.low) if band else None,
                rounded(band.high) if band else None,
                rounded(score.coverage),
                score.shown,
                record.scorecard.tier if level == "index" else None,
                *(None,) * 5,
            )
        for finding in record.findings:
            yield (*city, *_feature(finding))


def _feature(finding: Finding) -> Row:
    value, band = finding.value, finding.band
    number = int(value) if isinstance(value, bool) else value if isinstance(value, int | float) else None
    first = finding.evidence[0] if finding.evidence else None
    known = band is not None and band.known
    return (
        "feature",
        finding.feature,
        None,
        finding.outcome.value,
        finding.cause.value if finding.cause else None,
        finding.vendor,
        number,
        value if isinstance(value, str) else None,
        finding.unit or None,
        rounded(band.low) if band and known else None,
        rounded(band.low) if band and known else None,
        rounded(band.low) if band else None,
        rounded(band.high) if band else None,
        rounded(1 - (band.high - band.low)) if band else None,
        known,
        None,
        finding.reason or None,
        first.url if first else None,
        first.fetched_at if first else None,
        first.pointer or None if first else None,
        first.snippet or None if first else None,
    )


def _cities(dataset: Dataset) -> Iterator[Row]:
    for record in dataset.cities:
        city, card = record.city, record.scorecard
        readable = sum(visit.outcome == "passed" for visit in record.visits)
        yield (
            city.id,
            city.name,
            city.name_en,
            city.country,
            city.code,
            city.level,
            city.province,
            city.circle,
            " ".join(city.portals),
            city.opendata,
            card.measured,
            rounded(card.index.point) if card.index.shown else None,
            rounded(card.index.coverage),
            card.tier,
            len(record.visits),
            readable,
        )


def _proofs(dataset: Dataset) -> Iterator[Row]:
    for record in dataset.cities:
        for finding in record.findings:
            for number, proof in enumerate(finding.evidence, start=1):
                yield (
                    record.city.id,
                    finding.feature,
                    number,
                    proof.url,
                    proof.fetched_at,
                    proof.status,
                    proof.pointer or None,
                    proof.snippet or None,
                    proof.href,
                    proof.screenshot,
                    proof.archive,
                    proof.observation,
                )


def _visits(dataset: Dataset) -> Iterator[Row]:
    for record in dataset.cities:
        for visit in record.visits:
            yield (record.city.id, *_visit(visit))


def _visit(visit: VisitRecord) -> Row:
    return (
        visit.url,
        visit.final_url,
        visit.way,
        visit.method,
        " ".join(visit.roles),
        visit.outcome,
        visit.cause,
        visit.vendor,
        visit.status,
        visit.fetched_at,
        visit.elapsed_ms,
        visit.size_bytes,
        visit.kind,
        visit.title,
        visit.archive,
        visit.screenshot,
    )


def _problems(dataset: Dataset) -> Iterator[Row]:
    for record in dataset.cities:
        for p in record.problems:
            tags = " ".join(p.tags)
            yield (
                record.city.id,
                p.page_url,
                p.rule,
                p.impact,
                p.help,
                p.help_url,
                p.nodes,
                p.selector,
                p.snippet,
                tags,
            )


def _imported(dataset: Dataset) -> Iterator[Row]:
    for e in dataset.evidence:
        yield (
            e.city,
            e.indicator,
            e.method,
            e.value,
            e.unit or None,
            e.scale,
            rounded(e.score),
            e.source,
            e.collected_on,
            e.collected_by,
            e.note or None,
            e.file or None,
            e.line or None,
        )


def _features(dataset: Dataset) -> Iterator[Row]:
    for card in dataset.cards:
        yield (
            card.id,
            " ".join(card.catalogue),
            card.kind,
            card.title.en,
            card.title.zh,
            card.asks.en,
            card.asks.zh,
            card.unit or None,
            " ".join(dataset.model.fed_by(card.id)) or None,
            card.version,
            "; ".join(f"{source.text.en}, {source.clause} [{source.certainty}]" for source in card.sources) or None,
            "；".join(f"{source.text.zh}，{source.clause} [{source.certainty}]" for source in card.sources) or None,
        )


def _agreement(dataset: Dataset) -> Iterator[Row]:
    for rule in dataset.agreement:
        yield rule.feature, rule.cities, rule.agreed, rounded(rule.kappa), rule.demote


def _model(dataset: Dataset) -> Iterator[Row]:
    def row(level: str, id: str, parent: str, en: str, zh: str, status: str | None, weight: Weight | None) -> Row:
        return (
            level,
            id,
            parent,
            en,
            zh,
            status,
            rounded(weight.value) if weight else None,
            weight.stated if weight else None,
            weight.provenance if weight else None,
            weight.note.en if weight and weight.note else None,
            weight.note.zh if weight and weight.note else None,
        )

    def below(parent: str, level: str, indicators: Iterable[Indicator]) -> Iterator[Row]:
        for i in indicators:
            yield row(level, i.id, parent, i.name.en, i.name.zh, i.status, i.weight)
            yield from below(i.id, "part", i.parts)
            for feed in i.feeds:
                title = titles.get(feed.feature)
                en, zh = (title.en, title.zh) if title else (feed.feature, feed.feature)
                yield row("feature", feed.feature, i.id, en, zh, None, feed.weight)
            if i.intake:
                asks = i.intake.asks
                yield row("import", f"{i.id}@import", i.id, asks.en, asks.zh, None, i.intake.weight)

    titles = {card.id: card.title for card in dataset.cards}
    for d in dataset.model.dimensions:
        yield row("dimension", d.id, "index", d.name.en, d.name.zh, None, d.weight)
        yield from below(d.id, "indicator", d.indicators)


def _facts(dataset: Dataset) -> Iterator[Row]:
    yield from fact_rows(dataset.facts, dataset.model)


def fact_rows(facts: RoundFacts, model: Model) -> Iterator[tuple[str, str | None]]:
    """Name and value of every fact of the round, the model's among them."""
    for name in ("campaign", "title", "round", "opened_at", "closed_at", "as_of", "seed", "agent"):
        value = getattr(facts, name)
        yield name, None if value is None else str(value)
    yield "model", f"{model.id} {model.version}"
    yield "model_digest", model.digest
    yield "coverage_floor", json.dumps(model.coverage_floor)
    for kind, values in (("settings", facts.settings), ("versions", facts.versions)):
        for key, value in sorted(values.items()):
            yield f"{kind}.{key}", value


_ROWS: dict[str, Callable[[Dataset], Iterator[Row]]] = {
    "facts": _facts,
    "cities": _cities,
    "measures": _measures,
    "proofs": _proofs,
    "visits": _visits,
    "problems": _problems,
    "imported": _imported,
    "features": _features,
    "agreement": _agreement,
    "model": _model,
    "lenses": rows.indicators,
    "lens_thresholds": rows.thresholds,
    "lens_totals": rows.totals,
    "lens_results": rows.results,
}


@cache
def tables() -> tuple[Table, ...]:
    """Every table of the exports, as `tables.toml` describes them."""
    text = resources.files("scoring").joinpath("tables.toml").read_text("utf-8")
    return tuple(
        Table(
            table["name"],
            table["en"],
            table["zh"],
            tuple(Column(**column) for column in table["columns"]),
            _ROWS[table["name"]],
        )
        for table in tomllib.loads(text)["table"]
    )


def measures() -> Table:
    """The long table: scores at every level and features, one row each."""
    return next(table for table in tables() if table.name == "measures")


def dictionary_markdown() -> str:
    """The data dictionary of all tables as Markdown, as it stands in docs/dataset.md."""
    lines: list[str] = []
    for table in tables():
        lines += [f"### {table.name}", "", f"{table.en} {table.zh}", ""]
        lines += [
            "| column | kind | meaning | 含义 | unit | values |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        lines += [f"| `{c.name}` | {c.kind} | {c.en} | {c.zh} | {c.unit} | {c.allowed} |" for c in table.columns]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(dictionary_markdown())
