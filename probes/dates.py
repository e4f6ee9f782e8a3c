"""Dates a reader sees on a page: of list items, of the page itself, in Chinese, English and Italian ways of writing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property

from probes.lexicon import fold, units_of, words_files
from probes.markup import Anchor, Markup

_YMD = re.compile(r"(?<![\d])((?:19|20)\d\d)\s?[-/.年_]\s?(\d{1,2})\s?[-/.月_]\s?(\d{1,2})(?!\d)")
_DAY_OVER_MONTH = re.compile(r"(?<![\d.:/-])(\d{1,2})日?\s+((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})月?(?![-/.\d])")
_MONTH_OVER_DAY = re.compile(r"(?<![\d.:/-])((?:19|20)\d\d)\s?[-/.年]\s?(\d{1,2})月?\s+(\d{1,2})日?(?![\d:/.-])")
_YEAR_OVER_MD = re.compile(r"(?<![\d.:/-])(0\d|1[0-2])[-/.](\d\d)\s+((?:19|20)\d\d)(?![-/.\d年])")
_SHORT_YEAR_FIRST = re.compile(r"(?<![\d./-])(\d\d)[-/.](0\d|1[0-2])[-/.]([0-2]\d|3[01])(?![\d./-])")
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])")
_MONTH_DAY = re.compile(r"(?<![\d年/.:-])(0[1-9]|1[0-2])[-/.]([0-2]\d|3[01])(?![\d/.:-])")
_MONTH_DAY_HAN = re.compile(r"(?<![\d年])(\d{1,2})\s?月\s?(\d{1,2})\s?[日号]")
_ROC = re.compile(
    r"(?<![\d./-])(?:中华民国|民国)?\s?(1[0-4]\d|[7-9]\d)\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})(?![\d.])"
)
_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,2})[/.-](\d{1,2})[/.-]((?:19|20)?\d\d)(?![\d./-])")
_IN_URL = (
    re.compile(r"(?<!\d)((?:19|20)\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?t?(0[1-9]|[12]\d|3[01])(?!\d)"),
    re.compile(r"/((?:19|20)\d\d)/(\d{1,2})/(\d{1,2})(?:/|$)"),
    re.compile(r"/((?:19|20)\d\d)-(\d{1,2})/(\d{1,2})/"),
    re.compile(r"[t/_]((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])[_./]"),
    re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?=\d{4,12}(?:\D|$))"),
)
_YEAR_IN_URL = re.compile(r"[/_=]((?:19|20)\d\d)(?:[/_.-]|(?:0[1-9]|1[0-2])[/_])")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d|[-/.]\d)")
# What a clock or a weather box says beside its date.
_CLOCK = re.compile(r"今天是|今日是|现在是|今天:|天气|气温|今日天气|℃|°c\b|\btoday is\b|weather|\boggi e\b|\bmeteo\b")
_LETTERS = re.compile(r"[^\W\d_]")
_HAN = re.compile("[\u3400-\u9fff]")
_MAX_TEXT = 1500
_MAX_DATE_LETTERS = 24  # letters beside a date in a line that is a date and its label, not a sentence
_MAX_DATE_HAN = 12
_MAX_YEAR_LETTERS = 20
_LEAST_HEADLINE = 6  # characters or words from which a link beside another is its headline
_CLIMB = 6


@dataclass(frozen=True)
class Found:
    """A date found in a text: full, or month and day only (`year` None)."""

    year: int | None
    month: int
    day: int


@dataclass(frozen=True)
class Setting:
    """What dates without a year, or of several orders, are read by: day before month, years of two figures before both,
    years of the Republic, the text of the page, and the day it was fetched. `published` are the labels of the day of
    publication, folded."""

    text: str
    fetched: date
    day_first: bool = False
    short_year_first: bool = False
    republic: bool = False
    published: tuple[str, ...] = ()

    @cached_property
    def newest(self) -> date | None:
        """The newest full date of the text that is not after the day the page was fetched."""
        days: list[date] = []
        for line in self.text[:200_000].split("\n"):
            if len(line) < _MAX_TEXT and any(char.isdigit() for char in line):
                days += [date(one.year, one.month, one.day) for one in self.dates_in(line) if one.year is not None]
        return max((day for day in days if day <= self.fetched), default=None)

    def dates_in(self, text: str) -> list[Found]:
        """All dates of a text as this page writes them."""
        return dates_in(text, day_first=self.day_first, short_year_first=self.short_year_first, republic=self.republic)


@cache
def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for words in words_files().values():
        for number, name in enumerate(words.dates.months, 1):
            names[fold(name)] = number
        for number, name in enumerate(words.dates.short_months, 1):
            names.setdefault(fold(name), 9 if number > 12 else number)
    return names


@cache
def _named() -> tuple[re.Pattern[str], re.Pattern[str]]:
    months = "|".join(sorted(_months(), key=len, reverse=True))
    year = r"((?:19|20)\d\d)"
    return (
        re.compile(rf"\b({months})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,?\s+{year})?(?![\d:])"),
        re.compile(
            rf"(?<![\d:])(\d{{1,2}})(?:st|nd|rd|th|o|°)?\s+(?:of\s+)?({months})\b\.?,?"
            rf"(?:\s+{year}|\s+'?(\d\d)(?=\s*(?:$|[|·,;)\]\n])))?"
        ),
    )


def dates_in(
    text: str, *, day_first: bool = False, short_year_first: bool = False, republic: bool = False
) -> list[Found]:
    """All dates in a text in the order found, the fuller ways of writing first; at most a few.

    `short_year_first` reads 26.10.07 as the seventh of October.
    """
    text = fold(text[:_MAX_TEXT])
    if not any(char.isdigit() for char in text):
        return []
    found: list[Found] = []
    for y, m, d in _YMD.findall(text):
        _keep(found, int(y), int(m), int(d))
    if not found:
        for d, y, m in _DAY_OVER_MONTH.findall(text):
            _keep(found, int(y), int(m), int(d))
        for y, m, d in _MONTH_OVER_DAY.findall(text):
            _keep(found, int(y), int(m), int(d))
        for m, d, y in _YEAR_OVER_MD.findall(text):
            _keep(found, int(y), int(m), int(d))
    if not found and republic:
        for y, m, d in _ROC.findall(text):
            _keep(found, int(y) + 1911, int(m), int(d))
    if not found:
        _named_dates(found, text)
    if not found and short_year_first:
        for y, m, d in _SHORT_YEAR_FIRST.findall(text):
            _keep(found, 2000 + int(y), int(m), int(d))
    if not found:
        for a, b, y in _NUMERIC.findall(text):
            year = int(y) if len(y) == 4 else 2000 + int(y)
            month, day = (int(b), int(a)) if day_first or int(a) > 12 else (int(a), int(b))
            _keep(found, year, month, day)
    if not found:
        for m, d in _MONTH_DAY_HAN.findall(text) or _MONTH_DAY.findall(text):
            _keep(found, None, int(m), int(d))
    return found[:6]


def _named_dates(found: list[Found], text: str) -> None:
    months = _months()
    month_first, day_first = _named()
    for month, day, year in month_first.findall(text):
        _keep(found, int(year) if year else None, months[month], int(day))
    for day, month, year, short in day_first.findall(text):
        if year or short or not found:
            _keep(found, int(year) if year else 2000 + int(short) if short else None, months[month], int(day))
    found.sort(key=lambda item: item.year is None)


def _keep(found: list[Found], year: int | None, month: int, day: int) -> None:
    try:
        date(year or 2024, month, day)
    except ValueError:
        return
    found.append(Found(year, month, day))


def date_in_url(url: str) -> date | None:
    """The date in an address such as /2026/3/1/, t20260301_1.html or /202603/01; None when there is none."""
    path = url.split("://", 1)[-1]
    path = path[path.find("/") :] if "/" in path else ""
    for pattern in _IN_URL:
        hit = pattern.search(path)
        if hit:
            try:
                return date(int(hit.group(1)), int(hit.group(2)), int(hit.group(3)))
            except ValueError:
                continue
    return None


def complete(found: Found, url: str, setting: Setting, above: int | None = None) -> date:
    """A full date from month and day: the year of the address, else that of the heading `above`, else the year that
    puts it just before the newest full date of the page or the day it was fetched."""
    if found.year is not None:
        return date(found.year, found.month, found.day)
    in_url = date_in_url(url)
    hit = _YEAR_IN_URL.search(url)
    if in_url is not None or hit is not None:
        year = in_url.year if in_url is not None else int(hit.group(1)) if hit else setting.fetched.year
        return _safe(year, found)
    if above is not None:
        return _safe(above, found)
    last = setting.newest or setting.fetched
    day = _safe(last.year, found)
    return day if day <= last + timedelta(days=31) else _safe(last.year - 1, found)


def _safe(year: int, found: Found) -> date:
    try:
        return date(year, found.month, found.day)
    except ValueError:  # 29 February of another year
        return date(year, found.month, found.day - 1)


@dataclass(frozen=True)
class Item:
    """One list item by the index of its anchor, with its date and where the date was read."""

    anchor: int
    day: date | None
    source: str | None


def list_items(markup: Markup, targets: list[str], setting: Setting, titles: Iterable[int]) -> list[Item]:
    """The dated items among the anchors named by `titles`; `targets` are absolute addresses by anchor.

    The date stands beside the link in the smallest block that holds this link alone (a row, a card, a line), or at an
    end of the link's own text, or in the link's address. A date in a line of its own goes before one in a sentence; in
    a sentence only a full date counts.
    """
    items: list[Item] = []
    years = _years_of_headings(markup)
    for index in titles:
        anchor = markup.anchors[index]
        beside = _beside(markup, index, anchor)
        found = _dates_beside(beside, setting) if beside else []
        if not found:
            found = _at_the_ends(anchor.text, setting) or _apart(markup, index, beside, setting)
        day: date | None = None
        source: str | None = None
        if found:
            above = next((year for node, year in reversed(years) if node < anchor.node), None)
            day, source = complete(found[0], targets[index], setting, above), "visible"
        else:
            marked = _time_beside(markup, index)
            if marked is not None:
                day, source = marked, "visible"
            elif targets[index]:
                day = date_in_url(targets[index])
                source = "url" if day else None
        items.append(Item(index, day, source))
    return items


def _dates_beside(beside: str, setting: Setting) -> list[Found]:
    folded = fold(beside)
    for label in setting.published:  # where several dates stand beside a link, the one that is called so
        at = folded.find(label)
        if at >= 0 and (told := setting.dates_in(folded[at + len(label) : at + len(label) + 20])):
            return told
    lines = [line for line in beside.split("\n") if _is_date_line(line)]
    found = setting.dates_in("\n".join(lines)) if lines else []
    if not found:
        for compact in filter(None, (_COMPACT.fullmatch(line.strip(" ()[]")) for line in lines)):
            _keep(found, *map(int, compact.groups()))
    return found or [one for one in setting.dates_in(beside) if one.year is not None]


def _is_date_line(line: str) -> bool:
    """Whether a line holds figures and little else: a date, its label, the hour, the number of readers."""
    if not any(char.isdigit() for char in line):
        return False
    han = len(_HAN.findall(line))
    return han <= _MAX_DATE_HAN and len(_LETTERS.findall(line)) <= _MAX_DATE_LETTERS + han


def _years_of_headings(markup: Markup) -> list[tuple[int, int]]:
    """The headings that are little else than a year (2024, 2018 Meeting Schedule), as node and year."""
    found: list[tuple[int, int]] = []
    for piece in markup.pieces:
        year = _YEAR.search(piece.text) if piece.kind == "heading" and len(piece.text) < 60 else None
        if year is not None and len(_LETTERS.findall(piece.text)) <= _MAX_YEAR_LETTERS:
            found.append((piece.node, int(year[1])))
    return found


def _container(markup: Markup, index: int) -> int:
    """The widest node around an anchor that holds no other link of another target (a few repeats are one card)."""
    anchor = markup.anchors[index]
    node = anchor.node
    for _ in range(_CLIMB):
        parent = markup.parents[node]
        if parent < 0 or markup.tag(parent) in ("body", "html", "ul", "ol", "tbody", "table"):
            break
        first, last = markup.first_link[parent], markup.last_link[parent]
        if last - first > 4 or any(
            other.href != anchor.href and len(other.text) * 2 > len(anchor.text) for other in markup.anchors[first:last]
        ):
            break
        node = parent
    return node


def _beside(markup: Markup, index: int, anchor: Anchor) -> str:
    node = _container(markup, index)
    text = ""
    if node != anchor.node:
        text = markup.text_of(node)
        if len(text) > _MAX_TEXT:
            text = ""
        text = text.replace(anchor.text, " ", 1) if anchor.text else text
    if not any(char.isdigit() for char in text) and 0 <= anchor.line < len(markup.lines):
        line = markup.lines[anchor.line]
        if len(line) < 300 and anchor.text in line and not _is_beside_a_title(markup, index, anchor):
            text = line.replace(anchor.text, " ", 1)
    return "" if _CLOCK.search(fold(text[:300])) else text


def _is_beside_a_title(markup: Markup, index: int, anchor: Anchor) -> bool:
    """Whether a link shares its line with the headline that the date belongs to: with a longer one, or as the name of
    its kind in brackets. Short links alone (agenda, minutes) are entries side by side.
    """
    around = markup.anchors[max(0, index - 6) : index + 7]
    others = [one.text for one in around if one.line == anchor.line and one is not anchor and one.text != anchor.text]
    if _in_brackets(anchor.text):
        return any(not _in_brackets(text) for text in others)
    own = len(units_of(anchor.text))
    return any(len(units_of(text)) > max(own, _LEAST_HEADLINE) and not _in_brackets(text) for text in others)


def _in_brackets(text: str) -> bool:
    return text[:1] in "[【〔（(" and text[-1:] in "]】〕）)"


def _apart(markup: Markup, index: int, beside: str, setting: Setting) -> list[Found]:
    """A date whose day and month stand in elements of their own without a blank between, as in a calendar leaf."""
    node = _container(markup, index)
    if node == markup.anchors[index].node or len(beside) > 80 or not any(char.isdigit() for char in beside):
        return []
    pieces: list[str] = []
    for element in markup.elements[node].iter():
        outside = element is not markup.elements[markup.anchors[index].node]
        pieces += filter(None, (element.text if outside else "", element.tail))
    return _dates_beside(" ".join(pieces), setting)


def _time_beside(markup: Markup, index: int) -> date | None:
    if not markup.times:
        return None
    node = _container(markup, index)
    for at, value in markup.times:
        if node <= at <= markup.last_node[node]:
            return iso_date(value)
    return None


_LAST_DATE = re.compile(
    r"\s*(?:[\s\[(（【]+(?:(?:19|20)\d\d\s?[-/.年]\s?)?(?:0?[1-9]|1[0-2])\s?[-/.月]\s?(?:0?[1-9]|[12]\d|3[01])日?"
    r"|(?:19|20)\d\d[-/.年](?:0?[1-9]|1[0-2])[-/.月](?:0?[1-9]|[12]\d|3[01])日?)\s*[\])）】]?\s*$"
)
_FIRST_DATE = re.compile(
    r"^\s*[\[(（【]?\s*(?:(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])\s+(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])"
    r"|(?:0[1-9]|1[0-2])[-/.](?:0[1-9]|[12]\d|3[01])\s+(?:19|20)\d\d)\s*(?:[\])）】]\s*|\s)(?=\S)"
)
_LEAST_TITLE = 4


def without_dates(text: str) -> str:
    """A title without the dates that stand before or behind it in the same link; dates inside a title belong to it."""
    first = _FIRST_DATE.match(text)
    if first is not None and len(text) - first.end() >= _LEAST_TITLE:
        text = text[first.end() :]
    while (end := _LAST_DATE.search(text[-40:])) is not None:
        shorter = text[: max(0, len(text) - 40) + end.start()].rstrip()
        if len(shorter) < _LEAST_TITLE:
            break
        text = shorter
    return text


def _at_the_ends(text: str, setting: Setting) -> list[Found]:
    """A date at the very start or end of a link's text; dates inside a title belong to the title."""
    for piece in (text[-14:], text[:14]):
        found = setting.dates_in(piece)
        if found and (found[0].year is not None) and len(text) > 16:
            at_end = (
                re.search(r"[\d日\])）】]\s*$", piece) if piece == text[-14:] else re.match(r"[\s\[(（【]*\d", piece)
            )
            if at_end:
                return found
    return []


def iso_date(value: str) -> date | None:
    """The date of a machine-readable value (`2026-03-01T10:00`, `20260301`, `2026年3月1日`), or None."""
    compact = re.match(r"\s*((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)", value)
    if compact:
        try:
            return date(int(compact.group(1)), int(compact.group(2)), int(compact.group(3)))
        except ValueError:
            return None
    found = dates_in(value[:60])
    first = next((item for item in found if item.year is not None), None)
    return date(first.year or 0, first.month, first.day) if first else None
