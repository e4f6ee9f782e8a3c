"""What is known of a list that a script fills: the addresses it is filled from, and what their answers list."""

from __future__ import annotations

from dataclasses import dataclass

from probes.document import DatedItem

ENOUGH = 10
"""Entries from which a list has been seen well enough; below, its second page is asked for as well."""

CALLS_A_LIST = 2
"""Data calls made for one list in one role, at most."""

MAX_BYTES = 4 * 1024 * 1024
"""Bytes read of one answer; a longer one is a fault."""

MAX_ITEMS = 150
"""Entries kept of one answer."""

ROLE = "list."
"""A data call is visited as `list.` and the role of the list it fills."""

LIST_ROLES = ("column.", "head.", "disclosure.annual_report", "disclosure.site_report", "feedback.consultation")
"""The roles whose pages are lists (a trailing dot names a family); data calls are made for these alone.

Lists of citizens' messages are not among them: their personal data can be taken out of pages only.
"""


@dataclass(frozen=True)
class ListCall:
    """One read-only address (GET) from which a list is filled.

    `roles` are the roles that this list stands for where a page holds several lists; empty where it holds one, which
    then stands for whatever the page stands for. `title` is the list's own name where the page tells it.
    """

    url: str
    title: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScriptedSeen:
    """A page whose list, or the rest of it, comes by data calls of its own script; best calls first."""

    family: str
    calls: tuple[ListCall, ...]


@dataclass(frozen=True)
class ListAnswer:
    """One answer to a data call (role `list.…`): the entries it lists.

    `kind` is list (also one without entries), other (readable, but no list: the address was for something else) or
    fault (unreadable; `fault` says in one line why). `total` is the number of entries that the list declares, None
    where it does not say; `next` the address of its next page when that is worth asking for; `lang` the language of
    the titles.
    """

    family: str
    url: str
    kind: str = "list"
    title: str = ""
    lang: str = ""
    total: int | None = None
    items: tuple[DatedItem, ...] = ()
    next: str | None = None
    fault: str | None = None


def is_list_role(role: str) -> bool:
    """Whether the pages of a role are lists."""
    return any(role == known or (known.endswith(".") and role.startswith(known)) for known in LIST_ROLES)
