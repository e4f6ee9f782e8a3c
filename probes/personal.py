"""Taking out what identifies a citizen: phone and identity numbers, e-mail addresses and names in published
messages.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

from lxml import etree
from lxml import html as lxml_html

REDACTED = "[redacted]"
IDENTITY, MOBILE, PHONE = "identity", "mobile", "phone"
"""What a person can be found by: an identity number, a mobile number, any other telephone number."""

_MARK = {kind: f"[redacted {kind}]" for kind in (IDENTITY, MOBILE, PHONE)}
# Identity card numbers (GB 11643: 17 digits and a check character), social security numbers of the United States, the
# Italian codice fiscale, and Chinese mobile numbers (11 digits from 13 to 19) belong to persons wherever they stand.
# Bounded repeats only: this meets hostile pages.
_OWN = re.compile(
    r"(?<!\d)(?:(?P<card>\d{17}[\dXx])|(?P<security>(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?!-\d))"
    r"|(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)"
    r"|(?<![A-Z\d])(?P<fiscal>[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z])(?![A-Z\d])"
)
# Landlines, North American and Italian numbers and e-mail addresses may as well be an office's.
_REACH = re.compile(
    r"(?<!\d)(?:0\d{2,3}[- ]?\d{7,8}|(?:\+?1[-. ])?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}|\+39[- ]?3\d{2}[- ]?\d{6,7})(?!\d)"
    r"|(?P<mail>[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4})"
)
_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LABELS = (
    "姓\\s{0,4}名|留言人|来信人|写信人|咨询人|投诉人|网友|昵称|提问人|诉求人|联系人"
    "|From|Name|Submitted by|Asked by|Author"
)
_CHINESE = "[\u4e00-\u9fff]{1,3}[\u4e00-\u9fff*＊某]{1,3}"
_LATIN = r"[A-Z][a-z]{1,20}(?: [A-Z][a-z.]{0,20}){0,2}"
# A label that announces a person, then a colon or the end of its element (not of a table heading), then the name.
_NAME = re.compile(
    rf"((?:{_LABELS})(?:\s{{0,4}}[:：]\s{{0,4}}(?:</?[A-Za-z][^<>]{{0,80}}>\s{{0,8}}){{0,6}}"
    rf"|\s{{0,4}}(?:</(?!th)[A-Za-z][^<>]{{0,80}}>\s{{0,8}}){{1,3}}(?:<(?!th)[A-Za-z][^<>]{{0,80}}>\s{{0,8}}){{1,3}}))"
    rf"({_CHINESE}|{_LATIN})"
)
_HEADING = re.compile(rf"^\s*(?:{_LABELS})\s*$")
_WHOLE_NAME = re.compile(rf"^(?:{_CHINESE}|{_LATIN})$")
MAX_MARKUP = 3_000_000


def redact(text: str, *, messages: bool) -> str:
    """A page's markup with personal data replaced by `[redacted]`; the markup itself is left whole.

    Numbers leave a mark of their kind (`[redacted identity]`), so that what a page exposed can still be counted.

    `messages` says that the page is one of citizens' messages: then names in tables, landlines and e-mail addresses go
    as well. Elsewhere those are an office's own, and a survey of the office needs them.
    """
    if messages:
        for name in sorted(_names_in_tables(text), key=len, reverse=True):
            text = text.replace(name, REDACTED)
    text = _NAME.sub(lambda found: found[1] + REDACTED, text)
    text = _OWN.sub(lambda found: _MARK.get(_kind_of(found), REDACTED), text)
    return _REACH.sub(lambda found: REDACTED if found["mail"] else _MARK[PHONE], text) if messages else text


def exposed(text: str) -> Counter[str]:
    """How many numbers of each kind a text gives away, or gave before it was redacted.

    Digits that only look like an identity number (no day of birth, wrong check character) are of no kind.
    """
    found: Counter[str] = Counter()
    for kind, mark in _MARK.items():
        if times := text.count(mark):
            found[kind] += times
    found.update(kind for match in _OWN.finditer(text) if (kind := _kind_of(match)))
    found[PHONE] += sum(not match["mail"] for match in _REACH.finditer(_OWN.sub("", text)))
    return +found


def _kind_of(found: re.Match[str]) -> str:
    if found["card"]:
        return IDENTITY if _is_card(found["card"]) else ""
    return IDENTITY if found["security"] or found["fiscal"] else MOBILE


def _is_card(number: str) -> bool:
    """Whether 18 characters are an identity number: a day of birth in the middle, the right check character (GB
    11643)."""
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _CHECK_WEIGHTS, strict=True))
    return number[17].upper() == "10X98765432"[total % 11]


def _names_in_tables(text: str) -> set[str]:
    """The names that stand below a heading such as 留言人 in a table."""
    if len(text) > MAX_MARKUP or "<t" not in text.lower():
        return set()
    try:
        tree = lxml_html.document_fromstring(
            text.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8")
        )
    except (etree.ParserError, ValueError):
        return set()
    names: set[str] = set()
    for table in tree.iter("table"):
        columns: set[int] = set()
        for row in table.iter("tr"):
            cells = ["".join(cell.itertext()).strip() for cell in row.iterchildren("th", "td")]
            headings = {place for place, cell in enumerate(cells) if _HEADING.match(cell)}
            if headings and len(cells) > 2:
                columns = headings
                continue
            names.update(cells[place] for place in columns if place < len(cells) and _WHOLE_NAME.match(cells[place]))
    return names
