"""云岫市's open-data platform: the newer Inspur kind, which tells its catalogue in HTML pages."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from crawler.sample import attachments
from crawler.sample.prose import load
from crawler.sample.site import HTML, TYPES, Answer, Asked, Page, Site, macros, redirect, robots, templates

HOST = "data.yunxiushi.gov.cn"
PAGE_SIZE = 10


@dataclass(frozen=True)
class DataSet:
    """One data set: its 32 hex digit id, name, office, theme, formats, openness, update cycle and last update."""

    id: str
    name: str
    office: str
    theme: str
    formats: tuple[str, ...]
    open: str
    cycle: str
    updated: str

    @property
    def files(self) -> tuple[str, ...]:
        """Formats that can be downloaded."""
        return tuple(format for format in self.formats if format != "接口")

    @property
    def api(self) -> bool:
        """Whether there is an interface."""
        return "接口" in self.formats


def data_sets() -> tuple[DataSet, ...]:
    """The catalogue: 36 data sets, 7 of them with an interface."""
    return tuple(
        DataSet(_id(name), name, office, theme, tuple(formats.split(",")), openness, cycle, updated)
        for name, office, theme, formats, openness, cycle, updated in load("yunxiu_catalog")["set"]
    )


def _id(name: str) -> str:
    """The 32 hex digits by which the platform knows a data set."""
    return hashlib.md5(f"yunxiu {name}".encode(), usedforsecurity=False).hexdigest()


def data_site(city: dict[str, Any], rules: list[tuple[str, str]]) -> Site:
    """The platform with catalogue, interfaces, requests; files download without signing in.

    `rules` are the city's rules on open data: path on the portal, title.
    """
    rules = [(f"https://www.yunxiushi.gov.cn{path}", title) for path, title in rules]
    site = Site(HOST, https=True, forced=True, hsts_s=31536000)
    render = templates("yunxiu")
    parts = macros("yunxiu", "data_parts.html")
    sets = data_sets()
    pages = -(-len(sets) // PAGE_SIZE)

    def page(title: str, content: str) -> str:
        return render("data.html", city=city, title=title, content=Markup(content))

    lists = [
        Answer(
            page("数据目录", parts.catalogue(sets, sets[n * PAGE_SIZE : (n + 1) * PAGE_SIZE], n + 1, pages)).encode()
        )
        for n in range(pages)
    ]
    nothing = Answer(page("数据目录", parts.catalogue(sets, (), pages + 1, pages)).encode())

    def catalogue(asked: Asked) -> Answer:
        number = asked.fields.get("page", "1")
        place = int(number) - 1 if number.isdigit() else 0
        return lists[place] if 0 <= place < pages else nothing

    def download(asked: Asked) -> Answer:
        fields = asked.fields
        found = next((row for row in sets if row.id == fields.get("cataId")), None)
        format = fields.get("idInRc", "")
        if found is None or format not in found.files:
            return Answer(page("文件不存在", "<p>没有这个文件。</p>").encode(), HTML, 404)
        return Answer(
            _file(found, format),
            TYPES[format],
            headers=(("Content-Disposition", f"attachment; filename=data.{format}"),),
        )

    site.add("/oportal/index", page("云岫市公共数据开放平台", parts.home(sets, rules)))
    site.pages["/"] = redirect("/oportal/index")
    handlers: dict[str, Page] = {
        "/oportal/catalog/index": catalogue,
        "/oportal/catalog": catalogue,
        "/oportal/catalog/download": download,
    }
    site.pages.update(handlers)
    site.add("/oportal/api/index", page("接口服务", parts.interfaces([row for row in sets if row.api])))
    for row in sets:
        site.add(f"/oportal/catalog/{row.id}", page(row.name, parts.detail(row)))
    links = "".join(f'<li><a href="{path}">{name}</a></li>' for path, name in rules)
    site.add("/oportal/news/rules", page("政策法规", f"<ul>{links}</ul>"))
    site.add(
        "/oportal/application/index", page("应用成果", "<p>“云岫停车”“溪谷空气”等十四项应用使用了本平台数据。</p>")
    )
    site.add("/oportal/licence", page("云岫市公共数据开放授权协议", LICENCE))
    answers = [("增加公园无障碍设施字段", "2026-10-09"), ("开放共享单车停放点数据", "2026-09-17")]
    site.add("/oportal/interact/request", page("数据需求", parts.asking("需求", answers)))
    site.add(
        "/oportal/interact/correct", page("数据纠错", parts.asking("问题", [("公交站点坐标偏移已修正", "2026-10-06")]))
    )
    site.add_assets("yunxiu", "/assets")
    robots(site, "User-agent: *", "Disallow: /oportal/interact/send")
    return site


def _file(row: DataSet, format: str) -> bytes:
    head = ("序号", "名称", "地址", "更新日期")
    rows = [(str(n), f"{row.name}{n:02d}", f"云岫市望溪区{n * 7}号", row.updated) for n in range(1, 13)]
    if format == "xlsx":
        return attachments.xlsx([head, *rows])
    if format == "csv":
        return attachments.csv([head, *rows])
    return json.dumps([dict(zip(head, values, strict=True)) for values in rows], ensure_ascii=False).encode()


LICENCE = (
    "<p>本协议适用于本平台无条件开放的全部数据。使用者可以免费复制、传播、改编并用于商业或者非商业目的，"
    "只需注明数据来源为“云岫市公共数据开放平台”和获取日期。</p><p>数据按现状提供，提供单位对使用结果不承担责任。</p>"
)
