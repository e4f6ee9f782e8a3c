"""Links as a person meets them: words, absolute target and place; anchors without a target stay as text entries."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from probes.lexicon import units_of
from probes.markup import Anchor, Markup

_NO_TARGET = ("javascript:", "about:", "data:", "vbscript:", "blob:")


def base_of(markup: Markup, url: str) -> str:
    """The address that relative targets are resolved against: base href where there is one, else the page's own."""
    if not markup.base:
        return url
    base = resolve(url, markup.base)
    return base if base.startswith(("http:", "https:", "file:")) else url


def resolve(base: str, href: str) -> str:
    """The absolute target of a link without its fragment, or an empty string when it leads nowhere."""
    href = href.strip().replace("\\", "/")
    if not href or href.startswith("#") or href.lower().startswith(_NO_TARGET):
        return ""
    href = "".join(href.split("\n")).replace("\t", "").replace("\r", "")
    if href[0] == "/" and href[1:2] != "/" and "/." not in href and base.startswith("http"):
        return _origin(base) + href.split("#", 1)[0] if "#/" not in href else _origin(base) + href
    try:
        target = urljoin(base, href)
        if "[" in target or "]" in target:
            urlsplit(target)  # an address in brackets may be malformed, and only then the split fails
    except ValueError:
        return ""
    return target.split("#", 1)[0] if target.startswith("http") and "#/" not in target else target


@lru_cache(maxsize=4096)
def _origin(base: str) -> str:
    """Scheme and host of an address."""
    end = base.find("/", base.find("//") + 2)
    return re.split(r"[?#]", base if end < 0 else base[:end], maxsplit=1)[0]


def words_of(anchor: Anchor) -> str:
    """The text of a link; the title stands in where the text is cut short or missing."""
    text, title = anchor.text, anchor.title
    if not text:
        return title
    cut = text.rstrip()
    if title and cut.endswith(("...", "…", "..")) and title.startswith(cut.rstrip(".… ")[:12]):
        return title
    return text


@lru_cache(maxsize=20_000)  # the same entries stand on every page of a site
def is_long(text: str) -> bool:
    """Whether a link's text is as long as a headline: more than 15 Han characters or 9 words."""
    if len(text) < 9:
        return False
    units = units_of(text[:300])
    han = sum(1 for unit in units if unit > "\u3400")
    return han > 15 or len(units) - han > 9 or (text.rstrip().endswith(("...", "…")) and han > 8)


def selector_of(element: HtmlElement) -> str:
    """A CSS selector that leads to the element: the nearest id, then tags with their position; at most eight steps."""
    steps: list[str] = []
    node: HtmlElement | None = element
    while node is not None and isinstance(node.tag, str) and len(steps) < 8:
        id_ = node.get("id")
        if id_ and id_.replace("-", "").replace("_", "").isalnum() and not id_[0].isdigit():
            steps.append(f"#{id_}")
            break
        parent = node.getparent()
        step = node.tag
        if parent is not None:
            before = sum(1 for _ in islice(node.itersiblings(node.tag, preceding=True), 500))
            if before or next(node.itersiblings(node.tag), None) is not None:
                step += f":nth-of-type({before + 1})"
        steps.append(step)
        node = parent
    return " > ".join(reversed(steps))
