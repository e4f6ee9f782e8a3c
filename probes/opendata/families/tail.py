"""One-off platforms: a JSON list of datasets under one of the usual names, known by its answers alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from probes.observation import Wanted
from probes.opendata.catalogue import (
    MAX_DATASETS,
    MAX_JSON_BYTES,
    OpenDataAnswer,
    departments_of,
    themes_of,
)
from probes.opendata.json_entries import Names, dataset_of, total_of
from probes.opendata.loose_values import BrokenAnswer, decoded, nodes_of, origin_of, parsed_json
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
# A list of anything has names and numbers; one of datasets also says who gives them or when they were renewed.
_TELLING = ("publisher", "modified", "frequency", "open_type", "formats")


@dataclass(frozen=True)
class Tail:
    """Answers of no other family whose entries look like datasets."""

    family: str = "tail"
    rank: int = 95
    asks_unrecognised: bool = False
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """Never: a page tells nothing of an interface that only this platform has."""
        return False

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """Nothing: addresses of one-off interfaces are not guessed."""
        return ()

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
