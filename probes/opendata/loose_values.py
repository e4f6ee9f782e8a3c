"""Take texts, numbers and dates out of answers of any shape; what cannot be read is left out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

from probes.encoding import decode
from probes.opendata.catalogue import MAX_BYTES
from probes.page import FetchedPage

TEXT_CHARS = 200
"""Characters kept of a title, a name or a description."""

URL_CHARS = 2000
"""A longer address is taken for a mistake and left out."""

_LANGUAGES = ("zh", "zh-cn", "zh-hans", "zh-tw", "en", "en-us", "en-gb")
_TEXT_KEYS = ("#text", "@value", "value", "name", "title", "fn", "prefLabel", "label", "display_name", "@id")
# Control characters and lone surrogates cannot be stored (PostgreSQL refuses NUL, UTF-8 refuses surrogates).
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_DATE = re.compile(r"^\s*(\d{4})(?:[-/.年](\d{1,2})(?:[-/.月](\d{1,2})(?!\d))?)?")
_COMPACT_DATE = re.compile(r"^\s*(\d{4})(\d{2})(\d{2})(?:\d{6})?\s*$")


class BrokenAnswer(Exception):
    """An answer that cannot be read; its message becomes the answer's `fault`, nothing more."""


def decoded(page: FetchedPage, limit: int = MAX_BYTES) -> str:
    """The body as text in its true encoding; raises `BrokenAnswer` for a body longer than `limit` bytes."""
    if len(page.body) > limit:
        raise BrokenAnswer(f"too large: {len(page.body)} bytes, at most {limit} are read")
    return decode(page.body, page.header("content-type")).text


def parsed_json(text: str) -> Any:
    """The JSON value of a text; raises `BrokenAnswer` with the reason when it is none."""
    start = text.lstrip()[:1]
    if start == "<":
        raise BrokenAnswer("HTML or XML where JSON was asked for")
    if not start:
        raise BrokenAnswer("empty answer")
    try:
        return json.loads(text)
    except RecursionError:
        raise BrokenAnswer("JSON nested too deeply") from None
    except ValueError as error:
        raise BrokenAnswer(f"not JSON: {str(error)[:120]}") from None


def text_of(value: Any, limit: int = TEXT_CHARS) -> str:
    """One line of text from a string, number, language map, named node or list of these; else empty."""
    for _ in range(4):  # a name inside a node inside a list: deeper than that nobody means a text
        if isinstance(value, str):
            return clean(value, limit)
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, int | float):
            return str(value)[:limit]
        if isinstance(value, Mapping):
            value = _preferred(value)
        elif isinstance(value, Sequence):
            value = next((item for item in value if item not in (None, "", [], {})), None)
        else:
            return ""
    return ""


def _preferred(value: Mapping[Any, Any]) -> Any:
    lowered = {str(key).lower(): item for key, item in value.items()}
    for key in (*_TEXT_KEYS, *_LANGUAGES):
        if lowered.get(key.lower()) not in (None, "", [], {}):
            return lowered[key.lower()]
    short = sorted(key for key in lowered if 2 <= len(key) <= 7 and isinstance(lowered[key], str) and lowered[key])
    return lowered[short[0]] if short else None


def clean(value: str, limit: int = TEXT_CHARS) -> str:
    """A storable single line of at most `limit` characters."""
    cut = value[: limit * 20]
    return " ".join(_UNSTORABLE.sub("", cut).split())[:limit]


def texts_of(value: Any, limit: int = 50) -> tuple[str, ...]:
    """Distinct texts of a value that is one text, a list of texts, or nodes with names."""
    found = (text_of(item) for item in items_of(value)[: limit * 4])
    return tuple(dict.fromkeys(text for text in found if text))[:limit]


def items_of(value: Any) -> list[Any]:
    """A value as a list: a list itself, nothing for None, else the one value."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def nodes_of(value: Any) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The JSON objects in a value that should be a list of them, each with its place in the list."""
    for index, item in enumerate(items_of(value)):
        if isinstance(item, Mapping):
            yield index, item


def number_of(value: Any) -> int | None:
    """A whole number of zero or more from a number or its text (thousands commas allowed); else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        digits = value.strip().replace(",", "")
        return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 16 else None
    if isinstance(value, int | float) and 0 <= value < 1e15:
        return int(value)
    return None


def date_of(value: Any) -> str | None:
    """`YYYY-MM-DD`, `YYYY-MM` or `YYYY` from the start of a text; None when no date stands there."""
    text = text_of(value)
    match = _COMPACT_DATE.match(text) or _DATE.match(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.groups())
    if year is None or not 1900 <= year <= 2199:
        return None
    if month is None:
        return f"{year:04d}"
    if not 1 <= month <= 12:
        return None
    if day is None:
        return f"{year:04d}-{month:02d}"
    return f"{year:04d}-{month:02d}-{day:02d}" if 1 <= day <= 31 else None


def url_of(value: Any, base: str) -> str | None:
    """An absolute http(s) address from a text or node, relative to `base`; None for anything else."""
    text = text_of(value, URL_CHARS + 1)
    if not text or len(text) > URL_CHARS or text.startswith(("#", "///")):
        return None
    try:
        absolute = urljoin(base, text.replace(" ", "%20"))
        parts = urlsplit(absolute)
        return absolute if parts.scheme in ("http", "https") and parts.hostname else None
    except ValueError:
        return None


def origin_of(url: str) -> str:
    """Scheme, host and port of an address, without a trailing slash; the address itself when it has none."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else url


def last_part(uri: str) -> str:
    """The last meaningful part of a vocabulary address (`…/frequency/MONTHLY` gives `MONTHLY`)."""
    return clean(re.split(r"[/#]", uri.rstrip("/#"))[-1]) or clean(uri)


def first_of(node: Mapping[str, Any], *keys: str) -> Any:
    """The first non-empty value among the named keys of a JSON object."""
    return next((node[key] for key in keys if node.get(key) not in (None, "", [], {})), None)
