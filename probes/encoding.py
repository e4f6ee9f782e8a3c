"""The true character encoding of a page, found from its bytes: labels of old portals are often wrong."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass

from charset_normalizer import from_bytes
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom, resolve_encoding

_COMMENT = re.compile(rb"<!--.*?-->", re.S)
_HIGH = re.compile(rb"[\x80-\xff]+")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_SAMPLE = 60_000
_PRESCAN = 4096
# Names a reader of reports knows, for the codec names Python and w3lib use.
_PLAIN_NAMES = {
    "cp1252": "windows-1252",
    "cp1251": "windows-1251",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "hz": "gb18030",
    "big5hkscs": "big5",
    "big5": "big5",
    "cp950": "big5",
    "ascii": "utf-8",
    "iso8859-1": "windows-1252",
    "utf-16-be": "utf-16",
    "utf-16-le": "utf-16",
    "utf-32-be": "utf-32",
    "utf-32-le": "utf-32",
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "euc_kr": "euc-kr",
    "euc_jp": "euc-jp",
}
_CODECS = {"big5": "big5hkscs", "windows-1252": "cp1252", "shift_jis": "cp932", "euc-kr": "cp949"}
_GUESSABLE = frozenset(
    {"utf-8", "gb18030", "big5", "windows-1252", "windows-1251", "koi8-r", "shift_jis", "euc-jp", "euc-kr"}
)


@dataclass(frozen=True)
class Decoded:
    """A body as text: the encoding it really is in, and the one it declares (header first, else meta), if any."""

    text: str
    encoding: str
    declared: str | None


def decode(body: bytes, content_type: str | None = None) -> Decoded:
    """Decode a page. Order: byte order mark, well-formed UTF-8, the declared label where the bytes bear it out, then
    the most plausible of the encodings met on portals. Never fails; undecodable bytes become U+FFFD."""
    header = http_content_type_encoding(content_type) if content_type else None
    meta = _declared_in_page(body)
    declared = header or meta
    bom, _ = read_bom(body)
    if bom is not None:
        name = plain_name(bom)
        return Decoded(body.decode(bom, "replace").lstrip("\ufeff"), name, _label(declared))
    name = _find(body, [name for name in (header, meta) if name])
    text = body.decode(_CODECS.get(name, name), "replace")
    if name == "windows-1252" and "\ufffd" in text:
        text = body.decode("latin-1")
    return Decoded(text, name, _label(declared))


def plain_name(codec: str) -> str:
    """The name used in this project for a codec: the gb family is gb18030, Latin-1 is windows-1252 as in browsers."""
    try:
        known = codecs.lookup(codec).name
    except LookupError:
        return "utf-8"
    return _PLAIN_NAMES.get(known, known)


def _declared_in_page(body: bytes) -> str | None:
    """The label in a meta tag or XML declaration of the first 4 KB, comments apart."""
    head = _COMMENT.sub(b"", body[: _PRESCAN * 2])[:_PRESCAN].replace(b"\x00", b"")
    found: str | None = html_body_declared_encoding(head)
    # A page whose meta could be read as ASCII cannot be in UTF-16 (WHATWG prescan says the same).
    return "utf-8" if found is not None and found.startswith("utf-16") else found


def _label(declared: str | None) -> str | None:
    return None if declared is None else plain_name(resolve_encoding(declared) or declared)


def _find(body: bytes, labels: list[str]) -> str:
    names = [plain_name(label) for label in labels]
    if body.count(b"\x00", 0, 2000) > 200 and (wide := _wide(body)):
        return wide
    sample = body[:_SAMPLE]
    high = sum(map(len, _HIGH.findall(sample)))
    if not high and len(body) > _SAMPLE:
        high = sum(map(len, _HIGH.findall(body)))
        sample = body
    if not high:
        return next((name for name in names if name not in ("utf-16", "utf-32")), "utf-8")
    in_utf8 = sum(map(len, _UTF8_SEQUENCE.findall(sample)))
    share = in_utf8 / high
    # A few bytes of another encoding (a cut character, one pasted name) do not make a UTF-8 page anything else; and
    # two or three characters of GBK may look like UTF-8 by chance, so a label decides there.
    if share == 1 and (high > 12 or not names or "utf-8" in names):
        return "utf-8"
    if share > 0.9 and high > 40:
        return "utf-8"
    scored = {name: _plausible(sample, name) for name in dict.fromkeys([*names, "gb18030", "big5"]) if name != "utf-8"}
    for name in names:
        if name.startswith("euc-") and _well_formed(sample, name):
            return name
        if scored.get(name, 0.0) >= 0.85 and scored[name] >= max(scored.values()) - 0.1:
            return name
    best = max(scored, key=lambda name: scored[name])
    if scored[best] >= 0.8:
        return best
    if "utf-8" in names and share > 0.6:
        return "utf-8"
    guess = from_bytes(sample[:20_000]).best()
    name = plain_name(guess.encoding) if guess is not None else "windows-1252"
    # Rare single-byte sets are guessed far more often than they are used; a Western page is the likelier truth.
    return name if name in _GUESSABLE else next(iter(names), "windows-1252")


def _well_formed(sample: bytes, name: str) -> bool:
    """Whether the sample decodes without a fault, a character cut at its end apart."""
    text = sample.decode(_CODECS.get(name, name), "replace")
    return "\ufffd" not in text[:-1]


def _wide(body: bytes) -> str | None:
    even, odd = body[:2000:2].count(b"\x00"), body[1:2000:2].count(b"\x00")
    if odd > 3 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 3 * odd else None


def _common_han(codec: str, first: int, last: int) -> Callable[[str], bool]:
    """Whether a character stands in the first level (the common characters) of a two-byte Chinese set."""

    def common(char: str) -> bool:
        try:
            code = char.encode(codec)
        except UnicodeEncodeError:
            return False
        return len(code) == 2 and first <= code[0] <= last

    return common


_COMMON = {"gb18030": _common_han("gb2312", 0xB0, 0xD7), "big5": _common_han("big5", 0xA4, 0xC6)}


def _plausible(sample: bytes, name: str) -> float:
    """How plausible the sample is as text in that encoding, 0 to 1: common characters over all non-ASCII ones."""
    try:
        text = sample.decode(_CODECS.get(name, name), "replace")
    except LookupError:
        return 0.0
    odd = [char for char in text if char > "\x7f"][:4000]
    if not odd:
        return 0.0
    if name in _COMMON:
        common = _COMMON[name]
        good = sum(1 for char in odd if common(char) or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef")
        return good / len(odd)
    bad = sum(1 for char in odd if char == "\ufffd" or "\x80" <= char <= "\x9f" or "\ue000" <= char <= "\uf8ff")
    if name in ("euc-jp", "shift_jis"):
        kana = sum(1 for char in odd if "\u3040" <= char <= "\u30ff")
        return 0.0 if bad > len(odd) * 0.02 or kana < len(odd) * 0.1 else 1.0
    if name == "windows-1252":
        # Latin text has lone accented letters between plain ones; a run of them is another encoding.
        runs = len(re.findall(rb"[\x80-\xff]{4,}", sample))
        return max(0.0, 1 - bad / len(odd) * 10 - (runs > 2))
    return max(0.0, 1 - bad / len(odd) * 10)
