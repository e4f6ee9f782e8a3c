"""Questions that a help page answers: the lines that ask something."""

from __future__ import annotations

from dataclasses import dataclass

from probes.labels import labels, says, segments
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_CHARS = range(6, 81)
_LEAST = 3
_KEPT = 4


@dataclass(frozen=True)
class QuestionsSeen:
    """The first questions of a page, and how many there are."""

    questions: tuple[str, ...]
    total: int


@document_probe("questions", version=1)
def look(document: ParsedDocument) -> QuestionsSeen | None:
    """The questions of a page, as lines or links; None for fewer than three."""
    if document.text.count("？") + document.text.count("?") < _LEAST and document.seen.kind == "home":
        return None
    words = labels(document.language)["question"]["word"]
    found = {piece: None for piece in segments(document, foot=False) if len(piece) in _CHARS and _asks(piece, words)}
    return QuestionsSeen(tuple(found)[:_KEPT], len(found)) if len(found) >= _LEAST else None


def _asks(piece: str, words: frozenset[str]) -> bool:
    """Whether a line is a question: it ends with its mark, or it is a short Chinese title with a word that asks (other
    languages write the mark: their words that ask begin headings too)."""
    if piece.endswith(("？", "?")):
        return True
    return len(piece) <= 40 and not piece.endswith(("。", ".", "！", "!", "：", ":")) and says(piece, words)
