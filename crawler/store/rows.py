"""The rows of a campaign as the program handles them, and the way between the two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from audits.city import Reason, VisitedPage
from probes.observation import Observation
from probes.outcome import Cause, Outcome


@dataclass(frozen=True)
class Round:
    """One dated pass over a campaign; times are ISO 8601 UTC; `state` is open, visited or closed."""

    id: int
    campaign: str
    name: str
    state: str
    opened_at: str
    closed_at: str | None
    as_of: str | None
    seed: int
    plan: dict[str, Any]
    versions: dict[str, str]


@dataclass(frozen=True)
class Visit:
    """One row of the frontier as the crawler handles it: what to ask, how, for whom, and how often it was tried."""

    id: int
    city: str
    site: str
    url: str
    way: str
    method: str
    state: str
    priority: int
    depth: int
    attempts: int
    next_try: float
    roles: tuple[str, ...] = ()
    post: str = ""


@dataclass(frozen=True)
class Plan:
    """One page to be visited, with the reason for it; `done` with a cause records that it will never be asked."""

    city: str
    site: str
    url: str
    way: str
    method: str
    priority: int
    depth: int
    role: str
    why: str
    found_on: str | None
    cause: Cause | None = None
    detail: str = ""
    post: str = ""


@dataclass(frozen=True)
class Done:
    """How a visit ended."""

    outcome: Outcome
    cause: Cause | None = None
    vendor: str | None = None
    detail: str = ""
    status: int | None = None
    final_url: str | None = None
    redirected_to: str | None = None
    fetched_at: str | None = None
    elapsed_ms: int | None = None
    size_bytes: int | None = None
    archive: str | None = None
    screenshot: str | None = None


def planned_row(round_id: int, plan: Plan) -> dict[str, Any]:
    """The row of a page that is new on the frontier."""
    return {
        "round": round_id,
        "city": plan.city,
        "site": plan.site,
        "url": plan.url,
        "way": plan.way,
        "method": plan.method,
        "post": plan.post,
        "state": "planned" if plan.cause is None else "done",
        "priority": plan.priority,
        "depth": plan.depth,
        "attempts": 0,
        "next_try": 0.0,
        "outcome": None if plan.cause is None else Outcome.UNTESTED.value,
        "cause": None if plan.cause is None else plan.cause.value,
        "detail": plan.detail or None,
    }


def plain(text: str | None) -> str | None:
    """Text that every database can hold: no NUL, no lone surrogates. Both come from hostile pages."""
    if text is None or (text.isprintable() and text.isascii()):
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def json_text(value: object) -> str:
    """A value as JSON that every database can hold."""
    try:
        encoded = msgspec.json.encode(value)
    except UnicodeEncodeError:  # a lone surrogate somewhere inside
        encoded = msgspec.json.encode(_mended(msgspec.to_builtins(value)))
    return encoded.decode("utf-8").replace("\\u0000", "\\ufffd")


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {_mended(key): _mended(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_mended(each) for each in value]
    return value


def round_of(row: Any) -> Round:
    """A row of `rounds` as a Round."""
    plan, versions = msgspec.json.decode(row["plan"]), msgspec.json.decode(row["versions"])
    return Round(**{**{key: row[key] for key in Round.__dataclass_fields__}, "plan": plan, "versions": versions})


def visit_of(row: Any, roles: tuple[str, ...]) -> Visit:
    """A row of `visits` as a Visit with its roles."""
    return Visit(
        row.id,
        row.city,
        row.site,
        row.url,
        row.way,
        row.method,
        row.state,
        row.priority,
        row.depth,
        row.attempts,
        row.next_try,
        roles,
        row.post,
    )


def observation_of(row: Any, kind: type) -> Observation[Any]:
    """A row of `observations`, its JSON read as the probe's own dataclass."""
    return Observation(
        probe=row.probe,
        version=row.version,
        outcome=Outcome(row.outcome),
        cause=Cause(row.cause) if row.cause else None,
        seen=None if row.seen is None else msgspec.json.decode(row.seen, type=kind),
        detail=row.detail,
        elapsed_ms=row.elapsed_ms,
        id=row.id,
    )


def page_of(row: Any, why: tuple[Reason, ...], seen: dict[type, Observation[Any]]) -> VisitedPage:
    """A row of `visits` as the judges see it."""
    asked = row.state == "done"
    return VisitedPage(
        id=row.id,
        url=row.url,
        final_url=row.final_url or row.url,
        way=row.way,
        method=row.method,
        portal=row.site,
        roles=why,
        outcome=Outcome(row.outcome) if asked and row.outcome else Outcome.UNTESTED,
        cause=Cause(row.cause) if row.cause else (None if asked else Cause.NOT_SAMPLED),
        vendor=row.vendor,
        status=row.status,
        fetched_at=row.fetched_at,
        elapsed_ms=row.elapsed_ms,
        size_bytes=row.size_bytes,
        archive=row.archive,
        screenshot=row.screenshot,
        redirected_to=row.redirected_to,
        attempts=row.attempts,
        started_at=row.started_at if asked else None,
        observations=seen,
    )
