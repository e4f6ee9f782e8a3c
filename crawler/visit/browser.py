"""A look with the eyes of a visitor: the browser, its few tabs, and the probes that look at one load."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psutil
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    Response,
    async_playwright,
)
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from crawler.visit.one_load import browser_fault, close_popup, content_of, leave, look_with, responds, settle, watching
from crawler.visit.proxy import GuardProxy
from probes.live import LiveProbe, Load
from probes.observation import Observation
from probes.outcome import Cause, Outcome, WebFault
from probes.page import FetchedPage, Way
from probes.slow_load import PROFILE

VISITS_A_CONTEXT = 40  # memory returns only when a context is closed
CLOSING_S = 5.0  # a context that takes longer belongs to a browser that hangs
STARTING_S = 60.0

# No background traffic of the browser's own, and no way around the proxy (QUIC, WebRTC, name look-ups).
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--no-pings",
    "--mute-audio",
    "--dns-prefetch-disable",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-features=Translate,OptimizationHints,MediaRouter,InterestFeedContentSuggestions,AutofillServerCommunication",
)

_PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 1,
    "is_mobile": True,
    "has_touch": True,
}
VIEWS: dict[Way, dict[str, Any]] = {
    Way.DESKTOP: {"viewport": {"width": 1280, "height": 900}, "device_scale_factor": 1},
    Way.PHONE: _PHONE,
    Way.SLOW_PHONE: _PHONE,
}
_ENGINE = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{major}.0.0.0"
PHONE_AGENT = f"Mozilla/5.0 (Linux; Android 14; Mobile) {_ENGINE} Mobile Safari/537.36 {{agent}}"
DESKTOP_AGENT = f"Mozilla/5.0 (X11; Linux x86_64) {_ENGINE} Safari/537.36 {{agent}}"


class BrowserMissing(Exception):
    """No browser that can be driven is on this machine; the message says how to get one."""


async def _slow_down(context: BrowserContext, page: Page) -> None:
    """Hold the network of a tab to the profile of the probe, with nothing kept from earlier loads."""
    wire = await context.new_cdp_session(page)
    await wire.send("Network.enable")
    await wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await wire.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": PROFILE.latency_ms,
            "downloadThroughput": PROFILE.down_kbit_s * 1000 // 8,
            "uploadThroughput": PROFILE.up_kbit_s * 1000 // 8,
        },
    )


def find_chromium(own: str | None = None) -> str | None:
    """The browser to start: CIVICPROBE_CHROMIUM, the one that script/setup saw start, Playwright's own, else the
    system's.

    None when there is none.
    """
    chosen = os.environ.get("CIVICPROBE_CHROMIUM")
    if chosen:
        return chosen
    noted = Path(sys.prefix) / ".browser"
    if noted.exists() and Path(noted.read_text(encoding="utf-8").strip()).is_file():
        return noted.read_text(encoding="utf-8").strip()
    if own is not None and Path(own).exists():
        return own
    for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"):
        path = shutil.which(name)
        if path:
            return path
    return None


def _browsers() -> set[psutil.Process]:
    """The main processes of the browsers below this one: those that are steered and are no helper of another."""
    found = set()
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            words = process.cmdline()
            if "--remote-debugging-pipe" in words and not any(word.startswith("--type=") for word in words):
                found.add(process)
    return found


@dataclass(frozen=True)
class Visited:
    """One load in the browser: its answer, its rendered DOM, what the probes saw, and the picture."""

    page: FetchedPage
    final_url: str
    observations: tuple[Observation[Any], ...]
    jpeg: bytes | None


@dataclass
class Tab:
    """One of the few places where pages are opened; leased to a city, with a context of its own for each view."""

    city: str | None = None
    busy: bool = False
    visits: int = 0
    turns: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    views: dict[Way, tuple[BrowserContext, Page]] = field(default_factory=dict)

    async def close(self) -> bool:
        """Close every context, whatever state it is in; False when the browser does not answer any more."""
        views, self.views, self.visits = self.views, {}, 0
        answers = True
        for context, _page in views.values():
            try:
                await asyncio.wait_for(context.close(), CLOSING_S)
            except TimeoutError:
                answers = False
            except PlaywrightError:
                continue
        return answers


class BrowserDesk:
    """The browser of one round with `tabs` tabs. Started at the first visit, restarted when it dies.

    A page is left as soon as its visit ends, so that its scripts ask for nothing in the pause that follows. Where there
    is no pause (loopback), `linger_s` lets it stay for a moment: leaving costs the next visit its warm renderer.
    """

    def __init__(
        self,
        proxy: GuardProxy,
        *,
        agent: str,
        tabs: int,
        timeout_s: float,
        ignore_tls: bool = True,
        linger_s: float = 0.0,
    ) -> None:
        self.linger_s = linger_s
        self.proxy = proxy
        self.agent = agent
        self.timeout_s = timeout_s
        self.ignore_tls = ignore_tls
        self.tabs = [Tab() for _ in range(tabs)]
        self.version: str | None = None
        self.sandboxed = False
        self.starts = 0
        self._killed = asyncio.Event()
        self.recycling = False
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._process: psutil.Process | None = None
        self._starting = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()

    def free_tab(self, city: str) -> Tab | None:
        """An idle tab, the city's own before an unleased one before another city's; None when all are busy."""
        idle = [tab for tab in self.tabs if not tab.busy]
        idle.sort(key=lambda tab: (tab.city != city, tab.city is not None))
        return idle[0] if idle else None

    async def visit(
        self, url: str, way: Way, city: str, probes: Sequence[LiveProbe], roles: tuple[str, ...] = ()
    ) -> Visited:
        """Open a page once and let every probe look at that one load. Raises WebFault when nothing could be opened.

        The caller must have made sure that a tab is free (`free_tab`). When the browser is ended meanwhile, the visit
        has crashed at once: the browser's own library would leave some calls without an answer.
        """
        visiting = asyncio.ensure_future(self._visit(url, way, city, probes, roles))
        ended = asyncio.ensure_future(self._killed.wait())
        try:
            await asyncio.wait({visiting, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not visiting.done():
                raise WebFault(Cause.CRASHED, "the browser was ended under the visit")
            return visiting.result()
        finally:
            ended.cancel()
            if not visiting.done():
                visiting.cancel()
                await asyncio.gather(visiting, return_exceptions=True)

    async def _visit(
        self, url: str, way: Way, city: str, probes: Sequence[LiveProbe], roles: tuple[str, ...]
    ) -> Visited:
        tab = self.free_tab(city)
        if tab is None:
            raise RuntimeError("a browser visit was handed out while no tab was free")
        tab.busy = True
        tab.turns += 1
        whole = False
        try:
            async with tab.lock:
                page = await self._page(tab, way, city)
                async with watching(page, self.proxy) as load:
                    visited = await self._look(tab, page, load, url, way, probes, roles)
                if not self.linger_s and not page.is_closed():
                    await leave(page)
            whole = True
            if self.linger_s:
                leaving = asyncio.ensure_future(self._leave(tab, page, tab.turns))
                self._closing.add(leaving)
                leaving.add_done_callback(self._closing.discard)
            return visited
        except PlaywrightError as error:
            raise browser_fault(error) from None
        finally:
            # A page that did not come to its end would go on in the tab; a browser that cannot close it hangs.
            if not whole and not (await tab.close() and await self._answers()):
                self.kill()
            tab.busy = False

    async def _leave(self, tab: Tab, page: Page, turn: int) -> None:
        """Leave a page unless the tab's next visit follows at once: going elsewhere costs it its warm renderer."""
        await asyncio.sleep(self.linger_s)
        async with tab.lock:
            if tab.turns == turn and not page.is_closed():
                with contextlib.suppress(PlaywrightError):
                    await leave(page)

    async def _look(
        self,
        tab: Tab,
        page: Page,
        load: Load,
        url: str,
        way: Way,
        probes: Sequence[LiveProbe],
        roles: tuple[str, ...],
    ) -> Visited:
        try:
            response = await page.goto(url, wait_until="load", timeout=self.timeout_s * 1000)
        except PlaywrightTimeout:
            # A page that never finishes loading may still show everything; one that never answered shows nothing.
            if load.main_response is None:
                raise WebFault(Cause.TIMEOUT, f"no answer in the browser within {self.timeout_s:g} s") from None
            response = load.main_response
            if not await responds(page):
                await tab.close()
                raise WebFault(Cause.CRASHED, "the page stopped its renderer") from None
        except PlaywrightError as error:
            if "ERR_HTTP_RESPONSE_CODE_FAILURE" in error.message and load.main_response is not None:
                self._reached(page, load, load.main_response)  # an error status without a word beside it
                status = load.main_response.status
                cause = Cause.HTTP_5XX if status >= 500 else Cause.HTTP_4XX
                raise WebFault(cause, f"HTTP {status} without a page") from None
            at_proxy = "ERR_TUNNEL" in error.message or "ERR_PROXY" in error.message
            raise browser_fault(error, self.proxy.cause(load.last_address or url) if at_proxy else None) from None
        await settle(page, load)
        response = load.response = load.main_response or response
        self._reached(page, load, response)
        fetched = await self._fetched(page, url, way, response, roles)
        observations: list[Observation[Any]] = []
        stopped = False
        final_url = page.url
        for probe in probes:
            if stopped:
                observations.append(Observation(probe.name, probe.version, Outcome.CANT_TELL, Cause.CRASHED))
                continue
            observation, stopped = await look_with(probe, page, load, way)
            observations.append(observation)
        if stopped:
            await tab.close()
        return Visited(fetched, final_url, tuple(observations), load.jpeg)

    async def _fetched(
        self, page: Page, url: str, way: Way, response: Response | None, roles: tuple[str, ...]
    ) -> FetchedPage:
        html = await content_of(page)
        headers: dict[str, str] = {}
        cookies: tuple[str, ...] = ()
        with contextlib.suppress(TimeoutError, PlaywrightError):
            headers = await asyncio.wait_for(response.all_headers(), 5) if response is not None else {}
            found = await asyncio.wait_for(page.context.cookies(page.url), 5)
            cookies = tuple(sorted({cookie["name"] for cookie in found}))
        return FetchedPage(
            url=page.url if page.url.startswith("http") else url,
            status=response.status if response is not None else 200,
            headers=tuple(sorted((name.lower(), value) for name, value in headers.items())),
            body=html.encode("utf-8", "replace"),
            fetched_at=datetime.now(UTC).replace(microsecond=0),
            way=way,
            rendered=True,
            roles=roles,
            cookies=cookies,
        )

    async def _page(self, tab: Tab, way: Way, city: str) -> Page:
        if tab.city != city or tab.visits >= VISITS_A_CONTEXT:
            await tab.close()
            tab.city = city
        browser = await self._started()
        tab.visits += 1
        known = tab.views.pop(way, None)
        if known is not None and not known[1].is_closed():
            tab.views[way] = known
            return known[1]
        if known is not None:  # the page closed itself
            await known[0].close()
        major = (self.version or "0").split(".")[0]
        agent = DESKTOP_AGENT if way is Way.DESKTOP else PHONE_AGENT
        context = await browser.new_context(
            **VIEWS[way],
            user_agent=agent.format(major=major, agent=self.agent),
            locale="zh-CN",
            accept_downloads=False,
            service_workers="block",
            ignore_https_errors=self.ignore_tls,
        )
        context.set_default_timeout(self.timeout_s * 1000)
        try:
            page = await context.new_page()
            if way is Way.SLOW_PHONE:
                await _slow_down(context, page)
        except BaseException:
            with contextlib.suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(context.close(), CLOSING_S)
            raise
        context.on("page", self._popup)
        tab.views[way] = (context, page)
        return page

    def _popup(self, popup: Page) -> None:
        task = asyncio.ensure_future(close_popup(popup))
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    def _reached(self, page: Page, load: Load, response: Response | None) -> None:
        """Make sure that what the tab shows came from the web. Raises WebFault with the proxy's cause when it did
        not.
        """
        header = response.headers.get(self.proxy.header) if response is not None else None
        cause = self.proxy.cause("", header)
        if cause is None and page.url.startswith("chrome-error:"):
            cause = self.proxy.cause(load.last_address or "") or Cause.RESET
        if cause is not None:
            raise WebFault(cause, f"the browser was sent on to {(load.last_address or page.url)[:200]}")

    async def _started(self) -> Browser:
        async with self._starting:
            if self.recycling and sum(tab.busy for tab in self.tabs) <= 1:  # the one that asks
                await self._end()
            if self._browser is not None and self._browser.is_connected():
                return self._browser
            for tab in self.tabs:
                tab.views = {}
            if self._playwright is None:
                self._playwright = await async_playwright().start()
            path = find_chromium(self._playwright.chromium.executable_path)
            if path is None:
                raise BrowserMissing(
                    "no browser found; install one with `playwright install chromium` or your system's chromium "
                    "package, or name one in CIVICPROBE_CHROMIUM"
                )
            try:
                before = _browsers()
                self._browser = await asyncio.wait_for(self._launch(self._playwright, path), STARTING_S)
                self._process = next(iter(_browsers() - before), None)
                self.starts += 1
            except TimeoutError:
                raise BrowserMissing(f"{path} does not start within {STARTING_S:g} s") from None
            except PlaywrightError as error:
                raise BrowserMissing(f"{path} does not start: {error.message.splitlines()[0]}") from None
            self.version = self._browser.version
            return self._browser

    async def _launch(self, playwright: Playwright, path: str) -> Browser:
        """Start the browser, sandboxed where the machine lets it; `civicprobe doctor` tells where it does not."""
        for sandbox in (True, False) if os.geteuid() != 0 else (False,):
            try:
                browser = await playwright.chromium.launch(
                    executable_path=path,
                    args=list(FLAGS),
                    chromium_sandbox=sandbox,
                    proxy={"server": self.proxy.address, "bypass": "<-loopback>"},
                    handle_sigint=False,
                    handle_sigterm=False,
                )
            except PlaywrightError:
                if not sandbox:
                    raise
                continue
            self.sandboxed = sandbox
            return browser
        raise AssertionError("the last attempt returns or raises")

    @property
    def running(self) -> bool:
        """Whether a browser is open."""
        return self._browser is not None and self._browser.is_connected()

    @property
    def resting(self) -> bool:
        """Whether no new visit may begin, because the browser is to be started anew when those under way are over."""
        return self.recycling and self.running and any(tab.busy for tab in self.tabs)

    def recycle(self) -> None:
        """Have the browser started anew before the next visit that finds no other one under way."""
        self.recycling = True

    def kill(self) -> None:
        """End a browser that hangs or hurts, at once; what was under way in it has crashed."""
        self.recycling = False
        for tab in self.tabs:
            tab.views = {}
        if self._process is not None:
            with contextlib.suppress(psutil.Error):
                helpers = self._process.children(recursive=True)
                self._process.kill()
                for helper in helpers:
                    with contextlib.suppress(psutil.Error):
                        helper.kill()
        self._browser = self._process = None
        self._killed.set()
        self._killed = asyncio.Event()  # for the visits to come

    async def _answers(self) -> bool:
        """Whether the browser itself, whatever its pages do, still takes orders; true when there is none."""
        if self._browser is None or not self._browser.is_connected():
            return True
        try:
            async with asyncio.timeout(CLOSING_S):
                session = await self._browser.new_browser_cdp_session()
                await session.send("Browser.getVersion")
                await session.detach()
        except TimeoutError:
            return False
        except PlaywrightError:
            return False
        return True

    async def _end(self) -> None:
        self.recycling = False
        for tab in self.tabs:
            tab.views, tab.visits = {}, 0
        if self._browser is not None:
            try:
                await asyncio.wait_for(self._browser.close(), 15)
            except (PlaywrightError, TimeoutError):
                self.kill()
        self._browser = self._process = None

    async def close(self) -> None:
        """End the browser."""
        await self._end()
        if self._playwright is not None:
            with contextlib.suppress(PlaywrightError, TimeoutError):
                await asyncio.wait_for(self._playwright.stop(), 15)
