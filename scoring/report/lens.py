"""The chapters of the lenses: all cities through one lens with its rules, and one page a city with every answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from audits.finding import Finding
from probes.outcome import Outcome
from scoring.dataset import CityRecord
from scoring.lenses.lens import Lens, LensIndicator, Reference
from scoring.lenses.result import Answer, Count, GroupResult, LensResult, Span
from scoring.report import charts, figures
from scoring.report.city import CityPages
from scoring.report.links import anchor
from scoring.report.overview import CityRow
from scoring.report.reading import Round, cause_name
from scoring.report.rules import (
    NumberTold,
    Rule,
    RuleGroup,
    Rules,
    counts_text,
    ended,
    plain,
    points_text,
    segments,
    share_text,
)
from scoring.report.words import Words

_MARKS = {"passed": "passed", "failed": "failed", "open": "cantTell", "told": "told"}


@dataclass(frozen=True)
class Interval:
    """Lowest and highest value in words, and as a bar on the line of the lens."""

    words: str
    range: charts.Range


@dataclass(frozen=True)
class LensCityRow:
    """One city in the table of a lens.

    `first` and `second` are the points left and those with the bonus, or the share of all that applies and that of what
    a machine can answer, whose `level` it is.
    """

    row: CityRow
    page: str
    mark: str
    verdict: str
    why: str
    first: Interval | None
    second: Interval | None
    level: str
    count: Count
    criteria: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LensPage:
    """The chapter of one lens."""

    lens: Lens
    documents: tuple[tuple[str, str], ...]
    numbers: tuple[NumberTold, ...]
    limits: tuple[str, ...]
    cities: tuple[LensCityRow, ...]
    apart: tuple[LensCityRow, ...]
    elsewhere: tuple[CityRow, ...]
    criteria: tuple[str, ...]
    groups: tuple[RuleGroup, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """One feature that an answer rests on, with the way to its finding."""

    link: str
    title: str
    mark: str
    outcome: str
    value: str


@dataclass(frozen=True)
class AnswerTold:
    """One indicator of one city."""

    rule: Rule
    outcome: str
    mark: str
    words: str
    points: str
    why: str
    reads: tuple[Read, ...]


@dataclass(frozen=True)
class AnswerGroup:
    """One criterion of one city."""

    id: str
    name: str
    note: str
    points: str
    counts: str
    segments: tuple[charts.Segment, ...]
    answers: tuple[AnswerTold, ...]


@dataclass(frozen=True)
class LensCity:
    """All that one city's page of a lens shows."""

    row: LensCityRow
    sentences: tuple[str, ...]
    groups: tuple[AnswerGroup, ...]


@dataclass
class LensPages:
    """Makes the pages of one lens in one language."""

    round: Round
    words: Words
    lens: Lens
    place: int
    city_pages: CityPages
    rows: dict[str, CityRow]

    @cached_property
    def rules(self) -> Rules:
        """The rules of the lens in words."""
        return Rules(self.round, self.words)

    def result(self, record: CityRecord) -> LensResult:
        """The city as this lens sees it."""
        return record.lenses[self.place]

    def path(self, record: CityRecord) -> str | None:
        """The city's page of this lens, seen from the language's folder; None where the lens does not apply."""
        if self.result(record).verdict == "elsewhere":
            return None
        return f"lens/{self.lens.id}/{self.rows[record.city.id].page.removeprefix('city/')}"

    @cached_property
    def page(self) -> LensPage:
        """The chapter: cities side by side, then every rule with its source."""
        lens, words = self.lens, self.words
        seen = [(record, self.result(record)) for record in self.round.dataset.cities]
        rows = {record.city.id: self.row(record) for record, result in seen if result.verdict != "elsewhere"}
        answered = [{answer.indicator: answer for answer in result.answers} for _, result in seen if result.answers]
        sources = {reference.document: reference for reference in _references(lens)}
        return LensPage(
            lens=lens,
            documents=tuple(
                (words.of(document), figures.moment(reference.effective, words))
                for document, reference in sources.items()
            ),
            numbers=tuple(self.rules.number(one) for one in lens.thresholds),
            limits=tuple(words.of(limit) for limit in lens.limits),
            cities=tuple(rows[record.city.id] for record, result in seen if result.verdict in _MARKS),
            apart=tuple(rows[record.city.id] for record, result in seen if result.verdict == "not_assessable"),
            elsewhere=tuple(self.rows[record.city.id] for record, result in seen if result.verdict == "elsewhere"),
            criteria=tuple(words.of(group.name) for group in lens.groups if group.kind != "veto"),
            groups=tuple(self.rules.group(group, answered) for group in lens.groups),
        )

    def row(self, record: CityRecord) -> LensCityRow:
        """The city's row in the table of the lens."""
        result, words = self.result(record), self.words
        levels = [words.of(level.name) for id in result.levels for level in self.lens.levels if level.id == id]
        return LensCityRow(
            row=self.rows[record.city.id],
            page=self.path(record) or "",
            mark=_MARKS.get(result.verdict, "untested"),
            verdict=words(f"verdict.{result.verdict}"),
            why=self._why(result),
            first=self._interval(result.kept if self.lens.scheme == "deduction" else result.total),
            second=self._interval(result.total if self.lens.scheme == "deduction" else result.assessed),
            level=words("lens.level_range", low=levels[0], high=levels[-1]) if len(levels) > 1 else "".join(levels),
            count=result.count,
            criteria=tuple(self._criterion(group) for group in self._counted_groups(result)),
        )

    def _counted_groups(self, result: LensResult) -> list[GroupResult]:
        kinds = {group.id: group.kind for group in self.lens.groups}
        return [group for group in result.groups if kinds[group.group] != "veto"]

    def _criterion(self, group: GroupResult) -> tuple[str, str]:
        """One criterion in figures, and how many of its indicators are for a person."""
        count = group.count
        person = self.words("lens.n_person", n=count.person) if count.person else ""
        if group.points is not None:
            return points_text(group.points, self.words), person
        return self.words("lens.found_of", found=count.passed, asked=count.assessed + count.open), person

    def city(self, record: CityRecord) -> LensCity:
        """The city's page of this lens."""
        result = self.result(record)
        found = {finding.feature: finding for finding in record.findings}
        answers = {answer.indicator: answer for answer in result.answers}
        groups = []
        for group, told in zip(self.lens.groups, result.groups, strict=True):
            groups.append(
                AnswerGroup(
                    id=anchor(group.id),
                    name=self.words.of(group.name),
                    note=self.words.of(group.note) if group.note else "",
                    points=self._points(told.points, group.points.value if group.points else None),
                    counts=counts_text(told.count, self.words),
                    segments=segments(told.count),
                    answers=tuple(self._answer(one, answers[one.id], found, record) for one in group.indicators),
                )
            )
        return LensCity(self.row(record), tuple(self._sentences(result)), tuple(groups))

    # one city

    def _sentences(self, result: LensResult) -> list[str]:
        """What the lens says of the city, in short."""
        if result.verdict == "not_assessable":
            return [self.words("lens.not_assessable")]
        return self._shares(result) if self.lens.scheme == "share" else self._points_left(result)

    def _shares(self, result: LensResult) -> list[str]:
        words, count = self.words, result.count
        asked = count.assessed + count.open
        said = [words("lens.found", n=asked, found=count.passed, missing=count.failed, open=count.open)]
        if result.assessed is not None:
            said.append(words("lens.assessed_is", span=share_text(result.assessed, words)))
        if result.total is not None:
            span = share_text(result.total, words)
            said.append(words("lens.whole_is", n=count.applicable, span=span, person=count.person))
        return said

    def _points_left(self, result: LensResult) -> list[str]:
        words = self.words
        if result.stopped_by:
            return [words("lens.stopped", names=self._names(result.stopped_by))]
        said = [words("lens.no_veto")]
        if result.open_vetoes:
            said = [words("lens.open_vetoes", names=self._names(result.open_vetoes))]
        if result.kept is not None:
            base = plain(self.lens.threshold("base"))
            said.append(words("lens.kept_is", base=base, span=points_text(result.kept, words)))
        if result.total is not None and result.total != result.kept:
            said.append(words("lens.total_is", span=points_text(result.total, words)))
        if result.assumed:
            said.append(words("lens.assumed"))
        return said

    def _why(self, result: LensResult) -> str:
        if result.stopped_by:
            return self.words("site.list_comma").join(result.stopped_by)
        return self.words("site.list_comma").join(result.open_vetoes) if result.open_vetoes else ""

    def _names(self, ids: Sequence[str]) -> str:
        names = {one.id: self.words.of(one.name) for one in self.lens.indicators()}
        return self.words("site.semicolon").join(f"{id} {names[id]}" for id in ids)

    def _answer(self, one: LensIndicator, answer: Answer, found: dict[str, Finding], record: CityRecord) -> AnswerTold:
        words = self.words
        reads = tuple(self._read(found[feature], record) for feature in answer.read if feature in self.round.cards)
        return AnswerTold(
            rule=self.rules.rule(one),
            outcome="person" if answer.for_a_person else answer.outcome.value,
            mark=answer.outcome.value,
            words=words("answer.person") if answer.for_a_person else words(f"answer.{one.kind}_{ended(answer)}"),
            points=self._points(answer.points, one.points.value if one.points else None),
            why=self._because(one, answer),
            reads=reads,
        )

    def _because(self, one: LensIndicator, answer: Answer) -> str:
        """Why there is no plain yes or no."""
        words = self.words
        if answer.outcome is Outcome.INAPPLICABLE:
            return words("lens.not_here") if one.not_in else ""
        if one.lost:
            return words("lens.lost")
        if answer.for_a_person:
            return words(f"lens.person_{'confirms' if one.confirm else 'checks' if one.then_person else 'only'}")
        if answer.cause is None:
            return ""
        name, explained = cause_name(answer.cause.value, words), words(f"cause_explained.{answer.cause.value}")
        return words("city.because", cause=name, explained=explained)

    def _read(self, finding: Finding, record: CityRecord) -> Read:
        card = self.round.cards[finding.feature]
        told = self.city_pages.outcome(card, finding.outcome)
        return Read(
            link=f"{self.rows[record.city.id].page}#{anchor(finding.feature)}",
            title=self.words.of(card.title),
            mark=finding.outcome.value,
            outcome=told,
            value=self.city_pages.value(finding),
        )

    def _points(self, span: Span | None, of: float | None) -> str:
        if span is None or of is None:
            return ""
        return self.words("lens.points_of", span=points_text(span, self.words), of=plain(of))

    def _interval(self, span: Span | None) -> Interval | None:
        if span is None:
            return None
        if self.lens.scheme == "share":
            return Interval(share_text(span, self.words), charts.spread(span.low, span.high))
        base = self.lens.threshold("base")
        return Interval(
            points_text(span, self.words), charts.spread(min(1.0, span.low / base), min(1.0, span.high / base))
        )


def _references(lens: Lens) -> list[Reference]:
    held = [one.reference for one in lens.thresholds]
    for indicator in lens.indicators():
        held += [indicator.reference, *(one.reference for one in indicator.thresholds)]
    return held
