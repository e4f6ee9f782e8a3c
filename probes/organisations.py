"""The departments a page lists: the names of bureaus, commissions and offices among its links and options."""

from __future__ import annotations

from dataclasses import dataclass

from probes.labels import bare_label, labels, says
from probes.lexicon import units_of
from probes.parsed import ParsedDocument
from probes.registry import document_probe

MAX_NAMES = 150
LEAST_NAMES = 6
"""Names from which a page lists departments, and does not merely mention some."""

_LONGEST = 16  # units: Han characters or Latin words


@dataclass(frozen=True)
class OrganisationsSeen:
    """The names of departments as the page writes them, each once, in page order."""

    names: tuple[str, ...]


@document_probe("organisations", version=1)
def look(document: ParsedDocument) -> OrganisationsSeen | None:
    """The departments among the links, options and cells of a page; None where there are fewer than six.

    They are known by how their names end or begin; on the page of all departments also by their address below its own.
    """
    words = labels(document.language)["organisation"]
    texts = [link.text for link in document.links]
    texts += ["".join(map(str, cell.itertext())) for cell in document.tree.iter("option", "td")]
    found: dict[str, None] = {}
    for text in texts:
        said = bare_label(text) if 2 < len(text) <= 60 else ""
        if not said or len(units_of(said)) > _LONGEST or says(said, words["without"]):
            continue
        if _is_department(said, words["ends"], words["begins"]):
            found[" ".join(text.split())] = None
    if "head.organs" in document.page.roles:
        below = document.page.url.split("#")[0].split("?")[0].rstrip("/") + "/"
        for link in document.links:
            if link.where == "main" and link.href.startswith(below) and link.href != below and len(link.text) <= 60:
                found[" ".join(link.text.split())] = None
    return OrganisationsSeen(tuple(found)[:MAX_NAMES]) if len(found) >= LEAST_NAMES else None


def _is_department(said: str, ends: frozenset[str], begins: frozenset[str]) -> bool:
    return any(said.endswith(word) and said != word for word in ends) or any(
        said.startswith(f"{word} ") for word in begins
    )
