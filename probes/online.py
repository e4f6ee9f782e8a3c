"""How far a matter can be taken online on a page: look something up, begin an application, or the whole way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml.html import HtmlElement

from probes.labels import bare_label, label_of, labelled, labels, says
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_MENU = frozenset({"header", "nav", "footer"})
_TYPED = frozenset({"text", "search", "tel", "number", "email", "date", ""})
_SITE_SEARCH = frozenset({"search"})
_AROUND = 3


@dataclass(frozen=True)
class OnlineSeen:
    """The words of what can be done on this page; empty where it cannot.

    `query` is the button of a form for looking something up, `apply` the button, link or form by which an application
    begins (`apply_href` where it leads, None for a button), `whole` a statement that the matter is online end to end.
    """

    query: str
    apply: str
    apply_href: str | None
    whole: str


@document_probe("online", version=1)
def look(document: ParsedDocument) -> OnlineSeen | None:
    """The steps that this page offers; None when it offers none."""
    words = labels(document.language)["depth"]
    apply, href = begin(document, words["apply"])
    query = ""
    for form in _forms(document):
        buttons = list(_buttons(form))
        typed = [control for control in form.iter("input", "select", "textarea") if _is_typed(document, control)]
        if any((control.get("type") or "").lower() == "password" for control in form.iter("input")) or not typed:
            continue
        if not apply:
            apply = next((said for said in buttons if bare_label(said) in words["apply"]), "")
        query = query or next((said for said in buttons if bare_label(said) in words["query"]), "")
    stated = whole(document)
    return OnlineSeen(query[:40], apply[:40], href, stated) if query or apply or stated else None


def begin(document: ParsedDocument, begins: frozenset[str]) -> tuple[str, str | None]:
    """The link or button that begins an application, and where it leads; the menus of the site do not count."""
    meanings = {"begin": begins}
    for link in document.links:
        if link.href and link.where not in _MENU and len(link.text) <= 40 and label_of(link.text, meanings):
            return link.text[:40], link.href
    for button in document.tree.iter("button", "input"):
        said = _said(button)
        if (
            said
            and _is_button(button)
            and not document.is_hidden(button)
            and label_of(said, meanings)
            and not _is_menu(button)
        ):
            return said[:40], None
    return "", None


def whole(document: ParsedDocument) -> str:
    """The page's own words that the matter is online from end to end; empty when it does not say so."""
    full = labels(document.language)["online"]["full"]
    stated = (content for _, content in labelled(document, "online", only="depth"))
    return next((content[:40] for content in stated if says(content, full)), "")


def _forms(document: ParsedDocument) -> Iterator[HtmlElement]:
    """The forms in the body of a page, those of the site's own search left out; a button without a form has the few
    elements around it for one."""
    for form in document.tree.iter("form"):
        if not document.is_hidden(form) and form.get("role") not in _SITE_SEARCH and not _is_menu(form):
            yield form
    for button in document.tree.iter("button", "input"):
        if not _is_button(button) or document.is_hidden(button) or _is_menu(button):
            continue
        around = list(islice(button.iterancestors(), _AROUND))
        if not any(element.tag == "form" for element in button.iterancestors()):
            yield from (element for element in around if any(_is_typed(document, one) for one in element.iter("input")))


def _buttons(form: HtmlElement) -> Iterator[str]:
    for control in form.iter("button", "input"):
        said = _said(control) if _is_button(control) else ""
        if said:
            yield said


def _is_button(control: HtmlElement) -> bool:
    return control.tag == "button" or (control.get("type") or "").lower() in ("submit", "button", "image")


def _said(control: HtmlElement) -> str:
    text = (control.get("value") or control.get("alt") or "") if control.tag == "input" else "".join(control.itertext())
    return " ".join(text.split())


def _is_typed(document: ParsedDocument, control: HtmlElement) -> bool:
    if document.is_hidden(control):
        return False
    return control.tag != "input" or (control.get("type") or "").strip().lower() in _TYPED


def _is_menu(element: HtmlElement) -> bool:
    return any(ancestor.tag in _MENU for ancestor in element.iterancestors())
