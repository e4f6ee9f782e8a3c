"""Forms that ask for the characters of a picture, and whether they offer another way: hearing it, or a text message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml.html import HtmlElement

from probes.forms import FORM_LINKS
from probes.labels import labels, says
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_NAME = re.compile(
    r"captcha|verif(?:y|ication|i)?_?-?(?:code|img)|checkcode|validat(?:e|ion)_?code|vcode|yzm|randcode|rand_?img|kaptcha"
    r"|img_?code|code_?img|codeimage|authcode|seccode|security_?code",
    re.I,
)
_ELSEWHERE = re.compile(r"recaptcha|hcaptcha|turnstile|geetest|sms|mobile|phone|email|mail", re.I)
_NEAR = 3
"""Steps up from a field within which its picture stands: cell, row, group."""


@dataclass(frozen=True)
class CaptchaSeen:
    """The forms of one page that show a picture to be typed off, and how many of them offer another way; `alternative`
    keeps the words of the first such offer."""

    forms: int
    with_alternative: int
    alternative: str | None = None


@document_probe("captcha", version=1)
def look(document: ParsedDocument) -> CaptchaSeen | None:
    """Picture captchas in the visible forms of a page; None where there are none.

    A code that comes by text message or e-mail is no picture; services that draw their own puzzles with their own
    other ways (reCAPTCHA and the like) are not judged.
    """
    words = labels(document.language)["captcha"]
    offers: list[str | None] = []
    for form in _forms(document):
        if any(True for _ in _pictures(document, form, words["code"])):
            offers.append(_other_way(document, form, words["other_way"]))
    if not offers:
        return None
    given = [offer for offer in offers if offer]
    return CaptchaSeen(len(offers), len(given), given[0][:60] if given else None)


def _forms(document: ParsedDocument) -> Iterator[HtmlElement]:
    """The forms a person sees; where a form stands around the whole page or none is marked, the surroundings of each
    field for a code."""
    whole = [form for form in document.tree.iter("form") if not document.is_hidden(form)]
    kept = [form for form in whole if sum(1 for _ in form.iter("a")) <= FORM_LINKS]
    yield from kept
    met: set[HtmlElement] = set()
    for field in document.tree.iter("input"):
        inside = next(field.iterancestors("form"), None)
        if (inside is None or inside not in kept) and _NAME.search(_named(field)):
            around = field
            for _ in range(_NEAR + 1):
                parent = around.getparent()
                if parent is None or parent.tag in ("body", "html"):
                    break
                around = parent
            if around not in met and not document.is_hidden(field):
                met.add(around)
                yield around


def _pictures(document: ParsedDocument, form: HtmlElement, code: frozenset[str]) -> Iterator[HtmlElement]:
    """The pictures of a form that are to be typed off: named so, or beside a field that is asked for as a code."""
    for picture in form.iter("img", "canvas", "input"):
        if picture.tag == "input" and (picture.get("type") or "").lower() != "image":
            continue
        if document.is_hidden(picture) or _ELSEWHERE.search(_named(picture)):
            continue
        named = _NAME.search(_named(picture)) or says(picture.get("alt") or picture.get("title") or "", code)
        if named or any(_asks_code(field, code) for field in _beside(picture)):
            yield picture


def _beside(picture: HtmlElement) -> Iterator[HtmlElement]:
    """The text fields of the smallest block around a picture that has one."""
    for steps, block in enumerate(picture.iterancestors()):
        fields = [
            field for field in block.iter("input") if (field.get("type") or "text").lower() in ("text", "tel", "number")
        ]
        if fields or steps >= _NEAR or block.tag == "form":
            yield from fields if len(fields) == 1 else ()
            return


def _asks_code(field: HtmlElement, code: frozenset[str]) -> bool:
    """Whether a field is one for the characters of a picture, by its names or the words of its row."""
    if _ELSEWHERE.search(_named(field)):
        return False
    if _NAME.search(_named(field)):
        return True
    row = next(field.iterancestors("tr", "li", "p", "dd", "label"), field.getparent())
    said = "".join(map(str, row.itertext())) if row is not None else ""
    return says(f"{said[:80]} {field.get('placeholder') or ''} {field.get('aria-label') or ''}", code)


def _other_way(document: ParsedDocument, form: HtmlElement, words: frozenset[str]) -> str | None:
    """Words of the form that offer to hear the code or to get it by message, or a player of sound."""
    for element in form.iter("audio"):
        if element.get("src") or element.find("source") is not None:
            return "audio"
    for element in form.iter("a", "button", "label", "span", "img", "input", "option"):
        said = " ".join(
            filter(
                None,
                ("".join(map(str, element.itertext()))[:60].strip(), *map(element.get, ("alt", "title", "aria-label"))),
            )
        )
        if said and says(said, words) and not document.is_hidden(element):
            return said
    return None


def _named(element: HtmlElement) -> str:
    keys = ("id", "name", "class", "src", "onclick", "ng-src", "data-src")
    return " ".join(filter(None, (element.get(key) for key in keys)))[:400]
