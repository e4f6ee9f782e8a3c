"""Personal numbers that pages of citizens' messages give away: how many of each kind, never the numbers themselves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from probes.labels import labelled, segments
from probes.parsed import ParsedDocument
from probes.personal import IDENTITY, MOBILE, PHONE, exposed
from probes.registry import document_probe

_ROLES = ("feedback.replies", "feedback.message")


@dataclass(frozen=True)
class ExposedSeen:
    """Counts on one page of messages: identity numbers, mobile numbers, and other telephone numbers in the citizens'
    own words. Nothing from which a number could be found again is kept, not even a hash."""

    identity: int
    mobile: int
    phone: int

    @property
    def total(self) -> int:
        """All numbers exposed."""
        return self.identity + self.mobile + self.phone


@document_probe("exposed", version=1)
def look(document: ParsedDocument) -> ExposedSeen | None:
    """What a page of messages exposes; None for any other page.

    Such pages are redacted before they are kept, and redaction leaves marks that are counted like the numbers they
    stand for: reading the archive again gives the same counts. A landline may be the office's own and counts only
    inside what a citizen asked; the foot of the page is the office's.
    """
    asked_as_such = any(role in _ROLES for role in document.page.roles)
    if document.seen.kind == "home" or not (asked_as_such or "feedback.replies" in document.seen.present):
        return None
    told = list(labelled(document, "message"))
    if not asked_as_such and not any(meaning == "asked" for meaning, _ in told):
        return None  # it leads to messages and shows none
    found: Counter[str] = Counter()
    for piece in segments(document, foot=False):
        numbers = exposed(piece)
        found[IDENTITY] += numbers[IDENTITY]
        found[MOBILE] += numbers[MOBILE]
    for meaning, content in told:
        if meaning == "question":
            found[PHONE] += exposed(content)[PHONE]
    return ExposedSeen(found[IDENTITY], found[MOBILE], found[PHONE])
