"""Made-up portals to measure on: a plain link graph, and heavier pages for the browser; the same at every
start.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

SUFFIX = "bench.test"
_SYLLABLES = "市区县镇河山路桥会局办法工作项目建设公示服务群众企业发展改革环境交通教育卫生文化财政规划安全管理通知报告"

# What a home page leads to: link text and path. These are the plain words of the trade.
_SECTIONS = (
    ("政府信息公开", "zfxxgk"),
    ("政务服务", "zwfw"),
    ("互动交流", "hdjl"),
    ("动态要闻", "dtyw"),
    ("通知公告", "tzgg"),
    ("依申请公开", "ysqgk"),
    ("办事指南", "bszn"),
    ("政府信息公开年报", "nb"),
)


@dataclass(frozen=True)
class Site:
    """One virtual host: its name and its pages, path → HTML in UTF-8."""

    host: str
    pages: dict[str, bytes]


def link_graph(hosts: int, pages: int, links: int) -> Iterator[Site]:
    """`hosts` sites of `pages` pages (about 9 KB each) that link `links` pages of their own site each.

    Page 0 is the home page. Every page links its successor, so that all can be reached; the rest is drawn.
    """
    for number in range(hosts):
        draw = random.Random(number)
        paths = ["/", *(f"/c{page % 7}/t{page:05d}.html" for page in range(1, pages))]
        made = {}
        for page, path in enumerate(paths):
            successor = paths[(page + 1) % pages]
            others = [other for other in paths if other != successor]
            targets = [successor, *draw.sample(others, min(links, pages) - 1)]
            made[path] = _list_page(draw, f"第{number + 1}市", sorted(targets))
        yield Site(f"p{number:02d}.{SUFFIX}", made)


def portals(hosts: int, different: int | None = None) -> Iterator[Site]:
    """`hosts` portals whose pages weigh 60 to 300 KB, with style, script, pictures and many accessibility
    faults; after `different` of them (default: all) their pages repeat under further names.
    """
    made_once: list[dict[str, bytes]] = []
    for number in range(hosts):
        if number >= (different or hosts):
            yield Site(f"b{number:02d}.{SUFFIX}", made_once[number % len(made_once)])
            continue
        draw = random.Random(1000 + number)
        name = f"第{number + 1}市人民政府"
        made = {"/": _heavy_page(draw, name, f"{name}门户网站", "")}
        for title, folder in _SECTIONS:
            made[f"/{folder}/"] = _heavy_page(draw, name, title, folder)
            for item in range(4):
                made[f"/{folder}/t{item}.html"] = _heavy_page(draw, name, _phrase(draw, 14), folder)
        made["/style.css"] = _STYLE.encode()
        made["/script.js"] = _SCRIPT.encode()
        made_once.append(made)
        yield Site(f"b{number:02d}.{SUFFIX}", made)


def _phrase(draw: random.Random, length: int) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(length))


def _date(draw: random.Random) -> str:
    return f"2026-{draw.randint(1, 10):02d}-{draw.randint(1, 28):02d}"


def _list_page(draw: random.Random, name: str, targets: list[str]) -> bytes:
    menu = "".join(f'<li><a href="{path}">{_phrase(draw, 4)}</a></li>' for path in targets[:8])
    rows = "".join(_row(draw, path) for path in targets[8:])
    paragraphs = "".join(f"<p>{_phrase(draw, 160)}。</p>" for _ in range(4))
    title = f"{_phrase(draw, 8)}_{name}"
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="ColumnName" content="{_phrase(draw, 4)}"></head><body><header><h1>{name}</h1></header>'
        f'<nav><ul>{menu}</ul></nav><main><ul class="list">{rows}</ul>{paragraphs}</main>'
        f"<footer><p>主办：{name}人民政府办公室</p></footer></body></html>"
    ).encode()


def _row(draw: random.Random, path: str) -> str:
    title = _phrase(draw, 18)
    return f'<li><a href="{path}" title="{title}">{title}</a><span>{_date(draw)}</span></li>'


def _heavy_page(draw: random.Random, name: str, title: str, folder: str) -> bytes:
    menu = "".join(f'<li><a href="/{path}/">{text}</a></li>' for text, path in _SECTIONS)
    sections = [folder] if folder else [path for _, path in _SECTIONS]
    blocks = "".join(_block(draw, sections) for _ in range(draw.randint(12, 36)))
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="stylesheet" href="/style.css"><script src="/script.js" defer></script></head><body>'
        f"<header><h1>{name}</h1></header><nav><ul>{menu}</ul></nav>"
        f"<main><h2>{title}</h2>{blocks}</main>"
        f"<footer><p>主办：{name}办公室</p></footer></body></html>"
    ).encode()


def _block(draw: random.Random, sections: list[str]) -> str:
    """A box of twelve dated links with faults: pale dates, a picture without text, an unnamed field."""
    rows = "".join(
        f'<li><i class="dot"></i><a href="/{draw.choice(sections)}/t{item % 4}.html">{_phrase(draw, 22)}</a>'
        f"<span class={'pale' if item < 3 else 'date'}>{_date(draw)}</span></li>"
        for item in range(12)
    )
    return (
        f'<div class="block"><h4>{_phrase(draw, 5)}</h4><a href="/{sections[0]}/"><img src="{_PICTURE}"></a>'
        f'<ul>{rows}</ul><input type="text"><p>{_phrase(draw, 900)}。</p></div>'
    )


_PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='120' height='60'%3E"
    "%3Crect width='120' height='60' fill='%23369'/%3E%3C/svg%3E"
)
_STYLE = """
body { font: 14px/1.7 sans-serif; margin: 0 auto; max-width: 1200px; color: #333 }
nav ul, .block ul { list-style: none; padding: 0 } nav li { display: inline-block; padding: 0 10px }
.block { display: inline-block; width: 46%; vertical-align: top }
.block { border: 1px solid #ddd; margin: 6px; padding: 6px }
.date, .pale { float: right } .pale { color: #bbb }
.dot { display: inline-block; width: 4px; height: 4px; background: #c00 }
@media (max-width: 600px) { .block { width: auto; display: block } }
"""
_SCRIPT = """
for (const link of document.querySelectorAll(".block a")) {
  link.addEventListener("mouseover", () => link.focus());
}
document.querySelectorAll(".block h4").forEach((title, number) => title.setAttribute("data-number", number));
"""
