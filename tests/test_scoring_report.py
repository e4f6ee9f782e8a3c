"""The report: complete in both languages, safe from the words of portals, linked, repeatable, accessible."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from lxml import html

from audits.band import PASSED, UNKNOWN, Band
from audits.card import Text
from audits.cards import load_catalogue
from audits.finding import Evidence, Finding
from probes.guide import ELEMENTS
from probes.outcome import Cause, Outcome
from probes.wall import _MARKS
from scoring.dataset import Dataset, through_lenses
from scoring.engine import score
from scoring.report import ValidityFigure, render, render_all
from scoring.report.figures import band_text, moment, percent, quantity
from scoring.report.links import page_name, place, readable, web_address
from scoring.report.message import message, seen_here, term
from scoring.report.words import LANGUAGES, Words, load_words
from tests.report_dataset import CARDS, LENSES, MODEL, five_cities, many_cities

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parent.parent / "probes" / "axe" / "axe.min.js"
CARD_IDS = {card.id for card in CARDS}
HAN = re.compile(r"[\u3400-\u9fff]")
VALIDITY = (ValidityFigure(Text("Precision", "精确率"), "0.93", Text("200 labelled pages", "200 个人工标注页面")),)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """The usual five cities."""
    return five_cities()


@pytest.fixture(scope="module")
def pages(dataset: Dataset) -> dict[str, bytes]:
    """The whole report in both languages, by path."""
    return dict(render_all(dataset, validity=VALIDITY))


def trees(pages: dict[str, bytes]) -> Iterator[tuple[str, html.HtmlElement]]:
    """Every page of the report, parsed."""
    for path, body in pages.items():
        if path.endswith(".html"):
            yield path, html.document_fromstring(body.decode())


def test_every_page_exists_in_both_languages(pages: dict[str, bytes]) -> None:
    """Overview, method, data, review list, a page a city, and each lens with its cities are there in both languages."""
    english = {path for path in pages if path.endswith(".html") and not path.startswith("zh/")}
    chinese = ("yunze", "qingqiao", "shibu", "wuling")
    every = (*chinese, "merrow")
    assert english == {
        *(f"{name}.html" for name in ("index", "method", "data", "review", "lens/inspection", "lens/losi")),
        *(f"{folder}/{city}.html" for folder in ("city", "lens/losi") for city in every),
        *(f"lens/inspection/{city}.html" for city in chinese),
    }
    assert {path.removeprefix("zh/") for path in pages if path.startswith("zh/")} == english


def test_paths_are_unique_and_stay_inside(dataset: Dataset) -> None:
    """No path is handed over twice, and none leaves the folder."""
    paths = [path for path, _ in render_all(dataset)]
    assert len(paths) == len(set(paths))
    assert not any(path.startswith("/") or ".." in path for path in paths)


def test_one_language_alone_has_no_dangling_switch(dataset: Dataset) -> None:
    """A report in one language links to no page of the other."""
    alone = dict(render(dataset, "zh"))
    assert "zh/index.html" in alone
    assert "index.html" not in alone
    assert not list(html.document_fromstring(alone["zh/index.html"].decode()).cssselect("nav.languages"))


def test_links_between_pages_resolve(pages: dict[str, bytes]) -> None:
    """Every relative link leads to a file of the report, to one of its anchors, or to a campaign file."""
    anchors = {path: set(tree.xpath("//@id")) for path, tree in trees(pages)}
    for path, tree in trees(pages):
        assert len(tree.xpath("//@id")) == len(anchors[path]), f"{path}: an id is used twice"
        for link in tree.xpath("//@href | //@src"):
            if link.startswith(("http://", "https://")):
                continue
            file, _, fragment = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), unquote(file))) if file else path
            if target.startswith(("../screenshots/", "../archive/")) or target == "dataset.json":
                continue
            assert target in pages, f"{path}: {link}"
            assert not fragment or fragment in anchors[target], f"{path}: {link}"


def test_equal_datasets_give_equal_bytes(dataset: Dataset, pages: dict[str, bytes]) -> None:
    """The report knows no clock, and the order in which a dict was filled does not show."""
    turned = replace(
        dataset,
        facts=replace(
            dataset.facts,
            settings=dict(reversed(dataset.facts.settings.items())),
            versions=dict(reversed(dataset.facts.versions.items())),
        ),
        cards=tuple(
            replace(
                card,
                options=dict(reversed(card.options.items())),
                messages=dict(reversed(card.messages.items())),
            )
            for card in dataset.cards
        ),
    )
    assert dict(render_all(turned, validity=VALIDITY)) == pages


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_outcome_and_cause_has_words(language: str) -> None:
    """Each outcome and each cause has a name and an explanation in both languages."""
    words = Words(language)
    for outcome in Outcome:
        assert words(f"outcome.{outcome.value}")
        assert words(f"outcome_explained.{outcome.value}")
        assert words(f"visit.{outcome.value}")
    for cause in Cause:
        assert words(f"cause.{cause.value}")
        assert words(f"cause_explained.{cause.value}")


def test_every_cause_is_explained_on_the_method_page(pages: dict[str, bytes]) -> None:
    """The method page lists all causes and outcomes by their data key."""
    for path in ("method.html", "zh/method.html"):
        keys = {code.text for code in html.document_fromstring(pages[path].decode()).cssselect("code")}
        assert {cause.value for cause in Cause} | {outcome.value for outcome in Outcome} <= keys


def test_every_card_of_the_catalogue_can_be_told() -> None:
    """Chapter, unit, kind and lift of each built-in card have words in both languages."""
    for card in load_catalogue().cards:
        for language in LANGUAGES:
            words = Words(language)
            assert words.known(f"chapter.{card.chapter}"), card.id
            assert not card.unit or words.known(f"unit.{card.unit}"), card.id
            assert words.known(f"kind.{card.kind}"), card.id
            assert words.known(f"over.{card.over}"), card.id


def test_a_reason_names_features_by_title_and_keeps_years_whole() -> None:
    """Arguments of a message are told for people: a feature's id as its title, 2025 without a comma."""
    card = replace(CARDS[0], messages={"waits": Text("Waits for {feature}, {year}.", "等待{feature}，{year}。")})
    finding = Finding("x", card.id, Outcome.FAILED, None, reason="waits", arguments={"feature": "a.b", "year": 2025})
    assert message(card, finding, {"a.b": "A title"}, Words("en")) == "Waits for A title, 2025."
    assert message(card, replace(finding, arguments={}), {}, Words("zh")) == "等待–，–。"


def test_words_of_checks_are_told_in_the_language_of_the_report() -> None:
    """What is missing is named in words, from a known key or from a pair of both languages."""
    assert term("basis", Words("zh")) == "设定依据"
    assert term("制度 rules", Words("zh")) == "制度"
    assert term("法定主动公开内容 statutory content", Words("en")) == "statutory content"
    assert term("SiteName", Words("zh")) == "SiteName"


def test_proofs_name_what_was_seen_in_the_language_of_the_report() -> None:
    """Keys of ours are told in words; a rule of axe-core by its name; the page's own words stay a quotation."""
    guide = Evidence("https://x.example/", "", terms=("basis", "process"))
    rule = Evidence("https://x.example/", "", snippet="Images must have alternative text", terms=("rule.image-alt",))
    quoted = Evidence("https://x.example/", "", snippet="依申请公开")
    assert seen_here(guide, Words("en")) == ("Seen here: legal basis and steps", "")
    assert seen_here(guide, Words("zh")) == ("所见内容：设定依据和办理流程", "")
    assert seen_here(rule, Words("en")) == ("Images must have alternative text", "")
    assert HAN.search(seen_here(rule, Words("zh"))[0])
    assert seen_here(quoted, Words("en")) == ("", "依申请公开")


def test_every_key_that_a_check_may_leave_has_words() -> None:
    """Elements of guides, offers of hotlines, answers of catalogues, fates of downloads and makers of walls."""
    keys = [*ELEMENTS, "number", "form", "query", "knowledge", "login", "asked", "answered", "unit", "reply"]
    keys += [f"answer.{kind}" for kind in ("status", "list", "detail", "api_list", "other")]
    fates = ("file", "empty", "login", "html_page", "http_status", "kind_differs", "headers_only")
    keys += [f"download.{why}" for why in fates]
    keys += ["ckan", "dcat", "data_json", "inspur", "published", "entry", "none", "captcha", "other"]
    keys += [mark.vendor for mark in _MARKS]
    for key in keys:
        for language in LANGUAGES:
            words = Words(language)
            assert words.known(f"term.{key}") or words.known(f"vendor.{key}"), (language, key)


def test_a_limit_of_the_measurement_is_no_fault_of_the_city(dataset: Dataset) -> None:
    """A gate that failed is told as a limit of the measurement and counts neither for nor against the city."""
    gate = replace(CARDS[0], kind="gate")
    record = dataset.cities[0]
    failed = replace(record.findings[0], outcome=Outcome.FAILED, cause=None)
    turned = replace(
        dataset,
        cards=(gate, *dataset.cards[1:]),
        cities=(replace(record, findings=(failed, *record.findings[1:])), *dataset.cities[1:]),
    )
    told = html.document_fromstring(dict(render(turned, "en"))["city/yunze.html"].decode()).get_element_by_id(gate.id)
    assert "Limits the measurement" in told.text_content()
    assert not told.cssselect(".mark.failed")


def test_words_in_one_language_only_are_refused() -> None:
    """A key without Chinese does not load, and the message names it."""
    with pytest.raises(ValueError, match=r"\[site\.skip\] lacks zh"):
        load_words('[site.skip]\nen = "Skip"\n')


def test_both_languages_have_the_same_gaps() -> None:
    """A sentence is filled with the same figures in English and Chinese."""
    english, chinese = Words("en")._said, Words("zh")._said
    for key, sentence in chinese.items():
        gaps = set(re.findall(r"\{(\w+)\}", sentence))
        assert set(re.findall(r"\{(\w+)\}", english[key])) == gaps, key
        assert set(re.findall(r"\{(\w+)\}", english.get(key + "/one", ""))) <= gaps, key


def test_chinese_report_speaks_chinese(pages: dict[str, bytes]) -> None:
    """Outside of addresses, data keys and words marked as English, Chinese pages hold no English sentence."""
    for path, tree in trees(pages):
        if not path.startswith("zh/"):
            continue
        for gone in tree.xpath("//*[@lang='en'] | //code | //script | //title | //*[contains(@class, 'address')]"):
            gone.drop_tree()
        for text in tree.xpath("//body//text() | //@aria-label | //@alt | //@data-label"):
            assert not re.search(r"[A-Za-z]{3,} [a-z]{2,} [a-z]{2,}", text), f"{path}: {text!r}"


def test_rules_and_weights_name_their_origin_in_the_language_of_the_report(pages: dict[str, bytes]) -> None:
    """The method page cites documents and explains weights in its own language, and marks nothing as foreign there."""
    for path, han in (("method.html", False), ("zh/method.html", True)):
        tree = html.document_fromstring(pages[path].decode())
        cited = tree.xpath("//details//dt[.='Sources' or .='规则来源']/following::dd[1]")
        notes = tree.cssselect("table.weights td .aside.block")
        assert len(cited) == len(CARDS)
        assert notes
        assert all(bool(HAN.search(one.text_content())) is han for one in (*cited, *notes))
        assert not tree.xpath("//details//dd[@lang or .//*[@lang]]")


def test_foreign_words_are_marked(pages: dict[str, bytes]) -> None:
    """Han script in the English report stands inside an element that says so."""
    for path, tree in trees(pages):
        if path.startswith("zh/"):
            continue
        for quote in tree.cssselect("q, .city, h1"):
            if HAN.search(quote.text_content()):
                assert quote.xpath("ancestor-or-self::*[@lang='zh'] | .//*[@lang='zh']"), (
                    f"{path}: {quote.text_content()}"
                )


def test_a_city_without_a_measured_page_is_set_apart(pages: dict[str, bytes]) -> None:
    """The walled city is in no table of scores: it stands under “not measured”, without any number."""
    for path, said in (("index.html", "Not measured"), ("zh/index.html", "未能测量")):
        tree = html.document_fromstring(pages[path].decode())
        scored = tree.cssselect("#indexed a, #observable a, .panels a")
        assert not any("wuling" in link.get("href") for link in scored)
        apart = tree.cssselect(".set-apart")[0]
        assert apart.cssselect("a[href='city/wuling.html']")
        assert said in apart.text_content()
    own = html.document_fromstring(pages["city/wuling.html"].decode())
    assert own.cssselect("section.score h2")[0].text == "Not measured"
    assert not own.cssselect(".big, #profile, #shortfalls")


def test_many_cities_are_folded_and_can_be_filtered() -> None:
    """From some forty cities on the charts that repeat a city are folded and a filter is offered."""
    body = dict(render(many_cities(45, visited=4), "en"))["index.html"].decode()
    tree = html.document_fromstring(body)
    assert len(tree.cssselect("details")) == 2
    assert tree.cssselect("#city-filter")
    rows = tree.cssselect("#indexed tbody tr, #observable tbody tr, .set-apart tbody tr")
    assert len(rows) == 45


def test_below_the_floor_there_is_no_index(dataset: Dataset, pages: dict[str, bytes]) -> None:
    """A city with too little coverage shows its observable part under that name, and no tier."""
    record = next(record for record in dataset.cities if record.city.id == "shibu")
    assert not record.scorecard.index.shown
    own = html.document_fromstring(pages["city/shibu.html"].decode())
    assert own.cssselect("section.score h2")[0].text == "Observable part"
    assert "Tier" not in own.cssselect("section.score")[0].text_content()


def test_every_finding_is_told_with_reason_and_proof(dataset: Dataset, pages: dict[str, bytes]) -> None:
    """A city's page has every feature, and every proof leads to the live page and the archived response."""
    for record in dataset.cities:
        tree = html.document_fromstring(pages[f"city/{record.city.id}.html"].decode())
        for finding in record.findings:
            told = tree.get_element_by_id(finding.feature)
            assert told.cssselect(".why")[0].text_content().strip()
            links = {link.get("href") for link in told.cssselect(".proof a")}
            for evidence in finding.evidence:
                assert evidence.url in links
                assert "../../" + str(evidence.archive) in links
        assert len(tree.cssselect("table.visits tbody tr")) == len(record.visits)


def test_every_answer_of_a_lens_is_told_with_rule_source_and_findings(
    dataset: Dataset, pages: dict[str, bytes]
) -> None:
    """On a city's page of a lens each indicator has its rule, clause, thresholds, and links to the findings it read."""
    for record in dataset.cities:
        for lens, result in zip(dataset.lenses, record.lenses, strict=True):
            if not result.answers:
                continue
            tree = html.document_fromstring(pages[f"lens/{lens.id}/{record.city.id}.html"].decode())
            for one in lens.indicators():
                told = tree.get_element_by_id(one.id)
                text = " ".join(told.text_content().split())
                assert one.text.en in text
                assert one.reference.clause in told.cssselect(".source")[0].text_content()
                assert len(told.cssselect(".numbers li")) == len(one.thresholds)
                linked = {link.get("href").partition("#")[2] for link in told.cssselect(".reads a")}
                assert linked == {feature for feature in result.answer(one.id).read if feature in CARD_IDS}


def test_no_lens_hides_what_is_unknown(dataset: Dataset, pages: dict[str, bytes]) -> None:
    """A result with something open is printed as an interval; one that a veto stopped has no total at all."""
    for path in ("lens/inspection.html", "lens/losi.html"):
        lens = dataset.lenses[path == "lens/losi.html"]
        tree = html.document_fromstring(pages[path].decode())
        rows = {row.cssselect("th a")[0].get("href"): row for row in tree.cssselect("table.lens-cities tbody tr")}
        for record in dataset.cities:
            result = record.lenses[dataset.lenses.index(lens)]
            row = rows.get(f"../lens/{lens.id}/{record.city.id}.html")
            if result.verdict in ("elsewhere", "not_assessable"):
                assert row is None
                continue
            assert row is not None
            said = row.cssselect("td.lead-value")[0].text_content()
            assert (" to " in said) == (result.total is not None), said


def flagged(dataset: Dataset) -> Dataset:
    """The round with a flag that has a candidate in the first city, shows nothing in the second, and is open beyond."""
    flag = replace(CARDS[0], id="identity.hint", kind="flag", countries=())
    seen = Evidence("https://www.yunze.example/hint", "2026-10-15T08:12:00Z", snippet="2031-01-01", status=200)
    waits = Finding("yunze", flag.id, Outcome.CANT_TELL, UNKNOWN, Cause.NEEDS_PERSON, evidence=(seen,))
    clear = Finding("qingqiao", flag.id, Outcome.PASSED, PASSED)
    unknown = Finding("", flag.id, Outcome.CANT_TELL, UNKNOWN, Cause.TIMEOUT)
    added = [waits, clear, *(replace(unknown, city=record.city.id) for record in dataset.cities[2:])]
    cities = tuple(
        replace(record, findings=(*record.findings, one)) for record, one in zip(dataset.cities, added, strict=True)
    )
    return replace(dataset, cards=(*dataset.cards, flag), cities=cities)


def test_what_only_a_person_can_judge_is_listed_with_its_proof(dataset: Dataset) -> None:
    """The review page has the flag's candidate with link and words seen, and counts cities by how the flag ended."""
    tree = html.document_fromstring(dict(render(flagged(dataset), "en"))["review.html"].decode())
    row = tree.cssselect("#noticed + .lead + table tbody tr")[0]
    assert [cell.text_content().strip() for cell in row.cssselect("td")] == ["1", "1", "3"]
    listed = tree.cssselect("section[aria-labelledby='noticed'] article")
    assert len(listed) == 1
    assert "2031-01-01" in listed[0].text_content()
    assert "https://www.yunze.example/hint" in {link.get("href") for link in listed[0].cssselect("a")}
    assert "city/yunze.html#identity.hint" in {link.get("href") for link in listed[0].cssselect("a")}


def test_a_flag_changes_no_score_and_no_lens(dataset: Dataset) -> None:
    """With the flag or without it, score cards and lenses are the same."""
    with_flag = through_lenses(flagged(dataset), LENSES)
    for before, after in zip(dataset.cities, with_flag.cities, strict=True):
        assert after.lenses == before.lenses
        assert score(after.city, after.findings, (), MODEL) == score(before.city, before.findings, (), MODEL)


def test_indicators_for_a_person_are_listed(dataset: Dataset, pages: dict[str, bytes]) -> None:
    """Every indicator that waits for a person in some city stands on the review page, under its lens, once."""
    tree = html.document_fromstring(pages["review.html"].decode())
    for lens in dataset.lenses:
        place = dataset.lenses.index(lens)
        waits = {
            answer.indicator
            for record in dataset.cities
            for answer in record.lenses[place].answers
            if answer.for_a_person
        }
        rows = tree.cssselect(f"section[aria-labelledby='lens-{lens.id}'] tbody tr")
        assert {row.cssselect("th code")[0].text for row in rows} == waits
        assert len(rows) == len(waits)


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


def hostile(dataset: Dataset) -> Dataset:
    """The round with a portal whose every word tries to become markup."""
    first = dataset.cities[0]
    evidence = Evidence(
        url="javascript:alert(3)",
        fetched_at=HOSTILE,
        pointer=HOSTILE,
        snippet=HOSTILE,
        href="data:text/html,<script>alert(4)</script>",
        screenshot="../../../etc/passwd",
        archive="javascript:alert(5)",
    )
    finding = Finding(
        first.city.id,
        CARDS[0].id,
        Outcome.PASSED,
        PASSED,
        value=HOSTILE,
        unit=HOSTILE,
        reason="present",
        arguments={"words": HOSTILE + "{pages}", "pages": 3},
        vendor=HOSTILE,
        evidence=(evidence,),
    )
    visit = replace(
        first.visits[0],
        url="https://x.example/\"onmouseover='alert(6)'",
        title=HOSTILE,
        final_url=HOSTILE,
        vendor=HOSTILE,
        cause="blocked",
        outcome="cantTell",
    )
    problem = replace(first.problems[0], help=HOSTILE, snippet=HOSTILE, selector=HOSTILE, help_url="javascript:1")
    record = replace(
        first,
        city=replace(
            first.city, name=HOSTILE, name_en=HOSTILE, portals=("javascript:alert(7)",), opendata="vbscript:1"
        ),
        findings=(finding, *first.findings[1:]),
        visits=(visit, *first.visits[1:]),
        problems=(problem,),
        screenshots={"desktop": "//evil.example/x.jpg", "phone": "a\"onerror='x'.jpg"},
    )
    facts = replace(dataset.facts, title=HOSTILE, agent=HOSTILE, settings={HOSTILE: HOSTILE})
    return replace(dataset, facts=facts, cities=(record, *dataset.cities[1:]))


def test_words_of_portals_never_become_markup(dataset: Dataset) -> None:
    """Scripts, handlers and unsafe links in names, titles, snippets and addresses come out as plain text."""
    for path, tree in trees(dict(render_all(hostile(dataset)))):
        scripts = tree.xpath("//script")
        assert [script.get("src") for script in scripts] == [
            posixpath.relpath("static/report.js", posixpath.dirname(path) or ".")
        ]
        assert not tree.xpath("//@*[starts-with(name(), 'on')]"), path
        assert not tree.xpath("//@style"), path
        for link in tree.xpath("//@href | //@src"):
            assert re.match(r"https?://|[#a-z.]", link), f"{path}: {link}"
            assert not re.match(r"(javascript|data|vbscript):", link), f"{path}: {link}"
            assert "evil.example" not in link
            assert "passwd" not in link
        assert all(image.get("src", "").endswith(".jpg") for image in tree.xpath("//img"))


def test_hostile_words_are_still_shown(dataset: Dataset) -> None:
    """What a portal said is printed, so that a reader can see it."""
    body = dict(render(hostile(dataset), "en"))["city/yunze.html"].decode()
    text = html.document_fromstring(body).text_content()
    assert HOSTILE in text
    assert "javascript:alert(3)" in text


def test_no_page_asks_anything_of_the_network(pages: dict[str, bytes]) -> None:
    """Styles, scripts and pictures are local, and the policy of every page forbids all else."""
    for _, tree in trees(pages):
        policy = tree.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
        assert policy.startswith("default-src 'none'")
        assert "unsafe" not in policy
        for link in tree.xpath("//link/@href | //script/@src | //img/@src"):
            assert "//" not in link
    assert b"url(" not in pages["static/report.css"].replace(b"url(#", b"")
    assert b"@import" not in pages["static/report.css"]


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://www.x.example/a?b=1&c=政务", True),
        ("HTTP://x.example/", True),
        ("javascript:alert(1)", False),
        (" https://x.example/", False),
        ("https://x.example/\"onclick='x'", False),
        ("https:///path", False),
        ("http://[broken", False),
        ("//x.example/", False),
        ("ftp://x.example/", False),
        ("", False),
        (None, False),
    ],
)
def test_only_web_addresses_become_links(address: str | None, link: bool) -> None:
    """http and https with a host, nothing else."""
    assert web_address(address) == (address if link else None)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://a.example/%E6%94%BF%E5%8A%A1/index.html?q=%E5%85%AC%E5%BC%80%202026", "https://a.example/政务/index.html?q=公开%202026"),
        ("https://a.example/%B9%AB%BF%AA", "https://a.example/%B9%AB%BF%AA"),
        ("https://a.example/%E2%80%AEcod.exe", "https://a.example/%E2%80%AEcod.exe"),
        ("https://a.example/%3Cb%3E", "https://a.example/%3Cb%3E"),
    ],
)  # fmt: skip
def test_addresses_are_shown_as_people_read_them(address: str, shown: str) -> None:
    """Escaped letters are written out; another encoding, marks that turn the text around, and ASCII stay escaped."""
    assert readable(address) == shown


def test_campaign_files_stay_in_the_campaign() -> None:
    """A picture's path is linked from where the page lies, and one that would leave the folder is not."""
    here = place("city/x.html", "zh/", "../visits/")
    assert here.kept("shots/a b.jpg") == "../../../visits/shots/a%20b.jpg"
    assert here.kept("a.warc.gz#12") == "../../../visits/a.warc.gz#12"
    for path in ("../x.jpg", "/etc/passwd", "http://x/y.jpg", "a\\b.jpg", "", None):
        assert here.kept(path) is None


def test_city_pages_have_safe_and_different_names() -> None:
    """Ids with slashes, dots, Chinese or capitals give safe file names that do not meet."""
    ids = ["yunze", "Yunze", "../x", "云泽", "云泽市", "con", "a/b", "a-b", "", "."]
    names = [page_name(id) for id in ids]
    assert len({name.lower() for name in names}) == len(ids)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9._-]*", name) for name in names)
    assert page_name("cn-330100") == "cn-330100"


def test_numbers_are_rounded_the_honest_way() -> None:
    """Bands are rounded outwards and shares downwards, so that print never claims more than was measured."""
    words = Words("en")
    assert band_text(Band(0.614, 0.731), words) == "61 to 74"
    assert band_text(Band(0.6, 0.6), words) == "60.0"
    assert band_text(UNKNOWN, words) == "0 to 100"
    assert band_text(None, words) == "–"
    assert percent(0.599) == "59"
    assert percent(0.29) == "29"


@pytest.mark.parametrize(
    ("value", "unit", "english", "chinese"),
    [
        (1, "days", "1 day", "1 天"),
        (12, "days", "12 days", "12 天"),
        (0.4567, "share", "45.7\u00a0%", "45.7%"),
        (2026, "year", "2026", "2026 年"),
        (2310, "ms", "2.31 s", "2.31 秒"),
        (1234, "count", "1,234", "1,234 个"),
        (True, "", "yes", "是"),
        (3.5, "furlongs", "3.5 furlongs", "3.5 furlongs"),
        ("粤ICP备", "", "粤ICP备", "粤ICP备"),
        (None, "days", "", ""),
        (float("nan"), "share", "", ""),
    ],
)
def test_values_carry_their_unit_in_words(value: object, unit: str, english: str, chinese: str) -> None:
    """Each measured value is written with its unit in the language of the report."""
    assert quantity(value, unit, Words("en")) == english
    assert quantity(value, unit, Words("zh")) == chinese


def test_times_are_written_for_people() -> None:
    """ISO times become dates in words; what is no date is shown as it came."""
    assert moment("2026-10-15T08:12:33Z", Words("en")) == "15 Oct 2026, 08:12 UTC"
    assert moment("2026-10-15T08:12:33.120+00:00", Words("zh")) == "2026年10月15日 08:12 UTC"
    assert moment("2026-10-15", Words("zh")) == "2026年10月15日"
    assert moment("soon", Words("en")) == "soon"
    assert moment(None, Words("en")) == "–"


@pytest.fixture(scope="module")
def folder(pages: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on disk, as a reader would open it."""
    root = tmp_path_factory.mktemp("campaign") / "report"
    for path, body in pages.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    return root


@pytest.mark.skipif(not CHROMIUM.exists(), reason="no Chromium at /usr/bin/chromium")
@pytest.mark.parametrize("width", [1280, 390])
def test_report_passes_its_own_audit(folder: Path, width: int) -> None:
    """axe-core finds no violation on any kind of page, in both languages, and no page scrolls sideways."""
    from playwright.sync_api import sync_playwright

    names = ["index", "city/yunze", "city/shibu", "city/wuling", "method", "data", "review", "lens/inspection"]
    names += ["lens/losi", "lens/inspection/yunze", "lens/inspection/shibu", "lens/losi/merrow", "lens/losi/wuling"]
    paths = [f"{prefix}{name}.html" for prefix in ("", "zh/") for name in names]
    faults: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": 844}, bypass_csp=False)
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda said: refused.append(said.text) if "Content Security" in said.text else None)
        page.on("pageerror", lambda error: refused.append(str(error)))
        for path in paths:
            page.goto((folder / path).as_uri())
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            page.evaluate(AXE.read_text("utf-8"))
            found = page.evaluate(
                "axe.run({resultTypes: ['violations'], preload: false}).then((result) => result.violations.map("
                "(one) => one.id + ' ' + one.nodes.slice(0, 2).map((node) => node.html).join(' | ')))"
            )
            faults += [f"{path}: {fault}" for fault in found]
            wide, shown = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            if wide > shown:
                faults.append(f"{path}: {wide} px wide in a window of {shown}")
        browser.close()
    assert faults == []
    assert refused == []
