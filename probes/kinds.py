"""What kind of page this is: a score for each kind from what the page shows, and the reasons of the winner."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

from probes.document import Form
from probes.faults import fault_of, stand_in
from probes.lexicon import Lexicon, fold
from probes.links import is_long
from probes.markup import Markup
from probes.page import FetchedPage
from probes.structure import Structure
from probes.wall import Wall

_HOME_PATH = re.compile(
    r"^/?(?:index|default|home|main|homepage|welcome)?(?:\.(?:s?html?|aspx?|jsp|php|action))?/?$", re.I
)
_SEARCH_PATH = re.compile(
    r"(?:^|[/_.-])(?:search|so|jsearch|sousuo|cerca|ricerca|results?|query)(?:[/_.?-]|$|list|result)", re.I
)
_FRONT = re.compile(
    r"(?:^|[\s_-])(?:home|front|frontpage|homepage|is-front|page-home|path-frontpage)(?:$|[\s_-])", re.I
)
_MEETING_PATH = re.compile(r"meeting|agenda|minutes|calendar|hearing", re.I)
_INDEX_FILE = re.compile(r"(?:^|/)(?:index|home|default|main)\.\w+$", re.I)
_SERVICES = frozenset({"service.entry", "service.guide", "service.forms"})
_WAYS = _SERVICES | {"service.payment", "service.appointment", "service.login"}
_OF_SERVICES = ("service.", "field.", "function.")
_OF_THE_SITE = frozenset({"mark.contact", "mark.privacy", "mark.sitemap", "access.statement"})
_SECTIONS = ("disclosure.", "head.", "column.")
_DEPARTMENTS = ("service", "feedback")
_PARTS = ("disclosure", "service", "feedback")
_WRITTEN = frozenset({"mailbox", "request", "survey", "login", "other"})
_FULL_DATE = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}"
    r"|\b[A-Z][a-z]{2,8}\.? \d{1,2}, 20\d\d|\d(?:st|nd|rd|th)? \w+ 20\d\d"
)
_DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b"
    r"|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\d{1,2}月\d{1,2}日"
)


@dataclass
class Facts:
    """What the kind rules look at, gathered once."""

    page: FetchedPage
    markup: Markup
    lexicon: Lexicon
    structure: Structure
    canonical: str
    forms: tuple[Form, ...]
    dated: int
    listed: int
    wall: Wall | None
    scores: dict[str, list[tuple[float, str]]] = field(default_factory=dict)

    @property
    def day_first(self) -> bool:
        """Whether the language of the page writes the day before the month."""
        return self.lexicon.words[0].dates.day_first

    @property
    def title(self) -> str:
        """The title of the page."""
        return self.structure.title

    @property
    def meta(self) -> dict[str, str]:
        """Its meta tags by name."""
        return self.structure.meta

    @cached_property
    def parts(self) -> dict[str, dict[str, str]]:
        """The entries of a portal that the page names, text and id, by their part: disclosure, service, feedback."""
        found: dict[str, dict[str, str]] = {}
        for text in self.structure.entries:
            for match in self.lexicon.match(text):
                part = match.id.split(".", 1)[0]
                if part in _PARTS and match.share > 0.5:
                    found.setdefault(part, {})[text] = match.id
        return found

    @property
    def written(self) -> int:
        """The number of fields of the largest form that is for writing, not for searching."""
        return max((len(form.fields) for form in self.forms if form.purpose in _WRITTEN), default=0)

    @property
    def portal_entries(self) -> int:
        """How many different entries there are, if they belong to more than one part of a portal."""
        return sum(len(set(ids.values())) for ids in self.parts.values()) if len(self.parts) > 1 else 0

    @property
    def one_part(self) -> str:
        """The part, service or feedback, that nearly all entries are of on a page without news; else empty."""
        if "disclosure.news" in self.parts.get("disclosure", {}).values():
            return ""
        whole = sum(map(len, self.parts.values()))
        return next((part for part in _DEPARTMENTS if len(self.parts.get(part, ())) >= max(4, 0.75 * whole)), "")

    def give(self, kind: str, points: float, why: str) -> None:
        """Give (or, below zero, take) points to a kind, with the reason in words."""
        self.scores.setdefault(kind, []).append((points, why))

    def said(self, name: str, folded: str) -> tuple[str, ...]:
        """Which words of a list for kinds stand in a folded text."""
        return self.lexicon.said("kind", name, folded)


def decide_kind(facts: Facts) -> tuple[str, str]:
    """The kind and why: `home`, `column`, `article`, `form`, `service`, `search`, `meeting`, `blank`, `error`, `wall`
    or `other`. Walls and errors come first; else the kind with most points, reasons joined."""
    if facts.wall is not None:
        prefix = "captcha: " if facts.wall.captcha else ""
        return "wall", prefix + facts.wall.why
    fault = fault_of(facts.page.status, facts.title, facts.structure, dated=facts.dated, fields=facts.written)
    if fault:
        return "error", fault
    placeholder = stand_in(facts.title, facts.structure, facts.dated)
    if placeholder:
        return "other", f"a page of the server or seller of names stands in ({placeholder})"
    if len(facts.markup.text) < 8 and not facts.forms and "home" not in facts.page.roles:
        return "other", "hardly any text"
    for rule in (_home, _article, _form, _service, _search, _meeting, _column, _blank, _about):
        rule(facts)
    best, points = "other", 1.4
    for kind, given in facts.scores.items():
        total = sum(point for point, _ in given)
        if total > points:
            best, points = kind, total
    reasons = [why for point, why in facts.scores.get(best, []) if point > 0]
    return best, "; ".join(reasons) or "nothing speaks for another kind"


def _home(facts: Facts) -> None:
    build = facts.structure
    _home_address(facts)
    body = next((element for element in facts.markup.elements if element.tag == "body"), None)
    if body is not None and _FRONT.search(f"{body.get('class') or ''} {body.get('id') or ''}"):
        facts.give("home", 3, "the page is marked as the front page")
    if build.says_home and not build.title_parts[1:]:
        facts.give("home", 2.5 if build.crumb else 3.5, "its title says home")
    elif facts.title and not build.title_parts:
        facts.give("home", 1.5, "its title is the name of the site alone")
    elif build.title_parts and build.is_entry(build.title_parts[0]):
        facts.give("home", -1, "its title names an entry")
    if build.at_entry == "home":
        facts.give("home", 2, "the menu is at home")
    elif build.at_entry:
        facts.give("home", -0.7, "the menu is at another entry")
    links = len(facts.markup.anchors)
    if links > 40 and (facts.dated >= 6 or facts.listed >= 10 or links > 100):
        facts.give("home", 1, "many links and lists")
    if build.sections >= 4 or build.lists >= 4:
        facts.give("home", 0.8 + 0.4 * (build.more >= 3), f"{max(build.sections, build.lists)} sections or lists")
    if any(facts.said("welcome", fold(text)) for _, _, text in build.headings[:3]):
        facts.give("home", 1.5, "its heading welcomes the reader")
    blocks = max(build.sections, build.lists)
    if blocks >= 2 and (facts.title or build.at_entry == "home") and not build.names and not build.crumb:
        facts.give("home", 2.3 if blocks >= 3 else 1.3, "it names no part of the site, and shows several")
    if build.ends_at_home and not (build.title_parts and build.is_entry(build.title_parts[0])):
        facts.give("home", 3, "its path ends at home")
    elif build.crumb:
        facts.give("home", -4, "it says where in the site one is")
    if facts.meta.get("columnname") or facts.meta.get("articletitle"):
        facts.give("home", -3, "it carries the tags of a column or article")
    if len(build.content_links) < 4 and links < 15 and (build.whole < 200 or links < 6):
        facts.give("home", -2, "it leads nearly nowhere")
    alone = facts.title and not build.names and not build.crumb
    if alone and facts.portal_entries >= 5 and (blocks >= 2 or facts.dated >= 3):
        facts.give("home", 1.5, f"{facts.portal_entries} different entries of a portal")
    if fold(build.heading) and any(fold(part) == fold(build.heading) for part in build.title_parts):
        facts.give("home", -1.5, "heading and title name one thing of the site")


def _home_address(facts: Facts) -> None:
    address = urlsplit(facts.page.url)
    web = address.scheme in ("http", "https")
    if "home" in facts.page.roles:
        facts.give("home", 4, "it was asked for as the home page")
    if web and _HOME_PATH.match(address.path) and not address.query:
        facts.give("home", 4, "its address is the root of the site")
    elif web:
        facts.give("home", -1.5, "its address lies deeper in the site")
    elif _INDEX_FILE.search(address.path) and len(facts.markup.text) > 60:
        facts.give("home", 1.2, "its file is an index")
    canonical = urlsplit(facts.canonical)
    if facts.canonical.startswith("http"):
        if _HOME_PATH.match(canonical.path) and not canonical.query:
            facts.give("home", 3, "its canonical address is the root of the site")
        else:
            facts.give("home", -2, "its canonical address lies deeper")


def _article(facts: Facts) -> None:
    build, prose, whole = facts.structure, facts.structure.prose, facts.structure.whole
    if facts.meta.get("articletitle"):
        facts.give("article", 4, "it carries a tag ArticleTitle")
    if facts.meta.get("og:type") == "article":
        facts.give("article", 0.4, "it is declared an article")  # some systems declare every page so
    if prose > _enough(build) and prose > 0.5 * whole:
        much = (prose > 0.7 * whole) * 0.6 + (prose > 2000) * 0.8
        facts.give("article", 1.4 + much, "most of its content is running text")
    elif prose > 1200:
        facts.give("article", 1.0, "it has much running text")
    said = facts.said("article", build.main[:6000])
    if len(said) >= 2 and (prose > 150 or facts.dated < 3):
        facts.give("article", min(2.5, 0.8 * len(said)), f"it shows {', '.join(said[:3])}")
    for line in facts.markup.lines:
        if len(line) < 200 and _FULL_DATE.search(line) and facts.said("article", fold(line)):
            facts.give("article", 1.2 + 0.6 * (prose > 300), f"a line of date and source ({line[:40]})")
            break
    _message(facts)
    if _dated_below_heading(build) and facts.dated < 3 and prose > 100 and 2 * prose > whole:
        facts.give("article", 2.2, "a date below its heading, then running text")
    if build.heading and is_long(build.heading) and facts.dated < 5:
        facts.give("article", 0.8, "its heading is a headline")
    if facts.dated >= 5 and facts.dated > prose / 300:
        facts.give("article", -2.5, "it lists dated items")
    elif len(facts.markup.anchors) > 90 and not said:
        facts.give("article", -1, "it is full of links")
    if build.more >= 2 or build.sections >= 6:
        facts.give("article", -1.2, "it is made of several sections")
    hub = len(build.content_links) >= 5 or build.sections >= 2
    if hub and facts.title and not build.names and not facts.said("article", build.main[:6000]):
        facts.give("article", -1.5, "it names no subject of its own")


def _message(facts: Facts) -> None:
    """One published message with its reply: question and reply, or their dates and office, each labelled once."""
    lines = [fold(line).rstrip(" :：") for line in facts.structure.lines if len(line) < 40]
    meanings: dict[str, int] = {}
    for file in facts.lexicon.words:
        for meaning, words in file.label.get("message", {}).items():
            labels = set(map(fold, words))
            meanings[meaning] = max(meanings.get(meaning, 0), sum(line in labels for line in lines))
    told = [meaning for meaning, times in meanings.items() if times]
    if len(told) >= 3 and {"reply", "answered"} & set(told) and max(meanings.values()) == 1:
        facts.give("article", 5, "one message with its reply")


def _dated_below_heading(build: Structure) -> bool:
    """Whether the line below the main heading is little more than a date."""
    lines = build.lines
    at = next((number for number, line in enumerate(lines) if line == build.heading), None)
    below = lines[at + 1 : at + 3] if at is not None else ()
    return any(len(line) < 60 and _FULL_DATE.search(line) for line in below)


def _enough(build: Structure) -> int:
    """How many characters of running text make an article; a Han character says more than a letter."""
    return 300 if sum(char > "\u3400" for char in build.main[:400]) < 80 else 150


def _form(facts: Facts) -> None:
    build = facts.structure
    size = facts.written
    purposes = {form.purpose for form in facts.forms if form.purpose in _WRITTEN and len(form.fields) == size}
    if size < 2 or facts.dated >= 8:
        return
    room = len(build.main)
    weight = 1.0 if room < 1200 else 0.4 if room < 4000 else 0.15
    if size >= 3:
        facts.give("form", 1 + weight * (2 + min(size, 10) * 0.3), f"a form of {size} fields")
    elif "mailbox" in purposes:
        facts.give("form", 2.5 * (weight if room < 700 else 0.4), "a small message form")
    elif "login" in purposes and room < 500:
        facts.give("form", 2.5, "a login form and little else")
    elif room < 300 and len(build.content_links) < 4:
        facts.give("form", 2.5, "a small form and little else")
    names = "\n".join((*build.names, fold(build.heading), fold(facts.title)))
    named = facts.said("writing", names)
    if named:
        facts.give("form", 1, f"its title or heading speaks of writing or applying ({named[0]})")


def _service(facts: Facts) -> None:
    build = facts.structure
    elements = facts.said("guide", build.main)
    labelled = _as_labels(facts, elements)
    if labelled >= 3:
        facts.give("service", 2 + 0.5 * min(labelled, 8), f"a guide with {', '.join(elements[:4])}")
    elif len(elements) >= 4:
        facts.give("service", 0.4 * min(len(elements), 8), f"it shows {', '.join(elements[:4])}")
    own = [name for name in build.names if not facts.said("home", name) or len(name) > 8]
    matches = [(match.id, match.share) for name in own[:3] for match in facts.lexicon.match(name[:60])]
    named_so = max((share for id_, share in matches if id_ in _SERVICES), default=0.0)
    if named_so > 0.4:
        facts.give("service", 2.2 + 0.8 * (named_so > 0.8), "it calls itself a service")
    elif any(share > 0.6 and not id_.startswith(_OF_SERVICES) for id_, share in matches):
        facts.give("service", -2, "it calls itself something else")
    pressed = any(piece.kind == "button" and not build.outside(piece.node) for piece in facts.markup.pieces)
    if pressed and any(id_.startswith("field.") and share > 0.35 for id_, share in matches) and not facts.dated:
        facts.give("service", 2.6, "a look-up of a service that it is named after")
    if not build.crumb or not own:
        named = facts.said("service", fold(facts.title))
        if named:
            facts.give("service", 2, f"its title says {named[0]}")
    _service_site(facts)
    said = facts.said("service", build.main)
    content = [text for text in build.content_entries if len(text) < 20 or text.isascii()]
    ways = {fold(text) for text in content if _is_way(facts, text)}
    if len(ways) >= 5 and len(ways) * 4 >= len(content):
        facts.give("service", 1.8 + 0.8 * (len(ways) * 2 >= len(content)), f"entries of services ({len(ways)})")
    elif len(said) >= 3:
        facts.give("service", 0.25 * min(len(said), 6), f"it shows {', '.join(said[:4])}")
    doors = sum(1 for text in _doors(facts) if facts.said("apply", fold(text)))
    if doors:
        facts.give("service", 0.8 if doors < 3 else 1.6, f"{doors} ways in to apply")
    if "GovernmentService" in facts.markup.source:
        facts.give("service", 3, "it is declared a government service")
    if facts.dated >= 6 and build.lists and named_so < 0.8 and facts.one_part != "service":
        facts.give("service", -1.5, "it lists dated items")


def _service_site(facts: Facts) -> None:
    """A site of services: its menu and content are ways into services, and it has no news or files to speak of."""
    build = facts.structure
    own = [name for name in build.names if not facts.said("home", name)]
    ways = any(match.id in _WAYS for name in own for match in facts.lexicon.match(name[:60]))
    if (own and not ways) or (facts.written >= 2 and len(build.content_links) < 4):
        return  # a page of such a site that is about something else: a notice, a form
    entries, services, others = 0, set(), set()
    for text in build.entries:
        entries += 1
        for match in facts.lexicon.match(text):
            if match.id in _WAYS:
                services.add(text)
            elif match.id.startswith("disclosure.") and not match.id.endswith("leaders"):
                others.add(text)
    if len(services) >= 4 and len(services) * 7 >= entries and len(others) <= 2 and facts.dated <= 4:
        facts.give("service", 2.6, f"a site of services ({', '.join(sorted(services)[:3])})")
        facts.give("home", -4, "it is a site of services")
    only = facts.one_part
    if only:
        facts.give("home", -4, f"all its entries are of one part ({only})")
        facts.give("service" if only == "service" else "column", 2.6, f"all its entries are of one part ({only})")


def _is_way(facts: Facts, text: str) -> bool:
    """Whether a short text names a service, a field of services, or an event of life or business they are sorted by."""
    if any(match.id.startswith(_OF_SERVICES) for match in facts.lexicon.match(text)):
        return True
    return len(text) < 30 and bool(facts.said("life", fold(text)))


def _as_labels(facts: Facts, elements: tuple[str, ...]) -> int:
    """How many parts of a guide stand as labels (a heading, a cell, words before a colon), not within a sentence."""
    found: set[str] = set()
    for line in facts.structure.main.split("\n"):
        for phrase in elements:
            rest = line[len(phrase) :].lstrip(" )") if line.startswith(phrase) else None
            if rest is None and len(line) < len(phrase) + 6 and phrase in line:
                rest = ""
            if rest is not None and (len(rest) < 6 or rest[0] in ":：?|"):
                found.add(phrase)
    return len(found)


def _doors(facts: Facts) -> list[str]:
    buttons = [piece.text for piece in facts.markup.pieces if piece.kind == "button"]
    labels = [
        piece.text
        for piece in facts.markup.pieces
        if piece.tag == "button" and not facts.structure.outside(piece.node) and len(piece.text) < 40
    ]
    return buttons + labels + [anchor.text for anchor in facts.structure.content_links if len(anchor.text) < 40]


def _search(facts: Facts) -> None:
    build = facts.structure
    address = urlsplit(facts.page.url if facts.page.url.startswith("http") else facts.page.url.rsplit("/", 1)[-1])
    if _SEARCH_PATH.search(address.path) or any(
        name in ("q", "query", "keyword", "s") for name, _ in parse_qsl(address.query)
    ):
        facts.give("search", 2, "its address is that of a search")
    said = facts.said("search", build.main[:4000])
    if said:
        facts.give("search", 1.5, f"it says {said[0]}")
    names = "\n".join((*build.names, fold(facts.title)))
    named = facts.said("search", names)
    if named or any(
        match.id == "search.site" and match.share > 0.4 for name in build.names for match in facts.lexicon.match(name)
    ):
        facts.give("search", 2.5, "its title or heading speaks of searching")
    if (named or said) and facts.dated >= 5:
        facts.give("search", 1.5, "with a list of what was found")


def _meeting(facts: Facts) -> None:
    build = facts.structure
    names = "\n".join((fold(facts.title), *build.names))
    if names.isascii():
        names = "\n".join((names, fold(build.heading)))
    named = facts.said("meeting", names)
    # Headlines under the name of a meeting are news of meetings; papers of meetings have short names.
    listed = [facts.markup.anchors[index].text for index in build.items[:60]]
    news = facts.dated >= 4 and sum(1 for text in listed if not text.isascii() and is_long(text)) >= 4
    if named:
        facts.give("meeting", (1.0 if news else 3) + 1.5 * (facts.dated >= 3 and not news), f"it is named {named[0]}")
    elif any(facts.said("meeting", fold(text)) for node, _, text in build.headings if not build.outside(node)):
        facts.give("meeting", 1.5, "a heading of its content speaks of meetings")
    if build.calendar:
        facts.give("meeting", 3, "it shows the sheet of a month")
    rows = sum(
        1
        for text in build.short_links()
        if any(match.id == "disclosure.meetings" for match in facts.lexicon.match(text))
    )
    if rows >= 4:
        facts.give("meeting", 2 + 2.5 * (rows >= 8 and rows * 2 >= facts.dated), f"{rows} links to meetings, agendas")
    count = sum(build.main.count(word) for word in facts.lexicon.phrases("kind", "meeting"))
    days = facts.dated + len(_DAY.findall(build.main))
    if count >= 4 and days >= 2 and not news:
        points = 1.5 + (count >= 8) + (count * 250 > len(build.main))
        facts.give("meeting", points, "it speaks of meetings again and again, with dates")
    elif count >= 2 and days >= 3 and not news:
        facts.give("meeting", 1, "it speaks of meetings, with dates")
    order = facts.said("agenda", build.main)
    if len(order) >= 2:
        facts.give("meeting", 1 + 0.5 * min(len(order), 4), f"the order of a meeting: {', '.join(order[:3])}")
    if count >= 2 and facts.said("assembly", names):
        facts.give("meeting", 1, "it is named after a body that meets")
    if _MEETING_PATH.search(urlsplit(facts.canonical).path):
        facts.give("meeting", 1.5, "its address speaks of meetings")


def _column(facts: Facts) -> None:
    build = facts.structure
    if facts.dated >= 3:
        facts.give("column", 1.2 + min(facts.dated, 20) * 0.045, f"a list of {facts.dated} dated items")
    if facts.listed >= 8:
        facts.give("column", 0.5, f"{facts.listed} listed items")
    if facts.meta.get("columnname") and not facts.meta.get("articletitle"):
        facts.give("column", 2, "it carries a tag ColumnName")
    if build.crumb:
        facts.give("column", 0.8, "it says where in the site one is")
    own = next(reversed(build.names), "")[:40]
    section = any(
        match.share > 0.8 and match.id.startswith(_SECTIONS) and match.id != "disclosure.meetings"
        for match in facts.lexicon.match(own)
    )
    if section:
        facts.give("column", 0.8, f"it bears the name of a section ({own[:20]})")
    told = build.prose > 0.4 * _enough(build) and build.prose > 0.7 * build.whole
    if told and not section and facts.dated < 3 and len(build.content_links) < 6:
        facts.give("column", -1, "it tells, and lists nothing")
    elif len(facts.markup.anchors) >= 8 or len(build.content_entries) >= 8:
        facts.give("column", 1.6 if build.names or not facts.title else 1.4, "many entries")
    if facts.title and not build.names and build.sections >= 3:
        facts.give("column", -1, "it names no part of the site")

    if facts.said("paging", build.main) and build.prose < 0.7 * build.whole:
        facts.give("column", 0.8, "its list goes on over pages")


def _blank(facts: Facts) -> None:
    build = facts.structure
    if len(facts.markup.text) < 8:
        return
    lines = [line for line in build.main.split("\n") if len(line) < (60 if line.isascii() else 24)]
    said = facts.said("blank", "\n".join(lines))
    if facts.said("search", build.main):
        said = ()
    if said and facts.dated == 0 and len(build.main) < 800 and facts.listed < 3:
        facts.give("blank", 6, f"a list without items: {said[0]!r}")
    bare = facts.dated == 0 and facts.listed == 0 and len(build.main) < 120 and len(build.content_links) < 4
    if facts.meta.get("columnname") and bare:
        facts.give("blank", 4.5, "a column page without items")


def _about(facts: Facts) -> None:
    for name in (*facts.structure.names, fold(_first_of(facts.title))):
        of_the_site = any(m.id in _OF_THE_SITE and m.share > 0.7 for m in facts.lexicon.match(name[:40]))
        if of_the_site and facts.written < 3:
            facts.give("other", 6, f"it is about the site itself ({name[:30]})")
            return
        said = facts.said("about", name[:40])
        if said and len(name) < 2 * len(said[0]) + 4:
            facts.give("other", 6, f"it is about the site itself ({name[:30]})")
            return


def _first_of(title: str) -> str:
    return re.split(r"\s*[|_»>·–—-]\s*", title.strip(), maxsplit=1)[0]
