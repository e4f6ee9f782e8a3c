"""The accessibility engine's answer for one page, its four kinds of result kept apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AxeNode:
    """One element an axe-core rule names: its selector (path through frames joined by ` >>> `), its HTML, the
    advice.
    """

    selector: str
    html: str
    summary: str


@dataclass(frozen=True)
class AxeRule:
    """One rule with what it found; `nodes` is cut to the first few, `count` is the true number of elements."""

    id: str
    impact: str | None
    help: str
    help_url: str
    tags: tuple[str, ...]
    count: int
    nodes: tuple[AxeNode, ...] = ()


@dataclass(frozen=True)
class AxeSeen:
    """One axe-core run; `passes` and `inapplicable` keep rule ids (and element counts for passes) only."""

    engine: str  # axe-core version
    tags: tuple[str, ...]
    violations: tuple[AxeRule, ...]
    incomplete: tuple[AxeRule, ...]
    passes: dict[str, int]
    inapplicable: tuple[str, ...]
    frames_skipped: int = 0
