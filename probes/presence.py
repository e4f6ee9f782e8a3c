"""What stands on a page for whom: the presence and role ids, each with the words seen and where they lead."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from probes.dates import without_dates
from probes.document import Form, Sighting
from probes.forms import FORM_LINKS
from probes.lexicon import Lexicon, Match
from probes.links import is_long, selector_of, words_of
from probes.markup import Markup, Piece
from probes.regions import MAIN, Regions

_MOST = 12  # sightings kept for an id
_MOST_TITLES = 30
# Addresses that systems give to single articles: a date or a long running number as the name of the file.
_ARTICLE = re.compile(
    r"(?:/t20\d{6}_\d+|/art_\d+_\d+|/(?:content|post|info|show|detail|news|article)_\d{3,}|/\d{6,}|/20\d{6}[\w-]*)\.s?html?$"
    r"|/(?:content|art)/20\d\d[-/]\d{1,2}"
)
# An address written out names no entry, whatever words its parts resemble.
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|[\w.%~/-]+\.(?:s?html?|aspx?|jsp|php)", re.I | re.A)
_SEARCH_FIELDS = frozenset({"search.site"})
_FORM_IDS = {
    "mailbox": "feedback.entry",
    "request": "disclosure.on_request",
    "login": "service.login",
    "search": "search.site",
}


@dataclass
class Presence:
    """The findings of one page while they are gathered."""

    present: dict[str, list[Sighting]] = field(default_factory=dict)
    values: dict[str, str] = field(default_factory=dict)

    def wants(self, id_: str, text: str, href: str | None) -> bool:
        """Whether one more sighting of an id would be kept: the first few are, and no two alike."""
        kept = self.present.get(id_, ())
        most = _MOST_TITLES if id_.startswith("topic.") else _MOST
        return len(kept) < most and all((other.text, other.href) != (text, href) for other in kept)

    def see(self, id_: str, sighting: Sighting) -> None:
        """Keep a sighting if it is wanted."""
        if self.wants(id_, sighting.text, sighting.href):
            self.present.setdefault(id_, []).append(sighting)


@dataclass(frozen=True)
class Reader:
    """Reads links, labels and forms of one page for the ids their words stand for."""

    markup: Markup
    regions: Regions
    lexicon: Lexicon
    targets: list[str]
    headlines: frozenset[int]
    presence: Presence

    def links(self) -> list[tuple[str, ...]]:
        """The ids of every link, in the order of the anchors; sightings are kept on the way."""
        tagged: list[tuple[str, ...]] = []
        for index, anchor in enumerate(self.markup.anchors):
            text = words_of(anchor)
            ids = () if _ADDRESS.fullmatch(text) else self._ids(index, text)
            if not text and self.targets[index] and not _ARTICLE.search(self.targets[index]):
                by_slug = self.lexicon.by_slug(self.targets[index])
                ids = (by_slug,) if by_slug and not anchor.frame else ()
            for id_ in ids:
                href = self.targets[index] or None
                if self.presence.wants(id_, text[:160], href):
                    selector = selector_of(self.markup.elements[anchor.node])
                    said = without_dates(text)[:160] if id_.startswith("topic.") else text[:160]
                    self.presence.see(id_, Sighting(said, href, self.regions.where(anchor.node), selector))
            tagged.append(ids)
        return tagged

    def _ids(self, index: int, text: str) -> tuple[str, ...]:
        if not text:
            return ()
        anchor = self.markup.anchors[index]
        headline = index in self.headlines or is_long(text) or bool(_ARTICLE.search(self.targets[index]))
        kept: list[str] = []
        for match in self.lexicon.match(text):
            if match.id.startswith("topic."):
                kept.append(match.id)
            elif (headline and not _whole(match) and not match.dated) or (match.id == "search.site" and anchor.frame):
                continue
            else:
                kept.append(match.id)
        return tuple(kept)

    def labels(self) -> None:
        """Headings, short labels, tabs, buttons and pictures that name an entry of their own."""
        for piece in self.markup.pieces:
            if piece.kind == "field":
                continue
            for match in self.lexicon.match(piece.text):
                pressed = piece.kind == "button" or (match.links_only and self._on_button(piece))
                # What the button of a form stands for, its fields say: “look up” may ask for a number of one's own.
                if match.id in _SEARCH_FIELDS and pressed and self._in_form(piece):
                    continue
                if not match.id.startswith("topic.") and _names(piece, match, pressed):
                    where = self.regions.where(piece.node)
                    self.presence.see(match.id, Sighting(piece.text[:160], None, where))

    def _on_button(self, piece: Piece) -> bool:
        """Whether a short label is what a button says, itself or in an element of its own."""
        element = self.markup.elements[piece.node]
        parent = element.getparent()
        return element.tag == "button" or (parent is not None and parent.tag == "button")

    def _in_form(self, piece: Piece) -> bool:
        """Whether a piece stands in a form of its own, not in one around the whole page."""
        form = next(self.markup.elements[piece.node].iterancestors("form"), None)
        return form is not None and sum(1 for _ in form.iter("a")) <= FORM_LINKS

    def forms(self, forms: tuple[Form, ...]) -> None:
        """Search boxes and forms stand for themselves, first those that say in words what they are."""
        for piece in self.markup.pieces:
            if piece.kind == "field":
                for match in self.lexicon.match(piece.text):
                    if match.id in _SEARCH_FIELDS:
                        self.presence.see(match.id, Sighting(piece.text[:160], None, self.regions.where(piece.node)))
        for form in forms:
            id_ = _FORM_IDS.get(form.purpose)
            if id_ is not None:
                words = next((name for name in form.fields if name), form.purpose)
                self.presence.see(id_, Sighting(words[:160], form.action or None, MAIN))


def _whole(match: Match) -> bool:
    return match.share > 0.8


def _names(piece: Piece, match: Match, pressed: bool) -> bool:
    """Whether a piece of text without a link is the name of an entry: nearly all of it is the phrase."""
    if pressed:
        return match.share >= 0.4
    if match.links_only:
        return False
    if piece.kind == "heading":
        return match.share >= 0.35
    return match.share >= (0.5 if piece.text[0] > "\u3400" else 0.6)
