"""How a page is read as labels and their contents: the parts of a guide, the fields of a published message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from lxml.html import HtmlElement

from probes.lexicon import contains, fold, words_read_on
from probes.parsed import ParsedDocument

Labels = Mapping[str, Mapping[str, frozenset[str]]]

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "br",
        "button",
        "caption",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "label",
        "legend",
        "li",
        "main",
        "nav",
        "ol",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_NUMBERING = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]\s*|[◆■●▪·•★]\s*)")
_ENDING = re.compile(r"[\s:：?？]+$")
_SPLIT = re.compile(r"^([^:：]{1,30})[:：]\s*(.+)$", re.S)
_LABEL = re.compile(r"(?:^|(?<=[\s;；,，。]))([^\s:：;；,，。]{1,20})[:：]\s*")
_FOOT = re.compile(r"(?:^|[\s_-])(?:foot|footer|copyright|bottom)(?:[\s_-]|$)")
_UNREAD = frozenset({"script", "style", "template", "noscript", "head", "noframes", "textarea", "select"})
MAX_SEGMENTS = 4000


@cache
def labels(language: str) -> Labels:
    """The labels read on pages of a language: group, meaning, and the folded labels that stand for it.

    The files of words are those that `probes.lexicon` reads on such pages too.
    """
    merged: dict[str, dict[str, frozenset[str]]] = {}
    for file in words_read_on(language):
        for group, meanings in file.label.items():
            for meaning, words in meanings.items():
                known = merged.setdefault(group, {}).get(meaning, frozenset())
                merged[group][meaning] = known | frozenset(map(fold, words))
    return merged


@lru_cache(maxsize=4)  # several probes ask for the pieces of the same document, one after the other
def segments(document: ParsedDocument, *, foot: bool = True) -> tuple[str, ...]:
    """The visible text of a page as pieces between block borders, in reading order, blanks folded.

    Without `foot`, what is marked as the foot of the page is left out.
    """
    found: list[str] = []
    line: list[str] = []

    def close() -> None:
        text = " ".join("".join(line).split())
        line.clear()
        if text:
            found.append(text)

    body = document.tree.find(".//body")
    for element, entering in _steps(body if body is not None else document.tree, foot):
        if element.tag in _BLOCKS:
            close()
        line.append((element.text if entering else element.tail) or "")
        if len(found) >= MAX_SEGMENTS:
            break
    close()
    return tuple(found)


def _steps(root: HtmlElement, foot: bool) -> Iterator[tuple[HtmlElement, bool]]:
    """Every visible element twice, on entering and on leaving it; without recursion, since pages nest deeply."""
    stack: list[tuple[HtmlElement, bool]] = [(root, True)]
    while stack:
        element, entering = stack.pop()
        if not entering:
            yield element, False
            continue
        if not isinstance(element.tag, str) or hides(element) or (not foot and _is_foot(element)):
            yield element, False  # what stands behind it is visible all the same
            continue
        yield element, True
        stack.append((element, False))
        stack.extend((child, True) for child in reversed(element))


def _is_foot(element: HtmlElement) -> bool:
    if element.tag == "footer":
        return True
    named = f"{element.get('id') or ''} {element.get('class') or ''}"
    return len(named) > 1 and _FOOT.search(named.lower()) is not None


def hides(element: HtmlElement) -> bool:
    """Whether the element itself keeps its content from the reader (its ancestors were asked before)."""
    if element.tag in _UNREAD:
        return True
    attributes = element.attrib
    if "style" not in attributes and "hidden" not in attributes:
        return False
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style


def label_of(text: str, meanings: Mapping[str, frozenset[str]]) -> str | None:
    """What a text stands for when all of it is a label, numbering and colon apart."""
    bare = bare_label(text)
    return next((meaning for meaning, words in meanings.items() if bare in words), None)


def bare_label(text: str) -> str:
    """A text folded, without numbering in front and colon behind, blanks inside Chinese labels taken out."""
    folded = _ENDING.sub("", _NUMBERING.sub("", fold(text.strip("【】[]《》<> \u3000"))))
    return folded if folded.isascii() else re.sub(r"\s+", "", folded)


def labelled(document: ParsedDocument, group: str, *, only: str = "") -> Iterator[tuple[str, str]]:
    """Each labelled content of a page in order: what the label means, and the text that follows it (may be empty).

    The text of a link that leads to another page is no label. With `only`, labels of that meaning alone are read: the
    words of the others may then stand behind them.
    """
    meanings = labels(document.language)[group]
    if only:
        meanings = {only: meanings[only]}
    here = document.page.url.split("#")[0]
    links = {link.text for link in document.links if link.href and link.href.split("#")[0] != here}
    pieces = segments(document, foot=False)
    for number, piece in enumerate(pieces):
        if piece in links:
            continue
        meaning = label_of(piece, meanings) if len(piece) <= 40 else None
        if meaning is not None:
            following = pieces[number + 1] if number + 1 < len(pieces) else ""
            split = _SPLIT.match(following)
            taken = label_of(following, meanings) or (split and label_of(split[1], meanings))
            yield meaning, "" if taken else following
            continue
        yield from _inside(piece, meanings)


def _inside(piece: str, meanings: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, str]]:
    """The labels inside one piece, each with the text up to the next of them."""
    found = [
        (match.start(), match.end(), meaning)
        for match in _LABEL.finditer(piece)
        if (meaning := label_of(match[1], meanings)) is not None
    ]
    split = _SPLIT.match(piece)
    whole = label_of(split[1], meanings) if split is not None else None
    if split is not None and whole is not None and not (found and found[0][0] == 0):
        found = [(0, split.start(2), whole), *(one for one in found if one[0] >= split.start(2))]
    for number, (_, end, meaning) in enumerate(found):
        stop = found[number + 1][0] if number + 1 < len(found) else len(piece)
        yield meaning, piece[end:stop].strip(" ;；,，。\u3000")


def says(text: str, words: frozenset[str]) -> bool:
    """Whether a text contains one of some folded words, Latin ones as whole words."""
    folded = fold(text)
    return any(word in folded and contains(folded, word) for word in words)
