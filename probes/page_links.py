"""How many ways lead on from a page: to its own site, to others, nowhere, and to files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from probes.parsed import ParsedDocument
from probes.registry import document_probe

MAX_FILES = 10
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)$", re.I)


@dataclass(frozen=True)
class FileLink:
    """A link to a file, with its words."""

    text: str
    href: str


@dataclass(frozen=True)
class LinksSeen:
    """Distinct targets on the page's own host (the page itself left out) and on others, links that lead nowhere, and
    the first links to files."""

    internal: int
    outside: int
    nowhere: int
    files: tuple[FileLink, ...]
    files_total: int


@document_probe("page_links", version=1)
def look(document: ParsedDocument) -> LinksSeen:
    """Counts over all visible links of the page."""
    host = _host(document.page.url)
    itself = document.page.url.split("#")[0]
    targets = dict.fromkeys(link.href.split("#")[0] for link in document.links if link.href.startswith("http"))
    inside = [href for href in targets if _host(href) == host and href != itself]
    files = {
        link.href: FileLink(link.text[:80], link.href)
        for link in document.links
        if link.href.startswith("http") and _FILE.search(link.href.split("?")[0].split("#")[0])
    }
    return LinksSeen(
        internal=len(inside),
        outside=sum(1 for href in targets if _host(href) != host),
        nowhere=sum(1 for link in document.links if not link.href),
        files=tuple(files.values())[:MAX_FILES],
        files_total=len(files),
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bad port or bracket in a link
        return ""
