"""One-off platforms: a JSON list of datasets under one of the usual names, at an address that the page itself names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_DATASETS,
    MAX_JSON_BYTES,
    OpenDataAnswer,
    departments_of,
    themes_of,
)
from probes.opendata.json_entries import Names, dataset_of, total_of
from probes.opendata.loose_values import BrokenAnswer, decoded, nodes_of, origin_of, parsed_json, url_of
from probes.page import FetchedPage

_PATHS = (
    ("data", "rows"),
    ("data", "records"),
    ("data", "list"),
    ("data", "result"),
    ("data", "content"),
    ("data", "items"),
    ("data", "data"),
    ("resultData", "list"),
    ("custom", "resultList"),
    ("result", "data"),
    ("result", "list"),
    ("result", "records"),
    ("result", "rows"),
    ("page", "list"),
    ("rows",),
    ("records",),
    ("list",),
    ("smcDataSetList",),
    ("data",),
    ("result",),
)
_NAMES: Names = {
    "id": (
        "datasetId",
        "dataSetId",
        "cataId",
        "cata_id",
        "resourceId",
        "resId",
        "catalogId",
        "dataId",
        "uuid",
        "id",
        "iid",
    ),
    "title": (
        "datasetName",
        "dataSetName",
        "cataTitle",
        "cata_title",
        "catalogName",
        "resourceName",
        "resName",
        "dataName",
        "resTitle",
        "zymc",
        "title",
        "name",
    ),
    "description": ("description", "summary", "abstract", "resourceAbstract", "remark", "zy", "intro"),
    "publisher": (
        "orgName",
        "org_name",
        "officeName",
        "deptName",
        "departmentName",
        "providerName",
        "provideDept",
        "companyName",
        "unitName",
        "tgdwmc",
        "sourceUnit",
        "publisher",
    ),
    "contact": ("contactPhone", "orgPhone", "linkPhone", "contact", "phone", "email"),
    "themes": (
        "subjectName",
        "topicName",
        "themeName",
        "domainName",
        "filedName",
        "fieldName",
        "catalogTypeName",
        "theme",
    ),
    "keywords": ("keywords", "keyword", "tags", "labels", "tag"),
    "licence": ("license", "licence"),
    "issued": ("publishDate", "publishTime", "releaseTime", "releasedTime", "createTime", "create_time", "cjsj"),
    "modified": ("updateDate", "updateTime", "update_time", "lastUpdateTime", "dataUpdateTime", "modifyTime", "gxsj"),
    "frequency": ("updateCycleName", "updateFrequencyName", "updateCycle", "updateFrequency", "updateRate", "gxpl"),
    "open_type": ("openTypeName", "shareTypeName", "openType", "openAttribute", "openCondition"),
    "formats": ("fileTypes", "formats", "format", "fileFormat", "suffixes", "resourceFormat", "fjhzm"),
    "apis": ("apiCount", "interfaceCount"),
}
_MAX_NAMED = 2
"""Lists asked for of those a page's scripts name."""

_SCRIPT = re.compile(r"<script\b[^>]{0,300}>(.{1,60000}?)</script>", re.S | re.I)
_LIST = re.compile(
    r"[\"']((?:https?://[\w.:-]{1,100})?/[\w./-]{0,80}(?:data_?set|catalog|cata|datares|opendata|sjml)[\w./-]{0,60}"
    r"(?:list|query|search|page)\w{0,20}(?:\?[\w=&.%-]{0,120})?)[\"']",
    re.I,
)
# A list of anything has names and numbers; one of datasets also says who gives them or when they were renewed.
_TELLING = ("publisher", "modified", "frequency", "open_type", "formats")


@dataclass(frozen=True)
class Tail:
    """Answers of no other family whose entries look like datasets; found where a page's script fetches them by GET."""

    family: str = "tail"
    rank: int = 95
    asks_unrecognised: bool = False
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By an address of a list of datasets that the page's own scripts name."""
        return looks_like_html(page) and bool(_named(page))

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The lists that the page's scripts fetch by GET; addresses are never guessed."""
        return tuple(call(url, "list of datasets that the page's script asks for") for url in _named(page)[:_MAX_NAMED])

    def reads(self, answer: FetchedPage) -> bool:
        """By a JSON list, under a usual name, whose entries look like datasets."""
        if answer.body[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"["):
            return False
        try:
            return _found(parsed_json(decoded(answer, MAX_JSON_BYTES))) is not None
        except BrokenAnswer:
            return False

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """The entries of one answer; whether more follow is told by the total alone."""
        found = _found(parsed_json(decoded(answer, MAX_JSON_BYTES)))
        if found is None:
            raise BrokenAnswer("no list of datasets")
        path, listed, holders = found
        root = origin_of(answer.url)
        entries = [dataset_of(node, _NAMES, f"{root}/", f"{path}[{index}]") for index, node in nodes_of(listed)]
        datasets = tuple(entry for entry in entries if entry is not None)
        total = total_of(*holders)
        return OpenDataAnswer(
            "tail",
            root,
            answer.url,
            datasets_total=total,
            datasets_listed=len(listed),
            datasets=datasets[:MAX_DATASETS],
            departments=departments_of(datasets),
            themes=themes_of(datasets),
            more=total is not None and total > len(listed),
            fault=None if len(datasets) == len(listed) else "some entries of the list have no title",
        )


def _named(page: FetchedPage) -> tuple[str, ...]:
    """Addresses on the page's own host in its scripts, whose path says catalogue and list; none that goes by POST."""
    text = page.body[:400_000].decode("utf-8", "replace")
    found: dict[str, None] = {}
    for script in _SCRIPT.findall(text):
        for match in _LIST.finditer(script):
            url = url_of(match[1], page.url)
            by_post = re.search(r"post", script[max(0, match.start() - 60) : match.end() + 80], re.I)
            if url is not None and origin_of(url) == origin_of(page.url) and not by_post:
                found[url] = None
    return tuple(found)


def _found(body: Any) -> tuple[str, list[Any], list[Any]] | None:
    """Path, list and the objects around it (inmost first) of the first list whose entries look like datasets."""
    if isinstance(body, list):
        return ("$", body, []) if _looks_like_datasets(body) else None
    for path in _PATHS:
        value: Any = body
        holders: list[Any] = []
        for name in path:
            holders.insert(0, value)
            value = value.get(name) if isinstance(value, Mapping) else None
        if isinstance(value, list) and _looks_like_datasets(value):
            return ".".join(path), value, holders
    return None


def _looks_like_datasets(listed: list[Any]) -> bool:
    nodes = [node for _, node in nodes_of(listed)]
    if not nodes or len(nodes) < len(listed):
        return False
    return all(
        _has(node, "id") and _has(node, "title") and sum(_has(node, meaning) for meaning in _TELLING) >= 2
        for node in nodes[:5]
    )


def _has(node: Mapping[str, Any], meaning: str) -> bool:
    return any(node.get(name) not in (None, "", [], {}) for name in _NAMES[meaning])


ADAPTER = Tail()
