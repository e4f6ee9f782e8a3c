"""How well the reading agrees with what careful readers labelled: precision and recall of each id, kinds, misses."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from crawler.inspection import InspectedPage, inspect_file
from probes.presence_ids import PRESENCE_IDS

ENOUGH = 5  # positives an id needs to count in the mean
DEFAULT_LABELS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus" / "labels" / "pages.jsonl"


@dataclass
class Count:
    """Agreement on one id: labelled and found, found only, labelled only."""

    hit: int = 0
    false: int = 0
    missed: int = 0

    @property
    def positives(self) -> int:
        """Pages on which readers found it."""
        return self.hit + self.missed

    @property
    def precision(self) -> float | None:
        """Share of our findings that readers share; None without findings."""
        return self.hit / (self.hit + self.false) if self.hit + self.false else None

    @property
    def recall(self) -> float | None:
        """Share of the readers' findings that are ours; None without positives."""
        return self.hit / self.positives if self.positives else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of both; None when there is nothing to find and nothing was found."""
        whole = 2 * self.hit + self.false + self.missed
        return 2 * self.hit / whole if whole else None


@dataclass
class Agreement:
    """Agreement over a set of pages."""

    pages: int = 0
    kinds_right: int = 0
    values_right: int = 0
    values: int = 0
    ids: dict[str, Count] = field(default_factory=dict)
    kinds: Counter[tuple[str, str]] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def total(self) -> Count:
        """All ids taken together."""
        counts = self.ids.values()
        return Count(sum(c.hit for c in counts), sum(c.false for c in counts), sum(c.missed for c in counts))

    def macro_f1(self) -> float:
        """Mean F1 of the ids with enough positives; 0 when there is none."""
        scores = [count.f1 or 0.0 for count in self.ids.values() if count.positives >= ENOUGH]
        return sum(scores) / len(scores) if scores else 0.0


def held_out(page: str) -> bool:
    """Whether a page belongs to the third kept aside while words and rules were written."""
    return int(hashlib.sha256(page.encode()).hexdigest(), 16) % 3 == 0


def compare(label: dict[str, Any], inspected: InspectedPage, into: Agreement) -> None:
    """Count one labelled page; ids that readers were unsure of count for nobody."""
    seen, page = inspected.seen, str(label["page"])
    unsure = set(label.get("unsure", ()))
    into.pages += 1
    into.kinds[label["kind"], seen.kind] += 1
    into.kinds_right += label["kind"] == seen.kind
    if label["kind"] != seen.kind:
        into.misses.append(f"kind     {page}: {label['kind']}, read as {seen.kind} ({seen.kind_why})")
    for id_ in sorted(set(PRESENCE_IDS) - unsure):
        count = into.ids.setdefault(id_, Count())
        there, found = id_ in label["present"], id_ in seen.present
        count.hit += there and found
        if there and not found:
            count.missed += 1
            into.misses.append(f"missed   {id_}  {page}: {str(label['present'][id_])[:100]}")
        if found and not there:
            count.false += 1
            one = seen.present[id_][0]
            into.misses.append(f"false    {id_}  {page}: {one.text[:60]!r} → {one.href or '-'} ({one.where})")
    for id_, value in label.get("values", {}).items():
        into.values += 1
        own = seen.values.get(id_, "")
        into.values_right += _bare(own) == _bare(value)
        if _bare(own) != _bare(value):
            into.misses.append(f"value    {id_}  {page}: {value!r}, read {own!r}")


def _bare(value: str) -> str:
    return "".join(value.split()).lower()


def agreement(labels: Sequence[dict[str, Any]], root: Path) -> tuple[Agreement, Agreement]:
    """Agreement on the pages worked on, and on the third kept aside. Raises OSError for a page that is not there."""
    worked, aside = Agreement(), Agreement()
    for label in labels:
        inspected = inspect_file(root / label["page"])
        compare(label, inspected, aside if held_out(label["page"]) else worked)
    return worked, aside


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(worked: Agreement, aside: Agreement) -> Table:
    table = Table(title="Presence ids: agreement with labelled pages")
    table.add_column("id")
    for title in ("worked on", "kept aside"):
        for name in ("n", "prec", "rec", "F1"):
            table.add_column(f"{title} {name}" if name == "n" else name, justify="right")
    for id_ in sorted(PRESENCE_IDS):
        cells: list[str] = []
        for part in (worked, aside):
            count = part.ids.get(id_, Count())
            cells += [str(count.positives), _percent(count.precision), _percent(count.recall), _percent(count.f1)]
        table.add_row(id_, *cells)
    return table


def main(argv: Sequence[str] | None = None) -> int:
    """Print the agreement; 0 when done or when there are no labels to compare with, 2 for a wrong call."""
    parser = argparse.ArgumentParser(prog="script/bench validity", description=__doc__)
    parser.add_argument("labels", nargs="?", type=Path, help="labels, one JSON object a line")
    parser.add_argument("--root", type=Path, help="folder that the labelled paths start from")
    parser.add_argument("--misses", action="store_true", help="list every disagreement with its page")
    parser.add_argument("--part", choices=("worked", "aside", "both"), default="both", help="whose misses to list")
    chosen = parser.parse_args(argv)
    labels_file = chosen.labels or DEFAULT_LABELS
    console = Console(width=150)
    if not labels_file.is_file():
        if chosen.labels:
            parser.error(f"{labels_file}: no such file")
        console.print("validity: skipped, no labelled pages beside this repository (../shared/corpus/labels)")
        return 0
    root = chosen.root or labels_file.resolve().parents[1]
    labels = [json.loads(line) for line in labels_file.read_text(encoding="utf-8").splitlines() if line.strip()]
    worked, aside = agreement(labels, root)
    console.print(_table(worked, aside))
    for name, part in (("worked on", worked), ("kept aside", aside)):
        total = part.total()
        console.print(
            f"{name}: {part.pages} pages, precision {_percent(total.precision)}, recall {_percent(total.recall)}, "
            f"F1 {_percent(total.f1)}, macro-F1 {part.macro_f1():.3f} (ids with at least {ENOUGH} positives), "
            f"kinds right {part.kinds_right}/{part.pages}, values right {part.values_right}/{part.values}"
        )
    if chosen.misses:
        for name, part in (("worked", worked), ("aside", aside)):
            if chosen.part in (name, "both"):
                for miss in sorted(part.misses):
                    console.print(f"{name} {miss}", markup=False, highlight=False, soft_wrap=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
