"""The yearly work table of a government website: the figures it declares about the site's own work."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from probes.labels import labels, says
from probes.lexicon import fold
from probes.parsed import ParsedDocument
from probes.registry import document_probe

FIGURES = (
    "items",
    "received",
    "closed",
    "mean_days",
    "answered",
    "services",
    "online_services",
    "wechat",
    "weibo",
    "app",
)
"""The figures that are read, by the names of `[label.site_table]` in the words files."""

_UNIT = re.compile(r"[(\[][^)\]]{0,10}[)\]]")
_VALUE = re.compile(r"[:为共计约]*(\d+(?:\.\d+)?)(万)?")
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_LEAST_FIGURES = 3


@dataclass(frozen=True)
class SiteTableSeen:
    """The year the table is of (None when the page does not say), and its figures by name; days may be fractions."""

    year: int | None
    figures: dict[str, float]


@document_probe("site_table", version=1)
def look(document: ParsedDocument) -> SiteTableSeen | None:
    """The figures on this page; None unless it names the table and three of its figures or more.

    In cells or in sentences: a figure stands directly behind its name, units in brackets between them left aside.
    """
    words = labels(document.language)
    whole = fold(document.text)
    at = min((place for name in words["report"]["table"] if (place := whole.find(name)) >= 0), default=-1)
    if at < 0 and not says(document.seen.title, words["report"]["table"]):
        return None
    names = {word.replace(" ", ""): name for name, known in words["site_table"].items() for word in known}
    squeezed = _squeezed(whole)
    figures: dict[str, float] = {}
    for found in _pattern(tuple(sorted(names, key=lambda word: (-len(word), word)))).finditer(squeezed):
        number = _number(squeezed, found.end())
        if number is not None:
            figures.setdefault(names[found[0]], number)
    figures = {name: figures[name] for name in FIGURES if name in figures}
    if len(figures) < _LEAST_FIGURES:
        return None
    said = _YEAR.findall(document.seen.title) or _YEAR.findall(whole[: at + 40])
    return SiteTableSeen(int(said[-1]) if said else None, figures)


def _squeezed(folded: str) -> str:
    """The text without blanks, commas in numbers and units in brackets; a bar keeps neighbouring numbers apart."""
    apart = re.sub(r"(?<=\d)\s+(?=\d)", "|", folded)
    return re.sub(r"\s+|(?<=\d),(?=\d{3})", "", _UNIT.sub("", re.sub(r"[\[(]\s*单位[^)\]]*[)\]]", "", apart)))


@cache
def _pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the names; the longest come first, since one name stands inside another."""
    return re.compile("|".join(map(re.escape, names)))


def _number(text: str, at: int) -> float | None:
    found = _VALUE.match(text, at)
    return float(found[1]) * (10_000 if found[2] else 1) if found is not None else None
