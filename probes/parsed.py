"""A page parsed once for every probe: its tree, its visible text, its links and what was read from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from lxml.html import HtmlElement

from probes.dates import Item, Setting, date_in_url, dates_in, iso_date, list_items, without_dates
from probes.document import DatedItem, DocumentSeen, Link
from probes.encoding import decode
from probes.forms import FormReader
from probes.kinds import Facts, decide_kind
from probes.language import language_of
from probes.lexicon import Lexicon, Words, fold, lexicon_for, units_of, words_files
from probes.links import base_of, is_long, resolve, words_of
from probes.marks import MarkReader, meta_of
from probes.markup import Markup, is_hidden, squeeze, walk
from probes.page import FetchedPage
from probes.presence import Presence, Reader
from probes.regions import FOOTER, HEADER, NAV, Regions, find_regions
from probes.structure import Structure, is_more
from probes.wall import find_wall, is_empty_shell

_MAX_BODY = 8_000_000
_MAX_ITEMS = 150
PUBLISHED = ("pubdate", "article:published_time", "publishdate", "datepublished")


@dataclass(frozen=True, eq=False)
class ParsedDocument:
    """One page as the document probes share it.

    `tree` is the lxml root without comments; ask `is_hidden(element)` whether a person sees an element. `markup` is the
    decoded source; `text` the visible text, one block a line. `links` are all links in page order with absolute targets
    (empty where they lead nowhere), tagged with the ids their words stand for.
    """

    page: FetchedPage
    tree: HtmlElement
    markup: str
    text: str
    links: tuple[Link, ...]
    seen: DocumentSeen
    language: str

    def is_hidden(self, element: HtmlElement) -> bool:
        """Whether a person does not see the element: hidden attribute, inline display:none, template, noscript."""
        return is_hidden(element)


def parse(page: FetchedPage) -> ParsedDocument:
    """Read a page, raw or rendered; never fails, whatever the bytes are. Only the first 8 MB are read."""
    decoded = decode(page.body[:_MAX_BODY], None if page.rendered else page.header("content-type"))
    source = decoded.text.replace("\x00", "")
    markup = walk(source, rendered=page.rendered)
    root = markup.root
    declared = (root.get("lang") or root.get("xml:lang") or "").strip() or None
    title = _title(root)
    language = language_of(f"{title}\n{markup.text}", declared, page.lang_hint)
    lexicon = lexicon_for(language)
    regions = find_regions(markup)
    base = base_of(markup, page.url)
    targets = [resolve(base, anchor.href) for anchor in markup.anchors]
    meta = meta_of(root)
    items, headlines = _items(markup, regions, targets, page, lexicon, words_files().get(language))
    presence = Presence()
    reader = Reader(markup, regions, lexicon, targets, headlines, presence)
    tagged = reader.links()
    reader.labels()
    heading = next((piece.text for piece in markup.pieces if piece.kind == "heading"), "")
    forms = FormReader(root, base, lexicon, f"{title} {heading}"[:200]).read()
    reader.forms(forms)
    MarkReader(markup, regions, meta, lexicon, base, presence.see, presence.values).read()
    dated = [item for item in items if item.day is not None]
    wall = find_wall(page, source, markup, title)
    facts = Facts(
        page=page,
        markup=markup,
        lexicon=lexicon,
        structure=Structure(markup, regions, lexicon, title, meta, tuple(item.anchor for item in items)),
        canonical=_canonical(root),
        forms=forms,
        dated=len(dated),
        listed=len(items),
        wall=wall,
    )
    kind, why = decide_kind(facts)
    fields = max((len(form.fields) for form in forms), default=0)
    shell = kind not in ("wall", "error") and is_empty_shell(source, markup, fields=fields, rendered=page.rendered)
    seen = DocumentSeen(
        kind=kind,
        kind_why=why[:300],
        lang=language,
        lang_declared=declared,
        encoding=decoded.encoding,
        encoding_declared=decoded.declared,
        title=title[:300],
        text_chars=len(markup.text),
        meta=meta,
        present={id_: tuple(sightings) for id_, sightings in sorted(presence.present.items())},
        values=dict(sorted(presence.values.items())),
        items=_kept(markup, targets, items),
        undated_items=len(items) - len(dated),
        newest_date=_newest(dated, page, meta, _own_date(facts) if kind == "article" else None),
        forms=forms,
        vendor=wall.vendor if wall else None,
        empty_shell=shell,
    )
    links = tuple(
        Link(words_of(anchor)[:300], targets[index], regions.where(anchor.node), roles=tagged[index])
        for index, anchor in enumerate(markup.anchors)
    )
    return ParsedDocument(page, root, source, markup.text, links, seen, language)


def _title(root: HtmlElement) -> str:
    element = next(root.iter("title"), None)
    return squeeze("".join(element.itertext())) if element is not None else ""


def _canonical(root: HtmlElement) -> str:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            return str(link.get("href"))
    for meta in root.iter("meta"):
        if meta.get("property") == "og:url" and meta.get("content"):
            return str(meta.get("content"))
    return ""


def _items(
    markup: Markup, regions: Regions, targets: list[str], page: FetchedPage, lexicon: Lexicon, words: Words | None
) -> tuple[list[Item], frozenset[int]]:
    """The list items of the page, and the anchors that are headlines: a date beside them, or an article's address."""
    titles = [
        index
        for index, anchor in enumerate(markup.anchors)
        if not anchor.frame
        and len(anchor.text) >= 4
        and regions.where(anchor.node) not in (NAV, FOOTER)
        and not is_more(anchor.text, lexicon)
    ]
    country = page.url.split("://", 1)[-1].split("/", 1)[0]
    republic = ".tw" in country or "民國" in markup.text or "中華民國" in markup.text
    setting = Setting(
        markup.text,
        page.fetched_at.date(),
        day_first=words.dates.day_first if words else True,
        short_year_first=words.dates.short_year_first if words else False,
        republic=republic,
        published=lexicon.phrases("kind", "published"),
    )
    items: list[Item] = []
    headlines: set[int] = set()
    for item in list_items(markup, targets, setting, titles):
        anchor = markup.anchors[item.anchor]
        size = len(units_of(anchor.text[:200]))
        han = any(char > "\u3400" for char in anchor.text)
        if item.source == "url" and size < (7 if han else 4):
            item = Item(item.anchor, None, None)
        if item.day is not None:
            headlines.add(item.anchor)
            if regions.where(anchor.node) != HEADER or item.source == "visible":
                items.append(item)
        elif is_long(anchor.text) and targets[item.anchor]:
            headlines.add(item.anchor)
            items.append(item)
    return items, frozenset(headlines)


def _kept(markup: Markup, targets: list[str], items: list[Item]) -> tuple[DatedItem, ...]:
    kept: dict[tuple[str, str], DatedItem] = {}
    for item in items:
        text = without_dates(words_of(markup.anchors[item.anchor]))[:200]
        day = item.day.isoformat() if item.day else None
        kept.setdefault((text, targets[item.anchor]), DatedItem(text, targets[item.anchor], day, item.source))
    return tuple(kept.values())[:_MAX_ITEMS]


def _newest(dated: list[Item], page: FetchedPage, meta: dict[str, str], own: date | None) -> str | None:
    """An article's `own` date; of other pages the newest date of the items, else that of the page's tags. Nothing
    counts that lies more than a day after the visit, for clocks differ by as much.
    """
    last = page.fetched_at.date() + timedelta(days=1)
    days = [item.day for item in dated if item.day is not None and item.day <= last]
    tagged = [iso_date(meta[name]) for name in PUBLISHED if meta.get(name)]
    published = next((day for day in tagged if day is not None and day <= last), None)
    if own is not None:
        return min(own, last).isoformat()
    newest = max(days, default=None) or published
    return newest.isoformat() if newest else None


def _own_date(facts: Facts) -> date | None:
    """The date of an article: of its tags, of the line that names its source or day, of its address."""
    meta, page = facts.meta, facts.page
    for name in PUBLISHED:
        day = iso_date(meta[name]) if meta.get(name) else None
        if day is not None:
            return day
    for line in facts.structure.lines[:40]:
        if len(line) < 200 and facts.said("article", fold(line)):
            found = next((one for one in dates_in(line, day_first=facts.day_first) if one.year), None)
            if found is not None and found.year is not None:
                return date(found.year, found.month, found.day)
    return date_in_url(page.url)
