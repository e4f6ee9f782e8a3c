"""robots.txt in its states: what may be asked, how slowly, and that it is read once a round."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from crawler.visit.robots import LIMIT_BYTES, RobotsSeen, Rules, robots_seen
from probes.outcome import Cause
from tests.faults import reply
from tests.made_up_portal import Country

SITE = "http://a.test"


def rules(body: bytes | str, *, status: int = 200, media_type: str = "text/plain") -> Rules:
    """The rules that an answer to /robots.txt makes."""
    return Rules(robots_seen(status, body if isinstance(body, bytes) else body.encode(), media_type))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_without_a_robots_txt_everything_may_be_asked(status: int) -> None:
    """Any 4xx means that there are no rules (RFC 9309 §2.3.1.3), whatever text comes with it."""
    assert rules("User-agent: *\nDisallow: /", status=status).refuses(f"{SITE}/x") is None


@pytest.mark.parametrize("status", [500, 502, 503, 521])
def test_a_server_error_closes_the_site(status: int) -> None:
    """A server that cannot say what it wants is left alone (RFC 9309 §2.3.1.4)."""
    assert rules("", status=status).refuses(f"{SITE}/x") is Cause.ROBOTS


def test_a_robots_txt_that_could_not_be_had_keeps_its_cause() -> None:
    """When the connection failed, nothing else is asked, and the cause is that of the connection."""
    assert Rules(RobotsSeen(None, cause=Cause.TIMEOUT)).refuses(f"{SITE}/x") is Cause.TIMEOUT


def test_html_in_its_place_is_no_rule() -> None:
    """A portal that answers every address with its home page has no robots.txt."""
    found = rules("<!doctype html><title>首页</title>", media_type="text/html")
    assert found.refuses(f"{SITE}/x") is None
    assert rules("User-agent: *\nDisallow: /x", media_type="text/html").refuses(f"{SITE}/x") is Cause.ROBOTS


def test_a_byte_order_mark_does_not_hide_the_first_group() -> None:
    """Windows editors put a mark before the first line; the group behind it counts."""
    assert rules(b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /x\r\n").refuses(f"{SITE}/x/1") is Cause.ROBOTS


def test_the_group_named_for_us_beats_the_group_for_all() -> None:
    """Our own name is matched in any case, and only our group holds then; longer rules beat shorter ones."""
    found = rules("User-agent: *\nDisallow: /\n\nUser-agent: civicprobe\nDisallow: /a\nAllow: /a/b\n")
    assert found.refuses(f"{SITE}/x") is None
    assert found.refuses(f"{SITE}/a/c") is Cause.ROBOTS
    assert found.refuses(f"{SITE}/a/b") is None


def test_wildcards_and_ends() -> None:
    """`*` and `$` mean what RFC 9309 says."""
    found = rules("User-agent: *\nDisallow: /*.php$\nDisallow: /*/private/\n")
    assert found.refuses(f"{SITE}/a.php") is Cause.ROBOTS
    assert found.refuses(f"{SITE}/a.php?x=1") is None
    assert found.refuses(f"{SITE}/q/private/z") is Cause.ROBOTS


def test_a_huge_file_is_read_to_its_bound() -> None:
    """The first 500 KiB count; what lies behind is not even kept."""
    body = b"User-agent: *\nDisallow: /early\n" + b"# filler\n" * 100_000 + b"Disallow: /late\n"
    seen = robots_seen(200, body, "text/plain")
    assert len(seen.text) <= LIMIT_BYTES
    assert Rules(seen).refuses(f"{SITE}/early") is Cause.ROBOTS
    assert Rules(seen).refuses(f"{SITE}/late") is None


@pytest.mark.parametrize(
    ("line", "seconds"), [("Crawl-delay: 5", 5.0), ("crawl-delay: 0.5", 0.5), ("Crawl-delay: soon", None), ("", None)]
)
def test_crawl_delay(line: str, seconds: float | None) -> None:
    """A Crawl-delay is read in seconds; nonsense is none."""
    assert rules(f"User-agent: *\n{line}\nDisallow: /x\n").crawl_delay_s == seconds


def test_sitemaps_are_named() -> None:
    """Every Sitemap line counts, in whatever group it stands."""
    found = rules(f"Sitemap: {SITE}/a.xml\nUser-agent: x\nDisallow: /\nsitemap: {SITE}/b.xml\n")
    assert found.sitemaps == (f"{SITE}/a.xml", f"{SITE}/b.xml")


@pytest.mark.parametrize(
    "body", [b"\x00\xff" * 50, b":\n::\nUser-agent\nDisallow\n", b"User-agent: *\nDisallow: [(*?\\\n"]
)
def test_garbage_breaks_nothing(body: bytes) -> None:
    """Bytes that are no rules are no rules."""
    assert rules(body).refuses(f"{SITE}/x") is None


def test_robots_is_asked_once_a_round_also_across_a_restart(tmp_path: Path) -> None:
    """A round that was killed and goes on knows the rules it has read; a broken sitemap address leads nowhere."""
    with Country(tmp_path) as country:
        robots = "User-agent: *\nDisallow: /private/\nDisallow: /zwyw/\nSitemap: http://[bad/s.xml\nSitemap: /s.xml\n"
        country.pages["www.bowu.test", "/robots.txt"] = reply(robots, kind="text/plain")
        country.kill_at = 14
        assert country.visit()[0] == -signal.SIGKILL
        country.kill_at = None
        code, _out, err = country.visit()
        assert code == 0, err
        asked = country.asked()
        assert {count for (_host, _method, path), count in asked.items() if path == "/robots.txt"} == {1}
        assert not [key for key in asked if key[0] == "www.bowu.test" and key[2].startswith(("/private/", "/zwyw/"))]
        refused = country.rows("select url, outcome from visits where cause = 'robots' and city = 'bowu' order by url")
        assert ("http://www.bowu.test/zwyw/", "untested") in refused


def test_robots_that_never_comes_keeps_us_away_and_is_asked_again_in_bounds(tmp_path: Path) -> None:
    """A site whose robots.txt fails is asked for it once more, as retries say, and for nothing else."""
    with Country(tmp_path) as country:
        country.pages["www.bowu.test", "/robots.txt"] = reply("busy", status="503 Service Unavailable")
        code, _out, err = country.visit()
        assert code == 0, err
        assert {key[2]: count for key, count in country.asked().items() if key[0] == "www.bowu.test"} == {
            "/robots.txt": 1
        }
        assert country.rows("select outcome, cause from visits where url = 'http://www.bowu.test/'") == [
            ("untested", "robots")
        ]
