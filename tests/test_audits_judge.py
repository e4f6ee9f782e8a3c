"""The judge: pages lifted to the city, features that need others, and no "absent" while a planned look is missing."""

from __future__ import annotations

from dataclasses import replace
from importlib import resources
from typing import Any

import pytest

from audits.band import Band
from audits.card import Card
from audits.cards import load_catalogue, parse_catalogue
from audits.city import City, CitySeen, Reason, VisitedPage
from audits.finding import Finding
from audits.judge import judge
from probes.document import DocumentSeen, Sighting
from probes.observation import Observation
from probes.outcome import Cause, Outcome

HOME = "https://www.example.gov.cn/"
CITY = City("example", "示例市", "cn", (HOME,))
SHARED = resources.files("audits").joinpath("messages.toml").read_text("utf-8")
CARD = """
[[card]]
id = "test.mark"
catalogue = []
kind = "feature"
title = { en = "T", zh = "题" }
asks = { en = "?", zh = "？" }
why = { en = "W", zh = "因" }
counts = { en = "C", zh = "是" }
does_not_count = { en = "N", zh = "否" }
check = "present"
over = "home"
options = { id = "mark.icp" }
messages.present = { en = "There.", zh = "有。" }
messages.absent = { en = "Not there.", zh = "无。" }
messages.share = { en = "{met} of {pages}", zh = "{met}/{pages}" }
messages.count = { en = "{met} of {pages}", zh = "{met}/{pages}" }
sources = [{ text = { en = "A rule", zh = "一项规则" }, clause = "1", certainty = "R" }]
"""


def card(**changes: Any) -> Card:
    """The test card, changed."""
    over = changes.get("over", "home")
    text = CARD.replace('over = "home"', f'over = "{over}"' + ('\nroles = ["article"]' if over != "home" else ""))
    for lift in ("share", "count"):
        if over != lift:
            text = "\n".join(line for line in text.splitlines() if not line.startswith(f"messages.{lift}"))
    return replace(parse_catalogue({"x.toml": text}, SHARED).cards[0], **changes)


def document(marked: bool, *, shell: bool = False, kind: str = "home") -> DocumentSeen:
    """A page with or without the mark."""
    present = {"mark.icp": (Sighting("冀ICP备12345678号", None, "footer"),)} if marked else {}
    return DocumentSeen(kind, "", "zh", "zh", "utf-8", "utf-8", "示例", 500, present=present, empty_shell=shell)


def visit(marked: bool | None = False, url: str = HOME, role: str = "home", **changes: Any) -> VisitedPage:
    """One visit; without a mark at all (None) nothing could be read."""
    seen: dict[type, Observation[Any]] = {}
    if marked is not None:
        seen[DocumentSeen] = Observation("document", 1, Outcome.PASSED, seen=document(marked), id=7)
    page = VisitedPage(
        id=1, url=url, final_url=url, way="plain", method="GET", portal=HOME, roles=(Reason(role, "why"),),
        outcome=Outcome.PASSED if marked is not None else Outcome.CANT_TELL,
        cause=None if marked is not None else Cause.TIMEOUT, vendor=None, status=200 if marked is not None else None,
        fetched_at="2026-10-15T08:00:00+00:00", elapsed_ms=1, size_bytes=1, observations=seen,
    )  # fmt: skip
    return replace(page, **changes)


def found(card: Card, *pages: VisitedPage, city: City = CITY) -> Finding:
    """The one finding of one card."""
    return judge(CitySeen(city, pages, "2026-10-15"), (card,))[0]


def test_seen_on_the_home_page() -> None:
    """Present, with its proof and the row it rests on."""
    finding = found(card(), visit(True))
    assert finding.outcome is Outcome.PASSED
    assert finding.band == Band(1, 1)
    assert finding.evidence[0].snippet == "冀ICP备12345678号"
    assert finding.evidence[0].observation == 7


def test_any_reading_of_an_address_is_enough() -> None:
    """What only the rendered page shows is on the page."""
    assert found(card(), visit(False), visit(True, way="desktop")).outcome is Outcome.PASSED


def test_absent_when_the_home_page_was_read() -> None:
    """Not seen, and everything was looked at: failed."""
    assert found(card(), visit(False)).outcome is Outcome.FAILED


@pytest.mark.parametrize("cause", [Cause.BLOCKED, Cause.TIMEOUT, Cause.DNS, Cause.EMPTY_SHELL])
def test_a_home_page_that_was_not_read_leaves_everything_open(cause: Cause) -> None:
    """The cause and the maker of the wall are passed on."""
    finding = found(card(), visit(None, cause=cause, vendor="acw"))
    assert (finding.outcome, finding.cause, finding.vendor) == (Outcome.CANT_TELL, cause, "acw")
    assert finding.band == Band(0, 1)


def test_an_empty_shell_hides_what_it_would_show() -> None:
    """A page of scripts that no browser opened is no proof of absence, even where the visit counts as answered."""
    shell = Observation("document", 1, Outcome.PASSED, seen=document(False, shell=True))
    finding = found(card(), visit(False, observations={DocumentSeen: shell}))
    assert (finding.outcome, finding.cause) == (Outcome.CANT_TELL, Cause.EMPTY_SHELL)


def test_a_dead_variant_of_the_home_page_is_no_gap() -> None:
    """The https address refuses, the http address was read: absence may be said."""
    other = visit(None, url="http://www.example.gov.cn/", cause=Cause.REFUSED)
    assert found(card(), other, visit(False)).outcome is Outcome.FAILED


def test_a_planned_look_that_was_not_made_forbids_absence() -> None:
    """A role the card looks at has a visit that timed out: unknown, not absent."""
    looks = card(looks_at=("home", "article"))
    late = visit(None, url=HOME + "a", role="article")
    assert found(looks, visit(False), late).cause is Cause.TIMEOUT
    assert found(looks, visit(False), replace(late, outcome=Outcome.UNTESTED, cause=Cause.BUDGET)).cause is Cause.BUDGET


def test_a_dead_link_hides_nothing() -> None:
    """A page that the server says is not there is a look that was made."""
    looks = card(looks_at=("home", "article"))
    dead = visit(None, url=HOME + "a", role="article", outcome=Outcome.FAILED, cause=None, status=404)
    assert found(looks, visit(False), dead).outcome is Outcome.FAILED


def listing(href: str | None, *texts: str) -> VisitedPage:
    """The home page with entries of the role article, all of one address."""
    sightings = tuple(Sighting(text, href if number == 0 else None, "nav") for number, text in enumerate(texts))
    seen = replace(document(False), present={"article": sightings})
    return visit(False, observations={DocumentSeen: Observation("document", 1, Outcome.PASSED, seen=seen, id=7)})


def test_an_entry_that_was_seen_and_not_followed_forbids_absence() -> None:
    """The home page leads to such a page on another host that no visit was planned for: what is there is unknown."""
    looks = card(looks_at=("home", "article"))
    finding = found(looks, listing("https://other.example.gov.cn/list/", "动态"))
    assert (finding.outcome, finding.cause, finding.reason) == (Outcome.CANT_TELL, Cause.NOT_SAMPLED, "not_followed")
    assert (finding.evidence[0].snippet, finding.evidence[0].href) == ("动态", "https://other.example.gov.cn/list/")


def test_an_entry_to_a_host_that_did_not_answer_has_its_cause() -> None:
    """Another page of that host was asked and its name was not found: the entry is open for the same cause."""
    looks = card(looks_at=("home", "article"))
    lost = visit(None, "https://other.example.gov.cn/", "service.entry", cause=Cause.DNS)
    assert found(looks, listing("https://other.example.gov.cn/list/", "动态"), lost).cause is Cause.DNS


@pytest.mark.parametrize("href", [None, HOME + "#top", "tel:12345"])
def test_an_entry_that_leads_nowhere_hides_nothing(href: str | None) -> None:
    """A heading, a place on the same page and a number to dial are no page that could have been followed."""
    assert found(card(looks_at=("home", "article")), listing(href, "动态")).outcome is Outcome.FAILED


def test_a_role_of_which_a_page_was_seen_is_not_left_open_by_its_other_entries() -> None:
    """The sample of a role is made when one of its pages was visited; further entries of it need not be followed."""
    looks = card(looks_at=("home", "article"))
    other = visit(False, HOME + "a", "article")
    assert found(looks, listing("https://other.example.gov.cn/list/", "动态"), other).outcome is Outcome.FAILED


def test_one_wording_is_one_proof() -> None:
    """The same words as heading and as link are shown once, as the link."""
    twice = (
        Sighting("冀ICP备12345678号", None, "footer"),
        Sighting("冀ICP备 12345678号", "https://icp.example/", "nav"),
    )
    seen = replace(document(False), present={"mark.icp": twice})
    page = visit(True, observations={DocumentSeen: Observation("document", 1, Outcome.PASSED, seen=seen, id=7)})
    assert [proof.href for proof in found(card(), page).evidence] == ["https://icp.example/"]


def test_a_browser_that_stopped_is_the_cause_where_only_it_could_tell() -> None:
    """The plain page was read, but the measure needs the phone view, which crashed: that is said, not "not sampled"."""
    fits = next(card for card in load_catalogue() if card.id == "mobile.fit")
    stopped = visit(None, way="phone", cause=Cause.CRASHED)
    finding = found(fits, visit(False), stopped)
    assert (finding.outcome, finding.cause) == (Outcome.CANT_TELL, Cause.CRASHED)


def test_what_was_looked_for_on_an_incomplete_plan_is_not_known_to_be_missing() -> None:
    """A head's page timed out and so did the disclosure section: of no other head is it known that it lacks items."""
    heads = next(card for card in load_catalogue() if card.id == "disclosure.heads")
    section = visit(None, HOME + "xxgk/", "disclosure.entry")
    head = visit(None, HOME + "jy/", "head.livelihood")
    assert found(heads, visit(False), section, head).band == Band(0, 1)


def test_nothing_planned_means_not_sampled() -> None:
    """Without any visit there is no absence."""
    assert found(card()).cause is Cause.NOT_SAMPLED


def test_another_country() -> None:
    """A Chinese rule does not arise elsewhere, whatever was seen."""
    assert found(card(countries=("cn",)), visit(True), city=replace(CITY, country="us")).outcome is Outcome.INAPPLICABLE


def test_share_over_pages() -> None:
    """The mean over the pages that could be judged; passed from pass_at on."""
    pages = [visit(mark, HOME + name, "article") for name, mark in (("a", True), ("b", False), ("c", None))]
    finding = found(card(over="share", pass_at=0.5), *pages)
    assert (finding.outcome, finding.value, finding.arguments["met"]) == (Outcome.PASSED, 0.5, 1)
    assert found(card(over="share"), *pages).outcome is Outcome.FAILED


def test_a_share_of_too_few_says_nothing() -> None:
    """Below the number the card asks for the answer is open."""
    finding = found(card(over="share", at_least=3), visit(True, HOME + "a", "article"))
    assert (finding.outcome, finding.reason) == (Outcome.CANT_TELL, "too_few")


def test_count_over_pages() -> None:
    """The number of pages that meet the check, up to the number the card asks for."""
    pages = [visit(True, HOME + "a", "article"), visit(True, HOME + "b", "article")]
    finding = found(card(over="count", at_least=2), *pages)
    assert (finding.outcome, finding.value) == (Outcome.PASSED, 2)


def test_all_pages() -> None:
    """One page without it fails; a page that was not read leaves it open."""
    with_it, without = visit(True, HOME + "a", "article"), visit(False, HOME + "b", "article")
    unread = visit(None, HOME + "c", "article")
    assert found(card(over="all"), with_it, without, unread).outcome is Outcome.FAILED
    assert found(card(over="all"), with_it, unread).outcome is Outcome.CANT_TELL
    assert found(card(over="all"), with_it).outcome is Outcome.PASSED


def test_any_page() -> None:
    """One page with it passes; none with it is absence, which a page not read forbids."""
    with_it, without = visit(True, HOME + "a", "article"), visit(False, HOME + "b", "article")
    unread = visit(None, HOME + "c", "article")
    assert found(card(over="any"), unread, without, with_it).outcome is Outcome.PASSED
    assert found(card(over="any"), without, unread).outcome is Outcome.CANT_TELL
    assert found(card(over="any"), visit(False), without).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    ("marked", "without", "outcome"),
    [
        (True, "failed", Outcome.PASSED),
        (False, "failed", Outcome.FAILED),
        (False, "inapplicable", Outcome.INAPPLICABLE),
        (None, "failed", Outcome.CANT_TELL),
    ],
)
def test_a_feature_that_needs_another(marked: bool | None, without: str, outcome: Outcome) -> None:
    """There, missing or unknown: the dependent feature follows, whatever the order of the cards."""
    needed = card()
    dependent = replace(needed, id="test.quality", needs="test.mark", without=without)
    findings = judge(CitySeen(CITY, (visit(marked),), "2026-10-15"), (dependent, needed))
    assert [finding.feature for finding in findings] == ["test.quality", "test.mark"]
    assert findings[0].outcome is outcome
    said = {Outcome.FAILED: "without", Outcome.INAPPLICABLE: "moot", Outcome.CANT_TELL: "waits"}
    assert findings[0].reason == said.get(outcome, "present")


def test_the_same_evidence_gives_the_same_findings() -> None:
    """Judging twice gives equal findings for every card of the catalogue, in card order."""
    cards = load_catalogue().cards
    seen = (visit(True), visit(False, HOME + "a", "column.news"))
    first = judge(CitySeen(CITY, seen, "2026-10-15"), cards)
    assert first == judge(CitySeen(CITY, seen, "2026-10-15"), cards)
    assert [finding.feature for finding in first] == [card.id for card in cards]


def test_a_walled_city_is_unknown_throughout() -> None:
    """No feature of a walled portal fails: every one is open, with the wall as its cause, or waits for time."""
    walled = visit(None, cause=Cause.BLOCKED, vendor="ruishu412", status=412)
    findings = judge(CitySeen(CITY, (walled,), "2026-10-15"), load_catalogue().cards)
    features = {card.id for card in load_catalogue() if card.kind in ("feature", "presence")}
    told = [finding for finding in findings if finding.feature in features and finding.feature != "health.opening"]
    assert {finding.outcome for finding in told} == {Outcome.CANT_TELL}
    assert {finding.cause for finding in told} == {Cause.BLOCKED}
    assert {finding.vendor for finding in told} == {"ruishu412"}
