"""The pace towards portals: one navigation at a time, and a pause after each, for every site and every address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

SLOWEST_S = 60.0


@dataclass
class _Turn:
    delay_s: float
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at: float = 0.0
    crawl_delay_s: float = 0.0
    penalty: float = 1.0

    @property
    def pause_s(self) -> float:
        return max(self.delay_s * self.penalty, self.crawl_delay_s)


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
            if self.delay_s == 0.0 and mine.pause_s == 0.0:
                yield
                return
            async with ours.lock:
                wait_s = max(mine.free_at, ours.free_at) - time.monotonic()
                if wait_s > 0:
                    await asyncio.sleep(wait_s)
                try:
                    yield
                finally:
                    done = time.monotonic()
                    mine.free_at = done + mine.pause_s
                    ours.free_at = done + ours.pause_s

    def robots(self, site: str, crawl_delay_s: float | None) -> None:
        """Obey a site's Crawl-delay."""
        self._site(site).crawl_delay_s = crawl_delay_s or 0.0

    def slow_down(self, site: str, retry_after_s: float | None = None) -> None:
        """The site says it is too much: double its pause, and wait at least as long as it asks."""
        turn = self._site(site)
        turn.penalty = min(turn.penalty * 2, max(1.0, SLOWEST_S / max(turn.delay_s, 0.001)))
        if retry_after_s:
            turn.free_at = max(turn.free_at, time.monotonic() + retry_after_s)

    def speed_up(self, site: str) -> None:
        """A good answer: let the pause shrink a little towards the usual one."""
        turn = self._site(site)
        turn.penalty = max(1.0, turn.penalty * 0.9)

    def _site(self, site: str) -> _Turn:
        return self._sites.setdefault(site, _Turn(self.delay_s))
