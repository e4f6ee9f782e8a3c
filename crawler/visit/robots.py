"""What a site asks of robots: read once a round, obeyed always (RFC 9309)."""

from __future__ import annotations

from dataclasses import dataclass

from protego import Protego

from probes.outcome import Cause

LIMIT_BYTES = 500 * 1024  # RFC 9309 §2.5
TOKEN = "CivicProbe"


@dataclass(frozen=True)
class RobotsSeen:
    """A site's robots.txt: its status, its text (cut at 500 KiB), or why it could not be had."""

    status: int | None
    text: str = ""
    cause: Cause | None = None


class Rules:
    """What may be asked of one site.

    No robots.txt (any 4xx, or a page that is plainly none): everything may. A server error: nothing may. No connection:
    nothing is asked, and the cause is that of the connection.
    """

    def __init__(self, seen: RobotsSeen) -> None:
        self.cause = seen.cause
        self._rules = Protego.parse(seen.text) if seen.text else None
        if seen.status is not None and 500 <= seen.status < 600:
            self.cause = Cause.ROBOTS

    def refuses(self, url: str) -> Cause | None:
        """The cause for not asking for an address, or None when it may be asked for."""
        if self.cause is not None:
            return self.cause
        if self._rules is not None and not self._rules.can_fetch(url, TOKEN):
            return Cause.ROBOTS
        return None

    @property
    def crawl_delay_s(self) -> float | None:
        """Crawl-delay in seconds, if the site asks for one."""
        return None if self._rules is None else self._rules.crawl_delay(TOKEN)

    @property
    def sitemaps(self) -> tuple[str, ...]:
        """The site maps that robots.txt names."""
        return () if self._rules is None else tuple(self._rules.sitemaps)


def robots_seen(status: int, body: bytes, media_type: str) -> RobotsSeen:
    """Read an answer to /robots.txt; HTML in its place counts as no rules."""
    text = body[:LIMIT_BYTES].decode("utf-8-sig", "replace")
    is_page = "html" in media_type and "user-agent" not in text.lower()
    return RobotsSeen(status, "" if status != 200 or is_page else text)
