"""Reading a page as a careful reader does: encodings, links, regions, dates, kinds, walls, forms, languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from crawler.inspection import as_record, inspect_file
from probes.dates import date_in_url, dates_in
from probes.encoding import decode
from probes.lexicon import BadWords, lexicon_for, load_words
from probes.page import FetchedPage
from probes.parsed import ParsedDocument, parse
from probes.presence_ids import PRESENCE_IDS
from probes.registry import document_probes

NOW = datetime(2026, 10, 15, 8, tzinfo=UTC)
URL = "https://www.example.gov.cn/col/index.html"
CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus"


def read(body: str | bytes, *, status: int = 200, url: str = URL, **more: object) -> ParsedDocument:
    """The page read as the crawler would read it."""
    raw = body.encode() if isinstance(body, str) else body
    return parse(FetchedPage(url, status, (), raw, NOW, **more))  # type: ignore[arg-type]


CHINESE = "示例市人民政府门户网站发布通知公告，公开政务信息，提供网上办事服务，欢迎广大市民监督。" * 3


@pytest.mark.parametrize(
    ("body", "content_type", "encoding"),
    [
        (CHINESE.encode("gbk"), "text/html; charset=utf-8", "gb18030"),
        (f'<meta charset="utf-8">{CHINESE}'.encode("gb18030"), None, "gb18030"),
        (f'<meta charset="gb2312">{CHINESE}'.encode(), "text/html; charset=gbk", "utf-8"),
        (b"\xef\xbb\xbf" + CHINESE.encode(), "text/html; charset=gb2312", "utf-8"),
        ("臺灣的市政府網站提供最新消息與線上申辦服務，歡迎利用。".encode("big5") * 4, None, "big5"),
        (CHINESE.encode("utf-16"), None, "utf-16-le"),
        ("Città di Esempio: servizi e novità per i cittadini".encode("cp1252"), None, "windows-1252"),
        (b"plain ascii", None, "utf-8"),
    ],
)
def test_the_encoding_is_found_from_the_bytes(body: bytes, content_type: str | None, encoding: str) -> None:
    """A wrong label in header or meta does not spoil the text; the byte order mark goes before all."""
    decoded = decode(body, content_type)
    assert decoded.encoding.removesuffix("-le") == encoding.removesuffix("-le")
    assert "\ufffd" not in decoded.text


def test_a_cut_character_leaves_a_page_in_utf8() -> None:
    """A page cut in the middle of a character is still read in its own encoding."""
    assert decode(CHINESE.encode()[:-1]).encoding == "utf-8"


def test_folders_of_known_encodings_are_told_apart() -> None:
    """The corpus folders named by encoding decode as that encoding, for those that portals use."""
    folder = CORPUS / "crawl" / "encodings"
    if not folder.is_dir():
        pytest.skip("no ../shared/corpus/crawl/encodings beside this repository")
    names = {"GB2312": "gb18030", "Big5": "big5", "utf-8": "utf-8", "windows-1251-russian": "windows-1251"}
    for name, encoding in names.items():
        found = [decode(file.read_bytes()).encoding for file in sorted((folder / name).iterdir())]
        assert found.count(encoding) >= 0.95 * len(found), name


def test_links_are_read_as_a_person_reads_them() -> None:
    """Text, else image alternative, else title; base href and frames count; scripts and fragments lead nowhere."""
    page = read(
        '<base href="/new/"><a href="a.html">甲</a><a href="b.html"><img src="x.png" alt="乙"></a>'
        '<a href="c.html" title="丙"></a><a href="#">丁</a><a href="javascript:;">戊</a>'
        "<a href=\"javascript:window.open('d.html')\">己</a><li onclick=\"location.href='e.html'\">庚</li>"
        '<iframe src="f.html" title="辛"></iframe>'
    )
    assert [(link.text, link.href) for link in page.links] == [
        ("甲", "https://www.example.gov.cn/new/a.html"),
        ("乙", "https://www.example.gov.cn/new/b.html"),
        ("丙", "https://www.example.gov.cn/new/c.html"),
        ("丁", ""),
        ("戊", ""),
        ("己", "https://www.example.gov.cn/new/d.html"),
        ("庚", "https://www.example.gov.cn/new/e.html"),
        ("辛", "https://www.example.gov.cn/new/f.html"),
    ]


def test_hidden_matter_does_not_count_but_closed_menus_do() -> None:
    """Comments, templates, noscript, hidden blocks are unseen; a menu closed by style or class is there for readers."""
    page = read(
        '<!-- <a href="/1">依申请公开</a> --><template><a href="/2">市长信箱</a></template>'
        '<noscript><a href="/3">意见征集</a></noscript><p hidden><a href="/4">在线访谈</a></p>'
        '<div style="display:none"><p>站内说明</p><a href="/5">表格下载</a></div>'
        '<ul class="dropdown closed"><li><a href="/6">政务公开</a></li></ul>'
        '<ul style="display: none"><li><a href="/7">网上办事</a></li><li><a href="/8">常见问题</a></li>'
        '<li><a href="/9">统计数据</a></li></ul>'
    )
    present = set(page.seen.present) & set(PRESENCE_IDS)
    assert {"disclosure.entry", "service.entry", "feedback.faq", "disclosure.statistics"} <= present
    assert not present & {
        "disclosure.on_request",
        "feedback.entry",
        "feedback.consultation",
        "feedback.interview",
        "service.forms",
    }


def test_regions_follow_landmarks_and_the_marks_of_a_foot() -> None:
    """Landmarks decide; without them, density of links tells the menu and the marks tell the foot."""
    marked = read(
        '<header><a href="/a">甲</a></header><nav><a href="/b">乙</a></nav><footer><a href="/c">丙</a></footer>'
    )
    assert [link.where for link in marked.links] == ["header", "nav", "footer"]
    lines = "".join(f"<p>{CHINESE}<a href='/x{n}'>详情</a></p>" for n in range(6))
    old = read(
        f"<table><tr><td>{lines}</td></tr>"
        "<tr><td><a href='/y'>联系我们</a> 京ICP备12345678号 版权所有</td></tr></table>"
    )
    assert old.links[-1].where == "footer"
    assert old.links[2].where == "main"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年3月1日", date(2026, 3, 1)),
        ("[2026-03-01]", date(2026, 3, 1)),
        ("15\n2026-03", date(2026, 3, 15)),
        ("March 5, 2026", date(2026, 3, 5)),
        ("5 marzo 2026", date(2026, 3, 5)),
    ],
)
def test_dates_are_read_in_their_ways_of_writing(text: str, day: date) -> None:
    """Chinese, English and Italian dates give the same kind of answer."""
    first = dates_in(text)[0]
    assert (first.year, first.month, first.day) == (day.year, day.month, day.day)


def test_years_of_the_republic_and_order_of_day_and_month() -> None:
    """Year 115 of the Republic is 2026; 03/04 is a day in April where the day comes first."""
    assert dates_in("115年3月1日", republic=True)[0].year == 2026
    assert dates_in("03/04/2026", day_first=True)[0].month == 4
    assert dates_in("03/04/2026")[0].month == 3
    assert dates_in("31/02/2026") == []


def test_dates_in_addresses() -> None:
    """The shapes of common systems are read; a running number is no date."""
    assert date_in_url("http://a/art/2026/3/1/art_1.html") == date(2026, 3, 1)
    assert date_in_url("http://a/x/t20260301_12.html") == date(2026, 3, 1)
    assert date_in_url("http://a/post_123456.html") is None


def test_list_items_carry_the_date_beside_them_and_its_source() -> None:
    """Date beside, date in the address, month and day with the year of the page; a year in a title is no date."""
    page = read(
        "<ul><li><a href='/n/1.html'>示例市举办春季招聘活动</a><span>2026-10-01</span></li>"
        "<li><a href='/art/2026/9/30/art_2.html'>示例市新建的图书馆开放</a></li>"
        "<li><a href='/n/3.html'>示例市部署秋季防火工作</a><span>[09-28]</span></li>"
        "<li><a href='/n/4.html'>关于印发2025年重点工作安排的通知全文公布</a></li></ul>"
    )
    found = {item.title: (item.date, item.date_source) for item in page.seen.items}
    assert found["示例市举办春季招聘活动"] == ("2026-10-01", "visible")
    assert found["示例市新建的图书馆开放"] == ("2026-09-30", "url")
    assert found["示例市部署秋季防火工作"] == ("2026-09-28", "visible")
    assert found["关于印发2025年重点工作安排的通知全文公布"] == (None, None)
    assert page.seen.newest_date == "2026-10-01"
    assert page.seen.undated_items == 1


def test_a_headline_is_no_entry() -> None:
    """Words inside a dated title give a city neither mailbox nor appointment."""
    page = read("<ul><li><a href='/n/1.html'>市长信箱办理情况通报</a> 2026-10-01</li></ul>")
    assert "feedback.entry" not in page.seen.present


@pytest.mark.parametrize(
    ("status", "body", "cookies", "vendor"),
    [
        (521, "<script>document.cookie='__jsl_clearance=1';location.href='/'</script>", ("__jsluid_s",), "jsl"),
        (412, "<html><script>$_ts=window['$_ts'];</script><body></body></html>", (), "ruishu"),
        (202, "<html><script>var a=1</script></html>", ("FSSBBIl1UgzbN7NO",), "ruishu"),
        (
            200,
            "<html><script>var arg1='0123456789ABCDEF0123456789ABCDEF01234567';acw_sc__v2</script></html>",
            (),
            "acw",
        ),
        (
            503,
            "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/x.js'></script>",
            (),
            "cloudflare",
        ),
        (200, "<title>访问验证</title><p>请完成安全验证后继续访问</p><script>go()</script>", (), None),
        (200, "<title>浏览器检查中</title><p>浏览器安全检查中，请稍候</p><script>go()</script>", (), None),
        (403, "<h1>Access Denied</h1><p>You don't have permission to access this server.</p>", (), None),
    ],
)
def test_walls_are_told_by_status_body_and_cookies(
    status: int, body: str, cookies: tuple[str, ...], vendor: str | None
) -> None:
    """A wall is a wall under any status, and names its maker where its marks do."""
    seen = read(body, status=status, cookies=cookies).seen
    assert (seen.kind, seen.vendor) == ("wall", vendor)


def test_a_page_that_carries_a_captcha_is_no_wall() -> None:
    """A mailbox with a verification code and the usual content is a form, not a wall."""
    form = (
        "<form method=post><input name=name placeholder=姓名><input name=tel placeholder=手机号><textarea name=c>"
        "</textarea><input name=yzm placeholder=验证码><img src=captcha.jpg></form>"
    )
    seen = read(f"<title>我要写信</title><h1>我要写信</h1><p>{CHINESE}</p>{form}").seen
    assert seen.kind == "form"
    assert [(found.purpose, found.captcha) for found in seen.forms] == [("mailbox", True)]


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("<title>页面不存在</title><p>您访问的页面不存在</p>", 200, "error"),
        ("<title>Page not found</title><h1>Page not found</h1>", 200, "error"),
        ("<p>nothing here of any use to anyone at all</p>", 404, "error"),
        ("<title>通知公告</title><div>当前位置：首页 > 通知公告</div><p>暂无数据</p>", 200, "blank"),
    ],
)
def test_soft_errors_and_blank_columns(body: str, status: int, kind: str) -> None:
    """An error page under status 200 is an error; a list page without items is blank."""
    assert read(body, status=status).seen.kind == kind


def test_kinds_of_ordinary_pages() -> None:
    """Home by its address, a column by its dated list, an article by text and source line, each with its reason."""
    rows = "".join(f"<li><a href='/n/{n}.html'>示例市发布第{n}号通告</a> 2026-10-{n:02}</li>" for n in range(1, 13))
    assert read(f"<title>示例市人民政府</title><ul>{rows}</ul>", url="https://www.example.gov.cn/").seen.kind == "home"
    column = read(f"<title>通知公告</title><p>当前位置：首页 > 通知公告</p><ul>{rows}</ul>").seen
    assert (column.kind, "dated items" in column.kind_why) == ("column", True)
    text = f"<h1>关于某事的通知</h1><p>发布时间：2026-10-01 来源：办公室</p><p>{CHINESE}</p><p>{CHINESE}</p>"
    assert (
        read(f"<title>关于某事的通知</title>{text}", url="https://www.example.gov.cn/a/1.html").seen.kind == "article"
    )


def test_an_empty_shell_is_known() -> None:
    """A page that scripts must fill is a shell; the rendered page of the same address is judged by what it shows."""
    shell = '<html><head><title>x</title></head><body><div id="app"></div><script src="/app.js"></script></body></html>'
    assert read(shell + " " * 200).seen.empty_shell
    assert not read(shell + " " * 200, rendered=True).seen.empty_shell


def test_a_search_that_offers_a_choice_is_asked_in_its_text_box() -> None:
    """The choice of where to search is sent as it stands; the question goes into the box for text."""
    form = read(
        '<form action="/s" method="get"><select name="range"><option value="all">全部</option>'
        '<option value="title">标题</option></select><input type="text" name="words" value="请输入关键字">'
        '<input type="submit" value="搜索"></form>'
    ).seen.forms[0]
    assert (form.purpose, form.text_field, form.hidden) == ("search", "words", (("range", "all"),))
    assert form.fields == ("请输入关键字",)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("示例市召开防汛工作会议 10-12", "示例市召开防汛工作会议"),
        ("示例市“十四五”规划 2022-03-26", "示例市“十四五”规划"),
        ("2024年3月5日起施行的办法", "2024年3月5日起施行的办法"),
        ("示例市2024年政府工作报告", "示例市2024年政府工作报告"),
    ],
)
def test_a_title_ends_before_the_date_behind_it(text: str, title: str) -> None:
    """A date that stands behind the title in one link is the item's date; one inside the title belongs to it."""
    items = read(f'<ul><li><a href="/art/1.html">{text}</a><span>2026-10-12</span></li></ul>').seen.items
    assert [item.title for item in items] == [title]


def test_an_address_written_out_names_no_entry() -> None:
    """A listing of files is no menu: the parts of a file name are no words for what it holds."""
    links = '<ul><li><a href="a/faq.html">city_services/faq.html</a></li><li><a href="/faq">FAQ</a></li></ul>'
    seen = read(f'<html lang="en"><body><h1>Listing of files</h1>{links}</body></html>').seen
    assert [sighting.text for sighting in seen.present["feedback.faq"]] == ["FAQ"]
    assert "service.entry" not in seen.present


@pytest.mark.parametrize("code", ["location.assign(there)", "window.open(there, '_self')", "location.replace(there)"])
def test_a_page_that_only_sends_on_by_script_is_a_shell(code: str) -> None:
    """What a reader would see lies behind the script; the page as sent shows nothing."""
    sent = (
        f'<body><p style="display:none" id="to">/zwgk/list.html</p><script>var there = to.innerText; {code};</script>'
    )
    assert read(f"<!doctype html><title>政务公开</title>{sent}</body>").seen.empty_shell


def test_a_get_search_form_gives_its_field_and_hidden_fields() -> None:
    """What the crawler needs to ask a search by GET is there; a box without a form counts as well."""
    [form] = read(
        '<form action="/s"><input type=hidden name=site value=1><input name=q placeholder=搜索></form>'
    ).seen.forms
    assert (form.purpose, form.method, form.text_field, form.hidden) == ("search", "get", "q", (("site", "1"),))
    assert read('<input id="keyword" placeholder="请输入关键字">').seen.forms[0].purpose == "search"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (CHINESE, "zh"),
        ("The city council of the town is for all of you and your family in this place", "en"),
        ("Il comune e i servizi per i cittadini: la giunta, il sindaco e le novità della città", "it"),
    ],
)
def test_the_language_is_that_of_the_text(text: str, language: str) -> None:
    """A wrong lang attribute does not change the language of the text."""
    assert read(f'<html lang="fr-FR"><body><p>{text}</p></body></html>').language == language


def test_traditional_characters_are_folded() -> None:
    """Words written once in simplified characters match pages in traditional ones."""
    found = {match.id for match in lexicon_for("zh").match("網站導覽")}
    assert "mark.sitemap" in found


def test_a_bad_words_file_names_file_and_key(tmp_path: Path) -> None:
    """A mistake in a words file stops the program with the file and the key."""
    (tmp_path / "xx.toml").write_text(
        'code = "xx"\nname = "X"\nmarkers = []\nbogus = 1\n[dates]\n[entry]\n[kind]\n[form]\n'
    )
    with pytest.raises(BadWords, match=r"xx\.toml: bogus"):
        load_words(tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0" * 1000,
        b"<div>" * 50_000,
        b"<a href=x>" * 5_000,
        b"<p>x</p><!DOCTYPE html><html><body><a href=/y>y</a>",
        b"<html><frameset cols='1,2'><frame src=a.html><frame src=b.html></frameset></html>",
        b"&#x110000;&#0;&bogus;&#xD800;" * 500,
        b"<base href='http://[bad'><a href='http://[x/'>x</a>",
        b"<script type='text/xml'><datastore>" * 2_000,
        b"12 " * 200_000,
        bytes(range(256)) * 400,
    ],
    ids=range(11),
)
def test_hostile_bytes_never_break_the_reading(body: bytes) -> None:
    """NUL, endless nesting, misplaced doctype, framesets, bad entities and addresses are read without a fault."""
    document = read(body)
    for probe in document_probes():
        probe.look(document)


def test_rows_kept_for_a_script_are_read() -> None:
    """List rows that wait as CDATA in a data store are list items of the page."""
    page = read(
        "<div><script type='text/xml'><datastore><nextgroup></nextgroup><recordset><record><![CDATA["
        "<li><a href='/art/2026/3/1/art_1_1.html'>示例市召开年度工作会议</a><span>2026-03-01</span></li>]]></record>"
        "</recordset></datastore></script></div>"
    )
    assert [item.date for item in page.seen.items] == ["2026-03-01"]


def test_inspection_shows_ids_of_pages_apart_from_roles(tmp_path: Path) -> None:
    """The record of a page has presence ids under `present` and steering ids under `roles`."""
    file = tmp_path / "page.html"
    file.write_text('<html lang="zh"><nav><a href="/zn/">办事指南</a></nav></html>', encoding="utf-8")
    record = as_record(inspect_file(file))
    assert set(record["present"]) <= set(PRESENCE_IDS)
    assert "service.guide" in record["roles"]
    assert list(record)[:7] == ["page", "kind", "lang", "encoding", "newest_date", "present", "values"]
