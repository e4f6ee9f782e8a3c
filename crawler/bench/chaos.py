"""What is left of a campaign that is killed again and again: the sample country, SIGKILL at random moments, resumed
each time, beside a run that nobody disturbed.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psutil

from audits.finding import Finding
from crawler.campaign.file import Campaign
from crawler.campaign.rounds import find_round, open_store
from crawler.demo import prepare
from crawler.sample.server import LogLine, SampleCountry
from crawler.store import Visit
from probes.page import Way

WAYS = {"plain": Way.PLAIN, "desktop": Way.DESKTOP, "phone": Way.PHONE}
Asked = tuple[str, str, str]
"""Address, method and kind of agent of a request."""

LEAVING_S = 20.0  # in which the helpers of a killed process must be gone


@dataclass(frozen=True)
class Kill:
    """One kill: seconds after the start, requests that had come by then, visits in flight, helpers that stayed."""

    after_s: float
    requests: int
    in_flight: tuple[Visit, ...]
    left_over: int


@dataclass(frozen=True)
class Outcome:
    """What a whole campaign came to: its findings, the visits by outcome, and every request at the server."""

    seconds: float
    findings: tuple[Finding, ...]
    visits: tuple[tuple[str, str, str], ...]
    observations: int
    requests: Counter[Asked]


def measure(*, kills: int, seed: int, database: str | None) -> bool:
    """Print the table of kills and the comparison; whether nothing was lost and nothing asked without need."""
    chance = random.Random(seed)
    with SampleCountry() as country, tempfile.TemporaryDirectory() as scratch:
        calm = _calm(country, Path(scratch) / "calm")
        print(f"undisturbed: {_told(calm)}", flush=True)
        print(f"\n{kills} kills (seed {seed}):\n  kill   after  requests  in flight  helpers left", flush=True)
        made: list[Kill] = []
        campaign = prepare(country, Path(scratch) / "chaos")
        before = len(country.log)
        start = time.monotonic()
        # Spread over a whole round: with that many starts, each gets its share of the time and a start-up besides.
        share_s = calm.seconds / kills
        while len(made) < kills:
            kill = _killed(campaign, country, chance.uniform(0.5, 2.5) + share_s, database)
            if kill is None:
                break
            made.append(kill)
            in_flight = ", ".join(sorted({each.way for each in kill.in_flight})) or "-"
            print(
                f"  {len(made):4}  {kill.after_s:4.1f} s  {kill.requests:8}  {len(kill.in_flight):4} {in_flight:12}"
                f"  {kill.left_over:4}",
                flush=True,
            )
        _finish(campaign, database)
        storm = _outcome(campaign, country.log[before:], time.monotonic() - start, database)
    print(f"\nafter {len(made)} kills: {_told(storm)}")
    return _compare(calm, storm, made)


def _calm(country: SampleCountry, folder: Path) -> Outcome:
    campaign = prepare(country, folder)
    before, start = len(country.log), time.monotonic()
    _finish(campaign, None)
    return _outcome(campaign, country.log[before:], time.monotonic() - start, None)


def _command(campaign: Campaign, database: str | None) -> list[str]:
    words = [sys.executable, "-m", "crawler.cli", "run", str(campaign.path), "--out", str(campaign.out)]
    return words if database is None else [*words, "--db", database]


def _finish(campaign: Campaign, database: str | None) -> None:
    """Run the campaign to its end. Raises RuntimeError when it fails (the walled city makes exit code 3 right)."""
    answer = subprocess.run(_command(campaign, database), capture_output=True, text=True, check=False)
    if answer.returncode not in (0, 3):
        raise RuntimeError(f"the run ended with {answer.returncode}:\n{answer.stderr[-3000:]}")


def _killed(campaign: Campaign, country: SampleCountry, after_s: float, database: str | None) -> Kill | None:
    """Start the campaign and kill it after some seconds; None when it came to its end before."""
    process = subprocess.Popen(
        _command(campaign, database), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        process.wait(after_s)
        return None
    except subprocess.TimeoutExpired:
        pass
    helpers = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    requests = len(country.log)
    _gone, alive = psutil.wait_procs(helpers, timeout=LEAVING_S)
    for helper in alive:
        helper.kill()
    return Kill(after_s, requests, _in_flight(campaign, database), len(alive))


def _in_flight(campaign: Campaign, database: str | None) -> tuple[Visit, ...]:
    with closing(open_store(campaign, database)) as store:
        rounds = store.rounds()
        return tuple(each for each in store.frontier(rounds[-1].id) if each.state == "in_flight") if rounds else ()


def _outcome(campaign: Campaign, log: Iterable[LogLine], seconds: float, database: str | None) -> Outcome:
    with closing(open_store(campaign, database)) as store:
        round_ = find_round(store)
        visits = [(each.url, each.way, each.post) for each in store.frontier(round_.id)]
        observations = sum(1 for probe in _probes(campaign) for _ in store.observation_texts(round_.id, probe))
        findings = store.findings(round_.id)
    asked = Counter((f"{line.scheme}://{line.host}{line.path}", line.method, _agent(line.user_agent)) for line in log)
    return Outcome(seconds, findings, tuple(sorted(visits)), observations, asked)


def _probes(campaign: Campaign) -> tuple[str, ...]:
    from crawler.campaign.stages import kinds

    return tuple(kinds())


def _agent(text: str) -> str:
    if "Mobile" in text:
        return "phone"
    return "desktop" if text.startswith("Mozilla") else "plain"


def _told(outcome: Outcome) -> str:
    return (
        f"{outcome.seconds:.0f} s, {len(outcome.visits)} visits, {outcome.observations} observations with content, "
        f"{len(outcome.findings)} findings, {outcome.requests.total()} requests at the server"
    )


def _compare(calm: Outcome, storm: Outcome, made: list[Kill]) -> bool:
    """Print every difference; only requests of visits that were in flight at a kill may have come twice."""
    allowed: Counter[tuple[str, str]] = Counter()
    for kill in made:
        for visit in kill.in_flight:
            allowed[visit.url, "plain" if visit.way == Way.RECHECK.value else visit.way] += 1
    navigations = {url for url, way, _post in calm.visits if way in ("desktop", "phone")}
    extra = {
        key: count - calm.requests[key]
        for key, count in storm.requests.items()
        if count > calm.requests[key] and (key[2] == "plain" or key[0] in navigations)
    }
    needless = {key: more for key, more in extra.items() if more > allowed[key[0], key[2]]}
    missing = calm.requests - storm.requests
    missing = Counter({key: count for key, count in missing.items() if key[2] == "plain"})
    rows: list[tuple[str, Sequence[object]]] = [
        ("findings that differ", _differing(calm.findings, storm.findings)),
        ("visits that differ", sorted(set(calm.visits) ^ set(storm.visits))),
        ("observations lost or doubled", [] if calm.observations == storm.observations else [storm.observations]),
        ("requests beyond those in flight at a kill", sorted(needless)),
        ("requests of the calm run that never came", sorted(missing)),
        ("helpers that outlived their killed parent", [kill.left_over for kill in made if kill.left_over]),
    ]
    print(f"repeated requests: {sum(extra.values())} of {storm.requests.total()}; in flight at the kills: "
          f"{sum(len(kill.in_flight) for kill in made)}")  # fmt: skip
    for name, found in rows:
        print(f"{name:44} {len(found)}")
        for each in found[:10]:
            print(f"    {each}")
    return not any(found for _, found in rows)


def _differing(calm: tuple[Finding, ...], storm: tuple[Finding, ...]) -> list[str]:
    def key(finding: Finding) -> tuple[object, ...]:
        return (finding.outcome, finding.band, finding.cause, finding.value, finding.reason)

    mine = {(each.city, each.feature): key(each) for each in calm}
    other = {(each.city, each.feature): key(each) for each in storm}
    return [f"{each}: {mine.get(each)} / {other.get(each)}" for each in sorted(mine.keys() | other.keys())
            if mine.get(each) != other.get(each)]  # fmt: skip
