"""A service guide: which of the eight things a citizen must know it tells, and whether the service starts online."""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.labels import bare_label, labelled, labels
from probes.lexicon import fold
from probes.online import begin, whole
from probes.parsed import ParsedDocument
from probes.registry import document_probe

ELEMENTS = ("name", "basis", "conditions", "materials", "place", "time", "phone", "process")
"""The key elements of a guide as the inspection of government websites counts them."""

_COUNT = re.compile(r"\s*(?:最多)?(?:跑)?(\d{1,2})\s*(?:次|$)")
_OF_THE_MATTER = frozenset({"basis", "conditions", "materials", "process"})


@dataclass(frozen=True)
class GuideSeen:
    """One guide: the elements that are labelled and filled, those labelled but empty, and the way to start online.

    `online` holds the words of the button or of the stated depth (empty: none); `online_href` where the button leads;
    `visits` the stated number of visits to a counter, None when the guide does not tell it.
    """

    elements: tuple[str, ...]
    empty: tuple[str, ...]
    online: str
    online_href: str | None
    visits: int | None = None


@document_probe("guide", version=2)
def look(document: ParsedDocument) -> GuideSeen | None:
    """The guide on this page; None unless two elements beside the name are labelled, one of them about the matter.

    Place, time and phone alone are what any page's foot may say.
    """
    filled: dict[str, None] = {}
    empty: dict[str, None] = {}
    for meaning, content in labelled(document, "guide"):
        (filled if content.strip() else empty)[meaning] = None
    told = (filled | empty).keys() - {"name"}
    if len(told) < 2 or not told & _OF_THE_MATTER:
        return None
    if "name" not in filled and any("".join(h.itertext()).strip() for h in document.tree.iter("h1", "h2")):
        filled["name"] = None  # a guide names its service in its heading
    online, href = _online(document)
    return GuideSeen(
        elements=tuple(name for name in ELEMENTS if name in filled),
        empty=tuple(name for name in ELEMENTS if name in empty and name not in filled),
        online=online,
        online_href=href,
        visits=_visits(document),
    )


def _online(document: ParsedDocument) -> tuple[str, str | None]:
    said, href = begin(document, labels(document.language)["online"]["action"])
    return (said, href) if said else (whole(document), None)


def _visits(document: ParsedDocument) -> int | None:
    """The number of visits to a counter that a guide states; the words for none at all count as 0."""
    never = labels(document.language)["visits"]["never"]
    for _, content in labelled(document, "visits", only="number"):
        if bare_label(content) in never:
            return 0
        number = _COUNT.match(fold(content))
        if number is not None:
            return int(number[1])
    return None
