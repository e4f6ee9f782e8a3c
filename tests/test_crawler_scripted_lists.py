"""A round over lists that scripts fill: their data calls are made once, within the rules, and lead on as pages do."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from audits.checks.ages import items_of, newest
from audits.checks.content import is_blank
from audits.checks.updates import columns_of
from audits.city import CitySeen
from crawler.campaign.file import Campaign
from crawler.campaign.stages import city_seen, look_again
from crawler.store import Store, open_database
from probes.outcome import Cause
from tests.faults import reply
from tests.made_up_portal import Country, article, page

HOST = "www.anqing.test"
PROXY = "/module/web/jpage/dataproxy.jsp"
QUERY = "startrecord=1&endrecord=20&perpage=20&webid=1&columnid=7&unitid=70"
SECOND = "page=2&webid=1&columnid=7&unitid=70"


def records(*numbers: int, group: str = "") -> bytes:
    """An answer of the paged list, with the next group if there is one."""
    rows = "".join(
        f"<record><![CDATA[<li><a href='/art/2026/10/{n}/art_7_{n}.html'>关于第{n}号事项的通知公告全文</a>"
        f"<span>2026-10-{n:02}</span></li>]]></record>"
        for n in numbers
    )
    following = f"<nextgroup><![CDATA[<a href='{PROXY}?{group}'></a>]]></nextgroup>" if group else ""
    body = f"<datastore><totalrecord>4</totalrecord>{following}<recordset>{rows}</recordset></datastore>"
    return reply(body, kind="text/xml")


class Scripted(Country):
    """The first city with three lists that scripts fill; of two of them robots.txt forbids the call or it fails."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, extra="[budget]\npages = 80\n")
        links = (("通知公告", "/tzgg/"), ("政务要闻", "/zwyw/"), ("部门动态", "/bmdt/"), ("政策文件", "/zcwj/"))
        self.pages[HOST, "/"] = page("安青市人民政府", *links)
        self.pages[HOST, "/robots.txt"] = reply("User-agent: *\nDisallow: /closed/\n", kind="text/plain")
        ids = "{columnid: '7', unitid: '70', webid: '1', url: '" + PROXY + "'}"
        self.pages[HOST, "/tzgg/"] = page("通知公告", script=f"<div id=70></div><script>jpage({ids});</script>")
        self.pages[HOST, f"{PROXY}?{QUERY}"] = records(13, 12, 11, group=SECOND.replace("&", "&amp;"))
        self.pages[HOST, f"{PROXY}?{SECOND}"] = records(4, group="page=3&columnid=7&unitid=70")
        for n in (13, 12, 11, 4):
            self.pages[HOST, f"/art/2026/10/{n}/art_7_{n}.html"] = article(10)
        self.pages[HOST, "/zwyw/"] = page("政务要闻", script="<script>fetch('/closed/list.json').then(fill)</script>")
        self.pages[HOST, "/bmdt/"] = page("部门动态", script="<script>fetch('/data/bmdt.json').then(fill)</script>")
        self.pages[HOST, "/data/bmdt.json"] = reply("{}", status="503 Service Unavailable", kind="application/json")
        rows = [{"title": "关于印发城市更新实施方案的通知", "url": "/zcwj/1.html", "date": "2026-09-30"}]
        self.pages[HOST, "/zcwj/"] = page("政策文件", script="<script>$.get('/data/zcwj.json', fill)</script>")
        self.pages[HOST, "/data/zcwj.json"] = reply(json.dumps({"rows": rows}), kind="application/json")
        self.pages[HOST, "/zcwj/1.html"] = article(9)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Scripted:
    """The country after one round over it."""
    with Scripted(tmp_path_factory.mktemp("lists")) as served:
        code, _out, err = served.visit()
        assert code == 0, err
    return served


def seen(country: Scripted) -> CitySeen:
    """What the judges see of the first city."""
    campaign = Campaign(country.campaign)
    store = store_of_round(campaign)
    try:
        return city_seen(store, store.rounds()[-1], campaign.cities[0])
    finally:
        store.close()


def store_of_round(campaign: Campaign) -> Store:
    """The store of the round."""
    return Store(open_database(f"sqlite:///{campaign.out / 'campaign.sqlite'}"), campaign.name)


def asked(country: Scripted) -> list[str]:
    """The paths of the first city that were asked for, in order."""
    return [one.path for one in country.server.log if one.host == HOST]


def test_a_data_call_is_made_once_and_its_list_is_read_two_pages_far(country: Scripted) -> None:
    """The call, the second page it names, and no third; all by GET."""
    calls = [path for path in asked(country) if path.startswith(PROXY)]
    assert calls == [f"{PROXY}?{QUERY}", f"{PROXY}?{SECOND}"]
    assert {one.method for one in country.server.log} <= {"GET", "HEAD"}  # HEAD for links that are only checked


def test_the_entries_of_a_data_call_are_those_of_its_page(country: Scripted) -> None:
    """The list page is fresh and not blank, its entries come from both answers, each with its proof."""
    city = seen(country)
    [place] = city.places("column.notice")
    assert place.url.endswith("/tzgg/")
    assert [item.date for _, item in items_of(place)] == ["2026-10-13", "2026-10-12", "2026-10-11", "2026-10-04"]
    found = newest(place, date(2026, 11, 1))
    assert found is not None
    assert (found[0].isoformat(), PROXY in found[2].url) == ("2026-10-13", True)
    assert not is_blank(city, place)
    assert found[2].archive is not None


def test_articles_are_sampled_from_a_data_call(country: Scripted) -> None:
    """Entries that only the data call names are visited as articles, two of a list."""
    visited = [path for path in asked(country) if re.match(r"/art/|/zcwj/1", path)]
    assert "/zcwj/1.html" in visited
    assert {"/art/2026/10/13/art_7_13.html", "/art/2026/10/12/art_7_12.html"} <= set(visited)


def test_a_list_whose_data_call_may_not_be_made_is_unknown(country: Scripted) -> None:
    """Neither blank nor stale: robots.txt, or an answer that failed, is the cause."""
    city = seen(country)
    assert not any(path.startswith("/closed/") for path in asked(country))
    causes = {place.url.rsplit("/", 2)[1]: place.cause for place in city.places("column.news")}
    assert causes == {"zwyw": Cause.ROBOTS, "bmdt": Cause.HTTP_5XX}
    assert not any(is_blank(city, place) for place in city.places("column.news"))
    unknown = {place.url.rsplit("/", 2)[1] for place in columns_of(city, ("column.news",)).unknown}
    assert unknown == {"zwyw", "bmdt"}
    gap = city.gap("column.news")
    assert gap is not None
    assert gap.cause in (Cause.ROBOTS, Cause.HTTP_5XX)


def test_answers_of_data_calls_can_be_read_again_from_the_archive(country: Scripted) -> None:
    """The archive holds the answers; reading it again gives the same entries."""
    before = items_of(seen(country).places("column.notice")[0])
    campaign = Campaign(country.campaign)
    store = store_of_round(campaign)
    assert look_again(campaign, store, store.rounds()[-1]) > 10
    store.close()
    after = items_of(seen(country).places("column.notice")[0])
    assert [item for _, item in after] == [item for _, item in before]
