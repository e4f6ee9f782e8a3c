"""What one check answers: a score between 0 and 1 or an honest "cannot tell", the reason, and the proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from audits.band import FAILED, PASSED, UNKNOWN, Band
from audits.band import graded as graded_band
from audits.city import VisitedPage
from audits.finding import Argument, Evidence, Value
from probes.document import DocumentSeen, Sighting
from probes.outcome import Cause, Outcome

MAX_EVIDENCE = 6
"""Proofs kept for one finding; more would bury the reader."""


@dataclass(frozen=True)
class Verdict:
    """The answer of a check.

    `reason` is a message key of the card, `arguments` fill that message. A check of one page leaves proof as
    `sightings`; the judge adds address, time and files. `rests_on_absence` says that the answer is "not seen": the
    judge lets it stand only when every planned look was made.
    """

    outcome: Outcome
    band: Band | None
    reason: str
    value: Value = None
    arguments: Mapping[str, Argument] = field(default_factory=dict)
    sightings: tuple[Sighting, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    cause: Cause | None = None
    vendor: str | None = None
    rests_on_absence: bool = False


def passed(
    reason: str,
    *,
    value: Value = True,
    sightings: Iterable[Sighting] = (),
    evidence: Iterable[Evidence] = (),
    **arguments: Argument,
) -> Verdict:
    """The thing asked for was seen."""
    return Verdict(Outcome.PASSED, PASSED, reason, value, arguments, tuple(sightings), tuple(evidence)[:MAX_EVIDENCE])


def failed(
    reason: str,
    *,
    value: Value = False,
    sightings: Iterable[Sighting] = (),
    evidence: Iterable[Evidence] = (),
    **arguments: Argument,
) -> Verdict:
    """Something was seen that breaks the rule."""
    return Verdict(Outcome.FAILED, FAILED, reason, value, arguments, tuple(sightings), tuple(evidence)[:MAX_EVIDENCE])


def absent(
    reason: str,
    *,
    value: Value = False,
    sightings: Iterable[Sighting] = (),
    evidence: Iterable[Evidence] = (),
    **arguments: Argument,
) -> Verdict:
    """The thing asked for was not seen: failed if all planned looks were made, else unknown."""
    return Verdict(
        Outcome.FAILED,
        FAILED,
        reason,
        value,
        arguments,
        tuple(sightings),
        tuple(evidence)[:MAX_EVIDENCE],
        rests_on_absence=True,
    )


def graded(
    score: float,
    reason: str,
    *,
    value: Value,
    sightings: Iterable[Sighting] = (),
    evidence: Iterable[Evidence] = (),
    more_may_be_seen: bool = False,
    **arguments: Argument,
) -> Verdict:
    """A measured score, clamped to 0 to 1; the judge calls it passed from the card's `pass_at` on.

    `more_may_be_seen` says that a look which is still missing could only raise the score.
    """
    band = graded_band(score)
    return Verdict(
        Outcome.PASSED if band == PASSED else Outcome.FAILED,
        band,
        reason,
        value,
        arguments,
        tuple(sightings),
        tuple(evidence)[:MAX_EVIDENCE],
        rests_on_absence=more_may_be_seen and band != PASSED,
    )


def cant_tell(
    cause: Cause,
    reason: str,
    *,
    vendor: str | None = None,
    band: Band = UNKNOWN,
    value: Value = None,
    sightings: Iterable[Sighting] = (),
    evidence: Iterable[Evidence] = (),
    **arguments: Argument,
) -> Verdict:
    """Nothing may be said, and why; `band` is narrower than 0 to 1 when a part of the answer is known."""
    return Verdict(
        Outcome.CANT_TELL,
        band,
        reason,
        value,
        arguments,
        tuple(sightings),
        tuple(evidence)[:MAX_EVIDENCE],
        cause,
        vendor,
    )


def inapplicable(reason: str, *, value: Value = None, **arguments: Argument) -> Verdict:
    """The question does not arise here; it carries no weight."""
    return Verdict(Outcome.INAPPLICABLE, None, reason, value, arguments)


def proof(
    page: VisitedPage,
    snippet: str = "",
    *,
    pointer: str = "",
    href: str | None = None,
    seen_by: type[Any] = DocumentSeen,
    terms: Iterable[str] = (),
) -> Evidence:
    """One proof taken from a visit: where and when, the words seen, and the files and row that keep it.

    `terms` are keys of the report's words for what was seen, where the page's own words do not say it.
    """
    observation = page.observations.get(seen_by)
    return Evidence(
        url=page.url,
        fetched_at=page.asked_at or "",
        pointer=pointer,
        snippet=snippet[:200],
        href=href,
        status=page.status,
        screenshot=page.screenshot,
        archive=page.archive,
        observation=observation.id if observation is not None else None,
        terms=tuple(terms),
    )


def proof_of(page: VisitedPage, sighting: Sighting) -> Evidence:
    """A sighting on a visited page as proof."""
    return proof(page, sighting.text, pointer=sighting.selector, href=sighting.href)


def percent(share: float) -> int:
    """A share of 0 to 1 as a whole percentage, rounded half up."""
    return int(share * 100 + 0.5)
