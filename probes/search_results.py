"""The page a site search answers with: the titles it links to."""

from __future__ import annotations

from dataclasses import dataclass

from probes.parsed import ParsedDocument
from probes.registry import document_probe

MAX_RESULTS = 40
LEAST_CHARS = 4


@dataclass(frozen=True)
class ResultsSeen:
    """The texts of the links in the body of a result page, in order; `total` counts them before the cut."""

    titles: tuple[str, ...]
    total: int


@document_probe("search_results", version=1)
def look(document: ParsedDocument) -> ResultsSeen | None:
    """The linked titles; None for a page that no search of ours led to."""
    if not any(role.startswith("search.") for role in document.page.roles):
        return None
    titles = [
        link.text[:120]
        for link in document.links
        if link.href and link.where == "main" and len(link.text) >= LEAST_CHARS
    ]
    return ResultsSeen(tuple(titles[:MAX_RESULTS]), len(titles))
