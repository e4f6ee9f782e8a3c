"""A feature as data: what is asked, what counts, which check answers, and what the answer means in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Over = Literal["home", "any", "all", "share", "count", "city"]
CardKind = Literal["feature", "presence", "gate", "flag", "quality"]


@dataclass(frozen=True)
class Text:
    """One sentence in both report languages."""

    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The sentence for `en` or `zh`."""
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class Source:
    """Where a rule comes from: document and place in words, and the clause by its short key in the catalogue.

    Certainty as in METHOD.md: S stated, V seen in a copy, I inferred, R background.
    """

    text: Text
    clause: str
    certainty: Literal["S", "V", "I", "R", "project"]


@dataclass(frozen=True)
class Card:
    """One feature card.

    `over` says how pages are lifted to the city: `home` the home page alone, `any`, `all`, `share` or `count` over the
    pages of `roles`, `city` when the check itself looks at the whole city. `at_least` is the number of pages below
    which a share says nothing. `looks_at` are the roles whose planned visits must all be measured before absence may
    be said. `messages` are keyed by the check's reasons, plus those every finding may need (`audits/messages.toml`).
    """

    id: str
    catalogue: tuple[str, ...]
    kind: CardKind
    title: Text
    asks: Text
    why: Text
    counts: Text
    does_not_count: Text
    check: str
    over: Over
    messages: dict[str, Text]
    sources: tuple[Source, ...]
    options: dict[str, Any] = field(default_factory=dict)
    roles: tuple[str, ...] = ()
    looks_at: tuple[str, ...] = ()
    needs: str | None = None
    without: Literal["failed", "inapplicable"] | None = None
    countries: tuple[str, ...] = ()
    pass_at: float = 1.0
    unit: str = ""
    smart: tuple[str, ...] = ()
    version: int = 1
    at_least: int = 1

    @property
    def chapter(self) -> str:
        """The part of the id before the first dot."""
        return self.id.split(".", 1)[0]
