"""How a page is built, as far as its kind goes: its path, its own names, its sections, lists and running text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from probes.lexicon import Lexicon, fold
from probes.links import is_long
from probes.markup import Anchor, Markup, Piece
from probes.regions import FOOTER, HEADER, NAV, Regions

_OUTSIDE = frozenset({HEADER, NAV, FOOTER})
_TITLE_PARTS = re.compile(r"\s*[|_»>·–—]\s*|\s+-\s*|\s*-\s+|(?<=[\u4e00-\u9fff])-(?=[\u4e00-\u9fff])|::")
# Names that can only be those of a whole site, in the folded title.
_SITE = re.compile(
    r"政府(?:网|门户|网站|信息网|门户网站)?$|门户|网站|网$|公所$|全球资讯网|^中国[·•‧-]?[\u4e00-\u9fff]{2,6}$"
    r"|^(?:the )?(?:official (?:web)?site of )?(?:the )?(?:city|town|village|county|borough|township|municipality) of\b"
    r"|\b(?:county|city|town|village|township|borough),?\s[a-z]{2}$|^[\w .'-]{2,40},\s?[a-z]{2}$"
    r"|official (?:web)?site|^welcome"
    r"|sito (?:ufficiale|istituzionale|web)|^(?:il tuo )?comune\b|^provincia di|^regione\b"
    r"|^citta di|^unione (?:dei )?comuni"
)
# Names of bodies: a title that is nothing else is the name of the body's own site.
_BODY = re.compile(
    r"政府|局$|厅$|委员会$|办公室$|公署$|\bcity\b|comune|citta|provincia|county|town|village|department|commission|"
    r"authority|council|district|board|bureau|agency|portal|state of|government|program|borough|municipal",
)
_STEP = re.compile(r"\s*(?:>+|»|›|→|＞|/|::|\\|▶|⟩|·|\|)\s*")
_CRUMB_NAMES = frozenset(
    (
        "breadcrumb",
        "breadcrumbs",
        "crumb",
        "crumbs",
        "bread",
        "pathway",
        "weizhi",
        "dqwz",
        "curpos",
        "location",
        "position",
    )
)
_NAME = re.compile(r"[a-z]+")
_ACTIVE = re.compile(r"(?:^|[\s_-])(?:active|current|cur|on|selected|sel|here|attivo|now|hover|focus)(?:$|[\s_-]|\d)")


@dataclass(frozen=True)
class Structure:
    """The build of one page; everything is worked out when first asked for, once."""

    markup: Markup
    regions: Regions
    lexicon: Lexicon
    title: str
    meta: dict[str, str]
    items: tuple[int, ...]  # anchors of list items

    def outside(self, node: int) -> bool:
        """Whether a node stands in header, navigation or footer."""
        return self.regions.where(node) in _OUTSIDE

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines of text outside of header, navigation and footer."""
        markup, of = self.markup, self.regions.of
        outside = sorted(
            (markup.first_char[node], markup.last_char[node])
            for node, region in enumerate(of)
            if region in _OUTSIDE and (markup.parents[node] < 0 or of[markup.parents[node]] not in _OUTSIDE)
        )
        lines: list[str] = []
        offset = at = 0
        for line in markup.lines:
            while at < len(outside) and outside[at][1] <= offset:
                at += 1
            if not (at < len(outside) and outside[at][0] <= offset < outside[at][1]):
                lines.append(line)
            offset += len(line) + 1
        return tuple(lines)

    @cached_property
    def main(self) -> str:
        """The folded text of the content, one block a line."""
        return fold("\n".join(self.lines)[:30_000])

    @cached_property
    def whole(self) -> int:
        """Characters of the content; at least 1."""
        return sum(map(len, self.lines)) or 1

    @cached_property
    def prose(self) -> int:
        """Characters of the content that stand in lines as long as sentences."""
        long = 80 if self.markup.text[:2000].isascii() else 30
        return sum(len(line) for line in self.lines if len(line) > (long if line[:40].isascii() else 30))

    @cached_property
    def content_links(self) -> list[Anchor]:
        """The links of the content, frames left out."""
        return [a for a in self.markup.anchors if not a.frame and a.text and not self.outside(a.node)]

    @cached_property
    def headings(self) -> list[tuple[int, str, str]]:
        """Headings in page order, linked ones included: node, tag or empty, words."""
        found = [(p.order, p.node, p.tag, p.text) for p in self.markup.pieces if p.kind == "heading"]
        found += [(a.order, a.node, "", a.text) for a in self.markup.anchors if a.heading and a.text]
        return [(node, tag, text) for _, node, tag, text in sorted(found)]

    @cached_property
    def sections(self) -> int:
        """Blocks of the content that have a list of their own: headings with links below, and links to more of it."""
        marks = [(piece.order, True) for piece in self.markup.pieces if _heads(piece) and not self.outside(piece.node)]
        marks += [(anchor.order, anchor.heading) for anchor in self.content_links]
        marks.sort()
        count = links = 0
        for _, heading in marks:
            if not heading:
                links += 1
                continue
            count += links >= 2
            links = 0
        return max(count + (links >= 2), self.more)

    @cached_property
    def more(self) -> int:
        """Links that lead to the rest of a shortened list."""
        return sum(1 for anchor in self.content_links if is_more(anchor.text, self.lexicon))

    @cached_property
    def lists(self) -> int:
        """How many separate lists of three or more items there are."""
        markup = self.markup
        listed = [0] * (len(markup.anchors) + 1)
        for index in self.items:
            listed[index + 1] = 1
        for index in range(1, len(listed)):
            listed[index] += listed[index - 1]
        found: set[int] = set()
        for index in self.items:
            node = markup.anchors[index].node
            for _ in range(8):
                node = markup.parents[node]
                if node < 0 or listed[markup.last_link[node]] - listed[markup.first_link[node]] >= 3:
                    break
            found.add(node)
        return len(found)

    @cached_property
    def crumb(self) -> tuple[str, ...]:
        """The steps of the line that says where in the site the reader is, home first; empty when there is none."""
        return tuple(self._crumb())

    def _crumb(self) -> list[str]:
        lines = self.markup.lines[:250]
        homes = self.lexicon.phrases("kind", "home")
        for at, line in enumerate(lines):
            if len(line) > 200:
                continue
            folded = fold(line)
            here = self.lexicon.said("kind", "here", folded)
            if here and folded.find(here[0]) < 8:
                rest = folded.split(here[0], 1)[1].strip(" :：·-[]【】")
                steps = _steps(rest)
                # The steps may stand in blocks of their own below the words.
                following = [fold(later) for later in lines[at + 1 : at + 8]]
                while following and len(steps) < 8 and (not steps or rest.endswith((">", "»", "›", "/", "→"))):
                    rest = following.pop(0)
                    if len(rest) > 60:
                        break
                    steps += _steps(rest)
                return steps
            first = _STEP.split(folded, maxsplit=1)
            if len(first) == 2 and first[0].strip() in homes and "|" not in folded and len(folded) < 150:
                return _steps(folded)
        for node, element in enumerate(self.markup.elements):
            if element.tag not in ("div", "nav", "ul", "ol", "p", "span", "td", "section"):
                continue
            name = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('aria-label') or ''}".lower()
            if name == "  ":
                continue
            if "breadcrumb" in name or not _CRUMB_NAMES.isdisjoint(_NAME.findall(name)):
                text = self.markup.text_of(node)
                steps = _steps(fold(text).replace("\n", " > "))
                if 0 < len(text) < 300 and steps and (steps[0] in homes or ("crumb" in name and len(steps) > 1)):
                    return steps
        return []

    @cached_property
    def ends_at_home(self) -> bool:
        """Whether there is a path and it names the home page and nothing after it."""
        return bool(self.crumb) and all(self._is_home(step) for step in self.crumb)

    def _is_home(self, folded: str) -> bool:
        return folded.strip() in self.lexicon.phrases("kind", "home")

    @cached_property
    def title_parts(self) -> tuple[str, ...]:
        """The parts of the title that are not the name of the site or the word for its first page."""
        parts = [part.strip() for part in _TITLE_PARTS.split(self.title) if part.strip()]
        known = {
            fold(self.meta[name]) for name in ("og:site_name", "sitename", "application-name") if name in self.meta
        }
        own = [
            part
            for part in parts
            if not (_SITE.search(fold(part)) or fold(part) in known or self._says_home(fold(part)))
        ]
        if len(own) == len(parts) and len(parts) > 1:
            own = own[:-1]  # by custom the site's name comes last
        elif own and parts[0] not in own and not any(self._echoed(part) for part in own):
            own = []  # it came first, and the rest belongs to it: a province, a motto
        elif len(parts) == 1 and own and self._is_body(own[0]):
            own = []
        if len(own) == 1 and not self.crumb and not self.is_entry(own[0]) and self._brands(own[0]):
            own = []
        return tuple(own)

    def _echoed(self, part: str) -> bool:
        """Whether a part of the title stands on the page too, as a heading, an entry or a step of the path."""
        name = fold(part)
        return name in self.crumb or any(name == fold(text) for _, text in self._named)

    def _brands(self, part: str) -> bool:
        """Whether a short name that nothing on the page repeats is what a page of several blocks calls its site."""
        hub = self.sections >= 2 or self.lists >= 2
        return hub and not is_long(part) and not self._echoed(part) and fold(part) not in fold(self.heading)

    def _is_body(self, title: str) -> bool:
        """Whether a title is the name of a body and neither that of an entry nor the heading of the content."""
        folded = fold(title)
        body = _BODY.search(folded) or self.lexicon.said("kind", "body", folded)
        if len(title) >= 80 or not body or self.is_entry(title):
            return False
        return not any(tag == "h1" and text == title and not self.outside(node) for node, tag, text in self.headings)

    def _says_home(self, folded: str) -> bool:
        said = self.lexicon.said("kind", "home", folded)
        return bool(said) and (len(folded) < 2 * len(said[0]) + 4 or folded.startswith(said))

    @cached_property
    def says_home(self) -> bool:
        """Whether the title has the word for a site's first page."""
        return any(self._says_home(fold(part)) for part in _TITLE_PARTS.split(self.title) if part.strip())

    def is_entry(self, name: str) -> bool:
        """Whether a name is that of one entry of a portal, such as a calendar or a mailbox."""
        return any(match.share > 0.45 for match in self.lexicon.match(name[:80]))

    @cached_property
    def heading(self) -> str:
        """The main heading of the content: its first h1, else its first heading above any list."""
        own = [(tag, text) for node, tag, text in self.headings if not self.outside(node)]
        own = [(tag, text) for tag, text in own if not _SITE.search(fold(text))]
        return next((text for tag, text in own if tag == "h1"), own[0][1] if own else "")

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the page calls itself, folded, the surest first: column tag, end of the path, main heading, title."""
        names = [
            self.meta.get("columnname", ""),
            *(step for step in self.crumb[-1:] if not self._is_home(step)),
            *(text for node, tag, text in self.headings if tag == "h1" and not _SITE.search(fold(text))),
            *self.title_parts[:1],
        ]
        return tuple(dict.fromkeys(fold(name.strip())[:120] for name in names if name.strip()))

    @cached_property
    def at_entry(self) -> str:
        """The menu entry marked as the one the reader is at: `home`, `other`, or empty when none is."""
        for anchor in self.markup.anchors[:80]:
            if len(anchor.text) > 20 or self.regions.where(anchor.node) == FOOTER:
                continue
            element = self.markup.elements[anchor.node]
            parent = element.getparent()
            names = element.get("class") or ""
            if parent is not None and parent.tag in ("li", "td", "span", "dd"):
                names = f"{names} {parent.get('class') or ''}"
            if element.get("aria-current") == "page" or (names and _ACTIVE.search(names.lower())):
                return "home" if self._is_home(fold(anchor.text)) else "other"
        return ""

    @cached_property
    def calendar(self) -> bool:
        """Whether the content is the sheet of a month: the names of the days, then their numbers."""
        days = self.lexicon.phrases("kind", "weekday")
        short = [fold(line).strip(" .") for line in self.lines if len(line) < 12]
        named = sum(1 for line in short if line in days)
        return named >= 6 and sum(1 for line in short if line.isdigit()) >= 20

    @cached_property
    def entries(self) -> frozenset[str]:
        """The short words above the footer that can name an entry: links, labels, headings, buttons."""
        return frozenset(text for node, text in self._named if self.regions.where(node) != FOOTER)

    @cached_property
    def content_entries(self) -> frozenset[str]:
        """Those of the entries that stand in the content."""
        return frozenset(text for node, text in self._named if not self.outside(node))

    @cached_property
    def _named(self) -> list[tuple[int, str]]:
        words = [(p.node, p.text) for p in self.markup.pieces if p.kind in ("heading", "label", "button", "image")]
        words += [(anchor.node, anchor.text) for anchor in self.markup.anchors if not anchor.frame]
        return [(node, text) for node, text in words if 1 < len(text) < 40]

    def short_links(self) -> list[str]:
        """The words of the links of the content that are names of entries rather than headlines."""
        return [anchor.text for anchor in self.content_links if not is_long(anchor.text)]


def is_more(text: str, lexicon: Lexicon) -> bool:
    """Whether a link's words only lead to the rest of a shortened list."""
    return len(text) < 30 and fold(text).strip(" .>»+…→[]()") in lexicon.phrases("kind", "more")


def _heads(piece: Piece) -> bool:
    return piece.kind == "heading"


def _steps(folded: str) -> list[str]:
    """The steps of a path, without blanks and signs; a path of blanks alone is split at them."""
    steps = [step.strip(" :：-·") for step in _STEP.split(folded) if step.strip(" :：-·")]
    if len(steps) == 1 and not steps[0].isascii():
        steps = steps[0].split()
    return steps[:10]
