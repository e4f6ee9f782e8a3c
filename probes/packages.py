"""Packages of services: the titles of things that a person gets done at once (一件事)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.labels import labels, segments
from probes.lexicon import fold
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_MOST_CHARS = 24
_MOST = 60
_MARKS = re.compile(r"[“”\"'「」『』《》【】\s]+")
_NUMBERED = re.compile(r"^\d{1,3}[.、．]")


@dataclass(frozen=True)
class PackagesSeen:
    """The titles of packages on one page, each once, in order."""

    titles: tuple[str, ...]


@document_probe("packages", version=1)
def look(document: ParsedDocument) -> PackagesSeen | None:
    """The titles that end with the word for a package and name a matter before it; None when there is none."""
    words = labels(document.language)["package"]
    if not any(ending in document.text for ending in words["ending"]):
        return None
    found: dict[str, None] = {}
    for text in (*(link.text for link in document.links), *segments(document, foot=False)):
        title = _NUMBERED.sub("", _MARKS.sub("", text))
        folded = fold(title)
        if len(title) > _MOST_CHARS or not folded.endswith(tuple(words["ending"])):
            continue
        if folded not in words["general"] and not folded.endswith(tuple(words["phrase"])):
            found[title] = None
    return PackagesSeen(tuple(found)[:_MOST]) if found else None
