"""How a visit ends: walls, missing pages, errors and redirects are told apart by what came, not by the status alone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.visit.ending import ending, redirect_target
from crawler.visit.reader import look
from probes.outcome import Cause, Outcome
from probes.page import FetchedPage, Way
from tests.faults import reply
from tests.made_up_portal import FILLER, Country

WHEN = datetime(2026, 10, 15, tzinfo=UTC)
PAGE = f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>市政府</title><h1>市</h1><p>{FILLER * 3}</p>'
JSL = "<script>document.cookie='__jsl_clearance_s=1';location.href=location.pathname</script>"
CAPTCHA = (
    '<!doctype html><meta charset="utf-8"><title>安全验证</title><p>请输入验证码后继续访问</p>'
    '<img src="/captcha.jpg"><input name="code"><button>提交</button>'
)
GONE = '<!doctype html><meta charset="utf-8"><title>404</title><h1>页面不存在</h1><p>您访问的页面不存在或已被删除。</p>'
SHELL = (
    '<!doctype html><meta charset="utf-8"><title>门户</title><div id="app"></div>'
    + '<script src="/static/app.3f2a.js"></script>' * 4
)


def answer(status: int, body: str = PAGE, *headers: tuple[str, str], way: Way = Way.PLAIN) -> FetchedPage:
    """One answer."""
    all_headers = (("content-type", "text/html; charset=utf-8"), *headers)
    return FetchedPage("http://a.test/dir/x.html", status, all_headers, body.encode(), WHEN, way, roles=("home",))


def end(page: FetchedPage) -> tuple[Outcome, Cause | None]:
    """Outcome and cause of one answer, after reading it."""
    found = ending(page, look(page).seen)
    return found.outcome, found.cause


@pytest.mark.parametrize(
    ("status", "body", "outcome", "cause"),
    [
        (200, PAGE, Outcome.PASSED, None),
        (404, GONE, Outcome.FAILED, Cause.HTTP_4XX),
        (410, PAGE, Outcome.FAILED, Cause.HTTP_4XX),
        (200, GONE, Outcome.FAILED, Cause.SOFT_404),
        (401, PAGE, Outcome.CANT_TELL, Cause.HTTP_4XX),
        (403, PAGE, Outcome.CANT_TELL, Cause.HTTP_4XX),
        (451, PAGE, Outcome.CANT_TELL, Cause.HTTP_4XX),
        (500, PAGE, Outcome.CANT_TELL, Cause.HTTP_5XX),
        (503, PAGE, Outcome.CANT_TELL, Cause.HTTP_5XX),
        (521, JSL, Outcome.CANT_TELL, Cause.BLOCKED),
        (412, "<script>var a=1</script>", Outcome.CANT_TELL, Cause.BLOCKED),
        (200, JSL, Outcome.CANT_TELL, Cause.BLOCKED),
        (200, CAPTCHA, Outcome.CANT_TELL, Cause.CAPTCHA),
        (200, SHELL, Outcome.CANT_TELL, Cause.EMPTY_SHELL),
        (302, "", Outcome.CANT_TELL, Cause.BAD_BODY),
    ],
)
def test_outcome_and_cause_of_an_answer(status: int, body: str, outcome: Outcome, cause: Cause | None) -> None:
    """The status says much, the page may say otherwise: walls and missing pages come under 200 too."""
    assert end(answer(status, body)) == (outcome, cause)


@pytest.mark.parametrize(("status", "slow", "again"), [(429, True, True), (503, True, True), (500, False, True)])
def test_what_follows_from_too_much(status: int, slow: bool, again: bool) -> None:
    """A site that says "too much" is slowed down; what may heal is asked again."""
    found = ending(answer(status), look(answer(status)).seen)
    assert (found.slow_down, found.ask_again) == (slow, again)


def test_a_wall_names_its_maker() -> None:
    """Where a signature tells who made the wall, that is kept."""
    page = answer(521, JSL)
    assert ending(page, look(page).seen).vendor == "jsl"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/there", "http://a.test/there"),
        ("there.html", "http://a.test/dir/there.html"),
        ("../up", "http://a.test/up"),
        ("//b.test/x", "http://b.test/x"),
        ("https://b.test:443/x#part", "https://b.test/x"),
        (" /blank ", "http://a.test/blank"),
        ("/新闻?q=中", "http://a.test/%E6%96%B0%E9%97%BB?q=%E4%B8%AD"),
        ("?page=2", "http://a.test/dir/x.html?page=2"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://[bad", None),
        ("http://a.test:99999/", None),
        ("", None),
    ],
)
def test_where_a_location_leads(location: str, target: str | None) -> None:
    """Relative, protocol-relative and raw addresses are made whole; what is no web address leads nowhere."""
    assert redirect_target(answer(302, "", ("location", location)), None) == target


@pytest.mark.parametrize(
    ("tag", "target"),
    [
        ('<meta http-equiv="refresh" content="0; url=/new/">', "http://a.test/new/"),
        ("<META HTTP-EQUIV=Refresh CONTENT='0;URL=new.html'>", "http://a.test/dir/new.html"),
        ('<meta http-equiv="refresh" content="30">', None),
    ],
)
def test_a_refresh_tag_is_a_redirect_on_an_empty_page_only(tag: str, target: str | None) -> None:
    """A page that says nothing but "go there" is a redirect; a page with content that reloads itself is a page."""
    bare, full = answer(200, f"<html><head>{tag}</head></html>"), answer(200, tag + PAGE)
    assert redirect_target(bare, look(bare).seen) == target
    assert redirect_target(full, look(full).seen) is None
    rendered = answer(200, f"<html><head>{tag}</head></html>", way=Way.DESKTOP)
    assert redirect_target(rendered, look(rendered).seen) is None


def test_a_page_that_breaks_its_reader_is_not_taken_for_a_read_page() -> None:
    """An answer that cannot be parsed at all says so; nothing is said to be absent from it."""
    broken = look(answer(200, "\x00" * 50 + "<" * 5000))
    assert broken.seen is None or broken.seen.kind
    assert broken.observations


def test_redirects_and_loops_in_a_crawl(tmp_path: Path) -> None:
    """Redirects are visits of their own; loops end as `redirect_loop`, endless chains in bounds, hostile at once."""
    moves = {
        "/a.html": "/b.html",
        "/b.html": "/c.html",
        "/c.html": "/a.html",
        "/self.html": "/self.html",
        "/bad.html": "http://[bad/",
        "/inside.html": "http://10.0.0.1/",
        "/far.html": "/zwgk/",
    }
    with Country(tmp_path) as country:
        for path, target in moves.items():
            country.pages["www.bowu.test", path] = reply(status="302 Found", extra=f"Location: {target}\r\n")
        for number in range(40):
            extra = f"Location: /chain{number + 1}.html\r\n"
            country.pages["www.bowu.test", f"/chain{number}.html"] = reply(status="302 Found", extra=extra)
        links = [f'<li><a href="{path}">链接{path}</a></li>' for path in (*moves, "/chain0.html")]
        guides = "".join(links).replace("链接", "政府信息公开")
        country.pages["www.bowu.test", "/"] = reply(f"<!doctype html><h1>市</h1><ul>{guides}</ul><p>{FILLER}</p>")
        code, _out, err = country.visit()
        assert code == 0, err
        rows = {
            str(url).removeprefix("http://www.bowu.test"): (outcome, cause)
            for url, outcome, cause in country.rows(
                "select url, outcome, cause from visits where city = 'bowu' and way = 'plain'"
            )
        }
        asked = {key[2]: count for key, count in country.asked().items() if key[0] == "www.bowu.test"}
        assert all(count == 1 for path, count in asked.items() if path in moves)
        assert rows["/bad.html"] == ("cantTell", "bad_body")
        loops = {path for path, ended in rows.items() if ended == ("cantTell", "redirect_loop")}
        followed = {path for path, ended in rows.items() if ended[0] == "inapplicable"}
        assert not loops - {"/a.html", "/b.html", "/c.html", "/self.html", *(f"/chain{n}.html" for n in range(40))}
        assert followed | loops
        assert sum(path.startswith("/chain") for path in asked) < 20
        assert {str(row[0]) for row in country.rows("select cause from visits where url = 'http://10.0.0.1/'")} <= {
            "forbidden_address"
        }
