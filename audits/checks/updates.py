"""Is it kept up: the newest item of the home page and of each column, and columns with nothing in them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from audits.band import Band
from audits.checks.ages import CLOCKS_MAY_DIFFER, newest, today
from audits.checks.content import is_blank
from audits.checks.live import entries, places_of
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, proof, proof_of
from probes.outcome import Cause


@check(reasons={"newest": ("days", "date", "title"), "undated": (), "bare": ()})
def home_age(city: CitySeen, *, best_days: int = 7, worst_days: int = 14) -> Verdict:
    """The age in days of the newest dated item on the home page: 1 up to `best_days`, 0 from `worst_days`, linear.

    Items without a date count as not updated; a home page without any text of its own says nothing.
    """
    places = [place for place in city.places("home") if place.read and not place.moved]
    found = [hit for place in places if (hit := newest(place, today(city, place.visits[0]))) is not None]
    if not found:
        if any(document.text_chars for place in places for _, document in place.documents):
            return absent("undated", value=None, evidence=[proof(places[0].visits[0])])
        return cant_tell(Cause.NOT_SAMPLED, "bare")
    when, title, page = max(found, key=lambda hit: hit[0])
    days = max(0, (today(city, page) - when).days)
    return graded(
        falling(days, best_days, worst_days),
        "newest",
        value=days,
        evidence=[proof(page, f"{when} {title}")],
        days=days,
        date=when.isoformat(),
        title=title[:60],
    )


@dataclass(frozen=True)
class Columns:
    """The columns of some roles: those that were checked with the age of their newest item, and those not known."""

    checked: tuple[tuple[Place, int | None], ...]
    unknown: tuple[Place, ...]

    def stale(self, days: int) -> list[tuple[Place, int | None]]:
        """The columns whose newest item is older than so many days, or that have no dated item."""
        return [(place, age) for place, age in self.checked if age is None or age > days]


def columns_of(city: CitySeen, roles: tuple[str, ...]) -> Columns:
    """The columns behind these roles, each once over http and https; blank ones are another rule's matter.

    An article that an entry happens to lead to is no column.
    """
    checked: list[tuple[Place, int | None]] = []
    unknown: list[Place] = []
    met: set[str] = set()
    for place in places_of(city, roles):
        if place.gone or _is_article(place) or is_blank(city, place) or _bare_address(place) in met:
            continue
        met.add(_bare_address(place))
        if not place.read or place.unfilled is not None:
            unknown.append(place)
            continue
        now = today(city, place.visits[0])
        hit = newest(place, now)
        checked.append((place, max(0, (now - hit[0]).days) if hit is not None else None))
    return Columns(tuple(checked), tuple(unknown))


@check(
    reasons={
        "all_fresh": ("checked", "days"),
        "some_stale": ("stale", "checked", "days"),
        "nowhere": ("text",),
        "no_column": (),
    }
)
def stale_columns(city: CitySeen, *, roles: tuple[str, ...], max_days: int) -> Verdict:
    """How many of the columns behind these roles have nothing newer than `max_days`; score 1 − stale ÷ checked."""
    columns = columns_of(city, roles)
    stale = columns.stale(max_days)
    if not columns.checked:
        if columns.unknown:
            return _unknown(columns.unknown[0])
        named = next(entries(city, roles), None)
        if named is not None:
            page, sighting = named
            return absent("nowhere", value=None, evidence=[proof_of(page, sighting)], text=sighting.text[:80])
        return absent("no_column", value=None)
    if not stale:
        evidence = [_shown(place) for place, _ in columns.checked]
        return graded(1.0, "all_fresh", value=0, evidence=evidence, checked=len(columns.checked), days=max_days)
    return graded(
        1 - len(stale) / len(columns.checked),
        "some_stale",
        value=len(stale),
        evidence=[_shown(place) for place, _ in stale],
        stale=len(stale),
        checked=len(columns.checked),
        days=max_days,
    )


@check(reasons={"under": ("stale", "limit"), "reached": ("stale", "limit"), "no_column": ()})
def stale_verdict(
    city: CitySeen,
    *,
    news: tuple[str, ...],
    notices: tuple[str, ...],
    news_days: int = 14,
    notice_days: int = 183,
    limit: int = 5,
) -> Verdict:
    """Whether fewer than `limit` columns are stale, news by `news_days` and notices and policies by `notice_days`.

    Columns that could not be read leave the answer open only as far as they could change it.
    """
    both = [(columns_of(city, news), news_days), (columns_of(city, notices), notice_days)]
    stale = [place for columns, days in both for place, _ in columns.stale(days)]
    unknown = [place for columns, _ in both for place in columns.unknown]
    if len(stale) >= limit:
        return failed("reached", value=len(stale), evidence=map(_shown, stale), stale=len(stale), limit=limit)
    if len(stale) + len(unknown) >= limit:
        return _unknown(unknown[0])
    if not any(columns.checked for columns, _ in both):
        return _unknown(unknown[0]) if unknown else absent("no_column", value=None)
    looked_at = stale or [place for columns, _ in both for place, _ in columns.checked]
    return passed("under", value=len(stale), evidence=map(_shown, looked_at), stale=len(stale), limit=limit)


@check(reasons={"none_blank": ("checked",), "blank": ("blank", "checked"), "no_column": ()})
def blank_columns(city: CitySeen, *, roles: tuple[str, ...], limit: int = 5) -> Verdict:
    """How many list pages behind these roles have no entry; 0 from `limit` on, a share of `limit` less for each.

    Lists that a script fills and whose data call could not be made may be blank or not.
    """
    found = {_bare_address(place): place for place in places_of(city, roles) if place.read}
    places = [place for place in found.values() if not _is_article(place)]
    blank = [place for place in places if is_blank(city, place)]
    unknown = [place for place in places if place.unfilled is not None]
    if not places:
        return absent("no_column", value=None)
    if unknown and len(blank) < limit:
        worst = max(0.0, 1 - (len(blank) + len(unknown)) / limit)
        return replace(_unknown(unknown[0]), band=Band(worst, 1 - len(blank) / limit))
    if not blank:
        return graded(1.0, "none_blank", value=0, checked=len(places), evidence=map(_shown, places))
    return graded(
        1 - len(blank) / limit,
        "blank",
        value=len(blank),
        evidence=map(_shown, blank),
        blank=len(blank),
        checked=len(places),
    )


def _is_article(place: Place) -> bool:
    if place.unfilled is not None or any(answer.items for _, answer in place.lists):
        return False
    return bool(place.documents) and all(
        document.kind == "article" and len(document.items) < 3 for _, document in place.documents
    )


def _bare_address(place: Place) -> str:
    return place.url.partition("://")[2].removeprefix("www.")


def falling(value: float, best: float, worst: float) -> float:
    """1 up to `best`, 0 from `worst` on, linear between."""
    return min(1.0, max(0.0, (worst - value) / (worst - best)))


def _shown(place: Place) -> Evidence:
    now = (
        date.max - CLOCKS_MAY_DIFFER
        if not place.visits[0].fetched_at
        else date.fromisoformat(place.visits[0].fetched_at[:10])
    )
    hit = newest(place, now)
    page: VisitedPage = hit[2] if hit is not None else place.visits[0]
    return proof(page, f"{hit[0]} {hit[1]}" if hit is not None else page.roles[0].why if page.roles else "")


def _unknown(place: Place) -> Verdict:
    page = place.visits[0]
    cause = place.cause or Cause.NOT_SAMPLED
    return cant_tell(cause, "gap", vendor=place.vendor, band=Band(0.0, 1.0), evidence=[proof(page)], url=page.url)
