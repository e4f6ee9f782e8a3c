"""How often a dataset is said to be updated, in days, whatever words or codes say it."""

from __future__ import annotations

import re

_PERIOD = re.compile(
    r"^R\d*/P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(T.*)?$"
)
_YEAR = 366.0
_MONTH = 31.0
_ENGLISH = {
    "continuous": 1.0,
    "cont": 1.0,
    "update_cont": 1.0,
    "real time": 1.0,
    "realtime": 1.0,
    "hourly": 1.0,
    "daily": 1.0,
    "daily_2": 1.0,
    "weekly": 7.0,
    "weekly_2": 7.0,
    "weekly_3": 7.0,
    "biweekly": 14.0,
    "fortnightly": 14.0,
    "semimonthly": 16.0,
    "monthly": _MONTH,
    "monthly_2": _MONTH,
    "monthly_3": _MONTH,
    "bimonthly": 2 * _MONTH,
    "quarterly": 92.0,
    "threetimesayear": 122.0,
    "annual_3": 122.0,
    "semiannual": 184.0,
    "semi-annual": 184.0,
    "biannual": 184.0,
    "annual_2": 184.0,
    "annual": _YEAR,
    "annually": _YEAR,
    "yearly": _YEAR,
    "biennial": 2 * _YEAR,
    "triennial": 3 * _YEAR,
}
# The longer word first: 半年 is no 年.
_CHINESE = (
    ("实时", 1.0),
    ("小时", 1.0),
    ("半月", 16.0),
    ("半年", 184.0),
    ("两年", 2 * _YEAR),
    ("每日", 1.0),
    ("每天", 1.0),
    ("按日", 1.0),
    ("每工作日", 3.0),
    ("每周", 7.0),
    ("每星期", 7.0),
    ("按周", 7.0),
    ("旬", 11.0),
    ("季", 92.0),
    ("每月", _MONTH),
    ("按月", _MONTH),
    ("每年", _YEAR),
    ("年度", _YEAR),
    ("按年", _YEAR),
)
_BARE = {"日": 1.0, "天": 1.0, "周": 7.0, "月": _MONTH, "年": _YEAR}


def cycle_days(stated: str | None) -> float | None:
    """Days within which a dataset is to be updated again; None where nothing regular is promised or known.

    Reads Chinese labels (每月, 季度 …), English words and the codes of the EU frequency vocabulary (MONTHLY,
    ANNUAL_2 …), and ISO 8601 repeating intervals (R/P1W). Months count 31 days and years 366, in the publisher's
    favour.
    """
    text = (stated or "").strip()
    if match := _PERIOD.match(text.upper()):
        years, months, weeks, days = (float(part or 0) for part in match.groups()[:4])
        total = years * _YEAR + months * _MONTH + weeks * 7 + days
        return max(1.0, total) if total or match[5] else None
    if text in _BARE:
        return _BARE[text]
    if "不定期" in text or "不更新" in text or "按需" in text:
        return None
    for word, length in _CHINESE:
        if word in text:
            return length
    return _ENGLISH.get(text.lower())
