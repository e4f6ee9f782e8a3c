"""The book of openings: which home pages there are, when each was opened last, and every opening between rounds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, insert, select

from audits.history import Opening
from crawler.store.database import reading, writing
from crawler.store.rows import Round, json_text
from crawler.store.store import Store
from crawler.store.tables import openings, reasons, visits


@dataclass(frozen=True)
class Home:
    """A home page to open, where the latest round found it, and when it was opened last (ISO 8601 UTC)."""

    city: str
    url: str
    last: str | None = None
    retry_after_s: float = 0.0


@dataclass(frozen=True)
class Tried:
    """One opening between rounds: of which city and site, how it went, and the robots.txt if it was read for it.

    `retry_after_s` is how long the site asked to be left alone, 0 when it did not.
    """

    city: str
    site: str
    opening: Opening
    robots: object | None = None
    retry_after_s: float = 0.0


class OpeningBook:
    """Openings of one campaign, in its store."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        self._campaign = store.campaign

    def homes(self, round_: Round) -> tuple[Home, ...]:
        """The home pages of a round, where they were at its end (no mere redirects), in the order planned."""
        plain = (
            select(reasons.c.city, visits.c.url, func.coalesce(visits.c.fetched_at, visits.c.started_at).label("at"))
            .join(visits)
            .where(
                visits.c.round == round_.id,
                reasons.c.role == "home",
                visits.c.way == "plain",
                visits.c.redirected_to.is_(None),
            )
            .order_by(visits.c.id, reasons.c.id)
        )
        latest = (
            select(func.max(openings.c.id))
            .where(openings.c.campaign == self._campaign)
            .group_by(openings.c.city, openings.c.url)
        )
        with reading(self._engine) as connection:
            found = {(row.city, row.url): (row.at, 0.0) for row in connection.execute(plain)}
            for row in connection.execute(select(openings).where(openings.c.id.in_(latest))):
                known = found.get((row.city, row.url))
                if known is not None and row.at > (known[0] or ""):
                    found[row.city, row.url] = (row.at, row.retry_after_s or 0.0)
        return tuple(Home(*key, *last) for key, last in found.items())

    def robots(self) -> dict[str, tuple[str, str]]:
        """Site → (time, stored JSON) of the latest robots.txt that was read between rounds."""
        latest = (
            select(func.max(openings.c.id))
            .where(openings.c.campaign == self._campaign, openings.c.robots.is_not(None))
            .group_by(openings.c.site)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(select(openings).where(openings.c.id.in_(latest)))
            return {row.site: (row.at, row.robots) for row in rows}

    def note(self, tried: Iterable[Tried]) -> None:
        """Write openings down."""
        rows = [
            {
                "campaign": self._campaign,
                "city": each.city,
                "site": each.site,
                "url": each.opening.url,
                "at": each.opening.at,
                "outcome": each.opening.outcome.value,
                "cause": each.opening.cause.value if each.opening.cause else None,
                "status": each.opening.status,
                "elapsed_ms": each.opening.elapsed_ms,
                "retry_after_s": each.retry_after_s or None,
                "robots": None if each.robots is None else json_text(each.robots),
            }
            for each in tried
        ]
        if rows:
            with writing(self._engine) as connection:
                connection.execute(insert(openings), rows)
