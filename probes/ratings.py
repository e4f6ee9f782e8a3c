"""Ratings of public services: whether a page shows how users rated them, not only a form to rate with."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from lxml.html import HtmlElement

from probes.labels import bare_label, labels, segments
from probes.lexicon import fold
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_FIGURE = r"(\d[\d,]*(?:\.\d+)?)"
_SHARE = re.compile(rf"^[^\d,;。]{{0,8}}?{_FIGURE}\s*%")
_NUMBER = re.compile(rf"^\s*[::(]?\s*{_FIGURE}\s*(?![\d.])(?!分|颗|星|个?等级|年|-)")
_ALONE = re.compile(rf"^{_FIGURE}\s*(%|件|次|条|人次|人|个|笔)?$")
_MIN_GRADES = 3
_KEPT = 6


@dataclass(frozen=True)
class RatingsSeen:
    """The figures seen, in the page's own words (a few of them), and how many there are in all."""

    figures: tuple[str, ...]
    total: int


@document_probe("ratings", version=1)
def look(document: ParsedDocument) -> RatingsSeen | None:
    """Published results of service ratings on this page; None when there are none.

    A rate with its percentage is a result, and so are figures for three grades or more. The scale itself
    ("very satisfied: 5"), a target ("not below 90 %") and counters that all stand at zero are none.
    """
    words = labels(document.language)["ratings"]
    whole = fold(document.text)
    if not any(word in whole for word in words["rate"] | words["grade"]):
        return None  # most pages: spared the closer look
    rates: dict[str, float] = {}
    grades: dict[str, dict[str, float]] = {}
    pieces = segments(document, foot=False)
    for number, piece in enumerate(pieces):
        folded = fold(piece)
        if any(word in folded for word in words["target"]):
            continue
        following = pieces[number + 1] if number + 1 < len(pieces) else ""
        before = pieces[number - 1] if number else ""
        for name, figure in _shares(folded, words["rate"]):
            rates[f"{name} {figure}%"] = _value(figure)
        for name, figure in _counts(folded, words["grade"]):
            grades.setdefault(name, {})[f"{name} {figure}"] = _value(figure)
        bare = bare_label(piece)
        beside = _ALONE.match(fold(following)) or _ALONE.match(fold(before))
        if beside and bare in words["grade"]:
            grades.setdefault(bare, {})[f"{bare} {beside[0]}"] = _value(beside[1])
        if beside and bare in words["rate"] and beside[2] == "%":
            rates[f"{bare} {beside[0]}"] = _value(beside[1])
    for table in document.tree.iter("table"):
        if not document.is_hidden(table):
            for name, figure in _columns(table, words["rate"] | words["grade"]):
                kept = rates if name in words["rate"] else grades.setdefault(name, {})
                kept[f"{name} {figure}"] = _value(figure)
    found = dict(rates)
    if len(grades) >= _MIN_GRADES and not _is_scale(grades):
        firsts = (next(iter(told.items())) for told in grades.values())
        found |= dict(firsts)  # one figure a grade before further ones
        for told in grades.values():
            found |= told
    if not any(found.values()):
        return None
    return RatingsSeen(tuple(found)[:_KEPT], len(found))


def _shares(folded: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each rate that its percentage follows within a few characters."""
    for found in re.finditer(_one_of(names), folded):
        share = _SHARE.match(folded[found.end() :])
        if share is not None:
            yield found[0], share[1]


def _counts(folded: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each grade that a number follows at once, unless the number is the points that the grade is worth."""
    for found in re.finditer(_one_of(names), folded):
        number = _NUMBER.match(folded[found.end() :])
        if number is not None:
            yield found[0], number[1]


def _columns(table: HtmlElement, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The numbers of a table below each heading that names a rate or a grade."""
    headings: dict[int, str] = {}
    for row in table.iter("tr"):
        cells = ["".join(cell.itertext()).strip() for cell in row if cell.tag in ("th", "td")]
        named = {place: bare_label(cell) for place, cell in enumerate(cells) if bare_label(cell) in names}
        if len(named) > 1 or (named and not headings):
            headings = named
            continue
        for place, name in headings.items():
            figure = _ALONE.match(fold(cells[place])) if place < len(cells) else None
            if figure is not None:
                yield name, figure[0]


@cache
def _one_of(names: frozenset[str]) -> str:
    """A pattern for any of the names, the longest first: one grade's name stands inside another's."""
    return "|".join(map(re.escape, sorted(names, key=lambda name: (-len(name), name))))


def _is_scale(grades: dict[str, dict[str, float]]) -> bool:
    """Whether each grade has one of the numbers 1 to 5 for its own: what it is worth, not how often it was given."""
    values = [value for told in grades.values() for value in told.values()]
    return len(set(values)) == len(values) and set(values) <= {1.0, 2.0, 3.0, 4.0, 5.0}


def _value(figure: str) -> float:
    return float(re.sub(r"[^\d.]", "", figure) or 0)
