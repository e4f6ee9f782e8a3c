"""Entries of a list that came as JSON: known by a title with a link or a date, whatever the fields are called."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from html import unescape
from typing import Any

from probes.dates import date_in_url, dates_in
from probes.document import DatedItem
from probes.language import language_of
from probes.lexicon import words_files
from probes.lists.listing import MAX_ITEMS
from probes.opendata.json_entries import day_of, total_of
from probes.opendata.loose_values import number_of, text_of, url_of

# Names of fields, likeliest first, without regard to case and to the signs between words.
_TITLE = (
    "title", "doctitle", "articletitle", "infotitle", "newstitle", "contenttitle", "showtitle", "subject",
    "headline", "titolo", "oggetto", "name",
)  # fmt: skip
_LINK = (
    "url", "href", "link", "linkurl", "docpuburl", "docurl", "articleurl", "arturl", "detailurl", "pageurl",
    "contenturl", "posturl", "infourl", "visiturl", "sourceurl", "permalink", "path",
)  # fmt: skip
_DAY = (
    "displaypublishtime", "firstpublishtime", "pubdate", "publishdate", "publishtime", "publisheddate",
    "publishedat", "publishedon", "pubtime", "releasedate", "releasetime", "docreltime", "docpubtime", "docdate",
    "infodate", "issuedate", "displaydate", "showdate", "datapubblicazione", "date", "time", "showtime",
    "createdat", "createtime", "createdate", "created", "crtime", "addtime", "inputtime", "fbsj", "fbrq",
)  # fmt: skip
_WRAPPED = ("data", "_source", "source", "doc", "fields", "attributes")
_LISTS = (
    "articles", "rows", "list", "data", "records", "items", "results", "content", "resultdocs", "docs", "datas",
    "infolist", "datalist", "news",
)  # fmt: skip
_TAG = re.compile(r"<[^>]{0,200}>")
_MARKUP = re.compile(r"<(?:li|tr|a|div|dl|p)\b[^>]*>", re.I)
_DEEPEST = 6


@dataclass(frozen=True)
class Entries:
    """The list of an answer: its entries, the number it declares, its language."""

    items: tuple[DatedItem, ...]
    total: int | None
    lang: str


def entries_of(value: Any, base: str, hint: str | None = None) -> Entries | None:
    """The longest list of entries anywhere in a JSON value; one without entries where the value holds an empty list.

    None when there is no list at all. Links are relative to `base`.
    """
    best: tuple[list[DatedItem], tuple[Any, ...]] = ([], ())
    empty: tuple[Any, ...] | None = None
    lang = ""
    for nodes, above, key in _lists_in(value, (), ""):
        if not nodes and (key in _LISTS or not above):
            empty = empty or above or (value,)
        titled = [(title, fields) for fields in map(_fields, nodes) if (title := _title(fields))]
        language = language_of("\n".join(title for title, _ in titled), None, hint)
        items = [item for title, fields in titled if (item := _item(title, fields, base, language)) is not None]
        if len(items) * 2 >= len(nodes) and len(items) > len(best[0]):
            best, lang = (items, above), language
    items, above = best
    if not items and empty is None:
        return None
    return Entries(tuple(items[:MAX_ITEMS]), total_of(*reversed(above if items else empty or ())), lang)


def markup_in(value: Any) -> str | None:
    """The longest text of a JSON value that is rows of HTML, or None."""
    found = [text for text in _texts_in(value, 0) if _MARKUP.search(text)]
    return max(found, key=len, default=None)


def _lists_in(value: Any, above: tuple[Any, ...], key: str) -> Iterator[tuple[list[Any], tuple[Any, ...], str]]:
    if len(above) > _DEEPEST:
        return
    if isinstance(value, list):
        yield value, above, key
        for node in value[:5]:
            if isinstance(node, Mapping):
                yield from _lists_in(node, above, "")
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _lists_in(inner, (*above, value), _bare(name))


def _texts_in(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth < _DEEPEST:
        inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
        for each in inner:
            yield from _texts_in(each, depth + 1)


def _fields(node: Any) -> dict[str, Any]:
    """The fields of an entry by their bare names; also of one that is wrapped once more."""
    for _ in range(2):
        if not isinstance(node, Mapping):
            break
        fields = {_bare(name): value for name, value in node.items()}
        if any(name in fields for name in _TITLE):
            return fields
        node = next((fields[name] for name in _WRAPPED if isinstance(fields.get(name), Mapping)), None)
    return {}


def _title(fields: Mapping[str, Any]) -> str:
    return next((text for name in _TITLE if (text := _words(fields.get(name)))), "")


def _item(title: str, fields: Mapping[str, Any], base: str, lang: str) -> DatedItem | None:
    words = words_files().get(lang)
    day_first = words.dates.day_first if words else False
    link = next((href for name in _LINK if (href := url_of(fields.get(name), base))), None)
    day = next((found for name in _DAY if (found := day_in(fields.get(name), day_first=day_first))), None)
    if link is None and day is None:
        return None
    source = "visible" if day else None
    if day is None and link is not None and (in_url := date_in_url(link)) is not None:
        day, source = in_url.isoformat(), "url"
    return DatedItem(title, link or "", day, source)


def day_in(value: Any, *, day_first: bool = False) -> str | None:
    """The ISO date of a field: a text in any way of writing with a year, or seconds or milliseconds since 1970.

    `day_first` tells how a date of numbers alone is read that ends with its year.
    """
    number = number_of(value)
    if number is not None and 10**8 < number < 10**10:
        number *= 1000
    found = day_of(number) if number is not None else None
    if found is None and isinstance(value, str):
        full = next((one for one in dates_in(value[:60], day_first=day_first) if one.year), None)
        found = f"{full.year}-{full.month:02}-{full.day:02}" if full is not None else None
    try:
        return date.fromisoformat(found).isoformat() if found is not None and len(found) == 10 else None
    except ValueError:
        return None


def _words(value: Any) -> str:
    return text_of(unescape(_TAG.sub("", value))) if isinstance(value, str) else ""


def _bare(name: Any) -> str:
    return re.sub(r"[^a-z0-9]", "", str(name).lower())
