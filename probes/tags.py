"""What the prescribed tags of a page claim, beside what a reader sees: its site, its title, its date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from probes.dates import dates_in, iso_date
from probes.lexicon import fold, lexicon_for, words_files
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_MARKUP = re.compile(r"<[^>]{1,80}>")
_PARTS = re.compile(r"[-_|—–·]")
_LEAST_TITLE = 4
"""Characters below which a title says too little to be looked for."""
_LONGEST_LINE = 200
_MOST_LINES = 3
"""Lines of date and source that are read; what follows them belongs to other articles."""


@dataclass(frozen=True)
class TagsSeen:
    """The tags SiteDomain, ArticleTitle and PubDate as they stand (empty: none), and what the page shows to them.

    `title_shown` says whether a reader sees that title outside of links, None without a tag. `date` is the tag's day
    (ISO, None when it is none), `dates_shown` the days of the lines that name date or source (empty: no such line).
    """

    domain: str
    title: str
    title_shown: bool | None
    date_told: str
    date: str | None
    dates_shown: tuple[str, ...]


@document_probe("tags", version=1)
def look(document: ParsedDocument) -> TagsSeen | None:
    """The tags of the page; None when it has none of the three."""
    meta = document.seen.meta
    domain, title, told = (meta.get(name, "") for name in ("sitedomain", "articletitle", "pubdate"))
    if not (domain or title or told):
        return None
    date = iso_date(told) if told else None
    return TagsSeen(
        domain=domain[:200],
        title=title[:200],
        title_shown=_shows(document, title) if title else None,
        date_told=told[:40],
        date=date.isoformat() if date is not None else None,
        dates_shown=tuple(dict.fromkeys(_days(document))) if told else (),
    )


def _shows(document: ParsedDocument, title: str) -> bool:
    """Whether the title stands in the page's own title or in its text, links to other pages left out."""
    told = _bare(_MARKUP.sub("", title))
    if len(told) < _LEAST_TITLE:
        return True
    named = document.seen.title
    first = _bare(_PARTS.split(named)[0].rstrip(" .…"))
    if told in _bare(named) or (len(first) >= 2 * _LEAST_TITLE and told.startswith(first)):
        return True
    links = {link.text for link in document.links if link.href and link.href != document.page.url.split("#")[0]}
    lines = [_bare(line) for line in document.text.split("\n") if len(line) < _LONGEST_LINE and line not in links]
    return any(told in line or told in line + after for line, after in zip(lines, [*lines[1:], ""], strict=True))


def _days(document: ParsedDocument) -> Iterator[str]:
    """The days in the first lines that name a date of publication or a source."""
    lexicon = lexicon_for(document.language)
    words = words_files().get(document.language)
    lines = document.text.split("\n")
    read = 0
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if len(line) >= _LONGEST_LINE or not lexicon.said("kind", "article", fold(line)):
            continue
        text = f"{line} {after}" if len(after) < 40 else line  # the date may stand in a box of its own
        found = [day for day in dates_in(text, day_first=words.dates.day_first if words else True) if day.year]
        yield from (f"{day.year:04}-{day.month:02}-{day.day:02}" for day in found)
        read += bool(found)
        if read >= _MOST_LINES:
            return


def _bare(text: str) -> str:
    """A text as titles are compared: letters and digits alone."""
    return "".join(char for char in fold(text) if char.isalnum())
