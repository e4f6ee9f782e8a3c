"""Reading and writing a campaign's rows: short transactions, one writer, nothing half-written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, bindparam, case, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from audits.city import Reason, VisitedPage
from audits.finding import Finding
from audits.history import EarlierFinding, History
from crawler.store import past
from crawler.store.database import StoreError, reading, writing
from crawler.store.rows import (
    Done,
    Plan,
    Round,
    Visit,
    json_text,
    observation_of,
    page_of,
    plain,
    planned_row,
    round_of,
    visit_of,
)
from crawler.store.tables import findings, observations, reasons, rounds, visits
from probes.observation import Observation
from probes.outcome import Cause, Outcome
from probes.page import Way

# Written once, because building a statement costs more than running it.
_ENDED = tuple(Done.__dataclass_fields__)
_WAYS = {way.value: number for number, way in enumerate(Way)}
_START = (
    update(visits)
    .where(visits.c.id == bindparam("visit"))
    .values(state="in_flight", started_at=bindparam("now"), attempts=bindparam("tries"))
)
_FINISH = (
    update(visits)
    .where(visits.c.id == bindparam("visit"))
    .values(state="done", **{name: bindparam(f"new_{name}") for name in _ENDED})
)


def now() -> str:
    """The time now as ISO 8601 UTC, to the second."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """All rows of one campaign. One process writes; any number may read."""

    def __init__(self, engine: Engine, campaign: str) -> None:
        self.engine = engine
        self.campaign = campaign

    def close(self) -> None:
        """Give the connections back."""
        self.engine.dispose()

    # Rounds

    def rounds(self) -> tuple[Round, ...]:
        """Every round of the campaign, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(select(rounds).where(rounds.c.campaign == self.campaign).order_by(rounds.c.id))
            return tuple(round_of(row._mapping) for row in rows)

    def open_round(
        self, name: str, *, seed: int, as_of: str | None, plan: dict[str, Any], versions: dict[str, str]
    ) -> Round:
        """Write a new round; its name must be new in the campaign."""
        with self._writing() as connection:
            connection.execute(
                insert(rounds).values(
                    campaign=self.campaign,
                    name=name,
                    state="open",
                    opened_at=now(),
                    as_of=as_of,
                    seed=seed,
                    plan=json_text(plan),
                    versions=json_text(versions),
                )
            )
        return self.rounds()[-1]

    def set_state(self, round_id: int, state: str, versions: dict[str, str] | None = None) -> None:
        """Move a round to `open`, `visited` or `closed`; the time is noted when its visits end."""
        values: dict[str, Any] = {"state": state}
        if state == "visited":
            values["closed_at"] = now()
        if versions is not None:
            values["versions"] = json_text(versions)
        with self._writing() as connection:
            connection.execute(update(rounds).where(rounds.c.id == round_id).values(**values))

    # The frontier

    def frontier(self, round_id: int) -> tuple[Visit, ...]:
        """Every visit of the round in any state, with its roles, in the order planned."""
        with self._reading() as connection:
            return tuple(visit_of(row, roles) for row, roles in self._with_roles(connection, round_id))

    def reopen(self, round_id: int, causes: Sequence[Cause] = ()) -> int:
        """Plan again what was in flight when the round was interrupted, and what failed for one of these causes."""
        with self._writing() as connection:
            again = connection.execute(
                update(visits).where(visits.c.round == round_id, visits.c.state == "in_flight").values(state="planned")
            ).rowcount
            if causes:
                again += connection.execute(
                    update(visits)
                    .where(
                        visits.c.round == round_id,
                        visits.c.state == "done",
                        visits.c.cause.in_([cause.value for cause in causes]),
                    )
                    .values(
                        state="planned", attempts=0, next_try=0.0, outcome=None, cause=None, vendor=None, detail=None
                    )
                ).rowcount
            return int(again)

    def admit(self, round_id: int, plans: Iterable[Plan]) -> tuple[Visit, ...]:
        """Add pages to the frontier in one transaction; returns those that are new. Known pages gain the reason."""
        with self._writing() as connection:
            return self._admit(connection, round_id, plans)

    def start(self, visit: Visit) -> None:
        """Note that a visit has left for its portal."""
        with self._writing() as connection:
            connection.execute(_START, {"visit": visit.id, "now": now(), "tries": visit.attempts})

    def postpone(self, visit: Visit, next_try: float, *, attempts: int) -> None:
        """Put a visit back on the frontier, not to be asked before `next_try` (seconds since the epoch)."""
        with self._writing() as connection:
            connection.execute(
                update(visits)
                .where(visits.c.id == visit.id)
                .values(state="planned", next_try=next_try, attempts=attempts)
            )

    def finish(
        self, visit: Visit, round_id: int, done: Done, seen: Iterable[Observation[Any]] = (), plans: Iterable[Plan] = ()
    ) -> tuple[Visit, ...]:
        """End a visit: its outcome, its observations and the pages it led to, all in one transaction.

        Returns the pages that are new on the frontier.
        """
        with self._writing() as connection:
            values: dict[str, Any] = {f"new_{name}": getattr(done, name) for name in _ENDED}
            values |= {"visit": visit.id, "new_outcome": done.outcome.value, "new_detail": plain(done.detail[:500])}
            values |= {"new_final_url": plain(done.final_url), "new_redirected_to": plain(done.redirected_to)}
            connection.execute(_FINISH, values | {"new_cause": done.cause.value if done.cause else None})
            self._observe(connection, visit.id, seen)
            return self._admit(connection, round_id, plans)

    def observe(self, visit_id: int, seen: Iterable[Observation[Any]]) -> None:
        """Add observations of a later look."""
        with self._writing() as connection:
            self._observe(connection, visit_id, seen)

    # What was seen and found

    def pages(self, round_id: int, kinds: dict[str, type], city: str) -> tuple[VisitedPage, ...]:
        """Every visit of one city in the round with its observations: home pages first, then by address and way.

        Never in the order of asking, which hangs on chance, on other cities and on interruptions.

        `kinds` maps a probe's name to the dataclass its rows are read as; rows of other probes are left out.
        """
        mine = select(reasons.c.visit).where(reasons.c.city == city)
        with self._reading() as connection:
            rows = connection.execute(
                select(visits)
                .where(visits.c.round == round_id, visits.c.id.in_(mine))
                .order_by(visits.c.priority > 0, visits.c.url, case(_WAYS, value=visits.c.way), visits.c.post)
            ).all()
            why: dict[int, list[Reason]] = {}
            for row in connection.execute(
                select(reasons)
                .join(visits)
                .where(visits.c.round == round_id, reasons.c.city == city)
                .order_by(reasons.c.id)
            ):
                why.setdefault(row.visit, []).append(Reason(row.role, row.why, row.found_on))
            seen: dict[int, dict[type, Observation[Any]]] = {}
            for row in connection.execute(
                select(observations)
                .join(visits)
                .where(visits.c.round == round_id, visits.c.id.in_(mine))
                .order_by(observations.c.id)
            ):
                kind = kinds.get(row.probe)
                if kind is not None:
                    seen.setdefault(row.visit, {})[kind] = observation_of(row, kind)
        return tuple(page_of(row, tuple(why.get(row.id, ())), seen.get(row.id, {})) for row in rows)

    def history(self, round_: Round, city: str, dead: Sequence[str]) -> History:
        """What there was of a city before the round ended; `dead` are addresses whose earlier answers are wanted."""
        with self._reading() as connection:
            return past.history(connection, round_, city, dead)

    def earlier_findings(self, round_: Round, city: str) -> tuple[EarlierFinding, ...]:
        """What the latest earlier rounds that were read by the same words found for a city, oldest round first."""
        with self._reading() as connection:
            return past.earlier_findings(connection, round_, city)

    def observation_texts(self, round_id: int, probe: str) -> Iterator[tuple[str, str]]:
        """(address, stored JSON) of every row of one probe in the round."""
        with self._reading() as connection:
            for row in connection.execute(
                select(visits.c.url, observations.c.seen)
                .join(visits)
                .where(visits.c.round == round_id, observations.c.probe == probe, observations.c.seen.is_not(None))
            ):
                yield row.url, row.seen

    def archived(self, round_id: int) -> tuple[tuple[Visit, str, str | None, int | None], ...]:
        """(visit, archive place, time fetched, status) of every page that lies in the archive."""
        with self._reading() as connection:
            return tuple(
                (visit_of(row, roles), row.archive, row.fetched_at, row.status)
                for row, roles in self._with_roles(connection, round_id)
                if row.archive
            )

    def reasons(self, round_id: int) -> Iterator[tuple[int, str, str]]:
        """(visit id, city, role) of every reason for a visit of the round, in the order found."""
        with self._reading() as connection:
            for row in connection.execute(
                select(reasons.c.visit, reasons.c.city, reasons.c.role)
                .join(visits)
                .where(visits.c.round == round_id)
                .order_by(reasons.c.id)
            ):
                yield row.visit, row.city, row.role

    def done(self, round_id: int) -> Iterator[tuple[Visit, tuple[str | None, str | None, str | None, bool]]]:
        """(visit, (archive place, time fetched, redirect target, whether the page is not there)) of every visit of the
        round that is done."""
        with self._reading() as connection:
            for row in connection.execute(
                select(visits).where(visits.c.round == round_id, visits.c.state == "done").order_by(visits.c.id)
            ):
                gone = row.outcome == Outcome.FAILED.value
                yield visit_of(row, ()), (row.archive, row.fetched_at, row.redirected_to, gone)

    def write_findings(self, round_id: int, found: Iterable[Finding]) -> None:
        """Replace the findings of the round."""
        rows = [
            {"round": round_id, "city": each.city, "feature": each.feature, "finding": json_text(each)}
            for each in found
        ]
        with self._writing() as connection:
            connection.execute(delete(findings).where(findings.c.round == round_id))
            if rows:
                connection.execute(insert(findings), rows)

    def findings(self, round_id: int) -> tuple[Finding, ...]:
        """The findings of the round in the order written."""
        with self._reading() as connection:
            rows = connection.execute(
                select(findings.c.finding).where(findings.c.round == round_id).order_by(findings.c.id)
            )
            return tuple(msgspec.json.decode(row.finding, type=Finding) for row in rows)

    def counts(self, round_id: int) -> dict[str, int]:
        """How many visits of the round are in each state."""
        with self._reading() as connection:
            rows = connection.execute(
                select(visits.c.state, func.count()).where(visits.c.round == round_id).group_by(visits.c.state)
            )
            return {state: int(count) for state, count in rows}

    def count_done(self, round_id: int, ways: Sequence[str]) -> int:
        """How many visits of these ways have ended in the round."""
        with self._reading() as connection:
            asked = select(func.count()).select_from(visits)
            mine = (visits.c.round == round_id, visits.c.state == "done", visits.c.way.in_(ways))
            return int(connection.execute(asked.where(*mine)).scalar() or 0)

    # Rows

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the campaign for one writer among all machines that share its database. Raises StoreError when another
        has it. A database file needs none of this: it is held by the lock of its folder.
        """
        if self.engine.dialect.name != "postgresql":
            yield
            return
        key = func.hashtextextended(f"civicprobe:{self.campaign}", 0)
        with self._reading() as connection:
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            if not connection.execute(select(func.pg_try_advisory_lock(key))).scalar():
                raise StoreError(
                    f"{self.engine.url}: another process is at work on this campaign; wait for it, or stop it"
                )
            try:
                yield
            finally:
                with suppress(DBAPIError):  # a lost connection has let go of it
                    connection.execute(select(func.pg_advisory_unlock(key)))

    def _writing(self) -> AbstractContextManager[Connection]:
        return writing(self.engine)

    def _reading(self) -> AbstractContextManager[Connection]:
        return reading(self.engine)

    def _with_roles(self, connection: Connection, round_id: int) -> Iterator[tuple[Any, tuple[str, ...]]]:
        roles: dict[int, list[str]] = {}
        for row in connection.execute(
            select(reasons.c.visit, reasons.c.role)
            .join(visits)
            .where(visits.c.round == round_id)
            .order_by(reasons.c.id)
        ):
            roles.setdefault(row.visit, []).append(row.role)
        for row in connection.execute(select(visits).where(visits.c.round == round_id).order_by(visits.c.id)):
            yield row, tuple(dict.fromkeys(roles.get(row.id, ())))

    def _admit(self, connection: Connection, round_id: int, plans: Iterable[Plan]) -> tuple[Visit, ...]:
        plans = list(plans)
        if not plans:
            return ()
        ids: dict[tuple[str, str, str], int] = {}
        cut: set[tuple[str, str, str]] = set()
        for row in connection.execute(
            select(visits.c.id, visits.c.url, visits.c.way, visits.c.post, visits.c.cause).where(
                visits.c.round == round_id, visits.c.url.in_(sorted({plan.url for plan in plans}))
            )
        ):
            ids[row.url, row.way, row.post] = row.id
            if row.cause == Cause.BUDGET.value:
                cut.add((row.url, row.way, row.post))
        keyed = [((plan.url, plan.way, plan.post), plan) for plan in plans]
        # Of several plans for one page the first that may be asked counts; one cut off before is planned after all.
        fresh: dict[tuple[str, str, str], Plan] = {}
        for key, plan in keyed:
            wanted = key not in ids or (key in cut and plan.cause is None)
            if wanted and (key not in fresh or (fresh[key].cause is not None and plan.cause is None)):
                fresh[key] = plan
        again = {ids[key]: plan for key, plan in fresh.items() if key in ids}
        for visit_id, plan in again.items():
            row_values = planned_row(round_id, plan)
            connection.execute(update(visits).where(visits.c.id == visit_id).values(**row_values))
        if new := [planned_row(round_id, plan) for key, plan in fresh.items() if key not in ids]:
            # In the order of the plans, so that ids keep the order in which pages were found.
            returned = (visits.c.id, visits.c.url, visits.c.way, visits.c.post)
            for row in connection.execute(insert(visits).returning(*returned), new):
                ids[row.url, row.way, row.post] = row.id
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        connection.execute(
            dialect.insert(reasons).on_conflict_do_nothing(),
            [
                {
                    "visit": ids[key],
                    "city": plan.city,
                    "role": plan.role,
                    "why": plain(plan.why[:300]),
                    "found_on": plain(plan.found_on),
                }
                for key, plan in keyed
            ],
        )
        return tuple(
            Visit(ids[key], plan.city, plan.site, plan.url, plan.way, plan.method, "planned", plan.priority, plan.depth,
                  0, 0.0, (plan.role,), plan.post)
            for key, plan in fresh.items()
            if plan.cause is None
        )  # fmt: skip

    def _observe(self, connection: Connection, visit_id: int, seen: Iterable[Observation[Any]]) -> None:
        rows = [
            {
                "visit": visit_id,
                "probe": each.probe,
                "version": each.version,
                "outcome": each.outcome.value,
                "cause": each.cause.value if each.cause else None,
                "detail": plain(each.detail[:500]),
                "elapsed_ms": each.elapsed_ms,
                "seen": None if each.seen is None else json_text(each.seen),
            }
            for each in seen
        ]
        if rows:
            connection.execute(insert(observations), rows)
