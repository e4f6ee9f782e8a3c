"""Rules over time, on a real database with rounds at made-up times: dead twice, a week, five loads, agreement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from audits.finding import Finding
from audits.history import Opening
from crawler.campaign import rounds, stages, telling
from crawler.campaign.file import Campaign
from crawler.store import Done, OpeningBook, Plan, Round, Store, Tried
from probes.live_seen import LoadSeen
from probes.observation import Observation
from probes.outcome import Cause, Outcome
from probes.page import FetchedPage
from probes.page_links import LinksSeen
from probes.parsed import parse

SITE = "https://www.jia.example:443"
HOME = "https://www.jia.example/"
GONE = Done(Outcome.FAILED, Cause.HTTP_4XX, status=404)
THERE = Done(Outcome.PASSED, status=200)
NO_HOST = Done(Outcome.CANT_TELL, Cause.DNS)
TEXT = (
    'contact = "survey@example.org"\nevery = "day"\nopenings_a_day = 20\n'
    f'[[city]]\nid = "jia"\nname = "甲市"\nportals = ["{HOME}"]\n'
)


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """A campaign of one made-up city."""
    path = tmp_path / "c.toml"
    path.write_text(TEXT, encoding="utf-8")
    return Campaign(path)


@pytest.fixture
def store(campaign: Campaign) -> Iterator[Store]:
    """Its store."""
    opened = rounds.open_store(campaign)
    yield opened
    opened.close()


def home_seen(html: str) -> list[Observation[object]]:
    """What the probes see on a home page."""
    page = FetchedPage(
        HOME, 200, (("content-type", "text/html; charset=utf-8"),), html.encode(), datetime(2026, 10, 1, tzinfo=UTC)
    )
    return [
        Observation("document", 1, Outcome.PASSED, seen=parse(page).seen),
        Observation("page_links", 1, Outcome.PASSED, seen=LinksSeen(2, 0, 0, (), 0)),
    ]


def load(load_ms: int) -> Observation[object]:
    """The browser's account of one load."""
    return Observation("load", 1, Outcome.PASSED, seen=LoadSeen(200, 100, 200, load_ms, 9, 0, 0, 9000, 0, 0))


def a_round(
    campaign: Campaign,
    store: Store,
    day: str,
    links: dict[str, Done],
    *,
    load_ms: int = 1000,
    html: str = "<p>欢迎访问甲市人民政府</p>",
) -> Round:
    """A whole round of one day, visited at eight in the morning and judged: the home page, a load, and links of it."""
    round_ = rounds.open_round(campaign, store, date.fromisoformat(day))
    asked = [("", "home", "plain"), ("", "home", "desktop"), *((path, "link_check", "plain") for path in links)]
    plans = [Plan("jia", SITE, HOME + path, way, "GET", 1, 0, role, "", None) for path, role, way in asked]
    for visit in store.admit(round_.id, plans):
        store.start(replace(visit, attempts=1))
        done = links.get(visit.url.removeprefix(HOME), THERE)
        seen = [load(load_ms)] if visit.way == "desktop" else home_seen(html) if visit.roles == ("home",) else []
        answered = done.cause is not Cause.DNS
        store.finish(visit, round_.id, replace(done, fetched_at=f"{day}T08:00:00Z" if answered else None), seen)
    store.set_state(round_.id, "visited")
    with store.engine.begin() as connection:
        at = {"id": round_.id, "opened": f"{day}T07:59:00Z", "closed": f"{day}T08:30:00Z"}
        connection.execute(text("update rounds set opened_at = :opened, closed_at = :closed where id = :id"), at)
        connection.execute(text("update visits set started_at = :opened where round = :id"), at)
    judged = rounds.find_round(store, round_.name)
    stages.judge_round(campaign, store, judged)
    store.set_state(round_.id, "closed")
    return rounds.find_round(store, round_.name)


def found(store: Store, round_: Round, feature: str) -> Finding:
    """One finding of a round."""
    return next(each for each in store.findings(round_.id) if each.feature == feature)


def opened(store: Store, first: str, days: int, *, a_day: int = 20, cause: Cause | None = None) -> None:
    """Openings between rounds, spread evenly over some days."""
    begin = datetime.fromisoformat(first)
    tries = [
        (begin + timedelta(days=day, minutes=turn * 24 * 60 / a_day)).strftime("%Y-%m-%dT%H:%M:%SZ")
        for day in range(days)
        for turn in range(a_day)
    ]
    outcome = Outcome.PASSED if cause is None else Outcome.CANT_TELL
    OpeningBook(store).note(
        Tried("jia", SITE, Opening(HOME, at, "plain", outcome, cause, 200 if cause is None else None, 300))
        for at in tries
    )


@pytest.mark.parametrize("missing", [GONE, NO_HOST, Done(Outcome.FAILED, Cause.SOFT_404, status=200)])
def test_a_link_is_dead_when_a_second_round_says_so(campaign: Campaign, store: Store, missing: Done) -> None:
    """Missing in one round is suspected; missing again the next day is dead; the first round stays as it was judged."""
    first = a_round(campaign, store, "2026-10-01", {"a": THERE, "b": missing})
    before = store.findings(first.id)
    suspected = found(store, first, "health.home_links")
    assert (suspected.outcome, suspected.cause, suspected.reason) == (
        Outcome.CANT_TELL,
        Cause.NEEDS_TIME,
        "suspected",
    )
    assert suspected.band is not None
    assert (suspected.band.low, suspected.band.high) == (0.5, 1.0)
    second = a_round(campaign, store, "2026-10-02", {"a": THERE, "b": missing})
    dead = found(store, second, "health.home_links")
    assert (dead.outcome, dead.value, dead.reason) == (Outcome.FAILED, 0.5, "dead")
    assert [proof.url for proof in dead.evidence] == [HOME + "b"]
    assert all(proof.fetched_at for proof in dead.evidence)
    assert stages.judge_round(campaign, store, first) == before


def test_a_link_that_was_there_in_between_begins_anew(campaign: Campaign, store: Store) -> None:
    """Missing, there, missing: the third round suspects again, for the two answers are not one death."""
    for day, answer in (("2026-10-01", GONE), ("2026-10-02", THERE)):
        a_round(campaign, store, day, {"a": THERE, "b": answer})
    third = a_round(campaign, store, "2026-10-03", {"a": THERE, "b": GONE})
    assert found(store, third, "health.home_links").reason == "suspected"


def test_a_timeout_in_between_breaks_nothing(campaign: Campaign, store: Store) -> None:
    """Missing, not reached, missing: two answers a day apart with nothing else said between them."""
    for day, answer in (("2026-10-01", GONE), ("2026-10-02", Done(Outcome.CANT_TELL, Cause.TIMEOUT))):
        a_round(campaign, store, day, {"a": THERE, "b": answer})
    third = a_round(campaign, store, "2026-10-03", {"a": THERE, "b": GONE})
    assert found(store, third, "health.home_links").reason == "dead"


def test_a_week_of_openings_between_rounds_is_judged(campaign: Campaign, store: Store) -> None:
    """Twenty openings on each of the seven days before the round; eight of 140 failed, which is more than 5 %."""
    first = a_round(campaign, store, "2026-10-01", {})
    assert found(store, first, "health.opening").cause is Cause.NEEDS_TIME
    opened(store, "2026-10-02", 6)
    opened(store, "2026-10-08", 1, a_day=12)
    opened(store, "2026-10-08T00:40:00", 1, a_day=8, cause=Cause.REFUSED)
    second = a_round(campaign, store, "2026-10-09", {})
    late = found(store, second, "health.opening")
    assert (late.outcome, late.value, late.arguments["late"]) == (Outcome.FAILED, 0.0571, 8)
    assert {proof.fetched_at[:10] for proof in late.evidence} == {"2026-10-08"}


def test_what_comes_after_a_round_is_not_its_past(campaign: Campaign, store: Store) -> None:
    """A round judged again after a later week and later rounds gives the same findings, row for row."""
    opened(store, "2026-10-02", 7)
    middle = a_round(campaign, store, "2026-10-09", {"a": GONE})
    before = store.findings(middle.id)
    assert found(store, middle, "health.opening").outcome is Outcome.PASSED
    opened(store, "2026-10-09T09:00:00", 7, cause=Cause.TIMEOUT)
    for day in ("2026-10-17", "2026-10-18"):
        a_round(campaign, store, day, {"a": GONE}, load_ms=20_000)
    assert stages.judge_round(campaign, store, middle) == before


def test_visits_of_rounds_are_openings_too(campaign: Campaign, store: Store) -> None:
    """The history holds the home visits of this round and of earlier ones, plain and in a browser, and what was opened
    between.
    """
    a_round(campaign, store, "2026-10-01", {}, load_ms=700)
    opened(store, "2026-10-02", 1, a_day=2)
    last = a_round(campaign, store, "2026-10-03", {}, load_ms=900)
    history = store.history(last, "jia", ())
    assert [(each.at, each.way, each.load_ms) for each in history.openings] == [
        ("2026-10-01T08:00:00Z", "desktop", 700),
        ("2026-10-01T08:00:00Z", "plain", None),
        ("2026-10-02T00:00:00Z", "plain", None),
        ("2026-10-02T12:00:00Z", "plain", None),
        ("2026-10-03T08:00:00Z", "desktop", 900),
        ("2026-10-03T08:00:00Z", "plain", None),
    ]


def test_five_rounds_give_a_load_time(campaign: Campaign, store: Store) -> None:
    """Four loads say nothing; with the fifth the median counts."""
    for day, load_ms in ((1, 9000), (2, 1000), (3, 6000)):
        a_round(campaign, store, f"2026-10-{day:02d}", {}, load_ms=load_ms)
    fourth = a_round(campaign, store, "2026-10-04", {}, load_ms=5000)
    assert found(store, fourth, "health.load_time").arguments == {"loads": 4, "least": 5}
    fifth = a_round(campaign, store, "2026-10-05", {}, load_ms=7000)
    median = found(store, fifth, "health.load_time")
    assert (median.value, median.unit, median.outcome) == (6000, "ms", Outcome.FAILED)
    assert median.band is not None
    assert median.band.low == pytest.approx(0.75)


def test_the_second_round_is_compared_with_the_first(campaign: Campaign, store: Store) -> None:
    """The same pages give kappa 1; a footer that lost its filing number changes the findings that rest on it."""
    filed = "<p>欢迎访问甲市人民政府</p><p>备案号：粤ICP备12345678号-1</p>"
    first = a_round(campaign, store, "2026-10-01", {}, html=filed)
    assert found(store, first, "quality.agreement").cause is Cause.NEEDS_TIME
    second = a_round(campaign, store, "2026-10-03", {}, html=filed)
    same = found(store, second, "quality.agreement")
    assert (same.outcome, same.value, same.arguments["round"]) == (Outcome.PASSED, 1.0, "2026-10-01")
    third = a_round(campaign, store, "2026-10-05", {})
    changed = found(store, third, "quality.agreement")
    assert changed.reason == "differs"
    assert "identity.icp_filing" in str(changed.arguments["features"])
    rules = {rule.feature: rule for rule in telling.dataset(campaign, store, third).agreement}
    assert (rules["identity.icp_filing"].cities, rules["identity.icp_filing"].agreed) == (1, 0)
    assert rules["identity.icp_filing"].kappa is None
    assert rules["identity.site_code"].agreed == 1
    assert telling.dataset(campaign, store, first).agreement == ()


def test_a_round_of_the_evening_before_is_too_near(campaign: Campaign, store: Store) -> None:
    """Between the end of one round and the start of the next must lie a day, else the round before it counts."""
    a_round(campaign, store, "2026-10-01", {})
    second = a_round(campaign, store, "2026-10-02", {})
    assert found(store, second, "quality.agreement").reason == "no_earlier"
    third = a_round(campaign, store, "2026-10-03", {})
    assert found(store, third, "quality.agreement").arguments["round"] == "2026-10-01"


def test_a_round_read_by_other_words_is_not_compared(campaign: Campaign, store: Store) -> None:
    """After a change of words the next round has nothing to be compared with, until the old one is read again."""
    first = a_round(campaign, store, "2026-10-01", {})
    store.set_state(first.id, "closed", {**first.versions, "words": "other"})
    second = a_round(campaign, store, "2026-10-03", {})
    assert found(store, second, "quality.agreement").reason == "no_earlier"
    store.set_state(first.id, "closed", first.versions)
    stages.judge_round(campaign, store, second)
    assert found(store, second, "quality.agreement").reason == "agrees"
