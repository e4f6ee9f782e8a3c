"""The whole result of one round as one value: what the report shows and the export writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from audits.agreement import RuleAgreement
from audits.band import Band
from audits.card import Card
from audits.city import City
from audits.finding import Finding
from scoring.evidence import ImportedEvidence
from scoring.lenses import Lens, LensResult, view
from scoring.model import Model
from scoring.scorecard import Scorecard


@dataclass(frozen=True)
class VisitRecord:
    """One visit as the dataset tells it; times are ISO 8601 UTC, sizes in bytes, elapsed in milliseconds."""

    url: str
    way: str
    method: str
    roles: tuple[str, ...]
    outcome: str
    cause: str | None
    vendor: str | None
    status: int | None
    fetched_at: str | None
    elapsed_ms: int | None
    size_bytes: int | None
    kind: str | None = None
    title: str | None = None
    final_url: str | None = None
    archive: str | None = None
    screenshot: str | None = None


@dataclass(frozen=True)
class Problem:
    """One accessibility problem of one page: the axe-core rule, its impact, and the elements it names."""

    rule: str
    impact: str
    help: str
    help_url: str
    page_url: str
    nodes: int
    selector: str
    snippet: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class CityRecord:
    """One city of the round: findings (one a card, in card order), visits, score card and worst problems.

    `lenses` is the city as each lens of the dataset sees it, in their order.
    """

    city: City
    findings: tuple[Finding, ...]
    visits: tuple[VisitRecord, ...]
    scorecard: Scorecard
    problems: tuple[Problem, ...] = ()
    screenshots: dict[str, str] = field(default_factory=dict)  # view (desktop, phone) -> path in the campaign's folder
    home: VisitRecord | None = None
    lenses: tuple[LensResult, ...] = ()

    def finding(self, feature: str) -> Finding:
        """The finding of that feature; KeyError when no card has that id."""
        for finding in self.findings:
            if finding.feature == feature:
                return finding
        raise KeyError(feature)


@dataclass(frozen=True)
class RoundFacts:
    """What a reader must know about how the round was made."""

    campaign: str
    title: str
    round: str
    opened_at: str
    closed_at: str | None
    as_of: str | None
    seed: int
    agent: str
    settings: dict[str, str]
    versions: dict[str, str]  # civicprobe, axe-core, chromium, catalogue digest, model version, words digest …


@dataclass(frozen=True)
class Dataset:
    """One round, whole: facts, cards, model, imported evidence and a record a city (in campaign order).

    `agreement` tells for each rule how far it agrees with the round before; empty in the first round.
    """

    facts: RoundFacts
    cards: tuple[Card, ...]
    model: Model
    evidence: tuple[ImportedEvidence, ...]
    cities: tuple[CityRecord, ...]
    agreement: tuple[RuleAgreement, ...] = ()
    lenses: tuple[Lens, ...] = ()


def through_lenses(dataset: Dataset, lenses: Sequence[Lens]) -> Dataset:
    """The same round with these lenses, and each city as they see it."""
    cities = tuple(
        replace(
            record,
            lenses=tuple(
                view(lens, record.city, record.findings, measured=record.scorecard.measured) for lens in lenses
            ),
        )
        for record in dataset.cities
    )
    return replace(dataset, cities=cities, lenses=tuple(lenses))


__all__ = ["Band", "CityRecord", "Dataset", "Problem", "RoundFacts", "VisitRecord", "through_lenses"]
