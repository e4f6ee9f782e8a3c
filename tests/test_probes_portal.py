"""The document probes of the portal features: guides, messages, search results, links, site codes, hotlines."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from probes import guide, hotline, messages, own_text, page_links, search_results, site_code
from probes.labels import labels, segments
from probes.page import FetchedPage
from probes.parsed import ParsedDocument, parse


def page(body: str, *, lang: str = "zh-CN", roles: tuple[str, ...] = (), head: str = "") -> ParsedDocument:
    """A page read from a body."""
    top = f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>T</title>{head}</head>'
    html = f"{top}<body>{body}</body></html>"
    headers = (("content-type", "text/html; charset=utf-8"),)
    when = datetime(2026, 10, 15, tzinfo=UTC)
    return parse(FetchedPage("https://www.example.gov.cn/x/", 200, headers, html.encode(), when, roles=roles))


GUIDE_TABLE = (
    "<h1>居民身份证补领</h1><table><tr><th>设定依据</th><td>居民身份证法</td></tr><tr><th>受理条件</th><td>遗失</td></tr>"
    "<tr><th>办 理 材 料</th><td>户口簿</td></tr></table>"
)


@pytest.mark.parametrize(
    "body",
    [
        GUIDE_TABLE,
        "<h1>居民身份证补领</h1><dl><dt>设定依据：</dt><dd>居民身份证法</dd><dt>受理条件：</dt><dd>遗失</dd>"
        "<dt>办理材料：</dt><dd>户口簿</dd></dl>",
        "<h1>居民身份证补领</h1><p>设定依据：居民身份证法</p><p>受理条件：遗失</p><p>办理材料：户口簿</p>",
        "<h1>居民身份证补领</h1><h3>一、设定依据</h3><p>居民身份证法</p><h3>二、受理条件</h3><p>遗失</p>"
        "<h3>三、办理材料</h3><p>户口簿</p>",
        "<h1>居民身份證補領</h1><p>設定依據：居民身份證法</p><p>受理條件：遺失</p><p>申請材料：戶口簿</p>",
    ],
    ids=["table", "list", "lines", "headings", "traditional"],
)
def test_a_guide_in_any_layout(body: str) -> None:
    """Tables, definition lists, lines and numbered headings tell the same elements."""
    seen = guide.look(page(body))
    assert seen is not None
    assert seen.elements == ("name", "basis", "conditions", "materials")


def test_an_element_without_content_is_told_as_empty() -> None:
    """A label followed by the next label says nothing."""
    seen = guide.look(page(GUIDE_TABLE.replace("<td>户口簿</td>", "<td></td>") + "<p>办理流程：受理、办结</p>"))
    assert seen is not None
    assert "materials" not in seen.elements
    assert seen.empty == ("materials",)


def test_an_english_guide() -> None:
    """The same elements under English labels, and a link that starts the service."""
    body = (
        "<main><h1>Residential parking permit</h1><h2>Who can apply</h2><p>Residents.</p>"
        "<h2>What you need</h2><p>A lease.</p>"
        "<h2>How to apply</h2><p>Send the form.</p><p>Phone: 555-010-2000</p>"
        '<p><a href="/apply">Apply online</a></p></main>'
    )
    seen = guide.look(page(body, lang="en"))
    assert seen is not None
    assert seen.elements == ("name", "conditions", "materials", "phone", "process")
    assert (seen.online, seen.online_href) == ("Apply online", "https://www.example.gov.cn/apply")


@pytest.mark.parametrize("tail", ["<button>在线办理</button>", "<p>网办深度：全程网办</p>"])
def test_other_signs_of_online_handling(tail: str) -> None:
    """A button, or the stated depth."""
    seen = guide.look(page(GUIDE_TABLE + tail))
    assert seen is not None
    assert seen.online


def test_an_article_is_no_guide() -> None:
    """A page with one such label in its text is not a guide."""
    assert guide.look(page("<h1>新闻</h1><p>联系电话：0311-12345678</p><p>会议强调，要优化办理流程。</p>")) is None


def test_a_link_is_no_label() -> None:
    """A list of services whose links say "how to apply" is no guide."""
    rows = "".join(f'<tr><td>Service {n}</td><td><a href="/s/{n}">How to apply</a></td></tr>' for n in range(3))
    assert guide.look(page(f"<h1>Services</h1><table>{rows}</table><p>Phone: 555-010-0100</p>", lang="en")) is None


def test_hidden_text_is_not_read() -> None:
    """What no reader sees has no segments; what follows it has."""
    document = page('<div style="display:none">办理材料：户口簿</div><p>看得见</p><!-- 注释 -->尾')
    assert segments(document) == ("看得见", "尾")


def test_messages_of_a_table() -> None:
    """One message a row, under a head that names the columns."""
    seen = messages.look(
        page(
            "<table><tr><th>标题</th><th>来信时间</th><th>回复时间</th><th>回复单位</th></tr>"
            "<tr><td>路灯</td><td>2026年9月1日</td><td>2026-09-04 10:00</td><td>市城管局</td></tr>"
            "<tr><td>公交</td><td>2026/9/2</td><td></td><td></td></tr></table>"
        )
    )
    assert seen is not None
    assert (seen.form, seen.total) == ("list", 2)
    told = [(message.asked, message.answered, message.unit) for message in seen.messages]
    assert told == [("2026-09-01", "2026-09-04", True), ("2026-09-02", None, False)]


def test_messages_one_below_the_other() -> None:
    """A label met again begins the next message."""
    one = (
        "<div><p>留言时间：2026-09-0{0}</p><p>留言内容：问题</p><p>答复单位：市教育局</p>"
        "<p>答复时间：2026-09-1{0}</p><p>答复内容：已办</p></div>"
    )
    seen = messages.look(page(one.format(1) + one.format(2)))
    assert seen is not None
    assert [(message.asked, message.answered) for message in seen.messages] == [
        ("2026-09-01", "2026-09-11"),
        ("2026-09-02", "2026-09-12"),
    ]


def test_an_english_message() -> None:
    """Months in words and American dates."""
    body = (
        "<h1>Broken light</h1><p>Submitted: September 3, 2026</p><p>Department: Public Works</p>"
        "<p>Closed: 9/7/2026</p><p>Answer: Fixed.</p>"
    )
    seen = messages.look(page(body, lang="en"))
    assert seen is not None
    assert (seen.messages[0].asked, seen.messages[0].answered) == ("2026-09-03", "2026-09-07")
    assert seen.messages[0].unit
    assert seen.messages[0].reply


def test_the_words_of_citizens_are_not_kept() -> None:
    """What is stored of a message are dates and yes or no."""
    seen = messages.look(page("<p>来信时间：2026-09-01</p><p>来信内容：我家在幸福路</p><p>答复内容：已告知</p>"))
    assert "幸福路" not in msgspec.json.encode(seen).decode()


@pytest.mark.parametrize("text", ["2026-13-01", "2026-00-10", "no date", "2026"])
def test_no_date(text: str) -> None:
    """A text without a date that exists has none."""
    assert messages.date_in(text) is None


def test_search_results_only_where_a_search_led() -> None:
    """Links in the body of a result page; nothing on other pages."""
    body = '<main><a href="/art/1.html">关于开展卫生运动的通知</a></main>'
    seen = search_results.look(page(body, roles=("search.known",)))
    assert seen is not None
    assert seen.titles == ("关于开展卫生运动的通知",)
    assert search_results.look(page(body, roles=("article",))) is None


def test_links_are_counted_once() -> None:
    """Distinct targets by host, files apart, links that lead nowhere."""
    seen = page_links.look(
        page(
            '<a href="/a">甲</a><a href="/a#x">乙</a><a href="https://other.example.org/">丙</a><a href="#">丁</a>'
            '<a href="/f/form.docx">申请表</a>'
        )
    )
    assert (seen.internal, seen.outside, seen.nowhere, seen.files_total) == (2, 1, 1, 1)
    assert seen.files[0].text == "申请表"


def test_site_codes_by_where_they_stand() -> None:
    """Visible text, tag, and the address of the error-reporting tool are kept apart."""
    seen = site_code.look(
        page(
            '<p>网站标识码：1234000015</p><script id="_jiucuo_" sitecode="1234000015" src="/jiucuo.js"></script>',
            head='<meta name="SiteIDCode" content="1234000099">',
        )
    )
    assert seen == site_code.SiteCodeSeen(("1234000015",), ("1234000099",), ("1234000015",))
    assert site_code.look(page("<p>邮编 123400</p>")) is None


def test_a_hotline_and_what_it_offers() -> None:
    """The number by itself, and links for looking up and for answers."""
    seen = hotline.look(page('<p>热线：12345</p><a href="/cx">办件查询</a><a href="#">知识库</a>'))
    assert seen == hotline.HotlineSeen("12345", "办件查询", None)
    assert hotline.look(page("<p>电话：0311-81234567</p>")) is None


def test_labels_of_every_language_name_the_same_things() -> None:
    """A label file has the groups and meanings of the others."""
    assert {group: set(meanings) for group, meanings in labels("en").items()} == {
        group: set(meanings) for group, meanings in labels("zh").items()
    }


def test_a_deep_page_is_read() -> None:
    """A page nested thousands deep costs time, not the program."""
    document = page("<div>" * 3000 + "办理材料：户口簿" + "</div>" * 3000)
    assert guide.look(document) is None


def test_labels_inside_one_line() -> None:
    """Old guest books write the labels of a message one behind the other; the reply begins a line of its own."""
    seen = messages.look(page("<p>路灯不亮　网友：某某　留言时间：2025-05-10</p><p>三天了。<br>回复：已安排维修。</p>"))
    assert seen is not None
    assert (seen.messages[0].asked, seen.messages[0].reply, seen.messages[0].unit) == ("2025-05-10", True, False)


def test_the_foot_of_a_page_is_no_part_of_its_guide() -> None:
    """Address and phone of the office in the footer are not those of the service."""
    foot = "<footer><p>主办：市政府办公室 联系电话：0311-12345678 办公地址：幸福路1号</p></footer>"
    seen = guide.look(page(GUIDE_TABLE + foot))
    assert seen is not None
    assert "phone" not in seen.elements
    assert "place" not in seen.elements
    assert guide.look(page("<h1>新闻</h1><p>正文</p>" + foot)) is None


def test_lines_are_kept_as_fingerprints() -> None:
    """The same line has the same fingerprint on every page; the words themselves are not stored."""
    one, other = own_text.look(page("<p>共同</p><p>甲</p>")), own_text.look(page("<p>共同</p><p>乙乙</p>"))
    assert one is not None
    assert other is not None
    assert one.checksums[0] == other.checksums[0]
    assert one.checksums[1] != other.checksums[1]
    assert other.chars == (2, 2)
