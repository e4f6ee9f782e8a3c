"""What a page tells of an office: where it is, when it is open, how to call it, and who heads it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from probes.labels import labelled, labels, segments
from probes.lexicon import fold
from probes.parsed import ParsedDocument
from probes.registry import document_probe

FACTS = ("address", "hours", "phone", "head")
"""The four facts of an office that the inspection of government websites looks for."""

_NUMBER = r"[\s:.,(+]*\d[\d\s()./-]{5,}"
_HOURS = re.compile(
    r"\d{1,2}(?:[:.点时]\d{2})?\s*(?:[ap]\.?m\.?)?\s*(?:to|until|alle|[-–—~至到])\s*"
    r"(?:下午|noon|\d{1,2}[:.点时]\d{2}|\d{1,2}\s*[ap]\.?m)"
)
_SHAPES = {
    "address": re.compile(r"\w{4}|\w+\W+\w+"),
    "hours": re.compile(r"\d{1,2}[:.点时]|\d\s*[ap]\.?m|周一|星期一|工作日|\bmonday|\bweekday|\blunedi"),
    "phone": re.compile(r"\d[\d\s()./-]{4,}|^\d{3,5}$"),
    "head": re.compile(r"[^\W\d]{2}"),
}

_CLAUSE = re.compile(r"[。;,、]|\.\s")
_LONGEST = {"address": 120, "hours": 200, "phone": 120, "head": 40}
"""Characters that a fact may have at most; an address beside the way to it, a name with a title."""


@dataclass(frozen=True)
class OfficeSeen:
    """The facts told, keys as in `FACTS`; the names and numbers themselves are not kept."""

    facts: tuple[str, ...]


@document_probe("office", version=1)
def look(document: ParsedDocument) -> OfficeSeen | None:
    """The facts of an office on this page, its foot left aside; None when there is none.

    A fact is labelled and filled, or told in a sentence of the page: a number behind the word for a telephone, a span
    of hours, a house number with a word for a street.
    """
    words = labels(document.language)["office"]
    whole = fold(document.text)
    if not any(word in whole for name in FACTS for word in words[name]) and not _HOURS.search(whole):
        return None  # most pages: spared the closer look
    pieces = segments(document, foot=False)
    apart = frozenset(pieces)
    told = {name for name, content in labelled(document, "office") if _fits(name, content, content in apart)}
    lines = [line for piece in pieces if len(line := fold(piece)) < 2000]
    phone, street = _phone(words["phone"]), _street(words["street"])
    for line in lines:
        if "phone" not in told and phone.search(line):
            told.add("phone")
        if "hours" not in told and _HOURS.search(line):
            told.add("hours")
        if "address" not in told and street is not None and street.search(line):
            told.add("address")
    return OfficeSeen(tuple(name for name in FACTS if name in told)) if told else None


def _fits(name: str, content: str, apart: bool) -> bool:
    """Whether what follows a label can be the fact; in the label's own line a name ends where the sentence goes on."""
    told = fold(content.strip())
    if name == "head" and not apart:
        told = _CLAUSE.split(told)[0]
    if name not in _SHAPES or not told or told.endswith(":") or len(told) > _LONGEST[name]:
        return False  # an empty label, with the next one or the text of the page behind it
    return _SHAPES[name].search(told) is not None


@cache
def _phone(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(map(re.escape, sorted(words)))}){_NUMBER}")


@cache
def _street(words: frozenset[str]) -> re.Pattern[str] | None:
    """A house number before a street's name (`200 Harbor Street`) or behind it (`via Roma 12`)."""
    if not words:
        return None
    known = "|".join(map(re.escape, sorted(words)))
    return re.compile(
        rf"\b\d{{1,5}}\s(?:[\w.]+\s){{1,4}}(?:{known})\b|\b(?:{known})\s(?:[\w.'’]+\s){{1,5}}?\d{{1,4}}\b"
    )
