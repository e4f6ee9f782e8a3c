"""Published messages of citizens: when each was asked and answered, by whom, and whether the reply is shown."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from probes.labels import label_of, labelled, labels, says
from probes.parsed import ParsedDocument
from probes.registry import document_probe

MAX_MESSAGES = 60
"""Messages kept of one page; `MessagesSeen.total` has the true count."""

_DATE = re.compile(r"(20\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ENGLISH = re.compile(r"([A-Z][a-z]{2})[a-z]*\.? (\d{1,2}),? (20\d{2})")
_AMERICAN = re.compile(r"\b(\d{1,2})/(\d{1,2})/(20\d{2})\b")


@dataclass(frozen=True)
class MessageSeen:
    """One message; dates are ISO, the texts themselves are never kept (they are people's words).

    `waiting` is true where the page says that there is no answer yet, false where there is one, None where it tells
    neither.
    """

    asked: str | None = None
    answered: str | None = None
    unit: bool = False
    question: bool = False
    reply: bool = False
    waiting: bool | None = None


@dataclass(frozen=True)
class MessagesSeen:
    """The messages of one page; `form` is `detail` (a page of one message) or `list`."""

    form: str
    messages: tuple[MessageSeen, ...]
    total: int


@document_probe("messages", version=2)
def look(document: ParsedDocument) -> MessagesSeen | None:
    """The messages on this page; None when there is no label of an answer."""
    rows = _tables(document)
    found = rows or _labelled(document)
    if not found:
        return None
    form = "detail" if len(found) == 1 and not rows else "list"
    return MessagesSeen(form, tuple(found[:MAX_MESSAGES]), len(found))


def date_in(text: str) -> str | None:
    """The first date of a text as `YYYY-MM-DD`, None when it has none that exists."""
    if match := _DATE.search(text):
        return _iso(match[1], match[2], match[3])
    if (match := _ENGLISH.search(text)) and match[1].lower() in _MONTHS:
        return _iso(match[3], str(_MONTHS.index(match[1].lower()) + 1), match[2])
    if match := _AMERICAN.search(text):
        return _iso(match[3], match[1], match[2])
    return None


def _iso(year: str, month: str, day: str) -> str | None:
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return None
    return f"{year}-{int(month):02}-{int(day):02}"


def _labelled(document: ParsedDocument) -> list[MessageSeen]:
    """Messages written as labels and contents; a label met a second time begins the next message."""
    groups: list[dict[str, str]] = []
    for meaning, content in labelled(document, "message"):
        if not groups or meaning in groups[-1]:
            groups.append({})
        groups[-1][meaning] = content
    told = [
        group
        for group in groups
        if "asked" in group
        and (group.keys() & {"answered", "reply", "unit"} or ("state" in group and date_in(group["asked"])))
    ]
    words = labels(document.language)["message_state"]
    return [_message(group, words) for group in told]


def _tables(document: ParsedDocument) -> list[MessageSeen]:
    """Messages written as rows under a head that names at least when they were asked and answered."""
    meanings = labels(document.language)["message"]
    words = labels(document.language)["message_state"]
    found: list[MessageSeen] = []
    for table in document.tree.iter("table"):
        rows = [[_text(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
        if len(rows) < 2:
            continue
        head = [label_of(cell, meanings) for cell in rows[0]]
        if "asked" not in head or not {"answered", "reply", "unit", "state"} & set(head):
            continue
        for row in rows[1:]:
            if len(row) == len(head) and any(row):
                group = {name: cell for name, cell in zip(head, row, strict=True) if name is not None}
                found.append(replace(_message(group, words), question=True))
    return found


def _message(group: dict[str, str], words: Mapping[str, frozenset[str]]) -> MessageSeen:
    reply = group.get("reply", "").strip()
    answered = date_in(group.get("answered", ""))
    given = bool(reply) and not _is_blank(reply, words)
    return MessageSeen(
        asked=date_in(group.get("asked", "")),
        answered=answered,
        unit=bool(group.get("unit", "").strip()),
        question=bool(group.get("question", "").strip()),
        reply=given,
        waiting=_waits(group, words, answered=answered is not None or given),
    )


def _waits(group: dict[str, str], words: Mapping[str, frozenset[str]], *, answered: bool) -> bool | None:
    """Whether a message has no answer yet: its state says so, or the place of the answer is there and empty."""
    state = group.get("state", "")
    if says(state, words["waiting"]):
        return not answered
    if answered or says(state, words["answered"]):
        return False
    places = [group[name] for name in ("answered", "reply") if name in group]
    return True if places and all(_is_blank(place, words) for place in places) else None


def _is_blank(content: str, words: Mapping[str, frozenset[str]]) -> bool:
    """Whether what stands in the place of an answer is none: nothing, a dash, or words for "not yet"."""
    return not any(char.isalnum() for char in content) or (len(content) <= 20 and says(content, words["waiting"]))


def _text(cell: HtmlElement) -> str:
    return " ".join("".join(str(piece) for piece in cell.itertext()).split())
