"""What the reader of one family of scripted lists must be able to do."""

from __future__ import annotations

import importlib
import pkgutil
import re
from functools import cache
from typing import Protocol
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from probes.lists.listing import ListAnswer, ListCall
from probes.page import FetchedPage
from probes.parsed import ParsedDocument

_PATH = "%!$&'()*+,;=:@/~[]|"  # what may stand in an address as it is (WHATWG URL Standard)


class ListFamily(Protocol):
    """The reader of one family: it finds the data calls in a page's source, and reads their answers."""

    @property
    def family(self) -> str:
        """The family's name in data: gkmlpt, jpage …"""

    @property
    def rank(self) -> int:
        """Order of looking and of reading: smaller first."""

    def calls(self, document: ParsedDocument) -> tuple[ListCall, ...]:
        """The data calls of this page; none for a page of another family, or whose list stands in its source."""

    def reads(self, answer: FetchedPage) -> bool:
        """Whether this answer, by its address, is this family's to read."""

    def read(self, answer: FetchedPage) -> ListAnswer:
        """What the answer lists; may raise `BrokenAnswer`, which becomes the answer's fault."""


@cache
def families() -> tuple[ListFamily, ...]:
    """Every family's reader by rank, found by looking through `families`."""
    from probes.lists import families as folder

    found: list[ListFamily] = []
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        found.append(importlib.import_module(module.name).FAMILY)
    return tuple(sorted(found, key=lambda family: (family.rank, family.family)))


def address(base: str, href: str) -> str | None:
    """An absolute web address as the crawler keeps it: no fragment, escaped as a browser does; None for no address."""
    try:
        parts = urlsplit(urljoin(base, href.strip()))
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname or len(href) > 2000:
        return None
    path = quote(parts.path, safe=_PATH, errors="replace") or "/"
    return urlunsplit((parts.scheme, parts.netloc.lower(), path, quote(parts.query, safe=_PATH + "?`{}^"), ""))


def same_host(one: str, other: str) -> bool:
    """Whether two addresses are of one host and port."""
    return urlsplit(one).netloc.lower() == urlsplit(other).netloc.lower()


def unescaped(text: str) -> str:
    """An address as written in a page's source, without the entities of HTML."""
    return re.sub(r"&amp;", "&", text)
