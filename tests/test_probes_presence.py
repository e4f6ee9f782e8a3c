"""Every presence id is read where its golden example shows it, and not where the trap lies."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probes.page import FetchedPage
from probes.parsed import parse
from probes.presence_ids import PRESENCE_IDS

FOLDER = Path(__file__).parent / "features"


def examples() -> Iterator[tuple[str, str, str, bool]]:
    """The examples of one page of the presence ids: id, name, HTML, whether the id is to be seen."""
    for id_ in PRESENCE_IDS:
        for entry in tomllib.loads((FOLDER / id_ / "examples.toml").read_text("utf-8"))["example"]:
            if len(entry["page"]) == 1:
                yield id_, entry["name"], entry["page"][0]["html"], entry["outcome"] == "passed"


@pytest.mark.parametrize(("id_", "name", "html", "there"), list(examples()), ids=lambda value: str(value)[:30])
def test_the_example_is_read_as_it_says(id_: str, name: str, html: str, there: bool) -> None:
    """An id is present on the page that shows it, absent on a page without it and on the page of its trap."""
    page = FetchedPage("https://www.example.gov.cn/", 200, (), html.encode(), datetime(2026, 10, 15, tzinfo=UTC))
    assert (id_ in parse(page).seen.present) is there, name


def test_every_id_has_three_examples() -> None:
    """No presence id goes without an example that passes, one that fails and a trap."""
    for id_ in PRESENCE_IDS:
        names = {name for known, name, _, _ in examples() if known == id_}
        assert names >= {"pass", "fail", "trap"}, id_


def words(id_: str, body: str) -> str:
    """What is said to be seen of an id on a page."""
    page = FetchedPage("https://www.example.gov.cn/", 200, (), body.encode(), datetime(2026, 10, 15, tzinfo=UTC))
    return parse(page).seen.present[id_][0].text


def test_a_proof_begins_at_the_words_it_proves() -> None:
    """From a long line the claim of ownership and the telephone number are cut out between words."""
    foot = (
        "Terms of use, privacy statement, help, careers, events, exhibitions, newsletters, opening hours and directions"
    )
    line = f"<footer><p>{foot} © 2026 City of Example, all rights reserved</p></footer>"
    assert words("mark.sponsor", f"<p>Welcome to the site of the city.</p>{line}").startswith("© 2026 City of Example")
    numbers = "<p>网站维护电话咨询：0310-8123456 政务服务热线：0310-12345 工作日受理</p>"
    assert words("feedback.hotline", numbers).startswith("政务服务热线：0310-12345")


def test_a_tool_is_proved_by_the_address_of_its_script() -> None:
    """The reader sees where the tool comes from, not a part of its name."""
    page = '<script src="https://tools.example/userway.org/widget.js?id=1"></script><p>欢迎</p>'
    assert words("access.toolbar", page) == "https://tools.example/userway.org/widget.js?id=1"


def test_a_search_box_is_shown_by_its_words_where_it_has_some() -> None:
    """Of two boxes, one with a mere field name and one that asks for keywords, the reader sees the words."""
    bare, told = '<input name="searchword">', '<input name="q" placeholder="请输入关键字">'
    boxes = f'<form action="/s">{bare}</form><form action="/t">{told}</form>'
    assert words("search.site", boxes) == "请输入关键字"


def test_a_picture_of_an_article_is_no_entry() -> None:
    """A link without words is known by its address, but a single article in a section is not its entry."""
    entry = '<nav><a href="/zwgk/"><img src="n.gif"></a></nav>'
    article = '<p><a href="/zwgk/202609/content_690621.htm"><img src="a.jpg"></a></p>'
    body = (entry + article).encode()
    page = FetchedPage("https://www.example.gov.cn/", 200, (), body, datetime(2026, 10, 15, tzinfo=UTC))
    seen = parse(page).seen.present["disclosure.entry"]
    assert [sighting.href for sighting in seen] == ["https://www.example.gov.cn/zwgk/"]


def test_the_button_of_another_form_is_no_search_of_the_site() -> None:
    """A form that looks up an account number is no site search, whatever its button says."""
    look_up = '<form><p>账号：<input name="zh"><input type="submit" value="查询"></p></form>'
    page = FetchedPage("https://www.example.gov.cn/", 200, (), look_up.encode(), datetime(2026, 10, 15, tzinfo=UTC))
    assert "search.site" not in parse(page).seen.present
    assert words("search.site", '<form><input name="keyword"><input type="submit" value="查询"></form>') == "keyword"


def test_an_imprint_without_the_word_sponsor_names_who_runs_the_site() -> None:
    """A last line that opens with a body's name and goes on with its address says whose site it is."""
    assert words("mark.sponsor", "<p>欢迎</p><p>河东县人民政府　地址：中山路2号</p>").startswith("河东县人民政府")
