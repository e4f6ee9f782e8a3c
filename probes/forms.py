"""Forms by what they are for: search, mailbox, request, survey, login, other; and search boxes without a form."""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml.html import HtmlElement

from probes.document import Form
from probes.lexicon import Lexicon, fold
from probes.links import resolve
from probes.markup import is_hidden

_TEXTUAL = frozenset({"text", "search", "email", "tel", "url", "number", "", "textarea", "password", "date", "select"})
_SEARCH_NAME = re.compile(
    r"s(?:ea|er|ear|era)ch|query|keyword|kword|^q$|^s$|^kw$|^wd$|^key$|^k$|searchword|^qt$|sousuo|jiansuo|cerca|ricerca|buscar",
    re.I,
)
_CAPTCHA = re.compile(
    r"captcha|verif(?:y|ication)_?code|checkcode|validatecode|vcode|yzm|randcode|kaptcha|imgcode", re.I
)
_NOT_SITE = re.compile(
    r"job|property|parcel|inmate|zip|address|street|catalog|mail|subscri|filter|date|event|agenda|legislation|phone|from|user",
    re.I,
)
_MAX_FORMS = 30
FORM_LINKS = 25  # a form with more links than this stands around the whole page


class FormReader:
    """Reads the forms of one page."""

    def __init__(self, tree: HtmlElement, base: str, lexicon: Lexicon, about: str = "") -> None:
        """`about` is what the page says it is for (title and heading), which a form need not repeat."""
        self._tree, self._base, self._lexicon, self._about = tree, base, lexicon, fold(about)

    def read(self) -> tuple[Form, ...]:
        """All forms a person can see, in page order, and search boxes that stand outside of any form."""
        forms: list[Form] = []
        loose: list[HtmlElement] = []
        for element in self._tree.iter("form"):
            if len(forms) >= _MAX_FORMS:
                break
            controls = [control for control in element.iter("input", "textarea", "select", "button") if _seen(control)]
            # A form around the whole page (as some systems write it) says nothing: look at its boxes one by one.
            if sum(1 for _ in element.iter("a")) > FORM_LINKS:
                loose.extend(controls)
                continue
            form = self._form(element, controls)
            if form is not None:
                forms.append(form)
        for control in self._tree.iter("input", "textarea"):
            if len(loose) > 400:
                break
            if next(control.iterancestors("form"), None) is None and _seen(control):
                loose.append(control)
        forms.extend(self._loose(loose))
        return tuple(forms[:_MAX_FORMS])

    def _form(self, element: HtmlElement, controls: list[HtmlElement]) -> Form | None:
        text_fields = [control for control in controls if _kind(control) in _TEXTUAL]
        if not text_fields or is_hidden(element):
            return None
        said = fold(" ".join([*_words(element), *(_described(control) for control in controls)])[:6000])
        name = " ".join(
            filter(None, (element.get("id"), element.get("class"), element.get("name"), element.get("role")))
        )
        action = element.get("action") or ""
        purpose = self._purpose(text_fields, controls, said, f"{name} {action}")
        box = _search_box(text_fields)
        hidden = tuple(
            (str(control.get("name")), _chosen(control))
            for control in element.iter("input", "select")
            if (control.tag == "select" or (control.get("type") or "").lower() == "hidden") and control.get("name")
        )
        return Form(
            purpose=purpose,
            action=resolve(self._base, action) or (self._base if not action or action.startswith("#") else ""),
            method=(element.get("method") or "get").lower().strip(),
            fields=tuple(
                _label(control) for control in (text_fields[:40] if purpose != "search" or box is None else [box])
            ),
            enabled=any(control.get("disabled") is None and control.get("readonly") is None for control in text_fields),
            captcha=self._captcha(element, said),
            text_field=box.get("name") if purpose == "search" and box is not None else None,
            hidden=hidden[:30] if purpose == "search" else (),
        )

    def _purpose(self, text_fields: list[HtmlElement], controls: list[HtmlElement], said: str, name: str) -> str:
        lexicon = self._lexicon
        kinds = [_kind(control) for control in text_fields]
        long_text = "textarea" in kinds
        if "password" in kinds and not long_text:
            return "login"
        one_box = sum(1 for kind in kinds if kind not in ("select", "date")) == 1
        if (
            one_box
            and not long_text
            and (
                "search" in kinds
                or re.search(r"search|cerca|ricerca|sousuo", name, re.I)
                or any(searches(control) for control in text_fields)
                or (lexicon.said("form", "search", said) and len(said) < 200)
            )
            and not any(self._asks_number(control) for control in text_fields)
        ):
            return "search"
        told = f"{said} {self._about}" if long_text else said
        # One word of such a form (who asks, a citizen) stands on other forms too.
        if len(asked := lexicon.said("form", "request", told)) > 1 or (asked and self._on_request()):
            return "request"
        if (long_text or len(text_fields) >= 3) and lexicon.said("form", "mailbox", told):
            return "mailbox"
        if any(_kind(control) in ("radio", "checkbox") for control in controls) and lexicon.said(
            "form", "survey", said
        ):
            return "survey"
        if lexicon.said("form", "login", said) and len(text_fields) <= 3:
            return "login"
        return "other"

    def _on_request(self) -> bool:
        """Whether the page says that it is for asking for records."""
        return any(match.id == "disclosure.on_request" for match in self._lexicon.match(self._about)) or bool(
            self._lexicon.said("form", "request", self._about)
        )

    def _asks_number(self, control: HtmlElement) -> bool:
        """Whether a box asks for a number of one's own (of a case, a licence), which is no search of the site."""
        return _kind(control) != "select" and bool(self._lexicon.said("form", "number", fold(_described(control))))

    def _captcha(self, element: HtmlElement | None, said: str) -> bool:
        for image in () if element is None else element.iter("img", "input", "div"):
            if _CAPTCHA.search(
                " ".join(filter(None, (image.get("src"), image.get("id"), image.get("name"), image.get("class"))))
            ):
                return True
        return bool(self._lexicon.said("form", "captcha", said))

    def _loose(self, controls: Iterable[HtmlElement]) -> Iterable[Form]:
        boxes = [control for control in controls if _kind(control) in _TEXTUAL - {"select", "password", "date"}]
        for control in boxes:
            said = fold(_described(control))
            if _kind(control) == "textarea" or self._asks_number(control):
                continue
            if searches(control) or self._lexicon.said("form", "search", said):
                yield Form(
                    "search",
                    "",
                    "",
                    (_label(control),),
                    control.get("disabled") is None,
                    text_field=control.get("name"),
                )
        areas = [control for control in boxes if _kind(control) == "textarea"]
        if areas and len(boxes) >= 2:
            said = fold(
                " ".join([_described(control) for control in boxes] + _words(areas[0].getroottree().getroot())[:400])
            )
            if self._lexicon.said("form", "mailbox", said):
                purpose = "request" if len(self._lexicon.said("form", "request", said)) > 1 else "mailbox"
                yield Form(
                    purpose,
                    "",
                    "",
                    tuple(map(_label, boxes[:40])),
                    True,
                    self._captcha(areas[0].getparent(), said),
                )


def _search_box(controls: list[HtmlElement]) -> HtmlElement | None:
    """Of the fields of a form, the one a question is written in: text with a name, called search before any other."""
    boxes = [control for control in controls if _kind(control) in ("text", "search", "") and control.get("name")]
    return next((control for control in boxes if searches(control)), boxes[0] if boxes else None)


def _chosen(control: HtmlElement) -> str:
    """What an untouched field sends: its value; of a choice, the option marked as selected, else the first."""
    if control.tag != "select":
        return str(control.get("value") or "")
    options = list(control.iter("option"))
    option = next((one for one in options if one.get("selected") is not None), options[0] if options else None)
    if option is None:
        return ""
    value = option.get("value")
    return str(value if value is not None else " ".join("".join(option.itertext()).split()))


def searches(control: HtmlElement) -> bool:
    """Whether a text box is named or described as the search of the site (not of jobs, events, addresses)."""
    kind = _kind(control)
    if kind not in ("text", "search", ""):
        return False
    names = [control.get("name"), control.get("id"), *(control.get("class") or "").split()]
    if any(_NOT_SITE.search(name) for name in names[:2] if name):
        return False
    return kind == "search" or any(_SEARCH_NAME.search(name) for name in names if name)


def _kind(control: HtmlElement) -> str:
    if control.tag in ("textarea", "select", "button"):
        return str(control.tag)
    return (control.get("type") or "text").strip().lower()


def _seen(control: HtmlElement) -> bool:
    return _kind(control) != "hidden" and not is_hidden(control)


def _described(control: HtmlElement) -> str:
    keys = (
        "placeholder",
        "aria-label",
        "title",
        "value" if _kind(control) in ("submit", "button", "text") else "alt",
    )
    return " ".join(filter(None, (control.get(key) for key in keys)))


def _label(control: HtmlElement) -> str:
    words = control.get("placeholder") or control.get("aria-label") or control.get("title")
    hint = (control.get("value") or "").strip()  # the old way of a placeholder: words that a click takes away
    if not words and _kind(control) in ("text", "search") and any(char.isalpha() for char in hint):
        words = hint
    return (words or control.get("name") or control.get("id") or _kind(control)).strip()[:60]


def _words(element: HtmlElement) -> list[str]:
    return [piece.strip() for piece in element.itertext() if piece.strip()][:600]
