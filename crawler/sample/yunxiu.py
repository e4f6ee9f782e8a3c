"""云岫市, the very good portal: complete, fresh, usable on a phone and with aids, everything over HTTPS."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup

from crawler.sample import attachments, pictures
from crawler.sample.letters import letters
from crawler.sample.prose import Column, Item, columns, load
from crawler.sample.site import HTML, TYPES, Answer, Asked, Site, macros, redirect, robots, sitemap, templates
from crawler.sample.yunxiu_credit import credit_site
from crawler.sample.yunxiu_data import data_site
from crawler.sample.yunxiu_hall import hall_site, office_sites

HOST = "www.yunxiushi.gov.cn"
PAGE_SIZE = 10
HSTS_S = 31536000
TODAY = date(2026, 10, 15)
CONSULTATIONS = 53

# The head whose rows come by a data call: its page alone is empty, and no browser is sent there.
_PAGED_BY_SCRIPT = {34: 6101334}

# Neighbours shown beside each list, as a portal groups them.
_NEWS = (11, 12, 13, 14)
_DISCLOSURE = (17, 18, 19, 20, 21, 22, 15, 16)
_TAKING_PART = (51, 52, 53, 54, 55, 56, 59)
_TOPICS = (71, 72, 73, 74)

PLAIN = {
    10: "政府信息公开",
    17: "政府信息公开指南",
    19: "法定主动公开内容",
    21: "依申请公开",
    24: "政府领导",
    50: "互动交流",
    51: "市长信箱",
    52: "留言选登",
    55: "12345政务服务便民热线",
    56: "常见问题",
    57: "信件查询",
    58: "网上提交诉求",
    66: "住房公积金",
    71: "智慧城市",
    80: "网站地图",
    81: "隐私声明",
    82: "网站声明",
    83: "联系我们",
    86: "无障碍声明",
}


def yunxiu() -> list[Site]:
    """The hosts of the city: the portal, its bare name, the service hall, four offices, credit and data platforms."""
    data = load("yunxiu")
    city = data["city"]
    made = columns(data)
    by_id = {column.id: column for column in made}
    site = Site(HOST, https=True, forced=True, hsts_s=HSTS_S, ipv6="open")
    render = templates("yunxiu")
    shared: dict[str, Any] = {"city": city, "link": link, "by_id": by_id}
    names = PLAIN | {column.id: column.name for column in made} | {13: "区县动态"}

    site.add("/index.html", render("home.html", **shared))
    site.pages["/"] = site.pages["/index.html"]
    for column in made:
        _add_column(site, render, shared, column, names)
        for item in column.items:
            related, files = _beside(by_id, column, item), _files(site, column, item)
            asked = _consulted(item) if column.id == CONSULTATIONS else None
            values = {"related": related, "files": files, "asked": asked}
            site.add(link(column, item), render("article.html", column=column, item=item, **values, **shared))
    _add_plain(site, render, shared, made, names)
    _add_mailbox(site, render, shared, city)
    _add_search(site, render, shared, made)
    site.add("/col/col84/index.html", render("elder.html", news=by_id[11], **shared))
    site.add("/col/col13/index.html", render("shell.html", **shared))
    site.add("/data/districts.json", _district_rows(by_id[11]))
    _add_data_proxy(site, by_id)
    site.add("/en/index.html", ENGLISH)
    site.missing = Answer(
        _plain(render, shared, "页面不存在", "<p>您访问的页面不存在或者已经移走。</p>").encode(), status=404
    )
    _add_files(site, by_id)
    robots(site, "User-agent: *", "Disallow: /hd/submit", f"Sitemap: https://{HOST}/sitemap.xml")
    sitemap(site, [path for path in site.pages if path.endswith(".html")])
    bare = Site("yunxiushi.gov.cn", https=True, forced=True)
    bare.missing = lambda asked: redirect(f"https://{HOST}{asked.path}", status=301)
    return [
        site,
        bare,
        hall_site(city),
        *office_sites(city),
        credit_site(city),
        data_site(city, [(link(by_id[74], i), i.title) for i in by_id[74].items]),
    ]


def link(column: Column, item: Item) -> str:
    """The path of an article, with its date and column as this family of systems writes them."""
    return f"/art/{item.day.year}/{item.day.month}/{item.day.day}/art_{column.id}_{item.number}.html"


def _add_column(site: Site, render: Any, shared: dict[str, Any], column: Column, names: dict[int, str]) -> None:
    groups: tuple[tuple[int, ...], ...] = (_NEWS, _DISCLOSURE, _TAKING_PART, _TOPICS)
    group = next((group for group in groups if column.id in group), tuple(range(31, 46)))
    pages = -(-len(column.items) // PAGE_SIZE)
    for page in range(1, pages + 1):
        shown = column.items[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]
        path = f"/col/col{column.id}/index{'' if page == 1 else f'_{page}'}.html"
        neighbours = [(id, names[id]) for id in group]
        what = {"column": column, "neighbours": neighbours, "unit": _PAGED_BY_SCRIPT.get(column.id)}
        site.add(path, render("column.html", **what, shown=shown, page=page, pages=pages, **shared))


def _beside(by_id: dict[int, Column], column: Column, item: Item) -> list[tuple[str, str]]:
    """A policy names its explanation and the explanation its policy."""
    other = {15: 16, 16: 15}.get(column.id)
    if other is None:
        return []
    place = column.items.index(item)
    if place >= len(by_id[other].items):
        return []
    match = by_id[other].items[place]
    return [(link(by_id[other], match), match.title)]


def _files(site: Site, column: Column, item: Item) -> list[tuple[str, str]]:
    """Policies carry a PDF, registers a workbook."""
    if item.kind == "policy":
        path = f"/files/{column.id}_{item.number}.pdf"
        site.add(path, attachments.pdf([item.title, item.date, item.dept]))
        return [(path, f"{item.title}.pdf")]
    if item.kind == "register":
        path = f"/files/{column.id}_{item.number}.xlsx"
        rows = [("序号", "名称", "金额（万元）", "日期")]
        rows += [(str(n), f"{item.title}第{n}项", str(n * 37 % 90 + 5), item.date) for n in range(1, 6)]
        site.add(path, attachments.xlsx(rows))
        return [(path, f"{item.title}.xlsx")]
    return []


def _consulted(item: Item) -> dict[str, Any]:
    """Opinions are taken for thirty days; what came of them is told on the same page when they are over."""
    until = item.day + timedelta(days=30)
    told = f"共收到意见建议{item.number % 40 + 12}条，采纳{item.number % 9 + 3}条，未采纳的均已说明理由。"
    return {"until": until.isoformat(), "result": told if until < TODAY else ""}


def _plain(render: Any, shared: dict[str, Any], title: str, content: Any) -> str:
    return str(render("plain.html", title=title, content=Markup(content), **shared))


def _add_plain(
    site: Site, render: Any, shared: dict[str, Any], made: tuple[Column, ...], names: dict[int, str]
) -> None:
    parts = macros("yunxiu", "pages.html")
    city = shared["city"]
    posts = ["市长", "副市长", "副市长", "副市长", "副市长", "秘书长"]
    work = [
        "主持市政府全面工作",
        "负责发展改革、财政",
        "负责住建、交通",
        "负责教育、卫生",
        "负责公安、应急",
        "负责市政府办公室",
    ]
    plans = [(link(c, i), i.title, i.date) for c in made if c.id == 72 for i in c.items]
    content = {
        10: parts.disclosure(
            [(link(c, i), i.title, i.date) for c in made if c.id == 73 for i in c.items[:4]],
            [*city["departments"], *FURTHER_DEPARTMENTS],
        ),
        17: parts.guide(city),
        19: parts.statutory([column for column in made if column.head]),
        21: parts.request(),
        24: parts.leaders(list(zip(city["leaders"], posts, work, strict=True))),
        50: parts.interaction(),
        51: parts.write(),
        55: parts.hotline(),
        56: parts.faq(),
        57: parts.query(),
        58: parts.write(),
        66: parts.fund(),
        71: parts.smart(plans[:4]),
        80: parts.site_map(sorted(names.items())),
        81: parts.words(PRIVACY),
        82: parts.words(STATEMENT),
        83: parts.words([f"地址：{city['address']}", f"电话：{city['phone']}", f"电子邮箱：{city['email']}"]),
        86: parts.words(ACCESS),
    }
    for id, inner in content.items():
        site.add(f"/col/col{id}/index.html", _plain(render, shared, PLAIN[id], inner))
    site.add("/yxt/index.html", _plain(render, shared, "云岫通App", parts.app()))
    for kind in ("android", "ios"):
        site.add(f"/files/yunxiutong-{kind}.html", _plain(render, shared, "云岫通App下载", parts.app()))
    site.add("/hd/query", _plain(render, shared, "信件查询", parts.query()))


def _add_mailbox(site: Site, render: Any, shared: dict[str, Any], city: dict[str, Any]) -> None:
    """Letters of the last year, each answered after three days, and older ones that took forty."""
    parts = macros("yunxiu", "pages.html")
    recent = letters(city["districts"], date(2026, 10, 13), 36, every_days=10, latency_days=3, first=5101)
    older = letters(city["districts"], date(2025, 9, 1), 12, every_days=14, latency_days=40)
    site.add("/col/col52/index.html", _plain(render, shared, PLAIN[52], parts.letters(recent, 1)))
    site.add("/col/col52/index_2.html", _plain(render, shared, PLAIN[52], parts.letters(older, 2)))
    for letter in recent:
        site.add(f"/hd/letter_{letter.number}.html", _plain(render, shared, letter.title, parts.letter(letter)))
    for letter in older:
        site.add(f"/hd/letter_{letter.number}.html", _plain(render, shared, letter.title, parts.letter(letter)))


def _add_search(site: Site, render: Any, shared: dict[str, Any], made: tuple[Column, ...]) -> None:
    """A search that finds: titles that share most of the words asked for, the best fit first."""
    parts = macros("yunxiu", "pages.html")
    known = sorted(((i.date, i.title, link(c, i)) for c in made for i in c.items), reverse=True)

    def answer(asked: Asked) -> Answer:
        query = asked.fields.get("q", "").strip()
        hits = sorted(
            ((path, title, day) for day, title, path in known if _fit(query, title) >= 0.6),
            key=lambda hit: -_fit(query, hit[1]),
        )
        return Answer(_plain(render, shared, "站内搜索", parts.results(query, hits)).encode(), HTML)

    site.pages["/jsearchfront/search.do"] = answer


def _fit(query: str, title: str) -> float:
    """Which share of the query's pairs of neighbouring characters stands in the title, 0 to 1."""
    pairs = {query[n : n + 2] for n in range(len(query) - 1) if not query[n : n + 2].isspace()}
    return sum(pair in title for pair in pairs) / len(pairs) if pairs else 0.0


def _add_data_proxy(site: Site, by_id: dict[int, Column]) -> None:
    """The data call of lists paged by script: XML whose records are rows of HTML."""

    def answer(asked: Asked) -> Answer:
        column = by_id.get(int(asked.fields.get("columnid", "0")))
        if column is None or asked.fields.get("unitid") != str(_PAGED_BY_SCRIPT.get(column.id)):
            return Answer(b"<datastore></datastore>", TYPES["xml"])
        rows = "".join(
            f'<record><![CDATA[<li><a href="{link(column, item)}" title="{item.title}">{item.title}</a>'
            f"<span>{item.date}</span></li>]]></record>"
            for item in column.items
        )
        count = f"<totalrecord>{len(column.items)}</totalrecord><totalpage>1</totalpage>"
        body = f"<?xml version='1.0' encoding='utf-8'?><datastore>{count}<recordset>{rows}</recordset></datastore>"
        return Answer(body.encode(), TYPES["xml"])

    site.pages["/module/web/jpage/dataproxy.jsp"] = answer


def _district_rows(news: Column) -> str:
    rows = [
        {"title": f"{area}{what}", "url": link(news, news.items[8 + n]), "date": f"2026-10-{13 - n:02d}"}
        for n, (area, what) in enumerate(
            (area, what)
            for what in ("推进秋季河道清淤", "举办邻里文化节")
            for area in ("望溪区", "石桥区", "东屏县", "枫岭县")
        )
    ]
    return json.dumps({"rows": rows}, ensure_ascii=False)


def _add_files(site: Site, by_id: dict[int, Column]) -> None:
    site.add_assets("yunxiu", "/assets")
    site.add(
        "/files/ysqgk-form.pdf", attachments.pdf(["云岫市政府信息公开申请表", "申请人：", "所需信息：", "联系方式："])
    )
    site.add("/images/bridge.png", pictures.scene("yunxiu bridge", 640, 360))
    for n in range(3):
        site.add(f"/images/scene{n}.png", pictures.scene(f"yunxiu {n}", 480, 270))
    site.add("/images/dzjg-red.png", pictures.plate("party", (200, 30, 30)))
    site.add("/images/letter-code.png", pictures.plate("letter code", (90, 110, 140), 96, 32))
    site.add("/images/jiucuo.png", pictures.plate("errors", (190, 60, 20), 96, 48))
    for name in ("wechat", "weibo", "video", "app"):
        site.add(f"/images/code-{name}.png", pictures.code_square(f"yunxiu {name}"))
    items = "".join(
        f"<item><title>{i.title}</title><link>https://{HOST}{link(by_id[11], i)}</link></item>"
        for i in by_id[11].items[:10]
    )
    site.add("/rss.xml", f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>{items}</channel></rss>')


FURTHER_DEPARTMENTS = (
    "市市场监督管理局",
    "市统计局",
    "市城市管理局",
    "市文化广电和旅游局",
    "市应急管理局",
    "市农业农村局",
    "市水务局",
    "市审计局",
)
PRIVACY = (
    "本网站尊重并保护访问者的个人信息。浏览本网站无需登录，服务器仅记录访问时间和访问的页面，用于统计和安全防护。",
    "在线办事和提交信件时所填写的姓名、联系方式等信息，仅用于办理和答复，不会用于其他目的，也不会向无关的第三方提供。",
    "您可以随时要求查阅、更正或者删除本人信息。联系方式见本网站“联系我们”页面。本声明更新于2026-01-05。",
)
STATEMENT = (
    "本网站由云岫市人民政府办公室主办，内容的著作权依法受到保护。转载本网站发布的政府信息应当注明来源。",
    "本网站提供的外部链接仅为方便访问，其内容由链接所指向的单位负责。",
    "如发现网站内容有误，请点击页脚“我为政府网站找错”反映。",
)
ACCESS = (
    "本网站按照国家标准《信息技术 互联网内容无障碍可访问性技术要求与测试方法》建设，并于2026-03-18完成最近一次评估。",
    "网站可全部用键盘操作，图片配有替代文字，并提供无障碍工具条和长辈版。已知不足：首页列表日期的颜色对比度偏低。",
)
ENGLISH = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>Yunxiu Municipal Government</title>
<link rel="stylesheet" href="/assets/site.css"></head><body><main class="wrap"><h1>Welcome to Yunxiu</h1>
<p>Yunxiu is a city of bridges between the Wangxi stream and the Fengling hills. Selected news and services are
available in English.</p><p><a href="/index.html" lang="zh-CN">中文版</a></p></main></body></html>"""
