"""What a page says: its kind, language, encoding, marks, links by purpose, dated items and forms."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Link:
    """One link as a reader meets it: its text (or image alternative), absolute target and region of the page.

    `href` is empty for a link that leads nowhere (`#`, `javascript:`); `roles` are the presence and role ids its words
    stand for.
    """

    text: str
    href: str
    where: str  # header, nav, main, aside, footer
    selector: str = ""
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Sighting:
    """One proof that a thing is on the page: the words seen, where they lead, where they stand."""

    text: str
    href: str | None
    where: str
    selector: str = ""


@dataclass(frozen=True)
class DatedItem:
    """One entry of a list: title, absolute link, ISO date or None, and what the date was read from."""

    title: str
    href: str
    date: str | None
    date_source: str | None  # meta, visible, url


@dataclass(frozen=True)
class Form:
    """One form by what it is for: search, mailbox, request, survey, login, other; never submitted except a GET
    search.
    """

    purpose: str
    action: str
    method: str
    fields: tuple[str, ...]
    enabled: bool
    captcha: bool = False
    text_field: str | None = None
    hidden: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class DocumentSeen:
    """The stored result of reading one page, raw or rendered.

    `kind` is one of home, column, article, form, service, search, meeting, blank, error, wall, other; `present` maps
    page-presence ids to their sightings and `values` to the value read (ICP number …); dates are ISO `YYYY-MM-DD`.
    """

    kind: str
    kind_why: str
    lang: str
    lang_declared: str | None
    encoding: str
    encoding_declared: str | None
    title: str
    text_chars: int
    meta: dict[str, str] = field(default_factory=dict)
    present: dict[str, tuple[Sighting, ...]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)
    items: tuple[DatedItem, ...] = ()
    undated_items: int = 0
    newest_date: str | None = None
    forms: tuple[Form, ...] = ()
    vendor: str | None = None  # of the wall, when kind is wall
    empty_shell: bool = False
    langs: tuple[str, ...] = ()  # `lang`, then the languages of other substantial parts
