"""A city's page: its score, every feature with reason and proof, its worst barriers, and every visit."""

from __future__ import annotations

from dataclasses import dataclass, field

from audits.band import Band
from audits.card import Card
from audits.finding import Evidence, Finding
from probes.outcome import Cause, Outcome
from probes.page import Way
from scoring.dataset import CityRecord, Problem
from scoring.evidence import ImportedEvidence
from scoring.report import charts, figures
from scoring.report.links import Place, anchor, readable, web_address
from scoring.report.message import message, seen_here, term
from scoring.report.overview import Cell, CityRow, cell
from scoring.report.reading import CONDITIONS, Round, Tally, cause_name, joined, language_of, tally, vendor_name
from scoring.report.words import Words
from scoring.scorecard import Score

_BEST_AND_WORST = 6
_PROBLEMS = 15
_SNIPPET = 280
_IMPACTS = ("critical", "serious", "moderate", "minor")


@dataclass(frozen=True, slots=True)
class Proof:
    """One proof as the page shows it; links are None where there is nothing safe to link to."""

    url: str
    link: str | None
    when: str
    moment: str
    status: str
    told: str
    snippet: str
    lang: str | None
    target: str
    target_link: str | None
    pointer: str
    picture: str | None
    archive: str | None
    archive_words: str


@dataclass(frozen=True, slots=True)
class Feature:
    """One feature: outcome, value, reason and proof, in words."""

    id: str
    anchor: str
    title: str
    outcome: str
    outcome_words: str
    mark: str
    value: str
    value_lang: str | None
    graded: str
    why: str
    proof: tuple[Proof, ...]


@dataclass(frozen=True)
class Chapter:
    """One chapter of the catalogue with this city's features."""

    id: str
    title: str
    counts: str
    tally: Tally
    segments: tuple[charts.Segment, ...]
    features: tuple[Feature, ...]


@dataclass(frozen=True)
class Part:
    """One line of the SMART table: a dimension (`depth` 0), an indicator below it or a part of one."""

    depth: int
    cell: Cell
    coverage: str


@dataclass(frozen=True)
class Trouble:
    """One accessibility problem, ready to print."""

    impact: str
    impact_words: str
    help: str
    help_lang: str | None
    rule: str
    rule_link: str | None
    page: str
    page_link: str | None
    nodes: str
    selector: str
    snippet: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit, ready to print."""

    url: str
    link: str | None
    title: str
    lang: str | None
    way: str
    outcome: str
    outcome_words: str
    cause: str
    moment: str
    when: str
    ended: str


@dataclass(frozen=True)
class Imported:
    """One record of another sampling method."""

    indicator: str
    method: str
    value: str
    score: str
    source: str
    when: str


@dataclass(frozen=True)
class CityPage:
    """All that a city's page shows."""

    row: CityRow
    standing: str
    about: tuple[tuple[str, str], ...]
    portals: tuple[tuple[str, str | None], ...]
    opendata: tuple[str, str | None] | None
    pictures: tuple[tuple[str, str, str], ...]
    parts: tuple[Part, ...]
    strengths: tuple[Feature, ...]
    shortfalls: tuple[Feature, ...]
    troubles: tuple[Trouble, ...]
    chapters: tuple[Chapter, ...]
    imported: tuple[Imported, ...]
    visits: tuple[Visit, ...]
    visits_lead: str


@dataclass
class CityPages:
    """Makes the pages of one language, keeping what does not differ from city to city."""

    round: Round
    words: Words
    titles: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, list[ImportedEvidence]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.titles = {card.id: self.words.of(card.title) for card in self.round.dataset.cards}
        for record in self.round.dataset.evidence:
            self.evidence.setdefault(record.city, []).append(record)

    def page(self, record: CityRecord, row: CityRow, place: Place) -> CityPage:
        """The page of that city, with links as seen from `place`."""
        features = {
            finding.feature: self.feature(self.round.cards[finding.feature], finding, place)
            for finding in record.findings
            if finding.feature in self.round.cards
        }
        found = {finding.feature: finding for finding in record.findings}
        read = sum(visit.outcome == Outcome.PASSED for visit in record.visits)
        words = self.words
        city = record.city
        return CityPage(
            row=row,
            standing=self.round.standing(record),
            about=tuple(
                (words(f"city.{key}"), value)
                for key, value in (
                    ("code", city.code),
                    ("province", city.province),
                    ("circle", city.circle),
                    ("country", words.either(f"country.{city.country}", city.country)),
                )
                if value
            ),
            portals=tuple((portal, web_address(portal)) for portal in city.portals),
            opendata=(city.opendata, web_address(city.opendata)) if city.opendata else None,
            pictures=tuple(
                (view, link, words(f"city.picture_{view}", city=row.name))
                for view in ("desktop", "phone")
                if (link := place.kept(record.screenshots.get(view))) is not None
            ),
            parts=tuple(self._parts(record.scorecard.index)),
            strengths=self._strengths(found, features),
            shortfalls=self._shortfalls(found, features),
            troubles=tuple(self._trouble(problem) for problem in _gravest(record.problems)),
            chapters=self._chapters(features, found),
            imported=tuple(self._imported(item) for item in self.evidence.get(city.id, ())),
            visits=tuple(self._visits(record)),
            visits_lead=words("city.visits_lead", n=len(record.visits), read=read),
        )

    def feature(self, card: Card, finding: Finding, place: Place) -> Feature:
        """One finding, told."""
        words = self.words
        why = message(card, finding, self.titles, words)
        if finding.cause is not None:
            why = joined(why, self._because(finding.cause, finding.vendor, explained=not why), words)
        value = self.value(finding)
        return Feature(
            id=card.id,
            anchor=anchor(card.id),
            title=self.titles[card.id],
            outcome=finding.outcome.value,
            outcome_words=self.outcome(card, finding.outcome),
            mark=_mark(card, finding.outcome),
            value=value,
            value_lang=language_of(value, words.language) if isinstance(finding.value, str) else None,
            graded=_graded(finding.band, words),
            why=why or words("city.reason_missing"),
            proof=tuple(self._proof(evidence, place) for evidence in finding.evidence),
        )

    def _because(self, cause: Cause, vendor: str | None, *, explained: bool) -> str:
        """The cause in words, with the wall's maker; what it means only where nothing else is said."""
        name = cause_name(cause.value, self.words)
        if vendor:
            name = self.words("site.parenthesis", main=name, aside=vendor_name(vendor, self.words))
        if not explained:
            return self.words("city.cause_is", cause=name)
        return self.words("city.because", cause=name, explained=self.words(f"cause_explained.{cause.value}"))

    def outcome(self, card: Card, outcome: Outcome) -> str:
        """The outcome in words; a card that describes the measurement itself is not said to be met or missed."""
        key = f"condition.{outcome.value}"
        if card.kind in CONDITIONS and self.words.known(key):
            return self.words(key)
        return self.words(f"outcome.{outcome.value}")

    def value(self, finding: Finding) -> str:
        """The measured value with its unit; empty for yes and no, which the outcome says."""
        if isinstance(finding.value, bool):
            return ""
        if isinstance(finding.value, str):
            return term(finding.value, self.words)
        return figures.quantity(finding.value, finding.unit, self.words)

    def _proof(self, evidence: Evidence, place: Place) -> Proof:
        words = self.words
        told, quoted = seen_here(evidence, words)
        snippet = _clipped(quoted, _SNIPPET)
        offset = (evidence.archive or "").partition("#")[2].partition("+")[0]  # offset+length
        return Proof(
            url=_clipped(readable(evidence.url), 160),
            link=web_address(evidence.url),
            when=figures.moment(evidence.fetched_at, words),
            moment=evidence.fetched_at,
            status="" if evidence.status is None else words("city.status", status=evidence.status),
            told=told,
            snippet=snippet,
            lang=language_of(snippet, words.language),
            target="" if evidence.href == quoted else _clipped(readable(evidence.href or ""), 160),
            target_link=web_address(evidence.href),
            pointer=_clipped(evidence.pointer, 160),
            picture=place.kept(evidence.screenshot),
            archive=place.kept(evidence.archive),
            archive_words=words("city.archived_at", offset=_grouped(offset)) if offset else words("city.archived"),
        )

    def _chapters(self, features: dict[str, Feature], found: dict[str, Finding]) -> tuple[Chapter, ...]:
        chapters = []
        for chapter, cards in self.round.chapters:
            held = tuple(features[card.id] for card in cards if card.id in features)
            if not held:
                continue
            counted = tally(
                [found[card.id].outcome for card in cards if card.id in found and card.kind not in CONDITIONS]
            )
            counts = {
                "passed": counted.passed,
                "failed": counted.failed,
                "open": counted.open,
                "inapplicable": counted.inapplicable,
            }
            chapters.append(
                Chapter(
                    id=anchor(chapter),
                    title=self.words.either(f"chapter.{chapter}", chapter),
                    counts=self.words("site.list_comma").join(
                        self.words(f"city.n_{kind}", n=number) for kind, number in counts.items() if number
                    ),
                    tally=counted,
                    segments=charts.stacked(list(counts.items())),
                    features=held,
                )
            )
        return tuple(chapters)

    def _strengths(self, found: dict[str, Finding], features: dict[str, Feature]) -> tuple[Feature, ...]:
        met = [
            (-weight, feature)
            for feature, weight in self.round.weights.items()
            if feature in features and found[feature].outcome is Outcome.PASSED
        ]
        return tuple(features[feature] for _, feature in sorted(met)[:_BEST_AND_WORST])

    def _shortfalls(self, found: dict[str, Finding], features: dict[str, Feature]) -> tuple[Feature, ...]:
        short = [
            (-weight * (1 - (found[feature].band or Band(0, 0)).low), feature)
            for feature, weight in self.round.weights.items()
            if feature in features and found[feature].outcome is Outcome.FAILED
        ]
        return tuple(features[feature] for _, feature in sorted(short)[:_BEST_AND_WORST])

    def _parts(self, index: Score) -> list[Part]:
        known = {dimension.id for dimension in self.round.dataset.model.dimensions}
        known |= {indicator.id for indicator in self.round.dataset.model.indicators()}
        parts: list[Part] = []

        def walk(scores: tuple[Score, ...], depth: int) -> None:
            for score in scores:
                name = self.round.dataset.model.name_of(score.id)
                if score.id in known and name is not None:
                    told = cell(score, self.words.of(name), self.words)
                    parts.append(Part(depth, told, figures.percent(score.coverage)))
                    walk(score.parts, depth + 1)

        walk(index.parts, 0)
        return parts

    def _trouble(self, problem: Problem) -> Trouble:
        words = self.words
        told = words.rule_help(problem.rule, problem.help)
        impact = problem.impact if problem.impact in _IMPACTS else "other"
        return Trouble(
            impact=impact,
            impact_words=words(f"impact.{impact}"),
            help=told,
            help_lang=language_of(told, words.language),
            rule=problem.rule,
            rule_link=web_address(problem.help_url),
            page=_clipped(readable(problem.page_url), 120),
            page_link=web_address(problem.page_url),
            nodes=figures.count(problem.nodes),
            selector=_clipped(problem.selector, 160),
            snippet=_clipped(problem.snippet, _SNIPPET),
        )

    def _imported(self, item: ImportedEvidence) -> Imported:
        words = self.words
        name = self.round.dataset.model.name_of(item.indicator)
        return Imported(
            indicator=words.of(name) if name is not None else item.indicator,
            method=words.either(f"sampling.{item.method}", item.method),
            value=figures.quantity(item.value, item.unit, words),
            score=figures.points(item.score),
            source=item.source,
            when=figures.moment(item.collected_on, words),
        )

    def _visits(self, record: CityRecord) -> list[Visit]:
        words = self.words
        ways = {way: words(f"way.{way}") for way in (*Way, "other")}
        outcomes = {outcome.value: words(f"visit.{outcome.value}") for outcome in Outcome}
        visits = []
        for visit in record.visits:
            cause = cause_name(visit.cause, words)
            aside = [str(visit.status)] if visit.status is not None and visit.outcome != Outcome.PASSED else []
            aside += [vendor_name(visit.vendor, words)] if visit.vendor else []
            title = _clipped(visit.title or "", 90)
            visits.append(
                Visit(
                    url=_clipped(readable(visit.url), 140),
                    link=web_address(visit.url),
                    title=title,
                    lang=language_of(title, words.language),
                    way=ways.get(visit.way, visit.way),
                    outcome=visit.outcome,
                    outcome_words=outcomes.get(visit.outcome, visit.outcome),
                    cause=words("site.parenthesis", main=cause, aside=words("site.list_comma").join(aside))
                    if cause and aside
                    else cause,
                    moment=visit.fetched_at or "",
                    when=figures.moment(visit.fetched_at, words),
                    ended=_clipped(readable(visit.final_url), 140)
                    if visit.final_url and visit.final_url != visit.url
                    else "",
                )
            )
        return visits


def _mark(card: Card, outcome: Outcome) -> str:
    """The sign before the outcome: a limit of the measurement looks like an open result, never like a fault."""
    return "cantTell" if card.kind in CONDITIONS and outcome is Outcome.FAILED else outcome.value


def _gravest(problems: tuple[Problem, ...]) -> list[Problem]:
    rank = {impact: place for place, impact in enumerate(_IMPACTS)}
    return sorted(
        problems,
        key=lambda problem: (rank.get(problem.impact, 9), -problem.nodes, problem.rule, problem.page_url),
    )[:_PROBLEMS]


def _graded(band: Band | None, words: Words) -> str:
    """The score of a graded result; empty for plain yes, plain no and unknown."""
    if band is None or not band.known or band.low in (0.0, 1.0):
        return ""
    return words("city.graded", score=figures.decimal(round(band.low * 100, 1)))


def _grouped(offset: str) -> str:
    return figures.count(int(offset)) if offset.isascii() and offset.isdigit() else offset


def _clipped(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
