"""Lists that scripts fill: each family's pages name their data calls, and its answers are read as a list page is."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sampling import clean
from crawler.store.rows import json_text
from crawler.visit.reader import look
from probes.lists.adapter import families
from probes.lists.answers import as_page, look_at_list
from probes.lists.entries import day_in, entries_of
from probes.lists.listing import LIST_ROLES, ListAnswer, ScriptedSeen, is_list_role
from probes.lists.script_calls import data_addresses
from probes.lists.scripted import scripted_list
from probes.page import FetchedPage, Way
from probes.parsed import parse

LISTS = Path(__file__).parent / "lists"
NOW = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)
SITE = "http://www.example.gov.cn"
JPAGE = f"{SITE}/module/web/jpage/dataproxy.jsp"
PARTS = [
    "<script>",
    "</script>",
    "window._CONFIG={SID:",
    "TREE: [",
    "dataproxy.jsp?",
    "columnid=",
    "'{",
    "}",
    "[[",
    "\\",
    "/front/page/build/unit",
    ' queryData="{',
    "createPageHTML(",
    "fetch('",
    "data-url=",
    "http://[",
    '$.get("/',
]
UNIT = f"{SITE}/api-gateway/jpaas-publish-server/front/page/build/unit"


def page(
    url: str, body: bytes | str, *roles: str, kind: str = "text/html; charset=utf-8", **more: object
) -> FetchedPage:
    """An answer of the made-up site."""
    raw = body.encode() if isinstance(body, str) else body
    headers = (("content-type", kind),)
    values = {"url": url, "status": 200, "headers": headers, "body": raw, "fetched_at": NOW, "roles": roles}
    return FetchedPage(**(values | more))  # type: ignore[arg-type]


def file(name: str) -> bytes:
    """A fixture's bytes."""
    return (LISTS / name).read_bytes()


def calls(url: str, name: str) -> ScriptedSeen | None:
    """What the probe says of a list page."""
    return scripted_list(parse(page(url, file(name))))


def answer(url: str, name: str) -> ListAnswer:
    """What an answer lists."""
    return look_at_list(page(url, file(name), "list.column.notice", kind="text/plain"))


def dates(found: ListAnswer) -> list[tuple[str, str | None]]:
    """Titles and dates."""
    return [(item.title, item.date) for item in found.items]


def test_every_family_is_found() -> None:
    """A module in the folder is a family, and what reads everything comes last."""
    assert [family.family for family in families()] == ["gkmlpt", "jpage", "jpaas", "trs", "generic"]


def test_gkmlpt_names_one_call_for_each_category_that_is_a_list_role() -> None:
    """SID and TREE stand in the page; a category that leads elsewhere is none, one below another bears its name too."""
    seen = calls(f"{SITE}/bgs/gkmlpt/index", "gkmlpt/index.html")
    assert seen is not None
    assert seen.family == "gkmlpt"
    by_role = {role: call.url for call in seen.calls for role in call.roles}
    assert by_role["head.regulations"] == f"{SITE}/bgs/gkmlpt/api/all/475?page=1&sid=790013"
    assert by_role["head.organs"] == f"{SITE}/bgs/gkmlpt/api/all/490?page=1&sid=790013"
    assert by_role["head.plans"].partition("?")[0].endswith("/480")
    assert {call.title for call in seen.calls if "column.policy" in call.roles} == {"规范性文件", "其他文件"}
    assert not any("/481" in call.url for call in seen.calls)


def test_gkmlpt_answers_with_articles_and_times_in_seconds() -> None:
    """The day of publication goes before the day a document was written; links are absolute or not."""
    found = answer(f"{SITE}/bgs/gkmlpt/api/all/475?page=1&sid=790013", "gkmlpt/all_475.json")
    assert (found.kind, found.title, found.total, found.next, found.lang) == ("list", "规范性文件", 3, None, "zh")
    assert dates(found) == [
        ("示例市公共停车场管理办法", "2026-10-14"),
        ("示例市城市绿化管理规定", "2026-06-18"),
        ("关于废止部分文件的决定", "2026-01-01"),
    ]
    assert found.items[1].href == f"{SITE}/bgs/gkmlpt/content/0/9/post_9002.html"


def test_gkmlpt_asks_for_a_second_page_only_of_a_short_first() -> None:
    """Three of eight entries shown: the second page is asked for, a third never; it may be gone."""
    url = f"{SITE}/gkmlpt/api/all/5?page=1&sid=2"
    body = '{"total": 8, "articles": [{"title": "关于开展绿化的通知", "created_at": "2026-10-01", "url": "/1.html"}]}'
    first = look_at_list(page(url, body))
    assert first.next == f"{SITE}/gkmlpt/api/all/5?page=2&sid=2"
    assert look_at_list(page(first.next, body)).next is None
    gone = look_at_list(page(first.next, b"<h1>404 Not Found</h1>", status=404))
    assert (gone.family, gone.kind, gone.fault) == ("gkmlpt", "fault", "status 404")


def test_jpage_makes_its_call_of_the_ids_in_the_script() -> None:
    """The script sends these ids by POST; the same query goes by GET."""
    seen = calls(f"{SITE}/col/col101/index.html", "jpage/col101.html")
    assert seen is not None
    query = "startrecord=1&endrecord=20&perpage=20&webid=7&columnid=101&unitid=2464"
    assert [call.url for call in seen.calls] == [f"{JPAGE}?{query}"]


def test_jpage_takes_the_call_that_the_store_names() -> None:
    """A store without rows names the address of its next group."""
    seen = calls(f"{SITE}/col/col102/index.html", "jpage/col102.html")
    assert seen is not None
    query = "page=1&appid=1&webid=7&path=/&columnid=102&unitid=2465&webname=%E7%A4%BA%E4%BE%8B&permissiontype=0"
    assert [call.url for call in seen.calls] == [f"{JPAGE}?{query}"]


def test_jpage_is_not_asked_for_rows_that_stand_in_the_page() -> None:
    """A store that carries its rows is a list in the source already."""
    rows = "".join(
        f"<record><![CDATA[<li><a href='/art/2026/9/{n}/art_1_{n}.html'>关于第{n}号事项的通知公告</a>"
        f"2026-09-{n:02}</li>]]></record>"
        for n in range(1, 13)
    )
    source = file("jpage/col102.html").decode().replace("<recordset></recordset>", f"<recordset>{rows}</recordset>")
    document = parse(page(f"{SITE}/col/col102/index.html", source))
    assert len(document.seen.items) == 12
    assert scripted_list(document) is None


def test_jpage_answers_with_records_of_html() -> None:
    """List items and table rows, a broken tag, a cut title and a date without a year; the next group is relative."""
    found = answer(f"{JPAGE}?startrecord=1&endrecord=20&perpage=20&columnid=101&unitid=2464", "jpage/dataproxy.xml")
    assert (found.kind, found.total) == ("list", 63)
    assert dates(found) == [
        ("关于秋季道路养护期间临时交通管制的通告", "2026-10-12"),
        ("关于国庆假期公共服务安排的公告", "2026-09-28"),
        ("关于开展排水管网清淤的通知", "2026-09-03"),
    ]
    assert found.items[0].href == f"{SITE}/art/2026/10/12/art_101_5501.html"
    assert found.next is not None
    assert found.next.startswith(f"{JPAGE}?page=2&")
    assert clean(found.next) == found.next


def test_jpaas_names_the_part_that_is_a_list() -> None:
    """Of the parts that the service builds, the menu is none."""
    seen = calls(f"{SITE}/col/gzdt/index.html", "jpaas/column.html")
    assert seen is not None
    assert [call.url.partition("?")[0] for call in seen.calls] == [UNIT]
    assert "tagId=%E5%88%97%E8%A1%A8%E6%96%B0%E9%97%BB" in seen.calls[0].url


def test_jpaas_answers_with_html_inside_json() -> None:
    """The block of paging tells the total and the size of a page."""
    found = answer(f"{UNIT}?parseType=bulidstatic&pageId=1638", "jpaas/unit.json")
    assert dates(found) == [("示例市启动冬季清洁取暖检查", "2026-10-09"), ("示例市公布公园改造进展情况", "2026-10-01")]
    assert found.total == 48
    assert (
        found.next == f"{UNIT}?parseType=bulidstatic&pageId=1638&paramJson=%7B%22pageNo%22%3A2%2C%22pageSize%22%3A15%7D"
    )


def test_trs_asks_for_the_second_static_page_of_a_short_list() -> None:
    """Pages are counted from 0; the second is index_1.html and is read as any list page."""
    seen = calls(f"{SITE}/ghjh/", "trs/index.html")
    assert seen is not None
    assert [call.url for call in seen.calls] == [f"{SITE}/ghjh/index_1.html"]
    found = answer(seen.calls[0].url, "trs/index_1.html")
    assert dates(found) == [("示例市国民经济和社会发展第十五个五年规划纲要", "2026-03-20")]
    assert found.items[0].href == f"{SITE}/ghjh/202603/t20260320_4700001.html"


@pytest.mark.parametrize(
    ("written", "following"),
    [
        ("createPageHTML(5, 0, 'index', 'shtml')", "index_1.shtml"),
        ("createPageHTML('page_div',10, 1,'fwgk','shtml',200)", "fwgk_2.shtml"),
        ('createPageHTML(1, 0, "index", "html")', None),
        ('createPageHTML(9, 4, "index", "html")', None),
        ("createPageHTML(total, page, name)", None),
        ('createPageHTML(5, 0, "../x", "html")', None),
    ],
)
def test_trs_paging_in_its_ways_of_writing(written: str, following: str | None) -> None:
    """With and without the name of a block; one page, a later page and words instead of numbers lead nowhere."""
    source = file("trs/index.html").decode().replace('createPageHTML(2, 0, "index", "html")', written)
    seen = scripted_list(parse(page(f"{SITE}/ghjh/index.html", source)))
    assert (seen.calls[0].url if seen else None) == (f"{SITE}/ghjh/{following}" if following else None)


def test_trs_lists_filled_from_the_search() -> None:
    """The search of the site answers with hits whose fields are one level deeper."""
    seen = calls(f"{SITE}/zcwj/", "trs/filled.html")
    assert seen is not None
    assert (seen.family, seen.calls[0].url.partition("?")[0]) == ("trs", f"{SITE}/so/s")
    found = answer(seen.calls[0].url, "trs/search.json")
    assert dates(found) == [("示例市停车收费标准", "2026-09-15"), ("示例市政务服务事项目录", "2026-07-02")]


def test_generic_takes_the_one_address_of_a_list() -> None:
    """Not what is sent by POST, counts visits, lies on another host, is a picture, or is put together by the script."""
    seen = calls(f"{SITE}/qxdt/index.html", "generic/list.html")
    assert seen is not None
    assert (seen.family, [call.url for call in seen.calls]) == (
        "generic",
        [f"{SITE}/api/qxdt/list?pageSize=20&pageNo=1"],
    )


def test_generic_reads_entries_by_title_link_and_date() -> None:
    """Fields of any name, milliseconds, a date in words, and the date of the address where the field is empty."""
    found = answer(f"{SITE}/api/qxdt/list?pageSize=20&pageNo=1", "generic/list.json")
    assert dates(found) == [
        ("东城区新增充电桩二百个", "2026-10-12"),
        ("西城区老旧小区改造完工", "2026-09-01"),
        ("南城区组织河道清淤", "2026-08-05"),
    ]
    assert [item.date_source for item in found.items] == ["visible", "visible", "url"]
    assert (found.total, found.items[0].href) == (3, f"{SITE}/qxdt/2026/1.html")


@pytest.mark.parametrize(
    "source",
    [
        '$.get("/data/list.json", fill)',
        "jQuery.getJSON('/data/list.json')",
        "fetch(`/data/list.json`).then(fill)",
        "window.fetch('/data/list.json')",
        "axios.get('/data/list.json')",
        "axios({method: 'get', url: '/data/list.json'})",
        "xhr.open('GET', '/data/list.json', true)",
        "$.ajax({dataType: 'json', url: '/data/list.json'})",
    ],
)
def test_ways_in_which_scripts_ask(source: str) -> None:
    """Each way of asking by GET gives its address."""
    assert data_addresses(f"<script>{source};</script>", f"{SITE}/a/") == [f"{SITE}/data/list.json"]


@pytest.mark.parametrize(
    "source",
    [
        "fetch('/data/list.json', {method: 'POST'})",
        "axios({method: 'post', url: '/data/list.json'})",
        "fetch('/api/user/list')",
        "fetch('/static/app.js')",
        "fetch('/data/' + id)",
        "fetch(`/data/${id}/list.json`)",
        "map.get('/data/list.json')",
        "fetch('http://[::1/list.json')",
        "fetch('//other.test/list.json')",
        '<div data-url="/help/about.html"></div>',
    ],
)
def test_what_is_not_asked(source: str) -> None:
    """Nothing is asked that may write, is no data, or does not stand there in one piece."""
    assert data_addresses(f"<script>{source};</script>", f"{SITE}/a/") == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('{"code": 0, "data": []}', "list"),
        ("[]", "list"),
        ('{"visits": 1204}', "other"),
        ('{"names": ["a", "b"]}', "other"),
        ("<!doctype html><title>x</title><p>Nothing here.</p>", "other"),
        ("", "fault"),
        ("{broken", "fault"),
        ("[" * 100_000, "fault"),
        ('cb([{"title": "关于停水的通告", "date": "2026-10-02"}]);', "list"),
        ('var rows = [{"title": "关于停水的通告", "date": "2026-10-02"}];', "list"),
        ('{"html": "<ul><li><a href=/1.html>关于计划停水的通告</a>2026-10-02</li></ul>"}', "list"),
    ],
)
def test_an_answer_is_a_list_an_empty_list_something_else_or_broken(body: str, kind: str) -> None:
    """An empty list says that there is nothing; a count of visits says nothing about the list."""
    assert look_at_list(page(f"{SITE}/data/list.json", body)).kind == kind


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2026-10-12 09:30:00", "2026-10-12"),
        ("2026-10-12T09:30:00+08:00", "2026-10-12"),
        (1791763200, "2026-10-12"),
        ("1791763200000", "2026-10-12"),
        ("20261012", "2026-10-12"),
        (20261012, "2026-10-12"),
        ("20261012093000", "2026-10-12"),
        ("12 ottobre 2026", "2026-10-12"),
        ("Oct 12, 2026", "2026-10-12"),
        ("2026-10", None),
        ("10-12", None),
        ("2026-02-31", None),
        (17, None),
        (None, None),
        ("", None),
    ],
)
def test_dates_of_fields(value: object, day: str | None) -> None:
    """Texts, seconds and milliseconds; a date without its year or day is none."""
    assert day_in(value) == day


def test_entries_of_another_language() -> None:
    """The fields of an Italian municipality; the language is read from the titles."""
    nodes = [
        {
            "titolo": f"Avviso pubblico per i lavori della via numero {n} del centro",
            "data_pubblicazione": f"0{n}/10/2026",
        }
        for n in (1, 2)
    ]
    found = entries_of({"items": nodes}, "https://www.comune.example.it/")
    assert found is not None
    assert found.lang == "it"
    assert [item.date for item in found.items] == ["2026-10-01", "2026-10-02"]


def test_a_rendered_page_has_no_calls() -> None:
    """Scripts have run on it: there is nothing left to ask for."""
    rendered = page(f"{SITE}/col/col101/index.html", file("jpage/col101.html"), way=Way.DESKTOP, rendered=True)
    assert scripted_list(parse(rendered)) is None


def test_calls_are_kept_as_the_crawler_keeps_addresses() -> None:
    """What the page says it asks is what the frontier has asked, to the letter."""
    for url, name in (
        (f"{SITE}/bgs/gkmlpt/index", "gkmlpt/index.html"),
        (f"{SITE}/col/col101/index.html", "jpage/col101.html"),
        (f"{SITE}/col/col102/index.html", "jpage/col102.html"),
        (f"{SITE}/col/gzdt/index.html", "jpaas/column.html"),
        (f"{SITE}/ghjh/", "trs/index.html"),
        (f"{SITE}/qxdt/index.html", "generic/list.html"),
    ):
        seen = calls(url, name)
        assert seen is not None
        assert [clean(call.url) for call in seen.calls] == [call.url for call in seen.calls]


def test_a_page_asks_only_in_the_roles_of_lists() -> None:
    """A list page wants its call in each list role it stands for; in other roles, as of messages, it wants none."""
    roles = ("column.notice", "template", "head.regulations", "feedback.replies")
    found = look(page(f"{SITE}/col/col101/index.html", file("jpage/col101.html"), *roles))
    assert [wanted.role for wanted in found.wanted] == ["list.column.notice", "list.head.regulations"]
    assert not any(is_list_role(role) for role in ("feedback.replies", "feedback.message", "home", "article"))
    assert LIST_ROLES


def test_a_gkmlpt_page_asks_for_the_category_of_its_role() -> None:
    """The page that stands for the plans asks for the plans."""
    found = look(page(f"{SITE}/bgs/gkmlpt/index", file("gkmlpt/index.html"), "head.plans"))
    assert [(wanted.role, wanted.url.partition("?")[0][-4:]) for wanted in found.wanted] == [
        ("list.head.plans", "/480")
    ]


def test_an_answer_leads_on_as_its_list_page_does() -> None:
    """Its entries are laid out for the sampling, titles of topics among them; the next page is wanted in its roles."""
    trs = page(f"{SITE}/ghjh/index_1.html", file("trs/index_1.html"), "list.head.plans")
    found = look(trs)
    assert found.listed is not None
    assert [sighting.text for sighting in found.listed.present["topic.five_year_plan"]] == [found.listed.items[0].title]
    first = page(
        f"{JPAGE}?page=1&columnid=101&unitid=2464", file("jpage/dataproxy.xml"), "list.column.notice", "random"
    )
    assert [(wanted.role, "page=2" in wanted.url) for wanted in look(first).wanted] == [("list.column.notice", True)]
    assert as_page(ListAnswer("generic", SITE)) is None


def test_a_wall_in_place_of_an_answer_is_told() -> None:
    """A bot wall is no list and no blank list."""
    body = f"<html><head><script>$_ts={{}};{'x' * 300}</script></head><body></body></html>"
    found = look(page(f"{JPAGE}?columnid=101", body, "list.column.notice", status=412))
    assert found.seen is not None
    assert (found.seen.kind, found.listed) == ("wall", None)
    assert [observation.seen.kind for observation in found.observations] == ["fault"]


@settings(max_examples=60, deadline=None)
@given(
    url=st.sampled_from(
        [f"{SITE}/gkmlpt/api/all/5?page=1", f"{JPAGE}?columnid=x", UNIT, f"{SITE}/a/index_1.html", f"{SITE}/so/s", SITE]
    ),
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["articles", "data", "html", "title", "url", "date", "x"]), inner)
            ),
            max_leaves=12,
        ).map(lambda value: json.dumps(value).encode()),
    ),
)
def test_no_answer_breaks_a_reader(url: str, body: bytes) -> None:
    """Whatever comes back is a list, something else or a fault, and can be stored."""
    found = look_at_list(page(url, body, "list.column.notice"))
    assert found.kind in ("list", "other", "fault")
    assert json_text(found)


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(
        st.sampled_from(PARTS) | st.text(max_size=6),
        max_size=25,
    )
)
def test_no_page_breaks_the_search_for_calls(parts: list[str]) -> None:
    """Whatever stands in a source, the calls found are addresses of the page's own host."""
    for path in ("/gkmlpt/index", "/col/col1/index.html"):
        seen = scripted_list(parse(page(SITE + path, "".join(parts))))
        for call in seen.calls if seen is not None else ():
            assert call.url.startswith(f"{SITE}/")
