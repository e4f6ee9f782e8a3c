"""The watch over our own processes: a browser that takes too much memory is ended and started anew before it hurts."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from crawler.visit.browser import BrowserDesk

EVERY_S = 3.0
SHARE = 0.6  # of the memory that is free at the start, unless the campaign says otherwise
MOST_MB = 4096
FAR_BEYOND = 1.5  # of the bound: then there is no waiting for the visits under way
_MB = 1024 * 1024


def default_bound_mb() -> int:
    """The memory that all processes of a round may take together when the campaign does not say: MB."""
    return int(min(MOST_MB, SHARE * psutil.virtual_memory().available / _MB))


def tree_mb(root: psutil.Process | None = None) -> float:
    """The memory of a process and all below it, in MB: shared pages count once (PSS) where the system tells."""
    root = root or psutil.Process()
    total = 0.0
    for process in [root, *root.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):  # gone in between
            full = process.memory_full_info()
            total += getattr(full, "pss", 0) or full.rss
    return total / _MB


class Watchdog:
    """Looks at the process tree every few seconds, and has the browser recycled when it is beyond the bound.

    Beyond the bound the browser is ended as soon as its visits are; far beyond it at once, which costs the visits
    under way (cause `crashed`, retryable).
    """

    def __init__(self, desk: BrowserDesk, bound_mb: int, *, every_s: float = EVERY_S) -> None:
        self.desk = desk
        self.bound_mb = bound_mb
        self.every_s = every_s
        self.highest_mb = 0.0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.ensure_future(self._watch())

    async def stop(self) -> None:
        """End the watch."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _watch(self) -> None:
        log = logging.getLogger(__name__)
        while True:
            await asyncio.sleep(self.every_s)
            taken_mb = await asyncio.to_thread(tree_mb)
            self.highest_mb = max(self.highest_mb, taken_mb)
            if taken_mb <= self.bound_mb or not self.desk.running:
                continue
            if taken_mb > FAR_BEYOND * self.bound_mb:
                log.warning("%.0f MB in use, the bound is %d MB: the browser is ended at once", taken_mb, self.bound_mb)
                self.desk.kill()
            elif not self.desk.recycling:
                log.info("%.0f MB in use, the bound is %d MB: the browser is started anew", taken_mb, self.bound_mb)
                self.desk.recycle()
