"""How a visit ended: from an answer and its reading to an outcome, a cause, and whether to ask again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urljoin

from crawler.sampling import clean, is_web_address
from probes.document import DocumentSeen
from probes.outcome import Cause, Outcome
from probes.page import FetchedPage, Way

REDIRECTS = (301, 302, 303, 307, 308)
TOO_MUCH = (412, 429, 503, 521)
_REFRESH = re.compile(rb"""http-equiv\s*=\s*["']?refresh["']?[^>]{0,80}?url\s*=\s*["']?([^"'>\s]{1,500})""", re.I)


@dataclass(frozen=True)
class Ending:
    """The outcome of one answer, and what follows from it."""

    outcome: Outcome
    cause: Cause | None = None
    vendor: str | None = None
    detail: str = ""
    slow_down: bool = False
    ask_again: bool = False


def ending(page: FetchedPage, seen: DocumentSeen | None) -> Ending:
    """Judge one answer by its status and, where it is a page, by what was read on it."""
    status = page.status
    slow = status in TOO_MUCH
    if seen is not None and seen.kind == "wall":
        captcha = seen.kind_why.startswith("captcha")
        cause = Cause.CAPTCHA if captcha else Cause.BLOCKED
        return Ending(Outcome.CANT_TELL, cause, seen.vendor, seen.kind_why, slow_down=slow)
    if status in (404, 410):
        return Ending(Outcome.FAILED, Cause.HTTP_4XX, detail=f"HTTP {status}")
    if 400 <= status < 500:
        again = status == 429
        return Ending(Outcome.CANT_TELL, Cause.HTTP_4XX, detail=f"HTTP {status}", slow_down=slow, ask_again=again)
    if status >= 500:
        return Ending(Outcome.CANT_TELL, Cause.HTTP_5XX, detail=f"HTTP {status}", slow_down=slow, ask_again=True)
    if status in REDIRECTS and redirect_target(page, seen) is None:
        return Ending(Outcome.CANT_TELL, Cause.BAD_BODY, detail=f"HTTP {status} that leads nowhere")
    if seen is None:
        return Ending(Outcome.PASSED)
    if seen.kind == "error":
        return Ending(Outcome.FAILED, Cause.SOFT_404, detail=seen.kind_why)
    if seen.empty_shell:
        return Ending(Outcome.CANT_TELL, Cause.EMPTY_SHELL, detail=seen.kind_why)
    return Ending(Outcome.PASSED)


def redirect_target(page: FetchedPage, seen: DocumentSeen | None) -> str | None:
    """Where an answer sends the visitor: by Location, or by a refresh tag on a page that says nothing else.

    Cleaned as the frontier keeps addresses; None where it leads nowhere on the web (a broken address, another scheme).
    """
    target: str | None = None
    if page.status in REDIRECTS:
        target = page.header("location")
    elif page.way is Way.PLAIN and seen is not None and seen.text_chars < 300:
        found = _REFRESH.search(page.body[:5000])
        target = found[1].decode("utf-8", "replace") if found is not None else None
    if not target:
        return None
    try:
        target = urljoin(page.url, target.strip())
    except ValueError:
        return None
    return clean(target) if is_web_address(target) else None
