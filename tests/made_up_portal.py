"""Two small made-up cities on loopback, crawled by the real command line in a process of its own."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import create_engine, text

from tests.faults import Asked, Server, reply

ROOT = Path(__file__).resolve().parent.parent
FILLER = "本页由市政府办公室负责维护，内容以正式文件为准，欢迎广大市民查阅和监督。" * 6


def page(title: str, *links: tuple[str, str], body: str = "", script: str = "") -> bytes:
    """A plain Chinese page with a list of links, too long to be taken for a wall or a shell."""
    items = "".join(f'<li><a href="{href}">{text}</a></li>' for text, href in links)
    return reply(
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<h1>{title}</h1><ul>{items}</ul>{body}<p>{FILLER}</p>{script}</body></html>"
    )


def listing(title: str, folder: str, count: int) -> bytes:
    """A dated list of articles."""
    rows = "".join(
        f'<li><a href="{folder}/2026{month:02d}/a{month}.html">关于第{month}号事项的通知公告全文</a>'
        f"<span>2026-{month:02d}-11</span></li>"
        for month in range(1, count + 1)
    )
    return page(title, body=f'<ul class="list">{rows}</ul>')


def article(number: int) -> bytes:
    """One article with its date."""
    return page(f"第{number}号通知", body=f"<p>发布时间：2026-{number:02d}-11</p><p>{FILLER * 3}</p>")


def pages() -> dict[tuple[str, str], bytes]:
    """(host, path) to answer, for both cities."""
    home = (
        ("政府信息公开", "/zwgk/"),
        ("政务服务", "http://hall.anqing.test/"),
        ("互动交流", "/hdjl/"),
        ("通知公告", "/tzgg/"),
        ("政务要闻", "/zwyw/"),
        ("旧版", "/old.html"),
        ("不见了", "/gone.html"),
        ("内部", "/private/x.html"),
    )
    found: dict[tuple[str, str], bytes] = {}
    for host, robots in (
        ("www.anqing.test", b"User-agent: *\nDisallow: /private/\n"),
        ("hall.anqing.test", None),
        ("www.bowu.test", b"User-agent: *\nDisallow:\n"),
    ):
        if robots is not None:
            found[host, "/robots.txt"] = reply(robots, kind="text/plain")
        for folder in ("tzgg", "zwyw"):
            found[host, f"/{folder}/"] = listing("通知公告" if folder == "tzgg" else "政务要闻", f"/{folder}", 5)
            for number in range(1, 6):
                found[host, f"/{folder}/2026{number:02d}/a{number}.html"] = article(number)
        rules = (("政府信息公开指南", "/zwgk/zn.html"), ("政府信息公开制度", "/zwgk/zd.html"))
        found[host, "/zwgk/"] = page("政府信息公开", *rules)
        found[host, "/zwgk/zn.html"] = article(6)
        found[host, "/zwgk/zd.html"] = article(7)
        found[host, "/hdjl/"] = page("互动交流", ("政府信箱", "/hdjl/xx.html"))
        found[host, "/hdjl/xx.html"] = page("政府信箱")
        found[host, "/old.html"] = reply(status="301 Moved Permanently", extra="Location: /zwgk/\r\n")
        found[host, "/private/x.html"] = article(8)
    found["www.anqing.test", "/"] = page("安青市人民政府", *home)
    found["www.bowu.test", "/"] = page("博物市人民政府", *(link for link in home if "hall" not in link[1]))
    found["hall.anqing.test", "/"] = page("安青市政务服务网", ("办事指南", "/zn/1.html"), ("办事指南二", "/zn/2.html"))
    found["hall.anqing.test", "/zn/1.html"] = article(9)
    found["hall.anqing.test", "/zn/2.html"] = article(10)
    return found


class Country:
    """The server of both cities; it can kill the crawler when the n-th request arrives, before it is answered."""

    def __init__(self, folder: Path, *, views: str = "[]", extra: str = "", database: str | None = None) -> None:
        self.pages = pages()
        self.folder = folder
        self.views = views
        self.extra = extra
        self.database = database
        self.server = Server(otherwise=self._serve)
        self.process: subprocess.Popen[str] | None = None
        self.kill_at: int | None = None
        self.kill_with = signal.SIGKILL
        self.hold_path: str | None = None

    def __enter__(self) -> Country:
        self.server.__enter__()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.campaign.write_text(self.text(), encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self.server.__exit__()

    @property
    def campaign(self) -> Path:
        """The campaign file."""
        return self.folder / "two.toml"

    def text(self) -> str:
        """The campaign's text."""
        hosts = "".join(f'"{host}:80" = "127.0.0.1:{self.server.port}"\n' for host in {key[0] for key in self.pages})
        closed = "".join(f'"{host}:443" = "127.0.0.1:1"\n' for host in {key[0] for key in self.pages})
        return (
            f'as_of = 2026-11-01\nseed = 7\nviews = {self.views}\nallow = ["127.0.0.0/8"]\n{self.extra}\n'
            "[politeness]\ndelay_s = 0\ntimeout_s = 10\nretries = 1\nretry_delay_s = 0\n"
            f"[hosts]\n{hosts}{closed}"
            '[[city]]\nid = "anqing"\nname = "安青市"\nportals = ["http://www.anqing.test/"]\n'
            '[[city]]\nid = "bowu"\nname = "博物市"\nportals = ["http://www.bowu.test/"]\n'
        )

    async def _serve(
        self, server: Server, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, asked: Asked
    ) -> None:
        if self.kill_at is not None and len(server.log) >= self.kill_at:
            if self.process is not None and len(server.log) == self.kill_at:
                os.kill(self.process.pid, self.kill_with)
            await asyncio.sleep(60)  # nobody hears an answer any more
        if asked.path == self.hold_path:
            await asyncio.sleep(60)
        answer = self.pages.get((asked.host, asked.path)) or reply(
            f"<!doctype html><title>404</title><h1>404 Not Found</h1><p>{FILLER}</p>", status="404 Not Found"
        )
        writer.write(answer if asked.method != "HEAD" else answer.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
        await writer.drain()

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Start the command line on this campaign."""
        command = [sys.executable, "-m", "crawler.cli", *(words or ("visit",)), str(self.campaign)]
        if words and words[0] not in ("visit", "run", "plan"):
            command = [sys.executable, "-m", "crawler.cli", *words]
        if self.database is not None:
            command += ["--db", self.database]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        return self.process

    def visit(self, *words: str, timeout_s: float = 90) -> tuple[int, str, str]:
        """Run the command line to its end: (exit code, output, errors)."""
        process = self.start(*words)
        out, err = process.communicate(timeout=timeout_s)
        return process.returncode, out, err

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """What a query finds in the campaign's database."""
        engine = create_engine(self.database or f"sqlite:///{self.folder / 'two' / 'campaign.sqlite'}")
        with engine.connect() as connection:
            found = [tuple(row) for row in connection.execute(text(query))]
        engine.dispose()
        return found

    def back(self, hours: float) -> None:
        """Let all that was asked so far have happened some hours earlier."""
        connection = sqlite3.connect(self.folder / "two" / "campaign.sqlite")
        for column in ("visits.started_at", "visits.fetched_at", "rounds.opened_at", "rounds.closed_at", "openings.at"):
            table, name = column.split(".")
            connection.execute(
                f"update {table} set {name} = strftime('%Y-%m-%dT%H:%M:%SZ', {name}, ?)", (f"-{hours * 60} minutes",)
            )
        connection.commit()
        connection.close()

    def asked(self) -> Counter[tuple[str, str, str]]:
        """How often each (host, method, path) was asked for."""
        return Counter((asked.host, asked.method, asked.path) for asked in self.server.log)


def store_of(country: Country) -> dict[str, object]:
    """What a finished round holds, without what differs from run to run (times, row ids, places)."""
    return {
        "visits": sorted(
            country.rows("select city, url, way, method, state, outcome, cause, status, redirected_to from visits"),
            key=repr,
        ),
        "reasons": sorted(
            country.rows("select v.url, v.way, r.city, r.role from reasons r join visits v on v.id = r.visit"), key=repr
        ),
        "observations": sorted(
            country.rows(
                "select v.url, v.way, o.probe, count(*) from observations o join visits v on v.id = o.visit "
                "group by v.url, v.way, o.probe"
            ),
            key=repr,
        ),
    }


def wait_until(true: Iterator[bool], *, seconds: float = 90) -> None:
    """Look until something is true."""
    end = time.monotonic() + seconds
    for value in true:
        if value:
            return
        assert time.monotonic() < end, "it did not come true in time"
        time.sleep(0.02)
