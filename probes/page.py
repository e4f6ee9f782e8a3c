"""What a probe is handed: one fetched page with its address, its answer and its bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Way(StrEnum):
    """How a page was asked for: once a round each."""

    PLAIN = "plain"
    DESKTOP = "desktop"
    PHONE = "phone"
    RECHECK = "recheck"
    LINK = "link"  # only whether it answers: a HEAD request
    IPV6 = "ipv6"  # a plain request that goes over IPv6 alone
    SLOW_PHONE = "slow_phone"  # a phone whose network is slowed


BROWSER_WAYS = (Way.DESKTOP.value, Way.PHONE.value, Way.SLOW_PHONE.value)
SIDE_WAYS = (Way.PHONE.value, Way.RECHECK.value, Way.LINK.value, Way.IPV6.value, Way.SLOW_PHONE.value)
"""Ways that show how an address answers, but are no reading of its page."""


@dataclass(frozen=True)
class FetchedPage:
    """One answer of a server, or the DOM a browser made of it.

    `body` is the decoded-from-transfer bytes of a plain answer, or the rendered DOM as UTF-8 (`rendered` true).
    `headers` keeps order and repeats, names in lower case. `roles` are the reasons it was asked for; `post`
    is the body of a catalogue query that went by POST.
    """

    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    fetched_at: datetime
    way: Way = Way.PLAIN
    rendered: bool = False
    roles: tuple[str, ...] = ()
    lang_hint: str | None = None
    cookies: tuple[str, ...] = ()
    method: str = "GET"
    post: str | None = None

    def header(self, name: str) -> str | None:
        """The first header of that name (any case), or None."""
        name = name.lower()
        return next((value for key, value in self.headers if key.lower() == name), None)

    @property
    def media_type(self) -> str:
        """The bare media type of the Content-Type header in lower case, or an empty string."""
        return (self.header("content-type") or "").split(";")[0].strip().lower()
