"""Recorded catalogues of real platforms are read, and every count equals one made without the adapters."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from probes.opendata.answers import look_at_answer
from probes.opendata.catalogue import OpenDataAnswer
from probes.page import FetchedPage

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus" / "opendata"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded catalogues are not beside this repository")

CASSETTES = sorted(CORPUS.glob("ckan-cassettes/data/cassettes/*.yaml"))
RDF = sorted(path for path in CORPUS.glob("ckanext-dcat/examples/dcat/*") if path.suffix in (".rdf", ".ttl"))
DATA_JSON = sorted(CORPUS.glob("datagov-harvester/example_data/dcatus/*.json"))


def look(url: str, body: bytes, status: int = 200) -> OpenDataAnswer:
    page = FetchedPage(url, status, (), body, datetime(2026, 10, 15, tzinfo=UTC), roles=("opendata.api",))
    answer = look_at_answer(page)
    assert answer is not None
    return answer


def recorded(path: Path) -> Iterator[tuple[str, int, bytes]]:
    """(address, status, body) of every GET whose body is kept as packed bytes or quoted text."""
    for exchange in re.split(r"(?m)^- request:", path.read_text("utf-8"))[1:]:
        address = re.search(r"(?m)^    uri: (.+)$", exchange)
        status = re.search(r"(?m)^      code: (\d+)$", exchange)
        if not re.search(r"(?m)^    method: GET$", exchange) or address is None or status is None:
            continue
        packed = re.search(r"string: !!binary \|\n((?: {8}\S+\n)+)", exchange)
        quoted = re.search(r"string: '((?:[^']|'')*)'", exchange)
        if packed:
            body = base64.b64decode(packed[1])
            body = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
        elif quoted:
            body = re.sub(r"\s*\n\s*", " ", quoted[1].replace("''", "'")).encode()
        else:
            continue
        yield address[1].strip(), int(status[1]), body


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_every_recorded_ckan_exchange_is_read(path: Path) -> None:
    """Datasets, resources and totals equal those of the plain JSON; refused queries are faults."""
    for url, status, body in recorded(path):
        action = re.search(r"/api/3/action/(\w+)", url)
        if action is None:
            continue
        answer = look(url, body, status)
        told = json.loads(body)
        if status != 200 or not told["success"]:
            assert (answer.kind, answer.family) == ("fault", "ckan")
            continue
        assert answer.fault is None
        assert urlsplit(answer.platform_url).netloc == urlsplit(url).netloc
        result = told["result"]
        if action[1] == "package_search":
            assert (answer.datasets_total, answer.datasets_listed) == (
                result["count"],
                len(result["results"]),
            )
            assert [seen.id for seen in answer.datasets] == [one["id"] for one in result["results"]][:500]
            assert [seen.distributions_total for seen in answer.datasets] == [
                len(one["resources"]) for one in result["results"]
            ][:500]
        elif action[1] == "package_show":
            assert [seen.title for seen in answer.datasets] == [" ".join(result["title"].split()) or result["name"]]
            assert answer.datasets[0].distributions_total == len(result["resources"])


def test_the_recordings_hold_catalogues() -> None:
    """The reader of cassettes finds what it should find, so that the test above tests something."""
    addresses = [url for path in CASSETTES for url, _, _ in recorded(path)]
    assert sum("package_search" in url for url in addresses) >= 8
    assert sum("package_show" in url for url in addresses) >= 20


@pytest.mark.parametrize("path", RDF, ids=lambda path: path.name)
def test_every_recorded_rdf_catalogue_is_counted(path: Path) -> None:
    """As many datasets as the text opens and distributions as it names; a broken file is a fault."""
    text = path.read_text("utf-8")
    answer = look(f"https://data.example/{path.name}", path.read_bytes())
    assert answer.family == "dcat"
    prefixes = set(re.findall(r"(?m)^@prefix\s+([\w-]+):", text))
    used = set(re.findall(r"(?m)^\s+([a-z][\w-]*):[A-Za-z]+\s", text))
    if path.suffix == ".ttl" and used - prefixes:
        assert answer.kind == "fault"
        return
    if path.suffix == ".rdf":
        datasets = len(re.findall(r"<dcat:Dataset\s+rdf:about=|<rdf:type rdf:resource=\"[^\"]+dcat#Dataset\"", text))
        files = len(re.findall(r"<dcat:distribution\b", text))
    else:
        datasets = len(re.findall(r"\ba\s+(?:dcat:Resource\s*,\s*)?dcat:Dataset\s*[;.]", text))
        files = len(re.findall(r"\bdcat:distribution\s", text))
    assert answer.fault is None
    assert answer.datasets_total == datasets
    assert sum(dataset.distributions_total for dataset in answer.datasets) == files
    assert all(dataset.title for dataset in answer.datasets)


def identifiers(value: Any, *, inside: bool = False) -> Iterator[str]:
    """Every dataset's identifier or title in a data.json, found by walking through all of it."""
    if isinstance(value, list):
        for item in value:
            yield from identifiers(item, inside=inside)
    elif isinstance(value, dict):
        if inside:
            yield str(value.get("identifier") or value.get("title") or id(value))
        for key, item in value.items():
            held = key in ("dataset", "seriesMember", "servesDataset", "first", "last")
            if held or key in ("catalog", "service", "datasetSeries"):
                yield from identifiers(item, inside=held)


@pytest.mark.parametrize("path", DATA_JSON, ids=lambda path: path.stem)
def test_every_recorded_data_json_is_counted(path: Path) -> None:
    """Good and broken files alike: each dataset of catalogue, series and service counts once."""
    told = json.loads(path.read_bytes())
    answer = look("https://data.example/data.json", path.read_bytes())
    assert (answer.family, answer.fault) == ("data_json", None)
    assert answer.datasets_total == len(set(identifiers(told)))
    files = sum(len(one.get("distribution") or []) for one in told.get("dataset", []))
    assert sum(dataset.distributions_total for dataset in answer.datasets) == files


JSON_LD = sorted(CORPUS.glob("ckanext-dcat/examples/*/*.jsonld"))


@pytest.mark.parametrize("path", JSON_LD, ids=lambda path: path.name)
def test_every_recorded_json_ld_is_counted(path: Path) -> None:
    """As many datasets as objects of that type stand in the JSON; a file that is no JSON is a fault."""
    answer = look(f"https://data.example/{path.name}", path.read_bytes())
    try:
        told = json.loads(path.read_bytes())
    except ValueError:
        assert answer.kind == "fault"
        return
    nodes = told.get("@graph", told.get("dataset", [told]))
    assert answer.fault is None
    assert answer.datasets_total == sum(str(node.get("@type")).endswith("Dataset") for node in nodes)
