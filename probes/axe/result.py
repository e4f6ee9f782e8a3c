"""The accessibility engine's answer for one page, its four kinds of result kept apart."""

from __future__ import annotations

from dataclasses import dataclass, replace


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


def without_snippets(seen: AxeSeen) -> AxeSeen:
    """The same result without the HTML of its elements, for pages that show citizens' personal data."""

    def bare(rules: tuple[AxeRule, ...]) -> tuple[AxeRule, ...]:
        return tuple(
            replace(rule, nodes=tuple(replace(node, html="", summary="") for node in rule.nodes)) for rule in rules
        )

    return replace(seen, violations=bare(seen.violations), incomplete=bare(seen.incomplete))
