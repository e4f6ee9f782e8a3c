"""The markup of one page walked once: what a person can read on it, in order, and what stays hidden."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate

from lxml import etree
from lxml import html as lxml_html
from lxml.html import HtmlElement

SKIPPED = frozenset({"script", "style", "template", "noscript", "head", "noframes", "svg", "math", "object"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "img",
        "input",
        "button",
        "select",
        "textarea",
        "iframe",
    ]
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# Rows of a list kept as CDATA for a script to page through: a browser shows them, so a reader of the source does too.
_CDATA = re.compile(r"<!\[CDATA\[([^\]]*(?:\](?!\]>)[^\]]*)*)\]\]>")
_GO_TO = re.compile(
    r"""(?:location(?:\.href)?\s*=|window\.open\s*\(|location\.(?:assign|replace)\s*\()\s*['"]([^'"]+)"""
)
_ADDRESS = re.compile(r"https?://|//|/[\w.-]|[\w./-]+\.(?:s?html?|aspx?|jsp|php)\b", re.I)
_HOST = re.compile(r"(?:https?:)?//[^/?#]+")
_NO_HOST = ("",)
_BLANKS = re.compile(r"[\s\u200b-\u200f\u2060\ufeff\u00ad]+")
_MAX_ELEMENTS = 120_000
_MAX_RUNS = 2_000


@dataclass(slots=True)
class Anchor:
    """A link as written: its words, its raw target, the node it stands on and whether it is (in) a heading."""

    node: int
    href: str
    text: str = ""
    title: str = ""
    heading: bool = False
    order: int = 0
    frame: bool = False
    image_only: bool = False
    line: int = -1


@dataclass(slots=True)
class Piece:
    """Words that are no link: `kind` is heading, label (a short line of its own), text, button, field or image."""

    kind: str
    text: str
    node: int
    order: int
    tag: str


@dataclass
class Markup:
    """One walked page. Nodes are numbered in document order; the lists with one entry a node run in parallel.

    `first_char`/`last_char` are offsets in `text`; `first_link`/`last_link` count the anchors before and up to the end
    of a node, so that any node's text and links are slices.
    """

    root: HtmlElement
    source: str
    base: str = ""
    text: str = ""
    elements: list[HtmlElement] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    first_link: list[int] = field(default_factory=list)
    last_link: list[int] = field(default_factory=list)
    first_char: list[int] = field(default_factory=list)
    last_char: list[int] = field(default_factory=list)
    anchors: list[Anchor] = field(default_factory=list)
    pieces: list[Piece] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    last_node: list[int] = field(default_factory=list)
    times: list[tuple[int, str]] = field(default_factory=list)

    @cached_property
    def _linked(self) -> list[int]:
        return [0, *accumulate(len(anchor.text) for anchor in self.anchors)]

    def linked_chars(self, node: int) -> int:
        """How many characters of a node's text are words of links."""
        return self._linked[self.last_link[node]] - self._linked[self.first_link[node]]

    def text_of(self, node: int) -> str:
        """The visible text of a node."""
        return self.text[self.first_char[node] : self.last_char[node]]

    def tag(self, node: int) -> str:
        """The tag name of a node."""
        return str(self.elements[node].tag)


def squeeze(text: str) -> str:
    """Words with single blanks between them, invisible characters dropped."""
    return _BLANKS.sub(" ", text).strip()


def hides(element: HtmlElement) -> bool:
    """Whether the element keeps its contents from the reader: hidden attribute, inline style, aria-hidden, template."""
    if element.tag in SKIPPED:
        return True
    attributes = element.attrib
    if not attributes:
        return False
    if "hidden" in attributes and attributes["hidden"] != "until-found":
        return True
    # Closed menus are often aria-hidden as a whole; words hidden that way (an icon's letters) are not for readers.
    if attributes.get("aria-hidden") == "true" and next(element.iter("a", "input"), None) is None:
        return True
    style = attributes.get("style")
    return style is not None and bool(_HIDDEN_STYLE.search(style)) and not _is_menu(element)


def _is_menu(element: HtmlElement) -> bool:
    """Whether a block hidden by inline style is a menu opened by script: short own links, little else."""
    if element.tag not in ("ul", "ol", "div", "nav", "table", "dl", "section") or len(element) == 0:
        return False
    links = [link for link, _ in zip(element.iter("a"), range(60), strict=False)]
    if len(links) < 3 or next(element.iter("form", "input", "textarea"), None) is not None:
        return False
    linked = sum(len(squeeze("".join(link.itertext()))) for link in links)
    whole = len(squeeze("".join(element.itertext()))) or 1
    hosts = Counter((_HOST.match((link.get("href") or "").lower()) or _NO_HOST)[0] for link in links)
    own = hosts.most_common(1)[0][1]
    return linked >= 0.6 * whole and linked <= 30 * len(links) and own * 2 >= len(links)


def is_hidden(element: HtmlElement) -> bool:
    """Whether the element or one of its ancestors is kept from the reader."""
    node: HtmlElement | None = element
    while node is not None:
        if not isinstance(node.tag, str) or hides(node):
            return True
        node = node.getparent()
    return False


def target_of(element: HtmlElement) -> str:
    """The target as written: href, or the address that an onclick or `javascript:` target opens; may be empty."""
    href = (element.get("href") or element.get("xlink:href") or "").strip()
    plain = not href or href.startswith("#") or href[:11].lower() == "javascript:"
    if plain:
        opened = _GO_TO.search(href) or _GO_TO.search(element.get("onclick") or "")
        if opened:
            return opened.group(1).strip()
    return href


def _unpacked(source: str) -> str:
    """The source with the rows of data stores in place of the scripts that hold them."""
    parts: list[str] = []
    at = 0
    for _ in range(50):
        start = source.find("<datastore", at)
        end = source.find("</datastore>", start)
        opening = source.rfind("<script", at, start)
        closing = source.find("</script>", end)
        if min(start, end, opening, closing) < 0 or source.find("</script>", opening, start) >= 0:
            break
        parts += [source[at:opening], *_CDATA.findall(source[start:end])]
        at = closing + len("</script>")
    return "".join([*parts, source[at:]])


def build_tree(source: str, *, rendered: bool = False) -> HtmlElement:
    """The lxml tree of a page's text, comments dropped; an empty `<html>` when there is no markup at all."""
    if "<datastore" in source and not rendered:
        source = _unpacked(source)
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    data = source.encode("utf-8", "replace")
    try:
        tree = etree.fromstring(data, parser) if data.strip() else None
    except (etree.ParserError, etree.XMLSyntaxError):
        tree = None
    if tree is None or not isinstance(tree.tag, str):
        return lxml_html.Element("html")
    return tree


class Walker:
    """Walks the tree once in document order and gathers blocks of visible text, links and labels."""

    def __init__(self, root: HtmlElement, source: str) -> None:
        self.markup = Markup(root=root, source=source)
        self._runs: list[tuple[str, bool, str, int]] = []  # words, inside a link, tag, node
        self._chars = 0
        self._run_chars = 0
        self._order = 0
        self._open_links: list[tuple[int, Anchor, list[str], list[str]]] = []
        self._heading = 0

    def walk(self) -> Markup:
        """Walk the whole tree; bounded, iterative, safe for any depth."""
        markup = self.markup
        stack: list[int] = []
        skipping: HtmlElement | None = None
        walker = etree.iterwalk(markup.root, events=("start", "end"))
        for event, element in walker:
            tag = element.tag
            if not isinstance(tag, str):
                continue
            if event == "start":
                if skipping is not None:
                    continue
                if tag != "html" and (hides(element) or len(markup.elements) >= _MAX_ELEMENTS):
                    skipping = element
                    if tag == "head":
                        self._base(element)
                    walker.skip_subtree()
                    continue
                stack.append(self._open(element, tag, stack[-1] if stack else -1))
                if element.text:
                    self._words(element.text, tag, stack[-1])
            else:
                if skipping is not None:
                    if element is not skipping:
                        continue
                    skipping = None
                else:
                    self._close(element, tag, stack.pop())
                if element.tail and stack:
                    self._words(element.tail, "", stack[-1])
        self._flush()
        markup.text = "\n".join(markup.lines)
        return markup

    def _base(self, head: HtmlElement) -> None:
        for base in head.iter("base"):
            if base.get("href"):
                self.markup.base = str(base.get("href"))
                break

    def _open(self, element: HtmlElement, tag: str, parent: int) -> int:
        markup = self.markup
        if tag not in _INLINE or tag == "br":
            self._flush()
        node = len(markup.elements)
        markup.elements.append(element)
        markup.parents.append(parent)
        markup.first_link.append(len(markup.anchors))
        markup.last_node.append(node)
        markup.last_link.append(0)
        markup.first_char.append(self._chars)
        markup.last_char.append(self._chars)
        if tag in HEADINGS or tag == "legend":
            self._heading += 1
        if tag == "a" or (tag == "area" and element.get("href") is not None):
            self._link(element, node)
        elif tag in ("iframe", "frame"):
            anchor = Anchor(node, (element.get("src") or "").strip(), order=self._next(), frame=True)
            anchor.text = squeeze(element.get("title") or "")
            markup.anchors.append(anchor)
        elif tag == "img":
            self._image(element, node)
        elif tag in ("input", "textarea", "select", "button"):
            self._control(element, tag, node)
        elif tag == "time" and element.get("datetime"):
            markup.times.append((node, str(element.get("datetime"))))
        elif tag == "base" and not markup.base:
            markup.base = (element.get("href") or "").strip()
        elif (
            element.get("onclick") is not None and not self._open_links and _GO_TO.search(element.get("onclick") or "")
        ):
            self._link(element, node)
        return node

    def _link(self, element: HtmlElement, node: int) -> None:
        anchor = Anchor(node, target_of(element), order=self._next(), heading=self._heading > 0)
        anchor.title = squeeze(element.get("title") or element.get("aria-label") or element.get("alt") or "")
        self.markup.anchors.append(anchor)
        self._open_links.append((node, anchor, [], []))

    def _image(self, element: HtmlElement, node: int) -> None:
        words = squeeze(element.get("alt") or element.get("title") or "")
        if self._open_links:
            self._open_links[-1][1].image_only = True
            if words:
                self._open_links[-1][3].append(words)
        elif words:
            self.markup.pieces.append(Piece("image", words, node, self._next(), "img"))

    def _control(self, element: HtmlElement, tag: str, node: int) -> None:
        kind = (element.get("type") or "text").lower() if tag == "input" else tag
        if kind == "hidden" or tag == "button":
            return
        if kind in ("submit", "button", "image", "reset"):
            words = element.get("value") or element.get("alt") or element.get("title") or element.get("aria-label")
            piece = "button"
        else:
            words = element.get("placeholder") or element.get("aria-label") or element.get("title")
            words = words or (element.get("value") if kind in ("text", "search") else "")
            piece = "field"
        if words and squeeze(words):
            self.markup.pieces.append(Piece(piece, squeeze(words)[:200], node, self._next(), tag))

    def _close(self, element: HtmlElement, tag: str, node: int) -> None:
        markup = self.markup
        if self._open_links and self._open_links[-1][0] == node:
            _, anchor, words, images = self._open_links.pop()
            anchor.text = squeeze(" ".join(words)) or squeeze(" ".join(images)) or anchor.title
            anchor.image_only = anchor.image_only and not squeeze(" ".join(words))
            anchor.line = len(markup.lines)
            if anchor.image_only and anchor.text:
                self._run(anchor.text, True, "img", node)
        if tag not in _INLINE or tag == "br":
            self._flush()
        if tag in HEADINGS or tag == "legend":
            self._heading -= 1
        markup.last_link[node] = len(markup.anchors)
        markup.last_node[node] = len(markup.elements) - 1
        markup.last_char[node] = self._chars + self._run_chars

    def _words(self, raw: str, tag: str, node: int) -> None:
        if tag in ("select", "option", "optgroup", "textarea"):
            if tag == "option" and not self._open_links:
                self._option(raw, node)
            return
        parent = self.markup.elements[node].tag
        if parent in ("select", "optgroup", "option"):
            return
        words = _BLANKS.sub(" ", raw)
        if not words or words == " ":
            if self._runs:
                self._run(" ", bool(self._open_links), "", node)
            return
        linked = bool(self._open_links)
        if linked:
            self._open_links[-1][2].append(words)
            if self._heading:
                self._open_links[-1][1].heading = True
        self._run(words, linked, tag or str(parent), node)

    def _run(self, words: str, linked: bool, tag: str, node: int) -> None:
        self._runs.append((words, linked, tag, node))
        self._run_chars += len(words) + 1
        if len(self._runs) > _MAX_RUNS:
            self._flush()

    def _option(self, raw: str, node: int) -> None:
        """An option whose value is an address is a link of a jump menu."""
        value = (self.markup.elements[node].get("value") or "").strip()
        if squeeze(raw) and _ADDRESS.match(value):
            anchor = Anchor(node, value, squeeze(raw), order=self._next())
            anchor.line = len(self.markup.lines)
            self.markup.anchors.append(anchor)

    def _next(self) -> int:
        self._order += 1
        return self._order

    def _flush(self) -> None:
        """Close the current block of text: one line of the visible text, and a label when it is short and no link."""
        runs = self._runs
        if not runs:
            return
        self._runs, self._run_chars = [], 0
        line = "".join(f" {words} " if linked else words for words, linked, _, _ in runs)
        line = squeeze(line)
        if not line:
            return
        free = [(words, tag, node) for words, linked, tag, node in runs if not linked and words.strip(" |·•>»-:：")]
        if free:
            self._label(line, free, any(linked and words != " " for words, linked, _, _ in runs))
        self.markup.lines.append(line)
        self._chars += len(line) + 1

    def _label(self, line: str, free: list[tuple[str, str, int]], linked: bool) -> None:
        pieces = self.markup.pieces
        node = free[0][2]
        tag = self.markup.tag(node)
        if self._heading and not linked:
            pieces.append(Piece("heading", line, node, self._next(), tag))
        elif len(line) <= 60 and not linked:
            pieces.append(Piece("label", line, node, self._next(), tag))
            if len(free) > 1:
                for words, _, at in free:
                    pieces.append(Piece("part", squeeze(words), at, self._next(), self.markup.tag(at)))
        else:
            for words, _, at in free:
                if len(words) <= 40:
                    kind = "part" if len(free) > 1 or linked else "label"
                    pieces.append(Piece(kind, squeeze(words), at, self._next(), self.markup.tag(at)))


def walk(source: str, *, rendered: bool = False) -> Markup:
    """Parse and walk a page's text."""
    return Walker(build_tree(source, rendered=rendered), source).walk()
