"""Whether the memory of all our processes stays flat over thousands of browser visits of one round."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from statistics import linear_regression, mean

import psutil

from crawler.bench import ours
from crawler.bench.server import serving
from crawler.campaign.file import Campaign
from crawler.campaign.rounds import open_store
from crawler.visit.watchdog import tree_mb
from probes.page import BROWSER_WAYS

DIFFERENT = 6  # portals of different content; all others repeat them under names of their own
LOADS_A_PORTAL = 8
STEP = 100
GOAL_MB = 5.0  # a hundred visits, over the second half
_PAUSE_S = 1.0


def measure(*, visits: int, tabs: int) -> bool:
    """Print MB of the process tree (browser included) for every hundred browser visits, and the slope.

    Returns whether the slope over the second half is below the goal. Raises RuntimeError when the round fails.
    """
    hosts = -(-visits // LOADS_A_PORTAL)
    print(f"{hosts} portals, {tabs} tabs, about {visits} browser visits, on loopback")
    with serving("portals", str(hosts), str(DIFFERENT)) as port, tempfile.TemporaryDirectory() as scratch:
        homes = tuple(f"http://b{number:02d}.bench.test:{port}/" for number in range(hosts))
        file = Path(scratch) / "soak.toml"
        ours.write_campaign(file, ours.Plan(homes, pages=12, browser_pages=100, views=("desktop", "phone"), tabs=tabs))
        points = _watched(file)
    if len(points) < 4:
        raise RuntimeError(f"only {len(points)} points: ask for more visits")
    slope = _slope(points[len(points) // 2 :])
    reached = slope < GOAL_MB
    print(
        f"\nhighest {max(mb for _, mb in points):.0f} MB; over the second half {slope:+.1f} MB per {STEP} visits "
        f"(goal: below {GOAL_MB:g}: {'reached' if reached else 'missed'})"
    )
    return reached


def _watched(file: Path) -> list[tuple[int, float]]:
    """(visits, MB) at every step while the round is made in a process of its own."""
    command = [sys.executable, "-m", "crawler.bench.ours", str(file)]
    points: list[tuple[int, float]] = []
    with tempfile.TemporaryFile("w+") as told:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=told)
        try:
            tree, samples = psutil.Process(process.pid), []
            while process.poll() is None:
                time.sleep(_PAUSE_S)
                try:
                    samples.append(tree_mb(tree))
                except psutil.NoSuchProcess:
                    break
                made = _made(file)
                if made >= STEP * (len(points) + 1):
                    points.append((made, mean(samples)))
                    print(f"  {made:5} visits  {points[-1][1]:6.0f} MB", flush=True)
                    samples.clear()
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait()
        if process.returncode != 0:
            told.seek(0)
            raise RuntimeError(f"the round ended with {process.returncode}:\n{told.read()[-3000:]}")
    return points


def _made(file: Path) -> int:
    campaign = Campaign(file)
    with closing(open_store(campaign)) as store:
        rounds = store.rounds()
        return store.count_done(rounds[-1].id, BROWSER_WAYS) if rounds else 0


def _slope(points: Sequence[tuple[int, float]]) -> float:
    """MB per step of visits, by least squares."""
    return linear_regression([made for made, _ in points], [mb for _, mb in points]).slope * STEP
