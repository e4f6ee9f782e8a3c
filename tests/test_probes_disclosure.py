"""Pages of a disclosure platform: tables of declared figures, heads of documents, offices, explanations, dates."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from probes import document_facts, office, publication, related, site_table
from probes.page import FetchedPage
from probes.parsed import ParsedDocument, parse

TEXT = (
    "<p>各区县、各部门要压实责任，把群众的获得感作为检验工作的标准，确保年度任务按时完成，并及时向社会公布进展情况。</p>"
    * 3
)


def read(
    body: str, *, title: str = "示例市人民政府", roles: tuple[str, ...] = (), lang: str = "zh-CN"
) -> ParsedDocument:
    """A page with this body, as the probes see it."""
    html = f'<!doctype html><html lang="{lang}"><head><title>{title}</title></head><body>{body}</body></html>'
    return parse(
        FetchedPage(
            url="https://www.example.gov.cn/zc/1.html",
            status=200,
            headers=(("content-type", "text/html; charset=utf-8"), ("last-modified", "Mon, 05 Oct 2026 01:00:00 GMT")),
            body=html.encode(),
            fetched_at=datetime(2026, 10, 15, 8, tzinfo=UTC),
            roles=roles,
        )
    )


def article(line: str, rest: str = "") -> ParsedDocument:
    """An article with this line below its heading."""
    head = '<p>当前位置：<a href="/">首页</a> &gt; <a href="/xw/">新闻</a></p><h1>示例市召开城市更新行动推进会</h1>'
    return read(f"{head}<p>{line}</p>{TEXT}{rest}")


@pytest.mark.parametrize(
    ("line", "form", "at"),
    [
        ("发布时间：2026-10-12 09:30　来源：市政府办公室", "minute", "2026-10-12T09:30"),
        ("来源：市政府办公室　发布日期：2026-10-12 09:30:08", "minute", "2026-10-12T09:30"),
        ("2026-10-12 09:30 来源：市政府办公室 浏览次数：7", "minute", "2026-10-12T09:30"),
        ("时间：2026-10-12　来源：市财政局", "day", "2026-10-12"),
        ("2026/6/30 点击：707次", "other", "2026-06-30"),
        ("发布时间：2026年10月12日 09:30", "other", "2026-10-12T09:30"),
        ("来源：市政府办公室", "none", None),
    ],
)
def test_how_an_article_shows_its_publication(line: str, form: str, at: str | None) -> None:
    """The form is told by what stands behind the label, or at the start of the line of source and clicks."""
    seen = publication.look(article(line))
    assert seen is not None
    assert (seen.form, seen.at, seen.last_modified) == (form, at, "2026-10-05")


def test_the_day_of_writing_is_not_that_of_publication() -> None:
    """A date behind another label is not taken for the publication."""
    seen = publication.look(article("成文日期：2026-10-12"))
    assert seen is not None
    assert (seen.form, seen.source) == ("none", None)


def test_figures_of_a_yearly_table_in_cells_and_in_sentences() -> None:
    """Units in brackets, commas, blanks and cells between name and figure do not matter; longer names are not split."""
    cells = (
        "<table><tr><td>信息发布（单位：条）</td><td>总数</td><td>11,268</td></tr>"
        "<tr><td>解读信息发布</td><td>总数</td><td>64</td></tr>"
        "<tr><td>可全程在线办理政务服务事项数量（单位：项）</td><td>1412</td></tr>"
        "<tr><td>政务服务事项数量（单位：项）</td><td>1730</td></tr><tr><td>平均办理时间（单位：天）</td><td>3.5</td></tr></table>"
    )
    title = "示例市人民政府网站工作年度报表（2025年度）"
    seen = site_table.look(read(f"<p>今天是2026年10月15日</p><h1>{title}</h1>{cells}", title=title))
    assert seen is not None
    assert seen.year == 2025
    assert seen.figures == {"items": 11268, "mean_days": 3.5, "services": 1730, "online_services": 1412}
    prose = "<p>信息发布总数620条。收到留言数量18条，办结留言数量 18 条，平均办理时间4天。</p>"
    seen = site_table.look(read(f"<h1>{title}</h1>{prose}", title=title))
    assert seen is not None
    assert seen.figures == {"items": 620, "received": 18, "closed": 18, "mean_days": 4}


def test_a_page_that_only_names_the_table_has_no_figures() -> None:
    """The column that lists the tables is none."""
    assert site_table.look(read('<a href="/nb/1.html">示例市人民政府网站工作年度报表（2025年度）</a>')) is None


def test_facts_of_a_document_need_content_of_their_kind() -> None:
    """Filled labels are facts; empty ones, fields of a search form and headings of a list are not."""
    filled = "<tr><td>索引号：</td><td>990000-2026-00012</td><td>发布机构：</td><td>市政府办公室</td></tr>"
    filled += "<tr><td>成文日期：</td><td>2026-09-12</td><td>文 号：</td><td>示政发〔2026〕7号</td></tr>"
    seen = document_facts.look(article("来源：市政府", f"<table>{filled}</table>"))
    assert seen is not None
    assert seen.facts == document_facts.FACTS
    empty = "<table><tr><td>索引号：</td><td></td><td>发布机构：</td><td></td><td>文 号：</td><td></td></tr></table>"
    search = "<label>索引号</label><label>标题</label><label>文号</label><label>内容</label>"
    for rest in (empty, search):
        seen = document_facts.look(article("来源：市政府", rest))
        assert seen is not None
        assert seen.facts == ()


def test_facts_of_an_office_in_one_sentence_and_in_english_prose() -> None:
    """Labels parted by semicolons are read one by one; English prose tells hours, street and telephone unlabelled."""
    line = "办公地址：示例市明德路21号；办公时间：周一至周五9:00—12:00；联系电话：0600-5550120；"
    line += "负责人：顾行知，主持全面工作。"
    seen = office.look(read(f"<h1>机构职能</h1><p>{line}</p>{TEXT}"))
    assert seen is not None
    assert seen.facts == office.FACTS
    prose = (
        "Director: Opal Renwick. Phone (555) 010-0125. Open Monday to Friday, 8:30 a.m. to 4:30 p.m., 200 Harbor St."
    )
    seen = office.look(read(f"<h1>Harbor Library</h1><p>{prose}</p>", lang="en", title="Harbor Library"))
    assert seen is not None
    assert seen.facts == office.FACTS


def test_explanations_are_named_by_their_words_or_by_the_heading_above_them() -> None:
    """A titled explanation and a short link under the heading count; the entry of the menu does not."""
    rest = (
        '<p><a href="/zcjd/">政策解读</a></p><p><a href="/jd/1.html">《示例市城市更新实施办法》解读</a></p>'
        '<table><tr><td>相关解读：</td><td><a href="/jd/2.html">一图</a></td></tr></table>'
    )
    seen = related.look(article("来源：市政府", rest))
    assert seen is not None
    assert seen.readings == ("https://www.example.gov.cn/jd/1.html", "https://www.example.gov.cn/jd/2.html")


def test_only_a_sampled_policy_asks_for_its_explanations() -> None:
    """Any other article leads to no further visit."""
    body = (
        f'<h1>示例市城市更新实施办法</h1>{TEXT}<h2>相关解读</h2><ul><li><a href="/jd/1.html">《办法》解读</a></li></ul>'
    )
    asked = [wanted.role for wanted in related.wanted(read(body, roles=("policy.file",)))]
    assert asked == [related.READING]
    assert not list(related.wanted(read(body, roles=("article",))))
