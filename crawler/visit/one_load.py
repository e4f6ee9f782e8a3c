"""What happens to one load in a browser: watched, left to settle, looked at by each probe, its faults named."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import (
    Page,
    Request,
    Response,
    WebSocket,
)

from crawler.visit.proxy import GuardProxy
from probes.live import LiveProbe, Load
from probes.observation import Observation
from probes.outcome import Cause, Outcome, WebFault
from probes.page import Way

SETTLE_S = 3.0
CONTENT_S = 15.0  # a page that has not handed over its DOM by then never will

# Resolves when the document has not changed for a few frames (60 ms); the caller bounds the wait.
_QUIET = """() => new Promise((resolve) => {
  let timer = setTimeout(resolve, 60);
  new MutationObserver(() => { clearTimeout(timer); timer = setTimeout(resolve, 60); })
    .observe(document, { subtree: true, childList: true, characterData: true });
})"""


@asynccontextmanager
async def watching(page: Page, proxy: GuardProxy) -> AsyncIterator[Load]:
    """Note what happens while a page loads: requests, failures, refusals, console errors, dialogs."""
    load = Load()

    def on_response(response: Response) -> None:
        if proxy.cause("", response.headers.get(proxy.header)) is Cause.FORBIDDEN_ADDRESS:
            load.refused += 1

    def on_failed(request: Request) -> None:
        if proxy.cause(request.url) is Cause.FORBIDDEN_ADDRESS:
            load.refused += 1

    def on_socket(socket: WebSocket) -> None:
        socket.on("socketerror", lambda _error: on_failed_socket(socket))

    def on_failed_socket(socket: WebSocket) -> None:
        if proxy.cause(socket.url) is Cause.FORBIDDEN_ADDRESS:
            load.refused += 1

    listeners: list[tuple[str, Any]] = [
        ("request", load.on_request),
        ("requestfinished", load.on_finished),
        ("requestfailed", load.on_failed),
        ("response", load.on_response),
        ("console", load.on_console),
        ("dialog", load.on_dialog),
        ("crash", load.on_crash),
        ("response", on_response),
        ("requestfailed", on_failed),
        ("websocket", on_socket),
    ]
    for event, listener in listeners:
        page.on(event, listener)  # type: ignore[call-overload]  # the events are listed by name, once
    try:
        yield load
    finally:
        for event, listener in listeners:
            page.remove_listener(event, listener)


async def content_of(page: Page) -> str:
    """The rendered DOM. A page that is on its way to another one is asked again; one that does not answer has
    crashed.
    """
    for attempt in range(3):
        try:
            return await asyncio.wait_for(page.content(), CONTENT_S)
        except TimeoutError:
            break
        except PlaywrightError as error:
            if "navigat" not in error.message or attempt == 2:
                break
            with contextlib.suppress(TimeoutError, PlaywrightError):
                await asyncio.wait_for(page.wait_for_load_state("load"), 5)
    raise WebFault(Cause.CRASHED, "the page stopped its renderer")


async def leave(page: Page) -> None:
    """Go to an empty page: scripts of the last one must not go on asking their server while the tab rests."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(page.goto("about:blank"), 5)
        return
    await page.close()


async def settle(page: Page, load: Load) -> None:
    """Wait until scripts have filled the page: no request under way and no change for a moment, within bounds."""
    end = time.monotonic() + SETTLE_S
    with contextlib.suppress(TimeoutError, PlaywrightError):
        while True:
            await asyncio.wait_for(page.evaluate(_QUIET), max(0.05, end - time.monotonic()))
            if load.under_way <= 0 or time.monotonic() >= end:
                return
            await asyncio.sleep(0.05)


async def look_with(probe: LiveProbe, page: Page, load: Load, way: Way) -> tuple[Observation[Any], bool]:
    """One probe's look within its deadline; the second value says that the renderer itself has stopped."""
    start = time.monotonic()

    def observation(
        outcome: Outcome, cause: Cause | None = None, seen: object = None, detail: str = ""
    ) -> Observation[Any]:
        elapsed_ms = round((time.monotonic() - start) * 1000)
        return Observation(probe.name, probe.version, outcome, cause, seen, detail, elapsed_ms)

    try:
        seen = await asyncio.wait_for(probe.look(page, load, way), probe.deadline_s)
        if seen is not None:  # a page can bend what its own scripts say; only what fits the record is kept
            seen = msgspec.json.decode(msgspec.json.encode(seen), type=probe.seen)
    except TimeoutError:
        alive = await responds(page)
        late = f"longer than {probe.deadline_s:g} s"
        return observation(Outcome.CANT_TELL, Cause.PROBE_TIMEOUT, detail=late), not alive
    except PlaywrightError as error:
        crashed = load.crashed or not await responds(page)
        cause = Cause.CRASHED if crashed else Cause.PROBE_ERROR
        return observation(Outcome.CANT_TELL, cause, detail=error.message[:300]), crashed
    except Exception as error:  # what a hostile page can make of a probe's answer
        detail = f"{type(error).__name__}: {error}"[:300]
        return observation(Outcome.CANT_TELL, Cause.PROBE_ERROR, detail=detail), False
    return observation(Outcome.INAPPLICABLE if seen is None else Outcome.PASSED, seen=seen), False


async def responds(page: Page) -> bool:
    """Whether the page's renderer still answers."""
    try:
        await asyncio.wait_for(page.evaluate("1"), 2)
    except (TimeoutError, PlaywrightError):
        return False
    return True


async def close_popup(popup: Page) -> None:
    """Close a window that a page has opened."""
    with contextlib.suppress(PlaywrightError):
        await popup.close()


_NET_CAUSES = {
    "ERR_NAME_NOT_RESOLVED": Cause.DNS,
    "ERR_CONNECTION_REFUSED": Cause.REFUSED,
    "ERR_CONNECTION_RESET": Cause.RESET,
    "ERR_EMPTY_RESPONSE": Cause.RESET,
    "ERR_CONNECTION_CLOSED": Cause.RESET,
    "ERR_TIMED_OUT": Cause.TIMEOUT,
    "ERR_TOO_MANY_REDIRECTS": Cause.REDIRECT_LOOP,
    "ERR_SSL": Cause.TLS,
    "ERR_CERT": Cause.TLS,
    "ERR_CONTENT_DECODING_FAILED": Cause.BAD_BODY,
    "ERR_INCOMPLETE_CHUNKED_ENCODING": Cause.BAD_BODY,
    "ERR_CONTENT_LENGTH_MISMATCH": Cause.BAD_BODY,
    "ERR_ABORTED": Cause.NOT_HTML,
    "Download is starting": Cause.NOT_HTML,
}


def browser_fault(error: PlaywrightError, at_proxy: Cause | None = None) -> WebFault:
    """The true cause behind an error of the browser."""
    text = error.message
    if at_proxy is not None:
        return WebFault(at_proxy, text.splitlines()[0])
    for sign, cause in _NET_CAUSES.items():
        if sign in text:
            return WebFault(cause, text.splitlines()[0])
    if "ERR_TUNNEL_CONNECTION_FAILED" in text or "ERR_PROXY" in text:
        return WebFault(Cause.REFUSED, text.splitlines()[0])
    return WebFault(Cause.CRASHED, text.splitlines()[0])
