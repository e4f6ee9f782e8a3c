"""How the report writes numbers, shares, spans of values, dates and measured quantities in each language."""

from __future__ import annotations

import math
import re

from audits.band import Band
from audits.finding import Value
from scoring.report.words import Words

_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(Z|\+00:00)?)?")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SLACK = 1e-9  # keeps 0.6 from being floored to 59 because of its binary form


def points(value: float) -> str:
    """A value of 0 to 1 on the report's scale of 0 to 100, with one decimal: `67.4`."""
    return f"{value * 100:.1f}"


def band_limits(band: Band) -> tuple[str, str]:
    """The ends of a band, 0 to 100, rounded outwards so that the printed band holds the true one."""
    low = math.floor(band.low * 100 + _SLACK)
    high = math.ceil(band.high * 100 - _SLACK)
    return str(low), str(high)


def band_text(band: Band | None, words: Words) -> str:
    """A band in words (`61 to 74`); one number with a decimal when nothing is open; a dash for none."""
    if band is None:
        return "–"
    if band.high - band.low < 0.0005:
        return points(band.low)
    low, high = band_limits(band)
    return words("site.band", low=low, high=high)


def percent(share: float) -> str:
    """A share of 0 to 1 as whole percent, rounded down, so that 59.9 % never reads as 60 %."""
    return str(math.floor(share * 100 + _SLACK))


def count(number: int) -> str:
    """A whole number with thousands set apart: `12,345`."""
    return f"{number:,}"


def decimal(number: float) -> str:
    """A number with at most two decimals and no idle zeros."""
    if float(number).is_integer():
        return count(int(number))
    return f"{number:,.2f}".rstrip("0").rstrip(".")


def moment(iso: str | None, words: Words) -> str:
    """An ISO 8601 date or time for people (`15 Oct 2026, 08:12 UTC`); anything else as it came."""
    found = _MOMENT.fullmatch(iso or "")
    if found is None:
        return iso or "–"
    year, month, day, clock, zone = found.groups()
    if not 1 <= int(month) <= 12:
        return iso or "–"
    if words.language == "zh":
        date = f"{year}年{int(month)}月{int(day)}日"
        return f"{date} {clock}" + (" UTC" if zone else "") if clock else date
    date = f"{int(day)} {_MONTHS[int(month) - 1]} {year}"
    return f"{date}, {clock}" + (" UTC" if zone else "") if clock else date


def quantity(value: Value, unit: str, words: Words) -> str:
    """A measured value with its unit in words; empty for None. Unknown units stay as they are."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words("site.yes" if value else "site.no")
    if isinstance(value, str):
        return value
    if not math.isfinite(value):
        return ""
    if unit == "share":
        return words("unit.share", n=decimal(round(value * 100, 1)))
    if unit == "ms":
        return words("unit.ms", n=decimal(round(value / 1000, 2)))
    number = str(int(value)) if unit == "year" else decimal(value)  # 2026 is no amount
    if not unit:
        return number
    return words(f"unit.{unit}", n=number) if words.known(f"unit.{unit}") else f"{number} {unit}"
