"""The progress a person sees while a round is on its way: portals, pages, walls, time left; nothing in a pipe."""

from __future__ import annotations

import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.store import Visit
from crawler.visit.expedition import Expedition
from probes.outcome import Cause, Outcome


class Watch:
    """One line on a terminal that follows an expedition."""

    def __init__(self, console: Console) -> None:
        self._started = time.monotonic()
        self._expedition: Expedition | None = None
        self._ended = 0
        self._shown = console.is_terminal
        self._told_at = 0.0
        self._progress = Progress(
            BarColumn(bar_width=12),
            TextColumn("{task.fields[told]}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("visits", total=None, told="starting")
        if self._shown:
            self._progress.start()

    def follow(self, expedition: Expedition) -> None:
        """Hear of every visit that ends."""
        self._expedition = expedition
        expedition.on_end = self.ended

    def ended(self, visit: Visit, outcome: Outcome, cause: Cause | None) -> None:
        """One visit more."""
        expedition = self._expedition
        assert expedition is not None
        assert expedition.frontier is not None
        self._ended += 1
        now = time.monotonic()
        if not self._shown or now - self._told_at < 0.25:  # counting what is left takes a walk over all queues
            return
        self._told_at = now
        waiting = {entry[2].city for queue in expedition.frontier.sites.values() for entry in queue.queue}
        waiting |= {flying.city for flying in expedition.frontier.under_way.values()}
        left = sum(len(queue.queue) for queue in expedition.frontier.sites.values())
        rate = self._ended / max(0.1, now - self._started)
        cities = len(expedition.campaign.cities)
        done = max(0, cities - len(waiting))
        walls = len(expedition.progress.walls)
        told = f"{self._ended} of {self._ended + left} pages · {done}/{cities} portals done · {walls} walls"
        if left:
            told += f" · {_words(left / rate)}"
        self._progress.update(self._task, completed=self._ended, total=self._ended + left, told=told)

    def close(self) -> None:
        """Take the line away."""
        self._progress.stop()


def _words(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes} min left" if minutes >= 1 else "under a minute left"
