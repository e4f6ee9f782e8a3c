"""Forms of a service: the blank form and the filled-in sample that a guide offers to download."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probes.document import Link
from probes.labels import labelled, labels, says
from probes.observation import Wanted
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_MENU = ("header", "nav", "footer")
_MOST = 6


@dataclass(frozen=True)
class Paper:
    """One form to download: its words and its address."""

    text: str
    href: str


@dataclass(frozen=True)
class PapersSeen:
    """The forms of one guide: whether its list of papers names one, the blank forms and the filled-in samples."""

    needed: bool
    blank: tuple[Paper, ...]
    sample: tuple[Paper, ...]

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """The first blank form and the first sample are worth asking for: an offer counts when it downloads."""
        firsts = (*self.blank[:1], *self.sample[:1])
        return tuple(Wanted(paper.href, "service.form", paper.text) for paper in firsts)


@document_probe("papers", version=1)
def look(document: ParsedDocument) -> PapersSeen | None:
    """The forms that a page offers or asks for; None on a page that does neither."""
    words = labels(document.language)["papers"]
    blank: list[Paper] = []
    sample: list[Paper] = []
    for link in _links(document):
        if says(link.text, words["sample"]):
            sample.append(Paper(link.text[:80], link.href))
        elif says(link.text, words["blank"]):
            blank.append(Paper(link.text[:80], link.href))
    materials = "".join(content for meaning, content in labelled(document, "guide") if meaning == "materials")
    needed = bool(blank or sample) or says(materials, words["needed"])
    return PapersSeen(needed, tuple(blank[:_MOST]), tuple(sample[:_MOST])) if needed else None


def _links(document: ParsedDocument) -> Iterator[Link]:
    """The links in the body of the page, each address once."""
    here = document.page.url.split("#")[0]
    known: set[str] = set()
    for link in document.links:
        if (
            link.href
            and link.where not in _MENU
            and len(link.text) <= 60
            and link.href.split("#")[0] not in (here, *known)
        ):
            known.add(link.href.split("#")[0])
            yield link
