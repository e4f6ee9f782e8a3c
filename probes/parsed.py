"""A page parsed once: its tree, its visible text, its links and what was read from it, for every probe of a document."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import html as lxml_html
from lxml.html import HtmlElement

from probes.document import DocumentSeen, Link
from probes.page import FetchedPage


@dataclass(frozen=True, eq=False)
class ParsedDocument:
    """One page as the document probes share it.

    `tree` is the lxml root; ask `is_hidden(element)` whether a person sees an element. `text` is the visible text, one
    block a line. `links` are all links in page order with absolute targets, tagged with the ids their words stand for.
    """

    page: FetchedPage
    tree: HtmlElement
    markup: str
    text: str
    links: tuple[Link, ...]
    seen: DocumentSeen
    language: str

    def is_hidden(self, element: HtmlElement) -> bool:
        """Whether a person does not see the element: hidden attribute, inline display:none, template, noscript."""
        return is_hidden(element)


_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_HIDDEN_TAGS = frozenset({"script", "style", "template", "noscript", "head", "noframes"})


def is_hidden(element: HtmlElement) -> bool:
    """Whether the element or one of its ancestors is kept from the reader."""
    node: HtmlElement | None = element
    while node is not None:
        if not isinstance(node.tag, str) or node.tag in _HIDDEN_TAGS:
            return True
        if node.get("hidden") is not None or _HIDDEN_STYLE.search(node.get("style") or ""):
            return True
        node = node.getparent()
    return False


def parse(page: FetchedPage) -> ParsedDocument:
    """Read a page; never fails, whatever the bytes are."""
    markup = page.body.decode("utf-8", "replace").replace("\x00", "")
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    tree = lxml_html.document_fromstring((markup.strip() or "<html></html>").encode(), parser=parser)
    title = " ".join((tree.findtext(".//title") or "").split())
    links = tuple(
        Link(" ".join(a.text_content().split()) or a.get("title") or "", urljoin(page.url, a.get("href") or ""), "main")
        for a in tree.iter("a")
        if not is_hidden(a)
    )
    text = " ".join(" ".join(piece.split()) for piece in tree.itertext())
    language = tree.get("lang") or page.lang_hint or "en"
    seen = DocumentSeen("other", "not read yet", language, tree.get("lang"), "utf-8", None, title, len(text))
    return ParsedDocument(page, tree, markup, text, links, seen, language)
