"""The opening sentences of the report, each made from the data and none without its figure."""

from __future__ import annotations

from collections import Counter
from math import fsum

from probes.outcome import Outcome
from scoring.dataset import CityRecord
from scoring.report.figures import count, percent, points
from scoring.report.reading import WALLS, Round, city_name
from scoring.report.words import Words

_NAMES_AT_MOST = 8  # more names than these are given as a number


def sentences(round: Round, words: Words) -> list[str]:
    """What a reader in a hurry should know, in the order of its weight."""
    return [
        _scope(round, words),
        _unmeasured(round, words),
        *_index(round, words),
        *_observable(round, words),
        *_dimensions(round, words),
        *_common(round, words),
        _walls(round, words),
        *_access(round, words),
    ]


def most_failed(round: Round) -> list[tuple[str, int, int]]:
    """Features by how often they were not met, weighted ones only: (feature, not met, judged)."""
    failed: Counter[str] = Counter()
    judged: Counter[str] = Counter()
    for record in round.dataset.cities:
        for finding in record.findings:
            if finding.outcome in (Outcome.PASSED, Outcome.FAILED):
                judged[finding.feature] += 1
                failed[finding.feature] += finding.outcome is Outcome.FAILED
    ranked = [
        (feature, failed[feature], judged[feature])
        for feature in round.weights
        if failed[feature] and feature in round.cards
    ]
    return sorted(ranked, key=lambda row: (-row[1], row[2], -round.weights[row[0]], row[0]))


def _cities(number: int, words: Words) -> str:
    return words("overview.n_cities", n=count(number))


def _named(records: tuple[CityRecord, ...], words: Words) -> str:
    if len(records) > _NAMES_AT_MOST:
        return _cities(len(records), words)
    return words.listed([city_name(record.city, words) for record in records])


def _scope(round: Round, words: Words) -> str:
    visits = [visit for record in round.dataset.cities for visit in record.visits if visit.outcome != Outcome.UNTESTED]
    read = sum(visit.outcome == Outcome.PASSED for visit in visits)
    return words(
        "summary.scope",
        cities=_cities(len(round.dataset.cities), words),
        visits=words("overview.n_visits", n=count(len(visits))),
        read=count(read),
        share=percent(read / len(visits)) if visits else "0",
    )


def _unmeasured(round: Round, words: Words) -> str:
    if not round.unmeasured:
        return words("summary.all_measured")
    return words("summary.unmeasured", names=_named(round.unmeasured, words), n=len(round.unmeasured))


def _index(round: Round, words: Words) -> list[str]:
    if not round.indexed:
        return [words("summary.index_none", floor=round.floor)]
    first, last = round.indexed[0], round.indexed[-1]
    high = points(first.scorecard.index.point or 0.0)
    high_city = city_name(first.city, words)
    if len(round.indexed) == 1:
        return [words("summary.index_one", high_city=high_city, high=high, floor=round.floor)]
    told = words(
        "summary.index_range",
        cities=_cities(len(round.indexed), words),
        floor=round.floor,
        low=points(last.scorecard.index.point or 0.0),
        low_city=city_name(last.city, words),
        high=high,
        high_city=high_city,
    )
    band = first.scorecard.index.band
    rivals = [
        other
        for other in round.indexed[1:]
        if band is not None and other.scorecard.index.band is not None and other.scorecard.index.band.high > band.low
    ]
    if not rivals:
        return [told]
    return [told, words("summary.index_overlap", high_city=high_city, rivals=_named(tuple(rivals), words))]


def _observable(round: Round, words: Words) -> list[str]:
    if not round.observable or not round.indexed:
        return []
    return [words("summary.observable", names=_named(round.observable, words), floor=round.floor)]


def _dimensions(round: Round, words: Words) -> list[str]:
    held: list[tuple[float, int, str]] = []
    for dimension in round.dataset.model.dimensions:
        values = [
            part.point
            for record in round.dataset.cities
            for part in record.scorecard.index.parts
            if part.id == dimension.id and part.shown and part.point is not None
        ]
        if values:
            held.append((fsum(values) / len(values), len(values), words.of(dimension.name)))
    if len(held) < 2:
        return []
    best, worst = max(held, key=lambda row: row[0]), min(held, key=lambda row: row[0])
    return [
        words(
            "summary.dimensions",
            best=best[2],
            best_value=points(best[0]),
            best_n=_cities(best[1], words),
            worst=worst[2],
            worst_value=points(worst[0]),
            worst_n=_cities(worst[1], words),
        )
    ]


def _common(round: Round, words: Words) -> list[str]:
    ranked = most_failed(round)
    if not ranked:
        return []
    feature, failed, judged = ranked[0]
    title = words.of(round.cards[feature].title)
    return [words("summary.common", feature=title, failed=count(failed), judged=_cities(judged, words))]


def _walls(round: Round, words: Words) -> str:
    met = [sum(visit.cause in WALLS for visit in record.visits) for record in round.dataset.cities]
    if not any(met):
        return words("summary.no_walls")
    visits = words("overview.n_visits", n=count(sum(met)))
    return words("summary.walls", visits=visits, cities=_cities(sum(map(bool, met)), words))


def _access(round: Round, words: Words) -> list[str]:
    cities: Counter[str] = Counter()
    helps: dict[str, str] = {}
    for record in round.dataset.cities:
        for problem in record.problems:
            helps.setdefault(problem.rule, problem.help)
        cities.update({problem.rule for problem in record.problems})
    if not cities:
        return []
    rule = min(cities, key=lambda name: (-cities[name], name))
    return [words("summary.access", rule=words.rule_help(rule, helps[rule]), cities=_cities(cities[rule], words))]
