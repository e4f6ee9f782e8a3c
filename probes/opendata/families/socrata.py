"""Socrata (Tyler Data & Insights), the hosted platform of many cities of the United States."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_JSON_BYTES,
    MAX_PAGES,
    PAGE_SIZE,
    DatasetSeen,
    DistributionSeen,
    OpenDataAnswer,
    departments_of,
    themes_of,
)
from probes.opendata.loose_values import (
    BrokenAnswer,
    date_of,
    decoded,
    first_of,
    items_of,
    nodes_of,
    number_of,
    origin_of,
    parsed_json,
    text_of,
    texts_of,
    url_of,
)
from probes.page import FetchedPage

_PATH = "/api/catalog/v1"
_MARKS = re.compile(rb"socrata\.(?:com|domain)|[\"'/_-]socrata[\"'/._-]|tylertech\.com|/api/catalog/v1", re.I)
_FILES = (
    ("csv", "text/csv", "rows.csv?accessType=DOWNLOAD"),
    ("json", "application/json", "rows.json?accessType=DOWNLOAD"),
)


@dataclass(frozen=True)
class Socrata:
    """The discovery interface of a Socrata host (dev.socrata.com/docs/other/discovery)."""

    family: str = "socrata"
    rank: int = 16
    asks_unrecognised: bool = False
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By names of its maker or its interface on the page."""
        return looks_like_html(page) and _MARKS.search(page.body[:400_000]) is not None

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The first list page of this host's own datasets."""
        return (_list_page(origin_of(page.url), 0, PAGE_SIZE, "Socrata catalogue: first list page"),)

    def reads(self, answer: FetchedPage) -> bool:
        """By the address of the interface."""
        return urlsplit(answer.url).path.rstrip("/") == _PATH

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """One list page; `resultSetSize` is the number of all datasets."""
        body = parsed_json(decoded(answer, MAX_JSON_BYTES))
        listed = body.get("results") if isinstance(body, Mapping) else None
        if not isinstance(body, Mapping) or not isinstance(listed, list):
            raise BrokenAnswer("the catalogue answers without `results`")
        root = origin_of(answer.url)
        total = number_of(body.get("resultSetSize"))
        datasets = tuple(_dataset(node, root, f"results[{index}]") for index, node in nodes_of(listed))
        query = parse_qs(urlsplit(answer.url).query)
        start = number_of((query.get("offset") or ["0"])[0]) or 0
        following, rows = start + len(listed), max(1, len(listed))
        more = bool(listed) and total is not None and following < total
        wanted: tuple[Wanted, ...] = ()
        if more and following // rows < MAX_PAGES:
            why = f"Socrata catalogue: datasets from {following + 1} of {total}"
            wanted = (_list_page(root, following, rows, why),)
        broken = len(listed) - len(datasets)
        return OpenDataAnswer(
            "socrata",
            root,
            answer.url,
            kind="other" if query.keys() & {"q", "categories", "tags", "ids"} else "list",
            datasets_total=total,
            datasets_listed=len(listed),
            datasets=datasets,
            departments=departments_of(datasets),
            themes=themes_of(datasets),
            next=wanted,
            more=more,
            fault=f"{broken} entries of the list are no objects" if broken else None,
        )


def _list_page(root: str, start: int, rows: int, why: str) -> Wanted:
    host = urlsplit(root).hostname or ""
    query = {"domains": host, "search_context": host, "only": "datasets", "limit": rows, "offset": start}
    return call(f"{root}{_PATH}?{urlencode(query)}", why)


def _inner(node: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = node.get(name)
    return value if isinstance(value, Mapping) else {}


def _dataset(node: Mapping[str, Any], root: str, path: str) -> DatasetSeen:
    resource, sorted_into, about = (_inner(node, name) for name in ("resource", "classification", "metadata"))
    # Fields of the publisher's own making have names such as `Department-Info_Update-Frequency`.
    own = {
        text_of(extra.get("key")).lower().replace("-", " ").replace("_", " "): extra.get("value")
        for _, extra in nodes_of(sorted_into.get("domain_metadata"))
    }

    def told(*endings: str) -> str:
        return next((text_of(own[key]) for key in own for end in endings if key.endswith(end)), "")

    identifier = text_of(resource.get("id")) or f"{root}#{path}"
    landing = url_of(first_of(node, "permalink", "link"), root)
    kind = text_of(resource.get("type")).lower()
    files: list[DistributionSeen] = []
    if kind in ("dataset", "map", "filter", ""):
        files = [
            DistributionSeen(
                title=name.upper(),
                format=name,
                media_type=media,
                download_url=f"{root}/api/views/{identifier}/{tail}",
                access_url=landing,
            )
            for name, media, tail in _FILES
        ]
    elif kind == "href":
        files = [DistributionSeen(title="link", access_url=landing)]
    elif kind == "file":
        files = [DistributionSeen(title="file", download_url=f"{root}/download/{identifier}", access_url=landing)]
    categories = texts_of(sorted_into.get("domain_category")) or texts_of(sorted_into.get("categories"))
    licence = text_of(about.get("license")) or told("license", "licence")
    return DatasetSeen(
        id=identifier,
        title=text_of(resource.get("name")),
        path=path,
        description=text_of(resource.get("description")),
        publisher=text_of(resource.get("attribution")) or told("department", "agency", "publisher") or None,
        contact=bool(text_of(resource.get("contact_email")) or told("contact email", "contact")),
        themes=categories,
        keywords=len(items_of(sorted_into.get("domain_tags"))) or len(items_of(sorted_into.get("tags"))),
        licence=licence or None,
        licence_uri=licence if licence.startswith(("http://", "https://")) else None,
        issued=date_of(first_of(resource, "publication_date", "createdAt")),
        modified=date_of(first_of(resource, "data_updated_at", "updatedAt")),
        frequency=told("update frequency", "frequency", "accrual periodicity") or None,
        spatial=told("geographic coverage", "spatial coverage", "geographic unit", "spatial") or None,
        temporal=told("time period", "period of time", "temporal coverage", "temporal") or None,
        landing=landing,
        distributions=tuple(files),
        distributions_total=len(files),
        # Every stored table is also served row by row.
        apis=1 if kind in ("dataset", "map", "filter", "") else 0,
    )


ADAPTER = Socrata()
