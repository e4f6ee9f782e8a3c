"""The watch over our own processes: a browser that grows or hangs is started anew, and the visits go on."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal

import psutil
import pytest

from crawler.visit.browser import find_chromium
from crawler.visit.watchdog import Watchdog, default_bound_mb, tree_mb
from probes.outcome import WebFault
from probes.page import Way
from tests.faults import HOST
from tests.test_crawler_browser import PAGES, Tabs, html, tabs

__all__ = ["tabs"]  # the fixture of the browser's own tests

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no browser on this machine")

HOLD_MB = 250
# Filled with numbers, so that the pages of memory are really taken.
PAGES["/hoards"] = html(
    f"<script>window.kept = []; for (let i = 0; i < {HOLD_MB}; i++) "
    "kept.push(new Uint8Array(1048576).map((_, n) => n))</script>"
)


def test_the_tree_counts_the_browser_too(tabs: Tabs) -> None:
    """The memory of the process tree holds the browser's processes, not this one alone."""
    tabs.visit("/good", "load")
    alone = psutil.Process().memory_full_info()
    assert tree_mb() > (alone.pss + 50 * 1024 * 1024) / (1024 * 1024)
    assert 0 < default_bound_mb() <= 4096


def test_a_browser_beyond_the_bound_is_started_anew_between_visits(tabs: Tabs) -> None:
    """Once the tree is beyond the bound the next visit finds a fresh browser, and no visit is lost by it."""
    tabs.visit("/good", "load")
    starts = tabs.desk.starts
    watchdog = Watchdog(tabs.desk, int(tree_mb()) - 10, every_s=0.02)

    async def watched() -> None:
        watchdog.start()
        while not tabs.desk.recycling:
            await asyncio.sleep(0.02)
        await watchdog.stop()

    tabs.run(watched())
    assert tabs.visit("/good", "load").page.status == 200
    assert (tabs.desk.starts, tabs.desk.recycling) == (starts + 1, False)


def test_a_page_that_hoards_memory_costs_itself_only(tabs: Tabs) -> None:
    """Far beyond the bound the browser is ended at once; the next visit has a new one, and the memory is back."""
    tabs.visit("/good", "load")
    bound_mb = int(tree_mb()) + 40
    watchdog = Watchdog(tabs.desk, int(bound_mb / 1.5), every_s=0.05)
    before = tabs.desk.starts

    async def watched() -> None:
        watchdog.start()
        with contextlib.suppress(WebFault):  # where it came to its end before the watch looked
            await tabs.desk.visit(f"http://{HOST}/hoards", Way.DESKTOP, "h", [])
        await watchdog.stop()

    tabs.run(watched())
    assert watchdog.highest_mb > bound_mb
    assert tabs.visit("/good", "load").page.status == 200
    assert tabs.desk.starts > before
    assert tree_mb() < bound_mb


def test_a_browser_that_hangs_is_started_again(tabs: Tabs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stopped browser answers nothing, not even its own closing: it is killed, and the next visit has another."""
    monkeypatch.setattr("crawler.visit.browser.CLOSING_S", 1.0)
    tabs.visit("/good", "load")
    process = tabs.desk._process
    assert process is not None
    os.kill(process.pid, signal.SIGSTOP)
    with pytest.raises((WebFault, TimeoutError)):
        tabs.run(asyncio.wait_for(tabs.desk.visit(f"http://{HOST}/fits", Way.DESKTOP, "k", []), 6))
    assert psutil.wait_procs([process], timeout=10)[1] == []
    assert tabs.visit("/good", "load").page.status == 200
