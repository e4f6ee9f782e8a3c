"""What a website declares about its own year: the figures of the yearly work table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from audits.checks.ages import day
from audits.checks.feedback import messages_of
from audits.checks.live import places_of
from audits.city import CitySeen, VisitedPage
from audits.finding import Argument
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, passed, proof
from probes.labels import labels, says
from probes.outcome import Cause
from probes.page_links import LinksSeen
from probes.site_table import SiteTableSeen

ROLES = ("topic.site_table", "disclosure.site_report")
"""The pages that show a yearly table, or list the tables."""

_SAID = ("items", "received", "closed", "mean_days", "services", "online_services", "wechat", "app")


def declared_of(city: CitySeen) -> tuple[VisitedPage, SiteTableSeen] | None:
    """The newest yearly table whose figures could be read, with its page; of two for a year the fuller."""
    found = list(_tables(city))
    return max(found, key=lambda one: (one[1].year or 0, len(one[1].figures)), default=None)


def _tables(city: CitySeen) -> Iterator[tuple[VisitedPage, SiteTableSeen]]:
    for place in places_of(city, ROLES):
        for visit in place.visits:
            seen = visit.saw(SiteTableSeen) if visit.read else None
            if seen is not None:
                yield visit, seen


@check(reasons={"read": ("year", *_SAID), "attached": ("text",), "no_figures": (), "none": ()})
def declared_totals(city: CitySeen) -> Verdict:
    """The figures of the newest yearly table of the website; the value is how many of them could be read.

    A table that is only there as a file needs a person.
    """
    table = declared_of(city)
    if table is not None:
        page, seen = table
        said: dict[str, Argument] = {name: _said(seen.figures.get(name)) for name in _SAID}
        verdict = passed(
            "read",
            value=len(seen.figures),
            evidence=[proof(page, _summary(seen), seen_by=SiteTableSeen)],
            year=str(seen.year or "?"),
        )
        return replace(verdict, arguments={**verdict.arguments, **said})
    pages = [
        (visit, document)
        for place in places_of(city, ROLES)
        for visit, document in place.documents
        if document.kind != "column" and says(document.title, labels(document.lang)["report"]["table"])
    ]
    for visit, _ in pages:
        links = visit.saw(LinksSeen)
        for file in links.files if links is not None else ():
            evidence = [proof(visit, file.text, href=file.href, seen_by=LinksSeen)]
            return cant_tell(Cause.NEEDS_PERSON, "attached", evidence=evidence, text=file.text)
    if pages:
        return absent("no_figures", value=0, evidence=[proof(visit, document.title) for visit, document in pages])
    return absent("none", value=0)


def _said(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:g}" if figure < 10_000 else f"{figure:,.0f}"


def _summary(seen: SiteTableSeen) -> str:
    return ", ".join(f"{name} {figure:g}" for name, figure in seen.figures.items())


def messages_in(city: CitySeen, year: int, roles: tuple[str, ...] = ("feedback.replies",)) -> int | None:
    """How many published messages were asked in a year; None unless those listed reach from before it to after it.

    A list that was read only in part says nothing about a whole year.
    """
    _, lists = messages_of(city, roles)
    days = [asked for _, message in lists if (asked := day(message.asked)) is not None]
    if not days or min(days) >= date(year, 1, 1) or max(days) <= date(year, 12, 31):
        return None
    return sum(asked.year == year for asked in days)
