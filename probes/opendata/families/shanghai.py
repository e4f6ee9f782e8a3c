"""The Shanghai shape: a JSON search asked by POST; plain clients mostly meet its wall (status 412)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_DISTRIBUTIONS,
    MAX_JSON_BYTES,
    MAX_PAGES,
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
)
from probes.page import FetchedPage

_PATH = "/yys/es/v1/dataset/search"
_MARK = re.compile(rb"/yys/es/v\d/|/zq/api/|/view/data-resource/")
_ROWS = 20
_NAMES: Names = {
    "id": ("datasetId",),
    "title": ("datasetName", "datasetTitle"),
    "description": ("datasetDesc", "description", "remark"),
    "publisher": ("orgName", "createOrgName", "orgFullName"),
    "publisher_id": ("orgId",),
    "contact": ("orgPhone", "contact", "linkPhone"),
    "themes": ("dataDomainName", "dataDomain", "appScenariosName"),
    "keywords": ("keyword", "keywords", "datasetKeyword", "dataLabel"),
    "licence": ("license", "licence"),
    "issued": ("publishDate", "createDate", "releaseDate"),
    "modified": ("updateDate", "dataUpdateTime"),
    "frequency": ("updateFrequencyName", "updateFrequency", "openRate"),
    "open_type": ("openTypeName", "openType"),
    "spatial": ("spatialRange",),
    "temporal": ("timeRange",),
    "formats": ("openResTypeName", "fileTypes"),
}


@dataclass(frozen=True)
class Shanghai:
    """Entries stand in `data.content[]` with a `datasetId`."""

    family: str = "shanghai"
    rank: int = 46
    asks_unrecognised: bool = False
    reads_by_post: bool = True

    def recognises(self, page: FetchedPage) -> bool:
        """By addresses of its interface and pages."""
        return looks_like_html(page) and _MARK.search(page.body[:400_000]) is not None

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The first list page; the query is the one the platform's own pages send, and only reads."""
        return (_list_page(origin_of(page.url), 1, "catalogue of the open-data platform: first list page"),)

    def reads(self, answer: FetchedPage) -> bool:
        """By the address of its search, or JSON with its list of entries."""
        if urlsplit(answer.url).path.rstrip("/") == _PATH:
            return True
        head = answer.body[:20_000].lstrip(b"\xef\xbb\xbf \t\r\n")
        return head[:1] == b"{" and b'"datasetId"' in head and b'"content"' in head

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """One list page with the number of pages and of the present one."""
        body = parsed_json(decoded(answer, MAX_JSON_BYTES))
        data = body.get("data") if isinstance(body, Mapping) else None
        listed = data.get("content") if isinstance(data, Mapping) else None
        if not isinstance(data, Mapping) or not isinstance(listed, list):
            raise BrokenAnswer("the search answers without `data.content`")
        root = origin_of(answer.url)
        datasets = []
        for index, node in nodes_of(listed):
            dataset = dataset_of(node, _NAMES, f"{root}/", f"data.content[{index}]")
            if dataset is None:
                continue
            files = tuple(
                DistributionSeen(title=name, format=name.rsplit(".", 1)[-1].lower() if "." in name else None)
                for _, entry in nodes_of(node.get("dataResources"))
                if (name := text_of(entry.get("resName")))
            )
            if files:
                dataset = replace(dataset, distributions=files[:MAX_DISTRIBUTIONS], distributions_total=len(files))
            datasets.append(dataset)
        number, pages = number_of(data.get("currentPage")), number_of(data.get("totalPageNum"))
        number = number or _asked_page(answer)
        more = bool(listed) and pages is not None and number < pages
        wanted: tuple[Wanted, ...] = ()
        if more and number < MAX_PAGES:
            wanted = (_list_page(root, number + 1, f"catalogue of the open-data platform: page {number + 1}"),)
        every = tuple(datasets)
        return OpenDataAnswer(
            "shanghai",
            root,
            answer.url,
            datasets_total=total_of(data, body),
            datasets_listed=len(listed),
            datasets=every,
            departments=departments_of(every),
            themes=themes_of(every),
            next=wanted,
            more=more,
            fault=None if len(every) == len(listed) else "some entries of the list have no title",
        )


def _list_page(root: str, number: int, why: str) -> Wanted:
    query = {"pageNum": number, "pageSize": _ROWS, "sort": "updateDate:desc"}
    return call(root + _PATH, why, post=json.dumps(query))


def _asked_page(answer: FetchedPage) -> int:
    try:
        asked = json.loads(answer.post or "{}")
    except ValueError:
        return 1
    return (number_of(asked.get("pageNum")) if isinstance(asked, dict) else None) or 1


ADAPTER = Shanghai()
