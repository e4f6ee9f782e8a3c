"""The yardstick of browser visits: a bare Playwright loop that makes given loads in reused tabs and keeps
nothing.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections import deque
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from crawler.bench.sites import SUFFIX
from crawler.visit.browser import VIEWS, find_chromium
from probes import axe
from probes.page import Way


async def _worker(browser: Browser, loads: deque[tuple[str, str]], violations: dict[str, int]) -> int:
    """Take loads until none is left, in one tab a view; desktop loads get axe-core, phone loads only load."""
    tabs: dict[str, Page] = {}
    made = 0
    while loads:
        url, way = loads.popleft()
        if way not in tabs:
            tabs[way] = await (await browser.new_context(**VIEWS[Way(way)])).new_page()
        page = tabs[way]
        response = await page.goto(url, wait_until="load")
        made += response is not None and response.ok
        if way == Way.DESKTOP.value:
            await page.evaluate(axe.source())
            answer = json.loads(await page.evaluate(axe.runner(), [list(axe.TAGS), axe.NODES_A_RULE, None]))
            violations[url] = sum(rule["count"] for rule in answer["violations"])
    return made


async def _measure(loads: deque[tuple[str, str]], parallel: int) -> dict[str, object]:
    violations: dict[str, int] = {}
    began = time.monotonic()  # the browser's start counts on both sides
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium.executable_path),
            args=[f"--host-resolver-rules=MAP *.{SUFFIX} 127.0.0.1", "--disable-dev-shm-usage"],
        )
        made = await asyncio.gather(*(_worker(browser, loads, violations) for _ in range(parallel)))
        seconds = time.monotonic() - began
        await browser.close()
    return {"loads": sum(made), "seconds": seconds, "violations": violations}


def main() -> None:
    """Make the loads of a JSON file, `[[address, way], …]`, in so many tabs; prints loads, seconds and
    violations.
    """
    loads = deque((str(url), str(way)) for url, way in json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    print(json.dumps(asyncio.run(_measure(loads, int(sys.argv[2])))))


if __name__ == "__main__":
    main()
