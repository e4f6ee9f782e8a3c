"""One consultation by its own page: until when opinions are taken, whether that is over, and whether a result stands
there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from probes.dates import dates_in
from probes.labels import labelled, labels, says, segments
from probes.parsed import ParsedDocument
from probes.registry import document_probe

ROLE = "feedback.consultation_page"
_SENTENCE = re.compile(r"[。；;!！]|(?<=[a-z])\.\s")
# 2026年8月1日至8月31日: the second day leaves out the year.
_UNTIL = re.compile(r"(?:至|到|[-—–~～])\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日?")
_LEAST_RESULT = 8
"""Characters of the shortest text that can be a result; shorter ones are names of columns."""
_MONTH_DAYS = 31


@dataclass(frozen=True)
class ConsultationSeen:
    """`ends` is the last day for opinions (ISO) where it is told, `closed` what the page says of its state (None where
    it says nothing), `result` the words by which a published result is known."""

    ends: str | None
    closed: bool | None
    result: str | None


@document_probe("consultation", version=1)
def look(document: ParsedDocument) -> ConsultationSeen | None:
    """What the page of one consultation tells; None for pages that were not asked for as such."""
    if ROLE not in document.page.roles:
        return None
    words = labels(document.language)["consultation_words"]
    told = list(labelled(document, "consultation"))
    ends = max(filter(None, (_last_day(document, text) for name, text in told if name == "period")), default=None)
    if ends is None:
        ends = max(filter(None, (_last_day(document, text) for text in _deadlines(document))), default=None)
    closed = None
    for name, text in told:
        if name == "state" and says(text, words["open"]):
            closed = False
        elif name == "state" and says(text, words["closed"]):
            closed = True
    return ConsultationSeen(ends.isoformat() if ends else None, closed, _result(document, told))


def _result(document: ParsedDocument, told: list[tuple[str, str]]) -> str | None:
    """The words of a result: a text under its heading, or a link of the page's body that leads to it."""
    words = labels(document.language)["consultation_words"]
    for name, text in told:
        if name == "result" and len(text) >= _LEAST_RESULT and not says(text[:40], words["missing"]):
            return text[:60]
    here = document.page.url.split("#")[0]
    for link in document.links:
        leads_on = link.where == "main" and link.href and link.href.split("#")[0] != here
        if leads_on and len(link.text) >= _LEAST_RESULT and says(link.text, words["result"]):
            return link.text[:60]
    return None


def _deadlines(document: ParsedDocument) -> Iterator[str]:
    """The sentences of the page that speak of a last day."""
    words = labels(document.language)["consultation_words"]["deadline"]
    for piece in segments(document, foot=False):
        if any(char.isdigit() for char in piece):
            yield from (sentence for sentence in _SENTENCE.split(piece) if says(sentence, words))


def _last_day(document: ParsedDocument, text: str) -> date | None:
    """The latest day a text names; one without a year lies after the day of the page, or within the month before it."""
    near = date.fromisoformat(document.seen.newest_date or document.page.fetched_at.date().isoformat())
    found = [
        date(one.year, one.month, one.day) if one.year else _near(near, one.month, one.day) for one in dates_in(text)
    ]
    if match := _UNTIL.search(text):
        found.append(_near(max((day for day in found if day), default=near), int(match[1]), int(match[2])))
    return max((day for day in found if day is not None), default=None)


def _near(near: date, month: int, day: int) -> date | None:
    try:
        found = date(near.year, month, day)
        return found if (near - found).days <= _MONTH_DAYS else date(near.year + 1, month, day)
    except ValueError:
        return None
