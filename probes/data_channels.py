"""Where users ask an open-data platform for data or report its errors: a form, and the dates of answers."""

from __future__ import annotations

from dataclasses import dataclass

from probes.labels import labels, says, segments
from probes.messages import date_in
from probes.parsed import ParsedDocument
from probes.registry import document_probe

ROLES = ("opendata.request", "opendata.correction")
_NEAR = 2
"""Pieces before and after the word for an answer in which its date may stand."""


@dataclass(frozen=True)
class DataChannelSeen:
    """`form` says that one can write there; `answers` counts the answers shown, `newest` is the date of the newest."""

    form: bool
    answers: int
    newest: str | None


@document_probe("data_channel", version=1)
def look(document: ParsedDocument) -> DataChannelSeen | None:
    """What a page for requests or corrections of data shows; None for pages not visited as such."""
    if not any(role in ROLES for role in document.page.roles):
        return None
    words = labels(document.language)["message_state"]
    pieces = segments(document, foot=False)
    answers, days = 0, []
    for number, piece in enumerate(pieces):
        if not says(piece, words["answered"]) or says(piece, words["waiting"]):
            continue
        answers += 1
        around = [piece, *pieces[number + 1 : number + 1 + _NEAR], *reversed(pieces[max(0, number - _NEAR) : number])]
        day = next((found for text in around if (found := date_in(text)) is not None), None)
        if day is not None:
            days.append(day)
    form = any(one.purpose not in ("search", "login") and one.enabled for one in document.seen.forms)
    return DataChannelSeen(form, answers, max(days, default=None))
