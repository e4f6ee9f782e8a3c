"""How well the reading agrees with what careful readers labelled: precision and recall of each id, kinds, misses."""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from crawler.inspection import InspectedPage, inspect_file, inspect_page
from crawler.sample.labelled import sample_reader, shipped_labels
from probes.lexicon import lexicon_for
from probes.presence_ids import PRESENCE_IDS

ENOUGH = 5  # positives an id needs to count in the mean
Read = Callable[[str], InspectedPage]


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
            proof = str(label["present"][id_])[:100]
            into.misses.append(f"missed   {id_}  {page}: {proof} ({_why_missed(id_, proof, seen.lang)})")
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


def _why_missed(id_: str, proof: str, language: str) -> str:
    """Whether the words a reader gave as proof are unknown, or known and not counted where they stand."""
    words = proof.split("→")[0].strip()
    known = any(match.id == id_ for match in lexicon_for(language).match(words))
    return "its words are known, but do not count where they stand" if known else "no word of it is known"


def _bare(value: str) -> str:
    return "".join(value.split()).lower()


def agreement(labels: Sequence[dict[str, Any]], read: Read) -> Agreement:
    """Agreement on labelled pages, each read by its name. Raises OSError for a page that is not there."""
    found = Agreement()
    for label in labels:
        compare(label, read(label["page"]), found)
    return found


def of_the_sample() -> Agreement:
    """Agreement on the labels that ship: pages of the sample country."""
    fetch = sample_reader()
    return agreement(shipped_labels(), lambda name: inspect_page(fetch(name), name))


def figures_toml() -> str:
    """The figures of the shipped labels as the file `audits/validity.toml` keeps them; equal readings, equal bytes."""
    found = of_the_sample()
    lines = [
        "# How often the reading agrees with the labels that ship with CivicProbe (crawler/sample/labels.jsonl).",
        "# Written by script/docs from what the program reads; a test fails when it is stale.",
        f"pages = {found.pages}",
        f"kinds_right = {found.kinds_right}",
        *_rates(found.total()),
        f"macro_f1 = {found.macro_f1():.3f}",
    ]
    for id_ in PRESENCE_IDS:
        count = found.ids.get(id_, Count())
        if count.f1 is not None:
            lines += ["", f'[detector."{id_}"]', *_rates(count)]
    return "\n".join(lines) + "\n"


def _rates(count: Count) -> list[str]:
    rates = (("precision", count.precision), ("recall", count.recall), ("f1", count.f1))
    told = [f"{name} = {value:.3f}" for name, value in rates if value is not None]
    return [f"positives = {count.positives}", *told]


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def _table(parts: dict[str, Agreement]) -> Table:
    table = Table(title="Presence ids: agreement with labelled pages")
    table.add_column("id")
    for title in parts:
        for name in ("n", "prec", "rec", "F1"):
            table.add_column(f"{title} {name}".strip() if name == "n" else name, justify="right")
    for id_ in sorted(PRESENCE_IDS):
        cells: list[str] = []
        for part in parts.values():
            count = part.ids.get(id_, Count())
            cells += [str(count.positives), _percent(count.precision), _percent(count.recall), _percent(count.f1)]
        table.add_row(id_, *cells)
    return table


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="script/bench validity", description=__doc__)
    parser.add_argument(
        "labels", nargs="?", type=Path, help="labels, one JSON object a line; without: those of the sample country"
    )
    parser.add_argument("--root", type=Path, help="folder that the labelled paths start from (that above the labels)")
    parser.add_argument(
        "--split", action="store_true", help="show apart the third that is kept aside while rules are written"
    )
    parser.add_argument(
        "--misses", action=argparse.BooleanOptionalAction, default=True, help="every disagreement with page and reason"
    )
    parser.add_argument("--figures", action="store_true", help="print the figures of the shipped labels as TOML")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Print the agreement and every disagreement; 0 when done, 2 for a wrong call."""
    parser = _arguments()
    chosen = parser.parse_args(argv)
    if chosen.figures:
        print(figures_toml(), end="")
        return 0
    if chosen.labels is None:
        what = "the sample country that ships with CivicProbe"
        fetch = sample_reader()
        labels = shipped_labels()

        def read(name: str) -> InspectedPage:
            return inspect_page(fetch(name), name)
    else:
        if not chosen.labels.is_file():
            parser.error(f"{chosen.labels}: no such file")
        what = str(chosen.labels)
        root = chosen.root or chosen.labels.resolve().parents[1]
        labels = [json.loads(line) for line in chosen.labels.read_text(encoding="utf-8").splitlines() if line.strip()]

        def read(name: str) -> InspectedPage:
            return inspect_file(root / name)

    groups = {"": labels}
    if chosen.split:
        groups = {
            "worked on": [label for label in labels if not held_out(label["page"])],
            "kept aside": [label for label in labels if held_out(label["page"])],
        }
    parts = {name: agreement(group, read) for name, group in groups.items()}
    _tell(parts, what, misses=chosen.misses)
    return 0


def _tell(parts: dict[str, Agreement], what: str, *, misses: bool) -> None:
    console = Console(width=150)
    console.print(_table(parts))
    console.print(f"labels: {what}" + ("; a third of the pages kept aside" if len(parts) > 1 else ""), soft_wrap=True)
    for name, part in parts.items():
        total = part.total()
        console.print(
            f"{name or 'all'}: {part.pages} pages, {total.positives} positives, precision {_percent(total.precision)}, "
            f"recall {_percent(total.recall)}, F1 {_percent(total.f1)}, macro-F1 {part.macro_f1():.3f} (ids with at "
            f"least {ENOUGH} positives), kinds right {part.kinds_right}/{part.pages}, values right "
            f"{part.values_right}/{part.values}",
            soft_wrap=True,
        )
    for name, part in parts.items() if misses else ():
        for miss in sorted(part.misses):
            console.print(f"{name} {miss}".strip(), markup=False, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    raise SystemExit(main())
