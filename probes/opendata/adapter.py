"""What the reader of one family of open-data platforms must be able to do."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable
from functools import cache
from typing import Protocol

from probes.observation import Wanted
from probes.opendata.catalogue import OpenDataAnswer
from probes.page import FetchedPage


class Adapter(Protocol):
    """The reader of one family. It looks at what was fetched and names what it wants next."""

    @property
    def family(self) -> str:
        """The family's name in data: ckan, dcat, data_json, inspur …"""

    @property
    def rank(self) -> int:
        """Order of asking and of reading: smaller first."""

    @property
    def asks_unrecognised(self) -> bool:
        """Whether `first` may be asked on a platform whose home page does not tell its family."""

    @property
    def reads_by_post(self) -> bool:
        """Whether some of its read-only queries go by POST (such families are listed in METHOD.md)."""

    def recognises(self, page: FetchedPage) -> bool:
        """Whether a page of the platform (its home page, say) bears this family's fingerprint."""

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The read-only calls that open the catalogue, as the page shows them or at well-known addresses."""

    def reads(self, answer: FetchedPage) -> bool:
        """Whether this answer, by its address and first bytes, is this family's to read."""

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """What the answer says; may raise `BrokenAnswer`, which becomes the answer's fault."""


@cache
def adapters() -> tuple[Adapter, ...]:
    """Every family's adapter by rank, found by looking through `families`: a new family is one new module."""
    from probes.opendata import families

    found: list[Adapter] = []
    for module in pkgutil.iter_modules(families.__path__, f"{families.__name__}."):
        found.append(importlib.import_module(module.name).ADAPTER)
    return tuple(sorted(found, key=lambda adapter: (adapter.rank, adapter.family)))


def call(url: str, why: str, post: str | None = None) -> Wanted:
    """A catalogue query as the crawler is asked for it; by POST when it has a body."""
    return Wanted(url=url, role="opendata.api", why=why, method="GET" if post is None else "POST", post=post)


def permitted(adapter: Adapter, calls: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """An adapter's calls without those by POST, unless it declares that it reads by POST."""
    return tuple(one for one in calls if one.method in ("GET", "HEAD") or (one.post and adapter.reads_by_post))


_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|script)\b", re.I)


def looks_like_html(page: FetchedPage) -> bool:
    """Whether the body begins as an HTML page does, whatever its declared type."""
    head = page.body[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head[:1] == b"<" and _TAG.search(head) is not None
