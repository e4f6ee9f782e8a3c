"""The printing of measurements: two sides in turn, their rates, the ratio, and where the time goes."""

from __future__ import annotations

import os
from collections.abc import Callable

from crawler.bench.ours import Result, Stage

Side = Callable[[], tuple[int, float]]


def alternate(unit: str, sides: dict[str, Side], *, turns: int, goal: float, per_s: int = 1) -> None:
    """Run two sides in turn, `turns` times each, and print every turn and the ratio of CivicProbe to the
    other.

    A side returns (count, seconds). Rates are given per `per_s` seconds: 1 or 60. The ratio is that of the
    sums, so that one slow turn does not decide.
    """
    cores, load = os.cpu_count() or 1, os.getloadavg()[0]
    busy = "; other work on this machine distorts what follows" if load > cores / 2 else ""
    print(f"{cores} cores, load {load:.1f} before the start{busy}", flush=True)
    rate_unit = f"{unit}/min" if per_s == 60 else f"{unit}/s"
    counts = dict.fromkeys(sides, 0)
    times = dict.fromkeys(sides, 0.0)
    for turn in range(1, turns + 1):
        for name, side in sides.items():
            count, seconds = side()
            counts[name] += count
            times[name] += seconds
            rate = count / seconds * per_s
            print(
                f"turn {turn}  {name:16} {count:6} {unit} in {seconds:6.1f} s  {rate:7.1f} {rate_unit}",
                flush=True,
            )
    rates = {name: counts[name] / times[name] * per_s for name in sides}
    [other] = (name for name in sides if name != "CivicProbe")
    ratio = rates["CivicProbe"] / rates[other]
    print(
        f"\nCivicProbe {rates['CivicProbe']:.1f} {rate_unit}, {other} {rates[other]:.1f} {rate_unit}: "
        f"ratio {ratio:.2f} (goal {goal}: {'reached' if ratio >= goal else 'missed'})"
    )


def tell_stages(result: Result, count: int) -> None:
    """Print the time book of our last turn: whole stages, then what single probes took inside them."""
    print(f"\nwhere CivicProbe's {result.seconds:.1f} s go (last turn; visits overlap, so sums exceed it):")
    _row("wall clock", Stage(result.seconds, count))
    for name, stage in sorted(result.stages.items(), key=lambda item: -item[1].seconds):
        _row(name, stage)
    for name, stage in sorted(result.probes.items(), key=lambda item: -item[1].seconds)[:8]:
        _row(f"  {name}", stage)


def _row(name: str, stage: Stage) -> None:
    each_ms = stage.seconds / max(1, stage.count) * 1000
    print(f"  {name:14} {stage.seconds:8.1f} s {stage.count:6} times {each_ms:9.1f} ms each")
