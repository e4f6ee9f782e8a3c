"""Dated items of lists in the shapes that portals write them, and the newest date that a reader would name."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from probes.dates import without_dates
from probes.document import DocumentSeen
from probes.page import FetchedPage
from probes.parsed import parse

NOW = datetime(2026, 10, 15, 8, 0, tzinfo=UTC)
T = "示例市部署秋季森林防火重点工作"
E = "Crews finish repairs on the river bridge downtown"


def seen(body: str, url: str = "https://www.example.org/list/") -> DocumentSeen:
    """The page as it is read."""
    return parse(FetchedPage(url, 200, (), body.encode(), NOW)).seen


@pytest.mark.parametrize(
    ("body", "day"),
    [
        (f"<table><tr><td><a href=/1>{T}</a></td><td>2026-10-08</td></tr></table>", "2026-10-08"),
        (f"<table><tr><td>2026/10/8</td><td><a href=/1>{T}</a></td></tr></table>", "2026-10-08"),
        (f"<dl><dt><a href=/1>{T}</a></dt><dd>2026年10月8日</dd></dl>", "2026-10-08"),
        (f"<div class=row><div>2026.10.08</div><div><a href=/1>{T}</a></div></div>", "2026-10-08"),
        (f"<li><div class=d><b>08</b><i>2026-10</i></div><a href=/1>{T}</a></li>", "2026-10-08"),
        (f"<li><div class=d><p>08</p><p>2026/10</p></div><div><a href=/1>{T}</a></div></li>", "2026-10-08"),
        (f"<li><span>10-08</span><em>2026</em><a href=/1>{T}</a></li>", "2026-10-08"),
        (f"<li><span class=m>10月</span><span class=d>08日</span><a href=/1>{T}</a></li>", "2026-10-08"),
        (f"<li><a href=/1>{T}</a><span>(10-08)</span></li>", "2026-10-08"),
        (f"<li><a href=/art/2026/10/8/art_17_4.html>{T}</a></li>", "2026-10-08"),
        (f"<li><a href=/zw/202610/t20261008_55.shtml>{T}</a></li>", "2026-10-08"),
        (f"<li><a href=/1>{T}<span>2026-10-08</span></a></li>", "2026-10-08"),
        (f"<li><a href=/1>[2026-10-08] {T}</a></li>", "2026-10-08"),
        (f"<li><a href=/1>{T}</a><time datetime=2026-10-08T09:30:00+08:00>一周前</time></li>", "2026-10-08"),
        (f"<p>中華民國市政府</p><li><a href=/1>{T}</a><span>115-10-08</span></li>", "2026-10-08"),
        (f"<p>民國</p><table><tr><td>115年10月08日</td><td><a href=/1>{T}</a></td></tr></table>", "2026-10-08"),
        (f"<div><h3><a href=/1>{E}</a></h3><p>October 8, 2026</p></div>", "2026-10-08"),
        (f"<div><p>Oct. 8th, 2026</p><h3><a href=/1>{E}</a></h3></div>", "2026-10-08"),
        (f"<div><span>Oct</span><span>08</span><span>2026</span><a href=/1>{E}</a></div>", "2026-10-08"),
        (f"<div><div>OCT</div><div>08</div><h3><a href=/1>{E}</a></h3></div>", "2026-10-08"),
        (f"<div><span>08</span><span>Oct 2026</span><a href=/1>{E}</a></div>", "2026-10-08"),
        (f"<div><a href=/1>{E}</a> Thursday, 8 October 2026</div>", "2026-10-08"),
        (f"<div><a href=/1>{E}</a> 10/08/2026</div>", "2026-10-08"),
        (f"<div><a href=/1>{E}</a> 10/8/26</div>", "2026-10-08"),
        (
            "<html lang=it><div><span>8 ott 2026</span><h3><a href=/1>Lavori sulla rete idrica del centro"
            " storico</a></h3></div>",
            "2026-10-08",
        ),
        (
            "<html lang=it><div><a href=/1>Lavori sulla rete idrica del centro storico</a> 08/10/2026</div>",
            "2026-10-08",
        ),
        (
            "<html lang=it><div><b>08</b> <span>ottobre 2026</span><a href=/1>Lavori sulla rete idrica del"
            " centro</a></div>",
            "2026-10-08",
        ),
        (
            f"<li><div class=d><b>08</b><span>2026-10</span></div><div><a href=/1>{T}</a><p>近日部署。</p></div></li>",
            "2026-10-08",
        ),
        (f"<li><a href=/1><b>08</b><span>2026-10</span>{T}</a></li>", "2026-10-08"),
        (f"<li><div><span>10/08</span><span>2026</span></div><a href=/1>{T}</a></li>", "2026-10-08"),
        (f"<li><a href=/1>{T}</a><span>26.10.08</span></li>", "2026-10-08"),
        (f"<li><a href=/1>{T}</a><span>20261008</span></li>", "2026-10-08"),
        (f"<h2>2025年</h2><ul><li><a href=/1>{T}</a><span>10-08</span></li></ul>", "2025-10-08"),
        (f"<li><a href=/1>{T}</a><i>成文日期：2026-09-20</i><i>发布日期：2026-10-08</i></li>", "2026-10-08"),
        (
            f"<h3>2018 Meeting Schedule</h3><table><tr><td>Oct. 8</td><td><a href=/1>{E}</a></td></tr></table>",
            "2018-10-08",
        ),
        (f"<div>Oct. 8 <a href=/minutes_Oct_2018.pdf>{E}</a></div>", "2018-10-08"),
        (
            "<html lang=it><div><span>8 Ott 26</span><h3><a href=/1>Mobilità in città, avanti fino al 22 settembre</a>"
            "</h3><p>La settimana della mobilità va avanti fino a giovedì 22 settembre in tutta la città</p></div>",
            "2026-10-08",
        ),
        (
            "<html lang=it><li><a href=/1>Avviso pubblico per la rete idrica del centro storico</a>"
            " Pubblicato il 8 ottobre 2026 alle ore 10:30</li>",
            "2026-10-08",
        ),
        (f"<div><a href=/1>{E}</a> Posted on: October 8th, 2026 3:15 PM</div>", "2026-10-08"),
        (
            f"<table><tr><th>标题</th><th>文号</th><th>日期</th></tr><tr><td><a href=/1>{T}</a></td>"
            "<td>示政发〔2026〕12号</td><td>2026-10-08</td></tr></table>",
            "2026-10-08",
        ),
        (f"<li><i>置顶</i><a href=/1>{T}</a><span>2026-10-08</span></li>", "2026-10-08"),
        (
            f"<li><a href=/1>{T}</a><img src=new.gif><span>发布时间：2026-10-08 09:12:33</span>"
            f"<span>浏览：2025次</span></li>",
            "2026-10-08",
        ),
    ],
)
def test_each_way_of_writing_gives_its_date(body: str, day: str) -> None:
    """Table, definition list, blocks, two lines, address, time element, three languages, years of the Republic."""
    found = seen(body if body.startswith("<html") else f"<body><h1>x</h1>{body}</body>")
    assert [item.date for item in found.items] == [day]
    assert found.newest_date == day


def test_a_headline_that_is_cut_keeps_its_whole_title() -> None:
    """Where the link's text is cut, its title attribute is the title."""
    found = seen(f"<li><a href=/1 title='{T}的通知'>{T[:10]}…</a><span>2026-10-08</span></li>")
    assert found.items[0].title == f"{T}的通知"


def test_the_newest_date_is_no_clock_no_footer_and_not_of_the_future() -> None:
    """Today's date in the head, the weather, the year of the copyright and dates to come are not news."""
    rows = "".join(f"<li><a href=/{n}>{T}之{n}</a><span>2026-09-{n}</span></li>" for n in (20, 18))
    clock = "<div class=top>今天是2026年10月15日 星期四 <a href=/tq>示例市天气预报今天白天到夜间多云</a> 10月15日</div>"
    foot = "<div class=footer><a href=/icp>网站版权归示例市人民政府所有并负责维护</a> 更新于2026-10-14</div>"
    future = f"<ul><li><a href=/3>{T}活动预告</a><span>2026-11-30</span></li></ul>"
    assert seen(f"<body>{clock}<ul>{rows}</ul>{future}{foot}</body>").newest_date == "2026-09-20"


def test_a_calendar_is_no_list() -> None:
    """The days of a month's sheet are links, yet no items of a list."""
    days = "".join(f"<td><a href=/cal/2026/10/{n:02}>{n}</a></td>" for n in range(1, 29))
    assert seen(f"<table><tr>{days}</tr></table>").items == ()


def test_pinned_old_items_do_not_hide_newer_ones() -> None:
    """The newest date counts, wherever in the list it stands."""
    rows = f"<ul><li>[置顶]<a href=/1>{T}</a> 2024-01-02</li><li><a href=/2>{T}二</a> 2026-10-12</li></ul>"
    assert seen(f"<body>{rows}</body>").newest_date == "2026-10-12"


def test_an_article_is_as_new_as_its_own_date() -> None:
    """The date of an article is its own, not that of the news beside it."""
    line = "近日，示例市组织各有关部门对老旧小区的供水管网进行了全面排查，并制定了分批改造的工作方案。"
    side = f"<ul class=side><li><a href=/9>{T}</a> 2026-10-14</li></ul>"
    head = "<h1>供水管网改造</h1><p>发布时间：2026-03-02 来源：水务局</p>"
    page = f"<title>供水管网改造-示例市人民政府</title><body>{head}{f'<p>{line}</p>' * 6}{side}"
    assert seen(page, "https://www.example.org/a/9.html").newest_date == "2026-03-02"


@pytest.mark.parametrize(
    "body",
    [
        f"<div><h3><a href=/1>{T}</a></h3><p>记者10月1日从市政府获悉，今年新建公园三个，12月20日前完成。</p></div>",
        "<html lang=it><div><h3><a href=/1>Settimana europea della mobilità in città</a></h3><p>La settimana va avanti"
        " fino a giovedì 22 settembre con molti appuntamenti in tutta la città</p></div>",
        f"<li><a href=/1>{T}</a><span>（2026）示民初17号</span></li>",
    ],
)
def test_a_day_inside_a_sentence_is_no_date_of_the_entry(body: str) -> None:
    """A day without a year in a summary is a day of what is told, not of the telling; a number of a file is none."""
    assert seen(body if body.startswith("<html") else f"<body><h1>x</h1>{body}</body>").newest_date is None


def test_a_date_of_its_own_goes_before_one_in_the_summary() -> None:
    """The summary tells of another day, in full; the line below it is the date."""
    summary = "<p>2026年9月1日，全市召开工作会议，对秋季重点工作进行部署并提出明确要求。</p>"
    found = seen(f"<body><h1>x</h1><div><h3><a href=/1>{T}</a></h3>{summary}<p>2026-10-08</p></div></body>")
    assert found.newest_date == "2026-10-08"


def test_a_year_is_that_of_the_nearest_heading_above() -> None:
    """Lists under headings of years, newest first."""
    rows = "".join(f"<h2>{y}年</h2><ul><li><a href=/{y}>{T}之{y}</a><span>03-28</span></li></ul>" for y in (2024, 2023))
    assert [item.date for item in seen(f"<body>{rows}</body>").items] == ["2024-03-28", "2023-03-28"]


def test_without_a_year_a_date_lies_before_the_newest_full_one() -> None:
    """A page last kept up in March 2024 shows December: that of 2023. In Italian too."""
    body = f"<p>更新：2024-03-02</p><li><a href=/1>{T}</a><span>12-28</span></li>"
    assert [item.date for item in seen(f"<body>{body}</body>").items] == ["2023-12-28"]
    italian = "<html lang=it><p>Aggiornato al 2 marzo 2024</p><ul><li><span>28 dic</span>"
    italian += "<a href=/1>Lavori sulla rete idrica del centro storico</a></li></ul>"
    assert [item.date for item in seen(italian).items] == ["2023-12-28"]


def test_what_stands_beside_a_headline_is_no_entry() -> None:
    """Neither the name of its kind nor a link to more; short links side by side are entries all the same."""
    kind = f"<li><em><a href=/c>[今日示例]</a></em><a href=/1>{T}</a><span>10-07</span></li>"
    short = "<li><a href=/c>[部门动态信息]</a><a href=/2>公园开放了</a><span>2026-10-06</span></li>"
    bare = f"<li><a href=/d>通知公告</a> <a href=/3>{T}之三</a> 2026-10-05</li>"
    more = "<div><a href=/more>更多&gt;&gt;</a><span>2026-10-01</span></div>"
    found = seen(f"<body><h1>x</h1><ul>{kind}{short}{bare}</ul>{more}</body>")
    assert [item.title for item in found.items] == [T, "公园开放了", f"{T}之三"]
    papers = "<p>March 7, 2026 <a href=/a.pdf>Agenda</a> <a href=/b.pdf>Meeting Minutes</a></p>"
    assert [item.title for item in seen(f"<body><h1>x</h1>{papers}</body>").items] == ["Agenda", "Meeting Minutes"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (f"2026-10-08 {T}", T),
        (f"[2026-10-08] {T}", T),
        (f"08 2026-10 {T}", T),
        (f"10-08 2026 {T}", T),
        (f"{T} 2026-10-08", T),
        ("2026年10月8日城区停水通知", "2026年10月8日城区停水通知"),
        ("2026-2027学年招生公告", "2026-2027学年招生公告"),
        ("2026-10-08", "2026-10-08"),
    ],
)
def test_titles_without_the_date_before_or_behind_them(text: str, title: str) -> None:
    """A date that is set before or behind a title is none of it; one that belongs to it stays."""
    assert without_dates(text) == title


def test_undated_entries_are_counted() -> None:
    """Headlines without a date are entries too, and said to be undated; short names of sections are none."""
    links = "".join(f"<li><a href=/{n}.html>{T}第{n}号通报全文</a></li>" for n in (1, 2, 3))
    found = seen(f"<body><h1>x</h1><ul>{links}<li><a href=/s/>办事服务</a></li></ul></body>")
    assert (len(found.items), found.undated_items, found.newest_date) == (3, 3, None)


def test_each_date_says_what_it_was_read_from() -> None:
    """Beside the link, or in its address."""
    rows = f"<li><a href=/1>{T}一</a> 2026-10-08</li><li><a href=/zw/t20261007_5.html>{T}二</a></li>"
    assert [item.date_source for item in seen(f"<body><ul>{rows}</ul></body>").items] == ["visible", "url"]
