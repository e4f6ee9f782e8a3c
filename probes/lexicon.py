"""The words each language uses for the entries of a portal, read from one file a language and matched in one pass."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

from opencc import OpenCC
from pydantic import BaseModel, ConfigDict, Field, ValidationError

_UNIT = re.compile(r"[a-z0-9]+|[\u3400-\u9fff]|[^\W_a-z0-9\u3400-\u9fff]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONG = 80  # a text with more units than this is prose, never an entry
_KEEP_ENDING = frozenset(
    {"news", "ss", "us", "is", "os", "as", "sms", "rss", "gis", "gps", "ads", "its", "bus", "gas", "plus"}
)


class BadWords(ValueError):
    """A words file that cannot be used; the message names the file and the key."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Entry(_Strict):
    """The words of one id.

    `exact`: the whole text; `has`: inside a short text; `starts`, `ends`: at its start or end; `without`: withdraws the
    match; `text`: in any line of the page; `slugs`: parts of an address; `query`: what to search a site for; `limit`:
    longest text in units (a Han character or a Latin word); `links_only`: headings and labels of that name prove
    nothing; `dated`: dated list items of that name count too.
    """

    exact: tuple[str, ...] = Field(default=(), alias="is")
    has: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    without: tuple[str, ...] = Field(default=(), alias="not")
    text: tuple[str, ...] = ()
    slugs: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    limit: int | None = Field(default=None, ge=1, le=_LONG)
    links_only: bool = False
    dated: bool = False


class Dates(_Strict):
    """How the language writes dates: month names in order, short forms in the same order, day before month; whether a
    year of two figures stands first (26.10.07)."""

    months: tuple[str, ...] = ()
    short_months: tuple[str, ...] = ()
    day_first: bool = False
    short_year_first: bool = False


class Words(_Strict):
    """One words file.

    `everywhere`: its script cannot be mistaken, so it is read on pages of any language; `also`: other languages
    read on its pages; `fallback`: used on pages in languages without a file. `label`: group, meaning, and the labels
    that stand for it (`probes.labels`)."""

    code: str = Field(pattern=r"^[a-z]{2,3}$")
    name: str
    everywhere: bool = False
    fallback: bool = False
    also: tuple[str, ...] = ()
    markers: tuple[str, ...]
    dates: Dates
    entry: dict[str, Entry]
    kind: dict[str, tuple[str, ...]]
    form: dict[str, tuple[str, ...]]
    label: dict[str, dict[str, tuple[str, ...]]] = {}


def load_words(folder: Traversable | None = None) -> dict[str, Words]:
    """All words files by language code. Raises BadWords naming file and key."""
    folder = folder or resources.files("probes").joinpath("words")
    found: dict[str, Words] = {}
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        try:
            words = Words.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
        except tomllib.TOMLDecodeError as fault:
            raise BadWords(f"{file.name}: not valid TOML: {fault}") from fault
        except ValidationError as fault:
            first = fault.errors()[0]
            key = ".".join(str(part) for part in first["loc"])
            raise BadWords(f"{file.name}: {key}: {first['msg']}") from fault
        if f"{words.code}.toml" != file.name:
            raise BadWords(f"{file.name}: code: is {words.code!r}, but the file is named otherwise")
        found[words.code] = words
    if not found:
        raise BadWords("words: no language file found")
    for words in found.values():
        for other in words.also:
            if other not in found:
                raise BadWords(f"{words.code}.toml: also: no file for language {other!r}")
    return found


@cache
def words_files() -> dict[str, Words]:
    """The words files of this package, loaded once."""
    return load_words()


@cache
def _fold_table() -> dict[int, str | None]:
    """Traditional to simplified characters, one by one; combining accents to nothing."""
    chars = [chr(code) for code in range(0x3400, 0xA000)]
    simple = OpenCC("t2s").convert("\n".join(chars)).split("\n")
    table: dict[int, str | None] = dict.fromkeys(range(0x300, 0x370))
    table[ord("画")] = table[ord("畫")] = "划"  # 計畫 is 计划; no phrase tells the two characters apart
    return {ord(a): b for a, b in zip(chars, simple, strict=True) if a != b and len(b) == 1} | table


def fold(text: str) -> str:
    """Text as it is compared: full width to half width, accents and case flattened, traditional to simplified."""
    if text.isascii():
        return text.lower()
    return _folded_entry(text) if len(text) <= _LONG else _folded(text)


@lru_cache(maxsize=65536)  # the same entries and headings stand on every page of a site
def _folded_entry(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).lower()
    table = _fold_table()
    # Most texts hold few characters to change, if any: looking for them costs less than translating all.
    changed = [char for char in set(plain) if ord(char) in table]
    if len(changed) > 24:
        return plain.translate(table)
    for char in changed:
        plain = plain.replace(char, table[ord(char)] or "")
    return plain


def _stem(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and word not in _KEEP_ENDING and word[-2] not in "sui":
        return word[:-1]
    return word


@lru_cache(maxsize=20_000)
def units_of(text: str) -> tuple[str, ...]:
    """A folded text as units: each Han character and each Latin word, plural endings dropped."""
    return tuple(
        _stem(unit) for unit in _UNIT.findall(fold(text).replace("'s ", " ").replace("’s ", " ").replace("&", " and "))
    )


class _Phrase(NamedTuple):
    units: tuple[str, ...]
    id: str
    mode: str
    limit: int
    links_only: bool
    dated: bool


@dataclass(frozen=True)
class Match:
    """A text stands for an id by one of its phrases; `share` is the part of the text the phrase covers."""

    id: str
    phrase: str
    share: float
    links_only: bool = False
    dated: bool = False


class Lexicon:
    """All phrases of the languages read on a page, indexed by their first unit."""

    def __init__(self, words: tuple[Words, ...]) -> None:
        self.words = words
        self._starts: dict[str, list[_Phrase]] = {}
        self._withdraws: dict[str, list[tuple[str, ...]]] = {}
        self._slugs: dict[str, str] = {}
        self._lines: list[tuple[str, str]] = []
        self._lists: dict[tuple[str, str], tuple[str, ...]] = {}
        for file in words:
            for id_, entry in file.entry.items():
                modes = (("is", entry.exact), ("has", entry.has), ("starts", entry.starts), ("ends", entry.ends))
                for mode, phrases in modes:
                    for phrase in phrases:
                        self._add(phrase, id_, mode, entry)
                self._withdraws.setdefault(id_, []).extend(filter(None, map(units_of, entry.without)))
                self._slugs.update(dict.fromkeys(entry.slugs, id_))
                self._lines.extend((fold(phrase), id_) for phrase in entry.text)
        self.match = lru_cache(maxsize=50_000)(self._match)

    def _add(self, phrase: str, id_: str, mode: str, entry: Entry) -> None:
        units = units_of(phrase)
        if units:
            size = entry.limit or (14 if _HAN.search(phrase) else 8)
            found = _Phrase(units, id_, mode, size, entry.links_only, entry.dated)
            self._starts.setdefault(units[0], []).append(found)

    def _match(self, text: str) -> tuple[Match, ...]:
        """The ids a short text stands for, the best phrase of each."""
        if len(text) > 400:
            return ()
        units = units_of(text)
        total = len(units)
        if not total or total > _LONG:
            return ()
        found: dict[str, Match] = {}
        starts = self._starts
        for at, unit in enumerate(units):
            for phrase in starts.get(unit, ()):
                size = len(phrase.units)
                if total > phrase.limit or (phrase.mode == "is" and (at or size != total)):
                    continue
                if (phrase.mode == "starts" and at) or (phrase.mode == "ends" and at + size != total):
                    continue
                if size > 1 and units[at : at + size] != phrase.units:
                    continue
                known = found.get(phrase.id)
                if known is None or known.share < size / total:
                    found[phrase.id] = Match(
                        phrase.id, " ".join(phrase.units), size / total, phrase.links_only, phrase.dated
                    )
        return tuple(match for match in found.values() if not self._withdrawn(match, units))

    def _withdrawn(self, match: Match, units: tuple[str, ...]) -> bool:
        if match.share == 1:
            return False
        return any(_inside(phrase, units) for phrase in self._withdraws.get(match.id, ()))

    def by_slug(self, url: str) -> str | None:
        """The id that a part of the address names; for links without words."""
        parts = re.split(r"[/?#=&.]+", url.lower())
        return next((self._slugs[part] for part in reversed(parts) if part in self._slugs), None)

    def lines_for(self, folded: str) -> str | None:
        """The id that a line of the page proves by itself, if any."""
        return next((id_ for phrase, id_ in self._lines if phrase in folded), None)

    def phrases(self, group: str, name: str) -> tuple[str, ...]:
        """The folded phrases of a list in `[kind]` or `[form]` over all languages read."""
        key = (group, name)
        if key not in self._lists:
            lists = [getattr(file, group).get(name, ()) for file in self.words]
            self._lists[key] = tuple(dict.fromkeys(fold(phrase) for phrases in lists for phrase in phrases))
        return self._lists[key]

    def said(self, group: str, name: str, folded: str) -> tuple[str, ...]:
        """Which phrases of a list stand in a folded text; Latin phrases only as whole words."""
        return tuple(phrase for phrase in self.phrases(group, name) if phrase in folded and contains(folded, phrase))


def contains(folded: str, phrase: str) -> bool:
    """Whether a folded phrase stands in a folded text, on word borders when it begins with a Latin letter."""
    at = folded.find(phrase)
    if at < 0 or not phrase[0].isascii():
        return at >= 0
    while at >= 0:
        end = at + len(phrase)
        if not (at and folded[at - 1].isalnum() and folded[at - 1].isascii()) and not (
            end < len(folded) and folded[end].isalpha() and folded[end].isascii() and folded[end] != "s"
        ):
            return True
        at = folded.find(phrase, at + 1)
    return False


def _inside(phrase: tuple[str, ...], units: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(units[at : at + size] == phrase for at in range(len(units) - size + 1))


@cache
def lexicon_for(language: str) -> Lexicon:
    """The lexicon for a page in that language."""
    return Lexicon(words_read_on(language))


@cache
def words_read_on(language: str) -> tuple[Words, ...]:
    """The files of words for a page in that language: its own, those it also reads, and those read everywhere."""
    files = words_files()
    code = language.lower().split("-")[0]
    own = files.get(code) or next((words for words in files.values() if words.fallback), None)
    chosen = {own.code: own} if own else {}
    chosen |= {other: files[other] for other in (own.also if own else ())}
    chosen |= {words.code: words for words in files.values() if words.everywhere}
    return tuple(chosen.values())


@cache
def every_lexicon() -> Lexicon:
    """The lexicon of all languages together: walls and error pages say too little to tell their language."""
    return Lexicon(tuple(words_files().values()))
