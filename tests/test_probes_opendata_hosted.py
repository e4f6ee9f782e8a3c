"""DKAN, Socrata and Opendatasoft platforms are found, read and paged; made-up answers, no network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from probes.observation import Wanted
from probes.opendata.answers import look_at_answer
from probes.opendata.catalogue import MAX_PAGES, OpenDataAnswer
from probes.opendata.discovery import discover
from probes.opendata.summary import summarise
from probes.page import FetchedPage

HOST = "https://data.harbourtown.example"


def page(url: str, body: str, status: int = 200, role: str = "opendata.api") -> FetchedPage:
    return FetchedPage(url, status, (), body.encode(), datetime(2026, 10, 15, tzinfo=UTC), roles=(role,))


def read(url: str, told: Any, status: int = 200) -> OpenDataAnswer:
    body = told if isinstance(told, str) else json.dumps(told)
    answer = look_at_answer(page(url, body, status))
    assert answer is not None
    return answer


def calls_of(home: str) -> tuple[Wanted, ...]:
    return discover(page(f"{HOST}/", f"<!doctype html><html>{home}</html>", role="opendata.entry"))


# DKAN -----------------------------------------------------------------------------------------------------

DKAN_ITEM = {
    "identifier": "c9f6-1",
    "title": "Berths",
    "description": "Where ships lie.",
    "publisher": {"@type": "org:Organization", "name": "Harbour Office"},
    "keyword": ["ships", "quays"],
    "theme": ["Transport"],
    "license": "https://creativecommons.org/licenses/by/4.0/",
    "accrualPeriodicity": "R/P1M",
    "modified": "2026-09-30",
    "accessLevel": "public",
    "contactPoint": {"fn": "Ann", "hasEmail": "mailto:ann@harbourtown.example"},
    "distribution": [{"downloadURL": "/files/berths.csv", "format": "csv", "mediaType": "text/csv"}],
}


def test_a_dkan_page_leads_to_its_metastore_and_its_facets() -> None:
    """Two questions tell the whole catalogue."""
    calls = calls_of('<script src="/modules/contrib/dkan/app.js"></script>')
    assert [urlsplit(call.url).path for call in calls] == [
        "/api/1/metastore/schemas/dataset/items",
        "/api/1/search/facets",
    ]


def test_a_dkan_metastore_is_read_in_the_words_of_data_json() -> None:
    """Metadata, files with absolute addresses, and the counts of the facets."""
    items = read(f"{HOST}/api/1/metastore/schemas/dataset/items", [DKAN_ITEM, "c9f6-2"])
    facets = read(
        f"{HOST}/api/1/search/facets",
        {
            "facets": [
                {"type": "theme", "name": "Transport", "total": "1"},
                {"type": "publisher__name", "name": "Harbour Office", "total": "1"},
                {"type": "publisher__name", "name": "Parks Office", "total": "0"},
            ]
        },
    )
    [dataset] = items.datasets
    assert (items.family, items.datasets_total, items.fault) == ("dkan", 2, "1 entries of the list are no objects")
    assert (dataset.title, dataset.publisher, dataset.keywords) == ("Berths", "Harbour Office", 2)
    assert dataset.download_urls == (f"{HOST}/files/berths.csv",)
    assert dataset.licence_uri == "https://creativecommons.org/licenses/by/4.0/"
    seen = summarise([items, facets])
    assert (seen.departments_total, seen.datasets_listed, seen.themes) == (2, 2, ("Transport",))


def test_one_dkan_dataset_is_a_detail() -> None:
    """The address of one item answers with that item."""
    answer = read(f"{HOST}/data/api/1/metastore/schemas/dataset/items/c9f6-1", DKAN_ITEM)
    assert (answer.kind, answer.platform_url, answer.datasets[0].id) == ("detail", f"{HOST}/data", "c9f6-1")


@pytest.mark.parametrize("told", [{"message": "no"}, "<html><body>x</body></html>", "", "[", {"facets": 3}])
def test_a_broken_dkan_answer_is_a_fault(told: Any) -> None:
    """Nothing is raised and nothing is counted."""
    assert read(f"{HOST}/api/1/metastore/schemas/dataset/items", told).kind == "fault"
    assert read(f"{HOST}/api/1/search", told).kind == "fault"


# Socrata --------------------------------------------------------------------------------------------------


def socrata(start: int, rows: int, total: int) -> dict[str, Any]:
    entry = {
        "resource": {
            "name": "Permits",
            "description": "Building permits.",
            "attribution": "Planning Office",
            "contact_email": "open@harbourtown.example",
            "type": "dataset",
            "updatedAt": "2026-10-01T04:00:00.000Z",
            "data_updated_at": "2026-10-02T04:00:00.000Z",
            "publication_date": "2024-05-06T00:00:00.000Z",
        },
        "classification": {
            "domain_category": "Housing",
            "domain_tags": ["permits", "building"],
            "domain_metadata": [{"key": "Metadata_Update-Frequency", "value": "Weekly"}],
        },
        "metadata": {"domain": "data.harbourtown.example", "license": "Public Domain"},
        "permalink": f"{HOST}/d/abcd-0000",
    }
    numbers = range(start, min(start + rows, total))
    results = [entry | {"resource": entry["resource"] | {"id": f"abcd-{number:04}"}} for number in numbers]  # type: ignore[operator]
    return {"results": results, "resultSetSize": total, "timings": {}}


@pytest.mark.parametrize(("total", "server_rows"), [(1, 100), (230, 100), (25, 10), (900, 100)])
def test_a_socrata_catalogue_is_paged_up_to_the_bound(total: int, server_rows: int) -> None:
    """Only this host's datasets are asked for, page by page, five pages at most."""
    wanted = list(calls_of('<link href="https://cdn.socrata.com/a.css">'))
    answers = []
    while wanted:
        query = parse_qs(urlsplit(wanted[0].url).query)
        assert query["domains"] == ["data.harbourtown.example"]
        told = socrata(int(query["offset"][0]), min(server_rows, int(query["limit"][0])), total)
        answers.append(read(wanted.pop(0).url, told))
        wanted += answers[-1].next
    seen = summarise(answers)
    assert len(answers) <= MAX_PAGES
    assert (seen.family, seen.datasets_total, seen.complete) == ("socrata", total, total <= MAX_PAGES * server_rows)
    assert seen.datasets_listed == min(total, MAX_PAGES * server_rows)


def test_socrata_metadata_is_kept() -> None:
    """Attribution, category, tags, licence, dates, the publisher's own fields, and the two exports."""
    dataset = read(f"{HOST}/api/catalog/v1?limit=100&offset=0", socrata(0, 1, 1)).datasets[0]
    assert (dataset.publisher, dataset.themes, dataset.keywords) == ("Planning Office", ("Housing",), 2)
    assert (dataset.issued, dataset.modified, dataset.frequency) == ("2024-05-06", "2026-10-02", "Weekly")
    assert (dataset.licence, dataset.formats, dataset.apis) == ("Public Domain", ("csv", "json"), 1)
    assert f"{HOST}/api/views/abcd-0000/rows.csv?accessType=DOWNLOAD" in dataset.download_urls


def test_a_broken_socrata_answer_is_a_fault() -> None:
    """An error object and a page are told as what they are."""
    assert read(f"{HOST}/api/catalog/v1", {"error": "bad"}).kind == "fault"
    assert read(f"{HOST}/api/catalog/v1", {"results": [], "resultSetSize": 0}).fault is None
    assert read(f"{HOST}/api/catalog/v1", {"results": [1, {}]}).fault == "1 entries of the list are no objects"


# Opendatasoft ---------------------------------------------------------------------------------------------


def opendatasoft(start: int, rows: int, total: int) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "has_records": True,
        "attachments": [{"id": "map_pdf", "mimetype": "application/pdf", "title": "Map"}],
        "metas": {
            "default": {
                "title": "Markets",
                "theme": ["Trade"],
                "keyword": ["market"],
                "license": "Open Licence v2.0",
                "license_url": "https://www.etalab.gouv.fr/licence-ouverte-open-licence/",
                "publisher": "Trade Office",
                "modified": "2026-10-01T10:00:00+00:00",
                "territory": ["Harbourtown"],
            },
            "dcat": {"issued": "2024-01-01", "accrualperiodicity": "monthly", "contact_email": "o@h.example"},
        },
    }
    numbers = range(start, min(start + rows, total))
    return {"total_count": total, "results": [entry | {"dataset_id": f"set-{number}"} for number in numbers]}


@pytest.mark.parametrize(("total", "server_rows"), [(0, 100), (1, 100), (230, 100), (45, 10), (900, 100)])
def test_an_opendatasoft_catalogue_is_paged_up_to_the_bound(total: int, server_rows: int) -> None:
    """Page by page in a stable order, five pages at most."""
    wanted = list(calls_of('<div class="ods-widget" data-app="/api/explore/v2.1/"></div>'))
    answers = []
    while wanted:
        query = parse_qs(urlsplit(wanted[0].url).query)
        told = opendatasoft(int(query["offset"][0]), min(server_rows, int(query["limit"][0])), total)
        answers.append(read(wanted.pop(0).url, told))
        wanted += answers[-1].next
    seen = summarise(answers)
    assert len(answers) <= MAX_PAGES
    assert (seen.family, seen.datasets_total) == ("opendatasoft", total)
    assert (seen.datasets_listed, seen.complete) == (
        min(total, MAX_PAGES * server_rows),
        total <= MAX_PAGES * server_rows,
    )


def test_opendatasoft_metadata_is_kept() -> None:
    """The default and the DCAT templates are both read; exports and attachments are its files."""
    dataset = read(f"{HOST}/api/explore/v2.1/catalog/datasets?limit=1", opendatasoft(0, 1, 1)).datasets[0]
    assert (dataset.publisher, dataset.themes, dataset.frequency) == ("Trade Office", ("Trade",), "monthly")
    assert (dataset.spatial, dataset.contact, dataset.issued) == ("Harbourtown", True, "2024-01-01")
    assert dataset.download_urls[0] == f"{HOST}/api/explore/v2.1/catalog/datasets/set-0/exports/csv"
    assert dataset.distributions[2].media_type == "application/pdf"


def test_a_refused_opendatasoft_query_is_a_fault_with_its_message() -> None:
    """The interface explains itself."""
    told = {"error_code": "InvalidRESTParameterError", "message": "Invalid value for limit"}
    assert "Invalid value" in (read(f"{HOST}/api/explore/v2.1/catalog/datasets?limit=900", told).fault or "")
