"""Catalogue queries that a platform only answers by POST: asked once each, politely, and told apart by their bodies."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import crawler.store
from crawler.campaign.file import Campaign
from crawler.campaign.stages import look_again
from crawler.store import Plan, Store, open_database
from tests.faults import Asked, Server, reply
from tests.made_up_portal import Country, page

TOTAL = 130
HOST = "data.anqing.test"
LIST = "/odweb/catalog/catalog.do?method=GetCatalog"
FILES = "/odweb/catalog/catalogDetail.do"


def entry(number: int) -> dict[str, object]:
    return {"cata_id": f"c{number}", "cata_title": f"数据{number}", "org_name": "港务局", "conf_update_cycle": "每月"}


class Platform(Country):
    """The two cities, one of them with an older Inspur platform that refuses its list to all but POST."""

    robots = b"User-agent: *\nDisallow: /odweb/secret/\n"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        links = (("数据开放", f"http://{HOST}/odweb/index.htm"),)
        self.pages["www.anqing.test", "/"] = page("安青市人民政府", *links)
        self.pages[HOST, "/robots.txt"] = reply(self.robots, kind="text/plain")
        self.pages[HOST, "/odweb/index.htm"] = page("安青市数据开放平台", ("目录", "/odweb/catalog/index.htm"))

    async def _serve(self, server: Server, reader: object, writer: object, asked: Asked) -> None:  # type: ignore[override]
        if asked.host == HOST and asked.path == LIST:
            self.pages[HOST, LIST] = self.listing(asked)
        await super()._serve(server, reader, writer, asked)  # type: ignore[arg-type]

    def listing(self, asked: Asked) -> bytes:
        """A part of the list, as the form in the body asks for it."""
        form = parse_qs(asked.body.decode())
        if asked.method != "POST" or "start" not in form:
            return reply("<html><body>405</body></html>", status="405 Method Not Allowed")
        start, length = int(form["start"][0]), int(form["length"][0])
        rows = [entry(number) for number in range(start, min(start + length, TOTAL))]
        return reply(json.dumps({"data": rows, "recordsTotal": TOTAL}), kind="application/json")

    def posts(self) -> list[Asked]:
        """What was asked by POST, in order."""
        return [asked for asked in self.server.log if asked.method == "POST"]


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    """The platform after one round over it."""
    with Platform(tmp_path_factory.mktemp("post")) as country:
        code, _out, err = country.visit()
        assert code == 0, err
    return country


def test_each_page_of_the_list_is_asked_by_post_once(platform: Platform) -> None:
    """Two pages of one address: two bodies, each sent once, as a form."""
    posts = platform.posts()
    assert [asked.path for asked in posts] == [LIST, LIST]
    assert [parse_qs(asked.body.decode())["start"] for asked in posts] == [["0"], ["100"]]
    assert all(b"content-type: application/x-www-form-urlencoded" in asked.head.lower() for asked in posts)
    counts = Counter((asked.host, asked.method, asked.path, asked.body) for asked in platform.server.log)
    assert all(count == 1 for (host, *_), count in counts.items() if host == HOST)


def test_robots_and_pace_hold_for_posts_too(platform: Platform) -> None:
    """robots.txt of the platform comes first; no two requests to it overlap."""
    asked = [one for one in platform.server.log if one.host == HOST]
    assert asked[0].path == "/robots.txt"


def test_both_answers_are_kept_and_read(platform: Platform) -> None:
    """One row a body, each with its answer; the store tells 130 datasets in all."""
    rows = platform.rows("select method, post, outcome, status from visits where post <> '' order by id")
    assert [(row[0], row[2], row[3]) for row in rows] == [("POST", "passed", 200)] * 2
    seen = platform.rows(
        "select o.seen from observations o join visits v on v.id = o.visit where v.post <> '' and o.probe = 'opendata'"
    )
    told = [json.loads(str(text)) for (text,) in seen]
    assert sorted(one["datasets_listed"] for one in told) == [30, 100]
    assert {one["family"] for one in told} == {"inspur_old"}


def test_the_archive_is_read_again_with_the_same_result(platform: Platform) -> None:
    """A later look at the archived answers knows which page of the list each of them is."""
    query = (
        "select o.seen from observations o join visits v on v.id = o.visit "
        "where v.post <> '' and o.probe = 'opendata' order by o.id"
    )
    before = platform.rows(query)
    campaign = Campaign(platform.campaign)
    store = Store(open_database(f"sqlite:///{campaign.out / 'campaign.sqlite'}"), campaign.name)
    look_again(campaign, store, store.rounds()[-1])
    store.close()
    assert platform.rows(query) == before * 2


def test_a_platform_that_disallows_its_catalogue_is_not_asked(tmp_path: Path) -> None:
    """robots.txt holds for queries by POST as for pages."""

    class Closed(Platform):
        robots = b"User-agent: *\nDisallow: /odweb/catalog/\n"

    with Closed(tmp_path) as country:
        code, _out, err = country.visit()
        assert code == 0, err
        assert country.posts() == []
        assert country.rows("select outcome, cause from visits where post <> ''") == [("untested", "robots")]


def test_a_body_is_part_of_what_is_asked_once(tmp_path: Path) -> None:
    """The same address with another body is another page; with the same body it is the same one."""
    store = Store(open_database(f"sqlite:///{tmp_path / 'c.sqlite'}"), "c")
    opened = store.open_round("r", seed=1, as_of=None, plan={}, versions={})

    def plan(post: str, role: str = "opendata.api") -> Plan:
        return Plan("a", "http://a:80", "http://a/x", "plain", "POST", 1, 0, role, "", None, post=post)

    assert len(store.admit(opened.id, [plan("p=1"), plan("p=2")])) == 2
    assert store.admit(opened.id, [plan("p=1", "article")]) == ()
    assert [visit.post for visit in store.frontier(opened.id)] == ["p=1", "p=2"]
    store.close()


def test_a_database_of_the_first_version_is_brought_forward(tmp_path: Path) -> None:
    """Its visits keep their ids, observations and reasons, and count as asked without a body."""
    path = tmp_path / "c.sqlite"
    engine = create_engine(f"sqlite:///{path}")
    config = Config()
    config.set_main_option("script_location", str(Path(crawler.store.__file__).parent / "migrations"))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    engine.dispose()
    old = sqlite3.connect(path)
    old.execute("insert into rounds values (1, 'c', 'r', 'open', 't', null, null, 1, '{}', '{}')")
    columns = "id, round, city, site, url, way, method, state, priority, depth, attempts, next_try"
    values = "7, 1, 'a', 's', 'http://a/', 'plain', 'GET', 'done', 1, 0, 1, 0"
    old.execute(f"insert into visits ({columns}) values ({values})")
    old.execute("insert into reasons values (1, 7, 'a', 'home', 'portal', null)")
    old.execute("insert into observations values (1, 7, 'document', 1, 'passed', null, '', 3, null)")
    old.commit()
    old.close()
    store = Store(open_database(f"sqlite:///{path}"), "c")
    [visit] = store.frontier(1)
    assert (visit.id, visit.url, visit.post, visit.roles) == (7, "http://a/", "", ("home",))
    known = Plan("a", "s", "http://a/", "plain", "GET", 1, 0, "home", "", None)
    assert store.admit(1, [known]) == ()
    store.close()
    made = sqlite3.connect(path)
    assert made.execute("select count(*) from observations where visit = 7").fetchone() == (1,)
    assert made.execute("pragma foreign_key_check").fetchall() == []
    with pytest.raises(sqlite3.IntegrityError):
        made.execute(
            "insert into visits (round, city, site, url, way, method, state, priority, depth, attempts, next_try) "
            "values (1, 'a', 's', 'http://a/', 'plain', 'GET', 'done', 1, 0, 1, 0)"
        )
    made.close()
