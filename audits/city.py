"""All that was seen of one city in one round, laid out for the judges: its pages, why each was visited, and the gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from probes.observation import Observation
from probes.outcome import Cause, Outcome

T = TypeVar("T")


@dataclass(frozen=True)
class City:
    """A city as the campaign names it; `code` is the six-digit GB/T 2260 code where the country has one."""

    id: str
    name: str
    country: str
    portals: tuple[str, ...]
    code: str | None = None
    name_en: str | None = None
    level: str | None = None
    province: str | None = None
    circle: str | None = None
    opendata: str | None = None


@dataclass(frozen=True)
class Reason:
    """Why a page was visited: the role it stands for, and the link (text, on which page) that led there."""

    role: str
    why: str
    found_on: str | None = None


@dataclass(frozen=True)
class VisitedPage:
    """One visit of a round: how it ended, and every observation made on it, by the type of what was seen.

    `outcome` is passed (an answer came and could be read), cantTell with a cause (asked, nothing usable), or untested
    (never asked: robots, budget, not_sampled). `status` is the HTTP status if an answer came.
    """

    id: int
    url: str
    final_url: str
    way: str
    method: str
    portal: str
    roles: tuple[Reason, ...]
    outcome: Outcome
    cause: Cause | None
    vendor: str | None
    status: int | None
    fetched_at: str | None
    elapsed_ms: int | None
    size_bytes: int | None
    archive: str | None = None
    screenshot: str | None = None
    redirected_to: str | None = None
    attempts: int = 1
    observations: Mapping[type, Observation[Any]] = field(default_factory=dict)

    def saw(self, kind: type[T]) -> T | None:
        """What the probe of that type saw on this page, or None."""
        observation = self.observations.get(kind)
        return observation.seen if observation is not None else None

    def has_role(self, *roles: str) -> bool:
        """Whether the page was visited for one of these roles; `field.` with a trailing dot matches a family."""
        return any(
            reason.role == role or (role.endswith(".") and reason.role.startswith(role))
            for reason in self.roles
            for role in roles
        )


@dataclass(frozen=True)
class CitySeen:
    """One city in one round: what a check over the whole city is handed.

    `as_of` is "now" for age rules (ISO date); None means the fetch time of the page that proves the finding.
    `earlier` are the dates of earlier rounds, for rules that need time.
    """

    city: City
    pages: tuple[VisitedPage, ...]
    as_of: str | None = None
    earlier: tuple[str, ...] = ()

    def with_role(self, *roles: str) -> Iterator[VisitedPage]:
        """Every visit made (or planned) for one of these roles, in the order asked."""
        return (page for page in self.pages if page.has_role(*roles))

    def measured(self, *roles: str) -> Iterator[VisitedPage]:
        """Every visit for one of these roles (all visits when none is named) whose answer could be read."""
        return (page for page in self.pages if page.outcome is Outcome.PASSED and (not roles or page.has_role(*roles)))

    def gap(self, *roles: str) -> VisitedPage | None:
        """The first planned visit for one of these roles that could not be measured, or None: then a plan is complete.

        A visit counts as measured when any way of asking for the same address was; absence may be said only when
        there is no gap.
        """
        readable = {page.url for page in self.pages if page.outcome is Outcome.PASSED}
        for page in self.pages:
            if page.has_role(*roles) and page.outcome in (Outcome.CANT_TELL, Outcome.UNTESTED) and page.url not in readable:
                return page
        return None
