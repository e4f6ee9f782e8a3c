"""Policy documents: whether each tells what it is, and whether it and its explanation lead to each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from audits.checks.ages import items_of
from audits.checks.live import places_of
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, percent, proof
from probes.document import DocumentSeen
from probes.document_facts import DocumentFactsSeen
from probes.labels import labels
from probes.lexicon import fold
from probes.outcome import Cause
from probes.related import RelatedSeen

_NO_DOCUMENT = ("home", "column", "search", "blank", "error", "wall", "form", "service", "meeting")


@dataclass(frozen=True)
class Policy:
    """One policy document: the page that shows it, and the facts told of it."""

    page: VisitedPage
    title: str
    href: str | None
    facts: frozenset[str]


def policy_places(city: CitySeen, roles: tuple[str, ...]) -> list[Place]:
    """The pages of single policy documents that were read."""
    return [
        place
        for place in city.places(*roles)
        if place.documents and not all(document.kind in _NO_DOCUMENT for _, document in place.documents)
    ]


@check(
    reasons={
        "complete": ("policies", "asked"),
        "share": ("policies", "percent", "missing"),
        "too_few": ("pages", "least"),
        "none": (),
    }
)
def document_facts(
    city: CitySeen,
    *,
    roles: tuple[str, ...],
    lists: tuple[str, ...],
    facts: tuple[str, ...],
    elsewhere: tuple[str, ...] = ("number", "written"),
    least: int = 8,
) -> Verdict:
    """The mean share of `facts` that the policy documents of these roles tell, labelled and filled; needs `least`.

    Outside China only those of `elsewhere` are asked for, and an entry of a list of policies (`lists`) may tell them as
    well: a number in its title, a date beside it.
    """
    home = city.city.country == "cn"
    asked = facts if home else elsewhere
    found = list(_policies(city, roles)) if home else list(_told_anywhere(city, roles, lists))
    if not found:
        return absent("none", value=None)
    evidence = [_shown(policy, asked) for policy in sorted(found, key=lambda policy: len(policy.facts & {*asked}))]
    if len(found) < least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(found), least=least, evidence=evidence)
    lacking = Counter({name: sum(name not in policy.facts for policy in found) for name in asked})
    score = 1 - lacking.total() / (len(asked) * len(found))
    if not lacking.total():
        return graded(1.0, "complete", value=1.0, evidence=evidence, policies=len(found), asked=len(asked))
    most = max(lacking.values())
    return graded(
        score,
        "share",
        value=round(score, 4),
        evidence=evidence,
        policies=len(found),
        percent=percent(score),
        missing=", ".join(f"document.{name}" for name in asked if lacking[name] == most),
    )


def _policies(city: CitySeen, roles: tuple[str, ...]) -> Iterator[Policy]:
    for place in policy_places(city, roles):
        readings = [(visit, document, visit.saw(DocumentFactsSeen)) for visit, document in place.documents]
        visit, document, seen = max(readings, key=lambda reading: len(reading[2].facts) if reading[2] else 0)
        yield Policy(visit, document.title, None, frozenset(seen.facts if seen is not None else ()))


def _told_anywhere(city: CitySeen, roles: tuple[str, ...], lists: tuple[str, ...]) -> Iterator[Policy]:
    """Policies by their own pages and by the entries that lead to them, each once with all that is told of it."""
    pages = {policy.page.url: policy for policy in _policies(city, roles)}
    met: set[str] = set()
    for place in places_of(city, lists):
        for visit, item in items_of(place):
            if item.href in met:
                continue
            met.add(item.href)
            own = pages.get(item.href)
            told = own.facts if own is not None else frozenset()
            if item.date is not None and item.date_source != "url":
                told |= {"written"}
            if _has_number(visit, item.title):
                told |= {"number"}
            yield Policy(visit, item.title, item.href, told)
    yield from (policy for url, policy in pages.items() if url not in met)


def _has_number(visit: VisitedPage, title: str) -> bool:
    document = visit.saw(DocumentSeen)
    words = labels(document.lang if document is not None else "en")["document"].get("numbered", frozenset())
    known = "|".join(map(re.escape, sorted(words)))
    return bool(known) and re.search(rf"\b(?:{known})\b[\s.#°º]*(?:no\.?\s*)?\d", fold(title)) is not None


def _shown(policy: Policy, asked: tuple[str, ...]) -> Evidence:
    told = [f"document.{name}" for name in asked if name in policy.facts]
    return proof(policy.page, policy.title[:120], href=policy.href, seen_by=DocumentFactsSeen, terms=told)


@check(
    reasons={
        "linked": ("linked", "policies", "one_way", "unread", "percent"),
        "too_few": ("pages", "least"),
        "none": (),
    }
)
def policy_links(city: CitySeen, *, roles: tuple[str, ...], least: int = 5, least_read: int = 3) -> Verdict:
    """The share of sampled policies that lead to an explanation which leads back to them.

    Needs `least` policies. Where some explanations were not read, those of `least_read` or more stand for them.
    """
    answers = [(place, _linked(city, place)) for place in policy_places(city, roles)]
    if not answers:
        return absent("none", value=None)
    explained = [(place, answer) for place, answer in answers if answer != "no"]
    read = [(place, answer) for place, answer in explained if answer is not None]
    if len(answers) < least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(answers), least=least)
    if len(read) < min(least_read, len(explained)):
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(read), least=least_read)
    both = [place for place, answer in read if answer == "both"]
    share = len(explained) / len(answers) * len(both) / len(read) if read else 0.0
    shown = both or [place for place, _ in read] or [place for place, _ in answers]
    return graded(
        share,
        "linked",
        value=round(share, 4),
        evidence=[_pair(place) for place in shown],
        linked=len(both),
        policies=len(answers),
        unread=len(explained) - len(read),
        one_way=len(read) - len(both),
        percent=percent(share),
    )


def _linked(city: CitySeen, policy: Place) -> str | None:
    """`both`, `one` (the explanation does not lead back) or `no`; None when its explanations could not be read."""
    readings = _readings(policy)
    if not readings:
        return "no"
    own = {_bare(visit.url) for visit in policy.visits} | {_bare(visit.final_url) for visit in policy.visits}
    explained = [place for href in readings if (place := city.place(href)) is not None]
    read = [place for place in explained if place.read or place.gone]
    for place in read:
        for visit in place.visits:
            seen = visit.saw(RelatedSeen) if visit.read else None
            if seen is not None and own & {_bare(href) for href in seen.leads_to}:
                return "both"
    return "one" if read else None


def _readings(policy: Place) -> list[str]:
    seen = (visit.saw(RelatedSeen) for visit in policy.visits if visit.read)
    return list(dict.fromkeys(href for one in seen if one is not None for href in one.readings))


def _pair(place: Place) -> Evidence:
    readings = _readings(place)
    visit, document = place.documents[0]
    return proof(visit, document.title[:120], href=readings[0] if readings else None, seen_by=RelatedSeen)


def _bare(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
