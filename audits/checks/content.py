"""Is there something on it: what a page shows beside what every page of its site shows."""

from __future__ import annotations

from collections import Counter
from urllib.parse import urlsplit

from audits.city import CitySeen, Place, VisitedPage
from probes.attachments import FileSeen
from probes.document import DocumentSeen
from probes.outcome import Cause, Outcome
from probes.own_text import LinesSeen

LEAST_CHARS = 40
"""Characters of its own from which a page without a list or form says something beside its heading."""

_OFTEN = 0.4
"""Share of a host's pages from which a line is its template's, not the page's own."""

_LEAST_PAGES = 4
"""Pages of a host that must have been read before its template can be told."""

_KINDS_WITHOUT_CONTENT = ("error", "wall")


def shows_content(city: CitySeen, place: Place) -> bool:
    """Whether an address gave a page (or a file) with something on it: no error, wall, blank list or empty shell."""
    for visit in place.visits:
        if visit.saw(FileSeen) is not None and visit.outcome is Outcome.PASSED and not visit.gone:
            return True
        if visit.cause is Cause.NOT_HTML and visit.status == 200:
            return True
    if any(answer.items for _, answer in place.lists):
        return True
    return any(
        document.kind not in _KINDS_WITHOUT_CONTENT and document.text_chars > 0 and not _is_bare(city, visit, document)
        for visit, document in place.documents
    )


def is_blank(city: CitySeen, place: Place) -> bool:
    """Whether a list page has no entry in any reading, after scripts ran where they were needed.

    A page whose data call could not be made is not blank: its list is unknown. One whose data call says that there is
    nothing is blank, whatever else is written on it.
    """
    readings = place.documents
    if place.unfilled is not None or any(answer.items for _, answer in place.lists):
        return False
    if place.lists:
        return not any(_offers(document) for _, document in readings)
    return bool(readings) and all(_is_bare(city, visit, document) for visit, document in readings)


def _offers(document: DocumentSeen) -> bool:
    """Whether a page shows entries, or a form for something else than a search."""
    listed = bool(document.items or document.undated_items)
    return listed or any(form.purpose != "search" for form in document.forms)


def _is_bare(city: CitySeen, visit: VisitedPage, document: DocumentSeen) -> bool:
    """Whether a page shows neither entries nor forms nor text of its own."""
    if _offers(document):
        return False
    own = own_chars(city, visit)
    if own is None:
        return document.kind == "blank"
    if (
        document.kind == "blank"
    ):  # it says itself that there is nothing: a menu of its section does not speak against it
        return own < 2 * LEAST_CHARS
    return own < LEAST_CHARS and document.kind in ("column", "other", "article")


def own_chars(city: CitySeen, visit: VisitedPage) -> int | None:
    """The characters in lines that most other pages of the same host do not have.

    None when too few other pages of the host were read to tell.
    """
    lines = visit.saw(LinesSeen)
    pages, met = city.once(_lines_of_hosts).get(_host(visit), (0, Counter()))
    if lines is None or pages < _LEAST_PAGES:
        return None
    return sum(chars for line, chars in zip(lines.checksums, lines.chars, strict=True) if met[line] < _OFTEN * pages)


def _lines_of_hosts(city: CitySeen) -> dict[str, tuple[int, Counter[int]]]:
    """For each host, how many pages were read and on how many of them each line stands."""
    seen: dict[str, dict[str, set[int]]] = {}
    for page in city.pages:
        lines = page.saw(LinesSeen) if page.read else None
        if lines is not None:
            seen.setdefault(_host(page), {}).setdefault(page.url, set()).update(lines.checksums)
    return {
        host: (len(pages), Counter(line for lines in pages.values() for line in lines)) for host, pages in seen.items()
    }


def _host(page: VisitedPage) -> str:
    return (urlsplit(page.url).hostname or "").removeprefix("www.")
