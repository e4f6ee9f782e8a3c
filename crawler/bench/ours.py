"""Our side of a measurement: the visits of one campaign's round, made by the same machinery as any other
campaign.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from crawler.campaign.file import Campaign
from crawler.campaign.rounds import open_round, open_store
from crawler.campaign.stages import kinds, visit
from probes.axe.result import AxeSeen
from probes.outcome import Outcome


class Visit(msgspec.Struct, frozen=True):
    """One visit of the round as the measurement needs it."""

    url: str
    way: str
    method: str
    outcome: str


class Stage(msgspec.Struct, frozen=True):
    """Seconds of one stage over all visits; stages of different visits run side by side."""

    seconds: float
    count: int


class Result(msgspec.Struct, frozen=True):
    """What our side did: seconds of the visits, every visit, the time book, and axe-core's violations by address.

    `stages` are whole steps of a visit, `probes` the looks of single probes inside them.
    """

    seconds: float
    visits: tuple[Visit, ...]
    stages: dict[str, Stage]
    probes: dict[str, Stage]
    violations: dict[str, int]


@dataclass(frozen=True)
class Plan:
    """What a measuring campaign sets; everything else stays as any campaign has it."""

    homes: tuple[str, ...]
    pages: int
    browser_pages: int
    views: tuple[str, ...]
    tabs: int = 2
    random_share: float = 0.0


def write_campaign(path: Path, plan: Plan) -> None:
    """Write the campaign file of a measurement; every home page becomes a city of its own."""
    hosts = sorted({home.split("/")[2].partition(":")[0] for home in plan.homes})
    lines = [
        'title = "measurement"',
        f"views = {json.dumps(list(plan.views))}",
        f"tabs = {plan.tabs}",
        f"random_share = {plan.random_share}",
        'allow = ["127.0.0.0/8"]',
        "[budget]",
        f"pages = {plan.pages}",
        f"browser_pages = {plan.browser_pages}",
        "links = 0",
        "[politeness]",
        "delay_s = 0",
        "retries = 0",
        "[hosts]",
        *(f'"{host}" = "127.0.0.1"' for host in hosts),
    ]
    for number, home in enumerate(plan.homes):
        lines += ["[[city]]", f'id = "c{number:02d}"', f'name = "第{number + 1}市"', f'portals = ["{home}"]']
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def run(folder: Path, plan: Plan) -> Result:
    """Make the visits of such a campaign in a process of its own, in a new folder. Raises RuntimeError when
    it fails.
    """
    folder.mkdir(parents=True)
    campaign = folder / "measurement.toml"
    write_campaign(campaign, plan)
    command = [sys.executable, "-m", "crawler.bench.ours", str(campaign)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise RuntimeError(f"our own visits failed:\n{answer.stderr[-3000:]}")
    return msgspec.json.decode(answer.stdout.splitlines()[-1], type=Result)


def loads(visits: Iterable[Visit]) -> list[tuple[str, str]]:
    """The browser loads among the visits that brought a page, in the order planned."""
    return [
        (each.url, each.way)
        for each in visits
        if each.way in ("desktop", "phone") and each.outcome == Outcome.PASSED.value
    ]


def main() -> None:
    """Visit as the campaign file on the command line says; prints the result as JSON."""
    campaign = Campaign(Path(sys.argv[1]))
    store = open_store(campaign)
    round_ = open_round(campaign, store)
    began = time.monotonic()
    expedition = visit(campaign, store, round_)
    seconds = time.monotonic() - began
    visits: dict[int, Visit] = {}
    spent: dict[str, list[int]] = defaultdict(list)
    for city in campaign.cities:
        for page in store.pages(round_.id, kinds(), city.id):
            visits[page.id] = Visit(page.url, page.way, page.method, page.outcome.value)
            for observation in page.observations.values():
                spent[observation.probe].append(observation.elapsed_ms)
    violations = {
        url: sum(rule.count for rule in msgspec.json.decode(text, type=AxeSeen).violations)
        for url, text in store.observation_texts(round_.id, "axe")
    }
    stages = {name: Stage(stage.seconds, stage.count) for name, stage in expedition.progress.stages.items()}
    probes = {name: Stage(sum(times) / 1000, len(times)) for name, times in spent.items() if any(times)}
    made = tuple(visits[number] for number in sorted(visits))
    result = Result(seconds, made, stages, probes, violations)
    print(msgspec.json.encode(result).decode())


if __name__ == "__main__":
    main()
