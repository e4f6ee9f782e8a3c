"""How many plain pages a second, beside a bare Scrapy spider that follows the same links and stores
nothing.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from crawler.bench import ours
from crawler.bench.server import serving
from crawler.bench.telling import alternate, tell_stages

GOAL = 0.6


def measure(*, hosts: int, pages: int, links: int, turns: int) -> None:
    """Print pages a second of both sides in turn, the ratio of the sums, and where our time goes.

    Both sides must bring every page of the sites exactly once, else the measurement is void: RuntimeError.
    """
    wanted = hosts * pages
    print(f"{hosts} sites of {pages} pages, {links} links a page, on loopback; {turns} turns, sides alternating")
    with (
        serving("graph", str(hosts), str(pages), str(links)) as port,
        tempfile.TemporaryDirectory() as scratch,
    ):
        homes = tuple(f"http://p{number:02d}.bench.test:{port}/" for number in range(hosts))
        plan = ours.Plan(homes, pages=100_000, browser_pages=0, views=(), random_share=1.0)
        results: list[ours.Result] = []

        def bare() -> tuple[int, float]:
            return _bare(homes, wanted)

        def civicprobe() -> tuple[int, float]:
            result = ours.run(Path(scratch) / f"turn{len(results)}", plan)
            results.append(result)
            return _checked(result, wanted), result.seconds

        alternate("pages", {"bare Scrapy": bare, "CivicProbe": civicprobe}, turns=turns, goal=GOAL)
        others = len(results[-1].visits) - wanted
        print(f"CivicProbe also asked {others} other addresses a turn (robots.txt), not counted as pages")
        tell_stages(results[-1], wanted)


def _bare(homes: tuple[str, ...], wanted: int) -> tuple[int, float]:
    command = [sys.executable, "-m", "crawler.bench.bare_crawl", *homes]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    if found["pages"] != wanted:
        raise RuntimeError(f"void: the bare spider brought {found['pages']} of {wanted} pages")
    return found["pages"], found["seconds"]


def _checked(result: ours.Result, wanted: int) -> int:
    brought = {
        visit.url
        for visit in result.visits
        if (visit.way, visit.method, visit.outcome) == ("plain", "GET", "passed")
        and not visit.url.endswith("/robots.txt")
    }
    if len(brought) != wanted:
        raise RuntimeError(f"void: CivicProbe brought {len(brought)} of {wanted} pages")
    return len(brought)
