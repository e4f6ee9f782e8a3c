"""Documents found by their titles: plans, rules, notices and libraries, each counted once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from audits.checks.ages import day, items_of, newest, today
from audits.checks.opendata import platform_of
from audits.city import CitySeen, VisitedPage
from audits.registry import check
from audits.verdict import Verdict, absent, graded, percent, proof
from probes.labels import labels, says
from probes.lexicon import fold, lexicon_for

_FILE_KIND = re.compile(r"\.[a-z]{2,4}$")
_TRIMMINGS = re.compile(r"[（(【\[][^）)】\]]*(?:[）)】\]]|$)|[《》“”\"'\s]+")
_YEARS_BEHIND = re.compile(r"[\d年至—–~-]+$")
_MONTH = re.compile(r"(?:(20\d{2})\s*年)?\s*(1[0-2]|0?[1-9])\s*月")
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_QUARTER = re.compile(r"(20\d{2})年?\s*(?:第\s*)?([一二三四1-4])\s*季度")


@dataclass(frozen=True)
class Titled:
    """A document by its title, where it was listed, and its date where that is shown."""

    title: str
    href: str | None
    date: date | None
    page: VisitedPage


def titled(city: CitySeen, topics: tuple[str, ...]) -> list[Titled]:
    """The documents whose titles stand for one of these topics, in any list, link or result page; each title once."""
    found: dict[str, Titled] = {}
    for one in city.once(_titles):
        key = re.sub(r"[\s《》“”\"'（）()]+", "", one.title).lower()
        known = found.get(key)
        if known is not None and (known.date is not None or one.date is None):
            continue
        if any(match.id in topics for match in lexicon_for(_language(one.page)).match(one.title)):
            found[key] = one
    return list(found.values())


def _language(page: VisitedPage) -> str:
    return page.lang or "en"


def _labels(one: Titled, group: str) -> Mapping[str, frozenset[str]]:
    """The labels of a group in the language of the page that shows the title."""
    return labels(_language(one.page))[group]


def _titles(city: CitySeen) -> list[Titled]:
    return list(_all_titles(city))


def _all_titles(city: CitySeen) -> Iterator[Titled]:
    for place in {page.url: city.place(page.url) for page in city.pages}.values():
        if place is None or not place.read:
            continue
        for visit, item in items_of(place):
            yield Titled(item.title, item.href, day(item.date), visit)
        for visit, document in place.documents:
            for id, sightings in document.present.items():
                if id.startswith("topic."):
                    for sighting in sightings:
                        yield Titled(sighting.text, sighting.href, None, visit)
        for visit, document in place.documents:
            for reason in visit.roles:
                if reason.role.startswith("topic.") and document.kind == "article":
                    hit = newest(place, today(city, visit))
                    yield Titled(reason.why, visit.url, hit[0] if hit is not None else None, visit)


@check(reasons={"published": ("number", "full"), "none": ()})
def documents(city: CitySeen, *, topics: tuple[str, ...], group: str, forms: str, full: int = 3) -> Verdict:
    """How many documents on these topics are published; `full` of them score 1.

    A title must end like a document of that sort, by the words `forms` of the list `group` (`[label.…]` of the words
    file): news about a plan is no plan.
    """
    found = [one for one in titled(city, topics) if _has_form(one.title, _labels(one, group)[forms])]
    if not found:
        return absent("none", value=0)
    return graded(
        len(found) / full,
        "published",
        value=len(found),
        evidence=[proof(one.page, one.title, href=one.href) for one in found],
        more_may_be_seen=True,
        number=len(found),
        full=full,
    )


@check(reasons={"kinds": ("found", "asked"), "none": ()})
def document_kinds(
    city: CitySeen,
    *,
    kinds: tuple[str, ...],
    group: str,
    topics: tuple[str, ...] = (),
    forms: str | None = None,
    in_catalogue: bool = False,
) -> Verdict:
    """The share of the named kinds of which a document's title (or, asked for, a dataset's) speaks.

    `group` names the list of labels in the words file, `kinds` the meanings in it. A document must stand for one of the
    `topics` where these are given, and its title must end like a document of that sort where `forms` names a meaning
    of the group: news about a rule is no rule.
    """
    found: dict[str, Titled] = {}
    for one in titled(city, topics) if topics else city.once(_titles):
        words = _labels(one, group)
        if forms is not None and not _has_form(one.title, words[forms]):
            continue
        for kind in kinds:
            if says(one.title, words[kind]):
                found.setdefault(kind, one)
    if in_catalogue:
        pages = list(city.with_role("opendata.api")) or list(city.pages)
        for dataset in platform_of(city).datasets:
            for kind in kinds if pages else ():
                if says(dataset.title, labels(_language(pages[0]))[group][kind]):
                    found.setdefault(kind, Titled(dataset.title, dataset.landing, day(dataset.issued), pages[0]))
    if not found:
        return absent("none", value=0.0)
    share = len(found) / len(kinds)
    return graded(
        share,
        "kinds",
        value=round(share, 4),
        evidence=[proof(one.page, one.title, href=one.href) for one in found.values()],
        more_may_be_seen=True,
        found=len(found),
        asked=len(kinds),
    )


def _has_form(title: str, forms: frozenset[str]) -> bool:
    """Whether a title names its document: it ends with such a word, but for brackets, years and the kind of file."""
    bare = _TRIMMINGS.sub("", _FILE_KIND.sub("", fold(title.strip()))) or fold(title)
    bare = re.sub(r"的?通知$", "", _YEARS_BEHIND.sub("", bare)) or bare
    return any(bare.endswith(form.replace(" ", "")) for form in forms)


@check(reasons={"quarters": ("found", "asked", "percent"), "none": ("asked",)})
def quarterly_notices(city: CitySeen, *, topics: tuple[str, ...], quarters: int = 4) -> Verdict:
    """Of how many of the last quarters that are over a notice is published; a title names its quarter, else its date.

    A notice without a quarter in its title is taken for the quarter before its own date.
    """
    now = today(city, next(iter(city.measured("home")), None))
    last = now.year * 4 + (now.month - 1) // 3
    asked = set(range(last - quarters, last))
    found: dict[int, Titled] = {}
    for one in titled(city, topics):
        quarter = _quarter_of(one)
        if quarter in asked:
            found.setdefault(quarter, one)
    if not found:
        return absent("none", value=0.0, asked=quarters)
    share = len(found) / quarters
    return graded(
        share,
        "quarters",
        value=round(share, 4),
        evidence=[proof(one.page, f"{one.date or ''} {one.title}".strip(), href=one.href) for one in found.values()],
        more_may_be_seen=True,
        found=len(found),
        asked=quarters,
        percent=percent(share),
    )


def _quarter_of(one: Titled) -> int | None:
    """A running number of the quarter: year × 4 + 0 to 3."""
    if match := _QUARTER.search(one.title):
        return int(match[1]) * 4 + _QUARTERS[match[2]] - 1
    if one.date is not None:
        return one.date.year * 4 + (one.date.month - 1) // 3 - 1
    return None


@check(reasons={"months": ("found", "asked", "percent"), "none": ("asked",)})
def monthly_reports(city: CitySeen, *, group: str, months: int = 12) -> Verdict:
    """For how many of the last months that are over a report is published, by titles in lists, links and results.

    A title must name its subject by the words `subject` of the list `group`, and its month together with a word of
    `document`; one that says `monthly` needs no month and is taken for the month before its date.
    """
    now = today(city, next(iter(city.measured("home")), None))
    last = now.year * 12 + now.month - 1
    asked = set(range(last - months, last))
    found: dict[int, Titled] = {}
    for one in city.once(_titles):
        month = _month_of(one, _labels(one, group)) if says(one.title, _labels(one, group)["subject"]) else None
        if month in asked:
            found.setdefault(month, one)
    if not found:
        return absent("none", value=0, asked=months)
    return graded(
        len(found) / months,
        "months",
        value=len(found),
        evidence=[proof(one.page, f"{one.date or ''} {one.title}".strip(), href=one.href) for one in found.values()],
        more_may_be_seen=True,
        found=len(found),
        asked=months,
        percent=percent(len(found) / months),
    )


def _month_of(one: Titled, words: Mapping[str, frozenset[str]]) -> int | None:
    """A running number of the month a title reports on: year × 12 + 0 to 11.

    A month without a year is the last such month before the date of the document.
    """
    monthly = says(one.title, words["monthly"])
    match = _MONTH.search(one.title) if monthly or says(one.title, words["document"]) else None
    if match is None:
        return one.date.year * 12 + one.date.month - 2 if monthly and one.date is not None else None
    month = int(match[2])
    if match[1]:
        return int(match[1]) * 12 + month - 1
    if one.date is None:
        return None
    return (one.date.year - (month > one.date.month)) * 12 + month - 1
