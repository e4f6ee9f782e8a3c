"""A round that was killed or interrupted goes on where it stopped, asks nothing twice, and ends as if undisturbed."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.made_up_portal import Country, page, store_of, wait_until
from tests.postgres import Postgres

KILLS = (1, 9, 20, 33)


Calm = tuple[dict[str, object], Counter[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Calm:
    """The store of a round that nobody disturbed, and what the server was asked for."""
    with Country(tmp_path_factory.mktemp("calm")) as country:
        start = datetime.now(UTC).replace(microsecond=0)
        code, _out, err = country.visit()
        assert code == 0, err
        times = [str(row[0]) for row in country.rows("select fetched_at from visits where fetched_at is not null")]
        assert times
        assert all(start <= datetime.fromisoformat(time_) <= datetime.now(UTC) for time_ in times)
        return store_of(country), country.asked()


def test_an_undisturbed_round_asks_for_everything_once(undisturbed: Calm) -> None:
    """Every address is asked for once a way; only a declared second ask of a dead link comes twice."""
    _store, asked = undisturbed
    twice = {key for key, count in asked.items() if count > 1}
    assert twice == {("www.anqing.test", "GET", "/gone.html"), ("www.bowu.test", "GET", "/gone.html")}
    assert ("www.anqing.test", "GET", "/private/x.html") not in asked


@pytest.mark.parametrize("kill_at", KILLS)
def test_a_killed_round_goes_on_without_loss_or_repetition(
    kill_at: int,
    undisturbed: Calm,
    tmp_path: Path,
    database: str,
) -> None:
    """SIGKILL when the n-th request arrives: the next run asks again at most for what was in flight, nothing else.

    The finished store is equal to that of the undisturbed round, observation for observation, on either database.
    """
    calm, calm_asked = undisturbed
    with Country(tmp_path, database=database) as country:
        country.kill_at = kill_at
        code, _out, _err = country.visit()
        assert code == -signal.SIGKILL
        country.kill_at = None
        in_flight = set(country.rows("select url, way from visits where state = 'in_flight'"))
        code, _out, err = country.visit()
        assert code == 0, err
        repeated = country.asked() - calm_asked
        assert {f"http://{host}{path}" for host, _method, path in repeated} <= {url for url, _way in in_flight}
        assert all(count == 1 for count in repeated.values())
        assert store_of(country) == calm


def test_a_lost_database_stops_the_round_and_it_goes_on(undisturbed: Calm, tmp_path: Path) -> None:
    """The server dies in mid-round: exit code 1 and one plain message; with the server back the round is finished."""
    calm, calm_asked = undisturbed
    with Postgres() as server, Country(tmp_path, database=server.database()) as country:
        process = country.start()
        wait_until(iter(lambda: len(country.server.log) >= 15, None))
        server.stop()
        _out, err = process.communicate(timeout=60)
        assert process.returncode == 1, err
        assert "Traceback" not in err
        assert "cannot be written" in err or "cannot be read" in err
        server.start()
        code, _out, err = country.visit()
        assert code == 0, err
        assert store_of(country) == calm
        assert all(count <= 2 for count in (country.asked() - calm_asked).values())


def test_two_machines_on_one_database_keep_out_of_each_others_way(tmp_path: Path, postgres: Postgres) -> None:
    """The campaign is held in the database itself, not by its folder alone."""
    with Country(tmp_path / "one", database=postgres.database()) as country:
        country.hold_path = "/zwgk/"
        process = country.start()
        wait_until(iter(lambda: any(asked.path == "/zwgk/" for asked in country.server.log), None))
        country.process = None
        code, _out, err = country.visit("visit", "--out", str(tmp_path / "elsewhere"))
        assert code == 1
        assert "another process is at work on this campaign" in err
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 130


def test_ctrl_c_stops_within_seconds_and_the_round_goes_on(undisturbed: Calm, tmp_path: Path) -> None:
    """SIGINT while an answer hangs: exit code 130 within seconds, all is kept, and the round resumes to the same."""
    calm, calm_asked = undisturbed
    with Country(tmp_path) as country:
        country.kill_at, country.kill_with = 12, signal.SIGINT
        process = country.start()
        wait_until(iter(lambda: len(country.server.log) >= 12, None))
        start = time.monotonic()
        _out, err = process.communicate(timeout=30)
        assert process.returncode == 130, err
        assert time.monotonic() - start < 20
        assert "goes on from here" in err
        assert country.rows("select count(*) from visits where state = 'in_flight'") == [(0,)]
        assert country.rows("select max(attempts) from visits where state = 'planned'") == [(0,)]
        country.kill_at = None
        code, _out, err = country.visit()
        assert code == 0, err
        assert store_of(country) == calm
        assert sum((country.asked() - calm_asked).values()) <= 4


def test_ctrl_c_while_the_browser_is_at_work(tmp_path: Path) -> None:
    """SIGINT during a browser visit: exit code 130, the visit stays planned and is made when the round goes on."""
    with Country(tmp_path, views='["desktop"]') as country:
        country.pages["www.bowu.test", "/"] = page("博物市", script='<script src="/hang.js"></script>')
        process = country.start()

        def hanging() -> Iterator[bool]:
            while True:
                yield any(asked.path == "/hang.js" for asked in country.server.log)

        country.kill_at, country.kill_with = None, signal.SIGINT
        country.hold_path = "/hang.js"
        wait_until(hanging(), seconds=60)
        process.send_signal(signal.SIGINT)
        _out, err = process.communicate(timeout=30)
        assert process.returncode == 130, err
        assert country.rows("select distinct state, cause from visits where way = 'desktop' and city = 'bowu'") == [
            ("planned", None)
        ]
        country.hold_path = None
        code, _out, err = country.visit()
        assert code == 0, err
        assert country.rows("select outcome, attempts from visits where way = 'desktop' and city = 'bowu'")[0] == (
            "passed",
            1,
        )


def test_run_twice_in_a_period_does_nothing_and_a_month_later_opens_a_round(tmp_path: Path) -> None:
    """The second `run` says when the next is due and asks for nothing; after that day a new round is opened, which
    confirms the dead link that the first one suspected, and agrees with it in everything else.
    """
    with Country(tmp_path) as country:
        code, out, err = country.visit("run", "--on", "2026-10-20")
        assert code == 0, err
        assert out.strip().endswith(".html")
        count = len(country.server.log)
        code, _out, err = country.visit("run", "--on", "2026-10-28")
        assert (code, len(country.server.log)) == (0, count)
        assert "next round is due on 2026-11-20" in err
        country.back(48)
        code, _out, err = country.visit("run", "--on", "2026-11-21")
        assert code == 0, err
        assert len(country.server.log) == 2 * count
        told = "json_extract(finding, '$.outcome'), json_extract(finding, '$.cause'), json_extract(finding, '$.reason')"
        assert country.rows(
            f"select {told} from findings where city = 'anqing' and feature in ('health.home_links', "
            "'quality.agreement') order by round, feature"
        ) == [
            ("cantTell", "needs_time", "suspected"),
            ("cantTell", "needs_time", "no_earlier"),
            ("failed", None, "dead"),
            ("passed", None, "agrees"),
        ]
        assert country.rows("select name, state from rounds") == [("2026-10", "closed"), ("2026-11", "closed")]
        for name in ("2026-10", "2026-11"):
            code, out, err = country.visit("score", "--round", name, str(country.campaign), "--json")
            assert code == 0, err
            assert '"city": "anqing"' in out
            assert (country.folder / "two" / f"visits-{name}.warc.gz").stat().st_size > 10_000


def test_retry_asks_again_only_for_what_failed_so(tmp_path: Path) -> None:
    """`run --retry refused` re-opens what was refused, robots.txt included, and leaves the rest of the round alone."""
    with Country(tmp_path) as country:
        text = country.campaign.read_text(encoding="utf-8")
        there = f'"www.bowu.test:80" = "127.0.0.1:{country.server.port}"'
        broken = text.replace(there, '"www.bowu.test:80" = "127.0.0.1:1"')
        assert broken != text
        country.campaign.write_text(broken, encoding="utf-8")
        code, _out, err = country.visit("run", "--on", "2026-10-20")
        assert code == 3, err  # a planned portal yielded no measured page
        assert "Not measured: bowu" in err
        before = len(country.server.log)
        country.campaign.write_text(text, encoding="utf-8")
        code, _out, err = country.visit("run", "--on", "2026-10-21", "--retry", "refused")
        assert code == 0, err
        assert {asked.host for asked in country.server.log[before:]} == {"www.bowu.test"}
        assert country.rows("select outcome from visits where url = 'http://www.bowu.test/' and way = 'plain'") == [
            ("passed",)
        ]


def test_a_mistake_of_ours_stops_the_round_and_says_so(tmp_path: Path) -> None:
    """Without a browser the round ends with a message and exit code 1; the visits that need one stay planned."""
    with Country(tmp_path, views='["desktop"]') as country:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("CIVICPROBE_CHROMIUM", str(tmp_path / "no-browser"))
            code, _out, err = country.visit()
        assert code == 1, err
        assert "no-browser does not start" in err
        assert country.rows("select count(*) from visits where way = 'desktop' and state = 'planned'")[0][0] != 0
        assert country.rows("select count(*) from visits where state = 'in_flight'") == [(0,)]


def test_a_second_process_is_kept_out(tmp_path: Path) -> None:
    """While one process works on a campaign another is told so at once."""
    with Country(tmp_path) as country:
        country.hold_path = "/zwgk/"
        process = country.start()
        wait_until(iter(lambda: any(asked.path == "/zwgk/" for asked in country.server.log), None))
        country.process = None
        code, _out, err = country.visit()
        assert code == 2
        assert "another process is at work on this campaign" in err
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        assert process.returncode == 130
