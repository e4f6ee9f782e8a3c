"""The sample country is what it says it is: served, browsable, encoded, dated and described as intended."""

from __future__ import annotations

import http.client
import io
import json
import re
import ssl
import tomllib
import zipfile
from collections.abc import Iterator
from importlib import resources
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import lxml.html
import pytest
from rdflib import Graph
from rdflib.namespace import DCAT, RDF

from audits.cards import load_catalogue
from crawler.sample.country import sites
from crawler.sample.server import SampleCountry
from crawler.sample.site import Answer, Asked, Site
from crawler.sample.truth import home_presence, truth

INTENDED_DEAD = {
    "www.chengpushi.gov.cn": re.compile(r"^/(?:ztzl|zhb)/"),
    "www.weiyushi.gov.cn": re.compile(r"^/(?:wsbs|zsyz|lyfg|zt|xzwz)/|^/bmfw/(?:lc|sj|yb)\.htm$"),
}

# These need visits on several days, and the sample is one round; the examples of the cards prove both directions.
NEED_TIME = {"health.opening", "health.load_time", "quality.agreement"}


@pytest.fixture(scope="module")
def country() -> Iterator[SampleCountry]:
    with SampleCountry() as served:
        yield served


@pytest.fixture(scope="module")
def by_host() -> dict[str, Site]:
    return {site.host: site for site in sites()}


def ask(country: SampleCountry, url: str, method: str = "GET") -> tuple[int, dict[str, str], bytes]:
    """One request, sent to where the country's hosts table says, with the country's own authority trusted."""
    parts = urlsplit(url)
    port = 443 if parts.scheme == "https" else 80
    address, _, number = country.hosts[f"{parts.hostname}:{port}"].partition(":")
    plain = http.client.HTTPConnection(address, int(number), timeout=10)
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=str(country.ca_file))
        plain.connect()
        plain.sock = context.wrap_socket(plain.sock, server_hostname=parts.hostname)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    plain.request(method, path, headers={"Host": parts.hostname or "", "User-Agent": "sample test"})
    answer = plain.getresponse()
    result = answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
    plain.close()
    return result


def answer_of(site: Site, path: str) -> Answer:
    """What a site answers to a plain visit of a path, over https where it has it."""
    path, _, query = path.partition("?")
    return site.answer(Asked("GET", "https" if site.https else "http", site.host, path, query))


def decoded(answer: Answer) -> str:
    """The text of a page in its real encoding: UTF-8, or the GBK of the old portal."""
    try:
        return answer.body.decode("utf-8")
    except UnicodeDecodeError:
        return answer.body.decode("gbk")


def links(site: Site, path: str, answer: Answer) -> Iterator[tuple[str, str]]:
    """Host and path (with query) of every link, picture, script and form of a page that stays on http(s)."""
    scheme = "https" if site.https and site.forced else "http"
    tree = lxml.html.document_fromstring(decoded(answer))
    for element, attribute, target, _ in tree.iterlinks():
        if element.tag == "form" or target.startswith(("javascript:", "mailto:", "tel:", "#", "data:")):
            continue
        assert attribute
        parts = urlsplit(urljoin(f"{scheme}://{site.host}{path}", target))
        yield parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@pytest.mark.parametrize(
    ("url", "status", "location"),
    [
        ("https://www.yunxiushi.gov.cn/", 200, None),
        ("http://www.yunxiushi.gov.cn/", 301, "https://www.yunxiushi.gov.cn/"),
        ("http://yunxiushi.gov.cn/", 301, "https://yunxiushi.gov.cn/"),
        ("https://yunxiushi.gov.cn/", 301, "https://www.yunxiushi.gov.cn/"),
        ("http://www.chengpushi.gov.cn/", 200, None),
        ("https://www.chengpushi.gov.cn/", 200, None),
        ("http://www.weiyushi.gov.cn/", 200, None),
        ("https://www.xiloushi.gov.cn/", 412, None),
        ("https://zwfw.xiloushi.gov.cn/", 200, None),
        ("http://data.xiloushi.gov.cn/", 521, None),
        ("http://www.alderwickbay.gov/", 301, "https://www.alderwickbay.gov/"),
        ("https://www.alderwickbay.gov/calendar?month=2199-12", 200, None),
    ],
)
def test_hosts_answer_as_intended(country: SampleCountry, url: str, status: int, location: str | None) -> None:
    """Each host answers over http and https with the status and redirect it is meant to give."""
    got, headers, _ = ask(country, url)
    assert got == status
    assert headers.get("location") == location


def test_a_city_without_https_refuses(country: SampleCountry) -> None:
    """Port 443 of the poor portal is refused, as a closed port is, and not answered by somebody else."""
    with pytest.raises(ConnectionRefusedError):
        ask(country, "https://www.weiyushi.gov.cn/")


def test_forced_hosts_send_hsts_and_others_do_not(country: SampleCountry) -> None:
    """HSTS is a header of the two best portals and never of the middling one."""
    assert ask(country, "https://www.yunxiushi.gov.cn/")[1]["strict-transport-security"] == "max-age=31536000"
    assert ask(country, "https://www.alderwickbay.gov/")[1]["strict-transport-security"] == "max-age=63072000"
    assert "strict-transport-security" not in ask(country, "https://www.chengpushi.gov.cn/")[1]


def test_requests_are_logged_and_head_has_no_body(country: SampleCountry) -> None:
    """The access log names method, host, path, agent and status; HEAD gets headers only."""
    before = len(country.log)
    status, headers, body = ask(country, "http://www.chengpushi.gov.cn/zwgk/index.html?x=1", "HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 500
    line = country.log[before]
    assert (line.method, line.host, line.path, line.status) == (
        "HEAD",
        "www.chengpushi.gov.cn",
        "/zwgk/index.html?x=1",
        200,
    )
    assert line.user_agent == "sample test"


@pytest.mark.parametrize(
    "host",
    [
        "www.yunxiushi.gov.cn",
        "zwfw.yunxiushi.gov.cn",
        "rsj.yunxiushi.gov.cn",
        "data.yunxiushi.gov.cn",
        "www.chengpushi.gov.cn",
        "data.chengpushi.gov.cn",
        "www.weiyushi.gov.cn",
        "www.alderwickbay.gov",
        "data.alderwickbay.gov",
    ],
)
def test_every_internal_link_resolves_but_the_intended_dead_ones(by_host: dict[str, Site], host: str) -> None:
    """No page leads to a missing page of the country, except where a dead link is the point."""
    site = by_host[host]
    dead = INTENDED_DEAD.get(host)
    broken, expected = set(), set()
    for path in list(site.pages):
        answer = answer_of(site, path)
        if answer.status != 200 or not answer.media_type.startswith("text/html"):
            continue
        for other, target in links(site, path, answer):
            if other not in by_host:
                continue
            got = answer_of(by_host[other], target)
            if got.status >= 400 and other not in ("www.xiloushi.gov.cn",):
                (expected if dead and other == host and dead.search(target) else broken).add((path, other, target))
    assert not broken
    assert bool(expected) == (dead is not None)


def test_encodings_are_as_intended(by_host: dict[str, Site]) -> None:
    """The poor portal is GBK throughout; its home says utf-8, one list says so uncontradicted, the rest say nothing."""
    site = by_host["www.weiyushi.gov.cn"]
    home = answer_of(site, "/")
    assert home.media_type.endswith("charset=gb2312")
    assert b"charset=utf-8" in home.body
    assert "苇峪市人民政府" in home.body.decode("gbk")
    mislabelled = answer_of(site, "/hb/list.asp?id=43")
    assert "charset" not in mislabelled.media_type
    assert b"charset=utf-8" in mislabelled.body
    silent = answer_of(site, "/news/list.asp?id=1")
    assert "charset" not in silent.media_type
    assert b"charset" not in silent.body
    for answer in (mislabelled, silent):
        with pytest.raises(UnicodeDecodeError):
            answer.body.decode("utf-8")


def test_ckan_speaks_its_interface(country: SampleCountry) -> None:
    """CKAN's calls page through all eighteen data sets and name the departments."""
    base = "https://data.alderwickbay.gov/api/3/action"
    first = json.loads(ask(country, f"{base}/package_search?rows=10&start=0")[2])
    second = json.loads(ask(country, f"{base}/package_search?rows=10&start=10")[2])
    assert first["success"]
    assert first["result"]["count"] == 18
    assert len(first["result"]["results"]) + len(second["result"]["results"]) == 18
    assert json.loads(ask(country, f"{base}/status_show")[2])["result"]["ckan_version"] == "2.10.4"
    assert len(json.loads(ask(country, f"{base}/organization_list")[2])["result"]) == 8


def test_dcat_catalogue_parses(by_host: dict[str, Site]) -> None:
    """The RDF catalogue holds twelve data sets with a distribution each."""
    graph = Graph().parse(data=answer_of(by_host["data.chengpushi.gov.cn"], "/catalog.rdf").body, format="xml")
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 12
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == 12


def test_inspur_catalogue_pages_to_its_total(by_host: dict[str, Site]) -> None:
    """The list pages of the Chinese platform hold as many different data sets as they declare."""
    site = by_host["data.yunxiushi.gov.cn"]
    seen: set[str] = set()
    for page in range(1, 5):
        tree = lxml.html.document_fromstring(decoded(answer_of(site, f"/oportal/catalog/index?page={page}")))
        assert tree.xpath('string(//div[@class="top-title"]/span)') == "36"
        seen.update(tree.xpath('//div[@class="cata-title"]/a/@href'))
    assert len(seen) == 36
    assert all(re.fullmatch(r"/oportal/catalog/[0-9a-f]{32}", path) for path in seen)


def objects_in_place(pdf: bytes) -> int:
    """How many objects a PDF's table of places names; each must stand where the table says."""
    assert pdf.startswith(b"%PDF-1.4")
    assert pdf.endswith(b"%%EOF\n")
    table = pdf[int(pdf.rsplit(b"startxref", 1)[1].split()[0]) :]
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", table)]
    for number, place in enumerate(places, start=1):
        assert pdf[place:].startswith(b"%d 0 obj" % number)
    return len(places)


def test_attachments_are_what_their_names_say(by_host: dict[str, Site]) -> None:
    """Every PDF finds its objects where its table says, every workbook is a zip of well-formed XML with a sheet."""
    pdfs = workbooks = 0
    for site in by_host.values():
        for path, page in site.pages.items():
            if path.endswith(".pdf"):
                assert isinstance(page, Answer)
                assert objects_in_place(page.body) == 7
                pdfs += 1
            elif path.endswith(".xlsx") and isinstance(page, Answer):
                with zipfile.ZipFile(io.BytesIO(page.body)) as archive:
                    for name in archive.namelist():
                        ElementTree.fromstring(archive.read(name))
                    assert "xl/worksheets/sheet1.xml" in archive.namelist()
                workbooks += 1
    assert pdfs > 30
    assert workbooks > 30


def test_letters_hold_personal_data_to_be_dropped(by_host: dict[str, Site]) -> None:
    """Letters name people, phones and identity numbers, so that dropping them can be proven."""
    text = "".join(
        decoded(answer)
        for path in by_host["www.yunxiushi.gov.cn"].pages
        if path.startswith("/hd/letter_")
        for answer in [answer_of(by_host["www.yunxiushi.gov.cn"], path)]
    )
    assert re.search(r"1300000\d{4}", text)
    assert re.search(r"990101\d{11}[\dX]", text)
    assert "柳闻笛" in text


def test_search_finds_in_one_city_and_never_in_another(by_host: dict[str, Site]) -> None:
    """The good portal's search links the asked title first; the middling one repeats the question without a link."""
    title = "云岫市跨溪大桥主桥合龙"
    good = lxml.html.document_fromstring(
        decoded(answer_of(by_host["www.yunxiushi.gov.cn"], f"/jsearchfront/search.do?q={title}"))
    )
    assert good.xpath('//main//ul[@class="list"]/li[1]/a/text()') == [title]
    bad = decoded(answer_of(by_host["www.chengpushi.gov.cn"], "/so/s?qt=澄浦港二期码头开工建设"))
    assert "没有找到" in bad
    assert bad.count("澄浦港二期码头开工建设") == 2


def test_the_country_is_the_same_at_every_start(by_host: dict[str, Site]) -> None:
    """Built twice, every page has the same bytes."""
    again = {site.host: site for site in sites()}
    assert again.keys() == by_host.keys()
    for host, site in by_host.items():
        assert again[host].pages.keys() == site.pages.keys()
        for path, page in site.pages.items():
            if isinstance(page, Answer):
                assert again[host].pages[path] == page


def cards() -> set[str]:
    """The ids of all features, those of page presence among them."""
    return {card.id for card in load_catalogue()}


def test_truth_covers_every_city_and_feature() -> None:
    """The truth names an outcome and a reason for every feature of every city of the campaign, and nothing else."""
    campaign = tomllib.loads(resources.files("crawler.sample").joinpath("campaign.toml").read_text("utf-8"))
    cities = {row["id"] for row in campaign["city"]}
    assert truth().keys() == cities == home_presence().keys()
    for city, rows in truth().items():
        assert rows.keys() == cards(), city
        for row in rows.values():
            assert row["outcome"] in ("passed", "failed", "cantTell", "inapplicable", "untested")
            assert row["why"]
            assert row.keys() <= {"outcome", "value", "cause", "why"}


def test_every_feature_passes_somewhere_and_not_everywhere() -> None:
    """No feature has the same outcome in all cities, so that each detector can be wrong in both directions."""
    for feature in cards() - NEED_TIME:
        outcomes = {rows[feature]["outcome"] for rows in truth().values()}
        assert "passed" in outcomes, feature
        assert len(outcomes) > 1, feature


def test_what_a_home_page_shows_is_shown_by_its_portal() -> None:
    """No mark of a home page is denied to the whole portal."""
    for city, present in home_presence().items():
        for feature in present:
            assert truth()[city][feature]["outcome"] == "passed", (city, feature)
