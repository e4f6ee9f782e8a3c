"""澄浦市's data platform: a few plain pages and one catalogue file in the W3C vocabulary DCAT."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import escape

from crawler.sample import attachments
from crawler.sample.prose import load
from crawler.sample.site import Answer, Asked, Page, Site, redirect, robots

HOST = "data.chengpushi.gov.cn"


def data_site(city: dict[str, Any]) -> Site:
    """Twelve data sets; two files download freely, ten send the visitor to a login page."""
    site = Site(HOST, server="Apache")
    rows = [tuple(row) for row in load("chengpu_catalog")["set"]]
    listed = "".join(
        f'<tr><td><a href="/dataset/{n}.html">{row[0]}</a></td><td>{row[1]}</td><td>{row[6]}</td></tr>'
        for n, row in enumerate(rows, start=1)
    )
    home = (
        f"<p>本站公开数据集{len(rows)}个。目录文件：<a href='/catalog.rdf'>catalog.rdf</a></p><table>{listed}</table>"
    )
    site.add("/", _page("澄浦市公共数据开放网", home))
    site.add("/catalog.rdf", _catalogue(rows))
    for n, row in enumerate(rows, start=1):
        name, office, theme, format, _, locked, updated = row
        path = f"/files/{n}.{format.lower()}"
        body = (
            f"<table><tr><td>数据名称</td><td>{name}</td></tr><tr><td>提供单位</td><td>{office}</td></tr>"
            f"<tr><td>主题</td><td>{theme}</td></tr><tr><td>更新日期</td><td>{updated}</td></tr></table>"
            f"<p><a href='{path}'>下载（{format}）</a></p>"
        )
        site.add(f"/dataset/{n}.html", _page(name, body))
        if locked:
            site.pages[path] = _to_login(path)
        else:
            site.add(
                path,
                attachments.csv([("序号", "名称", "单位"), *((str(k), f"{name}{k}", office) for k in range(1, 9))]),
            )
    form = '<form method="post" action="/login"><p>用户名 <input name="u"> 密码 <input name="p" type="password">'
    form += "</p></form>"
    site.add("/login", _page("用户登录", form))
    robots(site, "User-agent: *", "Disallow:")
    return site


def _to_login(path: str) -> Page:
    def answer(asked: Asked) -> Answer:
        return redirect(f"/login?back={path}")

    return answer


def _page(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        '<link rel="alternate" type="application/rdf+xml" href="/catalog.rdf">'
        f"<title>{title}</title><style>body{{font:15px/1.8 sans-serif;max-width:960px;margin:0 auto;padding:0 12px}}"
        "h1{background:#a11b1b;color:#fff;padding:12px}table{border-collapse:collapse;width:100%}"
        f"td{{border:1px solid #ccc;padding:4px 8px}}</style></head><body><h1>{title}</h1>"
        f'<p><a href="/">首页</a> <a href="http://www.chengpushi.gov.cn/">澄浦市人民政府</a></p>{body}</body></html>'
    )


def _catalogue(rows: list[tuple[Any, ...]]) -> str:
    sets = []
    for n, (name, office, theme, format, media, locked, updated) in enumerate(rows, start=1):
        here = f"http://{HOST}/dataset/{n}.html"
        rights = "" if locked else "<dct:license rdf:resource='http://creativecommons.org/licenses/by/4.0/'/>"
        sets.append(
            f"<dcat:dataset><dcat:Dataset rdf:about='{here}'><dct:title xml:lang='zh'>{escape(name)}</dct:title>"
            f"<dct:identifier>cp-{n:03d}</dct:identifier>"
            f"<dct:description xml:lang='zh'>澄浦市{escape(name)}，由{escape(office)}提供。</dct:description>"
            f"<dct:publisher><foaf:Organization rdf:about='http://{HOST}/org/{escape(office)}'><foaf:name>{escape(office)}"
            f"</foaf:name></foaf:Organization></dct:publisher>"
            f"<dcat:keyword xml:lang='zh'>{escape(theme)}</dcat:keyword>"
            f"<dct:modified rdf:datatype='http://www.w3.org/2001/XMLSchema#date'>{updated}</dct:modified>"
            f"<dcat:distribution><dcat:Distribution rdf:about='http://{HOST}/dataset/{n}.html#file'>"
            f"<dcat:accessURL rdf:resource='{here}'/>"
            f"<dcat:downloadURL rdf:resource='http://{HOST}/files/{n}.{format.lower()}'/><dct:format>{format}</dct:format>"
            f"<dcat:mediaType>{media}</dcat:mediaType>{rights}</dcat:Distribution></dcat:distribution>"
            "</dcat:Dataset></dcat:dataset>"
        )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dct="http://purl.org/dc/terms/" xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:foaf="http://xmlns.com/foaf/0.1/">'
        f"<dcat:Catalog rdf:about='http://{HOST}/'><dct:title xml:lang='zh'>澄浦市公共数据目录</dct:title>"
        f"{''.join(sets)}</dcat:Catalog></rdf:RDF>\n"
    )
