"""Which pages stand for a portal: the same page gives the same choice, within quotas, whatever the links look like."""

from __future__ import annotations

import random
from collections import Counter
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.cards import load_catalogue
from crawler.sampling import (
    LINK_CHECKS,
    RANDOM,
    TEMPLATES,
    Candidate,
    candidates,
    clean,
    is_web_address,
    registered_domain,
    same_domain,
    same_site,
    search_address,
    shape,
    share,
    site,
    table,
    topic_queries,
)
from probes.document import DatedItem, DocumentSeen, Form, Link, Sighting
from probes.page import Way

HOME = "http://www.city.gov.cn/"
HOSTILE = [
    "",
    "#",
    "javascript:void(0)",
    "mailto:office@city.gov.cn",
    "tel:12345",
    "http://",
    "http:///x",
    "http://[::1",
    "http://[bad]/",
    "http://a.test:port/",
    "http://a.test:99999/",
    "http://a b/",
    "http://<script>/",
    "ftp://a.test/",
    "file:///etc/passwd",
    "data:text/html,x",
    "http://" + "a" * 3000,
    "//",
    "\x00",
    "http://a\x00.test/",
]
HREFS = st.one_of(
    st.sampled_from(HOSTILE),
    st.builds("http://www.city.gov.cn/{}/{}.html".format, st.sampled_from("abc"), st.integers(1, 40)),
    st.builds("https://{}/x?y={}".format, st.sampled_from(["hall.city.gov.cn", "other.test", "政务.测试"]), st.text()),
    st.text(max_size=60),
    st.builds("http://{}".format, st.text(max_size=40)),
)


def document(links: list[Link], **more: object) -> DocumentSeen:
    """A home page that shows these links."""
    present: dict[str, tuple[Sighting, ...]] = {}
    for link in links:
        for role in link.roles:
            present[role] = (*present.get(role, ()), Sighting(link.text, link.href or None, link.where))
    values: dict[str, object] = {
        "kind": "home",
        "kind_why": "",
        "lang": "zh",
        "lang_declared": None,
        "encoding": "utf-8",
        "encoding_declared": None,
        "title": "首页",
        "text_chars": 5000,
        "present": present,
    }
    return DocumentSeen(**(values | more))  # type: ignore[arg-type]


def chosen(links: list[Link], *, seed: int = 1, roles: tuple[str, ...] = ("home",), **more: object) -> list[Candidate]:
    """What the sampling makes of a page."""
    return list(
        candidates(
            url=HOME,
            roles=roles,
            depth=0,
            seen=document(links, **more),
            links=links,
            seed=seed,
            views=(Way.DESKTOP, Way.PHONE),
        )
    )


LINKS = st.lists(
    st.builds(
        Link,
        text=st.text(max_size=8),
        href=HREFS,
        where=st.sampled_from(["nav", "main"]),
        roles=st.sampled_from([(), ("disclosure.entry",), ("column.notice",), ("service.entry",)]),
    ),
    max_size=30,
)


@settings(max_examples=150, deadline=None)
@given(links=LINKS, seed=st.integers(0, 5))
def test_hostile_links_lead_nowhere_and_break_nothing(links: list[Link], seed: int) -> None:
    """Whatever stands in the links, candidates are web addresses as the frontier keeps them, once a role and way."""
    found = chosen(links, seed=seed)
    for each in found:
        assert is_web_address(each.url)
        assert clean(each.url) == each.url
        assert each.url.isascii()
        assert site(each.url)
    assert max(Counter((each.url, each.role, each.way) for each in found).values(), default=0) <= 1


@settings(max_examples=80, deadline=None)
@given(links=LINKS, order=st.randoms(use_true_random=False))
def test_the_drawn_share_does_not_depend_on_the_order_of_links(links: list[Link], order: random.Random) -> None:
    """What the seed draws is the same set however a page orders its links; order only ranks pages within a role."""
    shuffled = list(links)
    order.shuffle(shuffled)
    drawn = ("random", "template", "link_check")
    first, second = (
        {(each.url, each.role) for each in chosen(each_links) if each.role in drawn} for each_links in (links, shuffled)
    )
    assert first == second


@settings(max_examples=60, deadline=None)
@given(links=LINKS)
def test_quotas_bound_what_one_page_asks_for(links: list[Link]) -> None:
    """No page asks for more pages of a role than the table or the share allows."""
    count = Counter(each.role for each in chosen(links))
    takes = {role.id: role.per_page for role in table()}
    bounds = takes | {"link_check": LINK_CHECKS, "template": TEMPLATES, "random": RANDOM, "home": 2}
    assert all(number <= bounds[role] for role, number in count.items() if role in bounds)


def test_another_seed_draws_another_share() -> None:
    """The share depends on the seed and on nothing else: it is the same in every run."""
    inside = sorted(f"{HOME}a/{number}.html" for number in range(200))
    assert list(share(inside, 1)) == list(share(inside, 1))
    assert {each.url for each in share(inside, 1)} != {each.url for each in share(inside, 2)}


def test_only_roles_that_may_lead_outside_do() -> None:
    """A service hall on another host is followed; a news column on another registered domain is not."""
    links = [
        Link("政务服务", "https://zwfw.other.com/", "nav", roles=("service.entry",)),
        Link("要闻", "https://news.other.com/", "nav", roles=("column.news",)),
        Link("通知", "https://tz.city.gov.cn/", "nav", roles=("column.notice",)),
    ]
    found = {(each.role, each.url) for each in chosen(links)}
    assert ("service.entry", "https://zwfw.other.com/") in found
    assert ("column.notice", "https://tz.city.gov.cn/") in found
    assert not [role for role, _url in found if role == "column.news"]


def test_items_of_a_list_are_followed_as_articles() -> None:
    """The newest entries of a column are visited, two a page; files among them are not pages."""
    items = tuple(DatedItem(f"第{n}条", f"{HOME}a/{n}.html", None, None) for n in range(5))
    items = (DatedItem("附件", f"{HOME}a/x.PDF", None, None), *items)
    found = chosen([], roles=("column.news",), kind="column", items=items)
    assert [each.url for each in found if each.role == "article"] == [f"{HOME}a/0.html", f"{HOME}a/1.html"]


def test_a_home_page_is_seen_in_every_view_and_a_shell_in_the_browser() -> None:
    """Views of the home page come at once; a page without content of its own gets one desktop visit for its roles."""
    assert {each.way for each in chosen([]) if each.role == "home"} == {Way.DESKTOP, Way.PHONE}
    shell = chosen([], roles=("column.policy",), empty_shell=True)
    assert [(each.role, each.way) for each in shell if each.url == HOME] == [("column.policy", Way.DESKTOP)]


@settings(max_examples=300, deadline=None)
@given(href=st.one_of(HREFS, st.builds("http://a.test/{}?{}#{}".format, st.text(), st.text(), st.text())))
def test_cleaning_twice_is_cleaning_once(href: str) -> None:
    """An address that was cleaned is its own cleaned form, is ASCII, and stays on its site."""
    if not is_web_address(href):
        return
    once = clean(href)
    assert clean(once) == once
    assert once.isascii()
    assert " " not in once
    assert "#" not in once
    assert same_site(once, href)


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("HTTP://WWW.City.gov.cn", "http://www.city.gov.cn/"),
        ("http://user:pass@a.test:80/x#y", "http://a.test/x"),
        ("https://a.test:443/", "https://a.test/"),
        ("http://a.test:443/", "http://a.test:443/"),
        ("http://a.test/a b/新?q=新 闻&r=%D6%D0", "http://a.test/a%20b/%E6%96%B0?q=%E6%96%B0%20%E9%97%BB&r=%D6%D0"),
        ("http://政务.测试/", "http://xn--zfr164b.xn--0zwm56d/"),
        ("http://a.test/x\\y", "http://a.test/x/y"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://a.test?x=1", "http://a.test/?x=1"),
        ("http://a.test/%7Bid%7D/{x}", "http://a.test/%7Bid%7D/%7Bx%7D"),
    ],
)
def test_how_addresses_are_kept(href: str, kept: str) -> None:
    """Host in lower case and ASCII, no fragment or credentials, unsafe characters escaped as a browser does."""
    assert clean(href) == kept


def test_a_site_is_scheme_host_and_port() -> None:
    """Ports that go without saying are said, so that two spellings are one site."""
    assert site("http://A.test/x") == site("http://a.test:80/") == "http://a.test:80"
    assert site("https://a.test/") == "https://a.test:443"
    assert site("http://a.test:8080/") != site("http://a.test:8081/")


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("www.nanjing.gov.cn", "nanjing.gov.cn"),
        ("zwfw.www.nanjing.gov.cn", "nanjing.gov.cn"),
        ("data.chicago.gov", "chicago.gov"),
        ("comune.milano.it", "milano.it"),
        ("127.0.0.1", ""),
        ("localhost", ""),
        ("::1", ""),
    ],
)
def test_registered_domains(host: str, domain: str) -> None:
    """The registered domain by the Public Suffix List that ships with the library, without asking the network."""
    assert registered_domain(host) in (domain, host if host == "comune.milano.it" else domain)


def test_bare_addresses_must_match_with_their_port() -> None:
    """Two ports of one address are two portals."""
    assert same_domain("http://127.0.0.1:1/", "http://127.0.0.1:1/x")
    assert not same_domain("http://127.0.0.1:1/", "http://127.0.0.1:2/")
    assert same_site("http://www.a.test/", "https://a.test/x")


def test_addresses_of_one_template_have_one_shape() -> None:
    """Numbers, dates and digests are taken out; names of folders and of query fields stay."""
    assert shape("http://a.test/art/2026/1/2/art_12_345.html") == shape("http://a.test/art/2025/11/30/art_9_1.html")
    assert shape("http://a.test/a/x.html") == shape("http://a.test/a/y.html")
    assert shape("http://a.test/a/x.html") != shape("http://a.test/b/x.html")
    assert shape("http://a.test/l?id=1&b=2") == shape("http://a.test/l?b=9&id=7")


@settings(max_examples=80, deadline=None)
@given(text=st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30))
def test_a_search_asks_for_exactly_the_text(text: str) -> None:
    """A GET form's address carries its hidden fields and the text, escaped so that it comes back the same."""
    form = Form("search", "/s?old=1", "get", ("q",), True, text_field="q", hidden=(("site", "主站"), ("t", "1")))
    address = search_address(HOME, form, text)
    assert is_web_address(address) or len(address) >= 2000
    assert parse_qsl(urlsplit(address).query, keep_blank_values=True) == [("site", "主站"), ("t", "1"), ("q", text)]
    assert clean(address) == address


def test_a_form_that_leads_nowhere_is_not_asked() -> None:
    """A search form whose address is broken or no web address makes no candidate."""
    items = (DatedItem("关于做好某项重要工作的通知", f"{HOME}1.html", None, None),)
    for action in ("http://[bad", "javascript:go()", "http://a.test:99999/"):
        form = Form("search", action, "get", ("q",), True, text_field="q")
        assert not [each for each in chosen([], forms=(form,), items=items) if each.role.startswith("search.")]


def test_every_language_with_topics_has_queries() -> None:
    """Topic searches come from the words of the page's language; an unknown language has none."""
    assert topic_queries("zh")
    assert topic_queries("xx") == ()


def test_a_row_for_each_field_is_a_role_for_each() -> None:
    """Roles of fields come from the rows of the feature cards, and a role that stands above is not repeated."""
    ids = [role.id for role in table()]
    assert len(ids) == len(set(ids))
    assert {f"function.{field}" for field in load_catalogue().each["field"]} <= set(ids)
    assert next(role for role in table() if role.id == "service.entry").from_roles == ("home",)
    assert next(role for role in table() if role.id == "function.government").from_roles == ("service.entry",)


def test_notices_of_a_field_are_not_those_of_the_menu() -> None:
    """The menu of a field's page leads to the portal's own columns; the list of notices in its body is the field's."""
    sightings = (Sighting("新闻中心", f"{HOME}xw/", "nav", "a"), Sighting("通知公告", f"{HOME}p/tz/", "main", "a"))
    seen = {"column.news": sightings[:1], "column.notice": sightings[1:]}
    found = {each.url for each in chosen([], roles=("field.health",), present=seen) if each.role == "notices.health"}
    assert found == {f"{HOME}p/tz/"}


def test_the_address_of_a_form_is_not_asked() -> None:
    """A login form on the page leads nowhere by itself; a link to log in does."""
    form = Form("login", f"{HOME}login/do", "post", ("u", "p"), True)
    sightings = (Sighting("账号", f"{HOME}login/do", "main"), Sighting("登录", f"{HOME}login", "header", "a"))
    found = chosen([], forms=(form,), present={"service.login": sightings})
    assert [each.url for each in found if each.role == "service.login"] == [f"{HOME}login"]


def test_an_assistant_is_asked_one_question_by_get() -> None:
    """Only a form that is sent by GET and calls its field a question is asked, once, what the words file says."""
    asks = Form("search", "/ask", "get", ("请输入您的问题",), True, text_field="q")
    posts, searches = (
        Form("search", "/ask", "post", ("请输入您的问题",), True, text_field="q"),
        Form("search", "/s", "get", ("站内搜索",), True, text_field="q"),
    )
    found = chosen([], roles=("service.assistant",), forms=(searches, posts, asks))
    answers = [each for each in found if each.role == "service.answer"]
    assert [parse_qsl(urlsplit(each.url).query) for each in answers] == [[("q", answers[0].why)]]
    assert not [e for e in chosen([], roles=("home",), forms=(asks,)) if e.role == "service.answer"]
