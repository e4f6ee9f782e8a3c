"""What is still to be visited: a Scrapy scheduler over the store, so that nothing planned is ever lost."""

from __future__ import annotations

import heapq
import time
from collections import Counter, defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.scheduler import BaseScheduler

from crawler.sampling import HOME, INNER_LINK, LINK_CHECKS, LINK_SPREAD, RECHECK, Candidate, same_site, site
from crawler.store import Done, Plan, Visit
from crawler.visit.robots import RobotsSeen, Rules
from probes.observation import Observation
from probes.outcome import Cause, Outcome
from probes.page import BROWSER_WAYS, Way

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.visit.expedition import Expedition

Asked = tuple[str, str, str]
"""What is asked once a round: address, way, and the body of a query by POST (else empty)."""

PATIENCE_S = 5.0  # what must wait longer is kept back; Scrapy asks for requests at least this often


@dataclass
class _Site:
    """One site's queue: best first; at most one request under way; robots.txt comes before all else."""

    name: str
    queue: list[tuple[int, int, Visit]] = field(default_factory=list)
    later: list[tuple[float, int, Visit]] = field(default_factory=list)
    busy: bool = False
    rules: Rules | None = None
    robots: Visit | None = None
    robots_asked: bool = False
    waits: bool = False

    @property
    def pending(self) -> bool:
        """Whether anything is left to ask of this site."""
        return bool(self.queue or self.later or self.robots)


@dataclass(frozen=True)
class Kept:
    """What is known of a visit that is done: where its answer lies, where it sent the visitor, whether it was gone."""

    archive: str | None
    fetched_at: str | None
    redirected_to: str | None
    gone: bool
    depth: int


@dataclass(frozen=True)
class Late:
    """A role that was found for a page after the page had been visited: what it leads to is still to be taken up."""

    url: str
    way: str
    post: str
    role: str
    city: str
    kept: Kept


class Frontier(BaseScheduler):
    """Hands out one request a site at a time, and a browser request only while a tab is free.

    The queues in memory mirror the `planned` rows of the store; every change is written first. `admit` applies the
    quotas of the sampling and the budgets of the campaign: what a budget cuts off is recorded with cause `budget`.
    """

    def __init__(self, expedition: Expedition) -> None:
        self.expedition = expedition
        self.store = expedition.store
        self.round = expedition.round
        self.budget = expedition.campaign.file.budget
        self.sites: dict[str, _Site] = {}
        self.order: list[str] = []
        self.known: set[tuple[str, str, str, str, str]] = set()
        self.taken: Counter[tuple[str, str]] = Counter()
        self.asked: dict[str, Counter[str]] = defaultdict(Counter)
        self.addresses: set[Asked] = set()
        self.started: dict[str, float] = {}
        self.under_way: dict[int, Visit] = {}
        self.roles: dict[Asked, list[str]] = defaultdict(list)
        self.done: dict[Asked, Kept] = {}
        self.late: list[Late] = []
        self.homes: dict[str, set[str]] = defaultdict(set)
        self.read: Counter[str] = Counter()
        self.stuck = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Frontier:
        """Scrapy builds its scheduler here; the spider has brought the expedition."""
        expedition: Expedition = crawler.spider.expedition  # type: ignore[union-attr]
        expedition.frontier = cls(expedition)
        return expedition.frontier

    # Scrapy's side

    def open(self, spider: object) -> None:
        """Fill the queues from the store."""
        reasons: dict[int, list[tuple[str, str]]] = defaultdict(list)
        for visit_id, city, role in self.store.reasons(self.round.id):
            reasons[visit_id].append((city, role))
        for visit in self.store.frontier(self.round.id):
            self._remember(visit, reasons[visit.id])
            if visit.state == "planned":
                self._push(visit)
        for visit, kept in self.store.done(self.round.id):
            self._ended(visit, Kept(*kept, visit.depth))
            if kept[2] is not None:
                self.expedition.redirects[visit.url] = kept[2]

    def has_pending_requests(self) -> bool:
        """Whether anything is left to ask."""
        return not self.stuck and any(site.pending for site in self.sites.values())

    def enqueue_request(self, request: Request) -> bool:
        """Requests reach the frontier through `admit`; one that Scrapy itself sends is a mistake."""
        raise RuntimeError(f"{request.url}: plan pages with Frontier.admit")

    def next_request(self) -> Request | None:
        """The next request that may leave now, or None."""
        if self.expedition.interrupted:
            return None
        for name in list(self.order):
            site_queue = self.sites[name]
            if site_queue.busy:
                continue
            visit = self._next(site_queue)
            if visit is not None:
                # The site goes to the end of the line, so that all get their turn.
                self.order.remove(name)
                self.order.append(name)
                return self._request(site_queue, visit)
        if self.has_pending_requests() and not any(site.busy or site.waits for site in self.sites.values()):
            self.stuck = True  # a mistake of ours; the round ends with an error instead of waiting for ever
        return None

    def close(self, reason: str) -> None:
        """Nothing to do: all is in the store."""

    # Our side

    def admit(self, city: str, found_on: str | None, depth: int, wishes: Iterable[Candidate]) -> None:
        """Plan what may be planned of these wishes."""
        self._pushed(self.store.admit(self.round.id, self.plans(city, found_on, depth, wishes)))

    def plans(self, city: str, found_on: str | None, depth: int, wishes: Iterable[Candidate]) -> list[Plan]:
        """The wishes that quota, budget and what is known already let through, as plans."""
        plans: list[Plan] = []
        queue = deque(wishes)
        while queue:
            wish = queue.popleft()
            if wish.role == INNER_LINK:
                if not self._may_check(city):
                    continue
                wish = self._link(wish)
            address: Asked = (wish.url, wish.way.value, wish.post)
            key = (*address, city, wish.role)
            if key in self.known:
                continue
            if wish.quota is not None and (_twin(wish.url), *key[1:]) in self.known:
                continue  # the same page by the other scheme stands for this role already
            if wish.quota is not None and self.taken[city, wish.role] >= wish.quota:
                continue
            cause: Cause | None = None
            if address not in self.addresses:
                purse = _purse(wish.way.value)
                if self.asked[city][purse] >= self._bound(purse) and wish.priority > HOME:
                    if wish.role in ("random", "template", "link_check", INNER_LINK):
                        continue  # extras: leaving them out says nothing about the city
                    cause = Cause.BUDGET
                else:
                    self.asked[city][purse] += 1
            self.known.add(key)
            self.taken[city, wish.role] += 1
            if cause is None:
                self.addresses.add(address)
                if wish.role not in self.roles[address]:
                    self.roles[address].append(wish.role)
                    kept = self.done.get(address)
                    if kept is not None and wish.role != INNER_LINK:
                        self.late.append(Late(*address, wish.role, city, kept))
                    elif kept is not None and kept.gone:
                        queue.append(Candidate(wish.url, "recheck", "not there before", RECHECK, None, Way.RECHECK))
                if wish.role == "home":
                    self.homes[city].add(wish.url)
            plans.append(
                Plan(
                    city=city,
                    site=site(wish.url),
                    url=wish.url,
                    way=wish.way.value,
                    method=wish.method,
                    priority=wish.priority,
                    depth=depth,
                    role=wish.role,
                    why=wish.why,
                    found_on=found_on,
                    cause=cause,
                    post=wish.post,
                )
            )
        return plans

    def finish(
        self, visit: Visit, done: Done, seen: Iterable[Observation[Any]] = (), plans: Iterable[Plan] = ()
    ) -> None:
        """End a visit in the store and take up what it led to."""
        self.under_way.pop(visit.id, None)
        new = self.store.finish(visit, self.round.id, done, seen, plans)
        gone = done.outcome is Outcome.FAILED
        self._ended(visit, Kept(done.archive, done.fetched_at, done.redirected_to, gone, visit.depth))
        self._pushed(new)

    def retry(self, visit: Visit, delay_s: float) -> None:
        """Put a visit back, to be asked again after a pause."""
        self.under_way.pop(visit.id, None)
        again = time.time() + delay_s
        self.store.postpone(visit, again, attempts=visit.attempts)
        self._push(replace(visit, next_try=again))

    def give_back(self, visit: Visit) -> None:
        """Put back a visit that was under way when the round was stopped; the attempt does not count."""
        if self.under_way.pop(visit.id, None) is not None:
            self.store.postpone(visit, 0.0, attempts=visit.attempts - 1)

    def free(self, visit: Visit) -> None:
        """The site has no request under way any more."""
        self.under_way.pop(visit.id, None)
        self.sites[visit.site].busy = False

    def roles_of(self, visit: Visit) -> tuple[str, ...]:
        """All roles that a page stands for by now."""
        return tuple(self.roles.get(_asked(visit), ())) or visit.roles

    def of_portal(self, city: str, url: str) -> bool:
        """Whether an address lies on the host of one of the city's home pages."""
        return any(same_site(url, home) for home in self.homes[city])

    def browser_is_next(self, city: str) -> bool:
        """Whether the city has a site whose next visit is a browser visit."""
        return any(
            queue.queue
            and queue.queue[0][2].city == city
            and queue.queue[0][2].way in BROWSER_WAYS
            and self.expedition.pace.wait_s(queue.name) <= PATIENCE_S
            for queue in self.sites.values()
        )

    def time_left_s(self, city: str) -> float:
        """Seconds of a city's time budget that are left."""
        now = time.monotonic()
        return self.started.setdefault(city, now) + self.budget.minutes * 60 - now

    def take_late(self) -> list[Late]:
        """The roles that the plans just made have found too late; taken at once, so that one visit answers for them."""
        late, self.late = self.late, []
        return late

    def set_rules(self, site_name: str, rules: Rules) -> None:
        """The site's robots.txt is known."""
        self.sites[site_name].rules = rules

    def _ended(self, visit: Visit, kept: Kept) -> None:
        self.done[_asked(visit)] = kept
        if visit.way == Way.PLAIN.value and "robots" not in self.roles_of(visit):
            self.read[visit.city] += 1

    def _bound(self, purse: str) -> int:
        """How many asks of a kind a city may cost."""
        return {
            "browser": self.budget.browser_pages,
            "links": self.budget.links,
            "rechecks": self.budget.links + LINK_CHECKS,
            "plain": self.budget.pages,
        }[purse]

    def _may_check(self, city: str) -> bool:
        """Whether one more link of an inner page may be checked: by the k-th page read k/15 of the budget may have been
        used, so that links of many pages come to their turn. Told by the store alone, so a round that goes on decides
        alike."""
        share = min(1.0, (self.read[city] + 1) / LINK_SPREAD)
        return self.taken[city, INNER_LINK] < self.budget.links * share

    def _link(self, wish: Candidate) -> Candidate:
        """A link that is visited as a page anyway needs no ask of its own."""
        if (wish.url, Way.PLAIN.value, "") not in self.addresses:
            return wish
        return replace(wish, way=Way.PLAIN, method="GET")

    def _pushed(self, visits: Iterable[Visit]) -> None:
        for visit in visits:
            self._push(visit)

    def _push(self, visit: Visit) -> None:
        queue = self.sites.get(visit.site)
        if queue is None:
            queue = self.sites[visit.site] = _Site(visit.site)
            self.order.append(visit.site)
        if "robots" in visit.roles:  # it goes before all else, again too when it is asked a second time
            queue.robots, queue.robots_asked = visit, False
        elif visit.next_try > time.time() + PATIENCE_S:
            heapq.heappush(queue.later, (visit.next_try, visit.id, visit))
        else:
            heapq.heappush(queue.queue, (visit.priority, visit.id, visit))

    def _remember(self, visit: Visit, reasons: Iterable[tuple[str, str]]) -> None:
        roles: list[str] = []
        for city, role in reasons:
            self.known.add((*_asked(visit), city, role))
            self.taken[city, role] += 1
            if role not in roles:
                roles.append(role)
            if role == "home":
                self.homes[city].add(visit.url)
        self.addresses.add(_asked(visit))
        self.roles[_asked(visit)] = roles
        if "robots" not in roles:
            self.asked[visit.city][_purse(visit.way)] += 1

    def _next(self, queue: _Site) -> Visit | None:
        """The best visit of a site that may leave now; what may never leave is ended with its cause."""
        if queue.rules is None:
            return self._robots(queue)
        while queue.later and queue.later[0][0] <= time.time() + PATIENCE_S:
            visit = heapq.heappop(queue.later)[2]
            heapq.heappush(queue.queue, (visit.priority, visit.id, visit))
        wait_s = self.expedition.pace.wait_s(queue.name)
        queue.waits = bool(queue.later)
        held: list[tuple[int, int, Visit]] = []
        chosen: Visit | None = None
        while queue.queue:
            entry = heapq.heappop(queue.queue)
            visit = entry[2]
            cause = self._refusal(queue, visit, wait_s)
            if cause is not None:
                outcome = Outcome.UNTESTED if cause in (Cause.ROBOTS, Cause.BUDGET) else Outcome.CANT_TELL
                self.store.finish(visit, self.round.id, Done(outcome, cause, detail=_words(cause)))
                self.expedition.ended(visit, outcome, cause)
                continue
            if wait_s > PATIENCE_S:  # a request that slept this long would keep others from leaving
                held.append(entry)
                queue.waits = True
                break
            if visit.way in BROWSER_WAYS and not self.expedition.tab_is_free(visit.city):
                held.append(entry)
                continue
            chosen = visit
            break
        for entry in held:
            heapq.heappush(queue.queue, entry)
        return chosen

    def _robots(self, queue: _Site) -> Visit | None:
        """The request for a site's robots.txt; asked once a round."""
        if queue.robots is not None:
            queue.waits = queue.robots.next_try > time.time() + PATIENCE_S
            if queue.waits:
                return None
            visit, queue.robots, queue.robots_asked = queue.robots, None, True
            return visit
        if queue.robots_asked or not queue.queue:
            return None
        queue.robots_asked = True
        first = queue.queue[0][2]
        plan = Plan(
            city=first.city,
            site=queue.name,
            url=f"{queue.name.removesuffix(':80' if queue.name.startswith('http:') else ':443')}/robots.txt",
            way=Way.PLAIN.value,
            method="GET",
            priority=0,
            depth=0,
            role="robots",
            why="asked before all else",
            found_on=None,
        )
        new = self.store.admit(self.round.id, [plan])
        if new:
            self.known.add((*_asked(new[0]), plan.city, plan.role))
            self.addresses.add(_asked(new[0]))
            self.roles[_asked(new[0])] = [plan.role]
            return new[0]
        # Read earlier in this round. If it was asked and never came, RFC 9309 has us keep away.
        queue.rules = Rules(self.expedition.known_robots(plan.url) or RobotsSeen(None, cause=Cause.TIMEOUT))
        self.expedition.pace.robots(queue.name, queue.rules.crawl_delay_s)
        return self._next(queue)

    def _refusal(self, queue: _Site, visit: Visit, wait_s: float) -> Cause | None:
        if self.time_left_s(visit.city) < wait_s:
            return Cause.BUDGET
        assert queue.rules is not None
        return queue.rules.refuses(visit.url)

    def _request(self, queue: _Site, visit: Visit) -> Request:
        queue.busy = True
        visit = replace(visit, state="in_flight", attempts=visit.attempts + 1, roles=self.roles_of(visit))
        self.store.start(visit)
        self.under_way[visit.id] = visit
        return Request(
            visit.url,
            method=visit.method,
            callback=self.expedition.callback,
            errback=self.expedition.errback,
            dont_filter=True,
            meta={"visit": visit, "download_slot": visit.site, "handle_httpstatus_all": True, "verbatim_url": True},
        )


def _asked(visit: Visit) -> Asked:
    return (visit.url, visit.way, visit.post)


def _purse(way: str) -> str:
    """Which bound of the budget a way of asking counts towards."""
    if way in BROWSER_WAYS:
        return "browser"
    return {Way.LINK.value: "links", Way.RECHECK.value: "rechecks"}.get(way, "plain")


def _twin(url: str) -> str:
    """The same address by the other scheme."""
    scheme, _, rest = url.partition("://")
    return f"{'http' if scheme == 'https' else 'https'}://{rest}"


def _words(cause: Cause) -> str:
    return {
        Cause.ROBOTS: "robots.txt asks not to",
        Cause.BUDGET: "the time for this city was used up",
    }.get(cause, "the site's robots.txt could not be had, so nothing else was asked")
