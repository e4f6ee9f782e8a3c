"""The platform of Zhejiang's cities (`/jdop_front/`): its list is HTML inside JSON, asked by POST."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode, urlsplit

from lxml.html import HtmlElement

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_JSON_BYTES,
    MAX_PAGES,
    DatasetSeen,
    DistributionSeen,
    OpenDataAnswer,
    departments_of,
    themes_of,
)
from probes.opendata.json_entries import openness, total_of, words_of
from probes.opendata.labelled_html import labelled, text_in, tree_of
from probes.opendata.loose_values import (
    BrokenAnswer,
    clean,
    date_of,
    decoded,
    number_of,
    origin_of,
    parsed_json,
    url_of,
)
from probes.page import FetchedPage

_PLACE = re.compile(r"^(?P<root>(?:/[\w.-]+)*?/jdop_front)/(?P<what>channal/datapubliclist|detail/data)\.do$")
_MARK = re.compile(rb"/jdop_front/|/dopServer/", re.I)
_DATASET = re.compile(r"detail/data\.do\?(?:[^#]*&)?iid=(\d+)")
_TOTAL = re.compile(r"共\s*(?:有|计|找到)?\s*([\d,]+)\s*(?:个|条|项)")
_ROWS = 10
"""Entries of a list page, as the platform's own pages ask for them."""
_DETAILS_A_PAGE = 2

_LABELS = {
    "数源单位": "publisher",
    "数据提供方": "publisher",
    "提供单位": "publisher",
    "来源部门": "publisher",
    "所属部门": "publisher",
    "数据领域": "theme",
    "所属领域": "theme",
    "数据主题": "theme",
    "发布日期": "issued",
    "发布时间": "issued",
    "更新日期": "modified",
    "更新时间": "modified",
    "更新周期": "frequency",
    "更新频率": "frequency",
    "开放条件": "open_type",
    "开放类型": "open_type",
    "开放属性": "open_type",
    "联系方式": "contact",
    "联系电话": "contact",
    "摘要": "description",
    "摘 要": "description",
    "数据摘要": "description",
    "关键字": "keywords",
    "关键词": "keywords",
    "标签": "keywords",
    "时间范围": "temporal",
    "空间范围": "spatial",
    "授权协议": "licence",
}
_FORMATS = frozenset({"xls", "xlsx", "csv", "json", "xml", "rdf", "txt", "zip"})


@dataclass(frozen=True)
class Zhejiang:
    """The platform with `/jdop_front/` addresses; its newer form has `/dopServer/` in its links."""

    family: str = "zhejiang"
    rank: int = 44
    asks_unrecognised: bool = False
    reads_by_post: bool = True

    def recognises(self, page: FetchedPage) -> bool:
        """By links or an address of the platform's own."""
        own = _MARK.search(urlsplit(page.url).path.encode("utf-8", "replace"))
        return looks_like_html(page) and bool(own or _MARK.search(page.body[:400_000]))

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The first list page; the query is the one the platform's own pages send, and only reads."""
        root = f"{origin_of(page.url)}/jdop_front"
        return (_list_page(root, 1, "catalogue of the open-data platform: first list page"),)

    def reads(self, answer: FetchedPage) -> bool:
        """By the addresses of its list and of its dataset pages."""
        return _PLACE.match(urlsplit(answer.url).path) is not None

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """A list page, or a dataset's own page."""
        place = _PLACE.match(urlsplit(answer.url).path)
        root = origin_of(answer.url) + (place["root"] if place else "/jdop_front")
        if place is not None and place["what"].startswith("detail"):
            return _detail(answer, root)
        return _list(answer, root)


def _list_page(root: str, number: int, why: str) -> Wanted:
    form = {"pageNumber": number, "pageSize": _ROWS, "type": 1, "domainId": 0, "isDownload": 1, "dimensionId": 0}
    return call(f"{root}/channal/datapubliclist.do", why, post=urlencode(form))


def _list(answer: FetchedPage, root: str) -> OpenDataAnswer:
    body = parsed_json(decoded(answer, MAX_JSON_BYTES))
    markup = body.get("data") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(markup, str):
        raise BrokenAnswer("the list answers without HTML in `data`")
    # A page of its own, so that the same reader of labels serves lists and dataset pages.
    html = f"<!doctype html><html><head><meta charset='utf-8'></head><body>{markup}</body></html>"
    tree = tree_of(replace(answer, body=html.encode("utf-8", "replace"), headers=()))
    datasets: dict[str, DatasetSeen] = {}
    for link in tree.iter("a"):
        match = _DATASET.search(link.get("href") or "")
        title = clean(link.get("title") or text_in(link))
        if match is None or not title or match[1] in datasets:
            continue
        datasets[match[1]] = _entry(link, root, match[1], title)
    told = _TOTAL.search(text_in(tree))
    total = total_of(body)
    total = total if total is not None else number_of(told[1]) if told else None
    number = number_of((parse_qs(answer.post or urlsplit(answer.url).query).get("pageNumber") or ["1"])[0]) or 1
    listed = len(datasets)
    more = bool(listed) and ((number - 1) * _ROWS + listed < total if total is not None else listed >= _ROWS)
    every = tuple(datasets.values())
    chosen = sorted(every, key=lambda item: hashlib.sha256(item.id.encode()).hexdigest())[:_DETAILS_A_PAGE]
    wanted = [call(item.landing, f"dataset page: {item.title}") for item in chosen if item.landing]
    if more and number < MAX_PAGES:
        wanted.insert(0, _list_page(root, number + 1, f"catalogue of the open-data platform: page {number + 1}"))
    return OpenDataAnswer(
        "zhejiang",
        root,
        answer.url,
        datasets_total=total,
        datasets_listed=listed,
        datasets=every,
        departments=departments_of(every),
        themes=themes_of(every),
        next=tuple(wanted),
        more=more,
    )


def _entry(link: HtmlElement, root: str, identifier: str, title: str) -> DatasetSeen:
    """One entry: the labels around its link, up to the widest element that speaks of no other dataset."""
    area = link
    for outer in link.iterancestors():
        numbers = {found[1] for node in outer.iter("a") if (found := _DATASET.search(node.get("href") or ""))}
        if len(numbers) > 1 or outer.tag in ("body", "html"):
            break
        area = outer
    return _dataset(identifier, title, root, labelled(area, _LABELS), (), in_full=False)


def _detail(answer: FetchedPage, root: str) -> OpenDataAnswer:
    tree = tree_of(answer)
    identifier = (parse_qs(urlsplit(answer.url).query).get("iid") or [""])[0]
    marked = tree.xpath("//*[contains(@class,'sjxqTit')]")
    headings = [node for node in marked if isinstance(node, HtmlElement)] if isinstance(marked, list) else []
    headings += list(tree.iter("h1", "h2", "h3"))
    title = next((text for text in (clean(text_in(node)) for node in headings) if text), "")
    if not title or not identifier:
        raise BrokenAnswer("a dataset page without a title or number")
    files = []
    for link in tree.iter("a"):
        name = text_in(link).lower().strip(" .")
        if name in _FORMATS:
            address = url_of(link.get("href") or "", answer.url)
            files.append(DistributionSeen(title=name, format=name, download_url=address, access_url=answer.url))
    dataset = _dataset(identifier, title, root, labelled(tree, _LABELS), tuple(files), in_full=True)
    return OpenDataAnswer("zhejiang", root, answer.url, kind="detail", datasets_listed=1, datasets=(dataset,))


def _dataset(
    identifier: str,
    title: str,
    root: str,
    values: dict[str, str],
    files: tuple[DistributionSeen, ...],
    *,
    in_full: bool,
) -> DatasetSeen:
    return DatasetSeen(
        id=identifier,
        title=title,
        path=f"//a[contains(@href,'iid={identifier}')]",
        description=clean(values.get("description", "")),
        publisher=values.get("publisher"),
        contact="contact" in values,
        themes=(values["theme"],) if values.get("theme") else (),
        keywords=len(words_of(values.get("keywords"))),
        licence=values.get("licence"),
        issued=date_of(values.get("issued")),
        modified=date_of(values.get("modified")),
        frequency=values.get("frequency"),
        spatial=values.get("spatial"),
        temporal=values.get("temporal"),
        open_type=openness(values.get("open_type")),
        landing=f"{root}/detail/data.do?iid={identifier}",
        distributions=files,
        distributions_total=len(files),
        in_full=in_full,
    )


ADAPTER = Zhejiang()
