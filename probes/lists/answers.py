"""Look at one answer to a list's data call: what it lists, and which calls and pages follow from it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from probes.document import DocumentSeen, Sighting
from probes.lexicon import lexicon_for
from probes.lists.adapter import families
from probes.lists.listing import CALLS_A_LIST, ROLE, ListAnswer, ScriptedSeen, is_list_role
from probes.observation import Wanted
from probes.opendata.loose_values import BrokenAnswer, clean
from probes.page import FetchedPage


def wanted_by(page: FetchedPage, scripted: ScriptedSeen) -> Iterator[Wanted]:
    """The data calls of a page for the roles in which it is a list, a few for each role."""
    for role in page.roles:
        if is_list_role(role):
            own = [call for call in scripted.calls if not call.roles or role in call.roles]
            for call in own[:CALLS_A_LIST]:
                yield Wanted(call.url, ROLE + role, f"data call of the list {call.title}".strip())


def look_at_list(page: FetchedPage) -> ListAnswer:
    """What an answer to a data call lists; one that cannot be read has kind `fault`."""
    family = next((family for family in families() if family.reads(page)), None)
    name = family.family if family is not None else "unknown"
    if family is None or not 200 <= page.status <= 299:
        return ListAnswer(name, page.url, "fault", fault=f"status {page.status}")
    try:
        return family.read(page)
    except BrokenAnswer as broken:
        return ListAnswer(name, page.url, "fault", fault=clean(str(broken), 300))


def following(page: FetchedPage, answer: ListAnswer) -> Iterator[Wanted]:
    """The call for the list's next page, in the same roles."""
    if answer.next is not None:
        for role in page.roles:
            if role.startswith(ROLE):
                yield Wanted(answer.next, role, "next page of the list")


def as_page(answer: ListAnswer) -> DocumentSeen | None:
    """The answer as the list page it fills, for the sampling of its entries; None when it lists nothing."""
    if not answer.items:
        return None
    page = DocumentSeen("column", f"a list of {answer.family}", answer.lang, None, "utf-8", None, answer.title, 0)
    present: dict[str, list[Sighting]] = {}
    for item in answer.items:
        for match in lexicon_for(answer.lang).match(item.title):
            if match.id.startswith("topic."):
                present.setdefault(match.id, []).append(Sighting(item.title, item.href or None, "main"))
    return replace(page, items=answer.items, present={id: tuple(seen) for id, seen in sorted(present.items())})
