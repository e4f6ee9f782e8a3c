"""What a phone shows of a page in a real browser: targets large enough to tap, and how soon it is there on 4G."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from crawler.visit.browser import BrowserDesk, Visited, find_chromium
from crawler.visit.guard import Guard
from crawler.visit.proxy import GuardProxy
from probes.live_seen import LoadSeen, SlowLoadSeen, TapTargetsSeen
from probes.page import Way
from probes.registry import live_probes
from probes.slow_load import PROFILE
from tests.faults import HOST, Server, reply

pytestmark = pytest.mark.skipif(find_chromium() is None, reason="no browser on this machine")

PHONE = '<meta name="viewport" content="width=device-width, initial-scale=1">'
BUTTON = '<button style="width:{0}px;height:{0}px;padding:0;border:0;margin:0;display:block">甲</button>'
SMALL = '<a href="/{0}" style="display:block;width:60px;height:14px;margin-bottom:{1}px;overflow:hidden">甲</a>'


def html(body: str, head: str = PHONE) -> bytes:
    """A page around some markup, without margins."""
    return reply(
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>首页</title>{head}'
        f"<style>body{{margin:0;font:14px/14px sans-serif}}</style></head><body>{body}</body></html>"
    )


HEAVY_BYTES = 2_250_000  # two seconds at nine megabits a second
PAGES: dict[str, Any] = {
    "/large": html(BUTTON.format(24) + BUTTON.format(44) + BUTTON.format(60)),
    "/close": html("".join(SMALL.format(number, 4) for number in range(6))),
    "/spaced": html("".join(SMALL.format(number, 20) for number in range(6))),
    "/inline": html('<p>本页由市政府办公室负责维护，更多内容见<a href="/a">网站声明</a>，欢迎查阅和监督。</p>'),
    "/dated": html('<p><a href="/a">通知</a> 2026-10-01</p><p style="margin:0"><a href="/b">通知</a> 2026-10-02</p>'),
    "/hidden": html(
        BUTTON.format(30) + '<a href="/a" style="display:none">甲</a><a href="/b" style="visibility:hidden">乙</a>'
        '<a href="/c" style="position:absolute;left:-9999px">跳到主要内容</a><a href="/d" style="opacity:0">丁</a>'
        '<button disabled>戊</button><a name="anchor">己</a>'
    ),
    "/shrunk": html(f'<div style="width:980px">{BUTTON.format(30)}{BUTTON.format(30)}</div>', head=""),
    "/twice": html(SMALL.format("same", 0) + '<a href="/same" style="display:block;width:60px;height:40px">甲</a>'),
    "/picture": html('<a href="/a"><img src="/dot.gif" alt="首页" width="48" height="48"></a>'),
    "/boxes": html('<label><input type="checkbox"> 同意</label>'),
    "/nothing": html("<p>没有链接。</p>"),
    "/heavy": html('<img src="/heavy.gif" alt="大图" width="10" height="10">'),
    "/dot.gif": reply(b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", kind="image/gif"),
    "/heavy.gif": reply(b"GIF89a\x01\x00\x01\x00\x00\x00\x00" + bytes(HEAVY_BYTES) + b";", kind="image/gif"),
}


class Phone:
    """A browser desk on a loop of its own, kept open for all tests of this file."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.server = Server(PAGES)
        self.server.__enter__()
        hosts = {f"{HOST}:80": f"127.0.0.1:{self.server.port}"}
        self.proxy = GuardProxy(Guard(allow=["127.0.0.0/8"], hosts=hosts))
        self.desk = BrowserDesk(self.proxy, agent="CivicProbe/test (x@example.org)", tabs=1, timeout_s=20)
        self.run(self.proxy.__aenter__())

    def run(self, work: Any) -> Any:
        """Wait for a coroutine."""
        return self.loop.run_until_complete(asyncio.wait_for(work, 90))

    def look(self, path: str, kind: type[Any], way: Way = Way.PHONE) -> Any:
        """What the probe of that kind saw on a page."""
        probes = [probe for probe in live_probes() if probe.seen is kind and way in probe.ways]
        visited: Visited = self.run(self.desk.visit(f"http://{HOST}{path}", way, "a", probes))
        return visited.observations[0].seen

    def close(self) -> None:
        """End the browser and the server."""
        self.run(self.desk.close())
        self.run(self.proxy.__aexit__())
        self.server.__exit__()
        self.loop.close()


@pytest.fixture(scope="module")
def phone() -> Iterator[Phone]:
    """The browser of this file."""
    opened = Phone()
    yield opened
    opened.close()


def targets(phone: Phone, path: str) -> TapTargetsSeen:
    """The tap targets of a page."""
    seen = phone.look(path, TapTargetsSeen)
    assert isinstance(seen, TapTargetsSeen)
    return seen


def test_targets_of_24_pixels_are_large_enough_and_44_are_recorded(phone: Phone) -> None:
    """Three buttons of 24, 44 and 60 pixels: all large enough, two comfortable."""
    seen = targets(phone, "/large")
    assert (seen.targets, seen.large_enough, seen.comfortable, seen.small) == (3, 3, 2, ())


def test_small_targets_close_together_fail_and_with_room_around_them_do_not(phone: Phone) -> None:
    """Links 14 pixels high: 18 pixels from middle to middle is too close, 34 leaves a circle of 24 free."""
    close, spaced = targets(phone, "/close"), targets(phone, "/spaced")
    assert (close.targets, close.large_enough, close.spaced) == (6, 0, 0)
    assert close.small[0] == "a 60x14"
    assert (spaced.targets, spaced.large_enough, spaced.spaced) == (6, 0, 6)


def test_a_link_in_a_sentence_is_exempt_and_one_beside_a_date_is_not(phone: Phone) -> None:
    """The inline exception is for sentences; a row of a list with its date is none."""
    assert (targets(phone, "/inline").targets, targets(phone, "/inline").exempt) == (0, 1)
    dated = targets(phone, "/dated")
    assert (dated.targets, dated.exempt) == (2, 0)


def test_what_nobody_can_tap_is_not_counted(phone: Phone) -> None:
    """Hidden, moved away, transparent, disabled and linkless elements are no targets."""
    assert targets(phone, "/hidden").targets == 1
    assert targets(phone, "/nothing").targets == 0


def test_a_page_that_the_phone_shrinks_is_measured_as_shrunk(phone: Phone) -> None:
    """Without a viewport the page is laid out 980 pixels wide and shown at 40 %: 30 pixels are 12."""
    seen = targets(phone, "/shrunk")
    assert seen.scale == pytest.approx(0.398, abs=0.01)
    assert (seen.targets, seen.large_enough, seen.small[0]) == (2, 0, "button 12x12")


def test_exceptions_for_equal_targets_pictures_and_plain_check_boxes(phone: Phone) -> None:
    """A small link with a large twin passes; a link is as large as its picture; a plain check box is the browser's."""
    twice = targets(phone, "/twice")
    assert (twice.targets, twice.large_enough, twice.spaced) == (2, 1, 1)
    assert targets(phone, "/picture").comfortable == 1
    assert (targets(phone, "/boxes").targets, targets(phone, "/boxes").exempt) == (0, 1)


def test_the_slowed_phone_keeps_to_its_profile_and_says_which(phone: Phone) -> None:
    """Two and a quarter megabytes take two seconds at nine megabits; the same page unslowed says nothing of 4G."""
    seen = phone.look("/heavy", SlowLoadSeen, Way.SLOW_PHONE)
    assert isinstance(seen, SlowLoadSeen)
    assert (seen.profile, seen.down_kbit_s, seen.latency_ms) == (PROFILE.name, PROFILE.down_kbit_s, PROFILE.latency_ms)
    assert seen.load_ms is not None
    assert seen.load_ms >= HEAVY_BYTES * 8 / PROFILE.down_kbit_s + PROFILE.latency_ms
    assert seen.transferred_bytes > HEAVY_BYTES
    again = phone.look("/heavy", SlowLoadSeen, Way.SLOW_PHONE)
    assert again.load_ms >= HEAVY_BYTES * 8 / PROFILE.down_kbit_s, "nothing may come from a cache"
    assert not [probe for probe in live_probes() if probe.seen is LoadSeen and Way.SLOW_PHONE in probe.ways]
