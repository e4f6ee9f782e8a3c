"""The method page: every card, every weight with its origin, what outcomes and causes mean, versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audits.card import Card, Text
from probes.outcome import Cause, Outcome
from scoring.model import Indicator, Weight
from scoring.report import figures
from scoring.report.links import anchor
from scoring.report.reading import CAUSE_GROUPS, Round
from scoring.report.words import Words


@dataclass(frozen=True)
class ValidityFigure:
    """One figure on how often the machine is right: what is measured, the figure, and on which basis."""

    measure: Text
    figure: str
    basis: Text


@dataclass(frozen=True)
class CardTold:
    """One card, ready to print; `facts` are headings with a text, `keys` headings with data keys."""

    id: str
    anchor: str
    title: str
    version: str
    asks: str
    why: str
    counts: str
    does_not_count: str
    sources: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class WeightRow:
    """One line of the table of weights: the weight among its siblings, that in the index, its origin."""

    depth: int
    id: str
    name: str
    covers: str
    note: str
    own: str
    whole: str
    origin: str
    origin_note: str
    feeds: tuple[tuple[str, str, str], ...]
    intake: str


@dataclass(frozen=True)
class Method:
    """All that the method page shows."""

    title: str
    note: str
    outcomes: tuple[tuple[str, str, str], ...]
    causes: tuple[tuple[str, tuple[tuple[str, str, str, str], ...]], ...]
    weights: tuple[WeightRow, ...]
    tiers_note: str
    tiers: tuple[tuple[str, str], ...]
    chapters: tuple[tuple[str, str, tuple[CardTold, ...]], ...]
    validity: tuple[tuple[str, str, str], ...]


def method(round: Round, words: Words, validity: Sequence[ValidityFigure]) -> Method:
    """The method page; without validity figures its section is left out."""
    model = round.dataset.model
    return Method(
        title=words.of(model.title),
        note=words.of(model.note),
        outcomes=tuple(
            (outcome.value, words(f"outcome.{outcome.value}"), words(f"outcome_explained.{outcome.value}"))
            for outcome in Outcome
        ),
        causes=tuple(
            (words(f"cause_group.{group}"), tuple(_cause(cause, words) for cause in causes))
            for group, causes in CAUSE_GROUPS
        ),
        weights=tuple(_weights(round, words)),
        tiers_note=words.of(model.tiers_note) if model.tiers_note is not None else "",
        tiers=tuple((words.of(tier.name), f"{tier.share * 100:.0f}") for tier in model.tiers),
        chapters=tuple(
            (
                anchor(chapter),
                words.either(f"chapter.{chapter}", chapter),
                tuple(_card(c, round, words) for c in cards),
            )
            for chapter, cards in round.chapters
        ),
        validity=tuple((words.of(item.measure), item.figure, words.of(item.basis)) for item in validity),
    )


def _cause(cause: Cause, words: Words) -> tuple[str, str, str, str]:
    retry = words("cause.retry_yes" if cause.retryable else "cause.retry_no")
    return cause.value, words(f"cause.{cause.value}"), words(f"cause_explained.{cause.value}"), retry


def _weights(round: Round, words: Words) -> list[WeightRow]:
    rows: list[WeightRow] = []

    def walk(indicators: Sequence[Indicator], depth: int, whole: float) -> None:
        for indicator in indicators:
            lost = indicator.status == "lost"
            share = whole * indicator.weight.value if indicator.weight is not None else 0.0
            row = WeightRow(
                depth=depth,
                id=indicator.id,
                name=words.of(indicator.name),
                covers=words.of(indicator.covers) if indicator.covers else "",
                note=words.of(indicator.note) if indicator.note else "",
                own="–" if lost or indicator.weight is None else _share(indicator.weight.value),
                whole="–" if lost else _share(share),
                origin=words("status.lost") if lost else _origin(indicator.weight, words),
                origin_note=_note(indicator.weight, words),
                feeds=tuple(
                    (anchor(feed.feature), _title(feed.feature, round, words), _share(feed.weight.value))
                    for feed in indicator.feeds
                ),
                intake=_intake(indicator, words),
            )
            rows.append(row)
            walk(indicator.parts, depth + 1, share)

    for dimension in round.dataset.model.dimensions:
        own = _share(dimension.weight.value)
        rows.append(
            WeightRow(
                depth=0,
                id=dimension.id,
                name=words.of(dimension.name),
                covers=words.of(dimension.covers) if dimension.covers else "",
                note=words.of(dimension.note) if dimension.note else "",
                own=own,
                whole=own,
                origin=_origin(dimension.weight, words),
                origin_note=_note(dimension.weight, words),
                feeds=(),
                intake="",
            )
        )
        walk(dimension.indicators, 1, dimension.weight.value)
    return rows


def _share(value: float) -> str:
    return figures.decimal(round(value * 100, 1))


def _title(feature: str, round_: Round, words: Words) -> str:
    card = round_.cards.get(feature)
    return words.of(card.title) if card is not None else feature


def _origin(weight: Weight | None, words: Words) -> str:
    return words(f"provenance.{weight.provenance}") if weight is not None else ""


def _note(weight: Weight | None, words: Words) -> str:
    return words.of(weight.note) if weight is not None and weight.note is not None else ""


def _intake(indicator: Indicator, words: Words) -> str:
    if indicator.intake is None:
        return ""
    methods = words("site.list_comma").join(words(f"sampling.{name}") for name in indicator.intake.methods)
    return words(
        "method.intake",
        methods=methods,
        share=_share(indicator.intake.weight.value),
        asks=words.of(indicator.intake.asks),
    )


def _card(card: Card, round: Round, words: Words) -> CardTold:
    model = round.dataset.model
    feeds = [model.name_of(id) for id in model.fed_by(card.id)]
    facts = [
        (words("method.kind"), words.either(f"kind.{card.kind}", card.kind)),
        (words("method.over"), words.either(f"over.{card.over}", card.over)),
        (
            words("method.feeds"),
            words.listed([words.of(name) for name in feeds if name is not None]) or words("method.unscored"),
        ),
    ]
    if card.pass_at < 1:
        facts.append((words("method.pass_at"), _share(card.pass_at)))
    if card.needs:
        facts.append((words("method.needs"), _title(card.needs, round, words)))
    keys = [
        (words("method.countries"), card.countries),
        (words("method.catalogue"), card.catalogue),
        (
            words("method.settings_of_card"),
            tuple(f"{name} = {_value(card.options[name])}" for name in sorted(card.options)),
        ),
    ]
    return CardTold(
        id=card.id,
        anchor=anchor(card.id),
        title=words.of(card.title),
        version=words("method.version", n=card.version),
        asks=words.of(card.asks),
        why=words.of(card.why),
        counts=words.of(card.counts),
        does_not_count=words.of(card.does_not_count),
        sources=tuple((words.of(source.text), words(f"certainty.{source.certainty}")) for source in card.sources),
        facts=tuple(facts),
        keys=tuple((heading, values) for heading, values in keys if values),
    )


def _value(value: object) -> str:
    """An option as the card's file writes it, with the keys of tables in order."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {_value(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
