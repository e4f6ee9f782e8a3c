"""Rounds of a campaign: opened when due, resumed when unfinished, found by name, one writer at a time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from crawler.campaign import rounds, stages
from crawler.campaign.file import Campaign, CampaignError
from crawler.store import Done, Plan, Store, StoreError
from probes.outcome import Cause, Outcome

TEXT = 'every = "month"\n[[city]]\nid = "a"\nname = "甲市"\nportals = ["http://127.0.0.1:8001/"]\n'


@pytest.fixture
def campaign(tmp_path: Path) -> Campaign:
    """A campaign of one city on loopback."""
    path = tmp_path / "c.toml"
    path.write_text(TEXT, encoding="utf-8")
    return Campaign(path)


@pytest.fixture
def store(campaign: Campaign) -> Iterator[Store]:
    """Its store."""
    opened = rounds.open_store(campaign)
    yield opened
    opened.close()


def close(store: Store) -> None:
    """Finish the latest round."""
    store.set_state(store.rounds()[-1].id, "closed")


def test_an_unfinished_round_is_gone_on_with(campaign: Campaign, store: Store) -> None:
    """However late it is, an open round comes before a new one."""
    first = rounds.open_round(campaign, store, date(2026, 10, 20))
    assert rounds.open_round(campaign, store, date(2027, 3, 1)).id == first.id
    assert rounds.stand(campaign, store, date(2026, 10, 21)).unfinished


def test_the_next_round_opens_when_it_is_due(campaign: Campaign, store: Store) -> None:
    """A month after the first one, on the same day of the month; before that there is nothing to do."""
    rounds.open_round(campaign, store, date(2026, 10, 31))
    close(store)
    with pytest.raises(rounds.NotDue, match="due on 2026-11-30; the latest is 2026-10"):
        rounds.open_round(campaign, store, date(2026, 11, 29))
    second = rounds.open_round(campaign, store, date(2026, 11, 30))
    assert second.name == "2026-11"
    assert [each.name for each in store.rounds()] == ["2026-10", "2026-11"]


def test_a_round_keeps_the_plan_it_was_opened_with(campaign: Campaign, store: Store) -> None:
    """Cities, budget, politeness and versions are stored, so that the report tells what was done, not what is now."""
    round_ = rounds.open_round(campaign, store, date(2026, 10, 20))
    assert stages.cities_of(round_) == campaign.cities
    assert round_.plan["politeness"]["delay_s"] == 1.0
    assert {"civicprobe", "axe-core", "catalogue", "words", "model"} <= set(round_.versions)
    assert round_.seed == campaign.file.seed


def test_retry_opens_a_closed_round_again(campaign: Campaign, store: Store) -> None:
    """What failed by a named cause is planned again; what ended otherwise stays as it is."""
    round_ = rounds.open_round(campaign, store, date(2026, 10, 20))
    plans = [
        Plan("a", "http://127.0.0.1:8001", f"http://127.0.0.1:8001/{n}", "plain", "GET", 1, 0, "article", "", None)
        for n in range(3)
    ]
    one, two, three = store.admit(round_.id, plans)
    store.finish(one, round_.id, Done(Outcome.CANT_TELL, Cause.TIMEOUT))
    store.finish(two, round_.id, Done(Outcome.CANT_TELL, Cause.BLOCKED))
    store.finish(three, round_.id, Done(Outcome.PASSED))
    close(store)
    again = rounds.open_round(campaign, store, date(2026, 10, 21), retry=[Cause.TIMEOUT])
    assert (again.id, again.state) == (round_.id, "open")
    assert [visit.state for visit in store.frontier(round_.id)] == ["planned", "done", "done"]


def test_rounds_are_found_by_name(campaign: Campaign, store: Store) -> None:
    """The latest when none is named; a name that is not there is answered with those that are."""
    with pytest.raises(rounds.NoRound, match="no round was opened yet"):
        rounds.find_round(store)
    rounds.open_round(campaign, store, date(2026, 10, 20))
    assert rounds.find_round(store).name == rounds.find_round(store, "2026-10").name == "2026-10"
    with pytest.raises(rounds.NoRound, match="'2025-01'; there are 2026-10"):
        rounds.find_round(store, "2025-01")


def test_one_writer_at_a_time(campaign: Campaign) -> None:
    """The folder is held while a process works on it, and free again afterwards."""
    second = pytest.raises(CampaignError, match="another process is at work")
    with rounds.at_work(campaign), second, rounds.at_work(campaign):
        pytest.fail("two writers")
    with rounds.at_work(campaign):
        pass


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """A file where the results should go is a message with the cure."""
    (tmp_path / "c.toml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "c").write_text("in the way")
    with pytest.raises(StoreError, match="choose another folder with --out"):
        rounds.open_store(Campaign(tmp_path / "c.toml"))


def test_campaigns_of_a_folder(tmp_path: Path, campaign: Campaign) -> None:
    """TOML files that name cities are campaigns; others are not."""
    (tmp_path / "other.toml").write_text("x = 1\n")
    assert list(rounds.campaigns_in(tmp_path)) == [campaign.path]
