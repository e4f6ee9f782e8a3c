"""No answer, however broken or hostile, stops the reading of open-data catalogues."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.opendata.answers import look_at_answer
from probes.opendata.catalogue import OpenDataAnswer, OpenDataSeen
from probes.opendata.discovery import discover
from probes.opendata.loose_values import date_of, number_of, text_of, url_of
from probes.opendata.summary import download_sample, summarise
from probes.page import FetchedPage

HOST = "https://data.harbourtown.example"
ADDRESSES = (
    f"{HOST}/api/3/action/package_search?rows=100&start=0",
    f"{HOST}/api/3/action/package_show?id=a",
    f"{HOST}/data.json",
    f"{HOST}/catalog.jsonld",
    f"{HOST}/catalog.rdf",
    f"{HOST}/catalog.ttl",
    f"{HOST}/oportal/catalog/index?page=1",
    f"{HOST}/oportal/catalog/0123456789abcdef0123456789abcdef",
    f"{HOST}/oportal/api/index?page=x",
)
KEYS = st.sampled_from(
    re.findall(
        r"\S+",
        """success result results count title id name extras key value resources url format size groups tags
        organization dataset distribution downloadURL publisher theme keyword temporal startDate modified
        service catalog datasetSeries seriesMember servesDataset search_facets items license
        @context @graph @id @type @value""",
    )
)
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["https://[", "dcat:Dataset", "//x", "2026-13-45", "\ud800", "http://www.w3.org/ns/dcat#"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)


def look(url: str, body: bytes) -> OpenDataAnswer:
    page = FetchedPage(url, 200, (), body, datetime(2026, 10, 15, tzinfo=UTC), roles=("opendata.api",))
    discover(page)
    answer = look_at_answer(page)
    assert answer is not None
    return answer


def check(answer: OpenDataAnswer) -> None:
    """What any answer must allow: to be stored and read back, added up and sampled."""
    assert msgspec.json.decode(msgspec.json.encode(answer), type=OpenDataAnswer) == answer
    assert (answer.kind != "fault") or answer.fault
    seen = summarise([answer])
    assert msgspec.json.decode(msgspec.json.encode(seen), type=OpenDataSeen) == seen
    download_sample(seen)


@settings(max_examples=150)
@given(VALUES, st.sampled_from(ADDRESSES))
def test_any_json_is_read_or_is_a_fault(value: object, url: str) -> None:
    """JSON with the right names and the wrong shapes in every place."""
    for body in (value, {"success": True, "result": value}, {"dataset": value, "@type": "dcat:Catalog"}):
        check(look(url, json.dumps(body).encode()))


@settings(max_examples=150)
@given(st.binary(max_size=300), st.sampled_from(ADDRESSES))
def test_any_bytes_are_read_or_are_a_fault(body: bytes, url: str) -> None:
    """Bytes of no format at all, alone and after a beginning that looks right."""
    for start in (
        b"",
        b"<!DOCTYPE html><html>",
        b"<?xml version='1.0' encoding='x'?><rdf:RDF ",
        b"@prefix a: <b> . ",
    ):
        check(look(url, start + body))


HOSTILE = {
    "deep JSON": b'{"success": true, "result": ' + b'{"a":' * 50_000 + b"1" + b"}" * 50_001,
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep Turtle": b"@prefix a: <http://a/> . <http://s> a:p " + b"[ a:p " * 20_000 + b"1" + b" ]" * 20_000 + b" .",
    "deep JSON-LD": json.dumps({"@context": {"p": "http://p"}}).encode()[:-1]
    + b', "p": '
    + b'{"p":' * 5_000
    + b"1"
    + b"}" * 5_001,
    "deep XML": b"<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>" + b"<rdf:Description><a>" * 20_000,
    "deep HTML": b"<!DOCTYPE html><html>" + b"<div class='cata-title'>" * 20_000,
    "long digits": b'{"success": true, "result": {"count": ' + b"9" * 6_000 + b"}}",
    "file entity": b"<?xml version='1.0'?><!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/hosts'>]><rdf:RDF>&f;</rdf:RDF>",
    "outer DTD": b"<?xml version='1.0'?><!DOCTYPE r SYSTEM 'http://127.0.0.1:9/x.dtd'><rdf:RDF xmlns:rdf='http://x'/>",
}


@pytest.mark.parametrize("url", ADDRESSES)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_answers_end_as_answers(name: str, url: str) -> None:
    """Nesting beyond reason, entities and outer documents are survived, and nothing outside is read."""
    check(look(url, HOSTILE[name]))


@given(VALUES)
def test_loose_values_keep_their_promise(value: object) -> None:
    """Whatever goes in: one short line; a date, a number and an absolute address, or none."""
    text, day, number, url = text_of(value), date_of(value), number_of(value), url_of(value, HOST)
    assert len(text) <= 200
    assert "\n" not in text
    assert day is None or len(day) in (4, 7, 10)
    assert number is None or number >= 0
    assert url is None or url.startswith(("http://", "https://"))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-09-01T10:00:00Z", "2026-09-01"),
        ("2026/9/1", "2026-09-01"),
        ("2026年9月1日", "2026-09-01"),
        ("20260901", "2026-09-01"),
        ("2026-09", "2026-09"),
        ("2026", "2026"),
        ("01/09/2026", None),
        ("2026-13-01", None),
        ("R/P1Y", None),
        ("yesterday", None),
    ],
)
def test_dates_are_read_as_written(text: str, day: str | None) -> None:
    """Year first, with as many parts as are written; a date that could mean two days is none."""
    assert date_of(text) == day
