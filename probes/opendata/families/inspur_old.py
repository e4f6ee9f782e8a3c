"""The older Inspur platform of many Chinese cities (`/odweb/`), which tells its catalogue as JSON, asked by POST."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_DISTRIBUTIONS,
    MAX_JSON_BYTES,
    MAX_PAGES,
    PAGE_SIZE,
    DatasetSeen,
    DistributionSeen,
    OpenDataAnswer,
    departments_of,
    themes_of,
)
from probes.opendata.json_entries import Names, dataset_of, total_of
from probes.opendata.loose_values import (
    BrokenAnswer,
    decoded,
    nodes_of,
    number_of,
    origin_of,
    parsed_json,
    text_of,
    url_of,
)
from probes.page import FetchedPage

_PLACE = re.compile(r"^(?P<root>(?:/[\w.-]+)*?)/catalog/(?P<what>catalog|catalogDetail)\.do$", re.I)
_ODWEB = re.compile(r"^(?:/[\w.-]+)*?/odweb(?=/|$)", re.I)
_MARK = re.compile(rb"/odweb/|catalog/catalog\.do\b", re.I)
_LINK = re.compile(rb"(?:href|action|src)\s*=\s*[\"']([^\"'\s]{1,500})[\"']", re.I)
_DETAILS_A_PAGE = 2
"""Datasets of each list page whose files are asked for: the list itself does not name them."""

_NAMES: Names = {
    "id": ("cata_id", "cataId"),
    "title": ("cata_title", "cataTitle"),
    "description": ("description", "cata_desc"),
    "publisher": ("org_name", "orgName"),
    "publisher_id": ("org_code", "orgCode"),
    "contact": ("org_phone", "org_email", "contact", "link_phone"),
    "themes": ("cataLogGroups", "group_name", "topic_name"),
    "keywords": ("cata_tags", "tags"),
    "licence": ("license", "licence"),
    "issued": ("released_time", "conf_released_time", "create_time"),
    "modified": ("conf_datafile_update_time", "update_time", "conf_update_time"),
    "frequency": ("conf_update_cycle", "update_cycle"),
    "open_type": ("open_type", "conf_use_type", "use_type"),
    "formats": ("suffixes", "catalog_format", "file_format"),
    "apis": ("api_count",),
}


@dataclass(frozen=True)
class InspurOld:
    """The Inspur platform with `catalog.do` queries."""

    family: str = "inspur_old"
    rank: int = 42
    asks_unrecognised: bool = False
    reads_by_post: bool = True

    def recognises(self, page: FetchedPage) -> bool:
        """By its own address under `/odweb/`, or links to it and to its catalogue query."""
        own = _ODWEB.match(urlsplit(page.url).path)
        return looks_like_html(page) and bool(own or _MARK.search(page.body[:400_000]))

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The first list page; the query is the one the platform's own pages send, and only reads."""
        return (_list_page(_root(page), 0, PAGE_SIZE, "catalogue of the open-data platform: first list page"),)

    def reads(self, answer: FetchedPage) -> bool:
        """By the address of its queries, or JSON entries with the platform's own field names."""
        if _PLACE.match(urlsplit(answer.url).path):
            return True
        head = answer.body[:20_000].lstrip(b"\xef\xbb\xbf \t\r\n")
        return head[:1] == b"{" and b'"cata_id"' in head and b'"cata_title"' in head

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """A list page (`data` is a list of catalogue entries), or the files of one dataset."""
        body = parsed_json(decoded(answer, MAX_JSON_BYTES))
        listed = body.get("data") if isinstance(body, Mapping) else None
        if isinstance(listed, Mapping):
            body, listed = listed, listed.get("data") or listed.get("list") or listed.get("rows")
        if not isinstance(body, Mapping) or not isinstance(listed, list):
            raise BrokenAnswer("the catalogue answers without a `data` list")
        place = _PLACE.match(urlsplit(answer.url).path)
        root = origin_of(answer.url) + (place["root"] if place else "/odweb")
        asked = _asked(answer)
        if place is not None and place["what"].lower() == "catalogdetail":
            return _files(answer, root, asked, listed)
        entries = [
            dataset_of(node, _NAMES, f"{root}/", f"data[{index}]", _landing(root, node))
            for index, node in nodes_of(listed)
        ]
        # The list names formats at most; the files themselves are told by a query of their own.
        datasets = tuple(replace(entry, in_full=False) for entry in entries if entry is not None)
        total = total_of(body)
        start = number_of(asked.get("start", "0")) or 0
        following, rows = start + len(listed), max(1, len(listed))
        full_page = len(listed) == number_of(asked.get("length"))
        more = bool(listed) and (following < total if total is not None else full_page)
        filtered = any(asked.get(name) for name in ("group_id", "org_code", "keywords", "tag"))
        wanted = [_detail(root, dataset) for dataset in sorted(datasets, key=_order)[:_DETAILS_A_PAGE]]
        if more and not filtered and following // rows < MAX_PAGES:
            why = f"catalogue of the open-data platform: datasets from {following + 1}"
            wanted.insert(0, _list_page(root, following, rows, why))
        return OpenDataAnswer(
            "inspur_old",
            root,
            answer.url,
            kind="other" if filtered else "list",
            datasets_total=total,
            datasets_listed=len(listed),
            datasets=datasets,
            departments=departments_of(datasets),
            themes=themes_of(datasets),
            next=tuple(wanted),
            more=more,
            fault=None if len(datasets) == len(listed) else "some entries of the list have no title",
        )


def _root(page: FetchedPage) -> str:
    """Where the platform is mounted on its host: by the page's own address or its links, `/odweb` by custom."""
    origin = origin_of(page.url)
    if own := _ODWEB.match(urlsplit(page.url).path):
        return origin + own[0]
    for found in _LINK.finditer(page.body[:400_000]):
        url = url_of(found[1].decode("utf-8", "replace"), page.url)
        if url is not None and origin_of(url) == origin:
            path = urlsplit(url).path
            if place := _PLACE.match(path):
                return origin + place["root"]
            if mounted := _ODWEB.match(path):
                return origin + mounted[0]
    return f"{origin}/odweb"


def _list_page(root: str, start: int, rows: int, why: str) -> Wanted:
    form = {"start": start, "length": rows, "pageLength": rows, "cata_type": "default"}
    return call(f"{root}/catalog/catalog.do?method=GetCatalog", why, post=urlencode(form))


def _detail(root: str, dataset: DatasetSeen) -> Wanted:
    query = f"method=GetDownLoadInfo&cata_id={quote(dataset.id, safe='')}&conf_type=2"
    return call(f"{root}/catalog/catalogDetail.do?{query}", f"files of the dataset: {dataset.title}")


def _landing(root: str, node: Mapping[str, Any]) -> str | None:
    identifier = text_of(node.get("cata_id") or node.get("cataId"))
    return f"{root}/catalog/catalogDetail.htm?cata_id={quote(identifier, safe='')}" if identifier else None


def _order(dataset: DatasetSeen) -> str:
    return hashlib.sha256(dataset.id.encode("utf-8", "replace")).hexdigest()


def _asked(answer: FetchedPage) -> dict[str, str]:
    """What was asked for, by form or by address: some platforms take the same query in the address."""
    pairs = parse_qs(urlsplit(answer.url).query) | parse_qs(answer.post or "")
    return {name: values[0] for name, values in pairs.items()}


def _files(answer: FetchedPage, root: str, asked: dict[str, str], listed: list[Any]) -> OpenDataAnswer:
    """The files of one dataset; its title and the rest are told by the list."""
    identifier = asked.get("cata_id", "")
    if not identifier:
        raise BrokenAnswer("files of no named dataset")
    files = []
    for _, node in nodes_of(listed):
        name = text_of(node.get("fileName"))
        code = text_of(node.get("fileId"))
        files.append(
            DistributionSeen(
                title=name,
                format=name.rsplit(".", 1)[-1].lower() if "." in name else None,
                download_url=f"{root}/catalog/catalogDetail.do?method=getFileDownloadAddr&fileId={quote(code, safe='')}"
                if code
                else None,
                access_url=f"{root}/catalog/catalogDetail.htm?cata_id={quote(identifier, safe='')}",
                size_bytes=number_of(node.get("fileSize")),
            )
        )
    dataset = DatasetSeen(
        id=identifier,
        title="",
        path="data",
        distributions=tuple(files[:MAX_DISTRIBUTIONS]),
        distributions_total=len(files),
    )
    return OpenDataAnswer("inspur_old", root, answer.url, kind="detail", datasets_listed=1, datasets=(dataset,))


ADAPTER = InspurOld()
