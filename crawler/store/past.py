"""What was there before a round: openings, answers of dead links and findings, read for the rules that need time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import Connection, Row, select

from audits.finding import Finding, Value
from audits.history import EarlierFinding, History, LinkAnswer, Opening
from crawler.store.rows import Round
from crawler.store.tables import findings, observations, openings, reasons, rounds, visits
from probes.live_seen import LoadSeen
from probes.outcome import Cause, Outcome

OPENINGS_DAYS = 9
"""Openings between rounds that are read: the full week before the round's first day, and what surrounds it."""

ROUNDS_BACK = 3
"""Earlier rounds whose findings are handed on; more than one, for the last may be less than a day old."""


def history(connection: Connection, round_: Round, city: str, dead: Sequence[str]) -> History:
    """The past of one city as it stood when the round's visits ended, so that judging it later gives the same.

    `dead` are the addresses whose answers in earlier rounds are wanted. A round whose visits have not ended takes what
    there is.
    """
    until = round_.closed_at or "9999"
    opened = [*_of_rounds(connection, round_, city), *_between(connection, round_, city, until)]
    return History(
        openings=tuple(sorted(opened, key=lambda each: (each.at, each.url, each.way))),
        answers=tuple(_answers(connection, round_, dead)),
        findings=earlier_findings(connection, round_, city),
    )


def earlier_findings(connection: Connection, round_: Round, city: str) -> tuple[EarlierFinding, ...]:
    """The findings of the latest earlier rounds whose visits have ended, as far as they were read by the same words."""
    ended = [
        row
        for row in connection.execute(
            select(rounds)
            .where(rounds.c.campaign == round_.campaign, rounds.c.id < round_.id, rounds.c.closed_at.is_not(None))
            .order_by(rounds.c.id)
        )
        if msgspec.json.decode(row.versions).get("words") == round_.versions.get("words")
    ]
    return tuple(
        EarlierFinding(each.name, each.closed_at, *_told(msgspec.json.decode(row.finding, type=Finding)))
        for each in ended[-ROUNDS_BACK:]
        for row in connection.execute(
            select(findings.c.finding)
            .where(findings.c.round == each.id, findings.c.city == city)
            .order_by(findings.c.id)
        )
    )


def _told(found: Finding) -> tuple[str, Outcome, Value, int, str]:
    return found.feature, found.outcome, found.value, found.version, found.reason


def _of_rounds(connection: Connection, round_: Round, city: str) -> Iterator[Opening]:
    """The visits to home pages in this round and in earlier ones; a mere redirect is none."""
    homes = select(reasons.c.visit).where(reasons.c.city == city, reasons.c.role == "home")
    loads = observations.alias()
    rows = connection.execute(
        select(visits, loads.c.seen)
        .join(rounds, rounds.c.id == visits.c.round)
        .outerjoin(loads, (loads.c.visit == visits.c.id) & (loads.c.probe == "load"))
        .where(
            rounds.c.campaign == round_.campaign,
            visits.c.round <= round_.id,
            visits.c.id.in_(homes),
            visits.c.state == "done",
            visits.c.redirected_to.is_(None),
            visits.c.way.in_(("plain", "desktop", "phone")),
            visits.c.started_at.is_not(None),
        )
        .order_by(visits.c.id, loads.c.id)
    )
    latest = {row.id: row for row in rows}  # of several observations of one load the last counts
    for row in latest.values():
        load = msgspec.json.decode(row.seen, type=LoadSeen) if row.seen is not None else None
        yield Opening(
            url=row.url,
            at=row.fetched_at or row.started_at,
            way=row.way,
            outcome=Outcome(row.outcome),
            cause=_cause(row),
            status=row.status,
            elapsed_ms=row.elapsed_ms,
            load_ms=load.load_ms if load is not None else None,
        )


def _between(connection: Connection, round_: Round, city: str, until: str) -> Iterator[Opening]:
    since = datetime.fromisoformat(round_.opened_at.replace("Z", "+00:00")) - timedelta(days=OPENINGS_DAYS)
    for row in connection.execute(
        select(openings)
        .where(
            openings.c.campaign == round_.campaign,
            openings.c.city == city,
            openings.c.at >= since.strftime("%Y-%m-%dT%H:%M:%SZ"),
            openings.c.at <= until,
        )
        .order_by(openings.c.id)
    ):
        yield Opening(row.url, row.at, "plain", Outcome(row.outcome), _cause(row), row.status, row.elapsed_ms)


def _answers(connection: Connection, round_: Round, dead: Sequence[str]) -> Iterator[LinkAnswer]:
    if not dead:
        return
    for row in connection.execute(
        select(visits)
        .join(rounds, rounds.c.id == visits.c.round)
        .where(
            rounds.c.campaign == round_.campaign,
            visits.c.round < round_.id,
            visits.c.url.in_(sorted(set(dead))),
            visits.c.started_at.is_not(None),
            visits.c.outcome.is_not(None),
        )
        .order_by(visits.c.round, visits.c.id)
    ):
        yield LinkAnswer(row.url, row.fetched_at or row.started_at, Outcome(row.outcome), _cause(row), row.status)


def _cause(row: Row[tuple[object, ...]]) -> Cause | None:
    return Cause(row.cause) if row.cause else None
