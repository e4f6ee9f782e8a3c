"""The inspect command on saved pages and on a server of this machine: what is printed, and when it refuses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from crawler.cli import app

HOME = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>测试市人民政府</title></head><body>
<header><ul><li><a href="/zwgk/">政务公开</a></li><li><a href="/bsfw/">办事服务</a></li>
<li><a href="/hdjl/">互动交流</a></li></ul></header>
<main><ul><li><a href="/a/1.html">市政府召开常务会议研究第四季度工作</a><span>2026-10-12</span></li>
<li><a href="/a/2.html">全市秋季植树活动在城东公园启动</a><span>2026-10-10</span></li></ul></main>
<footer>主办单位：测试市人民政府办公室 网站标识码：9909990001 \x1b[31m</footer></body></html>"""
SHELL = (
    "<!doctype html><html lang='zh'><head><meta charset='utf-8'><title>门户</title></head><body>"
    "<div id='app'></div><script>"
    "document.getElementById('app').innerHTML = '<nav><a href=\"/zwgk/\">政务公开</a></nav>"
    "<main>' + '本市今日天气晴好，市民中心照常开放，欢迎前来办理各项业务。'.repeat(20) + '</main>';"
    "</script></body></html>"
)


class Portal(BaseHTTPRequestHandler):
    """A tiny portal with a page that robots.txt keeps closed, a redirect, and a page filled by script."""

    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        pages = {"/": HOME, "/shell": SHELL, "/closed": HOME, "/robots.txt": "User-agent: *\nDisallow: /closed\n"}
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = pages.get(self.path, "").encode()
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/plain" if self.path == "/robots.txt" else "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing on the terminal."""


@pytest.fixture
def portal() -> Iterator[tuple[str, list[str]]]:
    """The portal's address, and what it was asked for."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Portal,), {"asked": asked}))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def inspect(*arguments: str) -> Result:
    """Run `civicprobe inspect`."""
    return CliRunner().invoke(app, ["inspect", *arguments])


def test_a_saved_page_is_one_line_of_json(tmp_path: Path) -> None:
    """The line has exactly the keys that are promised, with proof for each thing seen."""
    file = tmp_path / "home.html"
    file.write_text(HOME, encoding="utf-8")
    answer = inspect(str(file), "--url", "http://www.test.example/", "--json")
    assert answer.exit_code == 0, answer.output
    (line,) = answer.stdout.splitlines()
    record = json.loads(line)
    assert set(record) == {"page", "kind", "lang", "encoding", "newest_date", "present", "values", "roles", "langs"}
    assert (record["kind"], record["lang"], record["encoding"]) == ("home", "zh", "utf-8")
    assert record["newest_date"] == "2026-10-12"
    assert record["present"]["disclosure.entry"][0]["href"] == "http://www.test.example/zwgk/"
    assert record["values"]["mark.site_code"] == "9909990001"


def test_words_for_a_person_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control characters of a page never reach the screen."""
    file = tmp_path / "home.html"
    file.write_text(HOME, encoding="utf-8")
    answer = inspect(str(file))
    assert answer.exit_code == 0
    assert "disclosure.entry" in answer.stdout
    assert "\x1b" not in answer.stdout


def test_one_missing_file_does_not_cost_the_others(tmp_path: Path) -> None:
    """The pages that can be read are printed, the missing one is named, and the exit code tells."""
    file = tmp_path / "home.html"
    file.write_text(HOME, encoding="utf-8")
    answer = inspect(str(tmp_path / "gone.html"), str(file), "--json")
    assert answer.exit_code == 1
    assert len(answer.stdout.splitlines()) == 1
    assert "gone.html: cannot be read" in answer.stderr


def test_an_address_needs_a_contact_or_permission(portal: tuple[str, list[str]]) -> None:
    """Nothing is asked of a host without a contact; with one, an address that is not public is still refused."""
    url, asked = portal
    assert inspect(url).exit_code == 2
    refused = inspect(url, "--contact", "me@example.org")
    assert refused.exit_code == 1
    assert "not a public address" in refused.stderr
    assert asked == []


def test_an_address_is_asked_after_its_robots(portal: tuple[str, list[str]]) -> None:
    """robots.txt comes first and once; a closed page is not asked for; redirects are followed."""
    url, asked = portal
    answer = inspect(f"{url}/moved", f"{url}/closed", "--allow-host", "127.0.0.1", "--json")
    assert answer.exit_code == 1
    assert asked == ["/robots.txt", "/moved", "/"]
    assert json.loads(answer.stdout)["kind"] == "home"
    assert "robots" in answer.stderr


def test_a_page_that_scripts_fill_is_opened_in_a_browser(portal: tuple[str, list[str]]) -> None:
    """The plain answer is an empty shell; what is read is what a visitor sees."""
    url, _ = portal
    answer = inspect(f"{url}/shell", "--allow-host", "127.0.0.1", "--json")
    assert answer.exit_code == 0, answer.output
    assert "disclosure.entry" in json.loads(answer.stdout)["present"]
