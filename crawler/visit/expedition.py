"""One round on its way: everything a visit needs, opened together and closed together."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from crawler.campaign.file import Campaign
from crawler.store import Round, Store, Visit
from crawler.visit.archive import Archive, ArchiveWriter
from crawler.visit.browser import BrowserDesk
from crawler.visit.fetch import Fetcher
from crawler.visit.guard import Guard
from crawler.visit.pace import Pace
from crawler.visit.proxy import GuardProxy
from crawler.visit.reader import Reader
from crawler.visit.robots import RobotsSeen
from crawler.visit.watchdog import Watchdog, default_bound_mb
from probes.outcome import Cause, Outcome
from probes.page import BROWSER_WAYS

if TYPE_CHECKING:
    from crawler.visit.frontier import Frontier

LINGER_S = 0.5


@dataclass
class Stage:
    """Seconds spent in one stage of the visits, and how often; for `script/bench` and the log."""

    seconds: float = 0.0
    count: int = 0


@dataclass
class Progress:
    """What a person watching wants to know."""

    ended: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    walls: set[str] = field(default_factory=set)
    stages: dict[str, Stage] = field(default_factory=dict)


class Stopped(Exception):
    """The round was interrupted while this visit was under way; it stays planned."""


class Expedition:
    """The open parts of a round: guard, proxy, pace, fetcher, browser, reader, archive, store."""

    def __init__(self, campaign: Campaign, store: Store, round_: Round) -> None:
        file = campaign.file
        self.campaign = campaign
        self.store = store
        self.round = round_
        self.guard = Guard(allow=file.allow, hosts=file.hosts, public=file.may_leave_this_machine)
        self.proxy = GuardProxy(self.guard)
        self.pace = Pace(file.politeness.delay_s)
        self.fetcher = Fetcher(
            self.guard,
            agent=campaign.agent,
            timeout_s=file.politeness.timeout_s,
            max_body_bytes=int(file.politeness.max_body_mb * 1_000_000),
            ca_file=campaign.relative(file.ca_file) if file.ca_file else None,
        )
        self.desk = BrowserDesk(
            self.proxy,
            agent=campaign.agent,
            tabs=file.tabs,
            timeout_s=file.politeness.timeout_s,
            linger_s=0.0 if file.politeness.delay_s else LINGER_S,
        )
        self.watchdog = Watchdog(self.desk, file.memory_mb or default_bound_mb())
        self.archive = Archive(campaign.out, round_.name)
        self.progress = Progress()
        self.frontier: Frontier | None = None
        self.callback: Callable[..., Any] | None = None
        self.errback: Callable[..., Any] | None = None
        self.writer: ArchiveWriter | None = None
        self.reader: Reader | None = None
        self.redirects: dict[str, str] = {}
        self.tasks: set[asyncio.Task[Any]] = set()
        self.interrupted = False
        self.failure: BaseException | None = None
        self._robots: dict[str, RobotsSeen] = {}
        self.on_end: Callable[[Visit, Outcome, Cause | None], None] | None = None

    async def open(self) -> None:
        """Open what must be open before the first request."""
        for url, text in self.store.observation_texts(self.round.id, "robots"):
            self._robots[url] = msgspec.json.decode(text, type=RobotsSeen)
        places = [archive for _, archive, _, _ in self.store.archived(self.round.id)]
        self.writer = self.archive.open(places)
        self.reader = Reader(processes=min(4, os.cpu_count() or 1))
        await self.proxy.__aenter__()
        self.watchdog.start()

    def interrupt(self) -> None:
        """Give up the requests under way, so that a stop takes seconds; they stay planned."""
        self.interrupted = True
        for task in list(self.tasks):
            task.cancel()

    def fail(self, error: BaseException) -> None:
        """A fault of ours that more visits cannot mend (disk full, no browser): stop, and keep it for who called."""
        if self.failure is None and not self.interrupted:
            self.failure = error
        self.interrupt()

    async def close(self) -> None:
        """Close everything, whatever was opened."""
        await self.watchdog.stop()
        await self.desk.close()
        await self.fetcher.close()
        await self.proxy.__aexit__()
        if self.reader is not None:
            self.reader.close()
        if self.writer is not None:
            self.writer.close()

    def tab_is_free(self, city: str) -> bool:
        """Whether a browser visit for this city may leave now.

        A tab stays with its city while that city's next visit is a browser visit too: changing hands costs a context.
        """
        assert self.frontier is not None
        if self.desk.resting:
            return False
        under_way = sum(visit.way in BROWSER_WAYS for visit in self.frontier.under_way.values())
        if under_way >= len(self.desk.tabs):
            return False
        idle = [tab for tab in self.desk.tabs if not tab.busy]
        if any(tab.city == city or tab.city is None for tab in idle):
            return True
        return any(not self.frontier.browser_is_next(tab.city) for tab in idle if tab.city is not None)

    def known_robots(self, url: str) -> RobotsSeen | None:
        """The robots.txt read earlier in this round, or None when it never came."""
        return self._robots.get(url)

    def ended(self, visit: Visit, outcome: Outcome, cause: Cause | None) -> None:
        """Count a visit that has ended, and tell whoever watches."""
        self.progress.ended[outcome.value] += 1
        if cause is not None:
            self.progress.causes[cause.value] += 1
            if cause in (Cause.BLOCKED, Cause.CAPTCHA):
                self.progress.walls.add(visit.site)
        if self.on_end is not None:
            self.on_end(visit, outcome, cause)

    def spent(self, stage: str, seconds: float) -> None:
        """Add to the time book."""
        entry = self.progress.stages.setdefault(stage, Stage())
        entry.seconds += seconds
        entry.count += 1
