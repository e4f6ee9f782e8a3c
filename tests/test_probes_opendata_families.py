"""Open-data platforms of each family are found, read, paged and added up; made-up answers, no network."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from probes.opendata.adapter import adapters
from probes.opendata.answers import look_at_answer
from probes.opendata.catalogue import MAX_BYTES, MAX_PAGES, OpenDataAnswer
from probes.opendata.discovery import MAX_CALLS, discover
from probes.opendata.summary import download_sample, summarise
from probes.page import FetchedPage

HOST = "https://data.harbourtown.example"


def page(
    url: str, body: str | bytes, media_type: str = "", *, status: int = 200, role: str = "opendata.api"
) -> FetchedPage:
    headers = (("content-type", media_type),) if media_type else ()
    data = body.encode() if isinstance(body, str) else body
    return FetchedPage(url, status, headers, data, datetime(2026, 10, 15, tzinfo=UTC), roles=(role,))


def read(url: str, body: str | bytes, media_type: str = "", *, status: int = 200) -> OpenDataAnswer:
    answer = look_at_answer(page(url, body, media_type, status=status))
    assert answer is not None
    return answer


# CKAN -----------------------------------------------------------------------------------------------------


def package(number: int, **more: object) -> dict[str, object]:
    return {
        "id": f"id-{number}",
        "name": f"set-{number}",
        "title": f"Set {number}",
        "notes": "What it holds.",
        "organization": {"title": "Harbour Office" if number % 2 else "Parks Office", "name": "office"},
        "groups": [{"display_name": "Transport"}],
        "tags": [{"name": "ships"}, {"name": "boats"}],
        "license_title": "Creative Commons Attribution",
        "metadata_created": "2025-01-02T03:04:05.6",
        "metadata_modified": "2026-09-01T00:00:00",
        "extras": [{"key": "frequency", "value": "monthly"}, {"key": "spatial", "value": "Harbourtown"}],
        "resources": [
            {
                "name": "Table",
                "format": "CSV",
                "url": f"/files/{number}.csv",
                "size": "120",
                "datastore_active": True,
            },
            {"name": "Query", "format": "API", "url": f"{HOST}/query/{number}"},
        ],
        **more,
    }


def search(start: int, rows: int, total: int) -> str:
    results = [package(number) for number in range(start, min(start + rows, total))]
    facets = {
        "organization": {"items": [{"name": "h", "display_name": "Harbour Office"}, {"display_name": "Parks Office"}]}
    }
    return json.dumps(
        {"help": "", "success": True, "result": {"count": total, "results": results, "search_facets": facets}}
    )


CKAN_HOME = '<html><head><meta name="generator" content="ckan 2.10.4"></head><body>Data</body></html>'


def walk(total: int, server_rows: int) -> list[OpenDataAnswer]:
    """Follow every call an adapter wants, as the crawler would, against a CKAN with `total` datasets."""
    wanted = list(discover(page(f"{HOST}/", CKAN_HOME, "text/html", role="opendata.entry")))
    answers, asked = [], set()
    while wanted:
        call = wanted.pop(0)
        assert call.url not in asked
        assert call.method == "GET"
        assert call.role == "opendata.api"
        asked.add(call.url)
        query = parse_qs(urlsplit(call.url).query)
        rows = min(int(query["rows"][0]), server_rows)
        answers.append(read(call.url, search(int(query["start"][0]), rows, total), "application/json"))
        wanted += answers[-1].next
    return answers


def test_a_ckan_home_page_leads_to_its_search_and_to_nothing_else() -> None:
    """The fingerprint on the page spares the platform every other question."""
    calls = discover(page(f"{HOST}/", CKAN_HOME, "text/html", role="opendata.entry"))
    assert [urlsplit(call.url).path for call in calls] == ["/api/3/action/package_search"]


def test_a_ckan_platform_under_a_path_is_asked_under_that_path() -> None:
    """CKAN says on its pages where it is mounted."""
    home = CKAN_HOME.replace("<body>", f'<body data-site-root="{HOST}/open/">')
    assert discover(page(f"{HOST}/open/", home))[0].url.startswith(f"{HOST}/open/api/3/action/package_search?")


@pytest.mark.parametrize(("total", "server_rows"), [(0, 100), (1, 100), (100, 100), (230, 100), (45, 10)])
def test_a_ckan_catalogue_within_the_bound_is_listed_whole(total: int, server_rows: int) -> None:
    """Every dataset is listed once, also where the server gives fewer rows than were asked for."""
    seen = summarise(walk(total, server_rows))
    assert (seen.family, seen.datasets_total, seen.datasets_listed, seen.complete) == (
        "ckan",
        total,
        total,
        True,
    )
    assert len({dataset.id for dataset in seen.datasets}) == total


def test_a_ckan_catalogue_beyond_the_bound_is_cut_and_says_so() -> None:
    """No more than five list pages are asked of one platform; the summary is then not complete."""
    answers = walk(1200, 100)
    seen = summarise(answers)
    assert len(answers) == MAX_PAGES
    assert (seen.datasets_total, seen.datasets_listed, seen.complete) == (1200, 500, False)


def test_ckan_metadata_is_kept() -> None:
    """What a later quality score needs is there: publisher, themes, licence, dates, formats, addresses."""
    dataset = walk(1, 100)[0].datasets[0]
    assert (dataset.title, dataset.publisher, dataset.themes) == ("Set 0", "Parks Office", ("Transport",))
    assert (dataset.issued, dataset.modified, dataset.frequency) == ("2025-01-02", "2026-09-01", "monthly")
    assert (dataset.keywords, dataset.licence, dataset.spatial) == (
        2,
        "Creative Commons Attribution",
        "Harbourtown",
    )
    assert dataset.formats == ("csv", "api")
    assert dataset.download_urls == (f"{HOST}/files/0.csv",)
    assert dataset.apis == 2  # the query resource, and the stored table that CKAN itself serves row by row


def test_ckan_departments_come_from_the_whole_catalogue() -> None:
    """The facet counts departments over all datasets, whichever were listed."""
    seen = summarise(walk(1, 100))
    assert (seen.departments, seen.departments_total) == (("Harbour Office", "Parks Office"), 2)


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ('{"success": false, "error": {"message": "Access denied"}}', 200, "Access denied"),
        ("<!doctype html><html><body>Please wait</body></html>", 200, "HTML"),
        ('{"result": {}}', 200, "success"),
        ('{"success": true, "result": []}', 200, "result"),
        ("", 200, "empty"),
        ("{", 200, "not JSON"),
        ("[" * 100_000, 200, "not JSON"),
        ("{}", 403, "status 403"),
    ],
)
def test_a_broken_ckan_answer_is_an_answer_with_its_fault(body: str, status: int, words: str) -> None:
    """Nothing is raised, nothing is counted, and the reason is told in a line."""
    answer = read(f"{HOST}/api/3/action/package_search?rows=100&start=0", body, status=status)
    assert answer.kind == "fault"
    assert words in (answer.fault or "") or "nested" in (answer.fault or "")
    assert summarise([answer]).usable is False


def test_wrong_types_in_a_ckan_dataset_are_left_out() -> None:
    """Titles in several languages, numbers for texts and texts for lists are read as far as can be."""
    node = {
        "id": 7,
        "title": {"de": "Häfen", "en": "Ports"},
        "notes": ["first", "second"],
        "organization": "none",
        "tags": None,
        "groups": "x",
        "resources": [
            "no object",
            {"url": 5, "format": None, "size": "big"},
            {"url": "//other.example/a.xlsx"},
        ],
        "extras": [{"key": None, "value": {}}, 3],
        "metadata_modified": "yesterday",
        "license_id": "notspecified",
    }
    body = json.dumps({"success": True, "result": {"count": "1", "results": [node, "no object"]}})
    answer = read(f"{HOST}/api/3/action/package_search", body)
    dataset = answer.datasets[0]
    assert (dataset.id, dataset.title, dataset.description) == ("7", "Ports", "first")
    assert (dataset.publisher, dataset.modified, dataset.licence) == (None, None, None)
    assert dataset.distributions[1].download_url == "https://other.example/a.xlsx"
    assert answer.fault == "1 entries of the list are no objects"


def test_what_cannot_be_stored_is_taken_out_of_texts() -> None:
    """Lone surrogates and NUL never reach the store."""
    body = '{"success": true, "result": {"count": 1, "results": [{"id": "a", "title": "x\\ud800\\u0000y"}]}}'
    answer = read(f"{HOST}/api/3/action/package_search", body)
    assert answer.datasets[0].title == "xy"
    assert msgspec.json.decode(msgspec.json.encode(answer), type=OpenDataAnswer) == answer


# DCAT -----------------------------------------------------------------------------------------------------

TURTLE = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
<{HOST}/#catalog> a dcat:Catalog ; dct:title "Harbourtown data" ;
  dcat:dataset <{HOST}/d/1>, <{HOST}/d/2> ; dcat:service <{HOST}/s/1> .
<{HOST}/d/1> a dcat:Dataset ; dct:title "Berths"@en, "泊位"@zh ; dcat:keyword "ships", "boats" ;
  dct:publisher [ a foaf:Organization ; foaf:name "Harbour Office" ] ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/TRAN> ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
  dct:license <https://creativecommons.org/licenses/by/4.0/> ; dct:issued "2025-03-04" ;
  dcat:distribution [ a dcat:Distribution ; dcat:downloadURL <{HOST}/f/1.csv> ; dcat:accessURL <{HOST}/d/1> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ; dct:format "CSV" ;
    dcat:byteSize 321 ] .
<{HOST}/d/2> a dcat:Dataset ; dct:title "Parks" .
<{HOST}/s/1> a dcat:DataService ; dct:title "Query service" .
"""
RDF_XML = f"""<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/"
 xmlns:dcat="http://www.w3.org/ns/dcat#"><dcat:Catalog rdf:about="{HOST}/#catalog"><dcat:dataset>
 <dcat:Dataset rdf:about="d/1"><dct:title>Berths</dct:title><dcat:distribution><dcat:Distribution>
 <dcat:downloadURL rdf:resource="f/1.csv"/></dcat:Distribution></dcat:distribution>
 </dcat:Dataset></dcat:dataset>
 </dcat:Catalog></rdf:RDF>"""
JSON_LD = json.dumps(
    {
        "@context": "https://elsewhere.example/context.jsonld",
        "@graph": [
            {"@id": f"{HOST}/#catalog", "@type": "dcat:Catalog", "dcat:dataset": {"@id": f"{HOST}/d/1"}},
            {"@id": f"{HOST}/d/1", "@type": "dcat:Dataset", "dct:title": "Berths"},
        ],
    }
)


def test_a_turtle_catalogue_is_read_with_its_metadata() -> None:
    """Publisher, theme, frequency, licence, file and service are told, in the wished language."""
    answer = read(f"{HOST}/catalog.ttl", TURTLE, "text/turtle")
    assert (answer.family, answer.title, answer.datasets_total, answer.apis_total) == (
        "dcat",
        "Harbourtown data",
        2,
        1,
    )
    first = answer.datasets[0]
    assert (first.title, first.publisher, first.themes, first.frequency) == (
        "泊位",
        "Harbour Office",
        ("TRAN",),
        "MONTHLY",
    )
    assert (first.keywords, first.licence, first.issued) == (
        2,
        "https://creativecommons.org/licenses/by/4.0/",
        "2025-03-04",
    )
    file = first.distributions[0]
    assert (file.format, file.media_type, file.size_bytes) == ("csv", "text/csv", 321)
    assert summarise([answer]).complete


@pytest.mark.parametrize(
    ("name", "body", "media_type"),
    [
        ("catalog.rdf", RDF_XML, "application/rdf+xml"),
        ("catalog.xml", RDF_XML, "text/xml"),
        ("catalog.rdf", RDF_XML.replace("utf-8", "utf-16").encode("utf-16"), ""),
        ("catalog.jsonld", JSON_LD, "application/ld+json"),
    ],
)
def test_a_catalogue_is_read_in_every_spelling(name: str, body: str | bytes, media_type: str) -> None:
    """RDF/XML in any encoding and JSON-LD give the same dataset; a context elsewhere is never fetched."""
    answer = read(f"{HOST}/{name}", body, media_type)
    assert (answer.fault, answer.family, answer.datasets_total) == (None, "dcat", 1)
    assert answer.datasets[0].id == f"{HOST}/d/1"
    assert answer.datasets[0].title == "Berths"


def test_two_readings_of_nameless_datasets_agree() -> None:
    """RDF gives nameless nodes new names at each reading; ids and order do not depend on them."""
    body = "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .\n" + "".join(
        f'[] a dcat:Dataset ; dct:title "Set {number}" ; dcat:distribution [ dct:title "b" ] .\n'
        for number in range(20)
    )
    first, second = (read(f"{HOST}/catalog.ttl", body, "text/turtle") for _ in range(2))
    assert first == second
    assert first.datasets_total == 20


def test_xml_that_declares_entities_is_refused() -> None:
    """A document whose entities would grow without bound, in any encoding, is a fault and costs nothing."""
    bomb = (
        '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + RDF_XML[39:]
    )
    for body in (bomb.encode("utf-16"), bomb.replace("utf-16", "utf-8").encode()):
        answer = read(f"{HOST}/catalog.rdf", body, "application/rdf+xml")
        assert answer.kind == "fault"
        assert "entities" in (answer.fault or "")


def test_a_paged_catalogue_names_its_total_and_its_next_page() -> None:
    """Hydra's words on a page of a catalogue: the total is the catalogue's, and paging ends at the bound."""
    paged = (
        TURTLE
        + f"""@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
<{HOST}/catalog.ttl?page=1> a hydra:PagedCollection ; hydra:totalItems 1000 ;
  hydra:nextPage <{HOST}/catalog.ttl?page=%d> ."""
    )
    answer = read(f"{HOST}/catalog.ttl?page=1", paged % 2, "text/turtle")
    assert (answer.datasets_total, [call.url for call in answer.next]) == (
        1000,
        [f"{HOST}/catalog.ttl?page=2"],
    )
    assert not summarise([answer]).complete
    assert read(f"{HOST}/catalog.ttl?page=5", paged % (MAX_PAGES + 1), "text/turtle").next == ()


def test_a_page_that_links_its_rdf_is_asked_for_one_spelling() -> None:
    """`link rel=alternate` decides the address; RDF on another host is left alone."""
    home = (
        '<html><head><link rel="alternate" type="text/turtle" href="/catalogue?format=ttl">'
        '<link rel="alternate" type="application/rdf+xml" href="https://other.example/c.rdf"></head></html>'
    )
    assert [call.url for call in discover(page(f"{HOST}/", home))] == [f"{HOST}/catalogue?format=ttl"]


def test_an_answer_longer_than_the_bound_is_a_fault() -> None:
    """Eight megabytes are read of one answer; a longer one says so instead of stopping the machine."""
    answer = read(f"{HOST}/catalog.ttl", b"#" * (MAX_BYTES + 1), "text/turtle")
    assert answer.kind == "fault"
    assert "too large" in (answer.fault or "")


# data.json ------------------------------------------------------------------------------------------------

DATA_JSON = {
    "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
    "dataset": [
        {
            "identifier": "berths",
            "title": "Berths",
            "description": "Where ships lie.",
            "keyword": ["ships"],
            "modified": "R/P1M",
            "publisher": {"name": "Harbour Office"},
            "contactPoint": {"fn": "A", "hasEmail": "mailto:a@harbourtown.example"},
            "accessLevel": "public",
            "license": "https://creativecommons.org/publicdomain/zero/1.0/",
            "distribution": [
                {"downloadURL": "files/berths.csv", "mediaType": "text/csv"},
                {"accessURL": "/api/berths", "format": "API"},
            ],
        },
        {
            "identifier": "berths",
            "title": "Berths of last year",
            "distribution": {"downloadURL": "javascript:void(0)"},
        },
        "a reference",
        17,
    ],
}


def test_a_data_json_file_is_read_whole() -> None:
    """One file lists all; addresses are made absolute, entries of the wrong kind are a fault."""
    answer = read(f"{HOST}/data.json", json.dumps(DATA_JSON), "application/json")
    assert (answer.family, answer.datasets_total, answer.apis_total, answer.departments) == (
        "data_json", 2, 1, ("Harbour Office",),
    )  # fmt: skip
    first = answer.datasets[0]
    assert (first.frequency, first.modified, first.open_type) == ("R/P1M", None, "unconditional")
    assert first.download_urls == (f"{HOST}/files/berths.csv",)
    assert answer.datasets[1].download_urls == ()
    assert answer.fault == "1 entries of the list are no objects"


def test_a_bare_list_is_a_catalogue_of_the_first_version() -> None:
    """Version 1.0 of the file had no wrapper."""
    assert read(f"{HOST}/data.json", json.dumps([{"title": "Berths", "identifier": "1"}])).datasets_total == 1


@pytest.mark.parametrize("body", ["{}", "null", '"text"', '{"dataset": 3}', "<html></html>"])
def test_json_without_datasets_is_no_catalogue(body: str) -> None:
    """A site that answers every address with something does not gain a platform."""
    assert read(f"{HOST}/data.json", body).kind == "fault"


# Inspur ---------------------------------------------------------------------------------------------------

IDS = [f"{number:032x}" for number in range(1, 26)]


def oportal_list(number: int, total: int | None = 25) -> str:
    rows = "".join(
        f"""<li><div class="cata-title"><input type="hidden" name="catalogidinput" value="{one}">
        <a href="/oportal/catalog/{one}" target="_blank" title="">目录{int(one, 16)}</a></div>
        <div class="cata-information"><span>来源部门：</span>
        <span>{"港务局" if int(one, 16) % 2 else "园林局"}</span>
        <span>更新时间：2026-0{1 + int(one, 16) % 9}-01</span><span>重点领域：交通运输</span>
        <span>开放条件：无条件开放</span></div><div><ul><li>XLS</li><li>CSV</li><li>接口</li></ul></div></li>"""
        for one in IDS[(number - 1) * 10 : number * 10]
    )
    heading = f'<div class="top-title">共 <span>{total}</span> 个目录</div>' if total is not None else ""
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>数据目录</title></head><body>{heading}
    <div class="bottom-content"><ul>{rows}</ul></div></body></html>"""


OPORTAL_DETAIL = """<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>
<ul class="d-title pull-left"><li><h4>目录1</h4></li></ul>
<ul class="list-inline"><li>来源部门：<span class="text-primary">港务局</span></li>
<li>发布时间：<span class="text-primary">2025年3月4日</span></li>
<li>开放条件：<span>有条件开放</span></li></ul>
<ul><li name="basicinfo"><table><tr><td>更新频率</td><td>每月</td><td>标签</td><td>泊位，船舶</td></tr>
<tr><td>部门电话</td><td>0000-0000000</td><td>描述</td><td>泊位位置。</td></tr></table></li>
<li><table><tr fileformat="csv"><td>1</td><td><a id="a/b+c">泊位.csv</a></td></tr>
<tr><td><a href="/files/泊位.xlsx">泊位.xlsx</a></td></tr></table></li></ul></body></html>"""


def test_an_oportal_catalogue_is_found_paged_and_added_up() -> None:
    """From any page of the platform to all list pages, the count of interfaces and some dataset pages."""
    home = '<!DOCTYPE html><html><body><a href="/oportal/catalog/index">数据目录</a></body></html>'
    wanted = list(discover(page(f"{HOST}/oportal/index", home)))
    answers = []
    while wanted:
        call = wanted.pop(0)
        parts = urlsplit(call.url)
        number = int(parse_qs(parts.query).get("page", ["0"])[0])
        if parts.path == "/oportal/catalog/index":
            body = oportal_list(number)
        elif parts.path == "/oportal/api/index":
            body = '<!DOCTYPE html><html><div class="top-title">共<span>1,234</span>个接口</div></html>'
        else:
            body = OPORTAL_DETAIL
        answers.append(read(call.url, body, "text/html; charset=utf-8"))
        wanted += answers[-1].next
    seen = summarise(answers)
    assert (seen.family, seen.datasets_total, seen.datasets_listed, seen.apis) == ("inspur", 25, 25, 1234)
    assert seen.complete
    assert seen.departments == ("园林局", "港务局")
    assert seen.themes == ("交通运输",)
    assert sum(answer.kind == "detail" for answer in answers) == 6
    listed = next(answer for answer in answers if answer.kind == "list").datasets[0]
    assert (listed.open_type, listed.formats, listed.modified) == (
        "unconditional",
        ("xls", "csv", "接口"),
        "2026-02-01",
    )


def test_an_oportal_dataset_page_tells_what_the_list_leaves_out() -> None:
    """Frequency, keywords, contact and files stand on the dataset's own page only."""
    dataset = read(f"{HOST}/oportal/catalog/{IDS[0]}", OPORTAL_DETAIL, "text/html").datasets[0]
    assert (dataset.title, dataset.publisher, dataset.issued, dataset.frequency) == (
        "目录1",
        "港务局",
        "2025-03-04",
        "每月",
    )
    assert (dataset.keywords, dataset.contact, dataset.open_type) == (2, True, "conditional")
    assert f"{HOST}/oportal/catalog/download?cataId={IDS[0]}&idInRc=a%2Fb%2Bc" in dataset.download_urls
    assert dataset.formats == ("csv", "xlsx")


def test_an_oportal_list_without_a_total_does_not_claim_one() -> None:
    """Where no total stands on the page, none is made up."""
    assert read(f"{HOST}/oportal/catalog/index?page=3", oportal_list(3, None), "text/html").datasets_total is None


def test_a_page_in_gb18030_that_claims_utf_8_is_read_by_its_bytes() -> None:
    """Wrong declarations are common; the department still reads right."""
    answer = read(f"{HOST}/oportal/catalog/index?page=1", oportal_list(1).encode("gb18030"), "text/html; charset=utf-8")
    assert answer.departments == ("园林局", "港务局")


# Across families ------------------------------------------------------------------------------------------


def test_a_platform_that_does_not_tell_its_family_is_asked_few_questions() -> None:
    """Without a fingerprint a handful of well-known addresses of the host are asked, CKAN first."""
    calls = discover(page(f"{HOST}/start/", "<html><body>Open data</body></html>", "text/html"))
    assert 0 < len(calls) <= MAX_CALLS
    assert all(call.url.startswith(f"{HOST}/") for call in calls)
    assert "package_search" in calls[0].url
    assert {call.method for call in calls} == {"GET"}
    assert discover(page(f"{HOST}/", "gone", "text/html", status=404)) == ()


def test_families_have_names_of_their_own_and_few_ask_by_post() -> None:
    """A family that needs POST says so, and only such a family names a body in its first calls."""
    assert len({adapter.family for adapter in adapters()}) == len(adapters()) == 12
    home = page(f"{HOST}/", "<html><body>Open data</body></html>", "text/html")
    for adapter in adapters():
        posts = [call for call in adapter.first(home) if call.post is not None or call.method == "POST"]
        assert bool(posts) == adapter.reads_by_post
        assert all(call.method == "POST" and call.post for call in posts)


def test_an_ordinary_page_is_no_answer() -> None:
    """An entry page may be handed in; only a page asked for as an answer owes one."""
    home = "<html><body>News</body></html>"
    assert look_at_answer(page(f"{HOST}/", home, "text/html", role="opendata.entry")) is None
    assert read(f"{HOST}/anything", home, "text/html").family == "unknown"


def test_two_catalogues_of_one_platform_do_not_add_up() -> None:
    """A CKAN that also publishes data.json counts once, and both families are named."""
    answers = [*walk(3, 100), read(f"{HOST}/data.json", json.dumps(DATA_JSON))]
    seen = summarise(answers)
    assert (seen.family, seen.datasets_total, seen.families) == ("ckan", 3, ("ckan", "data_json"))
    assert summarise(answers) == summarise(answers[::-1])


def test_a_city_whose_calls_all_failed_has_no_platform_but_reasons() -> None:
    """Failure is told by its reasons and never as an empty platform."""
    seen = summarise([read(f"{HOST}/data.json", "", status=404)])
    assert (seen.usable, seen.family, seen.datasets_total) == (False, None, None)
    assert seen.faults == (f"{HOST}/data.json: status 404",)


def test_the_sample_of_downloads_is_stable_and_spread() -> None:
    """Five files of five datasets, the same for one seed whatever the order of answers."""
    seen = summarise(walk(40, 10))
    sample = download_sample(seen, seed="a")
    again = summarise(walk(40, 10)[::-1])
    assert len(sample) == 5
    assert sample == download_sample(again, seed="a") != download_sample(seen, seed="b")
    assert {call.role for call in sample} == {"opendata.download"}
    assert len({call.url for call in sample}) == 5
