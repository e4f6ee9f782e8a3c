"""What kind of page this is: a score for each kind from what the page shows, and the reasons of the winner."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from probes.document import Form
from probes.lexicon import Lexicon, fold
from probes.links import is_long
from probes.markup import Markup
from probes.page import FetchedPage
from probes.regions import FOOTER, HEADER, NAV, Regions
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


@dataclass
class Facts:
    """What the kind rules look at, gathered once."""

    page: FetchedPage
    markup: Markup
    regions: Regions
    lexicon: Lexicon
    title: str
    meta: dict[str, str]
    canonical: str
    forms: tuple[Form, ...]
    dated: int
    listed: int
    wall: Wall | None
    scores: dict[str, list[tuple[float, str]]] = field(default_factory=dict)

    def give(self, kind: str, points: float, why: str) -> None:
        """Give (or, below zero, take) points to a kind, with the reason in words."""
        self.scores.setdefault(kind, []).append((points, why))


def decide_kind(facts: Facts) -> tuple[str, str]:
    """The kind and why: `home`, `column`, `article`, `form`, `service`, `search`, `meeting`, `blank`, `error`, `wall`
    or `other`. Walls and errors come first; else the kind with most points, reasons joined."""
    if facts.wall is not None:
        prefix = "captcha: " if facts.wall.captcha else ""
        return "wall", prefix + facts.wall.why
    fault = _error(facts)
    if fault:
        return "error", fault
    main = _main_text(facts)
    heads = _heads(facts)
    for rule in (_home, _article, _form, _service, _search, _meeting, _column, _blank):
        rule(facts, main, heads)
    best, points = "other", 1.5
    for kind, given in facts.scores.items():
        total = sum(point for point, _ in given)
        if total > points:
            best, points = kind, total
    reasons = [why for point, why in facts.scores.get(best, []) if point > 0]
    return best, "; ".join(reasons) or "nothing speaks for another kind"


def _error(facts: Facts) -> str:
    status = facts.page.status
    if status >= 400:
        return f"the server answered {status}"
    text = facts.markup.text
    said = fold(facts.title)
    if facts.lexicon.said("kind", "soft_404", said):
        return f"soft 404: the title says so ({facts.title[:60]})"
    heading = next((piece.text for piece in facts.markup.pieces if piece.kind == "heading"), "")
    if len(text) < 4000 and facts.lexicon.said("kind", "soft_404", fold(heading[:120])):
        return f"soft 404: the heading says so ({heading[:60]})"
    content = " ".join(_content_lines(facts))
    if len(content) < 700:
        folded = fold(content)
        gone = facts.lexicon.said("kind", "soft_404", folded)
        if gone and (len(content) < 350 or re.search(r"\b404\b", folded)):
            return f"soft 404: the page says {gone[0]!r}"
        broken = facts.lexicon.said("kind", "error", folded + "\n" + said)
        if broken and len(content) < 400 and facts.dated < 2:
            return f"an error page: {broken[0]!r}"
    return ""


def _content_lines(facts: Facts) -> list[str]:
    """The lines of text outside of header, navigation and footer."""
    markup, regions = facts.markup, facts.regions
    outside = [
        (markup.first_char[node], markup.last_char[node])
        for node in range(len(markup.elements))
        if regions.where(node) in (HEADER, NAV, FOOTER)
        and (markup.parents[node] < 0 or regions.where(markup.parents[node]) not in (HEADER, NAV, FOOTER))
    ]
    lines: list[str] = []
    offset = 0
    at = 0
    outside.sort()
    for line in markup.lines:
        while at < len(outside) and outside[at][1] <= offset:
            at += 1
        if not (at < len(outside) and outside[at][0] <= offset < outside[at][1]):
            lines.append(line)
        offset += len(line) + 1
    return lines


def _main_text(facts: Facts) -> str:
    return fold("\n".join(_content_lines(facts))[:30_000])


def _heads(facts: Facts) -> str:
    """Title, first headings and breadcrumb words, folded: what the page says it is about."""
    headings = [piece.text for piece in facts.markup.pieces if piece.kind == "heading" and piece.tag in ("h1", "h2")]
    first = [anchor.text for anchor in facts.markup.anchors if anchor.heading][:2]
    return fold("\n".join([facts.title, *headings[:3], *first]))


def _home(facts: Facts, main: str, heads: str) -> None:
    path = urlsplit(facts.page.url).path
    if "home" in facts.page.roles:
        facts.give("home", 4, "it was asked for as the home page")
    if facts.page.url.startswith("http") and _HOME_PATH.match(path) and not urlsplit(facts.page.url).query:
        facts.give("home", 4, "its address is the root of the site")
    canonical = urlsplit(facts.canonical)
    if facts.canonical.startswith("http"):
        if _HOME_PATH.match(canonical.path) and not canonical.query:
            facts.give("home", 3, "its canonical address is the root of the site")
        else:
            facts.give("home", -2, "its canonical address lies deeper")
    body = next((element for element in facts.markup.elements if element.tag == "body"), None)
    if body is not None and _FRONT.search(f"{body.get('class') or ''} {body.get('id') or ''}"):
        facts.give("home", 3, "the page is marked as the front page")
    parts = [part.strip() for part in re.split(r"\s*[|_»>·–—-]\s*", facts.title) if part.strip()]
    title = fold(facts.title)
    if facts.lexicon.said("kind", "home", title) and (len(parts) <= 2 or title.startswith(("home", "首页"))):
        facts.give("home", 2.5, "its title says home")
    elif (
        len(parts) == 1 and len(facts.title) < 40 and re.search(r"(?:政府|局|厅|委员会|网|city|comune di \w+)$", title)
    ):
        facts.give("home", 1.5, "its title is the name of the site alone")
    if re.search(r"(?:^|/)(?:index|home|default)\.\w+$", path) and path.count("/") <= 2:
        facts.give("home", 1, "its file is an index")
    lists = facts.dated >= 8 or facts.listed >= 20
    links = len(facts.markup.anchors)
    if links > 60 and lists:
        facts.give("home", 1, "many links and lists")
    if facts.lexicon.said("kind", "here", main) or facts.lexicon.said("kind", "here", fold(facts.markup.text[:3000])):
        facts.give("home", -4, "it says where in the site one is")


def _article(facts: Facts, main: str, heads: str) -> None:
    if facts.meta.get("articletitle"):
        facts.give("article", 4, "it carries a tag ArticleTitle")
    if facts.meta.get("og:type") == "article":
        facts.give("article", 1.5, "it is declared an article")
    lines = [line for line in _content_lines(facts)]
    prose = sum(len(line) for line in lines if len(line) > (60 if facts.markup.text.isascii() else 40))
    whole = sum(len(line) for line in lines) or 1
    if prose > 400 and prose > 0.55 * whole:
        facts.give("article", 1.8 + (prose > 0.75 * whole) * 0.7, "most of its content is running text")
    said = facts.lexicon.said("kind", "article", main[:6000])
    if len(said) >= 2 and prose > 150:
        facts.give("article", min(2.5, 0.8 * len(said)), f"it shows {', '.join(said[:3])}")
    if facts.dated >= 5 and facts.dated > prose / 200:
        facts.give("article", -2.5, "it lists dated items")


def _form(facts: Facts, main: str, heads: str) -> None:
    real = [form for form in facts.forms if form.purpose in ("mailbox", "request", "survey", "login", "other")]
    size = max((len(form.fields) for form in real), default=0)
    purposes = {form.purpose for form in real if len(form.fields) == size}
    if size >= 3 and len(main) < 6000 and facts.dated < 8:
        facts.give("form", 2 + min(size, 8) * 0.25, f"a form of {size} fields")
    elif size >= 2 and "mailbox" in purposes and len(main) < 3000:
        facts.give("form", 2, "a small message form")


def _service(facts: Facts, main: str, heads: str) -> None:
    said = facts.lexicon.said("kind", "service", main)
    if len(said) >= 3:
        facts.give("service", 1.5 + 0.6 * min(len(said), 5), f"it shows {', '.join(said[:4])}")
    named = facts.lexicon.said("kind", "service", heads)
    if named:
        facts.give("service", 2, f"its title or heading says {named[0]}")
    entries = {match.id for match in facts.lexicon.match(facts.title[:60])}
    if entries & {"service.entry", "service.guide", "service.forms"}:
        facts.give("service", 2, "its title names a service")
    if "GovernmentService" in facts.markup.source:
        facts.give("service", 3, "it is declared a government service")


def _search(facts: Facts, main: str, heads: str) -> None:
    address = urlsplit(facts.page.url if facts.page.url.startswith("http") else facts.page.url.rsplit("/", 1)[-1])
    if _SEARCH_PATH.search(address.path) or any(
        name in ("q", "query", "keyword", "s") for name, _ in parse_qsl(address.query)
    ):
        facts.give("search", 2, "its address is that of a search")
    said = facts.lexicon.said("kind", "search", main[:4000])
    if said:
        facts.give("search", 1.5, f"it says {said[0]}")
    named = facts.lexicon.said("kind", "search", heads)
    if named or "search.site" in {
        match.id for match in facts.lexicon.match(facts.title.split("-")[0].strip()[:40]) if match.share > 0.6
    }:
        facts.give("search", 2, "its title or heading speaks of search results")


def _meeting(facts: Facts, main: str, heads: str) -> None:
    named = facts.lexicon.said("kind", "meeting", heads)
    if named:
        facts.give("meeting", 3, f"its title or heading says {named[0]}")
    rows = 0
    for anchor in facts.markup.anchors:
        if facts.regions.where(anchor.node) in (HEADER, NAV, FOOTER):
            continue
        if not is_long(anchor.text) and any(
            match.id == "disclosure.meetings" for match in facts.lexicon.match(anchor.text)
        ):
            rows += 1
    if rows >= 4:
        facts.give("meeting", 2.5, f"{rows} links to meetings, agendas or minutes")
    count = sum(main.count(word) for word in facts.lexicon.phrases("kind", "meeting"))
    if count >= 8 and facts.dated + _days(main) >= 3:
        facts.give("meeting", 2, "it speaks of meetings again and again, with dates")
    if _MEETING_PATH.search(urlsplit(facts.canonical or facts.page.url).path.rsplit("/", 2)[-1]):
        facts.give("meeting", 1, "its address speaks of meetings")


_DAY = re.compile(
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b|\d{1,2}月\d{1,2}日"
)


def _days(main: str) -> int:
    return len(_DAY.findall(main))


def _column(facts: Facts, main: str, heads: str) -> None:
    if facts.dated >= 3:
        facts.give("column", 2 + min(facts.dated, 20) * 0.05, f"a list of {facts.dated} dated items")
    if facts.listed >= 8:
        facts.give("column", 1.2, f"{facts.listed} listed items")
    if facts.meta.get("columnname") and not facts.meta.get("articletitle"):
        facts.give("column", 2.5, "it carries a tag ColumnName")
    if facts.lexicon.said("kind", "here", fold(facts.markup.text[:4000])):
        facts.give("column", 0.8, "it says where in the site one is")
    if len(facts.markup.anchors) >= 15:
        facts.give("column", 1.0, "many links")


def _blank(facts: Facts, main: str, heads: str) -> None:
    said = facts.lexicon.said("kind", "blank", main)
    if said and facts.dated == 0 and len(main) < 600 and facts.listed < 3:
        facts.give("blank", 4, f"a list without items: {said[0]!r}")
    if facts.meta.get("columnname") and facts.dated == 0 and len(main) < 120 and facts.listed == 0:
        facts.give("blank", 4, "a column page without items")
