"""Are lists there for machines: whether a list's entries stand as links in the first answer, before scripts run."""

from __future__ import annotations

from collections.abc import Iterable

from audits.checks.live import places_of
from audits.city import CitySeen, Place
from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, graded, percent, proof
from probes.document import DocumentSeen
from probes.outcome import Cause, Outcome

_NEARLY_ALL = 0.8
"""Share of the entries a browser shows that the first answer must hold: counters and adverts come and go."""


@check(reasons={"plain": ("plain", "lists", "percent"), "too_few": ("pages", "least"), "none": ()})
def plain_lists(city: CitySeen, *, roles: tuple[str, ...], least: int = 3) -> Verdict:
    """The share of list pages whose first answer has its entries as links with an address.

    Where a browser opened the page too, the first answer must hold nearly all entries that the browser shows. A list
    without any entry in either is blank, which is another rule's matter; one that only a browser could fill and none
    opened is left out.
    """
    told = {place.url: (place, answer) for place in places_of(city, roles) if (answer := _is_plain(place)) is not None}
    lists = list(told.values())
    if not lists:
        return absent("none", value=None)
    if len(lists) < least:
        return cant_tell(Cause.NOT_SAMPLED, "too_few", pages=len(lists), least=least)
    plain = sum(answer for _, answer in lists)
    share = plain / len(lists)
    shown = [place for place, answer in lists if not answer] or [place for place, _ in lists]
    return graded(
        share,
        "plain",
        value=round(share, 4),
        evidence=[proof(place.visits[0], _why(place)) for place in shown],
        plain=plain,
        lists=len(lists),
        percent=percent(share),
    )


def _is_plain(place: Place) -> bool | None:
    """Whether the first answer has the entries; None when the page is no list, or nobody saw its entries."""
    raw = _reading(place, ("plain",))
    rendered = _reading(place, ("desktop",))
    known = [document for document in (raw, rendered) if document is not None]
    if not any(document.kind == "column" for document in known):
        return None
    links = _links(raw)
    shown = _entries(rendered)
    if shown:
        return links >= _NEARLY_ALL * shown
    entries = _entries(raw)
    return links >= _NEARLY_ALL * entries if entries else None


def _reading(place: Place, ways: Iterable[str]) -> DocumentSeen | None:
    """What the first answer, or the browser, showed; an empty shell is a reading too."""
    for visit in place.visits:
        if visit.way in ways and visit.status == 200 and visit.outcome in (Outcome.PASSED, Outcome.CANT_TELL):
            document = visit.saw(DocumentSeen)
            if document is not None:
                return document
    return None


def _entries(document: DocumentSeen | None) -> int:
    return len(document.items) if document is not None else 0


def _links(document: DocumentSeen | None) -> int:
    return sum(1 for item in document.items if item.href) if document is not None else 0


def _why(place: Place) -> str:
    return next((reason.why for visit in place.visits for reason in visit.roles), "")
