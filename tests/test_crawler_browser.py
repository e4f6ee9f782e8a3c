"""One load in a real browser, many probes: what they see, and how little a hostile page can cost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.visit import browser, one_load
from crawler.visit.browser import BrowserDesk, Visited, find_chromium
from crawler.visit.guard import Guard
from crawler.visit.proxy import GuardProxy
from probes.axe.result import AxeSeen
from probes.live import LiveProbe
from probes.live_seen import LoadSeen, ScreenshotSeen, SearchBoxSeen, ViewportSeen
from probes.outcome import Cause, Outcome, WebFault
from probes.page import Way
from probes.registry import live_probes
from tests.faults import FAULTS, HOST, Asked, Authority, Server, reply

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no browser on this machine")

FILLER = "<p>这里是市政府的门户网站，欢迎查阅。</p>" * 5


def html(body: str, *, head: str = '<meta name="viewport" content="width=device-width">', title: str = "首页") -> bytes:
    """A whole page around some markup."""
    return reply(
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>{head}</head>'
        f"<body><main><h1>{title}</h1>{FILLER}{body}</main></body></html>"
    )


async def never(_server: Server, _reader: object, _writer: object, _asked: Asked) -> None:
    """Take the request and leave it unanswered."""
    await asyncio.sleep(600)


PAGES: dict[str, Any] = {
    **FAULTS,
    "/good": html('<form role="search"><label>站内搜索 <input type="search" name="q"></label><button>搜</button>'),
    "/bad": html('<img src="/x.png"><input type="text"><iframe title="内" src="/inner"></iframe>'),
    "/inner": html('<a href="/y"><img src="/x.png"></a>'),
    "/x.png": reply(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", kind="image/gif"),
    "/stops": html("<script>setTimeout(() => { while (true) {} }, 0)</script>"),
    "/crashes": html('<script>location.href = "/good"</script>'),
    "/alerts": html("<script>for (let i = 0; i < 30; i++) alert(i); confirm('?'); prompt('!');</script>"),
    "/popups": html("<script>for (let i = 0; i < 5; i++) window.open('/good?popup=' + i)</script>"),
    "/download": reply(b"PK\x03\x04", kind="application/zip", extra="Content-Disposition: attachment\r\n"),
    "/script-redirect": reply('<!doctype html><script>location.replace("/good")</script>'),
    "/to-private": reply('<!doctype html><script>location.replace("http://10.0.0.1/inside")</script>'),
    "/to-private-tls": reply('<!doctype html><script>location.replace("https://10.0.0.1/inside")</script>'),
    "/to-closed": reply('<!doctype html><script>location.replace("http://closed.test/")</script>'),
    "/loop": reply(status="302 Found", extra="Location: /loop\r\n"),
    "/worker": html(
        "<script>navigator.serviceWorker.register('/sw.js').then(() => { document.title = 'registered' },"
        " () => { document.title = 'refused' })</script>"
    ),
    "/sw.js": reply("self.addEventListener('fetch', () => {})", kind="text/javascript"),
    "/inside": html(
        '<img src="http://10.0.0.1/a.png"><script>fetch("https://192.168.0.1/").catch(() => 0);'
        'new WebSocket("ws://169.254.169.254/latest")</script><iframe title="x" src="http://[::1]/"></iframe>'
    ),
    "/polls": html("<script>setInterval(() => fetch('/poll'), 20)</script>"),
    "/poll": reply("ok", kind="text/plain"),
    "/liar": html(
        "<script>JSON.stringify = () => '{}'; Object.defineProperty(window, 'screen', {value: {width: 'wide'}});"
        "performance.getEntriesByType = () => { throw new Error('no') }</script>"
    ),
    "/fits": html(""),
    "/wide": html('<div id="banner" style="width: 900px; height: 20px">宽</div>'),
    "/no-viewport": html("", head=""),
    "/locked": html("", head='<meta name="viewport" content="width=device-width, maximum-scale=1.0">'),
    "/bare-error": reply(status="503 Service Unavailable"),
    "/cookie": html("<script>document.cookie = 'seen=s3cr3t'</script>"),
    "/slow-image": html('<img alt="" src="/never">'),
    "/never": never,
    "/closes": html("<script>window.close()</script>"),
}


class Tabs:
    """A browser desk on a loop of its own, kept open for all tests of this file: starting one takes its time."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = Server(PAGES)
        self.server.__enter__()
        self.authority = Authority()
        self.secure = Server(PAGES, tls=self.authority.expired())
        self.secure.__enter__()
        hosts = {
            f"{HOST}:80": f"127.0.0.1:{self.server.port}",
            f"{HOST}:443": f"127.0.0.1:{self.secure.port}",
            "closed.test": "127.0.0.1:1",
        }
        self.proxy = GuardProxy(Guard(allow=["127.0.0.0/8"], hosts=hosts))
        self.desk = BrowserDesk(self.proxy, agent="CivicProbe/test (x@example.org)", tabs=2, timeout_s=4)
        self.run(self.proxy.__aenter__())

    def run(self, work: Any) -> Any:
        """Wait for a coroutine."""
        return self.loop.run_until_complete(asyncio.wait_for(work, 60))

    def visit(self, path: str, *names: str, way: Way = Way.DESKTOP, city: str = "a", scheme: str = "http") -> Visited:
        """One visit with the named probes (all of them when none is named)."""
        probes = [probe for probe in live_probes() if way in probe.ways and (not names or probe.name in names)]
        visited = self.run(self.desk.visit(f"{scheme}://{HOST}{path}", way, city, probes, ("home",)))
        assert isinstance(visited, Visited)
        return visited

    def fault(self, path: str, **options: Any) -> WebFault:
        """The fault that one visit ends in."""
        with pytest.raises(WebFault) as caught:
            self.visit(path, "load", **options)
        return caught.value

    def close(self) -> None:
        """End everything."""
        self.run(self.desk.close())
        self.run(self.proxy.__aexit__())
        self.server.__exit__()
        self.secure.__exit__()
        self.loop.close()


@pytest.fixture(scope="module")
def tabs() -> Iterator[Tabs]:
    """The open browser."""
    opened = Tabs()
    yield opened
    opened.close()


def saw(visited: Visited, kind: type) -> Any:
    """What the probe of that type saw, which must be something."""
    found = [observation for observation in visited.observations if isinstance(observation.seen, kind)]
    assert found, [(each.probe, each.outcome, each.cause, each.detail) for each in visited.observations]
    return found[0].seen


def test_one_visit_serves_every_probe(tabs: Tabs) -> None:
    """All desktop probes look at one load: the server is asked for the page once."""
    before = len(tabs.server.log)
    visited = tabs.visit("/good")
    asked = [each for each in tabs.server.log[before:] if each.path == "/good"]
    assert len(asked) == 1
    assert asked[0].agent.endswith("CivicProbe/test (x@example.org)")
    assert {each.probe for each in visited.observations} == {"axe", "load", "screenshot", "search_box"}
    assert all(each.outcome is Outcome.PASSED for each in visited.observations)
    load, box, picture = saw(visited, LoadSeen), saw(visited, SearchBoxSeen), saw(visited, ScreenshotSeen)
    assert (load.status, load.failed_requests, load.blocked_requests, load.dialogs) == (200, 0, 0, 0)
    assert load.requests >= 1
    assert load.load_ms is not None
    assert load.ttfb_ms is not None
    assert 0 <= load.ttfb_ms <= load.load_ms
    assert (box.visible, box.enabled, "站内搜索" in box.label) == (True, True, True)
    assert (picture.width_px, picture.height_px) == (1280, 900)
    assert visited.jpeg is not None
    assert visited.jpeg.startswith(b"\xff\xd8")
    assert len(visited.jpeg) == picture.size_bytes
    assert visited.page.rendered
    assert (visited.page.status, visited.final_url) == (200, f"http://{HOST}/good")
    assert "欢迎查阅" in visited.page.body.decode()


def test_axe_finds_what_is_wrong_also_inside_a_frame(tabs: Tabs) -> None:
    """An image without alternative and a field without label are named; the frame's faults have the path through it."""
    seen = saw(tabs.visit("/bad", "axe"), AxeSeen)
    violations = {rule.id: rule for rule in seen.violations}
    assert {"image-alt", "label", "link-name"} <= set(violations)
    assert violations["image-alt"].count == 2
    assert any(">>>" in node.selector for node in violations["link-name"].nodes)
    assert seen.engine.startswith("4.")
    assert seen.frames_skipped == 0
    assert seen.passes
    assert seen.inapplicable
    assert saw(tabs.visit("/good", "axe"), AxeSeen).violations == ()


@pytest.mark.parametrize(
    ("path", "fits", "locked"),
    [("/fits", True, False), ("/wide", False, False), ("/no-viewport", False, False), ("/locked", True, True)],
)
def test_how_a_page_fits_a_phone(path: str, fits: bool, locked: bool, tabs: Tabs) -> None:
    """A page fits when nothing scrolls sideways at 390 pixels; forbidden zooming is noted beside it."""
    visited = tabs.visit(path, "viewport", way=Way.PHONE)
    seen = saw(visited, ViewportSeen)
    assert (seen.width_px, seen.fits, seen.zoom_locked) == (390, fits, locked)
    assert ("div#banner" in seen.overflowing) is (path == "/wide")
    assert "Mobile" in tabs.server.log[-1].agent


def test_a_page_that_stops_its_renderer_costs_only_itself(tabs: Tabs, monkeypatch: pytest.MonkeyPatch) -> None:
    """An endless script is ended with its tab, in bounded time; the next visit is as good as ever."""
    monkeypatch.setattr(one_load, "CONTENT_S", 2)
    assert tabs.fault("/stops").cause in (Cause.CRASHED, Cause.TIMEOUT)
    assert all(not tab.busy for tab in tabs.desk.tabs)
    assert tabs.visit("/good", "load").page.status == 200


def test_a_probe_that_takes_too_long_costs_its_own_observation(tabs: Tabs) -> None:
    """A probe past its deadline is cantTell with `probe_timeout`; its neighbours have looked."""

    async def slow(page: Any, _load: object, _way: object) -> None:
        await page.evaluate("new Promise(() => 0)")

    probes = [LiveProbe("slow", 1, LoadSeen, (Way.DESKTOP,), 0.3, slow)]
    probes += [probe for probe in live_probes() if probe.name == "load"]
    visited = tabs.run(tabs.desk.visit(f"http://{HOST}/good", Way.DESKTOP, "a", probes))
    first, second = visited.observations
    assert (first.outcome, first.cause) == (Outcome.CANT_TELL, Cause.PROBE_TIMEOUT)
    assert second.outcome is Outcome.PASSED


def test_probes_after_a_stopped_renderer_are_crashed(tabs: Tabs) -> None:
    """When a page stops answering under a probe, that probe and the rest say so, and the tab is closed."""

    async def stop(page: Any, _load: object, _way: object) -> None:
        await page.evaluate("() => { while (true) {} }")

    probes = [LiveProbe("stop", 1, LoadSeen, (Way.DESKTOP,), 0.3, stop)]
    probes += [probe for probe in live_probes() if probe.name == "load"]
    visited = tabs.run(tabs.desk.visit(f"http://{HOST}/good", Way.DESKTOP, "a", probes))
    assert [each.cause for each in visited.observations] == [Cause.PROBE_TIMEOUT, Cause.CRASHED]
    assert tabs.visit("/good", "load").page.status == 200


def test_what_a_page_says_of_itself_is_not_believed_blindly(tabs: Tabs) -> None:
    """A page that bends the browser's own functions gets cantTell for the probes it fooled, nothing worse."""
    visited = tabs.visit("/liar")
    causes = {each.probe: each.cause for each in visited.observations if each.outcome is Outcome.CANT_TELL}
    assert causes["axe"] is causes["load"] is Cause.PROBE_ERROR
    phone = tabs.visit("/liar", "viewport", way=Way.PHONE)
    assert phone.observations[0].cause is Cause.PROBE_ERROR


def test_dialogs_are_dismissed_and_counted(tabs: Tabs) -> None:
    """Alerts, confirms and prompts in a row do not hold the visit up."""
    assert saw(tabs.visit("/alerts", "load"), LoadSeen).dialogs == 32


def test_popups_are_closed(tabs: Tabs) -> None:
    """Windows that a page opens are closed; the tab keeps its one page."""
    visited = tabs.visit("/popups", "load")
    assert visited.final_url.endswith("/popups")

    async def settled() -> list[int]:
        while any(len(view[0].pages) > 1 for tab in tabs.desk.tabs for view in tab.views.values()):
            await asyncio.sleep(0.02)
        return [len(view[0].pages) for tab in tabs.desk.tabs for view in tab.views.values()]

    assert set(tabs.run(settled())) == {1}


def test_a_download_is_no_page(tabs: Tabs) -> None:
    """An address that answers with a file to save has the cause `not_html`."""
    assert tabs.fault("/download").cause is Cause.NOT_HTML


def test_a_redirect_by_script_is_followed_to_its_page(tabs: Tabs) -> None:
    """The page that the script leads to is the page that was seen, under its own address."""
    visited = tabs.visit("/script-redirect")
    assert visited.page.url == visited.final_url == f"http://{HOST}/good"
    assert visited.page.status == 200
    assert saw(visited, SearchBoxSeen).visible


@pytest.mark.parametrize(
    ("path", "cause"),
    [
        ("/to-private", Cause.FORBIDDEN_ADDRESS),
        ("/to-private-tls", Cause.FORBIDDEN_ADDRESS),
        ("/to-closed", Cause.REFUSED),
        ("/loop", Cause.REDIRECT_LOOP),
        ("/reset", Cause.RESET),
        ("/silent", Cause.TIMEOUT),
        ("/bare-error", Cause.HTTP_5XX),
    ],
)
def test_faults_in_the_browser_have_their_cause(path: str, cause: Cause, tabs: Tabs) -> None:
    """The proxy's refusals and the web's faults are told apart, and none is taken for an answer of the portal."""
    assert tabs.fault(path).cause is cause


def test_a_bad_certificate_does_not_hide_the_page(tabs: Tabs) -> None:
    """The browser shows the page behind an expired certificate, as a visitor may; transport tells the fault."""
    assert tabs.visit("/good", "load", scheme="https").page.status == 200


def test_service_workers_are_blocked(tabs: Tabs) -> None:
    """A page cannot leave a worker behind that outlives its visit."""
    visited = tabs.visit("/worker", "load")
    assert b"<title>registered</title>" not in visited.page.body
    assert "/sw.js" not in tabs.server.paths


def test_subresources_at_private_addresses_are_refused_and_counted(tabs: Tabs) -> None:
    """Image, fetch, WebSocket and frame inside a page meet the same guard; the page itself is read."""
    visited = tabs.visit("/inside", "load")
    assert visited.page.status == 200
    assert saw(visited, LoadSeen).blocked_requests == 4


def test_a_page_does_not_go_on_asking_after_its_visit(tabs: Tabs) -> None:
    """A script that polls its server stops with the visit, so that the pause that follows is one."""
    tabs.visit("/polls", "load")
    assert "/poll" in tabs.server.paths
    count = tabs.server.paths.count("/poll")
    tabs.run(asyncio.sleep(0.3))
    assert tabs.server.paths.count("/poll") <= count + 1


def test_an_image_that_never_comes_does_not_hide_the_page(tabs: Tabs) -> None:
    """Past the deadline for loading, what is there is looked at."""
    visited = tabs.visit("/slow-image", "load", "search_box")
    assert visited.page.status == 200
    assert all(each.outcome is Outcome.PASSED for each in visited.observations)


def test_cookies_keep_their_names_only(tabs: Tabs) -> None:
    """Of cookies that scripts set, the names are kept; no value reaches page or observations."""
    visited = tabs.visit("/cookie", "load")
    assert visited.page.cookies == ("seen",)
    assert "s3cr3t" not in repr((visited.page.headers, visited.observations))


def test_a_page_that_closes_itself_leaves_a_usable_tab(tabs: Tabs) -> None:
    """window.close() costs at most the visit of that page."""
    with contextlib.suppress(WebFault):
        tabs.visit("/closes", "load")
    assert tabs.visit("/good", "load").page.status == 200


def test_a_city_keeps_its_tab_and_gives_it_back_empty(tabs: Tabs) -> None:
    """Visits of one city share a context, with its cookies; another city gets a fresh one."""
    tabs.visit("/cookie", "load", city="b")
    context = next(tab.views[Way.DESKTOP][0] for tab in tabs.desk.tabs if tab.city == "b")
    tabs.visit("/good", "load", city="b")
    assert next(tab.views[Way.DESKTOP][0] for tab in tabs.desk.tabs if tab.city == "b") is context
    assert b"seen=" in tabs.server.log[-1].head
    tabs.visit("/good", "load", city="c")
    tabs.visit("/good", "load", city="d")
    assert b"seen=" not in tabs.server.log[-1].head
    assert not any(tab.city == "c" for tab in tabs.desk.tabs)


def test_contexts_are_closed_after_a_bounded_number_of_visits(tabs: Tabs, monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory returns only with a context, so it is changed after the bound, within one city too."""
    monkeypatch.setattr(browser, "VISITS_A_CONTEXT", 3)
    seen = []
    for _ in range(7):
        tabs.visit("/fits", "load", city="e")
        seen.append(next(tab.views[Way.DESKTOP][0] for tab in tabs.desk.tabs if tab.city == "e"))
    assert len({id(context) for context in seen}) == 3
    assert seen[0] is seen[2] is not seen[3] is seen[5] is not seen[6]


def test_a_dead_browser_is_started_again(tabs: Tabs) -> None:
    """When the browser itself dies, the next visit starts another one."""
    tabs.visit("/good", "load")
    before = tabs.desk._browser
    assert before is not None
    tabs.run(before.close())
    assert tabs.visit("/good", "load").page.status == 200
    assert tabs.desk._browser is not before


def test_a_visit_that_is_given_up_leaves_no_page_behind(tabs: Tabs) -> None:
    """A visit that is cancelled from outside frees its tab and closes what it had opened."""

    async def cancelled() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(tabs.desk.visit(f"http://{HOST}/silent", Way.DESKTOP, "f", []), 1)

    tabs.run(cancelled())
    assert all(not tab.busy for tab in tabs.desk.tabs)
    assert all(not tab.views for tab in tabs.desk.tabs if tab.city == "f")
