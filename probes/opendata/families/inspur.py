"""The newer Inspur platform of many Chinese cities (`/oportal/`), which tells its catalogue in HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

from lxml.html import HtmlElement

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_DISTRIBUTIONS,
    MAX_PAGES,
    DatasetSeen,
    DistributionSeen,
    OpenDataAnswer,
    departments_of,
    themes_of,
)
from probes.opendata.labelled_html import by_class, labelled, pieces_of, text_in, tree_of
from probes.opendata.loose_values import BrokenAnswer, clean, date_of, number_of, origin_of, url_of
from probes.page import FetchedPage

_DATASET = re.compile(r"^(?P<root>(?:/[\w.-]+)*?/o?portal)/catalog/(?P<id>[0-9a-fA-F]{32})(?:/|$)")
_PLACE = re.compile(r"^(?P<root>(?:/[\w.-]+)*?/o?portal)(?:/(?P<what>catalog|api|index)\b|/?$)")
_MARK = re.compile(rb"/oportal/(?:catalog|api|index)\b|/o?portal/catalog/[0-9a-fA-F]{32}\b")
_LIST_MARK = re.compile(rb"class\s*=\s*[\"'][^\"']*\bcata-title\b")
_TOTAL = re.compile(r"共\s*(?:有|计|找到)?\s*([\d,]+)\s*(?:个|条|项|类)")

# The platform's own labels, before their values in list items and dataset pages, by what they stand for.
_LABELS = {
    "来源部门": "publisher",
    "数据提供方": "publisher",
    "提供单位": "publisher",
    "提供部门": "publisher",
    "数据提供单位": "publisher",
    "所属主题": "theme",
    "主题分类": "theme",
    "数据领域": "theme",
    "重点领域": "theme",
    "所属领域": "theme",
    "所属行业": "industry",
    "行业分类": "industry",
    "发布时间": "issued",
    "发布日期": "issued",
    "首次发布时间": "issued",
    "更新时间": "modified",
    "更新日期": "modified",
    "数据更新时间": "modified",
    "最后更新时间": "modified",
    "更新频率": "frequency",
    "更新周期": "frequency",
    "更新频度": "frequency",
    "开放条件": "open_type",
    "开放类型": "open_type",
    "开放属性": "open_type",
    "开放方式": "open_type",
    "部门电话": "contact",
    "部门邮箱": "contact",
    "联系电话": "contact",
    "联系方式": "contact",
    "标签": "keywords",
    "关键字": "keywords",
    "关键词": "keywords",
    "描述": "description",
    "简介": "description",
    "摘要": "description",
    "数据摘要": "description",
    "空间范围": "spatial",
    "时间范围": "temporal",
    "授权协议": "licence",
    "许可协议": "licence",
    "接口量": "apis",
}
_FORMATS = frozenset(
    {
        "xls",
        "xlsx",
        "csv",
        "json",
        "xml",
        "rdf",
        "txt",
        "pdf",
        "doc",
        "docx",
        "zip",
        "rar",
        "shp",
        "html",
        "geojson",
        "kml",
        "jpg",
        "png",
        "et",
        "wps",
        "ofd",
    }
)
_INTERFACES = frozenset({"接口", "api", "api接口", "数据接口"})
_DETAILS_A_PAGE = 2
"""Datasets of each list page whose own page is asked for: keywords, frequency and files stand only there."""


@dataclass(frozen=True)
class Inspur:
    """The Inspur platform with `/oportal/catalog/` addresses (some cities mount it at `/portal`)."""

    family: str = "inspur"
    rank: int = 40
    asks_unrecognised: bool = False
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By its own address under `/oportal/`, or links to catalogue addresses of this shape."""
        return looks_like_html(page) and _root(page) is not None

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The first pages of its list of datasets and of its list of interfaces."""
        root = _root(page) or f"{origin_of(page.url)}/oportal"
        return (
            call(f"{root}/catalog/index?page=1", "catalogue of the open-data platform: first list page"),
            call(f"{root}/api/index?page=1", "interfaces of the open-data platform: first list page"),
        )

    def reads(self, answer: FetchedPage) -> bool:
        """By its address, or an HTML list with the platform's own mark."""
        match = _PLACE.match(urlsplit(answer.url).path)
        if match is not None and match["root"].endswith("/oportal"):
            return True
        head = answer.body[:400_000]
        return looks_like_html(answer) and bool(_LIST_MARK.search(head) and _MARK.search(head))

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """A list page, a dataset's own page, or the list of interfaces."""
        if not looks_like_html(answer):
            raise BrokenAnswer("no HTML page")
        tree = tree_of(answer)
        path = urlsplit(answer.url).path
        root = _root(answer) or origin_of(answer.url)
        if (match := _DATASET.match(path)) is not None:
            return _detail(answer, tree, root, match["id"])
        place = _PLACE.match(path)
        what = place["what"] if place else "catalog"
        titles = by_class(tree, "cata-title")
        if what == "api":
            if not titles and _total(tree) is None:
                raise BrokenAnswer("a list of interfaces without entries or total")
            return OpenDataAnswer("inspur", root, answer.url, kind="api_list", apis_total=_total(tree, len(titles)))
        if what == "catalog" and (titles or _total(tree) is not None):
            return _list(answer, tree, root, titles)
        if what == "catalog":
            raise BrokenAnswer("a catalogue page without entries or total")
        return OpenDataAnswer("inspur", root, answer.url, kind="status")


def _root(page: FetchedPage) -> str | None:
    """Where the platform is mounted on its host, by the page's own address or its links."""
    origin = origin_of(page.url)
    own = _PLACE.match(urlsplit(page.url).path)
    if own is not None and own["root"].endswith("/oportal"):
        return origin + own["root"]
    if not _MARK.search(page.body[:400_000]):
        return None
    for found in re.finditer(rb"(?:href|action|src)\s*=\s*[\"']([^\"'\s]{1,500})[\"']", page.body[:400_000]):
        url = url_of(found[1].decode("utf-8", "replace"), page.url)
        if url is None or origin_of(url) != origin:
            continue
        path = urlsplit(url).path
        place = _DATASET.match(path) or _PLACE.match(path)
        if place is not None and (place["root"].endswith("/oportal") or _DATASET.match(path)):
            return origin + place["root"]
    return None


def _total(tree: HtmlElement, otherwise: int | None = None) -> int | None:
    """The number of entries the list's heading says, else what a sentence like 共 N 个 says."""
    for heading in by_class(tree, "top-title"):
        for node in heading.iter("span", "em", "b", "strong", "i"):
            if (number := number_of(text_in(node))) is not None:
                return number
    match = _TOTAL.search(text_in(tree))
    return number_of(match[1]) if match else otherwise


def _list(answer: FetchedPage, tree: HtmlElement, root: str, titles: list[HtmlElement]) -> OpenDataAnswer:
    datasets = tuple(found for index, title in enumerate(titles) if (found := _entry(answer, title, index)) is not None)
    total = _total(tree)
    page = number_of((parse_qs(urlsplit(answer.url).query).get("page") or ["1"])[0]) or 1
    filtered = set(parse_qs(urlsplit(answer.url).query)) - {"page"}
    onward = any(
        text_in(link).strip("> »") in ("下一页", "下页", "后一页") and link.get("href") for link in tree.iter("a")
    )
    more = bool(titles) and (
        page * len(titles) < total if total is not None and page == 1 else onward or _more(total, page, titles)
    )
    wanted = [
        call(dataset.landing, f"dataset page: {dataset.title}")
        for dataset in sorted(datasets, key=lambda item: hashlib.sha256(item.id.encode()).hexdigest())[:_DETAILS_A_PAGE]
        if dataset.landing
    ]
    if more and page < MAX_PAGES and not filtered:
        wanted.insert(
            0,
            call(
                f"{root}/catalog/index?page={page + 1}",
                f"catalogue of the open-data platform: page {page + 1}",
            ),
        )
    skipped = len(titles) - len(datasets)
    return OpenDataAnswer(
        "inspur",
        root,
        answer.url,
        kind="other" if filtered else "list",
        title=clean(tree.findtext(".//title") or ""),
        datasets_total=total,
        datasets_listed=len(titles),
        datasets=datasets,
        departments=departments_of(datasets),
        themes=themes_of(datasets),
        next=tuple(wanted),
        more=more,
        fault=f"{skipped} entries of the list have no title" if skipped else None,
    )


def _more(total: int | None, page: int, titles: list[HtmlElement]) -> bool:
    # A later page may be short (the last one), so full pages before it are assumed to hold ten, the
    # platform's size.
    return total is not None and (page - 1) * max(10, len(titles)) + len(titles) < total


def _entry(answer: FetchedPage, heading: HtmlElement, index: int) -> DatasetSeen | None:
    link = next((node for node in heading.iter("a") if node.get("href")), None)
    landing = url_of(link.get("href"), answer.url) if link is not None else None
    match = _DATASET.match(urlsplit(landing).path) if landing else None
    hidden = next((node.get("value") for node in heading.iter("input") if node.get("name") == "catalogidinput"), None)
    title = clean((link.get("title") or text_in(link)) if link is not None else text_in(heading)) or clean(
        text_in(heading)
    )
    if not title:
        return None
    item = next((node for node in heading.iterancestors("li", "tr", "dl")), heading.getparent())
    values = labelled(item, _LABELS) if item is not None else {}
    formats = _formats(item) if item is not None else ()
    return _dataset(
        id=match["id"] if match else clean(hidden or "") or landing or f"{answer.url}#{index}",
        title=title,
        path=f"(//div[contains(@class,'cata-title')])[{index + 1}]",
        landing=landing,
        values=values,
        distributions=tuple(DistributionSeen(format=name, is_api=name in _INTERFACES) for name in formats),
        in_full=False,
    )


def _detail(answer: FetchedPage, tree: HtmlElement, root: str, identifier: str) -> OpenDataAnswer:
    headings = [node for area in by_class(tree, "d-title") for node in area.iter("h1", "h2", "h3", "h4")]
    headings += list(tree.iter("h1", "h2", "h3", "h4"))
    title = next((text for text in (clean(text_in(node)) for node in headings) if text), "")
    if not title:
        raise BrokenAnswer("a dataset page without a title")
    dataset = _dataset(
        id=identifier,
        title=title,
        path="/html/body",
        landing=answer.url,
        values=labelled(tree, _LABELS),
        distributions=tuple(_files(answer, tree, root, identifier)),
    )
    return OpenDataAnswer(
        "inspur",
        root,
        answer.url,
        kind="detail",
        datasets_listed=1,
        datasets=(dataset,),
        departments=departments_of((dataset,)),
        themes=dataset.themes,
    )


def _dataset(
    *,
    id: str,
    title: str,
    path: str,
    landing: str | None,
    values: dict[str, str],
    distributions: tuple[DistributionSeen, ...],
    in_full: bool = True,
) -> DatasetSeen:
    opened = values.get("open_type", "")
    named = [values[key] for key in ("theme", "industry") if values.get(key)]
    conditional = "conditional" if ("条件" in opened or "申请" in opened) else None
    return DatasetSeen(
        id=id,
        title=title,
        path=path,
        description=clean(values.get("description", "")),
        publisher=values.get("publisher"),
        contact="contact" in values,
        themes=tuple(dict.fromkeys(named)),
        keywords=len([word for word in re.split(r"[,，;；、\s]+", values.get("keywords", "")) if word]),
        licence=values.get("licence"),
        issued=date_of(values.get("issued")),
        modified=date_of(values.get("modified")),
        frequency=values.get("frequency"),
        spatial=values.get("spatial"),
        temporal=values.get("temporal"),
        open_type="unconditional" if "无条件" in opened else conditional,
        landing=landing,
        distributions=distributions[:MAX_DISTRIBUTIONS],
        distributions_total=len(distributions),
        apis=max(sum(item.is_api for item in distributions), number_of(values.get("apis")) or 0),
        in_full=in_full,
    )


def _formats(item: HtmlElement) -> tuple[str, ...]:
    words = (piece.lower() for piece in pieces_of(item))
    return tuple(dict.fromkeys(word for word in words if word in _FORMATS or word in _INTERFACES))


def _files(answer: FetchedPage, tree: HtmlElement, root: str, identifier: str) -> Iterator[DistributionSeen]:
    """Files of a dataset page: rows that name a file format, and links to the platform's download address."""
    seen: set[str] = set()
    for row in tree.xpath("//*[@fileformat]"):
        if not isinstance(row, HtmlElement):
            continue
        declared = clean(row.get("fileformat") or "").lower().lstrip(".")
        link = next((node for node in (row, *row.iter("a")) if node.tag == "a"), None)
        if link is None:
            continue
        href = link.get("href") or ""
        url = url_of(href, answer.url) if not href.lower().startswith("javascript") else None
        if url is None and link.get("id"):
            # The page's script asks for the file under this address; asking it is a plain read.
            url = f"{root}/catalog/download?cataId={identifier}&idInRc={quote(link.get('id') or '', safe='')}"
        if url and url not in seen:
            seen.add(url)
            yield DistributionSeen(
                title=clean(text_in(link)), format=declared or None, download_url=url, access_url=answer.url
            )
    for link in tree.iter("a"):
        url = url_of(link.get("href") or "", answer.url)
        if url is None or url in seen:
            continue
        path = urlsplit(url).path.lower()
        extension = path.rsplit(".", 1)[-1] if "." in path.rsplit("/", 1)[-1] else ""
        if re.search(r"/catalog/download\b", path) or extension in _FORMATS - {"html"}:
            seen.add(url)
            name = clean(text_in(link))
            declared = extension if extension in _FORMATS else name.lower().rsplit(".", 1)[-1]
            yield DistributionSeen(
                title=name,
                format=declared if declared in _FORMATS else None,
                download_url=url,
                access_url=answer.url,
            )
    words = {piece.lower() for piece in pieces_of(tree)}
    if words & {"api接口", "数据接口", "接口调用", "接口地址"}:
        yield DistributionSeen(title="", format="api", access_url=answer.url, is_api=True)


ADAPTER = Inspur()
