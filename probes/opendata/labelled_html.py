"""Read an HTML page that tells its facts as labels and values: lists of datasets, dataset pages, tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from probes.opendata.loose_values import BrokenAnswer, clean, decoded
from probes.page import FetchedPage


def tree_of(page: FetchedPage) -> HtmlElement:
    """The page's tree, its text decoded by its bytes; raises `BrokenAnswer` when there is none."""
    text = decoded(page).replace("\x00", "")
    try:
        return document_fromstring(text.encode("utf-8", "replace"), parser=HTMLParser(encoding="utf-8"))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise BrokenAnswer(f"HTML that cannot be parsed: {str(error)[:100]}") from None


def by_class(tree: HtmlElement, name: str) -> list[HtmlElement]:
    """Every element that bears a class, in page order."""
    found = tree.xpath(f"//*[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]")
    return [node for node in found if isinstance(node, HtmlElement)] if isinstance(found, list) else []


def text_in(node: HtmlElement) -> str:
    """All text in an element as one line."""
    return " ".join(" ".join(pieces_of(node)).split())


def pieces_of(node: HtmlElement) -> Iterator[str]:
    """The texts of an element in page order, without those of scripts and styles."""
    for text in node.xpath(".//text()[not(ancestor::script or ancestor::style)]"):
        if piece := clean(str(text), 2000):
            yield piece


def labelled(area: HtmlElement, labels: Mapping[str, str]) -> dict[str, str]:
    """Values by meaning: `label：value` in one text or two neighbours, or a cell after its label's cell.

    `labels` gives the meaning of each label. The first value of a meaning stands.
    """
    known = "|".join(re.escape(label) for label in sorted(labels, key=len, reverse=True))
    pattern = re.compile(rf"^({known})\s*(?:[:：]\s*(.*))?$", re.S)

    def is_label(text: str) -> bool:
        return bool(pattern.match(text)) or text.endswith(("：", ":"))

    found: dict[str, str] = {}
    pieces = [*pieces_of(area), ""]
    for piece, following in pairwise(pieces):
        match = pattern.match(piece)
        if match is None or match[2] is None:
            continue
        value = match[2] or ("" if is_label(following) else following)
        if value:
            found.setdefault(labels[match[1]], clean(value))
    for cell in area.iter("td", "th"):
        match = pattern.match(text_in(cell))
        after = cell.getnext()
        if match is not None and not match[2] and after is not None and after.tag in ("td", "th"):
            value = clean(text_in(after))
            if value and not is_label(value):
                found.setdefault(labels[match[1]], value)
    return found
