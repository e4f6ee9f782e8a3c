"""What is stored of every page: the document as it was read."""

from __future__ import annotations

from probes.document import DocumentSeen
from probes.parsed import ParsedDocument
from probes.registry import document_probe


@document_probe("document", version=2)
def look(document: ParsedDocument) -> DocumentSeen | None:
    """The document itself is always there to look at."""
    return document.seen
