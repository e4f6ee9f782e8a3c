"""Fills the gaps of a card's sentence with what was found, so that a finding can say why."""

from __future__ import annotations

from typing import Any

from audits.card import Card
from audits.finding import Finding
from scoring.report import figures
from scoring.report.words import Words


class _Figure:
    """A number in a card's message, written as the report writes numbers unless the message says how."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __format__(self, spec: str) -> str:
        return format(self.value, spec) if spec else figures.decimal(self.value)

    def __str__(self) -> str:
        return figures.decimal(self.value)


class _Arguments(dict[str, Any]):
    """The arguments of a message; a gap without an argument is printed as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def message(card: Card, finding: Finding, words: Words) -> str:
    """The sentence of the card for the finding's reason, its gaps filled; empty without a reason."""
    text = card.messages.get(finding.reason)
    if text is None:
        return ""
    given = {name: value if isinstance(value, str) else _Figure(value) for name, value in finding.arguments.items()}
    return words.of(text).format_map(_Arguments(given))
