"""Does a script fill the list of this page, and from which address?"""

from __future__ import annotations

from probes.lists.adapter import families
from probes.lists.listing import ScriptedSeen
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_NO_LISTS = ("error", "wall")


@document_probe("scripted_list", version=1)
def scripted_list(document: ParsedDocument) -> ScriptedSeen | None:
    """The data calls of the first family whose marks stand in the raw source; None for a page without such marks.

    A rendered page is what the scripts made of it: there is nothing left to ask for.
    """
    if document.page.rendered or document.seen.kind in _NO_LISTS:
        return None
    for family in families():
        if calls := family.calls(document):
            return ScriptedSeen(family.family, calls)
    return None
