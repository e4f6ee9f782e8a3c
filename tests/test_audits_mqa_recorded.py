"""The 405 points of recorded catalogues are those of a second computation that shares no code with the first."""

from __future__ import annotations

import json
import re
import warnings
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from rdflib import Graph

from audits.mqa import DIMENSIONS, Quality, quality
from probes.opendata.answers import look_at_answer
from probes.opendata.catalogue import MAX_DATASETS, MAX_DISTRIBUTIONS
from probes.page import FetchedPage
from tests import mqa_by_hand as by_hand
from tests.test_probes_opendata_corpus import recorded

CORPUS = Path(__file__).resolve().parents[1].parent / "shared" / "corpus" / "opendata"
pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the recorded catalogues are not beside this repository")

# One of the files is a data.json under another name.
DCAT_FILES = sorted(p for p in CORPUS.glob("ckanext-dcat/examples/dcat/*") if p.name != "catalog_pod.jsonld")
RDF_SYNTAX = {".rdf": "xml", ".ttl": "turtle", ".jsonld": "json-ld"}
DATA_JSON = sorted(CORPUS.glob("datagov-harvester/example_data/dcatus/*.json"))
DATA_JSON += sorted(CORPUS.glob("ckanext-dcat/examples/dcat/catalog_pod.jsonld"))
CASSETTES = sorted(CORPUS.glob("ckan-cassettes/data/cassettes/*.yaml"))
PACKAGES = sorted(CORPUS.glob("ckanext-dcat/examples/ckan/*.json"))


def answers(address: str) -> bool:
    """Whether an address answers in the made-up world of these tests: some do, some do not."""
    return crc32(address.encode()) % 3 > 0


def judged(url: str, body: bytes, records: list[by_hand.Record]) -> Quality | None:
    """What the product makes of an answer; None when it is a fault.

    Of a long list the first datasets are kept; those whose files it cuts short are left out here.
    """
    page = FetchedPage(url, 200, (), body, datetime(2026, 10, 15, tzinfo=UTC), roles=("opendata.api",))
    answer = look_at_answer(page)
    assert answer is not None
    if answer.kind == "fault":
        return None
    datasets = [one for one in answer.datasets if one.distributions_total == len(one.distributions)]
    # The product keeps an address as it is asked for: blanks escaped.
    statuses = {address.replace(" ", "%20"): 200 if answers(address) else 404 for address in by_hand.addresses(records)}
    return quality(datasets, statuses)


def parsed(path: Path) -> Graph | None:
    """The graph of a recorded file as rdflib reads it; None for a file that is no RDF."""
    graph = Graph()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib warns of a class of its own
        try:
            return graph.parse(data=path.read_bytes(), format=RDF_SYNTAX[path.suffix])
        except Exception:
            return None


def whole(records: list[by_hand.Record]) -> list[by_hand.Record]:
    """The records with no more files than the product keeps of a dataset."""
    return [record for record in records if len(record["files"]) <= MAX_DISTRIBUTIONS]


def agree(found: Quality, records: list[by_hand.Record]) -> None:
    """Every indicator, the total and the rating are the same in both computations."""
    expected = by_hand.points(records, answers)
    assert expected.keys() == {name for points in DIMENSIONS.values() for name in points}
    assert {name: found.points[name] for name in expected} == {
        name: (pytest.approx(points), pytest.approx(points)) for name, points in expected.items()
    }
    total = sum(expected.values())
    assert found.total == (pytest.approx(total), pytest.approx(total))
    assert found.rating == by_hand.rating(total)


def compare_dcat(path: Path) -> int:
    """Compare a recorded file in RDF; how many datasets were compared. A broken one must be a fault."""
    graph = parsed(path)
    if graph is None:
        page = FetchedPage(f"https://data.example/{path.name}", 200, (), path.read_bytes(), datetime.now(UTC))
        answer = look_at_answer(page)
        assert answer is None or answer.kind == "fault"
        return 0
    records = by_hand.of_graph(graph)
    found = judged(f"https://data.example/{path.name}", path.read_bytes(), records)
    assert found is not None
    agree(found, records)
    return len(records)


def compare_data_json(path: Path) -> int:
    """Compare a recorded data.json; how many datasets were compared: none where they stand in series or services."""
    told = json.loads(path.read_bytes())
    records = by_hand.of_data_json(told) if "dataset" in told else []
    found = judged("https://data.example/data.json", path.read_bytes(), records)
    flat = not any(told.get(name) for name in ("catalog", "service", "datasetSeries"))
    if found is None or not flat or len(records) != found.records:
        return 0
    agree(found, records)
    return len(records)


def compare_cassette(path: Path) -> int:
    """Compare each list and each dataset that a CKAN platform told; how many datasets were compared."""
    number = 0
    for url, status, body in recorded(path):
        if status != 200 or not re.search(r"/action/package_(?:search|show)", url):
            continue
        told = json.loads(body)
        result: Any = told["result"] if told["success"] else {}
        packages = result.get("results", [result] if "resources" in result else [])
        records = whole(by_hand.of_ckan([one for one in packages if isinstance(one, dict)][:MAX_DATASETS]))
        found = judged(url, body, records) if records else None
        if found is not None:
            agree(found, records)
            number += len(records)
    return number


@pytest.mark.parametrize("path", DCAT_FILES, ids=lambda path: path.name)
def test_dcat_in_its_three_spellings(path: Path) -> None:
    """RDF/XML, Turtle and JSON-LD: the points are those of the triples; a broken file is a fault."""
    compare_dcat(path)


@pytest.mark.parametrize("path", [path for path in DCAT_FILES if path.suffix != ".jsonld"], ids=lambda path: path.name)
@pytest.mark.parametrize("syntax", ["json-ld", "turtle", "xml"])
def test_the_same_triples_in_another_spelling_have_the_same_points(path: Path, syntax: str) -> None:
    """Rewritten by rdflib, a recorded catalogue keeps its points."""
    graph = parsed(path)
    if graph is None:
        pytest.skip("a broken file")
    body = graph.serialize(format=syntax, encoding="utf-8")
    ending = next(ending for ending, name in RDF_SYNTAX.items() if name == syntax)
    records = by_hand.of_graph(graph)
    found = judged(f"https://data.example/again{ending}", body, records)
    assert found is not None
    agree(found, records)


@pytest.mark.parametrize("path", DATA_JSON, ids=lambda path: path.stem)
def test_data_json(path: Path) -> None:
    """The points are those of the file's own keys."""
    if not compare_data_json(path):
        pytest.skip("datasets within series, services or inner catalogues")


@pytest.mark.parametrize("path", CASSETTES, ids=lambda path: path.stem)
def test_recorded_ckan_answers(path: Path) -> None:
    """Each list and each dataset that a CKAN platform told has the points of its own JSON."""
    compare_cassette(path)


@pytest.mark.parametrize("path", PACKAGES, ids=lambda path: path.stem)
def test_recorded_ckan_packages(path: Path) -> None:
    """Packages with the many further fields of European profiles, put into the envelope they come in."""
    told = json.loads(path.read_bytes())
    packages = [one for one in (told if isinstance(told, list) else [told]) if "resources" in one]
    if not packages:
        pytest.skip("no package")
    body = json.dumps({"help": "x", "success": True, "result": {"count": len(packages), "results": packages}}).encode()
    records = by_hand.of_ckan(packages)
    found = judged("https://data.example/api/3/action/package_search?rows=100&start=0", body, records)
    assert found is not None
    agree(found, records)


def test_the_comparisons_compare_something() -> None:
    """Most of what is recorded takes part: every spelling and family, hundreds of datasets; one file is broken."""
    by_spelling = Counter(path.suffix for path in DCAT_FILES if compare_dcat(path))
    assert by_spelling == {".rdf": 5, ".ttl": 7, ".jsonld": 1}
    assert sum(compare_dcat(path) == 0 for path in DCAT_FILES) == 1
    assert sum(compare_data_json(path) > 0 for path in DATA_JSON) >= 15
    assert sum(map(compare_cassette, CASSETTES)) >= 500
