"""What the judges make of a list page and of the data calls that fill it."""

from __future__ import annotations

from typing import Any

from audits.checks.ages import items_of
from audits.checks.content import is_blank, shows_content
from audits.city import CitySeen, Place
from probes.outcome import Cause
from tests.test_audits_features import city_of

HOME = "https://www.example.gov.cn/"
PROSE = (
    "本栏目由市政府办公室负责维护，内容以正式文件为准，欢迎广大市民查阅和监督，提出意见和建议，共同办好政府网站。" * 2
)
TREE = '[{"id": 1, "name": "规划计划", "children": []}, {"id": 2, "name": "机构职能", "children": []}]'
SHELL = f"<div id=app></div><p>{PROSE}</p><script>window._CONFIG = {{SID: '7', TREE: {TREE}}};</script>"
FILLED = f'<h2>政策文件</h2><ul></ul><p>{PROSE}</p><script>$.getJSON("/zcwj/list.json", fill);</script>'


def entry(path: str, *titles: str, **more: Any) -> dict[str, Any]:
    """A data call's visit, with the entries that its answer lists."""
    items = [
        {"title": title, "href": f"{HOME}{title}.html", "date": "2026-10-01", "date_source": "visible"}
        for title in titles
    ]
    answer = {"family": "generic", "url": HOME + path, "lang": "zh", "items": items} | more.pop("answer", {})
    return {"path": path, "roles": ["list.column.policy"], "seen": {"ListAnswer": answer}} | more


def city(*pages: dict[str, Any]) -> CitySeen:
    """A city with a home page and these."""
    return city_of({"page": [{"html": "<p>欢迎</p>"}, *pages]})


def policies(*calls: dict[str, Any], html: str = FILLED) -> tuple[CitySeen, Place]:
    """A city whose list of policies is filled by a data call, and that list."""
    seen = city({"path": "zcwj/", "roles": ["column.policy"], "html": html}, *calls)
    [place] = seen.places("column.policy")
    return seen, place


def test_of_a_page_with_several_lists_those_of_the_role_count() -> None:
    """One address holds the plans and the organs: each role sees its own list, the page as such both."""
    calls = (entry("gkmlpt/api/all/1?page=1&sid=7", "规划甲"), entry("gkmlpt/api/all/2?page=1&sid=7", "机构乙"))
    seen = city({"path": "gkmlpt/index", "roles": ["head.plans", "head.organs"], "html": SHELL}, *calls)
    titles = {
        role: [item.title for _, item in items_of(seen.places(role)[0])] for role in ("head.plans", "head.organs")
    }
    assert titles == {"head.plans": ["规划甲"], "head.organs": ["机构乙"]}
    page = seen.place(f"{HOME}gkmlpt/index")
    assert page is not None
    assert [item.title for _, item in items_of(page)] == ["规划甲", "机构乙"]
    assert len(items_of(seen.places("head.")[0])) == 2


def test_a_call_that_is_sent_on_is_followed_and_so_is_the_next_page() -> None:
    """The answer lies behind a redirect, and names a second page."""
    moved = {"path": "zcwj/list.json", "roles": ["list.column.policy"], "outcome": "inapplicable", "status": 301}
    first = entry("data/list.json", "政策甲", answer={"next": f"{HOME}data/list.json?p=2"})
    second = entry("data/list.json?p=2", "政策乙", answer={"next": f"{HOME}data/list.json"})
    _, place = policies(moved | {"redirected_to": f"{HOME}data/list.json"}, first, second)
    assert [item.title for _, item in items_of(place)] == ["政策甲", "政策乙"]


def test_a_page_without_entries_is_unknown_when_its_call_failed() -> None:
    """Not blank, no page with content, and a gap, with the cause of the call."""
    failed = {"path": "zcwj/list.json", "roles": ["list.column.policy"], "cause": "timeout"}
    seen, place = policies(failed)
    assert place.read
    assert place.cause is Cause.TIMEOUT
    assert not is_blank(seen, place)
    gap = seen.gap("column.policy")
    assert gap is not None
    assert gap.url.endswith("/zcwj/list.json")


def test_an_answer_that_cannot_be_read_leaves_the_list_unknown() -> None:
    """Broken JSON says nothing."""
    seen, place = policies(entry("zcwj/list.json", answer={"kind": "fault", "fault": "not JSON"}))
    assert place.cause is Cause.BAD_BODY
    assert not is_blank(seen, place)


def test_a_call_that_was_never_planned_changes_nothing() -> None:
    """A page that was not visited as a list is judged by what it shows."""
    seen, place = policies()
    assert (place.calls, place.unfilled, place.cause) == ((), None, None)
    assert seen.gap("column.policy") is None


def test_entries_of_the_page_itself_stand_whatever_became_of_the_call() -> None:
    """A list that shows entries is known, though the rest of it is not."""
    rows = '<ul><li><a href="/art/1.html">关于印发城市更新实施方案的通知</a><span>2026-09-09</span></li></ul>'
    failed = {"path": "zcwj/list.json", "roles": ["list.column.policy"], "cause": "timeout"}
    seen, place = policies(failed, html=FILLED.replace("<ul></ul>", rows))
    assert place.unfilled is None
    assert shows_content(seen, place)
    assert seen.gap("column.policy") is None


def test_what_a_browser_showed_is_what_the_script_made_of_the_list() -> None:
    """The call failed when we made it, but the page was opened in a browser and stayed without entries."""
    failed = {"path": "zcwj/list.json", "roles": ["list.column.policy"], "cause": "timeout"}
    opened = {"path": "zcwj/", "roles": ["column.policy"], "way": "desktop", "html": "<h2>政策文件</h2><p>暂无数据</p>"}
    _, place = policies(failed, opened)
    assert place.unfilled is None


def test_a_shell_is_read_when_its_list_is_told() -> None:
    """No browser opened the page, and its data call lists an entry: the page counts as read and has content."""
    shell = {
        "path": "zcwj/",
        "roles": ["column.policy"],
        "cause": "empty_shell",
        "status": 200,
        "html": '<div id="app"></div><script>fetch("/zcwj/list.json")</script>',
    }
    seen = city(shell, entry("zcwj/list.json", "政策甲"))
    [place] = seen.places("column.policy")
    assert place.documents == ()
    assert place.read
    assert shows_content(seen, place)
    assert not is_blank(seen, place)
    assert seen.gap("column.policy") is None
