"""Opendatasoft (Huwise), the hosted platform of many European cities."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urljoin, urlsplit

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

_PLACE = re.compile(r"^(?P<root>.*?)/+api/explore/v2\.\d/catalog/datasets(?:/(?P<id>[^/]+))?/?$")
_MARKS = re.compile(rb"opendatasoft|huwise\.com|/api/explore/v2\.\d|[\"'\s]ods-(?:widget|front|catalog)", re.I)
_FILES = (("csv", "text/csv"), ("json", "application/json"))


@dataclass(frozen=True)
class Opendatasoft:
    """The Explore interface, version 2.1 (help.opendatasoft.com/apis/ods-explore-v2)."""

    family: str = "opendatasoft"
    rank: int = 17
    asks_unrecognised: bool = False
    reads_by_post: bool = False

    def recognises(self, page: FetchedPage) -> bool:
        """By names of its maker or its interface on the page."""
        return looks_like_html(page) and _MARKS.search(page.body[:400_000]) is not None

    def first(self, page: FetchedPage) -> tuple[Wanted, ...]:
        """The first list page; a hundred entries is the most it gives."""
        return (_list_page(origin_of(page.url), 0, PAGE_SIZE, "Opendatasoft catalogue: first list page"),)

    def reads(self, answer: FetchedPage) -> bool:
        """By the address of the interface."""
        return _PLACE.match(urlsplit(answer.url).path) is not None

    def read(self, answer: FetchedPage) -> OpenDataAnswer:
        """A list page (`total_count`, `results`), or one dataset."""
        match = _PLACE.match(urlsplit(answer.url).path)
        root = urljoin(answer.url, (match["root"] if match else "") or "/").rstrip("/")
        body = parsed_json(decoded(answer, MAX_JSON_BYTES))
        if not isinstance(body, Mapping):
            raise BrokenAnswer("the catalogue answers without an object")
        if "error_code" in body or "message" in body:
            raise BrokenAnswer(f"refused: {text_of(first_of(body, 'message', 'error_code'))}")
        if "dataset_id" in body:
            one = (_dataset(body, root, "$"),)
            return OpenDataAnswer("opendatasoft", root, answer.url, kind="detail", datasets_listed=1, datasets=one)
        listed = body.get("results")
        if not isinstance(listed, list):
            raise BrokenAnswer("the catalogue answers without `results`")
        total = number_of(body.get("total_count"))
        datasets = tuple(_dataset(node, root, f"results[{index}]") for index, node in nodes_of(listed))
        query = parse_qs(urlsplit(answer.url).query)
        start = number_of((query.get("offset") or ["0"])[0]) or 0
        following, rows = start + len(listed), max(1, len(listed))
        more = bool(listed) and total is not None and following < total
        wanted: tuple[Wanted, ...] = ()
        if more and following // rows < MAX_PAGES:
            why = f"Opendatasoft catalogue: datasets from {following + 1} of {total}"
            wanted = (_list_page(root, following, rows, why),)
        broken = len(listed) - len(datasets)
        return OpenDataAnswer(
            "opendatasoft",
            root,
            answer.url,
            kind="other" if query.keys() & {"where", "refine", "exclude"} else "list",
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
    query = urlencode({"limit": rows, "offset": start, "order_by": "dataset_id"})
    return call(f"{root}/api/explore/v2.1/catalog/datasets?{query}", why)


def _group(metas: Any, name: str) -> Mapping[str, Any]:
    value = metas.get(name) if isinstance(metas, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def _dataset(node: Mapping[str, Any], root: str, path: str) -> DatasetSeen:
    main, dcat = _group(node.get("metas"), "default"), _group(node.get("metas"), "dcat")
    name = text_of(node.get("dataset_id"))
    here = f"{root}/api/explore/v2.1/catalog/datasets/{quote(name, safe='')}"
    landing = f"{root}/explore/dataset/{quote(name, safe='')}/" if name else None
    has_rows = node.get("has_records") is True and bool(name)
    files = [
        DistributionSeen(
            title=kind.upper(),
            format=kind,
            media_type=media,
            download_url=f"{here}/exports/{kind}",
            access_url=landing,
        )
        for kind, media in _FILES
        if has_rows
    ]
    for _, entry in nodes_of(node.get("attachments")):
        media = text_of(first_of(entry, "mimetype", "mime_type")).lower()
        address = url_of(first_of(entry, "href", "url"), f"{root}/")
        if address is None and text_of(entry.get("id")):
            address = f"{here}/attachments/{quote(text_of(entry.get('id')), safe='')}"
        files.append(
            DistributionSeen(
                title=text_of(entry.get("title")),
                media_type=media.split(";")[0].strip() or None,
                download_url=address,
                access_url=landing,
            )
        )
    licence = text_of(first_of(main, "license", "license_url"))
    return DatasetSeen(
        id=name or text_of(node.get("dataset_uid")) or f"{root}#{path}",
        title=text_of(main.get("title")) or name,
        path=path,
        description=text_of(main.get("description")),
        publisher=text_of(first_of(main, "publisher") or first_of(dcat, "creator")) or None,
        contact=bool(text_of(first_of(dcat, "contact_email", "contact_name"))),
        themes=texts_of(main.get("theme")),
        keywords=len(items_of(main.get("keyword"))),
        licence=licence or None,
        licence_uri=url_of(main.get("license_url"), f"{root}/"),
        access_rights=text_of(dcat.get("accessrights")) or None,
        issued=date_of(first_of(dcat, "issued", "created")),
        modified=date_of(first_of(main, "modified", "data_processed")),
        frequency=text_of(first_of(dcat, "accrualperiodicity") or main.get("update_frequency")) or None,
        spatial=text_of(first_of(main, "territory", "geographic_reference") or dcat.get("spatial")) or None,
        temporal=text_of(dcat.get("temporal")) or None,
        language=text_of(main.get("language")) or None,
        landing=landing,
        distributions=tuple(files[:MAX_DISTRIBUTIONS]),
        distributions_total=len(files),
        apis=1 if has_rows else 0,
    )


ADAPTER = Opendatasoft()
