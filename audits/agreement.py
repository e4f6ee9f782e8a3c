"""How far two rounds agree that were judged by the same rules: Cohen's kappa, for a city and for a rule."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from audits.finding import Finding
from audits.history import EarlierFinding, hours_between
from probes.outcome import Outcome

APART_H = 24
LEAST = 10
"""Pairs below which kappa says nothing."""

DEMOTED_BELOW = 0.8


@dataclass(frozen=True)
class Pair:
    """One feature of one city, judged in both rounds by the same version of its card: whether it was met."""

    feature: str
    before: bool
    now: bool


@dataclass(frozen=True)
class RuleAgreement:
    """How far a rule agrees with itself over the cities judged in both rounds.

    `kappa` is None below `LEAST` cities; `demote` says that it is too low for a score, and changes nothing by itself.
    """

    feature: str
    cities: int
    agreed: int
    kappa: float | None
    demote: bool | None


def earlier_round(findings: Iterable[EarlierFinding], begun: str) -> tuple[EarlierFinding, ...]:
    """The findings of the latest round that ended at least a day before this one began; none when there is none.

    `findings` are those of earlier rounds, oldest round first; `begun` is the time of this round's first visit.
    """
    apart = [each for each in findings if hours_between(each.at, begun) >= APART_H]
    return tuple(each for each in apart if each.round == apart[-1].round)


def pairs(now: Iterable[Finding], before: Iterable[EarlierFinding]) -> tuple[Pair, ...]:
    """What both rounds could judge by the same version of a card, in the order of this round's findings.

    What only follows from another feature (no platform, so no datasets) is left out: it would count one change twice.
    """
    known = {each.feature: each for each in before if _judged(each)}
    return tuple(
        Pair(each.feature, known[each.feature].outcome is Outcome.PASSED, each.outcome is Outcome.PASSED)
        for each in now
        if _judged(each) and each.feature in known and known[each.feature].version == each.version
    )


def _judged(finding: Finding | EarlierFinding) -> bool:
    return finding.outcome in (Outcome.PASSED, Outcome.FAILED) and finding.reason != "without"


def kappa(of: Sequence[Pair]) -> float:
    """Cohen's kappa (1960): agreement beyond what chance would give, 1 where all agree, below 0 where less than chance.

    Where both rounds gave all the same answer chance explains everything; as nothing differs, that is 1. Needs a pair.
    """
    number = len(of)
    same = sum(pair.before is pair.now for pair in of) / number
    before, now = sum(pair.before for pair in of) / number, sum(pair.now for pair in of) / number
    chance = before * now + (1 - before) * (1 - now)
    return 1.0 if same == 1.0 else (same - chance) / (1 - chance)


def by_rule(cities: Iterable[tuple[Pair, ...]]) -> tuple[RuleAgreement, ...]:
    """The agreement of each rule over the cities, one tuple of pairs a city; rules in the order first met."""
    found: dict[str, list[Pair]] = {}
    for city in cities:
        for pair in city:
            found.setdefault(pair.feature, []).append(pair)
    return tuple(_rule(feature, of) for feature, of in found.items())


def _rule(feature: str, of: Sequence[Pair]) -> RuleAgreement:
    agreed = sum(pair.before is pair.now for pair in of)
    if len(of) < LEAST:
        return RuleAgreement(feature, len(of), agreed, None, None)
    value = kappa(of)
    return RuleAgreement(feature, len(of), agreed, value, value < DEMOTED_BELOW)
