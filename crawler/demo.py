"""The sample country from end to end, offline: serve it, run a whole round over it, and hold the findings to its
truth.
"""

from __future__ import annotations

import json
import webbrowser
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console

from audits.finding import Finding
from crawler.campaign import rounds, stages, telling
from crawler.campaign.file import Campaign
from crawler.campaign.watch import Watch
from crawler.sample.server import SampleCountry
from crawler.sample.truth import truth

TOLERANCE = 0.0005
IPV6 = "identity.ipv6"


@dataclass(frozen=True)
class Difference:
    """One place where a finding is not what the truth says."""

    city: str
    feature: str
    key: str
    expected: object
    found: object


def campaign_text(country: SampleCountry, evidence: Path) -> str:
    """The sample's campaign file with the addresses at which it is served now."""
    text = (files("crawler.sample") / "campaign.toml").read_text(encoding="utf-8")
    places = {name: [target, *filter(None, [country.ipv6.get(name)])] for name, target in country.hosts.items()}
    hosts = "\n".join(f'"{name}" = {json.dumps(targets)}' for name, targets in sorted(places.items()))
    head, city, rest = text.partition("[[city]]")
    return (
        f'ca_file = "{country.ca_file}"\nevidence = ["{evidence.as_posix()}"]\n{head}\n[hosts]\n{hosts}\n\n{city}{rest}'
    )


def prepare(country: SampleCountry, out: Path) -> Campaign:
    """Write the sample's campaign file and evidence into a folder, ready to run."""
    out.mkdir(parents=True, exist_ok=True)
    evidence = out / "evidence.csv"
    evidence.write_bytes((files("crawler.sample") / "evidence.csv").read_bytes())
    path = out / "sample.toml"
    path.write_text(campaign_text(country, Path("evidence.csv")), encoding="utf-8")
    return Campaign(path, out=out)


def run_demo(out: Path, screen: Console, *, open_report: bool = False) -> int:
    """Run the demo; returns 0 when every finding equals the truth, else 1."""
    with SampleCountry() as country:
        campaign = prepare(country, out)
        screen.print(
            f"The sample country: {len(campaign.cities)} made-up cities, served on this machine.", highlight=False
        )
        with rounds.at_work(campaign) as store:
            try:
                round_ = rounds.open_round(campaign, store)
            except rounds.NotDue:
                round_ = rounds.find_round(store)
                screen.print(f"Its round {round_.name} is finished already; telling it again.", highlight=False)
            if round_.state == "open":
                stages.visit(campaign, store, round_, watch=Watch(screen))
                round_ = rounds.find_round(store, round_.name)
            found = stages.judge_round(campaign, store, round_)
            page = telling.write_report(telling.dataset(campaign, store, round_), campaign.out)
            store.set_state(round_.id, "closed")
            missing = sorted(stages.unmeasured(store, round_))
    expected = truth()
    if not country.has_ipv6:
        for row in (rows[IPV6] for rows in expected.values() if rows[IPV6]["outcome"] in ("passed", "failed")):
            if row.get("value") != "none":  # who has such an address cannot be judged from a machine without
                row.update(outcome="cantTell", cause="no_route")
                row.pop("value", None)
    differences, compared = compare(found, expected)
    for each in differences:
        screen.print(
            f"differs: {each.city} {each.feature}: {each.key} should be {each.expected!r}, is {each.found!r}",
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    screen.print(f"{compared} findings compared with the truth, {len(differences)} differ.", highlight=False)
    screen.print(f"Not measured, and said so: {', '.join(missing) or 'none'}.", highlight=False)
    print(page)
    if open_report:
        webbrowser.open(page.absolute().as_uri())
    return 1 if differences else 0


def compare(found: tuple[Finding, ...], expected: dict[str, Any]) -> tuple[list[Difference], int]:
    """Where findings and truth differ, and how many were compared: every finding, and every row without one.

    Outcome must be equal; value and cause wherever the truth names them. A row without a finding differs by the key
    `finding`, a finding without a row by the key `truth`.
    """
    by_key = {(finding.city, finding.feature): finding for finding in found}
    differences = [
        Difference(city, feature, "truth", "a row", finding.outcome.value)
        for (city, feature), finding in by_key.items()
        if feature not in expected.get(city, {})
    ]
    compared = len(differences)
    for city, rows in expected.items():
        for feature, row in rows.items():
            compared += 1
            finding = by_key.get((city, feature))
            if finding is None:
                differences.append(Difference(city, feature, "finding", row.get("outcome"), None))
                continue
            if finding.outcome.value != row["outcome"]:
                differences.append(Difference(city, feature, "outcome", row["outcome"], _told(finding)))
                continue
            if "value" in row and not _equal(row["value"], finding.value):
                differences.append(Difference(city, feature, "value", row["value"], finding.value))
            if "cause" in row and (finding.cause.value if finding.cause else None) != row["cause"]:
                differences.append(Difference(city, feature, "cause", row["cause"], _told(finding)))
    return differences, compared


def _told(finding: Finding) -> str:
    cause = f" ({finding.cause})" if finding.cause else ""
    return f"{finding.outcome}{cause}: {finding.reason} {finding.value!r}"


def _equal(expected: object, found: object) -> bool:
    if isinstance(expected, bool) or isinstance(found, bool):
        return expected is found
    if isinstance(expected, int | float) and isinstance(found, int | float):
        return abs(expected - found) <= TOLERANCE
    return expected == found
