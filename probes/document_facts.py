"""The head of a policy document: whether it tells its number, its date of writing, who issued it and its index."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.labels import labelled, labels
from probes.lexicon import fold
from probes.parsed import ParsedDocument
from probes.registry import document_probe

FACTS = ("number", "written", "issuer", "index")
"""What the notice on disclosure platforms wants shown with each document."""

_SHAPES = {
    "number": re.compile(r"\d.*[号期]|\d+\s*[-/]\s*\d+|^\D{0,12}\d+$"),
    "written": re.compile(r"(?:19|20)\d\d|\d{1,2}[./]\d{1,2}[./]\d\d"),
    "issuer": re.compile(r"\w{3}"),
    "index": re.compile(r"[\w/-]*\d[\w/-]{3}|[\w/-]{4}\d"),
}
_EXAMINED = 30_000


@dataclass(frozen=True)
class DocumentFactsSeen:
    """The facts that are labelled and filled, and those labelled but left empty; keys as in `FACTS`."""

    facts: tuple[str, ...]
    empty: tuple[str, ...]


@document_probe("document_facts", version=1)
def look(document: ParsedDocument) -> DocumentFactsSeen | None:
    """The facts that a page labels; None when it labels none.

    What follows a label counts only when it can be such a fact: the fields of a search form and the headings of a list
    have the same names, and the next name behind them.
    """
    words = labels(document.language)["document"]
    squeezed = re.sub(r"\s+", "", fold(document.text[:_EXAMINED]))
    if not any(word.replace(" ", "") in squeezed for name in FACTS for word in words[name]):
        return None
    filled: dict[str, None] = {}
    empty: dict[str, None] = {}
    for name, content in labelled(document, "document"):
        told = fold(content.strip())
        fits = bool(told) and not told.endswith(":") and _SHAPES[name].search(told) is not None
        (filled if fits else empty)[name] = None
    if not filled and not empty:
        return None
    return DocumentFactsSeen(
        tuple(name for name in FACTS if name in filled),
        tuple(name for name in FACTS if name in empty and name not in filled),
    )
