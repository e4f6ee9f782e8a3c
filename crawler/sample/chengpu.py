"""澄浦市, the middling portal: much is there, some of it stale, broken or for show only."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from crawler.sample import attachments, pictures
from crawler.sample.chengpu_data import data_site
from crawler.sample.letters import letters
from crawler.sample.prose import Column, Item, columns, load
from crawler.sample.site import HTML, Answer, Asked, Site, macros, redirect, robots, sitemap, templates
from crawler.sample.yunxiu_hall import guides

HOST = "www.chengpushi.gov.cn"
PAGE_SIZE = 10
GUIDES = ("10101", "10102", "10105", "10106", "20101", "20103")
ONLINE = 3
CONSULTATIONS = 11
REPORTS = (("2026年8月", "2026-09-10"), ("2026年5月", "2026-06-11"))

# The column whose rows its page fetches from one file of JSON.
FETCHED = "xwzx/xqkx"

FIELDS = (
    ("gj", "公交线路查询", "输入线路号或者站点名称查询公交线路、首末班时间和票价，数据由市交通运输局提供。"),
    ("yl", "医院预约挂号", "选择医院和科室查询号源，预约后按时到院取号就诊，由市卫生健康局提供。"),
    ("sb", "社保个人账户查询", "输入社会保障号查询缴费年限和个人账户余额，由市人力资源和社会保障局提供。"),
    ("gjj", "住房公积金查询", "输入职工账号查询公积金缴存余额和贷款进度，由市住房公积金管理中心提供。"),
)


def chengpu() -> list[Site]:
    """The hosts of the city: the portal, its bare name and the data platform."""
    data = load("chengpu")
    city = data["city"]
    made = columns(data)
    by_id = {column.id: column for column in made}
    site = Site(HOST, https=True, server="Apache", ipv6="silent")
    render = templates("chengpu")
    shared: dict[str, Any] = {"city": city, "link": link, "by_id": by_id}

    site.add("/index.html", render("home.html", **shared))
    site.pages["/"] = site.pages["/index.html"]
    blank = Column(38, "行政事业性收费", "zwgk/fdzdgknr/xzsf", "register", (), head=True)
    for column in (*made, blank):
        rows_from = f"/{column.slug}/list.json" if column.slug == FETCHED else None
        if rows_from is not None:
            site.add(rows_from, _rows(column))
        pages = 1 if rows_from is not None else max(1, -(-len(column.items) // PAGE_SIZE))
        for page in range(pages):
            shown = column.items[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
            what = {"column": column, "rows_from": rows_from}
            body = render("column.html", **what, shown=shown, page=page, pages=pages, **shared)
            site.add(f"/{column.slug}/index{'' if page == 0 else f'_{page}'}.html", body)
        site.pages[f"/{column.slug}/"] = site.pages[f"/{column.slug}/index.html"]
        for item in column.items:
            asked = _consulted(column.items.index(item), item) if column.id == CONSULTATIONS else ()
            files = _files(site, column, item)
            body = render("article.html", column=column, item=item, files=files, asked=asked, **shared)
            site.add(link(column, item), body)
    _add_plain(site, render, shared, [*[c for c in made if c.head], blank])
    _add_mailbox(site, render, shared, city)
    site.add_assets("chengpu", "/css")
    site.pages["/js/conac.js"] = site.pages.pop("/css/conac.js")
    site.add("/images/port.png", pictures.scene("chengpu port", 560, 266))
    site.add("/images/red.png", pictures.plate("party", (200, 30, 30), 36, 44))
    site.add("/images/hdjl.svg", WORDS_AS_PICTURE)
    # The replies to citizens lie behind this line: what a robot may not read cannot be measured.
    robots(site, "User-agent: *", "Disallow: /hdjl/lyxd/", "Disallow: /so/admin/")
    sitemap(site, [path for path in site.pages if path.endswith(".html")])
    bare = Site("chengpushi.gov.cn")
    bare.missing = lambda asked: redirect(f"http://{HOST}{asked.path}")
    return [site, bare, data_site(city)]


def link(column: Column, item: Item) -> str:
    """The path of an article: month folder, date and number, as this family of systems writes them."""
    return f"/{column.slug}/{item.day:%Y%m}/t{item.day:%Y%m%d}_{item.number + 20000}.html"


def _rows(column: Column) -> str:
    """The entries of a column as the data call of its page gets them."""
    docs = [{"title": i.title, "url": link(column, i), "pubDate": f"{i.date} {i.time}"} for i in column.items]
    return json.dumps({"total": len(docs), "docs": docs}, ensure_ascii=False)


def _files(site: Site, column: Column, item: Item) -> list[tuple[str, str]]:
    """Registers carry a workbook beside the article, notices a page that was given the name of a document."""
    if item.kind == "notice":
        saved = f"/{column.slug}/{item.day:%Y%m}/P0{item.day:%Y%m%d}{item.number}.doc"
        site.add(saved, f"<html><head><meta charset='utf-8'></head><body><p>{item.title}</p></body></html>")
        return [(saved, f"{item.title}.doc")]
    if item.kind != "register":
        return []
    path = f"/{column.slug}/{item.day:%Y%m}/P0{item.day:%Y%m%d}{item.number}.xlsx"
    site.add(path, attachments.xlsx([("序号", "事项", "结果"), ("1", item.title, "公示"), ("2", item.dept, "公示")]))
    return [(path, f"{item.title}.xlsx")]


def _consulted(place: int, item: Item) -> tuple[str, ...]:
    """Opinions are taken for thirty days; only of one consultation was it told what came of it."""
    until = item.day + timedelta(days=30)
    lines = [f"征求意见时间：{item.date} 至 {until.isoformat()}"]
    return (*lines, "意见采纳情况：收到意见七条，采纳两条，其余与上位规划不一致。") if place == 1 else tuple(lines)


def _plain(render: Any, shared: dict[str, Any], title: str, content: Any) -> str:
    return str(render("plain.html", title=title, content=Markup(content), **shared))


def _add_plain(site: Site, render: Any, shared: dict[str, Any], heads: list[Column]) -> None:
    parts = macros("chengpu", "pages.html")
    city = shared["city"]
    every = [guide for guide in guides() if guide["id"] in GUIDES]
    pages: dict[str, tuple[str, Any]] = {
        "/zwgk/index.html": ("政务公开", parts.disclosure()),
        "/zwgk/zfxxgk/zn.html": ("政府信息公开指南", parts.guide_page(city)),
        "/zwgk/fdzdgknr/index.html": (
            "法定主动公开内容",
            parts.statutory([(head.name, f"/{head.slug}/index.html") for head in heads]),
        ),
        "/zwgk/zfxxgk/ysqgk.html": ("依申请公开", parts.request()),
        "/zwgk/ldzc.html": ("领导之窗", parts.lines([f"市领导：{name}" for name in city["leaders"]])),
        "/hdjl/index.html": ("互动交流", parts.interaction()),
        "/hdjl/szxx.html": ("市长信箱", parts.mailbox()),
        "/hdjl/12345/index.html": ("12345热线", parts.hotline(REPORTS)),
        "/hdjl/12345/gdcx.html": ("工单查询", parts.hotline(())),
        "/bsfw/index.html": ("办事服务", parts.services(every)),
        "/bsfw/hcp.html": ("政务服务好差评", parts.ratings()),
        "/bsfw/login.html": ("用户登录", parts.login()),
        "/wzdt.html": ("网站地图", parts.links([(f"/{c.slug}/index.html", c.name) for c in shared["by_id"].values()])),
        "/sm.html": ("网站声明", parts.lines(["本网站由澄浦市人民政府办公室主办。转载请注明来源。"])),
        "/ghost": ("页面提示", parts.lines([SOFT_404])),
    }
    for n, (month, day) in enumerate(REPORTS, start=1):
        told = [f"发布时间：{day}", f"{month}热线共受理来电四千余件，按期办结率九成，群众反映集中在停车和供水方面。"]
        pages[f"/hdjl/12345/tb{n}.html"] = (f"澄浦市12345热线{month}办理情况通报", parts.lines(told))
    for path, (title, content) in pages.items():
        site.add(path, _plain(render, shared, title, content))
    for slug, name, text in FIELDS:
        site.add(f"/bmfw/{slug}/index.html", _plain(render, shared, name, parts.field(name, text)))
    # A page that is gone and says so under status 200.
    site.pages["/bmfw/jy/index.html"] = site.pages.pop("/ghost")
    for number, guide in enumerate(every, start=1):
        body = parts.guide(guide, number, number <= ONLINE)
        site.add(f"/bsfw/bszn/{guide['id']}.html", _plain(render, shared, f"{guide['name']}办事指南", body))
    site.add("/zwgk/zfxxgk/P020260101000001.pdf", attachments.pdf(["澄浦市政府信息公开申请表", "申请人：", "内容："]))

    def search(asked: Asked) -> Answer:
        # The index of this search has been empty for years; it repeats the question and finds nothing.
        query = asked.fields.get("qt", "")
        return Answer(_plain(render, shared, "站内搜索", parts.nothing(query)).encode(), HTML)

    site.pages["/so/s"] = search


def _add_mailbox(site: Site, render: Any, shared: dict[str, Any], city: dict[str, Any]) -> None:
    parts = macros("chengpu", "pages.html")
    found = letters(city["districts"], date(2026, 9, 12), 10, every_days=25, latency_days=21)
    site.add("/hdjl/lyxd/index.html", _plain(render, shared, "来信选登", parts.letters(found)))
    for letter in found:
        site.add(f"/hdjl/lyxd/l{letter.number}.html", _plain(render, shared, letter.title, parts.letter(letter)))


WORDS_AS_PICTURE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="18"><text x="0" y="15" font-size="16" fill="#fff"'
    ' font-family="Microsoft YaHei,WenQuanYi Zen Hei,sans-serif">互动交流</text></svg>'
)
SOFT_404 = "抱歉，您访问的页面不存在或者已被删除。请返回首页继续浏览。"
