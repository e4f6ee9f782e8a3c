"""Does the home page open, and how fast: over a week of visits, and over several loads in a browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from statistics import median
from urllib.parse import urlsplit

from audits.city import CitySeen
from audits.finding import Evidence
from audits.history import Opening, hours_between
from audits.registry import check
from audits.verdict import MAX_EVIDENCE, Verdict, cant_tell, failed, graded, passed, percent
from probes.outcome import Cause, Outcome

_CLOSED = frozenset(
    {
        Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS, Cause.HTTP_5XX, Cause.BAD_BODY,
        Cause.REDIRECT_LOOP,
    }
)  # fmt: skip
"""Causes by which a home page did not open; walls and refusals of robots are about our visit, not about the page."""

_ANSWERED = frozenset({Cause.EMPTY_SHELL, Cause.TOO_LARGE, Cause.NOT_HTML, Cause.PROBE_ERROR, Cause.PROBE_TIMEOUT})
"""Causes with which an answer came all the same."""

SPACED_H = 0.25


@check(
    reasons={
        "opens": ("visits", "late"),
        "late": ("visits", "late", "percent"),
        "too_few_visits": ("visits", "days"),
        "hidden": ("visits", "hidden"),
    }
)
def opening(
    city: CitySeen,
    *,
    days: int = 7,
    visits_a_day: int = 20,
    late_ms: int = 15_000,
    limit: float = 0.05,
) -> Verdict:
    """The share of visits at which the home page did not open within `late_ms`, over a week.

    The week are the last `days` full days (UTC) before the round's first visit to the home page; each needs
    `visits_a_day` plain visits at least a quarter of an hour apart, else nothing is said: the rule is about a week
    (inspection indicators, veto V2). Visits that met a wall say nothing of the page. Of several home pages the worst
    counts.
    """
    week = _week(city, days)
    homes = [_spaced(opened, week) for opened in _by_home(city, "plain")]
    visits = [visit for home in homes for visit in home]
    if not homes or not all(_full(home, week, visits_a_day) for home in homes):
        seen = {visit.at[:10] for visit in visits}
        evidence = _proofs(visits)
        return cant_tell(Cause.NEEDS_TIME, "too_few_visits", evidence=evidence, visits=len(visits), days=len(seen))
    known = [[visit for visit in home if _opened(visit, late_ms) is not None] for home in homes]
    if not all(_full(home, week, visits_a_day) for home in known):
        hidden = [visit for visit in visits if _opened(visit, late_ms) is None]
        cause = next((visit.cause for visit in hidden if visit.cause is not None), Cause.NOT_SAMPLED)
        return cant_tell(cause, "hidden", evidence=_proofs(hidden), visits=len(visits), hidden=len(hidden))
    late = [[visit for visit in home if not _opened(visit, late_ms)] for home in known]
    shares = [len(missed) / len(home) for missed, home in zip(late, known, strict=True)]
    worst = shares.index(max(shares))
    share, missed, home = shares[worst], late[worst], known[worst]
    if share >= limit:
        return failed(
            "late",
            value=round(share, 4),
            evidence=_proofs(missed),
            visits=len(home),
            late=len(missed),
            percent=percent(share),
        )
    evidence = _proofs([*missed, *reversed(home)])
    return passed("opens", value=round(share, 4), evidence=evidence, visits=len(home), late=len(missed))


@check(reasons={"fast": ("seconds", "loads"), "slow": ("seconds", "loads"), "too_few_loads": ("loads", "least")})
def load_time(city: CitySeen, *, least: int = 5, most: int = 10, good_ms: int = 3_000, bad_ms: int = 15_000) -> Verdict:
    """The median time to the load event of the home page in a desktop browser, over its latest loads, `most` of them.

    Each load begins with an empty cache. The score falls evenly from 1 at `good_ms` to 0 at `bad_ms`; fewer than
    `least` loads say nothing. A load that had no end within the deadline counts as long as it was waited for. Of
    several home pages the slowest counts.
    """
    homes = [
        [each for each in opened if each.outcome is Outcome.PASSED and _loaded_ms(each) is not None][-most:]
        for opened in _by_home(city, "desktop")
    ]
    loads = min(map(len, homes), default=0)
    if loads < least:
        gap = city.gap("home") if loads == 0 else None
        if gap is not None:
            return cant_tell(gap.cause or Cause.NOT_SAMPLED, "gap", vendor=gap.vendor, url=gap.url)
        if loads == 0 and not any(page.way == "desktop" for page in city.with_role("home")):
            return cant_tell(Cause.NOT_SAMPLED, "not_looked")
        evidence = _proofs([each for opened in homes for each in opened])
        return cant_tell(Cause.NEEDS_TIME, "too_few_loads", evidence=evidence, loads=loads, least=least)
    medians = [median([_loaded_ms(each) or 0 for each in opened]) for opened in homes]
    slowest = medians.index(max(medians))
    time_ms, opened = round(medians[slowest]), homes[slowest]
    return graded(
        (bad_ms - time_ms) / (bad_ms - good_ms),
        "fast" if time_ms <= good_ms else "slow",
        value=time_ms,
        evidence=_proofs(reversed(opened)),
        seconds=f"{time_ms / 1000:.1f}",
        loads=len(opened),
    )


def _by_home(city: CitySeen, way: str) -> list[list[Opening]]:
    """For each home page of this round, its openings in one way, oldest first.

    A home page is known by its host and port, so that it stays the same when it moves to https or to another path.
    """
    homes = dict.fromkeys(_host(place.url) for place in city.places("home") if not place.moved)
    return [[each for each in city.history.openings if each.way == way and _host(each.url) == home] for home in homes]


def _week(city: CitySeen, days: int) -> list[str]:
    """The full days (UTC, ISO) before the one on which this round first asked for a home page."""
    asked = min((page.asked_at for page in city.with_role("home") if page.asked_at), default=None)
    if asked is None:
        return []
    first = date.fromisoformat(asked[:10])
    return [(first - timedelta(days=back)).isoformat() for back in range(days, 0, -1)]


def _spaced(opened: Iterable[Opening], week: Sequence[str]) -> list[Opening]:
    """The openings of these days; of several within a quarter of an hour the first."""
    kept: list[Opening] = []
    for each in opened:
        if each.at[:10] in week and (not kept or hours_between(kept[-1].at, each.at) >= SPACED_H):
            kept.append(each)
    return kept


def _full(visits: Iterable[Opening], week: Sequence[str], visits_a_day: int) -> bool:
    by_day = Counter(visit.at[:10] for visit in visits)
    return bool(week) and all(by_day[day] >= visits_a_day for day in week)


def _opened(visit: Opening, late_ms: int) -> bool | None:
    """Whether the page opened in time; None when the visit does not show it (wall, robots.txt, refused address)."""
    if visit.outcome is Outcome.FAILED or visit.cause in _CLOSED:
        return False
    if visit.outcome is Outcome.PASSED or visit.cause in _ANSWERED:
        return (visit.elapsed_ms or 0) <= late_ms
    return None


def _loaded_ms(load: Opening) -> int | None:
    """How long a load took; one that never came to its load event counts as long as it was waited for."""
    return load.load_ms if load.load_ms is not None else load.elapsed_ms


def _proofs(openings: Iterable[Opening]) -> list[Evidence]:
    return [Evidence(url=each.url, fetched_at=each.at, status=each.status) for each in openings][:MAX_EVIDENCE]


def _host(url: str) -> str:
    """The host, `www.` left out, with its port where that is a special one."""
    parts = urlsplit(url)
    port = "" if parts.port in (None, 80, 443) else f":{parts.port}"
    return (parts.hostname or "").removeprefix("www.") + port
