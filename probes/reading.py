"""Reading one page: what is stored of it, and the links that the choice of further pages uses."""

from __future__ import annotations

from probes.document import DocumentSeen, Reading
from probes.page import FetchedPage
from probes.parsed import ParsedDocument, parse
from probes.registry import document_probe


@document_probe("document", version=1)
def look(document: ParsedDocument) -> DocumentSeen | None:
    """The document itself is always there to look at."""
    return document.seen


def read(page: FetchedPage) -> Reading:
    """Read a page, raw bytes or rendered DOM: what is stored, and all links."""
    document = parse(page)
    return Reading(document.seen, document.links)
