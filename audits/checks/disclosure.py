"""Information disclosure: request forms, the prescribed heads, yearly reports, and a search that finds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from audits.band import Band
from audits.checks.ages import day, items_of, newest, today
from audits.checks.content import shows_content
from audits.checks.live import entries, places_of, target_of
from audits.city import CitySeen, Place, VisitedPage
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, percent, proof
from probes.document import DocumentSeen, Form
from probes.labels import labels, says
from probes.outcome import Cause
from probes.page_links import LinksSeen
from probes.search_results import ResultsSeen

_LEAST_FIELDS = 2
_MAY_CHANGE = 0.02  # share of a page's text that differs from one ask to the next: the hour, a counter
_LOGIN_ADDRESS = re.compile(r"(?:^|[/.?=_-])(?:login|signin|sso|cas|oauth|passport|uaa)(?:[/.?=_&-]|$)", re.I)


@check(reasons={"online": ("how",), "download": ("text",), "instructions": (), "no_page": ()})
def request_form(city: CitySeen, *, roles: tuple[str, ...], download_score: float = 0.5) -> Verdict:
    """How a request for information can be made: online (a form, or a login before one), by a form to download, or not.

    Nothing is ever sent.
    """
    places = [place for place in city.places(*roles) if place.read]
    for place in places:
        for visit, document in place.documents:
            how = _asks_online(visit, document)
            if how:
                return graded(1.0, "online", value="online", evidence=[proof(visit, terms=(how,))], how=how)
    for place in places:
        for visit in place.visits:
            links = visit.saw(LinksSeen)
            for file in links.files if links is not None else ():
                return graded(
                    download_score,
                    "download",
                    value="download",
                    more_may_be_seen=True,
                    evidence=[proof(visit, file.text, href=file.href, seen_by=LinksSeen)],
                    text=file.text,
                )
    target = target_of(city, roles)
    if target.state == "unknown":
        return target.unknown()
    if places:
        return absent("instructions", value="none", evidence=[proof(places[0].visits[0])])
    return absent("no_page", value="none", evidence=target.evidence)


def _asks_online(visit: VisitedPage, document: DocumentSeen) -> str:
    """What on the page takes a request online, in words; empty when nothing does."""
    for form in document.forms:
        if form.purpose == "request" and form.enabled:
            return "form"
        if form.purpose == "login":
            return "login"
    if any(_takes_request(form) for form in document.forms):
        return "form"
    sent_to = visit.redirected_to or (visit.final_url if visit.final_url != visit.url else "")
    return "login" if _LOGIN_ADDRESS.search(sent_to) else ""


def _takes_request(form: Form) -> bool:
    """On a page of requests, any usable form with several fields that is neither a search nor a survey."""
    return form.enabled and form.purpose in ("mailbox", "other") and len(form.fields) > _LEAST_FIELDS


@check(reasons={"heads": ("found", "asked"), "all_heads": ("asked",)})
def fresh_heads(city: CitySeen, *, heads: tuple[str, ...], max_days: int = 730) -> Verdict:
    """The share of the heads whose pages show an item dated within `max_days`; undated pages do not count."""
    fresh, unknown = [], []
    evidence: list[Evidence] = []
    for head in heads:
        places = places_of(city, (head,))
        hits = [hit for place in places if (hit := newest(place, today(city, place.visits[0]))) is not None]
        young = [hit for hit in hits if (today(city, hit[2]) - hit[0]).days <= max_days]
        if young:
            fresh.append(head)
            when, title, page = max(young, key=lambda hit: hit[0])
            evidence.append(proof(page, f"{when} {title}"))
        elif left := [place for place in places if _is_open(place)]:
            unknown.append(left[0])
    score = len(fresh) / len(heads)
    if score == 1.0:
        return graded(1.0, "all_heads", value=1.0, evidence=evidence, asked=len(heads))
    if unknown:
        return cant_tell(
            unknown[0].cause or Cause.NOT_SAMPLED,
            "gap",
            vendor=unknown[0].vendor,
            band=Band(score, min(1.0, score + len(unknown) / len(heads))),
            value=round(score, 4),
            evidence=evidence,
            url=unknown[0].url,
        )
    return graded(
        score,
        "heads",
        value=round(score, 4),
        evidence=evidence,
        more_may_be_seen=True,
        found=len(fresh),
        asked=len(heads),
    )


def _is_open(place: Place) -> bool:
    """Whether a page, or the list that a script fills on it, could not be read and may yet be there."""
    return place.unfilled is not None or not (place.read or place.gone or place.moved)


@check(
    reasons={
        "in_time": ("year", "date"),
        "late": ("year", "date", "due"),
        "undated": ("year",),
        "outdated": ("year", "expected"),
        "none": ("expected",),
    }
)
def yearly_report(
    city: CitySeen,
    *,
    roles: tuple[str, ...],
    words: str,
    due_month: int = 3,
    due_day: int = 31,
    late_score: float = 0.5,
) -> Verdict:
    """Whether the report for the latest year that was due is published, and by the day it was due.

    The year is read from titles of entries, of links and of the page itself; `words` names the words that such a
    title has (`[label.report]` of the words file). A report whose date cannot be seen may be in time or late.
    """
    reports = sorted(_reports(city, roles, words), key=lambda report: report[0])
    now = today(city, next(iter(city.measured("home")), None))
    expected = now.year - 1 if now > date(now.year, due_month, due_day) else now.year - 2
    if not reports:
        return absent("none", value=None, expected=expected)
    year = reports[-1][0]
    of_year = [report for report in reports if report[0] == year]
    evidence = [proof(page, f"{when or ''} {title}".strip(), href=href) for _, when, title, href, page in of_year[:3]]
    if year < expected:
        return absent("outdated", value=year, evidence=evidence, year=year, expected=expected)
    due = date(year + 1, due_month, due_day)
    days = sorted(when for _, when, _, _, _ in of_year if when is not None)
    if not days:
        return cant_tell(
            Cause.NEEDS_PERSON,
            "undated",
            band=Band(late_score, 1.0),
            value=year,
            evidence=evidence,
            year=year,
        )
    if days[0] <= due:
        return graded(1.0, "in_time", value=year, evidence=evidence, year=year, date=days[0].isoformat())
    return graded(
        late_score,
        "late",
        value=year,
        evidence=evidence,
        year=year,
        date=days[0].isoformat(),
        due=due.isoformat(),
    )


_Report = tuple[int, date | None, str, str | None, VisitedPage]


def _reports(city: CitySeen, roles: tuple[str, ...], words: str) -> Iterator[_Report]:
    for place in places_of(city, roles):
        if not shows_content(city, place):
            continue
        for visit, item in items_of(place):
            if (year := _year_of(item.title, words, visit)) is not None:
                yield year, day(item.date), item.title, item.href, visit
        for visit, document in place.documents:
            for title in (document.title, _why(visit, roles)):
                if document.kind != "column" and (year := _year_of(title, words, visit)) is not None:
                    yield year, day(document.newest_date), title, None, visit
                    break
    for page, sighting in entries(city, roles):
        opened = city.place(sighting.href) if sighting.href else None
        year = _year_of(sighting.text, words, page)
        if year is not None and opened is not None and shows_content(city, opened):
            own = newest(opened, today(city, page))
            yield year, own[0] if own is not None else None, sighting.text, sighting.href, page


def _year_of(title: str, words: str, visit: VisitedPage) -> int | None:
    """The year a title names, when it is a title of such a report; of several (2024-2025), the last."""
    known = labels(visit.lang or "zh")["report"][words]
    years = [int(year) for year in re.findall(r"(?<!\d)(20\d{2})(?!\d)", title)]
    return max(years) if years and says(title, known) else None


def _why(visit: VisitedPage, roles: tuple[str, ...]) -> str:
    return next((reason.why for reason in visit.roles if reason.role in roles), "")


@check(
    reasons={
        "found": ("found", "asked", "percent"),
        "no_box": (),
        "not_get": (),
        "not_asked": (),
        "home_again": ("asked",),
        "too_few": ("pages", "least"),
    }
)
def search_hits(city: CitySeen, *, least: int = 2) -> Verdict:
    """The share of known titles that the site search shows as a link on its first result page.

    Only a search that is asked by GET is used; others need a person, and so does one that answers every question with
    the home page, as a form does that a script must send. No search box at all is a failure.
    """
    asked = [(place, title_asked(place)) for place in city.places("search.known")]
    read = [(place, title) for place, title in asked if place.read]
    if len(read) >= least and all(is_home_again(city, place) for place, _ in read):
        evidence = [proof(place.visits[0], title) for place, title in read]
        return cant_tell(Cause.NEEDS_PERSON, "home_again", evidence=evidence, asked=len(read))
    if len(read) >= least:
        hits = [(place, title) for place, title in read if shows_title(place, title)]
        missed = [(place, title) for place, title in read if (place, title) not in hits]
        share = len(hits) / len(read)
        evidence = [proof(place.visits[0], title, seen_by=ResultsSeen) for place, title in (*missed, *hits)]
        return graded(
            share,
            "found",
            value=round(share, 4),
            evidence=evidence,
            found=len(hits),
            asked=len(read),
            percent=percent(share),
        )
    unread = next((place for place, _ in asked if not place.read and not place.gone), None)
    if unread is not None:
        cause = unread.cause or Cause.NOT_SAMPLED
        return cant_tell(cause, "gap", vendor=unread.vendor, evidence=[proof(unread.visits[0])], url=unread.url)
    if asked and all(place.gone for place, _ in asked):
        return graded(
            0.0,
            "found",
            value=0.0,
            evidence=[proof(place.visits[0], title) for place, title in asked],
            found=0,
            asked=len(asked),
            percent=0,
        )
    if read:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(read), least=least)
    documents = [document for place in city.places("home") for _, document in place.documents]
    forms = [form for document in documents for form in document.forms if form.purpose == "search"]
    if any(form.method.lower() == "get" and form.text_field for form in forms):
        return cant_tell(Cause.NOT_SAMPLED, "not_asked")
    if forms or any("search.site" in document.present for document in documents):
        return cant_tell(Cause.NEEDS_PERSON, "not_get")
    return absent("no_box")


def is_home_again(city: CitySeen, place: Place) -> bool:
    """Whether the answer to a question is the home page, which does not know that anything was asked."""
    homes = [document for home in city.places("home") for _, document in home.documents]
    return bool(place.documents) and all(
        any(_is_the_same(document, home) for home in homes) for _, document in place.documents
    )


def _is_the_same(one: DocumentSeen, other: DocumentSeen) -> bool:
    """Whether two readings are of one page, but for a clock or a counter on it."""
    listed = [len(document.items) + document.undated_items for document in (one, other)]
    return (
        one.title == other.title
        and listed[0] == listed[1]
        and abs(one.text_chars - other.text_chars) <= _MAY_CHANGE * other.text_chars
    )


def title_asked(place: Place, role: str = "search.known") -> str:
    """The title that a result page was asked for."""
    return next((reason.why for visit in place.visits for reason in visit.roles if reason.role == role), "")


def shows_title(place: Place, title: str) -> bool:
    """Whether a result page links to the title, cut short or whole."""
    wanted = _squeezed(title)
    for visit in place.visits:
        results = visit.saw(ResultsSeen)
        for shown in results.titles if results is not None else ():
            cut = _squeezed(shown.rstrip(".…"))
            if wanted in cut or (len(cut) >= 10 and shown.endswith(("…", "...")) and wanted.startswith(cut)):
                return True
    return False


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text).lower()
