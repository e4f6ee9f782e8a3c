"""Which pages stand for a portal, and why: by role, by template, and a seeded random share, after WCAG-EM."""

from __future__ import annotations

import hashlib
import ipaddress
import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

import tldextract

from audits.cards import load_catalogue
from audits.families import unfold
from crawler.visit.guard import wire_name
from probes.answer import question_for
from probes.document import DatedItem, DocumentSeen, Form, Link
from probes.lexicon import fold, lexicon_for, words_files
from probes.page import Way
from probes.page_links import is_file

LINK_CHECKS = 36  # a few more than the 30 answers that the rule on dead links asks for
TEMPLATES = 4
RANDOM = 3
KNOWN_TITLES = 4
ATTACHMENTS, ATTACHMENTS_A_PAGE = 8, 2
INNER_LINK = "inner_link"
LINK_SPREAD = 15  # pages over which the links of inner pages are spread at least
DISCLOSED_TITLES = 2
DEEPEST = 6

# Priorities: lower is asked earlier. Roles of the table follow at FIRST_ROLE in the order of the table.
HOME, HOME_VIEW, VARIANT, SITEMAP, FIRST_ROLE, LATE, LISTS, CATALOGUE, VIEW, SEARCH, CHECK, SHARE, RECHECK = (
    0, 1, 4, 6, 10, 140, 150, 200, 300, 400, 500, 600, 700,
)  # fmt: skip
ATTACHMENT, SLOW, LAST = 450, 750, 800


@dataclass(frozen=True)
class Role:
    """One row of the table: where links of this role are looked for, by which ids they are tagged, and how many are
    visited. A tag with a trailing dot names a family."""

    id: str
    from_roles: tuple[str, ...]
    tags: tuple[str, ...]
    take: int
    by: str
    per_page: int
    views: tuple[Way, ...]
    outside: bool
    body: bool
    priority: int

    def looked_for_on(self, roles: Iterable[str]) -> bool:
        """Whether a page with these roles is one whose links may lead to this role."""
        return any(
            role == wanted or (wanted.endswith(".") and role.startswith(wanted))
            for role in roles
            for wanted in self.from_roles
        )


@dataclass(frozen=True)
class Candidate:
    """A page worth visiting. `quota` bounds how many of its role a city gets (None: as often as found).

    `post` is the body of a catalogue query that goes by POST; else empty.
    """

    url: str
    role: str
    why: str
    priority: int
    quota: int | None
    way: Way = Way.PLAIN
    method: str = "GET"
    post: str = ""


@cache
def table() -> tuple[Role, ...]:
    """The roles of `sampling.toml`, in order of priority; a row with `each` stands for one role a row of that table of
    the feature cards, and a role that stands above is not repeated."""
    rows: dict[str, dict[str, Any]] = {}
    for row in tomllib.loads((files("crawler") / "sampling.toml").read_text(encoding="utf-8"))["role"]:
        each = row.pop("each", None)
        things = load_catalogue().each[each].items() if each else ()
        for one in [unfold(row, each, key, thing) for key, thing in things] if each else [row]:
            rows.setdefault(one["id"], one)
    return tuple(
        Role(
            id=row["id"],
            from_roles=tuple(row["from"]),
            tags=tuple(row.get("tags", (row["id"],))),
            take=row["take"],
            by=row.get("by", "links"),
            per_page=row.get("per_page", row["take"]),
            views=tuple(Way(view) for view in row.get("views", ())),
            outside=row.get("outside", False),
            body=row.get("body", False),
            priority=FIRST_ROLE + number,
        )
        for number, row in enumerate(rows.values())
    )


def candidates(
    *,
    url: str,
    roles: Sequence[str],
    depth: int,
    seen: DocumentSeen,
    links: Sequence[Link],
    seed: int,
    views: Sequence[Way],
    random_share: float = 0.0,
    queries: Sequence[str] = (),
    of_portal: bool = False,
) -> Iterator[Candidate]:
    """The pages that one page leads to, best first.

    `url` is the page's final address, `links` all its links, `queries` the topics worth a search; `of_portal` says that
    the page lies on the portal's own host. Pure: the same page, roles and seed give the same candidates.
    """
    if depth >= DEEPEST:
        return
    yield from _by_role(url, roles, seen)
    yield from _views(url, roles, seen, views)
    if "home" in roles:
        inside = sorted(
            {clean(link.href) for link in links if _is_page(link.href) and same_site(link.href, url)} - {url}
        )
        yield from _link_checks(url, inside, seed)
        yield from share(inside, seed)
    if random_share > 0.0:
        for link in links:
            if _is_page(link.href) and same_site(link.href, url) and _draw(seed, link.href) < random_share:
                yield Candidate(clean(link.href), "random", link.text, SHARE, None)
    if "service.assistant" in roles:
        yield from _question(url, seen)
    yield from _searches(url, roles, seen, seed, queries)
    yield from _attachments(url, links, seed)
    inner = "home" not in roles and seen.kind != "home" and not any(role.startswith("search.") for role in roles)
    if of_portal and roles and inner:
        yield from _inner_links(url, links, seed)


def _by_role(url: str, roles: Sequence[str], seen: DocumentSeen) -> Iterator[Candidate]:
    for role in table():
        if not role.looked_for_on(roles):
            continue
        found: dict[str, str] = {}
        for title, href in _entries(role, seen):
            if href is None or not _is_page(href) or clean(href) == clean(url):
                continue
            if role.outside or same_domain(href, url):
                found.setdefault(clean(href), title)
        for number, (href, title) in enumerate(found.items()):
            if number >= role.per_page:
                break
            yield Candidate(href, role.id, title, role.priority, role.take)


def _entries(role: Role, seen: DocumentSeen) -> Iterator[tuple[str, str | None]]:
    if role.by == "items":
        yield from ((item.title, item.href) for item in seen.items)
        return
    posted = {form.action for form in seen.forms if form.purpose != "search"}
    for id, sightings in seen.present.items():
        if any(id == tag or (tag.endswith(".") and id.startswith(tag)) for tag in role.tags):
            for sighting in sightings:
                if role.body and sighting.where not in ("main", "aside"):
                    continue
                if sighting.selector or sighting.href not in posted:  # a form's address is for the form alone
                    yield sighting.text, sighting.href


def _views(url: str, roles: Sequence[str], seen: DocumentSeen, views: Sequence[Way]) -> Iterator[Candidate]:
    if "home" in roles:
        for way in views:
            if way is Way.SLOW_PHONE:  # no reading of the page: only how long it takes
                yield Candidate(url, "home.slow", "the home page over a slowed network", SLOW, 1, way)
            else:
                yield Candidate(url, "home", "view of the home page", HOME_VIEW, None, way)
        yield Candidate(url, "home.ipv6", "the home page over IPv6", VARIANT, 1, Way.IPV6)
        return
    for role in table():
        if role.id in roles:
            for way in role.views:
                if way in views:
                    yield Candidate(url, f"view.{role.id}", "view of the first page of its role", VIEW, 1, way)
    if seen.empty_shell and Way.DESKTOP in views:
        for role_id in roles:
            yield Candidate(url, role_id, "the plain answer is an empty shell", VIEW - 1, None, Way.DESKTOP)


def _link_checks(url: str, inside: Sequence[str], seed: int) -> Iterator[Candidate]:
    for href in sorted(inside, key=lambda href: _draw(seed, href))[:LINK_CHECKS]:
        yield Candidate(href, "link_check", "link of the home page, drawn by the seed", CHECK, LINK_CHECKS)


def _attachments(url: str, links: Sequence[Link], seed: int) -> Iterator[Candidate]:
    """A few files of the page, drawn by the seed, to see whether they can be downloaded."""
    files = {
        clean(link.href): link.text
        for link in links
        if is_web_address(link.href) and is_file(link.href) and same_domain(link.href, url)
    }
    for href in sorted(files, key=lambda href: _draw(seed, href))[:ATTACHMENTS_A_PAGE]:
        yield Candidate(href, "attachment", files[href], ATTACHMENT, ATTACHMENTS)


def _inner_links(url: str, links: Sequence[Link], seed: int) -> Iterator[Candidate]:
    """Every link of the page that stays on its host, in an order drawn by the seed; the budget takes the first."""
    inside = {clean(link.href) for link in links if is_web_address(link.href) and same_site(link.href, url)} - {url}
    for href in sorted(inside, key=lambda href: _draw(seed, href, "inner")):
        yield Candidate(href, INNER_LINK, "link of an inner page, drawn by the seed", LAST, None, Way.LINK, "HEAD")


def share(inside: Sequence[str], seed: int) -> Iterator[Candidate]:
    """Pages of new address shapes and a random few of these addresses (sorted), drawn by the seed."""
    shapes: dict[str, str] = {}
    for href in inside:
        shapes.setdefault(shape(href), href)
    for href in sorted(shapes.values(), key=lambda href: _draw(seed, href, "template"))[:TEMPLATES]:
        yield Candidate(href, "template", "first page of a new address shape", SHARE, TEMPLATES)
    for href in sorted(inside, key=lambda href: _draw(seed, href, "random"))[:RANDOM]:
        yield Candidate(href, "random", "random share, drawn by the seed", SHARE + 1, RANDOM)


def _searches(
    url: str, roles: Sequence[str], seen: DocumentSeen, seed: int, queries: Sequence[str]
) -> Iterator[Candidate]:
    """Searches of the page's own form: for known titles, on pages of disclosure for titles of theirs, for topics."""
    listed = "home" in roles or any(role.startswith("column.") for role in roles)
    disclosed = any(role.startswith(("disclosure.", "head.")) or role == "column.policy" for role in roles)
    form = next(
        (form for form in seen.forms if form.purpose == "search" and form.method == "get" and form.text_field), None
    )
    if form is None or not (listed or disclosed) or not is_web_address(search_address(url, form, "")):
        return
    known = [item for item in seen.items if 8 <= len(item.title) <= 60 and not item.title.endswith(("…", "..."))]
    drawn = sorted(known, key=lambda item: _draw(seed, item.href, "title"))
    for item in drawn[:KNOWN_TITLES] if listed else ():
        yield Candidate(search_address(url, form, item.title), "search.known", item.title, SEARCH, KNOWN_TITLES)
    for item in drawn[:DISCLOSED_TITLES] if disclosed else ():
        address = search_address(url, form, item.title)
        if not same_site(address, url):
            break  # a search of another site need not know what is listed here
        yield Candidate(address, "search.disclosure", item.title, SEARCH, DISCLOSED_TITLES)
    for query in queries if "home" in roles else ():
        yield Candidate(search_address(url, form, query), "search.topic", query, SEARCH + 1, len(queries))


def _question(url: str, seen: DocumentSeen) -> Iterator[Candidate]:
    """One harmless question to an assistant that takes it by GET and calls its field a question."""
    question, lexicon = question_for(seen.lang), lexicon_for(seen.lang)
    for form in seen.forms:
        if form.method == "get" and form.text_field and lexicon.said("form", "ask", fold(" ".join(form.fields))):
            address = search_address(url, form, question)
            if question and is_web_address(address):
                yield Candidate(address, "service.answer", question, SEARCH, 1)


def search_address(url: str, form: Form, text: str) -> str:
    """The address that a GET search form asks for this text (HTML Standard, form submission by GET).

    Empty when the form's own address is none that can be asked.
    """
    try:
        action = urljoin(url, form.action)
    except ValueError:
        return ""
    if not is_web_address(action):
        return ""
    target = urlsplit(clean(action))
    fields = [*form.hidden, (form.text_field or "q", text)]
    query = urlencode(fields, quote_via=quote, errors="replace")
    return urlunsplit((target.scheme, target.netloc, target.path, query, ""))


def topic_queries(language: str) -> tuple[str, ...]:
    """What to search a site for in a language: the first query of each topic of its words file."""
    words = words_files().get(language)
    if words is None:
        return ()
    return tuple(
        entry.query[0] for name, entry in sorted(words.entry.items()) if name.startswith("topic.") and entry.query
    )


@lru_cache(maxsize=65536)
def clean(href: str) -> str:
    """An address as the frontier keeps it and as it is asked for.

    No fragment, no credentials, host in lower case and ASCII, no port that goes without saying, never an empty path;
    what may not stand in an address is escaped as a browser does it (WHATWG URL Standard, path and query percent-encode
    sets, UTF-8), escapes that are there already are left as they are.
    """
    parts = urlsplit(href.strip())
    name, port = parts.hostname or "", parts.port
    host = f"[{name}]" if ":" in name else wire_name(name)
    if port is not None and port != {"http": 80, "https": 443}.get(parts.scheme):
        host = f"{host}:{port}"
    path = quote(parts.path.replace("\\", "/"), safe=_PATH, errors="replace") or "/"
    query = quote(parts.query, safe=_PATH + "?`{}^", errors="replace")
    return urlunsplit((parts.scheme, host, path, query, ""))


_PATH = "%!$&'()*+,;=:@/~[]|"


def site(url: str) -> str:
    """Scheme, host and port: what politeness, cookies and robots.txt hang on."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


def same_site(one: str, other: str) -> bool:
    """Whether two addresses share host and port, `www.` and the scheme apart."""
    return _host_port(one) == _host_port(other)


def same_domain(one: str, other: str) -> bool:
    """Whether two hosts belong to one registered domain (Public Suffix List); bare addresses must match with port."""
    first, second = urlsplit(one), urlsplit(other)
    left, right = registered_domain(first.hostname or ""), registered_domain(second.hostname or "")
    return left == right if left and right else _host_port(one) == _host_port(other)


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)  # the list that ships with the library


@lru_cache(maxsize=65536)
def registered_domain(host: str) -> str:
    """The registered domain of a host, `x.gov.cn` of `www.x.gov.cn`; empty for addresses and bare names."""
    try:
        ipaddress.ip_address(host.strip("[]"))
        return ""
    except ValueError:
        return _suffixes()(host).top_domain_under_public_suffix


def shape(url: str) -> str:
    """An address with its numbers and dates taken out: pages of one shape come from one template."""
    parts = urlsplit(url)
    path = re.sub(r"[0-9a-f]{16,}|\d+", "N", parts.path)
    folders, _, leaf = path.rpartition("/")
    leaf = leaf if "N" in leaf else re.sub(r"^[^.]+", "x", leaf)
    return f"{folders}/{leaf}?{'&'.join(sorted(name for name, _ in parse_qsl(parts.query)))}"


_FILE = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|wps|et|ofd|zip|rar|7z|gz|tar|csv|jpe?g|png|gif|svg|webp|ico|bmp|mp[34]|avi|wmv|flv|mov"
    r"|css|js|woff2?|ttf|apk|exe|dmg)$",
    re.I,
)


_HOST = re.compile(r"[a-z0-9_.-]+|[0-9a-f:]+(?:\.[0-9.]+)?")


def is_web_address(href: str) -> bool:
    """Whether this is an address that can be asked for: http or https, a host, a port that is one, of bearable
    length.
    """
    try:
        parts = urlsplit(href)
        _ = parts.port
    except ValueError:  # no address at all: a bad port or bracket
        return False
    if parts.scheme not in ("http", "https") or len(href) >= 2000:
        return False
    return _HOST.fullmatch(wire_name(parts.hostname or "")) is not None


@lru_cache(maxsize=65536)
def _is_page(href: str) -> bool:
    return is_web_address(href) and not _FILE.search(urlsplit(href).path)


@lru_cache(maxsize=65536)
def _host_port(url: str) -> tuple[str, int | None]:
    parts = urlsplit(url)
    port = parts.port if parts.port not in (80, 443) else None
    return wire_name(parts.hostname or "").removeprefix("www."), port


def _draw(seed: int, *what: str) -> float:
    """A number from 0 to 1 that depends on the seed and the address alone, never on the order of asking."""
    digest = hashlib.sha256("\n".join((str(seed), *what)).encode("utf-8", "replace")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


__all__ = [
    "Candidate",
    "DatedItem",
    "Role",
    "candidates",
    "clean",
    "is_web_address",
    "same_domain",
    "same_site",
    "search_address",
    "shape",
    "share",
    "site",
    "table",
    "topic_queries",
]
