"""When an article says it was published: how the time is written, what it was read from, and when the file changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from probes.dates import date_in_url, iso_date
from probes.labels import bare_label, labels, says, segments
from probes.lexicon import fold
from probes.parsed import PUBLISHED, ParsedDocument
from probes.registry import document_probe

_DAY = r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}日?"
_CLOCK = r"\d{1,2}\s?[:时]\s?\d{1,2}(?:\s?[:分]\s?\d{1,2})?"
_WHEN = re.compile(rf"(?<!\d){_DAY}(?:[\st]*{_CLOCK})?(?!\d)")
_TO_THE_MINUTE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?")
_TO_THE_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PARTS = re.compile(r"[\s|,;\[\](【]+")
_HOUR = re.compile(r"[\st](\d{1,2}):(\d\d)")
_FIRST_PIECES = 120
_BYLINE = 200


@dataclass(frozen=True)
class PublicationSeen:
    """The publication of one article.

    `shown` is the line that shows it (empty: none does) and `form` how it is written: `minute` (YYYY-MM-DD HH:MM,
    seconds allowed), `day` (YYYY-MM-DD), `other`, or `none`. `at` is the time (ISO, to the minute where that is told)
    and `source` what it was read from: meta, visible or url, in this order. `last_modified` is the day (ISO) of the
    answer's header of that name.
    """

    shown: str
    form: str
    at: str | None
    source: str | None
    last_modified: str | None


@document_probe("publication", version=1)
def look(document: ParsedDocument) -> PublicationSeen | None:
    """The publication of this article; None for pages of another kind."""
    if document.seen.kind != "article":
        return None
    line, when = _shown(document)
    tag = next((document.seen.meta[name] for name in PUBLISHED if document.seen.meta.get(name)), "")
    in_url = date_in_url(document.page.url)
    at: str | None
    source: str | None
    if (day := iso_date(tag)) is not None:
        at, source = _at(day.isoformat(), tag), "meta"
    elif (day := iso_date(when)) is not None:
        at, source = _at(day.isoformat(), when), "visible"
    else:
        at, source = (in_url.isoformat(), "url") if in_url is not None else (None, None)
    return PublicationSeen(line[:120], _form(when), at, source, _last_modified(document))


def _shown(document: ParsedDocument) -> tuple[str, str]:
    """The line that tells when the article was published, and the time as written there (folded); empty when none.

    A date behind a label for it goes before one that only begins a line of source, clicks and the like.
    """
    words = labels(document.language)["published"]
    weaker = ("", "")
    before = ""
    for piece in segments(document, foot=False)[:_FIRST_PIECES]:
        folded = fold(piece) if len(piece) < _BYLINE else ""
        for found in _WHEN.finditer(folded):
            lead = folded[: found.start()].rstrip(" :·[(【")
            label = _PARTS.split(lead)[-1] if lead else "" if found.start() else before
            when = " ".join(found[0].replace("t", " ").split())
            if bare_label(label) in words["time"] or any(lead.endswith(f" {word}") for word in words["time"]):
                return piece, when
            rest = folded[found.end() :].strip(" ])】|")
            if not lead and not weaker[0] and (not rest or says(rest, words["beside"])):
                weaker = (piece, when)
        before = folded
    return weaker


def _form(when: str) -> str:
    if not when:
        return "none"
    if _TO_THE_MINUTE.fullmatch(when):
        return "minute"
    return "day" if _TO_THE_DAY.fullmatch(when) else "other"


def _at(day: str, told: str) -> str:
    hour = _HOUR.search(told.lower())
    return f"{day}T{int(hour[1]):02}:{hour[2]}" if hour is not None and int(hour[1]) < 24 else day


def _last_modified(document: ParsedDocument) -> str | None:
    header = None if document.page.rendered else document.page.header("last-modified")
    try:
        return parsedate_to_datetime(header).date().isoformat() if header else None
    except ValueError:  # no date of HTTP
        return None
