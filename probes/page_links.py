"""How many ways lead on from a page: to its own site, to others, nowhere, and to files."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from urllib.parse import urlsplit

from probes.parsed import ParsedDocument
from probes.registry import document_probe

MAX_FILES = 10
MAX_TARGETS = 300
_FILE = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)$", re.I)


@dataclass(frozen=True)
class FileLink:
    """A link to a file, with its words."""

    text: str
    href: str


@dataclass(frozen=True)
class LinksSeen:
    """Distinct targets on the page's own host (the page itself left out) and on others, links that lead nowhere, and
    the first links to files.

    `targets` holds a checksum (CRC-32) of each target on the own host, at most `MAX_TARGETS`, so that the links of many
    pages can be counted without counting one twice.
    """

    internal: int
    outside: int
    nowhere: int
    files: tuple[FileLink, ...]
    files_total: int
    targets: tuple[int, ...] = ()


def is_file(href: str) -> bool:
    """Whether an address ends like that of a file to download: a document, a table or an archive."""
    return _FILE.search(href.split("?")[0].split("#")[0]) is not None


@document_probe("page_links", version=2)
def look(document: ParsedDocument) -> LinksSeen:
    """Counts over all visible links of the page."""
    host = _host(document.page.url)
    itself = document.page.url.split("#")[0]
    targets = dict.fromkeys(link.href.split("#")[0] for link in document.links if link.href.startswith("http"))
    inside = [href for href in targets if _host(href) == host and href != itself]
    files = {
        link.href: FileLink(link.text[:80], link.href)
        for link in document.links
        if link.href.startswith("http") and is_file(link.href)
    }
    return LinksSeen(
        internal=len(inside),
        outside=sum(1 for href in targets if _host(href) != host),
        nowhere=sum(1 for link in document.links if not link.href),
        files=tuple(files.values())[:MAX_FILES],
        files_total=len(files),
        targets=tuple(zlib.crc32(href.encode("utf-8", "replace")) for href in inside[:MAX_TARGETS]),
    )


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:  # a bad port or bracket in a link
        return ""
