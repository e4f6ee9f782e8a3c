"""Questions and answers: a channel that takes a question, what the hotline offers, published replies, consultations."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from audits.checks.ages import CLOCKS_MAY_DIFFER, dated, day, items_of, today
from audits.checks.live import target_of
from audits.checks.updates import falling
from audits.city import CitySeen, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, percent, proof
from probes.document import Form
from probes.hotline import HotlineSeen
from probes.messages import MessageSeen, MessagesSeen
from probes.outcome import Cause

_LETTERS = ("mailbox",)


@check(reasons={"ready": ("fields",), "disabled": (), "behind_login": (), "no_form": (), "no_page": ()})
def question_form(city: CitySeen, *, roles: tuple[str, ...]) -> Verdict:
    """Whether a form for questions is rendered and usable; it is never sent.

    A channel that asks for a login first cannot be judged by a machine.
    """
    forms = list(_forms(city, ("home", *roles)))
    letters = [(visit, form) for visit, form in forms if form.purpose in _LETTERS]
    ready = [(visit, form) for visit, form in letters if form.enabled and form.fields]
    if ready:
        visit, form = ready[0]
        evidence = [proof(visit, href=form.action or None, terms=("form",))]
        return passed("ready", fields=len(form.fields), evidence=evidence)
    logins = [visit for visit, form in _forms(city, roles) if form.purpose == "login"]
    if logins:
        return cant_tell(Cause.NEEDS_PERSON, "behind_login", evidence=[proof(logins[0])])
    if letters:
        return failed("disabled", evidence=[proof(letters[0][0], terms=("form",))])
    target = target_of(city, roles)
    if target.state == "live":
        return absent("no_form", evidence=target.evidence)
    return absent("no_page", evidence=target.evidence)


def _forms(city: CitySeen, roles: tuple[str, ...]) -> Iterator[tuple[VisitedPage, Form]]:
    for place in city.places(*roles):
        for visit, document in place.documents:
            for form in document.forms:
                yield visit, form


@check(reasons={"offers": ("found", "asked", "missing"), "all": ("asked",)})
def hotline_offer(city: CitySeen, *, roles: tuple[str, ...]) -> Verdict:
    """The share of the four things a hotline offers on the web: its number, a form, a look-up, a knowledge base.

    The number counts on the home page too; the other three on the pages of the hotline and of feedback.
    """
    found: dict[str, Evidence] = {}
    for place in city.places("home", *roles):
        for visit in place.visits:
            seen = visit.saw(HotlineSeen) if visit.read else None
            on_its_page = visit.has_role(*roles)
            if seen is not None and seen.number:
                found.setdefault("number", proof(visit, seen.number, seen_by=HotlineSeen))
            if seen is not None and on_its_page:
                if seen.query:
                    found.setdefault("query", proof(visit, seen.query, seen_by=HotlineSeen))
                if seen.knowledge:
                    found.setdefault("knowledge", proof(visit, seen.knowledge, seen_by=HotlineSeen))
    for visit, form in _forms(city, roles):
        if form.purpose in (*_LETTERS, "login") and form.enabled:
            found.setdefault("form", proof(visit, terms=("form",)))
    asked = ("number", "form", "query", "knowledge")
    score = len(found) / len(asked)
    if score == 1.0:
        return graded(1.0, "all", value=1.0, evidence=found.values(), asked=len(asked))
    return graded(
        score,
        "offers",
        value=round(score, 4),
        evidence=found.values(),
        more_may_be_seen=True,
        found=len(found),
        asked=len(asked),
        missing=", ".join(name for name in asked if name not in found),
    )


Messages = list[tuple[VisitedPage, MessageSeen]]


def messages_of(city: CitySeen, roles: tuple[str, ...]) -> tuple[Messages, Messages]:
    """The published messages: those of pages with one message each, and those of lists."""
    details: Messages = []
    lists: Messages = []
    for place in city.places(*roles):
        readings = [(visit, seen) for visit in place.visits if visit.read and (seen := visit.saw(MessagesSeen))]
        if readings:
            visit, seen = max(readings, key=lambda reading: reading[1].total)
            (details if seen.form == "detail" else lists).extend((visit, message) for message in seen.messages)
    return details, lists


@check(
    reasons={
        "complete": ("messages",),
        "fields": ("messages", "percent", "missing"),
        "none": (),
        "too_few": ("pages", "least"),
    }
)
def public_messages(city: CitySeen, *, roles: tuple[str, ...], least: int = 1) -> Verdict:
    """The mean share of four things shown with a published message: time, time of reply, who replied, the reply.

    Lists name less than the messages' own pages; they count only where no such page was read.
    """
    details, lists = messages_of(city, roles)
    messages = details or lists
    if not messages:
        return absent("none", value=None)
    if len(messages) < least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(messages), least=least)
    shown = {
        "asked": sum(message.asked is not None for _, message in messages),
        "answered": sum(message.answered is not None for _, message in messages),
        "unit": sum(message.unit for _, message in messages),
        "reply": sum(message.reply for _, message in messages),
    }
    share = sum(shown.values()) / (len(shown) * len(messages))
    least_shown = min(shown.values())
    if least_shown == len(messages):
        return graded(1.0, "complete", value=1.0, evidence=_shown(messages), messages=len(messages))
    return graded(
        share,
        "fields",
        value=round(share, 4),
        evidence=_shown(messages),
        messages=len(messages),
        percent=percent(share),
        missing=", ".join(name for name, times in shown.items() if times == least_shown),
    )


@check(reasons={"median": ("days", "messages"), "too_few_dated": ("messages", "least"), "none": ()})
def reply_latency(
    city: CitySeen,
    *,
    roles: tuple[str, ...],
    best_days: int = 5,
    worst_days: int = 90,
    least: int = 5,
    within_days: int = 365,
) -> Verdict:
    """The median of days from question to reply, over messages asked within `within_days`; needs `least` of them.

    A reply dated before its question is not believed.
    """
    details, lists = messages_of(city, roles)
    messages = max(details, lists, key=lambda some: len(_waits(city, some, within_days)))
    waits = _waits(city, messages, within_days)
    if not details and not lists:
        return absent("none", value=None)
    if len(waits) < least:
        return cant_tell(
            Cause.NOT_SAMPLED, "too_few_dated", evidence=_shown(messages), messages=len(waits), least=least
        )
    days = round(float(median(waits)), 1)
    shown = int(days) if days.is_integer() else days
    return graded(
        falling(days, best_days, worst_days),
        "median",
        value=shown,
        evidence=_shown(messages),
        days=shown,
        messages=len(waits),
    )


def _waits(city: CitySeen, messages: Messages, within_days: int) -> list[int]:
    """Days from question to reply, of messages with both dates in order and asked within so many days."""
    waits: list[int] = []
    for page, message in messages:
        asked, answered = day(message.asked), day(message.answered)
        now = today(city, page)
        if asked is None or answered is None or not asked <= answered <= now + CLOCKS_MAY_DIFFER:
            continue
        if (now - asked).days <= within_days:
            waits.append((answered - asked).days)
    return waits


@check(reasons={"held": ("number", "full"), "none": ()})
def consultations(city: CitySeen, *, roles: tuple[str, ...], full: int = 6, within_days: int = 365) -> Verdict:
    """How many opinion collections and surveys are dated within the past year; `full` of them score 1."""
    found: dict[str, Evidence] = {}
    for place in city.places(*roles):
        now = today(city, place.visits[0])
        pages = {item.href or item.title: visit for visit, item in items_of(place)}
        for when, item in dated((item for _, item in items_of(place)), now):
            if (now - when).days <= within_days:
                found.setdefault(
                    item.title, proof(pages[item.href or item.title], f"{when} {item.title}", href=item.href)
                )
    if not found:
        return absent("none", value=0)
    return graded(
        len(found) / full,
        "held",
        value=len(found),
        evidence=found.values(),
        more_may_be_seen=True,
        number=len(found),
        full=full,
    )


def _shown(messages: Messages) -> list[Evidence]:
    pages: dict[str, Evidence] = {}
    for page, message in messages:
        words = f"{message.asked or '?'} → {message.answered or '?'}"
        pages.setdefault(page.url, proof(page, words, seen_by=MessagesSeen))
    return list(pages.values())
