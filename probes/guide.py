"""A service guide: which of the eight things a citizen must know it tells, and whether the service starts online."""

from __future__ import annotations

from dataclasses import dataclass

from probes.labels import label_of, labelled, labels, says
from probes.parsed import ParsedDocument
from probes.registry import document_probe

ELEMENTS = ("name", "basis", "conditions", "materials", "place", "time", "phone", "process")
"""The key elements of a guide as the inspection of government websites counts them."""

_OF_THE_MATTER = frozenset({"basis", "conditions", "materials", "process"})


@dataclass(frozen=True)
class GuideSeen:
    """One guide: the elements that are labelled and filled, those labelled but empty, and the way to start online.

    `online` holds the words of the button or of the stated depth (empty: none); `online_href` where the button leads.
    """

    elements: tuple[str, ...]
    empty: tuple[str, ...]
    online: str
    online_href: str | None


@document_probe("guide", version=1)
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
    )


def _online(document: ParsedDocument) -> tuple[str, str | None]:
    words = labels(document.language)["online"]
    for link in document.links:
        if link.href and link.where != "footer" and label_of(link.text, {"action": words["action"]}):
            if link.where in ("header", "nav"):
                continue  # the portal's own menu, not this service
            return link.text[:40], link.href
    for button in document.tree.iter("button", "input"):
        text = button.get("value") or "" if button.tag == "input" else "".join(button.itertext())
        if not document.is_hidden(button) and label_of(text, {"action": words["action"]}):
            return text.strip()[:40], None
    for meaning, content in labelled(document, "online"):
        if meaning == "depth" and says(content, words["full"]):
            return content[:40], None
    return "", None
