"""What a probe of an opened page is handed: the page, how it loaded, and a place for its picture."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import ConsoleMessage, Dialog, Page, Request, Response

Look = Callable[["Page", "Load", Way], Awaitable[Any]]


@dataclass
class Load:
    """What was noted while one page loaded; filled by listeners, read by probes."""

    requests: int = 0
    finished: int = 0
    failed: int = 0
    refused: int = 0
    console_errors: int = 0
    dialogs: int = 0
    crashed: bool = False
    response: Response | None = None
    main_response: Response | None = None
    last_address: str | None = None
    jpeg: bytes | None = None

    @property
    def under_way(self) -> int:
        """Requests that have neither finished nor failed."""
        return self.requests - self.finished - self.failed

    def on_request(self, request: Request) -> None:
        """A request left the page; the last one of the main frame says where the page is going."""
        self.requests += 1
        if _of_main_frame(request):
            self.last_address = request.url

    def on_finished(self, _request: Request) -> None:
        """A request was answered in full."""
        self.finished += 1

    def on_failed(self, _request: Request) -> None:
        """A request came to nothing."""
        self.failed += 1

    def on_response(self, response: Response) -> None:
        """Keep the last answer to the navigation of the main frame: after redirects and script walls, that is the
        page.
        """
        if _of_main_frame(response.request) and not 300 <= response.status < 400:
            self.main_response = response

    def on_console(self, message: ConsoleMessage) -> None:
        """Count errors that the page writes to the console."""
        self.console_errors += message.type == "error"

    async def on_dialog(self, dialog: Dialog) -> None:
        """Count and dismiss alerts, confirms and prompts."""
        self.dialogs += 1
        with contextlib.suppress(Exception):  # the page may be gone before its dialog is
            await dialog.dismiss()

    def on_crash(self, _page: Page) -> None:
        """The renderer is gone."""
        self.crashed = True


def _of_main_frame(request: Request) -> bool:
    try:
        return request.is_navigation_request() and request.frame.parent_frame is None
    except Exception:  # Playwright cannot name the frame of a page that is still to come, or is gone
        return False


@dataclass(frozen=True)
class LiveProbe:
    """A probe of an opened page: name, version, the ways it looks in, its deadline in seconds, and its function.

    `seen` is the frozen dataclass that `look` returns; None from `look` means there was nothing to look at.
    """

    name: str
    version: int
    seen: type
    ways: tuple[Way, ...]
    deadline_s: float
    look: Look
