"""The page that says what the data bureau of a city is for: its name, and its duties."""

from __future__ import annotations

from dataclasses import dataclass

from probes.labels import labelled, labels, says
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_LEAST = 12
"""Characters of the shortest text that can tell duties."""


@dataclass(frozen=True)
class DutiesSeen:
    """The heading or title that names the bureau, and the first words of its duties."""

    bureau: str
    duties: str


@document_probe("duties", version=1)
def look(document: ParsedDocument) -> DutiesSeen | None:
    """The duties of a data bureau; None where the page is not about one or tells no duties.

    The page is about a bureau when its title or main heading names one; a news page that quotes it is not.
    """
    words = labels(document.language)["bureau"]
    headings = [*("".join(map(str, node.itertext())) for node in document.tree.iter("h1", "h2")), document.seen.title]
    named = next((" ".join(text.split()) for text in headings if says(text, words["name"])), None)
    if named is None:
        return None
    told = next((text for name, text in labelled(document, "bureau") if name == "duties" and len(text) >= _LEAST), None)
    return DutiesSeen(named[:80], told[:80]) if told else None
