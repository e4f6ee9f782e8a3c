"""Gateway style: every call must be signed with a key that is given to registered users; it is never asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from probes.observation import Wanted
from probes.opendata.catalogue import OpenDataAnswer
from probes.opendata.loose_values import BrokenAnswer
from probes.page import FetchedPage

_PATH = re.compile(r"^(?:/[\w.-]+)*?/gateway/api/\d+/[^/]+")
_LINK = re.compile(rb"/gateway/api/\d+/[\w-]", re.I)
_HEADERS = (b"x-client-id", b"x-timestamp", b"x-nonce", b"x-signature")


@dataclass(frozen=True)
class Gateway:
    """Interfaces under `/gateway/api/1/{id}` with the headers X-Client-Id, X-Timestamp, X-Nonce, X-Signature."""

    family: str = "gateway"
    rank: int = 90
    asks_unrecognised: bool = False
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By an interface's address together with the names of the signed headers, as its own guides show them."""
        return _signed(page)

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """Nothing: a call without a signature is refused, and signatures belong to registered users."""
        return ()

    def reads(self, answer: FetchedPage) -> bool:
        """By an interface's address, or a page that asks for signed calls."""
        return _PATH.match(urlsplit(answer.url).path) is not None or _signed(answer)

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """Always a fault: the catalogue needs signing."""
        raise BrokenAnswer("needs signing: calls carry a signature of a registered user, which we never make")


def _signed(page: FetchedPage) -> bool:
    head = page.body[:400_000]
    lowered = head.lower()
    return _LINK.search(head) is not None and all(name in lowered for name in _HEADERS)


ADAPTER = Gateway()
