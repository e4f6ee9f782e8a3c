"""The progress a person sees while a round is on its way: portals, pages, walls, time left; nothing in a pipe."""

from __future__ import annotations

import time
from collections import Counter

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from crawler.store import Visit
from crawler.visit.expedition import Expedition
from probes.outcome import Cause, Outcome


class Watch:
    """One line on a terminal that follows an expedition."""

    def __init__(self, console: Console) -> None:
        self._started = time.monotonic()
        self._expedition: Expedition | None = None
        self._ended = 0
        self._left: Counter[str] = Counter()
        self._progress = Progress(
            TextColumn("visiting"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn(
                "pages · {task.fields[portals]} portals done · {task.fields[walls]} walls · {task.fields[left]}"
            ),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._progress.add_task("visits", total=None, portals="0", walls=0, left="")
        if console.is_terminal:
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
        waiting = {entry[2].city for queue in expedition.frontier.sites.values() for entry in queue.queue}
        waiting |= {flying.city for flying in expedition.frontier.under_way.values()}
        left = sum(len(queue.queue) for queue in expedition.frontier.sites.values())
        rate = self._ended / max(0.1, time.monotonic() - self._started)
        cities = len(expedition.campaign.cities)
        self._progress.update(
            self._task,
            completed=self._ended,
            total=self._ended + left,
            portals=f"{max(0, cities - len(waiting))}/{cities}",
            walls=len(expedition.progress.walls),
            left=_words(left / rate) if left else "",
        )

    def close(self) -> None:
        """Take the line away."""
        self._progress.stop()


def _words(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"about {minutes} min left at this pace" if minutes >= 1 else "less than a minute left"
