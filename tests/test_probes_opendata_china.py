"""The Chinese families beside the newer Inspur: found by fingerprint, asked by POST where need be, read; no network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from probes.observation import Wanted
from probes.opendata.answers import look_at_answer
from probes.opendata.catalogue import MAX_PAGES, OpenDataAnswer
from probes.opendata.discovery import discover
from probes.opendata.summary import summarise
from probes.page import FetchedPage

HOST = "https://data.gangkou.example"


def page(url: str, body: str, status: int = 200, role: str = "opendata.api", post: str | None = None) -> FetchedPage:
    return FetchedPage(
        url, status, (), body.encode(), datetime(2026, 10, 15, tzinfo=UTC), roles=(role,), post=post,
        method="GET" if post is None else "POST",
    )  # fmt: skip


def read(url: str, told: Any, status: int = 200, post: str | None = None) -> OpenDataAnswer:
    body = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    answer = look_at_answer(page(url, body, status, post=post))
    assert answer is not None
    assert answer.post == post
    return answer


def calls_of(home: str, url: str = f"{HOST}/") -> tuple[Wanted, ...]:
    return discover(page(url, f"<!doctype html><html><body>{home}</body></html>", role="opendata.entry"))


# Inspur, the older form -----------------------------------------------------------------------------------


def odweb(start: int, rows: int, total: int | None) -> dict[str, Any]:
    entries = [
        {
            "cata_id": f"c{number}",
            "cata_title": f"数据{number}",
            "description": "说明",
            "org_name": "港务局" if number % 2 else "园林局",
            "org_code": "007",
            "open_type": "无条件开放",
            "cata_tags": "船舶,泊位",
            "cataLogGroups": [{"group_id": "1", "group_name": "交通"}],
            "released_time": "2024-03-01 10:00:00",
            "update_time": 1790000000000,
            "conf_update_cycle": "每月",
            "suffixes": "csv,xls,接口",
        }
        for number in range(start, min(start + rows, 10_000 if total is None else total))
    ]
    return {"data": entries} | ({} if total is None else {"recordsTotal": total})


@pytest.mark.parametrize(("total", "server_rows"), [(1, 100), (130, 100), (20, 6), (900, 100)])
def test_an_older_inspur_catalogue_is_asked_by_post_page_by_page(total: int, server_rows: int) -> None:
    """Every list call goes to one address; only its body tells the pages apart, and each is asked once."""
    wanted = list(calls_of('<a href="/odweb/catalog/index.htm">目录</a>'))
    answers, asked = [], set()
    while wanted:
        call = wanted.pop(0)
        if call.method == "GET":
            continue
        assert call.url == f"{HOST}/odweb/catalog/catalog.do?method=GetCatalog"
        assert (call.url, call.post) not in asked
        asked.add((call.url, call.post))
        form = parse_qs(call.post or "")
        told = odweb(int(form["start"][0]), min(server_rows, int(form["length"][0])), total)
        answers.append(read(call.url, told, post=call.post))
        wanted += answers[-1].next
    seen = summarise(answers)
    listed = min(total, MAX_PAGES * server_rows)
    assert len(answers) <= MAX_PAGES
    assert (seen.family, seen.datasets_total, seen.datasets_listed) == ("inspur_old", total, listed)
    assert seen.complete == (listed == total)


def test_older_inspur_metadata_is_kept_and_its_files_are_asked_for() -> None:
    """Department, theme, tags, cycle and dates stand in the list; a query a dataset names its files."""
    answer = read(f"{HOST}/odweb/catalog/catalog.do?method=GetCatalog", odweb(1, 2, 3), post="start=1&length=2")
    dataset = answer.datasets[0]
    assert (dataset.publisher, dataset.themes, dataset.keywords) == ("港务局", ("交通",), 2)
    assert (dataset.issued, dataset.modified, dataset.frequency) == ("2024-03-01", "2026-09-21", "每月")
    assert (dataset.open_type, dataset.formats, dataset.apis) == ("unconditional", ("csv", "xls", "接口"), 1)
    assert not dataset.in_full
    files = next(call for call in answer.next if call.method == "GET" and "cata_id=c1" in call.url)
    told = {"data": [{"fileId": "9/1", "fileName": "泊位.csv", "fileSize": "120", "dataCount": 3}]}
    seen = summarise([answer, read(files.url, told)])
    known = next(one for one in seen.datasets if one.id == "c1")
    assert (known.title, known.distributions[0].format, known.in_full) == ("数据1", "csv", True)
    assert known.download_urls == (f"{HOST}/odweb/catalog/catalogDetail.do?method=getFileDownloadAddr&fileId=9%2F1",)


def test_an_older_inspur_list_without_a_total_goes_on_while_pages_are_full() -> None:
    """No total is made up."""
    url = f"{HOST}/data/catalog/catalog.do?method=GetCatalog"
    assert read(url, odweb(0, 6, None), post="start=0&length=6").more
    last = read(url, odweb(0, 3, 3) | {"recordsTotal": None}, post="start=0&length=6")
    assert (last.more, last.datasets_total) == (False, None)


@pytest.mark.parametrize("told", ["<html><body>登录</body></html>", {"code": 500}, {"data": "x"}, "", "["])
def test_a_broken_older_inspur_answer_is_a_fault(told: Any) -> None:
    """Nothing is raised and nothing is counted."""
    assert read(f"{HOST}/odweb/catalog/catalog.do?method=GetCatalog", told, post="start=0").kind == "fault"


# Zhejiang -------------------------------------------------------------------------------------------------


def jdop(number: int, count: int, total: int | None = None) -> dict[str, Any]:
    rows = "".join(
        f"<div class='item'><a href='../detail/data.do?iid={number * 100 + n}&searchString='>泊位{n}</a>"
        f"<p class='note'><span>数源单位：港务局</span><span>更新日期：2026-09-0{n + 1}</span>"
        f"<span>开放条件：无条件开放</span></p></div>"
        for n in range(count)
    )
    return {"data": rows} | ({} if total is None else {"total": total})


def test_a_zhejiang_list_is_html_inside_json_asked_by_post() -> None:
    """Entries with their labels, the next page, and two dataset pages."""
    [call] = calls_of('<a href="/jdop_front/channal/data_public.do">数据</a>')
    assert (call.method, urlsplit(call.url).path) == ("POST", "/jdop_front/channal/datapubliclist.do")
    answer = read(call.url, jdop(1, 9, 12), post=call.post)
    assert (answer.family, answer.datasets_total, answer.datasets_listed) == ("zhejiang", 12, 9)
    first = answer.datasets[0]
    assert (first.id, first.publisher, first.modified) == ("100", "港务局", "2026-09-01")
    assert (first.open_type, first.in_full) == ("unconditional", False)
    assert [item.method for item in answer.next] == ["POST", "GET", "GET"]
    second = read(call.url, jdop(2, 3, 12), post=answer.next[0].post)
    assert not second.more
    assert summarise([answer, second]).complete


def test_a_zhejiang_dataset_page_tells_the_rest() -> None:
    """Labels and values stand in table cells, files are links named by format."""
    html = (
        "<html><body><p class='sjxqTit1'>泊位信息</p><table><tr><td>摘要：</td><td>泊位一览</td><td>数源单位：</td>"
        "<td>港务局</td></tr><tr><td>数据领域：</td><td>交通</td><td>更新周期：</td><td>每季度</td></tr><tr><td>数据下载：</td>"
        "<td><a href='/jdop_front/down.do?f=1'>CSV</a><a href='/jdop_front/down.do?f=2'>XLS</a></td></tr></table>"
    )
    dataset = read(f"{HOST}/jdop_front/detail/data.do?iid=100", html).datasets[0]
    assert (dataset.title, dataset.publisher, dataset.themes) == ("泊位信息", "港务局", ("交通",))
    assert (dataset.frequency, dataset.formats, dataset.in_full) == ("每季度", ("csv", "xls"), True)


def test_a_zhejiang_answer_without_html_is_a_fault() -> None:
    """A refusal in JSON is told as what it is."""
    assert read(f"{HOST}/jdop_front/channal/datapubliclist.do", {"data": None}, post="pageNumber=1").kind == "fault"
    assert read(f"{HOST}/jdop_front/detail/data.do?iid=1", "<html><body></body></html>").kind == "fault"


# Shanghai -------------------------------------------------------------------------------------------------


def test_the_shanghai_shape_is_paged_by_its_own_count_of_pages() -> None:
    """The body is JSON; `data.content` lists datasets with their resources."""
    [call] = calls_of('<script src="/view/data-resource/list.js"></script>')
    assert (call.method, json.loads(call.post or "")["pageNum"]) == ("POST", 1)
    entry = {
        "datasetId": "d1",
        "datasetName": "泊位",
        "orgName": "港务局",
        "updateDate": 1790000000000,
        "openType": "无条件开放",
        "dataResources": [{"resId": "r", "resName": "泊位.xlsx"}],
    }
    told = {"data": {"content": [entry], "currentPage": 1, "totalPageNum": 2, "total": 2}}
    answer = read(call.url, told, post=call.post)
    assert (answer.family, answer.datasets_total, answer.more) == ("shanghai", 2, True)
    assert (answer.datasets[0].publisher, answer.datasets[0].formats) == ("港务局", ("xlsx",))
    assert json.loads(answer.next[0].post or "")["pageNum"] == 2
    assert msgspec.json.decode(msgspec.json.encode(answer), type=OpenDataAnswer) == answer


def test_the_wall_of_the_shanghai_shape_is_a_fault_and_no_empty_platform() -> None:
    """Status 412 to a plain client says nothing of the catalogue."""
    answer = read(f"{HOST}/yys/es/v1/dataset/search", "<html></html>", status=412, post="{}")
    assert (answer.kind, answer.fault, answer.family) == ("fault", "status 412", "shanghai")
    assert summarise([answer]).usable is False


# Gateway style --------------------------------------------------------------------------------------------

GUIDE = (
    "<p>请求地址 http://data.gangkou.example/gateway/api/1/ab12cd</p>"
    "<p>请求头 X-Client-Id X-Timestamp X-Nonce X-Signature</p>"
)


def test_a_gateway_is_recognised_and_never_asked() -> None:
    """Its guide shows the signed headers; no call is wanted, and the answer says what it needs."""
    assert calls_of(GUIDE) == ()
    answer = read(f"{HOST}/", f"<!doctype html><html><body>{GUIDE}</body></html>")
    assert (answer.family, answer.kind) == ("gateway", "fault")
    assert "signing" in (answer.fault or "")


def test_a_page_that_only_links_to_a_gateway_is_none() -> None:
    """The names of the headers must stand there too."""
    assert (
        look_at_answer(page(f"{HOST}/", '<html><a href="/gateway/api/1/x">x</a></html>', role="opendata.entry")) is None
    )


# One-off shapes -------------------------------------------------------------------------------------------

ONE = {"id": 7, "name": "泊位", "orgName": "港务局", "updateTime": "2026-09-01", "fileTypes": "csv,json"}


@pytest.mark.parametrize(
    "told",
    [
        {"data": {"rows": [ONE], "total": 30}},
        {"data": {"records": [ONE], "total": 30}},
        {"resultData": {"list": [ONE], "total": 30}},
        {"custom": {"resultList": [ONE], "count": 30}},
        {"rows": [ONE], "total": 30},
        {"code": 0, "total": 30, "data": [ONE]},
    ],
)
def test_a_one_off_list_is_known_by_its_answer(told: Any) -> None:
    """Wherever the list stands: entries with number, name, department, date and formats are datasets."""
    answer = read(f"{HOST}/svc/list", told)
    assert (answer.family, answer.datasets_total, answer.more) == ("tail", 30, True)
    assert (answer.datasets[0].id, answer.datasets[0].publisher) == ("7", "港务局")
    assert answer.datasets[0].formats == ("csv", "json")


@pytest.mark.parametrize(
    "told",
    [
        {"data": {"rows": [{"id": 1, "name": "新闻", "url": "/a"}]}},
        {"data": {"rows": [{"id": 1, "title": "甲", "createTime": "2026-01-01"}]}},
        {"data": {"rows": []}},
        {"data": {"rows": [1, 2]}},
        {"error": "no"},
    ],
)
def test_a_list_of_something_else_is_no_catalogue(told: Any) -> None:
    """News and menus have numbers and names too."""
    answer = read(f"{HOST}/svc/list", told)
    assert (answer.family, answer.kind) == ("unknown", "fault")


@pytest.mark.parametrize(
    ("script", "asked"),
    [
        ("$.get('/svc/catalog/queryList?page=1', show)", ["/svc/catalog/queryList?page=1"]),
        ('axios({ url: "/open/dataset/list", method: "get" })', ["/open/dataset/list"]),
        ("$.post('/svc/catalog/queryList', show)", []),
        ('axios({ url: "/open/dataset/list", method: "post" })', []),
        ("load('https://elsewhere.example/dataset/list')", []),
        ("load('/static/catalog-list.js')", []),
        ("load('/svc/news/list')", []),
    ],
)
def test_a_one_off_list_is_found_where_the_page_names_it(script: str, asked: list[str]) -> None:
    """An address that a script of the page fetches by GET is asked first, beside the usual names; none is guessed."""
    home = page(f"{HOST}/", f"<html><head><script>{script}</script></head><body>数据开放</body></html>", role="entry")
    wanted = [call.url for call in discover(home)]
    assert [url for url in wanted if "/api/3/" not in url and "catalog." not in url and "data.json" not in url][
        : len(asked)
    ] == [HOST + path for path in asked]
    assert any("/api/3/action/" in url for url in wanted)
    assert all("news" not in url and "elsewhere" not in url and not url.endswith(".js") for url in wanted)
