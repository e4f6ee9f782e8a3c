"""The calendar of campaigns: names of rounds, due days over month ends, and what was missed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.schedule import Every, next_due, round_name, standing

RHYTHMS: tuple[Every, ...] = ("day", "week", "month", "quarter")
days = st.dates(min_value=date(2000, 1, 1), max_value=date(2100, 12, 31))
rhythms = st.sampled_from(RHYTHMS)


@pytest.mark.parametrize(
    ("day", "every", "name"),
    [
        (date(2026, 10, 15), "day", "2026-10-15"),
        (date(2026, 10, 15), "week", "2026-W42"),
        (date(2026, 10, 15), "month", "2026-10"),
        (date(2026, 10, 15), "quarter", "2026-Q4"),
        (date(2027, 1, 1), "week", "2026-W53"),
        (date(2024, 12, 30), "week", "2025-W01"),
        (date(2026, 3, 31), "quarter", "2026-Q1"),
        (date(2026, 4, 1), "quarter", "2026-Q2"),
    ],
)
def test_a_round_is_named_after_its_period(day: date, every: Every, name: str) -> None:
    """A round bears the name of its day, ISO week, month or quarter, also around New Year."""
    assert round_name(day, every) == name


@pytest.mark.parametrize(
    ("opened", "every", "due"),
    [
        (date(2026, 10, 15), "day", date(2026, 10, 16)),
        (date(2026, 12, 28), "week", date(2027, 1, 4)),
        (date(2026, 1, 31), "month", date(2026, 2, 28)),
        (date(2028, 1, 31), "month", date(2028, 2, 29)),
        (date(2026, 12, 15), "month", date(2027, 1, 15)),
        (date(2026, 11, 30), "quarter", date(2027, 2, 28)),
    ],
)
def test_the_next_round_is_due_one_period_later(opened: date, every: Every, due: date) -> None:
    """The same day of the next period, cut to the last day of a shorter month."""
    assert next_due(opened, every) == due


def test_a_wanted_day_of_the_month_survives_february() -> None:
    """A campaign begun on the 31st goes back to the 31st after its round of 28 February."""
    assert next_due(date(2026, 2, 28), "month") == date(2026, 3, 28)
    assert next_due(date(2026, 2, 28), "month", day_of_month=31) == date(2026, 3, 31)


def test_a_day_of_the_month_that_no_month_has_is_refused() -> None:
    """Day 0 and day 32 are mistakes of the caller, not the end of a month."""
    with pytest.raises(ValueError, match="between 1 and 31"):
        next_due(date(2026, 2, 28), "month", day_of_month=32)


def test_a_campaign_without_a_round_is_due_at_once() -> None:
    """Before the first round there is no due day, nothing is late and nothing was missed."""
    now = standing(None, "month", date(2026, 10, 15))
    assert (now.due, now.on, now.late_days, now.missed) == (True, None, 0, 0)


def test_a_round_is_due_on_the_day_itself_and_not_a_day_before() -> None:
    """Opened on 15 September, a monthly campaign is due on 15 October and not on the 14th."""
    assert not standing(date(2026, 9, 15), "month", date(2026, 10, 14)).due
    assert standing(date(2026, 9, 15), "month", date(2026, 10, 15)).due


def test_missed_periods_are_counted_and_the_current_one_is_not() -> None:
    """After a round in June, an October day has missed July, August and September."""
    now = standing(date(2026, 6, 10), "month", date(2026, 10, 15))
    assert (now.due, now.on, now.late_days, now.missed) == (True, date(2026, 7, 10), 97, 3)


@given(days, rhythms, st.none() | st.integers(1, 31))
def test_the_due_day_lies_in_the_period_right_after(opened: date, every: Every, wanted: int | None) -> None:
    """No period is skipped and none gets two rounds, whatever the day and the wanted day of the month."""
    due = next_due(opened, every, day_of_month=wanted)
    assert due > opened
    assert round_name(due, every) > round_name(opened, every)
    assert standing(opened, every, due).missed == 0


@given(days, st.integers(0, 800), rhythms)
def test_names_sort_by_time(day: date, later: int, every: Every) -> None:
    """Sorting the names of one rhythm sorts the rounds by time."""
    assert round_name(day, every) <= round_name(day + timedelta(days=later), every)


@given(days, st.integers(0, 800), rhythms)
def test_missed_periods_never_fall_with_time(day: date, later: int, every: Every) -> None:
    """Waiting longer never lowers the count of missed periods."""
    today = day + timedelta(days=later)
    missed = standing(day, every, today).missed
    assert 0 <= missed <= standing(day, every, today + timedelta(days=1)).missed
