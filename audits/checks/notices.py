"""Notices that must keep coming: tenders and their results, licences and penalties, budgets and accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from audits.checks.ages import CLOCKS_MAY_DIFFER, day, items_of, today
from audits.checks.content import shows_content
from audits.checks.live import entries, places_of
from audits.city import CitySeen, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, graded, proof
from probes.document import DocumentSeen
from probes.labels import labels, says
from probes.page_links import LinksSeen

_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_SHORT_YEAR = re.compile(r"\bfy\s?['’]?(\d\d)(?!\d)")


def _words(visit: VisitedPage, group: str, meaning: str) -> frozenset[str]:
    """The words of one meaning in the language of the page."""
    return labels(_language(visit))[group][meaning]


def _language(visit: VisitedPage) -> str:
    document = visit.saw(DocumentSeen)
    return document.lang if document is not None else "en"


@check(
    reasons={
        "all_recent": ("asked", "days"),
        "some_recent": ("found", "asked", "days", "missing"),
        "old": ("days", "newest"),
        "no_list": (),
    }
)
def recent_notices(
    city: CitySeen,
    *,
    parts: dict[str, str],
    group: str,
    roles: tuple[str, ...],
    own: dict[str, tuple[str, ...]] | None = None,
    first_alone: bool = False,
    max_days: int = 30,
) -> Verdict:
    """The share of the parts of which something dated within `max_days` is listed on the pages of these roles.

    `parts` names each part by a meaning of the list of labels `group`: an entry belongs to the parts whose words its
    title says (`first_alone`: to the first of them), else to those that the title of its page says, else to those for
    whose `own` roles the page was visited.
    """
    stands_for = own or {}
    newest: dict[str, tuple[date, Evidence, bool]] = {}
    listed = False
    for place in places_of(city, (*roles, *(role for some in stands_for.values() for role in some))):
        for visit, item in items_of(place):
            listed = True
            when = day(item.date)
            now = today(city, visit)
            if when is None or when > now + CLOCKS_MAY_DIFFER:
                continue
            belongs = (
                _said(item.title, visit, group, parts)
                or _said(_title_of(visit), visit, group, parts)
                or [part for part in parts if visit.has_role(*stands_for.get(part, ()))]
            )
            for part in belongs[:1] if first_alone else belongs:
                if part not in newest or when > newest[part][0]:
                    shown = proof(visit, f"{when} {item.title}", href=item.href or None)
                    newest[part] = (when, shown, (now - when).days <= max_days)
    if not listed:
        return absent("no_list", value=0.0)
    recent = [part for part in parts if part in newest and newest[part][2]]
    evidence = [newest[part][1] for part in (*recent, *(part for part in newest if part not in recent))]
    if len(recent) == len(parts):
        return graded(1.0, "all_recent", value=1.0, evidence=evidence, asked=len(parts), days=max_days)
    if not recent and newest:
        last = max(when for when, _, _ in newest.values())
        return absent("old", value=0.0, evidence=evidence, days=max_days, newest=last.isoformat())
    return graded(
        len(recent) / len(parts),
        "some_recent",
        value=round(len(recent) / len(parts), 4),
        evidence=evidence,
        more_may_be_seen=True,
        found=len(recent),
        asked=len(parts),
        days=max_days,
        missing=", ".join(part for part in parts if part not in recent),
    )


def _said(title: str, visit: VisitedPage, group: str, parts: dict[str, str]) -> list[str]:
    """The parts whose words a title says."""
    return [part for part, meaning in parts.items() if says(title, _words(visit, group, meaning))]


def _title_of(visit: VisitedPage) -> str:
    document = visit.saw(DocumentSeen)
    return document.title if document is not None else ""


@dataclass(frozen=True)
class _Paper:
    """A budget or an account found by its title: what it is, whose, and for which year."""

    kind: str
    of: str
    year: int
    shown: Evidence


@check(reasons={"all_found": ("asked",), "some_found": ("found", "asked", "missing"), "none": ()})
def budget_reports(
    city: CitySeen,
    *,
    roles: tuple[str, ...],
    parts: dict[str, tuple[str, str]],
    budget_due_month: int = 5,
    accounts_due_month: int = 11,
) -> Verdict:
    """The share of the parts published for the year that is due: budget and accounts, of the city and of its offices.

    `parts` names each by kind (`budget`, `accounts`) and whose (`city`, `department`). From `budget_due_month` on the
    budget of the running year is due, before it that of the last; from `accounts_due_month` on the accounts of the last
    year, before it those of the year before that. Outside China offices have no budgets of their own: only the city's
    are asked for, and every title with a year counts as the city's.
    """
    now = today(city, next(iter(city.measured("home")), None))
    due = {
        "budget": now.year if now.month >= budget_due_month else now.year - 1,
        "accounts": now.year - 1 if now.month >= accounts_due_month else now.year - 2,
    }
    at_home = city.city.country == "cn"
    asked = {name: part for name, part in parts.items() if at_home or part[1] == "city"}
    papers = list(_papers(city, roles, at_home=at_home))
    found: dict[str, _Paper] = {}
    for name, (kind, of) in asked.items():
        fit = [paper for paper in papers if (paper.kind, paper.of) == (kind, of) and paper.year >= due[kind]]
        if fit:
            found[name] = max(fit, key=lambda paper: paper.year)
    shown = [paper.shown for paper in found.values()]
    if not found:
        older = sorted(papers, key=lambda paper: -paper.year)
        return absent("none", value=0.0, evidence=[paper.shown for paper in older])
    if len(found) == len(asked):
        return graded(1.0, "all_found", value=1.0, evidence=shown, asked=len(asked))
    return graded(
        len(found) / len(asked),
        "some_found",
        value=round(len(found) / len(asked), 4),
        evidence=shown,
        more_may_be_seen=True,
        found=len(found),
        asked=len(asked),
        missing=", ".join(name for name in asked if name not in found),
    )


def _papers(city: CitySeen, roles: tuple[str, ...], *, at_home: bool) -> Iterator[_Paper]:
    for title, href, visit in _titles(city, roles):
        if says(title, _words(visit, "budget", "news")):
            continue
        for kind in ("budget", "accounts"):
            year = _year_of(title, _words(visit, "budget", kind))
            if year is None:
                continue
            of = _whose(title, visit) if at_home else "city"
            if of:
                yield _Paper(kind, of, year, proof(visit, title[:160], href=href))


def _titles(city: CitySeen, roles: tuple[str, ...]) -> Iterator[tuple[str, str | None, VisitedPage]]:
    """What may name a budget on the pages of these roles: entries, files, the page itself, and links to pages read."""
    for place in places_of(city, roles):
        for visit, item in items_of(place):
            yield item.title, item.href or None, visit
        for visit in place.visits:
            links = visit.saw(LinksSeen) if visit.read else None
            for file in links.files if links is not None else ():
                yield file.text, file.href, visit
        for visit, document in place.documents:
            if shows_content(city, place):
                yield document.title, None, visit
            for role in roles:
                for sighting in document.present.get(role, ()):
                    target = city.place(sighting.href) if sighting.href else None
                    if target is None or shows_content(city, target):
                        yield sighting.text, sighting.href, visit
    for page, sighting in entries(city, roles):
        opened = city.place(sighting.href) if sighting.href else None
        if opened is not None and shows_content(city, opened):
            yield sighting.text, sighting.href, page


def _year_of(title: str, words: frozenset[str]) -> int | None:
    """The year that a title gives before the word for the paper, else behind it; None when it says no such word."""
    if not says(title, words):
        return None
    folded = title.lower()
    at = max((folded.rfind(word) for word in words), default=-1)
    before = [int(year) for year in _YEAR.findall(folded[: max(at, 0)])]
    years = before or [int(year) for year in _YEAR.findall(folded)]
    years += [2000 + int(year) for year in _SHORT_YEAR.findall(folded)]
    return years[-1] if years else None


def _whose(title: str, visit: VisitedPage) -> str:
    """`department` or `city` by the words of a title, the plainest first; empty when it tells neither."""
    for meaning, of in (("department", "department"), ("city", "city"), ("office", "department"), ("place", "city")):
        if says(title, labels(_language(visit))["budget"].get(meaning, frozenset())):
            return of
    return ""
