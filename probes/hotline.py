"""What a city's service hotline offers on the web: its number, a look-up of requests, a knowledge base."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.labels import labels, says
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_SHORT = 24
"""Characters from which a link is a headline, not the name of an entry."""


@dataclass(frozen=True)
class HotlineSeen:
    """The words seen for each: the number in the text, a link to the state of a request, a link to answers."""

    number: str | None
    query: str | None
    knowledge: str | None


@document_probe("hotline", version=1)
def look(document: ParsedDocument) -> HotlineSeen | None:
    """What of the hotline is on this page; None when nothing is."""
    words = labels(document.language)["hotline"]
    number = next((word for word in sorted(words["number"]) if _stands_alone(word, document.text)), None)
    seen = HotlineSeen(number, _link(document, words["query"]), _link(document, words["knowledge"]))
    return seen if number or seen.query or seen.knowledge else None


def _stands_alone(number: str, text: str) -> bool:
    """Whether a number is in the text by itself, not inside a longer one."""
    return re.search(rf"(?<![\d-]){re.escape(number)}(?![\d-])", text) is not None


def _link(document: ParsedDocument, words: frozenset[str]) -> str | None:
    """The words of the first short link that speaks of it."""
    return next(
        (link.text for link in document.links if link.href and len(link.text) <= _SHORT and says(link.text, words)),
        None,
    )
