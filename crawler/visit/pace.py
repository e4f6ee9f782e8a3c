"""The pace towards portals: one navigation at a time, and a pause after each, for every site and every address."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SLOWEST_S = 60.0


@dataclass
class _Turn:
    delay_s: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    ended_at: float = float("-inf")
    not_before: float = float("-inf")
    crawl_delay_s: float = 0.0
    penalty: float = 1.0

    @property
    def pause_s(self) -> float:
        return max(self.delay_s * self.penalty, self.crawl_delay_s)

    @property
    def wait_s(self) -> float:
        # Worked out when asked, so that an answer of "too much" lengthens the pause that has begun already.
        return max(self.ended_at + self.pause_s, self.not_before) - time.monotonic()


class Pace:
    """Hands out turns. The pause of `delay_s` seconds starts when a turn is given back.

    A site that answers 429, 503, 412 or 521 is slowed down (the pause doubles, up to a minute, and heals slowly); a
    Crawl-delay of its robots.txt and a Retry-After are obeyed. With `delay_s` 0 (loopback only) nothing waits.
    """

    def __init__(self, delay_s: float) -> None:
        self.delay_s = delay_s
        self._sites: dict[str, _Turn] = {}
        self._addresses: dict[str, _Turn] = {}

    @asynccontextmanager
    async def turn(self, site: str, address: str) -> AsyncIterator[None]:
        """Wait for this site's and this address's turn, hold both, and start the pause when done."""
        mine = self._site(site)
        ours = self._addresses.setdefault(address, _Turn(self.delay_s))
        async with mine.lock:
            # A site that must be left alone for long must not keep its address from the other sites there.
            while (wait_s := mine.wait_s) > 0:
                await asyncio.sleep(wait_s)
            if self.delay_s == 0.0:
                try:
                    yield
                finally:
                    mine.ended_at = time.monotonic()
                return
            async with ours.lock:
                while (wait_s := max(mine.wait_s, ours.wait_s)) > 0:
                    await asyncio.sleep(wait_s)
                try:
                    yield
                finally:
                    mine.ended_at = ours.ended_at = time.monotonic()

    def wait_s(self, site: str) -> float:
        """How many seconds a site has still to be left alone; 0 when it may be asked now."""
        return max(0.0, self._site(site).wait_s)

    def robots(self, site: str, crawl_delay_s: float | None) -> None:
        """Obey a site's Crawl-delay."""
        wished = crawl_delay_s or 0.0
        self._site(site).crawl_delay_s = wished if 0.0 < wished < math.inf else 0.0

    def slow_down(self, site: str, retry_after_s: float | None = None) -> None:
        """The site says it is too much: double its pause, and wait at least as long as it asks."""
        turn = self._site(site)
        turn.penalty = min(turn.penalty * 2, max(1.0, SLOWEST_S / max(turn.delay_s, 0.001)))
        if retry_after_s:
            turn.not_before = max(turn.not_before, time.monotonic() + retry_after_s)

    def speed_up(self, site: str) -> None:
        """A good answer: let the pause shrink a little towards the usual one."""
        turn = self._site(site)
        turn.penalty = max(1.0, turn.penalty * 0.9)

    def _site(self, site: str) -> _Turn:
        return self._sites.setdefault(site, _Turn(self.delay_s))
