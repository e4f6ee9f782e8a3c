"""data.json, the one-file catalogue of US governments (DCAT-US 1.1 and 3.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from probes.observation import Wanted
from probes.opendata.adapter import call, looks_like_html
from probes.opendata.catalogue import (
    MAX_DATASETS,
    MAX_DISTRIBUTIONS,
    MAX_JSON_BYTES,
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
    last_part,
    nodes_of,
    number_of,
    origin_of,
    parsed_json,
    text_of,
    texts_of,
    url_of,
)
from probes.page import FetchedPage

_MAX_DEPTH = 8
"""Catalogues within catalogues that are followed."""

# DCAT-US 1.1: who may see the data; 3.0 says it in accessRights.
_OPEN = {"public": "unconditional", "restricted public": "conditional", "non-public": "conditional"}


@dataclass(frozen=True)
class DataJson:
    """The catalogue file at `/data.json` (resources.data.gov/resources/dcat-us)."""

    family: str = "data_json"
    rank: int = 20
    asks_unrecognised: bool = True
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By a link to a data.json file."""
        return looks_like_html(page) and b"/data.json" in page.body[:400_000]

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The one file at the root of the host, where the rule puts it."""
        return (call(f"{origin_of(page.url)}/data.json", "data.json, the catalogue in one file"),)

    def reads(self, answer: FetchedPage) -> bool:
        """By the file's name, or a JSON object with a `dataset` list that is told without RDF prefixes."""
        if urlsplit(answer.url).path.lower().endswith("/data.json"):
            return True
        head = answer.body[:200_000].lstrip(b"\xef\xbb\xbf \t\r\n")
        lists = (b'"dataset"', b'"datasetSeries"', b'"service"')
        return head[:1] == b"{" and b'"@type"' in head and any(name in head for name in lists)

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """All datasets of the file, also those of inner catalogues, series and services."""
        body = parsed_json(decoded(answer, MAX_JSON_BYTES))
        if isinstance(body, list):
            body = {"dataset": body}  # version 1.0 was a bare list
        if not isinstance(body, Mapping):
            raise BrokenAnswer("JSON, but no catalogue object")
        named = ("dataset", "catalog", "datasetSeries", "service")
        if not any(isinstance(body.get(key), list | Mapping) for key in named):
            raise BrokenAnswer("JSON without a `dataset` list")
        base = answer.url
        entries: dict[str, DatasetSeen] = {}
        services: set[str] = set()
        listed = broken = 0
        for kind, path, node in _entries(body, "", 0):
            if kind == "service":
                services.add(text_of(first_of(node, "identifier", "@id", "title")) or path)
            elif kind == "broken":
                broken += 1
            else:
                dataset = dataset_of(node, base, path)
                # The same dataset may stand in the list and, told again, inside a series or a service.
                if kind == "nested" and dataset.id in entries:
                    continue
                listed += 1
                key = dataset.id if dataset.id not in entries else f"{dataset.id} {path}"
                entries[key] = dataset
        every = tuple(entries.values())
        return OpenDataAnswer(
            "data_json",
            origin_of(base),
            base,
            title=text_of(body.get("title")),
            datasets_total=listed,
            apis_total=len(services) + sum(dataset.apis for dataset in every),
            departments_total=len(departments_of(every)),
            datasets_listed=listed,
            datasets=every[:MAX_DATASETS],
            departments=departments_of(every),
            themes=themes_of(every),
            fault=f"{broken} entries of the list are no objects" if broken else None,
        )


def _entries(node: Mapping[str, Any], path: str, depth: int) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """(kind, JSON path, object) of every entry; kind is dataset, nested, service or broken."""
    for index, entry in enumerate(items_of(node.get("dataset"))):
        if isinstance(entry, Mapping):
            yield "dataset", f"{path}dataset[{index}]", entry
        elif not isinstance(entry, str):  # a text refers to a dataset told elsewhere
            yield "broken", "", {}
    for index, service in nodes_of(node.get("service")):
        yield "service", f"{path}service[{index}]", service
    for holder, members in (
        ("datasetSeries", ("seriesMember", "first", "last")),
        ("service", ("servesDataset",)),
    ):
        for index, group in nodes_of(node.get(holder)):
            for member in members:
                for place, entry in nodes_of(group.get(member)):
                    yield "nested", f"{path}{holder}[{index}].{member}[{place}]", entry
    if depth < _MAX_DEPTH:
        for index, inner in nodes_of(node.get("catalog")):
            yield from _entries(inner, f"{path}catalog[{index}].", depth + 1)


def dataset_of(node: Mapping[str, Any], base: str, path: str) -> DatasetSeen:
    """One entry of a `dataset` list; addresses are relative to `base`, `path` says where it stood."""
    distributions = [_distribution(entry, base) for _, entry in nodes_of(node.get("distribution"))]
    publisher = node.get("publisher")
    access = text_of(first_of(node, "accessLevel", "accessRights"))
    licence = text_of(node.get("license")) or next((item.licence for item in distributions if item.licence), "")
    frequency = text_of(node.get("accrualPeriodicity"))
    modified = text_of(node.get("modified"))
    title = text_of(node.get("title"))
    return DatasetSeen(
        id=text_of(first_of(node, "identifier", "@id")) or f"{base}#{path}",
        title=title,
        path=path,
        description=text_of(node.get("description")),
        publisher=text_of(publisher) or None,
        publisher_id=text_of(publisher.get("@id")) or None if isinstance(publisher, Mapping) else None,
        contact=bool(first_of(node, "contactPoint", "mbox")),
        themes=texts_of(node.get("theme")),
        keywords=len(items_of(node.get("keyword"))),
        licence=licence or None,
        licence_uri=url_of(licence, base) if "://" in licence else None,
        access_rights=access or None,
        access_rights_uri=url_of(access, base) if "://" in access else None,
        issued=date_of(node.get("issued")),
        # `modified` may be a repeating interval (`R/P1W`), which is a frequency and no date.
        modified=date_of(modified),
        frequency=(last_part(frequency) if "://" in frequency else frequency)
        or (modified if modified.startswith("R/") else None),
        spatial=text_of(node.get("spatial")) or None,
        temporal=_temporal(node.get("temporal")),
        language=text_of(node.get("language")) or None,
        open_type=_OPEN.get(access.lower()),
        landing=url_of(node.get("landingPage"), base),
        distributions=tuple(distributions[:MAX_DISTRIBUTIONS]),
        distributions_total=len(distributions),
        apis=sum(item.is_api for item in distributions),
    )


def _temporal(value: Any) -> str | None:
    for _, period in nodes_of(value):
        begin, end = date_of(period.get("startDate")), date_of(period.get("endDate"))
        if begin or end:
            return f"{begin or ''}/{end or ''}"
    return text_of(value) or None


def _distribution(node: Mapping[str, Any], base: str) -> DistributionSeen:
    declared = text_of(node.get("format")).lower().strip(". ")
    media = text_of(node.get("mediaType")).lower()
    download, access = url_of(node.get("downloadURL"), base), url_of(node.get("accessURL"), base)
    return DistributionSeen(
        title=text_of(node.get("title")),
        format=(last_part(declared) if "://" in declared else declared) or None,
        media_type=("/".join(media.split("/")[-2:]) if "://" in media else media).split(";")[0].strip() or None,
        format_uri=declared if "://" in declared else None,
        media_type_uri=media if "://" in media else None,
        download_url=download,
        access_url=access,
        licence=text_of(node.get("license")) or None,
        rights=text_of(first_of(node, "rights", "accessRights")) or None,
        size_bytes=number_of(node.get("byteSize")),
        issued=date_of(node.get("issued")),
        modified=date_of(node.get("modified")),
        # The rule has no field for interfaces; publishers write the format `API` (resources.data.gov, field
        # guide).
        is_api=declared in ("api", "rest", "rest api") or "accessService" in node,
    )


ADAPTER = DataJson()
