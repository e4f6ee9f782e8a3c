"""Between rounds: opens the home pages that are due, once each, and notes whether and how fast they opened."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import msgspec

from audits.history import Opening, hours_between
from crawler.campaign.file import Campaign
from crawler.sampling import site
from crawler.store import Home, OpeningBook, Round, Store, Tried
from crawler.visit.ending import Ending, ending, redirect_target
from crawler.visit.fetch import Fetched, Fetcher, retry_after_s
from crawler.visit.guard import Guard
from crawler.visit.pace import Pace
from crawler.visit.reader import Reader
from crawler.visit.robots import RobotsSeen, Rules, robots_seen
from probes.outcome import Cause, Outcome, WebFault
from probes.page import FetchedPage

AT_ONCE = 16
"""Sites opened at the same time; each of them is asked by one request at a time."""

WAIT_S = 16.0
"""A home page is waited for at least so long: the rule asks whether it opens within 15 seconds."""

SPACING = 0.75
"""Of the even distance of openings, how much must have passed since the last one; timers are not exact."""

ROBOTS_FRESH_H = 24.0
"""How old a copy of robots.txt may be (RFC 9309 §2.4); an older one serves while it cannot be read anew."""

LONGEST_PAUSE_S = 600.0
MAX_HOPS = 5
_NO_LINE = frozenset({Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT})


@dataclass(frozen=True)
class Between:
    """What `civicprobe run` did between rounds: openings noted, how many of them open; `offline` says that not one of
    several sites could be reached, which is taken for a fault of our own line, so that nothing was noted.
    """

    tried: tuple[Tried, ...]
    offline: bool = False

    def __str__(self) -> str:
        if self.offline:
            return "Openings: not one home page could be reached; taken for a fault of our own line, nothing is noted."
        count = sum(each.opening.outcome is Outcome.PASSED for each in self.tried)
        return f"Openings: {count} of {len(self.tried)} home pages opened."


def due_homes(campaign: Campaign, store: Store, round_: Round, now: datetime) -> tuple[Home, ...]:
    """The home pages of the campaign's cities whose next opening is due; none where `openings_a_day` is 0."""
    a_day = campaign.file.openings_a_day
    if not a_day:
        return ()
    cities = {city.id for city in campaign.cities}
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    pause_h = SPACING * 24 / a_day
    return tuple(
        home
        for home in OpeningBook(store).homes(round_)
        if home.city in cities
        and (home.last is None or hours_between(home.last, moment) >= max(pause_h, home.retry_after_s / 3600))
    )


def open_due(campaign: Campaign, store: Store, round_: Round, now: datetime) -> Between | None:
    """Open what is due and note it; None when nothing is."""
    homes = due_homes(campaign, store, round_, now)
    if not homes:
        return None
    book, tried = OpeningBook(store), list[Tried]()
    offline = False
    try:
        asyncio.run(_open_all(campaign, book, homes, tried))
    finally:  # what was seen before an interruption is kept
        sites = {urlsplit(each.opening.url).hostname for each in tried}
        offline = len(sites) > 2 and all(each.opening.cause in _NO_LINE for each in tried)
        if not offline:
            book.note(tried)
    return Between(() if offline else tuple(tried), offline)


async def _open_all(campaign: Campaign, book: OpeningBook, homes: Sequence[Home], tried: list[Tried]) -> None:
    opener = _Opener(campaign, book)
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(home: Home) -> None:
        async with turns:
            tried.append(await opener.open(home))

    try:
        await asyncio.gather(*map(one, homes))
    finally:
        await opener.close()


class _Opener:
    """Opens home pages by plain GET: under robots.txt and the guard, at each site's pace, redirects followed."""

    def __init__(self, campaign: Campaign, book: OpeningBook) -> None:
        file = campaign.file
        self.guard = Guard(allow=file.allow, hosts=file.hosts, public=file.may_leave_this_machine)
        self.pace = Pace(file.politeness.delay_s)
        self.fetcher = Fetcher(
            self.guard,
            agent=campaign.agent,
            timeout_s=max(WAIT_S, file.politeness.timeout_s),
            max_body_bytes=int(file.politeness.max_body_mb * 1_000_000),
            ca_file=campaign.relative(file.ca_file) if file.ca_file else None,
        )
        self.reader = Reader()
        self.kept = book.robots()
        self.rules: dict[str, Rules] = {}
        self.reading: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def close(self) -> None:
        """Close everything."""
        await self.fetcher.close()
        self.reader.close()

    async def open(self, home: Home) -> Tried:
        """Open one home page."""
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        mine = site(home.url)
        robots = await self._read_robots(mine)
        try:
            page, elapsed_ms, end = await self._follow(home.url)
        except WebFault as fault:
            never = fault.cause in (Cause.ROBOTS, Cause.FORBIDDEN_ADDRESS)
            outcome = Outcome.UNTESTED if never else Outcome.CANT_TELL
            return Tried(home.city, mine, Opening(home.url, at, "plain", outcome, fault.cause), robots)
        opening = Opening(home.url, at, "plain", end.outcome, end.cause, page.status, elapsed_ms)
        return Tried(home.city, mine, opening, robots, retry_after_s(page) or 0.0)

    async def _follow(self, url: str) -> tuple[FetchedPage, int, Ending]:
        """The page an address leads to, the milliseconds all its answers took, and how it ended. Raises WebFault."""
        elapsed_ms = 0
        for _ in range(MAX_HOPS):
            await self._read_robots(site(url))
            self._ask_leave(url)
            fetched, took_ms = await self._fetch(url, ("home",))
            elapsed_ms += took_ms
            look = await self.reader.look(fetched.page)
            target = redirect_target(fetched.page, look.seen)
            if target is None:
                end = ending(fetched.page, look.seen)
                unread = look.fault is not None and end.outcome is Outcome.PASSED
                return fetched.page, elapsed_ms, Ending(Outcome.CANT_TELL, look.fault) if unread else end
            url = target
        raise WebFault(Cause.REDIRECT_LOOP, f"more than {MAX_HOPS} redirects")

    def _ask_leave(self, url: str) -> None:
        """Raises WebFault when robots.txt keeps us out, or asks for pauses that no opening can keep."""
        rules = self.rules[site(url)]
        refusal = rules.refuses(url)
        if refusal is None and (rules.crawl_delay_s or 0.0) > LONGEST_PAUSE_S:
            refusal = Cause.ROBOTS
        if refusal is not None:
            raise WebFault(refusal, "robots.txt")

    async def _read_robots(self, name: str) -> RobotsSeen | None:
        """Make sure that the rules of a site are known; returns its robots.txt when it was read anew."""
        async with self.reading[name]:
            if name in self.rules:
                return None
            kept = self.kept.get(name)
            old = msgspec.json.decode(kept[1], type=RobotsSeen) if kept is not None else None
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            fresh = kept is not None and hours_between(kept[0], now) < ROBOTS_FRESH_H
            read = old if fresh and old is not None else await self._ask_robots(name)
            usable = read.status is not None and read.status < 500
            self.rules[name] = Rules(read if usable or old is None else old)
            self.pace.robots(name, self.rules[name].crawl_delay_s)
            return read if usable and read is not old else None

    async def _ask_robots(self, name: str) -> RobotsSeen:
        address = name.removesuffix(":80" if name.startswith("http:") else ":443")
        try:
            fetched, _ = await self._fetch(f"{address}/robots.txt", ("robots",))
        except WebFault as fault:
            return RobotsSeen(None, cause=fault.cause)
        return robots_seen(fetched.page.status, fetched.page.body, fetched.page.media_type)

    async def _fetch(self, url: str, roles: tuple[str, ...]) -> tuple[Fetched, int]:
        """One GET at the site's pace, and the milliseconds it took. Raises WebFault."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        endpoint = (await self.guard.endpoints(parts.hostname or "", port))[0]
        async with self.pace.turn(site(url), endpoint.address):
            start = time.monotonic()
            fetched = await self.fetcher.fetch(url, roles=roles)
            return fetched, round((time.monotonic() - start) * 1000)
