"""The disclosure platform as a tool: whether its documents can be searched for, read and downloaded."""

from __future__ import annotations

from collections.abc import Iterator

from audits.band import Band
from audits.checks.content import shows_content
from audits.checks.disclosure import is_home_again, shows_title, title_asked
from audits.checks.live import target_of
from audits.city import CitySeen, Place
from audits.finding import Evidence
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, proof
from probes.document import Form
from probes.outcome import Cause
from probes.page_links import LinksSeen

FUNCTIONS = ("platform.search", "platform.view", "platform.download")
SEARCHED = "search.disclosure"


@check(
    reasons={
        "all_work": ("asked",),
        "some_work": ("found", "asked", "missing"),
        "search_unknown": ("found", "asked"),
        "no_platform": (),
    }
)
def platform_functions(
    city: CitySeen, *, roles: tuple[str, ...], documents: tuple[str, ...], files: tuple[str, ...]
) -> Verdict:
    """The share of three functions that work: search, view, download.

    Search: a title listed there, asked by GET, is on the first result page. View: a page of `documents` shows one.
    Download: a page of `documents` or `files` links to a file that is not gone. A search that a machine may not ask
    leaves the answer open by its third.
    """
    target = target_of(city, roles)
    if target.state == "unknown":
        return target.unknown()
    if target.state != "live":
        return absent("no_platform", value=0.0, evidence=target.evidence)
    works: dict[str, Evidence] = {}
    viewed = next((place for place in city.places(*documents) if _is_document(city, place)), None)
    if viewed is not None:
        visit, document = viewed.documents[0]
        works["platform.view"] = proof(visit, document.title[:120])
    downloaded = next(_downloads(city, (*documents, *files)), None)
    if downloaded is not None:
        works["platform.download"] = downloaded
    searched = _searched(city, (*roles, *files))
    if isinstance(searched, Evidence):
        works["platform.search"] = searched
    found, asked = len(works), len(FUNCTIONS)
    evidence = [works[name] for name in FUNCTIONS if name in works]
    if found == asked:
        return graded(1.0, "all_work", value=1.0, evidence=evidence, asked=asked)
    if isinstance(searched, Cause):
        band = Band(found / asked, (found + 1) / asked)
        value = round(found / asked, 4)
        return cant_tell(
            searched, "search_unknown", band=band, value=value, evidence=evidence, found=found, asked=asked
        )
    return graded(
        found / asked,
        "some_work",
        value=round(found / asked, 4),
        evidence=evidence,
        more_may_be_seen=True,
        found=found,
        asked=asked,
        missing=", ".join(name for name in FUNCTIONS if name not in works),
    )


def _is_document(city: CitySeen, place: Place) -> bool:
    return shows_content(city, place) and any(
        document.kind in ("article", "other") and document.text_chars for _, document in place.documents
    )


def _downloads(city: CitySeen, roles: tuple[str, ...]) -> Iterator[Evidence]:
    for place in city.places(*roles):
        for visit in place.visits:
            links = visit.saw(LinksSeen) if visit.read else None
            for file in links.files if links is not None else ():
                fetched = city.place(file.href)
                if fetched is None or not fetched.gone:
                    yield proof(visit, file.text, href=file.href, seen_by=LinksSeen)


def _searched(city: CitySeen, roles: tuple[str, ...]) -> Evidence | Cause | bool:
    """Proof of a hit, False when the search misses or there is none, or the cause why it is not known."""
    asked = [(place, title_asked(place, SEARCHED)) for place in city.places(SEARCHED)]
    for place, title in asked:
        if place.read and shows_title(place, title):
            return proof(place.visits[0], title)
    read = [place for place, _ in asked if place.read]
    if read and not all(is_home_again(city, place) for place in read):
        return False
    unread = next((place for place, _ in asked if not place.read and not place.gone), None)
    if unread is not None:
        return unread.cause or Cause.NOT_SAMPLED
    if asked and all(place.gone for place, _ in asked):
        return False
    if read:
        return Cause.NEEDS_PERSON
    forms = list(_search_forms(city, roles))
    if any(form.method.lower() == "get" and form.text_field for form in forms):
        return Cause.NOT_SAMPLED
    return Cause.NEEDS_PERSON if forms else False


def _search_forms(city: CitySeen, roles: tuple[str, ...]) -> Iterator[Form]:
    for place in city.places(*roles):
        for _, document in place.documents:
            yield from (form for form in document.forms if form.purpose == "search")
