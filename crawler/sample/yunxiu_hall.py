"""云岫市's online service hall and four of its offices, each on a host of its own."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import Any

from markupsafe import Markup

from crawler.sample import attachments
from crawler.sample.site import Answer, Asked, Site, macros, redirect, robots, sitemap, templates

HALL = "zwfw.yunxiushi.gov.cn"
HSTS_S = 31536000


def guides() -> list[dict[str, Any]]:
    """The service guides of the data file, as they stand there."""
    text = resources.files("crawler.sample").joinpath("data", "guides.toml").read_text("utf-8")
    found: list[dict[str, Any]] = tomllib.loads(text)["guide"]
    return found


def hall_site(city: dict[str, Any]) -> Site:
    """The service hall: ten guides, each with all eight key elements, done online from end to end."""
    site = Site(HALL, https=True, forced=True, hsts_s=HSTS_S)
    render = templates("yunxiu")
    parts = macros("yunxiu", "hall_parts.html")
    every = guides()

    def put(path: str, title: str, content: str) -> None:
        site.add(path, render("hall.html", city=city, title=title, content=Markup(content)))

    put("/", "网上办事大厅", parts.home(every, NOTICES))
    put("/person.html", "个人办事", parts.rows([g for g in every if g["who"] == "个人"]))
    put("/legal.html", "法人办事", parts.rows([g for g in every if g["who"] == "法人"]))
    for path, title, key in (("/theme.html", "按主题查找", "theme"), ("/dept.html", "按部门查找", "dept")):
        groups = [(name, [g for g in every if g[key] == name]) for name in dict.fromkeys(g[key] for g in every)]
        put(path, title, parts.groups(groups))
    put("/event.html", "高效办成一件事", parts.events())
    for number in range(1, 9):
        put(f"/event/{number}.html", "一件事一次办", parts.rows(every[:3]))
    put("/hcp.html", "政务服务好差评", parts.ratings())
    put("/hcp-write.html", "我要评价", parts.login())
    put("/book.html", "预约办事", parts.booking())
    put("/pay.html", "统一缴费", parts.login())
    put("/login", "统一身份认证", parts.login())
    put("/licence.html", "电子证照", parts.words(LICENCE))
    put("/card.html", "云岫市民卡一卡通", parts.words(CARD))
    put("/code.html", "云岫城市码", parts.words(CODE))
    put("/ask.html", "智能问答", parts.ask("", ""))
    site.pages["/ask"] = lambda asked: _answer(render, parts, city, asked)
    for path, title, _ in NOTICES:
        put(path, title, parts.words([f"{title}。具体安排以大厅现场公告为准，咨询电话12345。"]))
    for number, guide in enumerate(every, start=1):
        put(f"/guide/{guide['id']}.html", f"{guide['name']}办事指南", parts.guide(guide, number))
        site.pages[f"/apply/{guide['id']}"] = redirect("/login")
        rows = [(paper, "", "") for paper in guide["papers"]]
        site.add(f"/files/{guide['id']}-blank.xlsx", attachments.xlsx([("材料名称", "份数", "签名"), *rows]))
        site.add(f"/files/{guide['id']}-sample.pdf", attachments.pdf([guide["papers"][0], "示例样表", "申请人：某某"]))
    site.add_assets("yunxiu", "/assets")
    robots(site, "User-agent: *", "Disallow: /apply/")
    sitemap(site, [path for path in site.pages if path.endswith(".html")])
    return site


def _answer(render: Any, parts: Any, city: dict[str, Any], asked: Asked) -> Answer:
    """The assistant answers what it was asked by its address: the first of its answers that shares a word with it."""
    question = asked.fields.get("q", "").strip()
    found = next((answer for word, answer in ANSWERS if word in question), "没有找到答案，请换一种问法。")
    page = render("hall.html", city=city, title="智能问答", content=Markup(parts.ask(question, found)))
    return Answer(page.encode())


def office_sites(city: dict[str, Any]) -> list[Site]:
    """Transport, health, education, labour with social insurance: looking up takes a form, the rest a login."""
    render = templates("yunxiu")
    made = []
    for place, (host, name, pages) in enumerate(OFFICES, start=2):
        site = Site(f"{host}.yunxiushi.gov.cn", https=True, forced=True, hsts_s=HSTS_S)
        office = {
            "name": f"云岫市{name}",
            "host": site.host,
            "code": f"99010000{place:02d}",
            "phone": f"0600-55502{place:02d}",
            "about": f"云岫市{name}承担全市有关公共服务职责，服务时间为工作日9:00—17:30，节假日安排另行公告。",
        }
        for path, title, services, notices in pages:
            base = path.rstrip("/")
            shown = [(text, f"{base}/n{n}.html", day) for n, (text, day) in enumerate(notices, start=1)]
            links = [(text, f"{base}/s{n}.html") for n, text in enumerate(services, start=1)]
            values = {**office, "services": links, "notices": shown}
            site.add(path, render("office.html", city=city, office=values, title=title, query=False))
            for text, target in links:
                if text.endswith(ASKED):
                    site.add(target, render("office.html", city=city, office=values, title=text, query=True))
                else:  # what is applied for begins with the one login of the city
                    site.pages[target] = redirect(f"https://{HALL}/login")
            for text, target, _ in shown:
                site.add(target, render("office.html", city=city, office=values, title=text, query=False))
        site.add_assets("yunxiu", "/assets")
        robots(site, "User-agent: *", "Disallow:")
        made.append(site)
    return made


NOTICES = (
    ("/notice/2.html", "关于国庆假期后办事大厅恢复服务时间的公告", "2026-10-13"),
    ("/notice/1.html", "关于新增二十项全程网办事项的公告", "2026-09-22"),
)
LICENCE = (
    "云岫市电子证照库汇集居民身份证、驾驶证、营业执照等八十六类证照，办事时可以直接调用，无需提交纸质原件。",
    "出示电子证照请使用云岫通App“我的证照”，二维码每分钟更新一次。",
)
CARD = (
    "云岫市民卡以社会保障卡为载体，实现看病就医、公交出行、图书借阅、公园入园“一卡通”。",
    "遗失可以在本网挂失，补卡期间用电子社保卡代替。",
)
CODE = (
    "云岫城市码一码通行：进出政务大厅、乘坐公交、借阅图书均可出示同一个二维码，由实名认证后的市民领取。",
    "城市码不记录行程，展示内容仅用于核验身份。",
)
ANSWERS = (
    ("身份证", "居民身份证丢失后，本人可以在本网或者到任一派出所申请补领，证件丢失无需登报，二十个工作日内领取。"),
    ("社保卡", "社保卡丢失可以先在云岫通App挂失，再申请补换，补卡期间使用电子社保卡。"),
    ("居住证", "居住证自受理之日起五个工作日内办结，可以选择邮寄送达。"),
)
ASKED = ("查询", "路况", "名录", "招聘会")
"""How the names of functions end that anyone may look up."""

OFFICES: tuple[tuple[str, str, tuple[tuple[str, str, tuple[str, ...], tuple[tuple[str, str], ...]], ...]], ...] = (
    (
        "jtj",
        "交通运输局",
        (
            (
                "/",
                "交通出行服务平台",
                ("实时公交查询", "停车场余位查询", "公交线路查询", "乘车码申领", "实时路况", "交通违法查询"),
                (("十一月公交线路调整公告", "2026-10-10"), ("跨溪大桥荷载试验期间绕行提示", "2026-10-08")),
            ),
        ),
    ),
    (
        "wjw",
        "卫生健康委员会",
        (
            (
                "/",
                "健康云岫服务平台",
                ("预约挂号", "电子健康档案查询", "疫苗接种预约", "医疗机构查询", "出生医学证明申领"),
                (("秋季流感疫苗接种点名单", "2026-10-11"), ("夜间儿科门诊开诊公告", "2026-10-09")),
            ),
        ),
    ),
    (
        "jyj",
        "教育局",
        (
            (
                "/",
                "教育服务平台",
                ("入学报名", "学区查询", "教师资格认定", "课后服务查询", "学校名录", "学生资助申请"),
                (("2026年秋季学期转学安排", "2026-09-28"), ("校外培训机构白名单", "2026-10-12")),
            ),
        ),
    ),
    (
        "rsj",
        "人力资源和社会保障局",
        (
            ("/", "人力资源和社会保障公共服务平台", ("社保查询", "求职招聘"), (("社保年度基数公告", "2026-10-09"),)),
            (
                "/shebao/",
                "社会保障服务专区",
                ("社保缴费查询", "参保证明打印", "养老保险关系转移", "社保卡补换", "养老待遇资格认证"),
                (("灵活就业人员缴费基数公告", "2026-10-09"),),
            ),
            (
                "/jiuye/",
                "就业创业服务专区",
                ("招聘岗位查询", "失业登记", "职业技能培训报名", "创业担保贷款申请", "招聘会"),
                (("金秋招聘月活动公告", "2026-10-12"),),
            ),
        ),
    ),
)
