"""What was there before this round: when home pages opened, what links answered, what was found then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from audits.finding import Value
from probes.outcome import Cause, Outcome


@dataclass(frozen=True)
class Opening:
    """One try to open a home page, in a round or between rounds.

    `at` is when it was asked (ISO 8601 UTC); `elapsed_ms` lasts from the ask to the last byte (in a browser: to the end
    of the visit), `load_ms` to the browser's load event; None where it did not come to that.
    """

    url: str
    at: str
    way: str
    outcome: Outcome
    cause: Cause | None = None
    status: int | None = None
    elapsed_ms: int | None = None
    load_ms: int | None = None


@dataclass(frozen=True)
class LinkAnswer:
    """What an address answered in an earlier round; `at` is when it was asked (ISO 8601 UTC)."""

    url: str
    at: str
    outcome: Outcome
    cause: Cause | None = None
    status: int | None = None


@dataclass(frozen=True)
class EarlierFinding:
    """What an earlier round found for one feature, by which version of its card; `at` is when that round's visits
    ended (ISO 8601 UTC).
    """

    round: str
    at: str
    feature: str
    outcome: Outcome
    value: Value
    version: int
    reason: str = ""


@dataclass(frozen=True)
class History:
    """All that rules over time may use of one city, each list oldest first; nothing in it is later than the round.

    `openings` are those of this round, of earlier rounds and from between rounds; `answers` those that earlier rounds
    got from addresses which are dead in this one; `findings` those of the latest earlier rounds read by the same words.
    """

    openings: tuple[Opening, ...] = ()
    answers: tuple[LinkAnswer, ...] = ()
    findings: tuple[EarlierFinding, ...] = ()


def hours_between(earlier: str, later: str) -> float:
    """Hours from one time to another (ISO 8601, UTC where none is said); negative when they are the other way
    round.
    """
    return (_moment(later) - _moment(earlier)).total_seconds() / 3600


def _moment(time: str) -> datetime:
    moment = datetime.fromisoformat(time.replace("Z", "+00:00"))
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
