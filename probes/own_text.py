"""The lines of a page as fingerprints, so that its own words can be told from those on every page of the site."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from probes.labels import segments
from probes.parsed import ParsedDocument
from probes.registry import document_probe

MAX_LINES = 150


@dataclass(frozen=True)
class LinesSeen:
    """The first lines of visible text: a checksum (CRC-32) of each, and how many characters it has."""

    checksums: tuple[int, ...]
    chars: tuple[int, ...]


@document_probe("own_text", version=1)
def look(document: ParsedDocument) -> LinesSeen | None:
    """The lines of the page; None when it shows no text."""
    lines = segments(document)[:MAX_LINES]
    if not lines:
        return None
    return LinesSeen(tuple(zlib.crc32(line.encode()) for line in lines), tuple(map(len, lines)))
