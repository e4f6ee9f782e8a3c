"""The calendar of a campaign: what a round is called, when the next one is due, and how late it is."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Every = Literal["day", "week", "month", "quarter"]

_MONTHS: dict[Every, int] = {"month": 1, "quarter": 3}
_DAYS: dict[Every, int] = {"day": 1, "week": 7}


@dataclass(frozen=True)
class Due:
    """Where a campaign stands on one day.

    `on` is the day the next round is (or was) due, None when no round was ever opened; `late_days` counts the
    days since then (0 when not due yet); `missed` counts whole periods that passed without a round of their
    own.
    """

    due: bool
    on: date | None
    late_days: int
    missed: int


def round_name(day: date, every: Every) -> str:
    """The name of the period a day lies in: `2026-10-15`, `2026-W42` (ISO week), `2026-10` or `2026-Q4`.

    Names of one `every` sort by time. The year of a week is the ISO year, so 2027-01-01 lies in `2026-W53`.
    """
    match every:
        case "day":
            return day.isoformat()
        case "week":
            year, week, _ = day.isocalendar()
            return f"{year:04d}-W{week:02d}"
        case "month":
            return f"{day.year:04d}-{day.month:02d}"
        case "quarter":
            return f"{day.year:04d}-Q{(day.month + 2) // 3}"


def next_due(last_opened: date, every: Every, *, day_of_month: int | None = None) -> date:
    """The first day on which the next round may be opened; it always lies in the period right after
    `last_opened`'s.

    Months and quarters keep the day of the month, cut to the month's last day (31 January → 28 February).
    `day_of_month` (1 to 31) is the day wanted, so that a campaign begun on a 31st does not stay on the 28th
    for ever after its first February; without it the day of `last_opened` counts. Days and weeks ignore it.
    """
    if every in _DAYS:
        return last_opened + timedelta(days=_DAYS[every])
    wanted = last_opened.day if day_of_month is None else day_of_month
    if not 1 <= wanted <= 31:
        raise ValueError(f"day_of_month must lie between 1 and 31, got {wanted}")
    years, month = divmod(last_opened.month - 1 + _MONTHS[every], 12)
    year, month = last_opened.year + years, month + 1
    return date(year, month, min(wanted, calendar.monthrange(year, month)[1]))


def standing(last_opened: date | None, every: Every, today: date, *, day_of_month: int | None = None) -> Due:
    """How a campaign stands on `today`: due or not, since when, and how many periods went by without a round.

    The current period is never counted as missed, for its round can still be opened.
    """
    if last_opened is None:
        return Due(due=True, on=None, late_days=0, missed=0)
    on = next_due(last_opened, every, day_of_month=day_of_month)
    passed = _period_number(today, every) - _period_number(last_opened, every)
    return Due(due=today >= on, on=on, late_days=max(0, (today - on).days), missed=max(0, passed - 1))


def _period_number(day: date, every: Every) -> int:
    """A number that grows by one from each period to the next."""
    match every:
        case "day":
            return day.toordinal()
        case "week":
            return (day.toordinal() - 1) // 7  # day 1 of the calendar was a Monday
        case "month":
            return day.year * 12 + day.month - 1
        case "quarter":
            return day.year * 4 + (day.month - 1) // 3
