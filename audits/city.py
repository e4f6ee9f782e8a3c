"""All that was seen of one city in one round, laid out for the judges: pages, why each was visited, and gaps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeVar

from audits.history import History
from probes.document import DatedItem, DocumentSeen
from probes.lists.listing import ListAnswer, ScriptedSeen
from probes.observation import Observation
from probes.outcome import Cause, Outcome
from probes.page import SIDE_WAYS

T = TypeVar("T")

NOT_THERE = frozenset({400, 403, 404, 405, 406, 410, 414, 423, 451})
"""Answers by which a server itself says that it will not show the page.

401, 407, 408 and 429 ask for something first; a 403 of a wall has the cause `blocked` and is none of these.
"""


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

    `outcome` is passed (an answer came and could be read), failed (the page is not there: 404, 410 or a soft 404),
    inapplicable (a redirect: see the visit of `redirected_to`, which has the same roles), cantTell with a cause (asked,
    nothing usable: wall, 5xx, timeout, empty shell …), or untested (never asked: robots, budget, not_sampled).
    `status` is the HTTP status if an answer came. Addresses of portals are also asked with the other scheme, as roles
    `home.http` and `home.https`, for their TransportSeen.
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
    started_at: str | None = None
    observations: Mapping[type, Observation[Any]] = field(default_factory=dict)

    def saw(self, kind: type[T]) -> T | None:
        """What the probe of that type saw on this page, or None."""
        observation = self.observations.get(kind)
        return observation.seen if observation is not None else None

    @property
    def lang(self) -> str | None:
        """The language of the page or of the list it lists, None for what is neither."""
        seen = self.saw(DocumentSeen) or self.saw(ListAnswer)
        return seen.lang or None if seen is not None else None

    def has_role(self, *roles: str) -> bool:
        """Whether the page was visited for one of these roles; `field.` with a trailing dot matches a family."""
        return any(stands_for(reason.role, roles) for reason in self.roles)

    @property
    def asked_at(self) -> str | None:
        """When the answer came, else when it was asked for; None when it never was (ISO 8601 UTC)."""
        return self.fetched_at or self.started_at

    @property
    def gone(self) -> bool:
        """Whether the server itself said that there is no such page: 404 and the like, or an error page under 200."""
        if self.outcome is Outcome.FAILED or self.cause is Cause.SOFT_404:
            return True
        if self.cause is Cause.HTTP_4XX and self.status in NOT_THERE:
            return True
        document = self.saw(DocumentSeen)
        return self.outcome is Outcome.PASSED and (
            self.status in NOT_THERE or (document is not None and document.kind == "error")
        )

    @property
    def read(self) -> bool:
        """Whether this visit showed the page as a reader has it: an answer, not an empty shell, a wall or an error."""
        if self.outcome is not Outcome.PASSED or self.way in SIDE_WAYS or self.method == "HEAD" or self.gone:
            return False
        document = self.saw(DocumentSeen)
        return document is None or not (document.empty_shell or document.kind == "wall")


def stands_for(role: str, roles: tuple[str, ...]) -> bool:
    """Whether a role is one of these; a trailing dot names a family of roles."""
    return any(role == known or (known.endswith(".") and role.startswith(known)) for known in roles)


@dataclass(frozen=True)
class Place:
    """All visits of one address in one round, the plain one first: what is seen in one of them is on the page.

    `calls` are the visits to the addresses from which the page's own script fills its list: what they answer is on the
    page too.
    """

    url: str
    visits: tuple[VisitedPage, ...]
    calls: tuple[VisitedPage, ...] = ()

    @cached_property
    def read(self) -> bool:
        """Whether any way of asking showed the page, or its list was told by a data call."""
        return any(visit.read for visit in self.visits) or bool(self.lists)

    @cached_property
    def lists(self) -> tuple[tuple[VisitedPage, ListAnswer], ...]:
        """Every answer of a data call that lists something, or says that there is nothing, with its visit."""
        found = ((visit, visit.saw(ListAnswer)) for visit in self.calls)
        return tuple((visit, answer) for visit, answer in found if answer is not None and answer.kind == "list")

    @cached_property
    def items(self) -> tuple[tuple[VisitedPage, DatedItem], ...]:
        """The entries of the page in all its readings and in the answers of its data calls, each with its visit."""
        shown = [(visit, item) for visit, document in self.documents for item in document.items]
        return (*shown, *((visit, item) for visit, answer in self.lists for item in answer.items))

    @cached_property
    def unfilled(self) -> VisitedPage | None:
        """The data call that should have filled the page's list and could not be read; None when entries are seen all
        the same, the list is told, or a browser showed what the script made of it.

        A page without entries is then not blank: what it lists is unknown.
        """
        if self.lists or self.items or any(document.undated_items for _, document in self.documents):
            return None
        if any(visit.way == "desktop" and visit.read for visit in self.visits):
            return None
        for visit in self.calls:
            answer = visit.saw(ListAnswer)
            by_chance = answer is not None and (answer.kind == "other" or (answer.family == "generic" and visit.gone))
            if not by_chance and visit.outcome is not Outcome.INAPPLICABLE:
                return visit
        return None

    @property
    def gone(self) -> bool:
        """Whether the page does not exist: some visit says so, and none shows it."""
        return not self.read and any(visit.gone for visit in self.visits)

    @property
    def moved(self) -> bool:
        """Whether the address only sends on to another one, which is a place of its own."""
        sent = any(visit.outcome is Outcome.INAPPLICABLE or visit.redirected_to for visit in self.visits)
        return sent and not self.documents

    @cached_property
    def documents(self) -> tuple[tuple[VisitedPage, DocumentSeen], ...]:
        """Every reading of the page, raw or rendered, with its visit."""
        found = ((visit, visit.saw(DocumentSeen)) for visit in self.visits if visit.read)
        return tuple((visit, document) for visit, document in found if document is not None)

    @property
    def cause(self) -> Cause | None:
        """Why it or its list was not read: what the first visit without an answer met, `empty_shell` for a page without
        content.
        """
        if self.unfilled is not None and any(visit.read for visit in self.visits):
            return self.unfilled.cause or Cause.BAD_BODY
        if self.read:
            return None
        for visit in self.visits:
            if visit.cause is not None:
                return visit.cause
            document = visit.saw(DocumentSeen)
            if document is not None and document.kind == "wall":
                return Cause.BLOCKED
        return Cause.EMPTY_SHELL

    @property
    def vendor(self) -> str | None:
        """The maker of the wall that was met, where known."""
        for visit in self.visits:
            document = visit.saw(DocumentSeen)
            vendor = visit.vendor or (document.vendor if document is not None else None)
            if vendor is not None:
                return vendor
        return None


@dataclass(frozen=True)
class CitySeen:
    """One city in one round: what a check over the whole city is handed.

    `as_of` is "now" for age rules (ISO date); None means the fetch time of the page that proves the finding.
    `history` is what there was before and between, for rules that need time.
    """

    city: City
    pages: tuple[VisitedPage, ...]
    as_of: str | None = None
    history: History = field(default_factory=History)

    def with_role(self, *roles: str) -> Iterator[VisitedPage]:
        """Every visit made (or planned) for one of these roles, home pages first."""
        return iter(self._chosen(roles))

    def measured(self, *roles: str) -> Iterator[VisitedPage]:
        """Every visit for one of these roles (all visits when none is named) whose answer could be read."""
        chosen = self._chosen(roles) if roles else self.pages
        return (page for page in chosen if page.outcome is Outcome.PASSED)

    def places(self, *roles: str) -> tuple[Place, ...]:
        """The addresses visited (or planned) for one of these roles, each with all its visits, home pages first.

        Of a page that holds several lists those count that stand for one of the roles.
        """
        urls = dict.fromkeys(page.url for page in self._chosen(roles))
        return tuple(self._filled(self._by_url[url], roles) for url in urls)

    def place(self, url: str) -> Place | None:
        """All visits of one address, or None when it was neither visited nor planned."""
        place = self._by_url.get(url)
        return self._filled(place, ()) if place is not None else None

    def gap(self, *roles: str) -> VisitedPage | None:
        """The first planned visit for one of these roles that could not be measured, or None: then a plan is complete.

        A place counts as measured when any way of asking for it showed the page, or when the server itself said that
        there is none (a dead link hides nothing); a dead home page hides everything and is a gap. Absence may be said
        only when there is no gap.
        """
        for place in self.places(*roles):
            is_home = any(visit.has_role("home") for visit in place.visits)
            if (place.read and place.unfilled is None) or (place.gone and not is_home) or place.moved:
                continue
            if is_home and place.visits[0].portal in self._portals_read:
                continue  # the other address of a home page that was read (http beside https)
            if place.read and place.unfilled is not None:
                return place.unfilled
            return next((visit for visit in place.visits if visit.outcome is not Outcome.PASSED), place.visits[0])
        return None

    def once(self, make: Callable[[CitySeen], T]) -> T:
        """What a function makes of this city, worked out at the first call and kept."""
        if make not in self._kept:
            self._kept[make] = make(self)
        kept: T = self._kept[make]
        return kept

    @cached_property
    def _kept(self) -> dict[Callable[[CitySeen], Any], Any]:
        return {}

    @cached_property
    def _by_role(self) -> dict[str, tuple[int, ...]]:
        """The positions of the pages of each role."""
        found: dict[str, list[int]] = {}
        for position, page in enumerate(self.pages):
            for role in dict.fromkeys(reason.role for reason in page.roles):
                found.setdefault(role, []).append(position)
        return {role: tuple(positions) for role, positions in found.items()}

    @cached_property
    def _portals_read(self) -> frozenset[str]:
        return frozenset(place.visits[0].portal for place in self.places("home") if place.read)

    @cached_property
    def _by_url(self) -> dict[str, Place]:
        visits: dict[str, list[VisitedPage]] = {}
        for page in self.pages:
            visits.setdefault(page.url, []).append(page)
        return {url: Place(url, tuple(pages)) for url, pages in visits.items()}

    def _filled(self, place: Place, roles: tuple[str, ...]) -> Place:
        """A place with the visits to its data calls, as far as they were made or planned, and to what these led to."""
        calls: dict[str, tuple[VisitedPage, ...]] = {}
        for visit in place.visits:
            scripted = visit.saw(ScriptedSeen)
            for call in scripted.calls if scripted is not None else ():
                if roles and call.roles and not any(stands_for(role, roles) for role in call.roles):
                    continue
                url: str | None = call.url
                while url is not None and url not in calls and url in self._by_url:
                    calls[url] = self._by_url[url].visits
                    url = next((on for made in calls[url] if (on := _led_on(made)) is not None), None)
        return replace(place, calls=tuple(made for visits in calls.values() for made in visits)) if calls else place

    def _chosen(self, roles: tuple[str, ...]) -> list[VisitedPage]:
        positions: set[int] = set()
        for role in roles:
            if role.endswith("."):
                for known, found in self._by_role.items():
                    if known.startswith(role):
                        positions.update(found)
            else:
                positions.update(self._by_role.get(role, ()))
        return [self.pages[position] for position in sorted(positions)]


def _led_on(call: VisitedPage) -> str | None:
    """Where a data call sent on to: another address, or the next page of its list."""
    answer = call.saw(ListAnswer)
    return call.redirected_to or (answer.next if answer is not None else None)
