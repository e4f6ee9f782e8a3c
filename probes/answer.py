"""The answer of an assistant to the one harmless question it was asked by its address."""

from __future__ import annotations

from dataclasses import dataclass

from probes.labels import segments
from probes.lexicon import fold, units_of, words_files
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_LEAST_UNITS = 12
_ON_THE_MATTER = 0.4


@dataclass(frozen=True)
class AnswerSeen:
    """The first line that answers the question; empty when no line does."""

    text: str


def question_for(language: str) -> str:
    """The question an assistant of a language is asked: the first query of its entry in the words file, else empty."""
    words = words_files().get(language)
    entry = words.entry.get("service.assistant") if words is not None else None
    return entry.query[0] if entry is not None and entry.query else ""


@document_probe("answer", version=1)
def look(document: ParsedDocument) -> AnswerSeen | None:
    """A line of some length that shares enough words with the question and is more than the question itself; None for a
    page that no question of ours led to."""
    if "service.answer" not in document.page.roles:
        return None
    question = question_for(document.language)
    asked = set(units_of(question))
    for piece in segments(document, foot=False):
        units = units_of(piece[:400])
        if len(units) < _LEAST_UNITS or fold(question) in fold(piece):
            continue
        if asked and len(asked & set(units)) / len(asked) >= _ON_THE_MATTER:
            return AnswerSeen(piece[:200])
    return AnswerSeen("")
