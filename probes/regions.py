"""Where on a page something stands: header, navigation, main part, side column or footer, whatever system made it.

Landmarks speak first, then what makers call their blocks, then link density and the marks of a page's foot.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.markup import Markup

HEADER, NAV, MAIN, ASIDE, FOOTER = "header", "nav", "main", "aside", "footer"
_TAGS = {"header": HEADER, "nav": NAV, "main": MAIN, "aside": ASIDE, "footer": FOOTER}
_ROLES = {
    "banner": HEADER,
    "navigation": NAV,
    "menubar": NAV,
    "main": MAIN,
    "complementary": ASIDE,
    "contentinfo": FOOTER,
}
# Everyday names that makers of pages give to the blocks, in any system.
_NAMES = {
    "header": HEADER,
    "head": HEADER,
    "top": HEADER,
    "topbar": HEADER,
    "banner": HEADER,
    "masthead": HEADER,
    "nav": NAV,
    "navbar": NAV,
    "navigation": NAV,
    "menu": NAV,
    "mainnav": NAV,
    "sidebar": ASIDE,
    "aside": ASIDE,
    "footer": FOOTER,
    "foot": FOOTER,
    "bottom": FOOTER,
    "copyright": FOOTER,
}
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
_SECTIONING = frozenset({"article", "section", "main", "li", "td", "figure", "dialog"})
_FOOT = re.compile(
    r"ICP\s*[备備]|公网安备|网站标识码|版权所有|主办单位|主办[:：]|©|\(c\)\s*(?:19|20)\d\d"
    r"|copyright|all rights reserved|版權所有|partita iva|codice fiscale|p\.\s?iva|tutti i diritti",
    re.I,
)
_FOOT_CHARS = 1500
_HEAD_SLACK = 40


@dataclass(frozen=True)
class Regions:
    """The region of every node of a walked page."""

    of: tuple[str, ...]

    def where(self, node: int) -> str:
        """The region of one node."""
        return self.of[node] if 0 <= node < len(self.of) else MAIN


def find_regions(markup: Markup) -> Regions:
    """Regions of all nodes; every node has one, `main` where nothing speaks for another."""
    total = len(markup.elements)
    named: list[str | None] = [None] * total
    inner = [False] * total
    for node in range(total):
        parent = markup.parents[node]
        inherited = named[parent] if parent >= 0 else None
        nested = parent >= 0 and inner[parent]
        tag = markup.tag(node)
        inner[node] = nested or tag in _SECTIONING
        named[node] = _named(markup, node, tag, nested, inherited) or inherited
    foot = None if FOOTER in named else _foot_start(markup)
    head_end = _head_end(markup, named)
    slack = min(_HEAD_SLACK, len(markup.text) // 20)
    where: list[str] = []
    for node in range(total):
        region = named[node]
        if region is None:
            if foot is not None and markup.first_char[node] >= foot:
                region = FOOTER
            elif markup.first_char[node] < head_end and markup.last_char[node] <= head_end + slack:
                region = NAV if _dense(markup, markup.parents[node]) else HEADER
            else:
                region = MAIN
        where.append(region)
    return Regions(tuple(where))


def _named(markup: Markup, node: int, tag: str, nested: bool, inherited: str | None) -> str | None:
    element = markup.elements[node]
    role = _ROLES.get((element.get("role") or "").strip().lower())
    region = role or _TAGS.get(tag)
    if region is None and tag in ("div", "table", "td", "ul", "section", "center", "form"):
        region = _by_name(markup, node)
    if region in (HEADER, FOOTER) and (nested or inherited in (MAIN, ASIDE)):
        return None  # the head or foot of an article or card, not of the page
    if region == HEADER and inherited in (NAV, FOOTER):
        return None
    if region in (NAV, ASIDE) and inherited == FOOTER:
        return None
    return region


def _by_name(markup: Markup, node: int) -> str | None:
    element = markup.elements[node]
    for attribute in ("id", "class"):
        value = element.get(attribute)
        if not value or len(value) > 200:
            continue
        for name in value.split():
            tokens = [token.lower() for token in _TOKEN.findall(name)]
            if not tokens or len(tokens) > 3:
                continue
            region = _NAMES.get(tokens[0]) or _NAMES.get(tokens[-1])
            if region is not None and _placed(markup, node, region):
                return region
    return None


def _placed(markup: Markup, node: int, region: str) -> bool:
    """Whether the block stands where a region of that name can stand: heads above, feet below, menus full of links."""
    length = max(len(markup.text), 1)
    start, end = markup.first_char[node] / length, markup.last_char[node] / length
    if region == HEADER:
        return start < 0.3 and end < 0.6
    if region == FOOTER:
        return start > 0.4 and end > 0.85
    if region == NAV:
        return markup.last_link[node] - markup.first_link[node] >= 2 and _dense(markup, node)
    return end - start < 0.5


def _dense(markup: Markup, node: int) -> bool:
    """Whether most of a node's text is short links, as in a menu."""
    if node < 0:
        return False
    links = markup.last_link[node] - markup.first_link[node]
    linked = markup.linked_chars(node)
    whole = markup.last_char[node] - markup.first_char[node]
    return links >= 3 and 0.6 * whole <= linked <= 24 * links


def _foot_start(markup: Markup) -> int | None:
    """The offset where the foot begins: the widest short block at the end that holds a foot's marks."""
    text = markup.text
    marks = [found.start() for found in _FOOT.finditer(text, max(0, len(text) - 6000))]
    if not marks:
        return None
    first = marks[0]
    best: int | None = None
    for node in range(len(markup.elements)):
        start, end = markup.first_char[node], markup.last_char[node]
        if start <= first < end and end - start <= _FOOT_CHARS and start > len(text) * 0.3:
            best = start if best is None else min(best, start)
    return first if best is None else best


def _head_end(markup: Markup, named: list[str | None]) -> int:
    """The offset where the unnamed head of the page ends: at the first named main part, heading or long line."""
    end = int(len(markup.text) * 0.3)
    for node, region in enumerate(named):
        if region == MAIN or (region is None and markup.tag(node) in ("h1", "h2", "h3")):
            return min(end, markup.first_char[node])
    offset = 0
    for line in markup.text.split("\n"):
        if len(line) > 120 and " " in line[:60]:
            return min(end, offset)
        offset += len(line) + 1
    return end
