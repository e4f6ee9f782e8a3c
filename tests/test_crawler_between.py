"""Between rounds: `civicprobe run` opens the home pages that are due, politely, and `due` and `schedule` know of it."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from audits.history import Opening
from crawler.campaign import between, rounds
from crawler.campaign.file import Campaign
from crawler.cli import app
from crawler.store import OpeningBook, Plan, Tried
from crawler.visit.robots import RobotsSeen
from probes.outcome import Cause, Outcome
from tests.faults import reply
from tests.made_up_portal import Country

BEGUN = datetime(2026, 10, 20, 12, tzinfo=UTC)
TWENTY = "openings_a_day = 20"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Country]:
    """The two cities with a finished round, which is then put back by thirty hours."""
    with Country(tmp_path_factory.mktemp("between"), extra=TWENTY) as country:
        code, _out, err = country.visit("run")
        assert code == 0, err
        country.back(30)
        yield country


@pytest.fixture
def country(finished: Country) -> Iterator[Country]:
    """The same for one test: nothing was opened since the round, and nothing is in the log."""
    pages, text = dict(finished.pages), finished.campaign.read_text(encoding="utf-8")
    finished.server.log.clear()
    yield finished
    finished.pages = pages
    finished.campaign.write_text(text, encoding="utf-8")
    connection = sqlite3.connect(finished.folder / "two" / "campaign.sqlite")
    connection.execute("delete from openings")
    connection.commit()
    connection.close()


def civicprobe(*words: str | Path) -> tuple[int, str, str]:
    """The command line in this process: (exit code, output, errors)."""
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout, result.stderr


def openings(country: Country) -> list[tuple[object, ...]]:
    """What was noted between rounds."""
    return country.rows("select city, url, outcome, cause, status from openings order by city, id")


def test_each_home_page_is_opened_once_when_it_is_due(country: Country) -> None:
    """One GET of each home page and none of anything else but robots.txt, which is good for a day; then nothing is due
    until three quarters of the pause have passed.
    """
    visits = country.rows("select count(*) from visits")
    code, out, err = civicprobe("run", country.campaign)
    assert code == 0, err
    assert "next round is due on" in err
    assert "Openings: 2 of 2 home pages opened." in err
    assert out == ""
    assert country.asked() == Counter(
        (host, "GET", path) for host in ("www.anqing.test", "www.bowu.test") for path in ("/robots.txt", "/")
    )
    assert all(asked.agent.startswith("CivicProbe/") for asked in country.server.log)
    assert openings(country) == [
        ("anqing", "http://www.anqing.test/", "passed", None, 200),
        ("bowu", "http://www.bowu.test/", "passed", None, 200),
    ]
    assert country.rows("select count(*) from visits") == visits
    assert all(took is not None for (took,) in country.rows("select elapsed_ms from openings"))

    code, _out, err = civicprobe("run", country.campaign)
    assert (code, len(openings(country))) == (0, 2)
    assert "Openings" not in err
    country.back(1.0)
    country.server.log.clear()
    code, _out, err = civicprobe("run", country.campaign)
    assert (code, len(openings(country))) == (0, 4)
    assert country.asked() == Counter({("www.anqing.test", "GET", "/"): 1, ("www.bowu.test", "GET", "/"): 1})
    country.back(24.0)
    country.server.log.clear()
    civicprobe("run", country.campaign)
    assert sum(path == "/robots.txt" for _host, _method, path in country.asked().elements()) == 2


def test_robots_txt_and_the_servers_failures_are_heard(country: Country) -> None:
    """A home page that robots.txt has closed since is not asked for; one whose server fails is noted as such."""
    country.pages["www.anqing.test", "/robots.txt"] = reply(b"User-agent: *\nDisallow: /\n", kind="text/plain")
    country.pages["www.bowu.test", "/"] = reply(b"", status="503 Service Unavailable", extra="Retry-After: 3600\r\n")
    code, _out, err = civicprobe("run", country.campaign)
    assert code == 0, err
    assert openings(country) == [
        ("anqing", "http://www.anqing.test/", "untested", "robots", None),
        ("bowu", "http://www.bowu.test/", "cantTell", "http_5xx", 503),
    ]
    assert ("www.anqing.test", "GET", "/") not in country.asked()
    country.back(0.95)
    civicprobe("run", country.campaign)  # the server that asked to be left alone for an hour is not asked again before
    assert [row[0] for row in openings(country)] == ["anqing", "anqing", "bowu"]


def test_a_site_that_cannot_be_reached_is_noted(country: Country) -> None:
    """A refused connection is an opening that failed, also while its robots.txt is still known from the day before."""
    civicprobe("run", country.campaign)
    country.back(26)
    text = country.campaign.read_text(encoding="utf-8")
    there = f'"www.bowu.test:80" = "127.0.0.1:{country.server.port}"'
    country.campaign.write_text(text.replace(there, '"www.bowu.test:80" = "127.0.0.1:1"'), encoding="utf-8")
    code, _out, err = civicprobe("run", country.campaign)
    assert code == 0, err
    assert openings(country)[-1] == ("bowu", "http://www.bowu.test/", "cantTell", "refused", None)
    assert "Openings: 1 of 2 home pages opened." in err


def test_a_home_page_that_has_moved_is_followed(country: Country) -> None:
    """A redirect leads to the page itself; the opening is that of the address which a visitor knows."""
    country.pages["www.bowu.test", "/new/"] = country.pages["www.bowu.test", "/"]
    country.pages["www.bowu.test", "/"] = reply(status="302 Found", extra="Location: /new/\r\n")
    civicprobe("run", country.campaign)
    assert openings(country)[-1] == ("bowu", "http://www.bowu.test/", "passed", None, 200)
    assert country.asked()["www.bowu.test", "GET", "/new/"] == 1


def test_without_the_key_nothing_is_asked_between_rounds(country: Country) -> None:
    """The default is no openings."""
    text = country.campaign.read_text(encoding="utf-8")
    country.campaign.write_text(text.replace(TWENTY, ""), encoding="utf-8")
    code, _out, err = civicprobe("run", country.campaign)
    assert code == 0, err
    assert country.server.log == []
    assert openings(country) == []


def test_due_and_schedule_tell_of_openings(country: Country) -> None:
    """`due` counts the home pages whose opening is due; `schedule` wakes the campaign as often as it opens them."""
    code, out, err = civicprobe("due", country.folder, "--json")
    assert code == 0, err
    [row] = json.loads(out)
    assert (row["state"], row["openings_a_day"], row["openings_due"]) == ("done", 20, 2)
    _code, out, _err = civicprobe("due", country.folder)
    assert "openings 20 a day, 2 due" in out
    civicprobe("run", country.campaign)
    _code, out, _err = civicprobe("due", country.folder)
    assert "openings 20 a day, 0 due" in out
    code, out, err = civicprobe("schedule", country.campaign)
    assert code == 0, err
    assert out.count("OnCalendar=") == 5
    assert "20 times a day" in out


def test_a_key_that_is_no_number_of_openings_is_refused(country: Country) -> None:
    """More often than every half hour would be a load on the portals; the message names the key."""
    text = country.campaign.read_text(encoding="utf-8")
    country.campaign.write_text(text.replace(TWENTY, "openings_a_day = 500"), encoding="utf-8")
    code, _out, err = civicprobe("plan", country.campaign)
    assert code == 2
    assert "openings_a_day" in err


def three_cities(folder: Path) -> Campaign:
    """A campaign of three cities at which nothing listens."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "c.toml"
    cities = "".join(f'[[city]]\nid = "c{n}"\nname = "{n}市"\nportals = ["http://127.0.0.{n}:1/"]\n' for n in (1, 2, 3))
    path.write_text(f'{TWENTY}\nallow = ["127.0.0.0/8"]\n[politeness]\ndelay_s = 0\n{cities}', encoding="utf-8")
    return Campaign(path)


@pytest.mark.parametrize("reached_before", [False, True])
def test_when_no_site_at_all_can_be_reached_nothing_is_noted(tmp_path: Path, reached_before: bool) -> None:
    """That three portals are down in one minute is less likely than that our own line is."""
    campaign = three_cities(tmp_path)
    store = rounds.open_store(campaign)
    round_ = rounds.open_round(campaign, store, BEGUN.date())
    for city in campaign.cities:
        store.admit(round_.id, [Plan(city.id, "s", city.portals[0], "plain", "GET", 1, 0, "home", "", None)])
    if reached_before:
        known = RobotsSeen(200, "User-agent: *\nDisallow:\n")
        OpeningBook(store).note(
            Tried(
                home.city,
                home.url.rstrip("/"),
                Opening(home.url, BEGUN.strftime("%Y-%m-%dT%H:%M:%SZ"), "plain", Outcome.PASSED),
                known,
            )
            for home in OpeningBook(store).homes(round_)
        )
    count = 3 if reached_before else 0
    done = between.open_due(campaign, store, round_, BEGUN + timedelta(hours=2))
    assert done is not None
    assert done.offline
    assert "our own line" in str(done)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from openings").scalar_one() == count
    store.close()


def test_an_opening_is_due_after_three_quarters_of_the_pause(tmp_path: Path) -> None:
    """Twenty a day are 72 minutes apart; a timer that is a little early is not turned away, one at 53 minutes is."""
    campaign = three_cities(tmp_path)
    store = rounds.open_store(campaign)
    round_ = rounds.open_round(campaign, store, BEGUN.date())
    store.admit(round_.id, [Plan("c1", "s", "http://127.0.0.1:1/", "plain", "GET", 1, 0, "home", "", None)])
    at = BEGUN.strftime("%Y-%m-%dT%H:%M:%SZ")
    [home] = between.due_homes(campaign, store, round_, BEGUN)
    OpeningBook(store).note([Tried("c1", "s", Opening(home.url, at, "plain", Outcome.CANT_TELL, Cause.TIMEOUT))])
    assert between.due_homes(campaign, store, round_, BEGUN + timedelta(minutes=53)) == ()
    assert [due.url for due in between.due_homes(campaign, store, round_, BEGUN + timedelta(minutes=54))] == [home.url]
    store.close()
