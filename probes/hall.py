"""The service hall as a list: how many items it says it has, which addresses it lists, and how it groups them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from probes.labels import bare_label, labels, segments
from probes.lexicon import fold, units_of
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_MENU = ("header", "nav", "footer")
_MOST_LINKS = 200
_MOST_CHARS = 120
_NUMBER = r"(?<![\d.\-/:])(\d[\d,]{0,8})(?![\d.\-/:年月日%])"


@dataclass(frozen=True)
class Group:
    """One way of grouping (`person`, `legal`, `theme`, `department`, `event`) and the words seen."""

    kind: str
    text: str


@dataclass(frozen=True)
class HallSeen:
    """What one page of a service hall lists.

    `declared` is the largest number of items the page names (`words` says how), None when it names none; `listed` the
    distinct addresses in its body; `more` whether the list goes on on another page; `groups` each kind once.
    """

    declared: int | None
    words: str
    listed: tuple[str, ...]
    more: bool
    groups: tuple[Group, ...]


@document_probe("hall", version=1)
def look(document: ParsedDocument) -> HallSeen | None:
    """The lists of a page of services; None for a page of another kind."""
    of_services = any(role.startswith("service.") for role in document.page.roles)
    if not of_services and document.seen.kind not in ("service", "home"):
        return None
    all_words = labels(document.language)
    listed = dict.fromkeys(
        link.href.split("#")[0] for link in document.links if link.href.startswith("http") and link.where not in _MENU
    )
    declared, words = _declared(document, all_words["items"]["thing"])
    more = any(link.href and bare_label(link.text) in all_words["items"]["next"] for link in document.links)
    return HallSeen(declared, words, tuple(listed)[:_MOST_LINKS], more, _groups(document, all_words["grouping"]))


def _declared(document: ParsedDocument, things: frozenset[str]) -> tuple[int | None, str]:
    """The largest number that stands directly beside the word for an item, outside of links to single pages."""
    names = "|".join(map(re.escape, sorted(things, key=lambda word: (-len(word), word))))
    beside = re.compile(
        rf"{_NUMBER}\s*(?:余|多)?\s*(?:个|项|件|条|大类)?\s*(?:[^\s\d,，。;；:：]{{0,8}})(?:{names})"
        rf"|(?:{names})\s*(?:总数|总量|数量|数|共计|合计|共|总计|已达|达|为)?\s*[:：（(]?\s*{_NUMBER}"
    )
    titles = tuple({link.text for link in document.links if len(link.text) > 14})
    best: tuple[int, str] | None = None
    for piece in segments(document, foot=False):
        if len(piece) > _MOST_CHARS or (titles and piece.startswith(titles)):
            continue
        for match in beside.finditer(fold(piece)):
            number = int((match[1] or match[2]).replace(",", ""))
            if best is None or number > best[0]:
                best = (number, piece)
    return best if best is not None else (None, "")


def _groups(document: ParsedDocument, meanings: Mapping[str, frozenset[str]]) -> tuple[Group, ...]:
    """The ways of grouping whose names are whole links, tabs or headings of the page.

    A bare word ("businesses", 部门) counts as a link alone: in a table it says whom a service is for, or whose it is.
    """
    found: dict[str, Group] = {}
    linked = dict.fromkeys(link.text for link in document.links)
    for text in (*linked, *segments(document, foot=False)):
        if len(text) > 40 or text.endswith((":", "：")) or (text not in linked and _is_bare(text)):
            continue
        bare = bare_label(text)
        for kind, words in meanings.items():
            if kind not in found and bare in words:
                found[kind] = Group(kind, text)
    return tuple(found.values())


def _is_bare(text: str) -> bool:
    units = units_of(text)
    return len(units) < (3 if any(unit > "\u3400" for unit in units) else 2)
