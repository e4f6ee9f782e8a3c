"""DKAN, the Drupal-based open-data platform: datasets in the words of data.json, behind its own interface."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import MAX_DATASETS, MAX_JSON_BYTES, OpenDataAnswer, departments_of, themes_of
from probes.opendata.families.data_json import dataset_of
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

_ITEMS = re.compile(r"^(?P<root>.*?)/+api/1/metastore/schemas/dataset/items(?:/(?P<id>[^/]+))?/?$")
_SEARCH = re.compile(r"^(?P<root>.*?)/+api/1/search(?:/facets)?/?$")
_MARKS = re.compile(rb"/api/1/(?:metastore|search|datastore)\b|[\"'/_-]dkan(?:2|3)?[\"'/._-]", re.I)
_DEPARTMENTS = ("publisher__name", "publisher")


@dataclass(frozen=True)
class Dkan:
    """The metastore of DKAN 2 and later (dkan.readthedocs.io, metastore and search)."""

    family: str = "dkan"
    rank: int = 14
    asks_unrecognised: bool = False
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By addresses of its interface, or files that bear its name."""
        return looks_like_html(page) and _MARKS.search(page.body[:400_000]) is not None

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """All datasets in one answer, and the counts of departments and themes."""
        root = origin_of(page.url)
        return (
            call(f"{root}/api/1/metastore/schemas/dataset/items", "DKAN catalogue: all datasets"),
            call(f"{root}/api/1/search/facets", "DKAN catalogue: departments and themes"),
        )

    def reads(self, answer: FetchedPage) -> bool:
        """By the address of its interface."""
        path = urlsplit(answer.url).path
        return bool(_ITEMS.match(path) or _SEARCH.match(path))

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """The list of all datasets, one dataset, or the facets of its search."""
        body = parsed_json(decoded(answer, MAX_JSON_BYTES))
        path = urlsplit(answer.url).path
        if (match := _ITEMS.match(path)) is None:
            return _facets(answer, body)
        root = urljoin(answer.url, match["root"] or "/").rstrip("/")
        if isinstance(body, Mapping) and match["id"] and "title" in body:
            dataset = dataset_of(body, f"{root}/", "$")
            return OpenDataAnswer("dkan", root, answer.url, kind="detail", datasets_listed=1, datasets=(dataset,))
        if not isinstance(body, list):
            raise BrokenAnswer("the metastore answers without a list of datasets")
        every = tuple(dataset_of(node, f"{root}/", f"[{index}]") for index, node in nodes_of(body))
        broken = len(body) - len(every)
        return OpenDataAnswer(
            "dkan",
            root,
            answer.url,
            datasets_total=len(body),
            apis_total=sum(dataset.apis for dataset in every),
            departments_total=len(departments_of(every)),
            datasets_listed=len(body),
            datasets=every[:MAX_DATASETS],
            departments=departments_of(every),
            themes=themes_of(every),
            fault=f"{broken} entries of the list are no objects" if broken else None,
        )


def _facets(answer: FetchedPage, body: object) -> OpenDataAnswer:
    """What the search counts: names of departments and themes; each facet is an object with type and name."""
    facets = body.get("facets") if isinstance(body, Mapping) else None
    if not isinstance(body, Mapping) or not isinstance(facets, list):
        raise BrokenAnswer("the search answers without facets")
    match = _SEARCH.match(urlsplit(answer.url).path)
    root = urljoin(answer.url, (match["root"] if match else "") or "/").rstrip("/")
    named = [(text_of(node.get("type")), text_of(node.get("name"))) for _, node in nodes_of(facets)]
    departments = tuple(sorted({name for kind, name in named if kind in _DEPARTMENTS and name}))
    return OpenDataAnswer(
        "dkan",
        root,
        answer.url,
        kind="status",
        datasets_total=number_of(body.get("total")),
        departments_total=len(departments) or None,
        departments=departments,
        themes=tuple(sorted({name for kind, name in named if kind == "theme" and name})),
    )


ADAPTER = Dkan()
