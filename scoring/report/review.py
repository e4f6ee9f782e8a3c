"""The review list: what a machine noticed and only a person can judge, with the proof; none of it is in any score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from audits.card import Card
from audits.finding import Finding
from probes.outcome import Cause, Outcome
from scoring.dataset import CityRecord
from scoring.report import figures
from scoring.report.city import CityPages, Feature
from scoring.report.lens import LensPages
from scoring.report.links import Place, anchor
from scoring.report.overview import CityRow
from scoring.report.reading import Round
from scoring.report.rules import Rule
from scoring.report.words import Words

NAMES_AT_MOST = 8  # more cities than these are given as a number


@dataclass(frozen=True)
class FlagRow:
    """One flag over all cities: how many have candidates, show nothing, or could not be looked at."""

    anchor: str
    title: str
    asks: str
    candidates: str
    clear: str
    unknown: str


@dataclass(frozen=True)
class CityReview:
    """One city with everything that waits for a person."""

    row: CityRow
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class PersonRow:
    """One indicator of a lens that a person has to answer, and the cities where there is something to look at."""

    rule: Rule
    waits: str
    cities: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class PersonGroup:
    """The indicators of one lens that wait for a person."""

    id: str
    title: str
    path: str
    rows: tuple[PersonRow, ...]


@dataclass(frozen=True)
class Review:
    """All that the review page shows."""

    flags: tuple[FlagRow, ...]
    cities: tuple[CityReview, ...]
    lenses: tuple[PersonGroup, ...]


def review(
    round: Round, city_pages: CityPages, lenses: Sequence[LensPages], rows: dict[str, CityRow], place: Place
) -> Review:
    """The review page; `rows` are the cities' rows by their ids."""
    words = city_pages.words
    waiting = []
    for record in round.dataset.cities:
        features = tuple(
            city_pages.feature(round.cards[finding.feature], finding, place)
            for finding in record.findings
            if finding.feature in round.cards and needs_a_person(finding)
        )
        if features:
            waiting.append(CityReview(rows[record.city.id], features))
    return Review(
        flags=tuple(_flag(card, round.dataset.cities, words) for card in round.dataset.cards if card.kind == "flag"),
        cities=tuple(waiting),
        lenses=tuple(_person(pages, round.dataset.cities, words) for pages in lenses),
    )


def needs_a_person(finding: Finding) -> bool:
    """Whether a finding names candidates that a person has to judge."""
    return finding.outcome is Outcome.CANT_TELL and finding.cause is Cause.NEEDS_PERSON


def _flag(card: Card, cities: Sequence[CityRecord], words: Words) -> FlagRow:
    found = [finding for record in cities for finding in record.findings if finding.feature == card.id]
    candidates = sum(map(needs_a_person, found))
    clear = sum(finding.outcome is Outcome.PASSED for finding in found)
    away = sum(finding.outcome is Outcome.INAPPLICABLE for finding in found)
    return FlagRow(
        anchor=anchor(card.id),
        title=words.of(card.title),
        asks=words.of(card.asks),
        candidates=figures.count(candidates),
        clear=figures.count(clear),
        unknown=figures.count(len(found) - candidates - clear - away),
    )


def _person(pages: LensPages, cities: Sequence[CityRecord], words: Words) -> PersonGroup:
    """Each indicator that waits for a person somewhere; where the machine saw something, the way to it."""
    waiting = {
        record.city.id: {answer.indicator for answer in pages.result(record).answers if answer.for_a_person}
        for record in cities
    }
    rows = []
    for one in pages.lens.indicators():
        waits = [record for record in cities if one.id in waiting[record.city.id]]
        if not waits:
            continue
        shown = waits if (one.then_person or one.confirm) and len(waits) <= NAMES_AT_MOST else []
        rows.append(
            PersonRow(
                rule=pages.rules.rule(one),
                waits=words("overview.n_cities", n=figures.count(len(waits))),
                cities=tuple(
                    (f"{pages.path(record)}#{anchor(one.id)}", pages.rows[record.city.id].name) for record in shown
                ),
            )
        )
    return PersonGroup(anchor(pages.lens.id), words.of(pages.lens.title), f"lens/{pages.lens.id}.html", tuple(rows))
