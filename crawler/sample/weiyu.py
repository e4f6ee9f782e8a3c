"""苇峪市, the poor and old portal: GBK wrongly labelled, tables, frames, dead links, stale and blank columns."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from markupsafe import Markup

from crawler.sample import pictures
from crawler.sample.letters import letters
from crawler.sample.prose import Column, Item, columns, load
from crawler.sample.site import Answer, Site, robots, templates

HOST = "www.weiyushi.gov.cn"
PAGE_SIZE = 10
MISLABELLED = 43
HEAVY_SIDE = 1750  # pixels: nine megabytes for a picture that is shown at 260 by 170
_NUMBER = re.compile(r"\d{11,17}[\dX]?")
OLD_HTML = "text/html"  # without a charset: the page is GBK and says nothing
HOME_HTML = "text/html; charset=gb2312"  # the server tells the truth where the page itself says utf-8

MENU = (
    ("/index.asp", "首页"),
    ("/news/list.asp?id=1", "苇峪要闻"),
    ("/zwgk/index.asp", "政务公开"),
    ("/wsbs/index.asp", "网上办事"),
    ("/guestbook/write.asp", "网上咨询"),
    ("/ldzc/index.htm", "领导之窗"),
    ("/zsyz/index.asp", "招商引资"),
    ("/lyfg/index.asp", "旅游风光"),
)
# Five heads of the disclosure page that lead to lists without a single item.
BLANK = (
    ("/zwgk/czxx.asp", "财政预决算"),
    ("/zwgk/zfcg.asp", "政府采购"),
    ("/zwgk/tjxx.asp", "统计信息"),
    ("/zwgk/rszk.asp", "公务员招考"),
    ("/zwgk/xzsf.asp", "行政事业性收费"),
)


def weiyu() -> list[Site]:
    """The one host of the city; port 443 refuses."""
    data = load("weiyu")
    city = data["city"]
    made = columns(data)
    by_id = {column.id: column for column in made}
    site = Site(HOST, server="Microsoft-IIS/6.0")
    render = templates("weiyu")
    shared: dict[str, Any] = {"city": city, "menu": MENU, "link": link, "by_id": by_id, "meta": False}

    def put(path: str, body: str, media_type: str = OLD_HTML) -> None:
        site.add(path, body, media_type=media_type, encoding="gbk")

    def plain(path: str, name: str, content: str) -> None:
        put(path, render("plain.htm", name=name, content=Markup(content), **shared))

    put("/index.asp", render("home.htm", **{**shared, "meta": True}), HOME_HTML)
    site.pages["/"] = site.pages["/index.asp"]
    for column in made:
        rows = [(link(column, item), item.title, item.date) for item in column.items]
        pages = -(-len(rows) // PAGE_SIZE)
        # One list says utf-8 and nobody contradicts it: browsers show it garbled, its bytes are good GBK.
        wrong = {"meta": column.id == MISLABELLED}
        for page in range(1, pages + 1):
            shown = rows[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
            path = f"/{column.slug}/list.asp?id={column.id}" + ("" if page == 1 else f"&page={page}")
            put(
                path,
                render(
                    "list.htm", name=column.name, rows=shown, page=page, pages=pages, id=column.id, **shared | wrong
                ),
            )
        for item in column.items:
            put(link(column, item), render("show.htm", item=item, **shared))
    for path, name in BLANK:
        put(path, render("list.htm", name=name, rows=(), page=1, pages=1, id=0, **shared))
    plain("/zwgk/index.asp", "政务公开", _links(by_id))
    plain("/rx.htm", "12345热线", "<p>市长热线电话：12345（工作日8:30至17:00）</p>")
    plain("/bmfw/sb.htm", "社保查询", SOCIAL)
    plain("/bmfw/tq.htm", "天气预报", "<p>今天晴转多云，南风二级，最高气温十九度，最低气温八度。</p>")
    plain("/guestbook/write.asp", "网上咨询", WRITE)
    plain("/guestbook/index.asp", "留言选登", _guestbook(city))
    _add_frames(put, city)
    site.add("/img/top.png", pictures.scene("weiyu top", 480, 55))
    site.add("/img/river.png", pictures.heavy("weiyu river", HEAVY_SIDE))
    site.add("/img/ad.gif.png", pictures.plate("slogan", (210, 40, 40), 260, 40))
    site.add("/img/fly.png", pictures.plate("flying", (230, 160, 30), 120, 60))
    site.missing = Answer(
        "<html><body><h2>无法找到该页</h2>HTTP 错误 404 - 文件或目录未找到。</body></html>".encode("gbk"), OLD_HTML, 404
    )
    robots(site, "User-agent: *", "Disallow: /admin/")
    return [site]


def link(column: Column, item: Item) -> str:
    """The path of an article: a number behind a question mark, as old systems write it."""
    return f"/{column.slug}/show.asp?id={item.number}"


def _links(by_id: dict[int, Column]) -> str:
    rows = [(f"/{by_id[id].slug}/list.asp?id={id}", by_id[id].name) for id in (6, 4, 7, 42, 43)]
    return "<br>".join(f'·<a href="{path}">{name}</a>' for path, name in (*rows, *BLANK))


def _guestbook(city: dict[str, Any]) -> str:
    """Messages and answers on one page; when and by whom they were answered, nobody wrote down. Numbers are starred."""
    found = letters(city["districts"], date(2025, 6, 9), 8, every_days=40, latency_days=30)
    return "".join(
        '<table width="100%" border="1" bordercolor="#9fc79f">'
        f'<tr><td width="80" bgcolor="#e6f2e6">留言标题</td><td bgcolor="#e6f2e6">{letter.title}</td></tr>'
        f"<tr><td>网友</td><td>{letter.person}</td></tr><tr><td>留言时间</td><td>{letter.received}</td></tr>"
        f"<tr><td>留言内容</td><td>{_NUMBER.sub('***', letter.ask)}</td></tr>"
        f"<tr><td>回复内容</td><td><font color=red>{letter.reply}</font></td></tr></table><br>"
        for letter in found
    )


def _add_frames(put: Any, city: dict[str, Any]) -> None:
    """The leaders' pages live in a set of frames."""
    put(
        "/ldzc/index.htm",
        '<html><head><title>领导之窗</title></head><frameset cols="200,*"><frame src="left.htm" name="l">'
        '<frame src="right1.htm" name="r"></frameset></html>',
    )
    rows = "".join(f'<p><a href="right{n}.htm" target="r">{name}</a></p>' for n, name in enumerate(city["leaders"], 1))
    put("/ldzc/left.htm", f"<html><body bgcolor=#e6f2e6>{rows}</body></html>")
    for n, name in enumerate(city["leaders"], start=1):
        put(f"/ldzc/right{n}.htm", f"<html><body><h3>{name}</h3>市人民政府领导，负责市政府日常工作。</body></html>")


SOCIAL = (
    '<form method="get" action="/bmfw/sb.htm">请输入社会保险号：<input type="text" name="h"> '
    '<input type="submit" value="查询"></form><p>可查询养老、失业、工伤保险缴费情况，数据每月十日更新，'
    "由市社会保险服务中心提供。</p>"
)
WRITE = (
    '<form method="post" action="save.asp"><table border="1"><tr><td>主题</td><td><input name="title"></td></tr>'
    '<tr><td>姓名</td><td><input name="name"></td></tr><tr><td>电话</td><td><input name="tel"></td></tr>'
    '<tr><td>咨询内容</td><td><textarea name="content" rows="8" cols="50"></textarea></td></tr>'
    '<tr><td>验证码</td><td><input name="code" size="4"> <img src="/img/fly.png" width="60" height="20"></td></tr>'
    '<tr><td colspan="2"><input type="submit" value="提交留言"></td></tr></table></form>'
)
