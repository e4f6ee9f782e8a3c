"""How many browser loads a minute with all undisturbing probes, beside a bare Playwright loop of the same
loads.
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

GOAL = 0.7


def measure(*, hosts: int, tabs: int, turns: int) -> None:
    """Print loads a minute of both sides in turn, the ratio of the sums, and where our time goes.

    Our sampling chooses the pages; the bare loop makes exactly the loads that it made (desktop with axe-core,
    phone without), in tabs that are used again, as many at a time. Raises RuntimeError when counts or
    axe-core's findings differ, for then the sides did not do the same work.
    """
    print(f"{hosts} portals, {tabs} tabs, on loopback; {turns} turns, sides alternating")
    with serving("portals", str(hosts)) as port, tempfile.TemporaryDirectory() as scratch:
        homes = tuple(f"http://b{number:02d}.bench.test:{port}/" for number in range(hosts))
        plan = ours.Plan(homes, pages=12, browser_pages=100, views=("desktop", "phone"), tabs=tabs)
        results: list[ours.Result] = []

        def civicprobe() -> tuple[int, float]:
            result = ours.run(Path(scratch) / f"turn{len(results)}", plan)
            results.append(result)
            return len(ours.loads(result.visits)), result.seconds

        def bare() -> tuple[int, float]:
            return _bare(Path(scratch) / "loads.json", results[-1], tabs)

        alternate("loads", {"CivicProbe": civicprobe, "bare Playwright": bare}, turns=turns, goal=GOAL, per_s=60)
        made = ours.loads(results[-1].visits)
        phones = sum(way == "phone" for _, way in made)
        plain = sum(visit.way == "plain" for visit in results[-1].visits)
        print(
            f"loads a turn: {len(made) - phones} desktop with axe-core (same findings on both sides), "
            f"{phones} phone; CivicProbe also made {plain} plain requests a turn (robots.txt, sampling), "
            "inside its time"
        )
        tell_stages(results[-1], len(made))


def _bare(file: Path, result: ours.Result, tabs: int) -> tuple[int, float]:
    wanted = ours.loads(result.visits)
    file.write_text(json.dumps(wanted), encoding="utf-8")
    command = [sys.executable, "-m", "crawler.bench.bare_browser", str(file), str(tabs)]
    answer = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(answer.stdout)
    if found["loads"] != len(wanted):
        raise RuntimeError(f"void: the bare loop made {found['loads']} of {len(wanted)} loads")
    unlike = [url for url, count in found["violations"].items() if result.violations.get(url) != count]
    if unlike:
        raise RuntimeError(f"void: axe-core found different problems on {len(unlike)} pages, first {unlike[0]}")
    return found["loads"], found["seconds"]
