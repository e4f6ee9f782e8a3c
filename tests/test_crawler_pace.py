"""The pace towards portals, read from the clock of the server that is asked."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from crawler.visit.fetch import Fetcher, retry_after_s
from crawler.visit.guard import Guard
from crawler.visit.pace import Pace
from probes.page import FetchedPage
from tests.faults import Server, reply

DELAY_S = 0.2
OPEN = {"/": reply("<p>ok")}


def ask(pace: Pace, jobs: list[tuple[Server, str]], *, before: Callable[[Pace], None] | None = None) -> list[float]:
    """Ask every (server, site) at once, each at the pace's turn; the monotonic times at which they ended."""

    async def asking() -> list[float]:
        guard = Guard(allow=["127.0.0.0/8"])
        fetcher = Fetcher(guard, agent="test", timeout_s=10, max_body_bytes=1000)

        async def one(server: Server, site: str) -> float:
            async with pace.turn(site, "127.0.0.1"):
                await fetcher.fetch(f"{server.url}/")
            return time.monotonic()

        if before is not None:
            before(pace)
        try:
            return await asyncio.gather(*(one(server, site) for server, site in jobs))
        finally:
            await fetcher.close()

    return asyncio.run(asking())


def gaps(times: list[float]) -> list[float]:
    """Seconds between one time and the next, sorted."""
    ordered = sorted(times)
    return [later - earlier for earlier, later in itertools.pairwise(ordered)]


def test_a_site_is_asked_one_at_a_time_with_a_pause_after_each() -> None:
    """Requests made at once reach the server one after the other, each a pause after the end of the one before."""

    async def slow(_server: Server, _reader: object, writer: asyncio.StreamWriter, _asked: object) -> None:
        await asyncio.sleep(0.1)
        writer.write(reply("<p>late"))
        await writer.drain()

    with Server({"/": slow}) as server:
        ask(Pace(DELAY_S), [(server, "site")] * 3)
        assert all(gap >= DELAY_S + 0.1 for gap in gaps([asked.at for asked in server.log]))


def test_two_sites_on_one_address_share_its_pace() -> None:
    """Two ports of one host are two sites, but one address: its pause holds over both."""
    with Server(dict(OPEN)) as first, Server(dict(OPEN)) as second:
        ask(Pace(DELAY_S), [(first, "one"), (second, "two"), (first, "one"), (second, "two")])
        assert all(gap >= DELAY_S for gap in gaps([asked.at for asked in first.log + second.log]))
        assert len(first.log) == len(second.log) == 2


def test_sites_on_two_addresses_do_not_wait_for_each_other() -> None:
    """A turn on one address is handed out while another address is in its pause."""

    async def both() -> bool:
        pace = Pace(60)
        async with pace.turn("one", "127.0.0.1"):
            pass
        async with asyncio.timeout(5), pace.turn("two", "127.0.0.2"):
            return True

    assert asyncio.run(both())


def test_a_crawl_delay_is_obeyed_and_nonsense_is_not() -> None:
    """Crawl-delay lengthens a site's pause, never shortens it; values that are no pause count as none."""
    with Server(dict(OPEN)) as server:
        ask(Pace(0.0), [(server, "site")] * 2, before=lambda pace: pace.robots("site", 0.3))
        assert gaps([asked.at for asked in server.log])[0] >= 0.3
    for nonsense in (float("nan"), float("inf"), -5.0, None):
        pace = Pace(DELAY_S)
        pace.robots("site", nonsense)
        assert pace.wait_s("site") == 0.0
        with Server(dict(OPEN)) as server:
            ask(pace, [(server, "site")] * 2)
            assert gaps([asked.at for asked in server.log])[0] >= DELAY_S


def test_too_much_doubles_the_pause_that_has_begun() -> None:
    """A site that says "too much" is left alone twice as long at once, and heals slowly with good answers."""

    async def turns() -> None:
        pace = Pace(DELAY_S)
        async with pace.turn("site", "127.0.0.1"):
            pass
        assert 0 < pace.wait_s("site") <= DELAY_S
        pace.slow_down("site")
        assert DELAY_S < pace.wait_s("site") <= 2 * DELAY_S
        pace.slow_down("site")
        assert 2 * DELAY_S < pace.wait_s("site") <= 4 * DELAY_S
        for _ in range(100):
            pace.speed_up("site")
        assert pace.wait_s("site") <= DELAY_S
        for _ in range(100):
            pace.slow_down("site")
        assert pace.wait_s("site") <= 60.0

    asyncio.run(turns())


def test_retry_after_holds_for_the_whole_site_even_without_a_delay() -> None:
    """A site that names a time is not asked before it, and other sites on its address are not held up."""

    async def turns() -> tuple[float, float]:
        start = time.monotonic()
        pace = Pace(0.0)
        pace.slow_down("site", 0.3)

        async def ended(site: str) -> float:
            async with pace.turn(site, "127.0.0.1"):
                return time.monotonic() - start

        waited, free = await asyncio.gather(ended("site"), ended("other"))
        return waited, free

    waited, free = asyncio.run(turns())
    assert waited >= 0.3
    assert free < 0.3


def test_a_site_that_must_wait_does_not_keep_its_address_from_others() -> None:
    """A long Crawl-delay of one site leaves the turn to another site on the same address."""

    async def turns() -> bool:
        pace = Pace(0.01)
        pace.robots("slow", 3600.0)
        async with pace.turn("slow", "127.0.0.1"):
            pass
        waiting = asyncio.ensure_future(pace.turn("slow", "127.0.0.1").__aenter__())
        await asyncio.sleep(0)
        async with asyncio.timeout(5), pace.turn("quick", "127.0.0.1"):
            pass
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        return True

    assert asyncio.run(turns())


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("2", 2.0), (" 7 ", 7.0), ("999999", 3600.0), ("soon", None), ("-3", None), ("Fri, 99 Foo 2020", None)],
)
def test_retry_after_in_seconds(value: str, seconds: float | None) -> None:
    """A number of seconds is read, bounded to an hour; nonsense is no pause."""
    page = FetchedPage("http://x.test/", 429, (("retry-after", value),), b"", datetime.now(UTC))
    assert retry_after_s(page) == seconds


def test_retry_after_as_a_date() -> None:
    """A date in the future is read as the seconds until then, a date in the past as no wait."""
    soon, past = (format_datetime(datetime.now(UTC) + timedelta(seconds=shift), usegmt=True) for shift in (60, -60))
    asked = datetime.now(UTC)
    first, second = (
        retry_after_s(FetchedPage("http://x.test/", 503, (("retry-after", each),), b"", asked)) for each in (soon, past)
    )
    assert first is not None
    assert 50 < first <= 60
    assert second == 0.0
