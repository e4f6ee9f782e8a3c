"""Published messages: how fresh the newest reply is, which messages wait too long, what the pages give away."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from audits.checks.ages import CLOCKS_MAY_DIFFER, day, today
from audits.checks.feedback import Messages, messages_of
from audits.checks.updates import falling
from audits.city import CitySeen, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, inapplicable, passed, proof
from probes.exposed import ExposedSeen
from probes.messages import MessageSeen, MessagesSeen
from probes.outcome import Cause


@check(
    reasons={
        "none_waits": ("messages", "days"),
        "overdue": ("overdue", "messages", "days"),
        "untold": ("messages",),
        "none_recent": (),
    }
)
def unanswered(city: CitySeen, *, roles: tuple[str, ...], max_days: int = 90, within_days: int = 365) -> Verdict:
    """How many messages of the past year wait for an answer longer than `max_days`; score 1 − overdue ÷ messages told.

    Only messages of which the page says whether they were answered are told; where it never says so, nothing can be
    said. Lists and single pages may show the same message, so the fuller source counts, not both.
    """
    recent = [[one for one in some if _is_recent(city, one, within_days)] for some in messages_of(city, roles)]
    told = [[one for one in some if one[1].waiting is not None] for some in recent]
    best = max(told, key=lambda some: (len(_overdue(city, some, max_days)), len(some)))
    if not any(recent):
        return replace(inapplicable("none_recent", value=None), rests_on_absence=True)
    if not best:
        return cant_tell(Cause.NOT_SAMPLED, "untold", messages=max(map(len, recent)))
    overdue = _overdue(city, best, max_days)
    if not overdue:
        return graded(1.0, "none_waits", value=0, evidence=_pages(best), messages=len(best), days=max_days)
    return graded(
        1 - len(overdue) / len(best),
        "overdue",
        value=len(overdue),
        evidence=[proof(page, f"{message.asked} → ?", seen_by=MessagesSeen) for page, message in overdue],
        overdue=len(overdue),
        messages=len(best),
        days=max_days,
    )


def _is_recent(city: CitySeen, one: tuple[VisitedPage, MessageSeen], within_days: int) -> bool:
    asked, now = day(one[1].asked), today(city, one[0])
    return asked is not None and asked <= now + CLOCKS_MAY_DIFFER and (now - asked).days <= within_days


def _overdue(city: CitySeen, messages: Messages, max_days: int) -> Messages:
    """The messages that still wait, asked more than `max_days` ago."""
    found: Messages = []
    for page, message in messages:
        asked = day(message.asked)
        if message.waiting and asked is not None and (today(city, page) - asked).days > max_days:
            found.append((page, message))
    return found


@check(reasons={"newest": ("days", "date"), "undated": ("messages",), "none": ()})
def newest_reply(city: CitySeen, *, roles: tuple[str, ...], best_days: int = 14, worst_days: int = 90) -> Verdict:
    """The age in days of the newest public reply: 1 up to `best_days`, 0 from `worst_days`, linear between.

    Replies dated in the future are not believed; messages whose replies bear no date say nothing.
    """
    details, lists = messages_of(city, roles)
    every = [*details, *lists]
    if not every:
        return absent("none", value=None)
    dated: list[tuple[date, VisitedPage]] = []
    for page, message in every:
        answered = day(message.answered)
        if answered is not None and answered <= today(city, page) + CLOCKS_MAY_DIFFER:
            dated.append((answered, page))
    if not dated:
        return cant_tell(Cause.NOT_SAMPLED, "undated", evidence=_pages(every), messages=len(details or lists))
    when, page = max(dated, key=lambda one: one[0])
    days = max(0, (today(city, page) - when).days)
    return graded(
        falling(days, best_days, worst_days),
        "newest",
        value=days,
        evidence=[proof(page, when.isoformat(), seen_by=MessagesSeen)],
        days=days,
        date=when.isoformat(),
    )


def _pages(messages: Messages) -> list[Evidence]:
    pages = {page.url: proof(page, seen_by=MessagesSeen) for page, _ in messages}
    return list(pages.values())


@check(reasons={"clean": ("pages",), "exposed": ("identity", "phones", "pages"), "none": ()})
def exposed_numbers(city: CitySeen, *, roles: tuple[str, ...]) -> Verdict:
    """Whether pages of published messages give away identity or telephone numbers; a person has to look at them.

    Only kinds and counts are known: the numbers themselves are never kept.
    """
    found: list[tuple[VisitedPage, ExposedSeen]] = []
    for place in city.places(*roles):
        readings = [(visit, seen) for visit in place.visits if visit.read and (seen := visit.saw(ExposedSeen))]
        if readings:
            found.append(max(readings, key=lambda reading: reading[1].total))
    if not found:
        return replace(inapplicable("none"), rests_on_absence=True)
    leaks = [(page, seen) for page, seen in found if seen.total]
    if not leaks:
        evidence = [proof(page, seen_by=ExposedSeen) for page, _ in found]
        return passed("clean", value=0, evidence=evidence, pages=len(found))
    evidence = []
    for page, seen in leaks:
        kinds = [f"exposed.{name}" for name in ("identity", "mobile", "phone") if getattr(seen, name)]
        evidence.append(proof(page, terms=kinds, seen_by=ExposedSeen))
    return cant_tell(
        Cause.NEEDS_PERSON,
        "exposed",
        value=sum(seen.total for _, seen in leaks),
        evidence=evidence,
        identity=sum(seen.identity for _, seen in leaks),
        phones=sum(seen.mobile + seen.phone for _, seen in leaks),
        pages=len(leaks),
    )
