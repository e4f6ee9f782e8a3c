"""Fills the gaps of a card's sentence with what was found, so that a finding can say why."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from audits.card import Card
from audits.finding import Evidence, Finding
from scoring.report import figures
from scoring.report.links import readable
from scoring.report.words import Words

_OUR_WORDS = frozenset({"family", "how", "missing", "vendor"})
"""Arguments that hold keys of ours, several of them parted by commas; other words are those of a portal."""

_PAIR = re.compile(r"(?P<zh>[^A-Za-z ]+) (?P<en>[A-Za-z][A-Za-z -]*)")


class _Figure:
    """A number in a card's message, written as the report writes numbers unless the message says how.

    Four digits stay together: they may be a year.
    """

    def __init__(self, value: float) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        if spec:
            return format(self.value, spec)
        return str(self.value) if self.value in range(10_000) else figures.decimal(self.value)


class _Arguments(dict[str, Any]):
    """The arguments of a message; a gap without an argument is printed as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def term(said: str, words: Words) -> str:
    """A check's own word in the language of the report: a known key, the maker of a wall, or one side of a pair such as
    `制度 rules`."""
    pair = _PAIR.fullmatch(said)
    if pair is not None:
        return pair["en"] if words.language == "en" else pair["zh"]
    return words.either(f"term.{said}", words.either(f"vendor.{said}", said))


def seen_here(evidence: Evidence, words: Words) -> tuple[str, str]:
    """What a proof shows, told in our words and in the page's: a sentence and a quotation, either of them may be empty.

    The rule of axe-core that an element breaks is told in our words; the engine's English is kept where it has no
    others.
    """
    rule = next((key.removeprefix("rule.") for key in evidence.terms if key.startswith("rule.")), None)
    if rule is not None:
        return words.rule_help(rule, evidence.snippet or rule), ""
    told = words.listed([term(key, words) for key in evidence.terms])
    return words("city.seen_here", what=told) if told else "", evidence.snippet


def message(card: Card, finding: Finding, titles: Mapping[str, str], words: Words) -> str:
    """The sentence of the card for the finding's reason, its gaps filled; empty without a reason.

    An argument that is the id of a feature is told by that feature's title (`titles`, by id).
    """
    text = card.messages.get(finding.reason)
    if text is None:
        return ""
    given: dict[str, object] = {}
    for name, value in finding.arguments.items():
        if not isinstance(value, str):
            given[name] = _Figure(value)
        elif name in _OUR_WORDS:
            given[name] = words("site.list_comma").join(term(one, words) for one in value.split(", "))
        elif name == "url":
            given[name] = readable(value)
        elif name == "worst":
            given[name] = words.rule_help(value, value)
        else:
            given[name] = titles.get(value, value)
    return words.of(text).format_map(_Arguments(given))
