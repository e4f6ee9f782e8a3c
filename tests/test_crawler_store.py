"""A campaign's database: made from nothing, never from another program's, and written in whole steps only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import UniqueConstraint, create_engine, inspect

from audits.band import Band
from audits.finding import Finding
from crawler.store import Done, Plan, Round, Store, StoreError, open_database
from crawler.store.tables import metadata
from probes.document import DatedItem, DocumentSeen
from probes.observation import Observation
from probes.outcome import Cause, Outcome
from tests.postgres import Postgres


def plan(url: str, *, role: str = "home", way: str = "plain", city: str = "a", cause: Cause | None = None) -> Plan:
    """One planned page."""
    return Plan(city, "http://a.test:80", url, way, "GET", 10, 1, role, f"link to {url}", None, cause)


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """An empty store with nothing in it, on either database."""
    opened = Store(open_database(database), "c")
    yield opened
    opened.close()


@pytest.fixture
def round_(store: Store) -> Round:
    """An open round."""
    return store.open_round("2026-10", seed=7, as_of="2026-10-15", plan={"cities": ["安青"]}, versions={"x": "1"})


def test_an_empty_database_gets_every_table_and_column(database: str) -> None:
    """What the migrations make is what the tables of the program say, column for column and index for index."""
    engine = open_database(database)
    made = inspect(engine)
    for name, table in metadata.tables.items():
        assert {column["name"] for column in made.get_columns(name)} == {column.name for column in table.columns}
        once = {tuple(each["column_names"]) for each in made.get_unique_constraints(name)}
        assert once == {
            tuple(column.name for column in each.columns)
            for each in table.constraints
            if isinstance(each, UniqueConstraint)
        }
        assert {each.name for each in table.indexes} <= {each["name"] for each in made.get_indexes(name)}
    assert set(made.get_table_names()) == {*metadata.tables, "alembic_version"}
    engine.dispose()
    open_database(database).dispose()  # a second time changes nothing


def test_a_database_of_a_later_version_is_left_alone(database: str) -> None:
    """The message names the version and says what to do; nothing in the database changes."""
    engine = open_database(database)
    with engine.begin() as connection:
        connection.exec_driver_sql("update alembic_version set version_num = '9999'")
    engine.dispose()
    with pytest.raises(StoreError, match=r"later version of CivicProbe \(9999\)"):
        open_database(database)


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    """A text file under the database's name gives a message, and keeps its text."""
    path = tmp_path / "c.sqlite"
    path.write_text("my notes, not a database " * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_database(f"sqlite:///{path}")
    assert path.read_text().startswith("my notes")


def test_a_database_of_another_program_is_left_alone(database: str) -> None:
    """Tables that are not ours are named, and no table of ours is added to them."""
    engine = create_engine(database)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table bookmarks (id integer)")
    with pytest.raises(StoreError, match="another program \\(bookmarks\\)"):
        open_database(database)
    assert inspect(engine).get_table_names() == ["bookmarks"]
    engine.dispose()


@pytest.mark.parametrize("address", ["nonsense", "nosuch://x/y", "sqlite:////no/such/folder/c.sqlite"])
def test_an_address_that_leads_nowhere_is_said_to(address: str) -> None:
    """A wrong database address is a message, not a traceback."""
    with pytest.raises(StoreError, match=r"c\.sqlite|nonsense|nosuch"):
        open_database(address)


@pytest.mark.skipif(os.geteuid() == 0, reason="for root no folder is read-only")
def test_a_read_only_folder_is_said_to_be_one(tmp_path: Path) -> None:
    """A folder that cannot be written gives a message with the cure."""
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="cannot be opened for writing"):
            open_database(f"sqlite:///{tmp_path / 'c.sqlite'}")
    finally:
        tmp_path.chmod(0o700)


def test_a_database_that_cannot_be_written_any_more_says_so(tmp_path: Path) -> None:
    """A full disk is a StoreError that names the reason; the step is not half-written."""
    store = Store(open_database(f"sqlite:///{tmp_path / 'c.sqlite'}"), "c")
    round_ = store.open_round("2026-10", seed=7, as_of=None, plan={}, versions={})
    with store.engine.connect() as connection:
        connection.exec_driver_sql("pragma max_page_count = 1")
        connection.commit()
    pages = [plan(f"http://a.test/{number}" + "x" * 900) for number in range(200)]
    with pytest.raises(StoreError, match="full"):
        store.admit(round_.id, pages)
    assert store.frontier(round_.id) == ()
    store.close()


def test_a_lost_connection_says_so_and_comes_back(postgres: Postgres) -> None:
    """A server that cuts the connection is a StoreError at the step that met it; the next step connects anew."""
    address = postgres.database()
    store = Store(open_database(address), "c")
    round_ = store.open_round("2026-10", seed=7, as_of=None, plan={}, versions={})
    store.admit(round_.id, [plan("http://a.test/1")])
    other = create_engine(address)
    with other.begin() as connection:
        connection.exec_driver_sql(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )
    other.dispose()
    with pytest.raises(StoreError, match="this step was not kept"):
        store.admit(round_.id, [plan("http://a.test/2")])
    store.admit(round_.id, [plan("http://a.test/3")])
    assert [visit.url for visit in store.frontier(round_.id)] == ["http://a.test/1", "http://a.test/3"]
    store.close()


def test_the_longest_address_can_be_kept(store: Store, round_: Round) -> None:
    """An address of the greatest length that is asked for, with a query by POST, fits every index."""
    letters = "".join(chr(97 + (number * 7919 + number // 26) % 26) for number in range(1990))
    longest = replace(plan("http://a.test/" + letters[: 1999 - len("http://a.test/")]), post=letters[:500])
    (visit,) = store.admit(round_.id, [longest])
    assert store.frontier(round_.id)[0].url == visit.url == longest.url


def test_a_page_is_planned_once_and_gains_reasons(store: Store, round_: Round) -> None:
    """One row an address and way; another reason, or another city, is added to it."""
    first = store.admit(round_.id, [plan("http://a.test/"), plan("http://a.test/", role="article")])
    second = store.admit(round_.id, [plan("http://a.test/", city="b"), plan("http://a.test/", way="desktop")])
    assert [(visit.url, visit.way) for visit in first + second] == [
        ("http://a.test/", "plain"),
        ("http://a.test/", "desktop"),
    ]
    assert list(store.reasons(round_.id)) == [
        (first[0].id, "a", "home"),
        (first[0].id, "a", "article"),
        (first[0].id, "b", "home"),
        (second[0].id, "a", "home"),
    ]
    assert store.frontier(round_.id)[0].roles == ("home", "article")


def test_what_is_never_asked_is_done_with_its_cause(store: Store, round_: Round) -> None:
    """A page that a budget cut off is on record as untested, and is not handed out."""
    assert store.admit(round_.id, [plan("http://a.test/", cause=Cause.BUDGET)]) == ()
    page = store.pages(round_.id, {}, "a")[0]
    assert (page.outcome, page.cause, store.counts(round_.id)) == (Outcome.UNTESTED, Cause.BUDGET, {"done": 1})


def test_a_visit_ends_with_all_that_belongs_to_it(store: Store, round_: Round) -> None:
    """Outcome, observations and the pages it led to come back as they went in."""
    (visit,) = store.admit(round_.id, [plan("http://a.test/")])
    store.start(replace(visit, attempts=1))
    seen = DocumentSeen(
        "home", "why", "zh", None, "utf-8", None, "首页", 5, items=(DatedItem("条", "http://a.test/1", None, None),)
    )
    done = Done(
        Outcome.PASSED, status=200, final_url="http://a.test/", fetched_at="2026-10-15T08:00:00Z", archive="f#0+9"
    )
    new = store.finish(
        visit,
        round_.id,
        done,
        [Observation("document", 3, Outcome.PASSED, seen=seen), Observation("x", 1, Outcome.INAPPLICABLE)],
        [plan("http://a.test/1", role="article")],
    )
    assert [each.url for each in new] == ["http://a.test/1"]
    page = store.pages(round_.id, {"document": DocumentSeen}, "a")[0]
    assert page.saw(DocumentSeen) == seen
    assert (page.status, page.outcome, page.archive, page.attempts) == (200, Outcome.PASSED, "f#0+9", 1)
    assert page.roles[0].why == "link to http://a.test/"


def test_the_latest_look_counts(store: Store, round_: Round) -> None:
    """Observations are only ever added; the last row of a probe is the one that is judged."""
    (visit,) = store.admit(round_.id, [plan("http://a.test/")])
    store.finish(visit, round_.id, Done(Outcome.PASSED), [Observation("n", 1, Outcome.PASSED, seen=Number(1))])
    store.observe(visit.id, [Observation("n", 2, Outcome.PASSED, seen=Number(2))])
    found = store.pages(round_.id, {"n": Number}, "a")[0].observations[Number]
    assert (found.version, found.seen) == (2, Number(2))


@dataclass(frozen=True)
class Number:
    """What a made-up probe saw."""

    value: int
    text: str = ""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters()))
def test_any_text_can_be_kept(text: str, store: Store) -> None:
    """NUL, lone surrogates and all the rest: hostile text never stops a visit from being written."""
    round_ = store.open_round(f"r{len(store.rounds())}", seed=1, as_of=None, plan={"t": text}, versions={})
    (visit,) = store.admit(round_.id, [replace(plan("http://a.test/"), why=text, found_on=text)])
    done = Done(Outcome.PASSED, detail=text, final_url=text, redirected_to=text)
    store.finish(visit, round_.id, done, [Observation("n", 1, Outcome.PASSED, None, Number(1, text), text)])
    page = store.pages(round_.id, {"n": Number}, "a")[0]
    kept = page.saw(Number)
    assert kept is not None
    if "\0" not in text and text.isprintable():
        assert kept.text == text


def test_findings_of_a_round_are_replaced_whole(store: Store, round_: Round) -> None:
    """Judging again leaves no finding of the earlier judging behind."""
    first = [finding("f.one"), finding("f.two")]
    store.write_findings(round_.id, first)
    store.write_findings(round_.id, first[1:])
    assert store.findings(round_.id) == tuple(first[1:])


def finding(feature: str) -> Finding:
    """A finding with nothing in it but its name."""
    return Finding("a", feature, Outcome.UNTESTED, Band(0.0, 1.0), Cause.NOT_SAMPLED)


def test_rounds_keep_their_plan_and_their_names_apart(store: Store, round_: Round) -> None:
    """The plan comes back as it was; a second round of the same name is refused by the database itself."""
    again = store.rounds()[0]
    assert again == round_
    assert (again.plan, again.versions, again.state) == ({"cities": ["安青"]}, {"x": "1"}, "open")
    with pytest.raises(Exception, match=r"(?i)unique"):
        store.open_round("2026-10", seed=7, as_of=None, plan={}, versions={})
