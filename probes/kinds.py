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
_INDEX_FILE = re.compile(r"(?:^|/)(?:index|home|default|main)\.\w+$", re.I)
_TITLE_PARTS = re.compile(r"\s*[|_»>·–—]\s*|\s+-\s*|\s*-\s+|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])|::")
_SITE_NAME = re.compile(
    r"政府|局$|厅$|委员会$|网$|网站|门户|\bcity\b|comune|county|town|village|department|commission|authority|council|district|"
    r"board|bureau|agency|portal|state of|government|program",
)
_SERVICES = frozenset({"service.entry", "service.guide", "service.forms"})
_OF_THE_SITE = frozenset({"mark.contact", "mark.privacy", "mark.sitemap", "access.statement"})
_FULL_DATE = re.compile(
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\b[A-Z][a-z]{2,8}\.? \d{1,2}, 20\d\d|\d \w+ 20\d\d"
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
    regions: Regions
    lexicon: Lexicon
    title: str
    meta: dict[str, str]
    canonical: str
    forms: tuple[Form, ...]
    dated: int
    listed: int
    wall: Wall | None
    crumb: str = ""
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
    if len(facts.markup.text) < 8 and "home" not in facts.page.roles:
        return "other", "hardly any text"
    heads = _heads(facts)
    for rule in (_home, _article, _form, _service, _search, _meeting, _column, _blank, _about):
        rule(facts, main, heads)
    best, points = "other", 1.4
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
    web = facts.page.url.startswith("http")
    if "home" in facts.page.roles:
        facts.give("home", 4, "it was asked for as the home page")
    if web and _HOME_PATH.match(path) and not urlsplit(facts.page.url).query:
        facts.give("home", 4, "its address is the root of the site")
    elif web:
        facts.give("home", -1.5, "its address lies deeper in the site")
    elif _INDEX_FILE.search(path) and len(facts.markup.text) > 60:
        facts.give("home", 1.7, "its file is an index")
    canonical = urlsplit(facts.canonical)
    if facts.canonical.startswith("http"):
        if _HOME_PATH.match(canonical.path) and not canonical.query:
            facts.give("home", 3, "its canonical address is the root of the site")
        else:
            facts.give("home", -2, "its canonical address lies deeper")
    body = next((element for element in facts.markup.elements if element.tag == "body"), None)
    if body is not None and _FRONT.search(f"{body.get('class') or ''} {body.get('id') or ''}"):
        facts.give("home", 3, "the page is marked as the front page")
    parts = [part.strip() for part in _TITLE_PARTS.split(facts.title) if part.strip()]
    title = fold(facts.title)
    links = len(facts.markup.anchors)
    if facts.lexicon.said("kind", "home", title) and (len(parts) <= 2 or title.startswith(("home", "首页"))):
        facts.give("home", 2.5, "its title says home")
    elif len(parts) == 1 and len(facts.title) < 80 and _SITE_NAME.search(title) and not _names_entry(facts):
        facts.give("home", 1.5, "its title is the name of the site alone")
    if links > 40 and (facts.dated >= 6 or facts.listed >= 10 or links > 100):
        facts.give("home", 1, "many links and lists")
    if facts.crumb and _at_home(facts) and not _names_entry(facts):
        facts.give("home", 3, "its path ends at home")
    elif facts.crumb:
        facts.give("home", -4, "it says where in the site one is")
    if facts.meta.get("columnname") or facts.meta.get("articletitle"):
        facts.give("home", -3, "it carries the tags of a column or article")


def _names_entry(facts: Facts) -> bool:
    """Whether the title is the name of one entry of a portal, such as a calendar or a mailbox."""
    return any(match.share > 0.45 for match in facts.lexicon.match(facts.title[:80]))


def _at_home(facts: Facts) -> bool:
    """Whether the line of the path names the home page and nothing after it."""
    steps = facts.crumb.replace(":", " ").replace("：", " ").split()
    return len(steps) <= 6 and bool(facts.lexicon.said("kind", "home", fold(steps[-1]))) and len(steps[-1]) < 10


def _article(facts: Facts, main: str, heads: str) -> None:
    if facts.meta.get("articletitle"):
        facts.give("article", 4, "it carries a tag ArticleTitle")
    if facts.meta.get("og:type") == "article":
        facts.give("article", 1, "it is declared an article")
    lines = _content_lines(facts)
    prose = sum(len(line) for line in lines if len(line) > (80 if facts.markup.text[:2000].isascii() else 30))
    whole = sum(len(line) for line in lines) or 1
    if prose > 300 and prose > 0.5 * whole:
        much = (prose > 0.7 * whole) * 0.6 + (prose > 2000) * 0.8
        facts.give("article", 1.4 + much, "most of its content is running text")
    elif prose > 1200:
        facts.give("article", 1.0, "it has much running text")
    said = facts.lexicon.said("kind", "article", main[:6000])
    if len(said) >= 2 and prose > 150:
        facts.give("article", min(2.5, 0.8 * len(said)), f"it shows {', '.join(said[:3])}")
    for line in facts.markup.lines:
        if len(line) < 200 and _FULL_DATE.search(line) and facts.lexicon.said("kind", "article", fold(line)):
            facts.give("article", 1.2 + 0.6 * (prose > 300), f"a line of date and source ({line[:40]})")
            break
    if facts.dated >= 5 and facts.dated > prose / 300:
        facts.give("article", -2.5, "it lists dated items")
    elif len(facts.markup.anchors) > 90 and not said:
        facts.give("article", -1, "it is full of links")


def _form(facts: Facts, main: str, heads: str) -> None:
    real = [form for form in facts.forms if form.purpose in ("mailbox", "request", "survey", "login", "other")]
    size = max((len(form.fields) for form in real), default=0)
    purposes = {form.purpose for form in real if len(form.fields) == size}
    if size < 2 or facts.dated >= 8:
        return
    weight = 1.0 if len(main) < 1200 else 0.4 if len(main) < 4000 else 0.15
    if size >= 3:
        facts.give("form", 1 + weight * (2 + min(size, 10) * 0.3), f"a form of {size} fields")
    elif "mailbox" in purposes:
        facts.give("form", 2.5 * (weight if len(main) < 700 else 0.4), "a small message form")
    if re.search(
        r"(?:留言|写信|信箱|咨询|投诉|申请|表单|登录|注册|contact|feedback|form|request|login|register|segnala)", heads
    ):
        facts.give("form", 1, "its title or heading speaks of writing or applying")


def _service(facts: Facts, main: str, heads: str) -> None:
    elements = facts.lexicon.said("kind", "guide", main)
    if len(elements) >= 4:
        facts.give("service", 2 + 0.5 * min(len(elements), 8), f"it shows {', '.join(elements[:4])}")
    said = facts.lexicon.said("kind", "service", main)
    if len(said) >= 3:
        facts.give("service", 0.5 * min(len(said), 6), f"it shows {', '.join(said[:4])}")
    named = facts.lexicon.said("kind", "service", f"{heads}\n{fold(facts.crumb)}")
    if named:
        facts.give("service", 1.5, f"its title, heading or path says {named[0]}")
    names = [*_TITLE_PARTS.split(facts.title)[:1], *facts.crumb.split()[-1:]]
    if any(m.id in _SERVICES for name in names for m in facts.lexicon.match(name.strip()[:60])):
        facts.give("service", 1.5, "its title names a service")
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
        facts.give("meeting", 3 + 1.5 * (facts.dated >= 3), f"its title or heading says {named[0]}")
    elif any(
        piece.kind == "heading"
        and facts.regions.where(piece.node) not in (HEADER, NAV, FOOTER)
        and facts.lexicon.said("kind", "meeting", fold(piece.text))
        for piece in facts.markup.pieces
    ):
        facts.give("meeting", 1.5, "a heading of its content speaks of meetings")
    rows = 0
    for anchor in facts.markup.anchors:
        if facts.regions.where(anchor.node) in (HEADER, NAV, FOOTER):
            continue
        if not is_long(anchor.text) and any(
            match.id == "disclosure.meetings" for match in facts.lexicon.match(anchor.text)
        ):
            rows += 1
    if rows >= 4:
        facts.give("meeting", 2 + 2.5 * (rows >= 8 and rows * 2 >= facts.dated), f"{rows} links to meetings, agendas")
    count = sum(main.count(word) for word in facts.lexicon.phrases("kind", "meeting"))
    days = facts.dated + len(_DAY.findall(main))
    if count >= 4 and days >= 2:
        facts.give(
            "meeting",
            1.5 + (count >= 8) + (count * 250 > len(main)),
            "it speaks of meetings again and again, with dates",
        )
    if _MEETING_PATH.search(urlsplit(facts.canonical).path):
        facts.give("meeting", 1.5, "its address speaks of meetings")


def _column(facts: Facts, main: str, heads: str) -> None:
    if facts.dated >= 3:
        facts.give("column", 1.2 + min(facts.dated, 20) * 0.045, f"a list of {facts.dated} dated items")
    if facts.listed >= 8:
        facts.give("column", 0.5, f"{facts.listed} listed items")
    if facts.meta.get("columnname") and not facts.meta.get("articletitle"):
        facts.give("column", 2, "it carries a tag ColumnName")
    if facts.crumb:
        facts.give("column", 0.8, "it says where in the site one is")
    if len(facts.markup.anchors) >= 8:
        facts.give("column", 1.6, "many links")


def _blank(facts: Facts, main: str, heads: str) -> None:
    if len(facts.markup.text) < 8:
        return
    said = facts.lexicon.said("kind", "blank", main)
    if said and facts.dated == 0 and len(main) < 800 and facts.listed < 3:
        facts.give("blank", 4.5, f"a list without items: {said[0]!r}")
    if facts.meta.get("columnname") and facts.dated == 0 and len(main) < 120 and facts.listed == 0:
        facts.give("blank", 4.5, "a column page without items")


def _about(facts: Facts, main: str, heads: str) -> None:
    names = [facts.meta.get("columnname", ""), *_TITLE_PARTS.split(facts.title)[:1], *facts.crumb.split()[-1:]]
    for name in names:
        if name and any(
            match.id in _OF_THE_SITE and match.share > 0.7 for match in facts.lexicon.match(name.strip()[:40])
        ):
            facts.give("other", 6, f"it is about the site itself ({name.strip()[:30]})")
            return
        said = facts.lexicon.said("kind", "about", fold(name.strip()[:40]))
        if said and len(name.strip()) < 2 * len(said[0]) + 4:
            facts.give("other", 6, f"it is about the site itself ({name.strip()[:30]})")
            return


def crumb_of(markup: Markup, lexicon: Lexicon) -> str:
    """The line that says where in the site the reader is, blanks between its steps; empty when there is none."""
    for line in markup.lines[:120]:
        if len(line) < 200 and lexicon.said("kind", "here", fold(line)):
            return " ".join(re.split(r"[\s>»›→/|-]+", line)).strip()
    for node, element in enumerate(markup.elements):
        name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('aria-label') or ''}".lower()
        if "breadcrumb" in name or "crumbs" in name.split():
            text = markup.text_of(node)
            if 0 < len(text) < 300:
                return " ".join(text.split())
    return ""
