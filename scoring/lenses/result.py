"""What a lens says of one city: an outcome an indicator, and a total that keeps what is unknown as an interval."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from audits.band import Band
from probes.outcome import Cause, Outcome

Verdict = Literal["passed", "failed", "open", "told", "not_assessable", "elsewhere"]
"""`passed`, `failed`, `open`: a lens that decides; `told`: one that only counts; `not_assessable`: no page of the
portal could be measured; `elsewhere`: the lens is not for this country."""


@dataclass(frozen=True)
class Span:
    """The lowest and the highest value that are still possible."""

    low: float
    high: float

    @property
    def known(self) -> bool:
        """Whether nothing is open."""
        return self.low == self.high


@dataclass(frozen=True)
class Answer:
    """One indicator of one city.

    `band` is how far it is met (0 to 1; None when it does not apply), `points` what that is worth where the indicator
    has points: those kept of a deduction item, those earned of a bonus. `read` are the features that were looked at.
    """

    indicator: str
    outcome: Outcome
    cause: Cause | None
    band: Band | None
    points: Span | None
    read: tuple[str, ...]

    @property
    def for_a_person(self) -> bool:
        """Whether a person has to say what the machine cannot."""
        return self.cause is Cause.NEEDS_PERSON


@dataclass(frozen=True)
class Count:
    """How many indicators ended how. `open` was not seen this time; `person` no visit of a machine can answer."""

    passed: int
    failed: int
    open: int
    person: int
    inapplicable: int

    @property
    def assessed(self) -> int:
        """Indicators with an answer."""
        return self.passed + self.failed

    @property
    def applicable(self) -> int:
        """All but those that do not apply."""
        return self.assessed + self.open + self.person


def counted(answers: Iterable[Answer]) -> Count:
    """The answers, counted by how they ended."""
    answers = tuple(answers)
    ended = Counter(answer.outcome for answer in answers)
    unknown = ended[Outcome.CANT_TELL] + ended[Outcome.UNTESTED]
    person = sum(answer.for_a_person for answer in answers)
    return Count(ended[Outcome.PASSED], ended[Outcome.FAILED], unknown - person, person, ended[Outcome.INAPPLICABLE])


@dataclass(frozen=True)
class GroupResult:
    """One criterion of one city."""

    group: str
    count: Count
    points: Span | None


@dataclass(frozen=True)
class LensResult:
    """One city seen through one lens.

    `total` is in points (0 to base plus bonus) for a lens of deductions, else the share found of all that applies, 0
    to 1; None when a veto stopped the count, the city could not be measured or the lens is not for it. `kept` are the
    points left of the base before any bonus, under the same conditions. `assessed` is
    the share found of what a machine can answer, with what it missed this time kept open. `levels` are the lowest and
    the highest level that `assessed` allows. `assumed` says that points of this project's own enter the total.
    """

    city: str
    lens: str
    verdict: Verdict
    answers: tuple[Answer, ...] = ()
    groups: tuple[GroupResult, ...] = ()
    count: Count = Count(0, 0, 0, 0, 0)
    stopped_by: tuple[str, ...] = ()
    open_vetoes: tuple[str, ...] = ()
    kept: Span | None = None
    total: Span | None = None
    assessed: Span | None = None
    levels: tuple[str, ...] = ()
    assumed: bool = False

    def answer(self, indicator: str) -> Answer:
        """The answer of that indicator; KeyError when the lens has none."""
        return {answer.indicator: answer for answer in self.answers}[indicator]
