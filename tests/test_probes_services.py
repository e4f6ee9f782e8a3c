"""Services by field: the words of their functions in every language, and what a page offers to do online."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from audits.cards import load_catalogue
from audits.checks.field import functions_of
from crawler.sampling import table
from crawler.visit.reader import look as read
from probes.channels import look as channels
from probes.labels import labels, says
from probes.lexicon import lexicon_for, words_files
from probes.online import look as online
from probes.page import FetchedPage
from probes.parsed import parse

FIELDS = load_catalogue().each["field"]


def page_of(html: str, lang: str = "zh-CN", roles: tuple[str, ...] = ()) -> FetchedPage:
    """A page with this body as a server would have sent it."""
    body = f'<!doctype html><html lang="{lang}"><head><title>服务平台</title></head><body>{html}</body></html>'
    headers = (("content-type", "text/html; charset=utf-8"),)
    at = datetime(2026, 10, 15, tzinfo=UTC)
    return FetchedPage("https://p.example.gov.cn/", 200, headers, body.encode(), at, roles=roles)


@pytest.mark.parametrize("field", FIELDS)
def test_a_field_has_five_to_eight_functions_in_every_language(field: str) -> None:
    """The list is the same in all languages, its names are told in Chinese and English, and its pages are visited."""
    asked = functions_of(field)
    assert 5 <= len(asked) <= 8
    for code, words in words_files().items():
        assert {id for id in words.entry if id.startswith(f"function.{field}.")} == set(asked), code
    assert len(set(asked.values())) == len(asked)
    assert {FIELDS[field]["page"], f"function.{field}", f"notices.{field}"} <= {role.id for role in table()}


@pytest.mark.parametrize("code", words_files())
def test_a_function_is_known_by_its_name(code: str) -> None:
    """The first words of each entry are read as that function, and no word that withdraws it stands in them."""
    outside = labels(code)["function"]["not"]
    for id, entry in words_files()[code].entry.items():
        if id.startswith("function."):
            name = entry.exact[0]
            assert id in {match.id for match in lexicon_for(code).match(name)}, name
            assert not says(name, outside), name


@pytest.mark.parametrize(
    ("code", "text", "function"),
    [
        ("zh", "事业单位公开招聘工作人员", "function.employment.vacancies"),
        ("zh", "公务员招聘岗位", "function.employment.vacancies"),
        ("zh", "公交线路临时调整", "function.transport.routes"),
        ("zh", "信件办理进度查询", "function.government.progress"),
        ("zh", "信息公开指南办事指南", "function.government.guides"),
        ("en", "Search for jobs with the city: city jobs", "function.employment.vacancies"),
        ("en", "Medical legal clinic", "function.health.providers"),
        ("it", "Offerte di lavoro presso il Comune", "function.employment.vacancies"),
    ],
)
def test_what_only_sounds_like_a_function_is_none(code: str, text: str, function: str) -> None:
    """Vacancies of the government itself, changes of a line, letters and guides of another kind are left out."""
    assert function not in {match.id for match in lexicon_for(code).match(text)}


@pytest.mark.parametrize(
    "text", ["市公共交通集团", "社会保险局", "关于预约挂号的通知", "智慧停车建设项目", "学校名录公示"]
)
def test_offices_papers_and_news_are_no_functions(text: str) -> None:
    """The words that mark them stand in one list for all functions."""
    assert says(text, labels("zh")["function"]["not"])


@pytest.mark.parametrize(
    ("html", "query", "apply", "whole"),
    [
        ('<form><input name="n"><input type="submit" value="查 询"></form>', "查 询", "", ""),
        ('<div><p><input name="n"></p><button>立即查询</button></div>', "立即查询", "", ""),
        ('<form><select name="h"></select><button>提交预约</button></form>', "", "提交预约", ""),
        ('<p><a href="/in">我要报名</a></p>', "", "我要报名", ""),
        ("<p>网上办理深度：全程网办</p>", "", "", "全程网办"),
    ],
)
def test_the_steps_a_page_offers(html: str, query: str, apply: str, whole: str) -> None:
    """A form to look something up, a way to begin, a statement that all is online; buttons may stand without a form."""
    seen = online(parse(page_of(html)))
    assert seen is not None
    assert (seen.query, seen.apply, seen.whole) == (query, apply, whole)


@pytest.mark.parametrize(
    "html",
    [
        '<header><form><input name="n"><button>查询</button></form></header>',
        '<form role="search"><input name="n"><button>查询</button></form>',
        '<form><input name="u"><input type="password" name="p"><button>查询</button></form>',
        '<form style="display:none"><input name="n"><button>查询</button></form>',
        '<nav><a href="/all/">在线办理</a></nav>',
        '<p><a href="#">立即办理</a></p><p>网上办理深度：窗口办理</p>',
        "<button>查询</button>",
    ],
)
def test_what_offers_no_step(html: str) -> None:
    """Site search, logins, menus, hidden forms, links without an address, a button with nothing to type."""
    assert online(parse(page_of(html))) is None


def test_channels_are_named_or_linked_and_never_hidden() -> None:
    """A link to a store, the text of a picture and a short line count; sentences and hidden text do not."""
    shown = (
        '<a href="https://apps.apple.com/cn/app/id1">下载</a><img src="/m.png" alt="微信小程序二维码">'
        '<a href="/m/">手机版</a><p>本平台计划今后推出更多面向市民的手机客户端和其他移动端的服务。</p>'
    )
    seen = channels(parse(page_of(shown)))
    assert seen is not None
    assert {channel.kind for channel in seen.channels} == {"app", "mini", "web"}
    hidden = '<div hidden>小程序</div><a href="#">客户端下载</a><p>关于下架违规App的通报</p>'
    assert channels(parse(page_of(hidden))) is None


def test_the_forms_of_a_guide_are_asked_for() -> None:
    """The first blank form and the first sample are wished for; what stands in the menu is not."""
    html = (
        '<nav><a href="/bgxz/all.zip">表格下载</a></nav><h2>材料</h2><a href="/f/1.doc">申请表（空白表格）</a>'
        '<a href="/f/2.doc">申请表（示例样表）</a><a href="/f/3.doc">承诺书（空白表格）</a>'
    )
    wanted = [wish for wish in read(page_of(html)).wanted if wish.role == "service.form"]
    assert [wish.url.rsplit("/", 1)[-1] for wish in wanted] == ["1.doc", "2.doc"]
