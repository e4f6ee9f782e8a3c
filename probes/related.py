"""What an article leads to: the explanations it names, and the other documents its text links to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from probes.labels import bare_label, labels, says
from probes.links import resolve
from probes.observation import Wanted
from probes.parsed import ParsedDocument
from probes.registry import document_probe

POLICIES = ("policy.file", "policy.sample")
"""The roles of pages whose explanations are worth a visit."""

READING = "policy.reading"
READINGS_A_POLICY = 3

_MAX_LINKS = 40
_LEAST_TITLE = 6
_CLIMB = 3
_BOUNDS = frozenset({"h1", "h2", "h3", "h4", "dt", "th"})


@dataclass(frozen=True)
class RelatedSeen:
    """Addresses, without fragment: those named as explanations of this document, and all titled links of the text."""

    readings: tuple[str, ...]
    leads_to: tuple[str, ...]


@document_probe("related", version=1)
def look(document: ParsedDocument) -> RelatedSeen | None:
    """What an article leads to; None for lists, for home pages and for articles without such a link."""
    if document.seen.kind not in ("article", "other"):
        return None
    here = document.page.url.split("#")[0]
    words = labels(document.language)["related"]
    readings: dict[str, None] = {}
    leads_to: dict[str, None] = {}
    for link in document.links:
        href = link.href.split("#")[0]
        if not href.startswith("http") or href == here or link.where not in ("main", "aside"):
            continue
        if len(link.text) >= _LEAST_TITLE:
            leads_to[href] = None
            if says(link.text, words["reading"]) and bare_label(link.text) not in words["reading_head"]:
                readings[href] = None
    for href in _below_heads(document, words["reading_head"]):
        if href != here:
            readings[href] = None
    if not readings and not leads_to:
        return None
    return RelatedSeen(tuple(readings)[:_MAX_LINKS], tuple(leads_to | readings)[:_MAX_LINKS])


def wanted(document: ParsedDocument) -> Iterator[Wanted]:
    """The explanations of a sampled policy, to see whether they lead back to it."""
    if not any(role in POLICIES for role in document.page.roles):
        return
    seen = look(document)
    for href in seen.readings[:READINGS_A_POLICY] if seen is not None else ():
        yield Wanted(href, READING, "explanation of a sampled policy")


def _below_heads(document: ParsedDocument, heads: frozenset[str]) -> Iterator[str]:
    """The links that stand under a heading for explanations: in the same line, or in the first block behind it."""
    if not says(document.text, heads):
        return
    for element in document.tree.iter():
        text = element.text if isinstance(element.tag, str) else None
        if not text or len(text) > 40 or bare_label(text) not in heads or document.is_hidden(element):
            continue
        if element.tag == "a" or any(above.tag == "a" for above in element.iterancestors()):
            continue  # an entry of a menu, not a heading
        for href in _links_behind(element):
            target = resolve(document.page.url, href).split("#")[0]
            if target.startswith("http"):
                yield target


def _links_behind(element: HtmlElement) -> list[str]:
    node = element
    inside = [href for link in node.iter("a") if (href := link.get("href"))]
    for _ in range(_CLIMB):
        if inside:
            return inside[:READINGS_A_POLICY]
        sibling = node.getnext()
        while sibling is not None and sibling.tag not in _BOUNDS:
            inside = [href for link in sibling.iter("a") if (href := link.get("href"))]
            if inside:
                return inside[:READINGS_A_POLICY]
            sibling = sibling.getnext()
        parent = node.getparent()
        if parent is None or parent.tag == "body":
            return []
        node = parent
    return []
