"""Mobile channels that a page offers: an app, a mini-program, an edition for phones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from probes.document import Link
from probes.labels import labels, says, segments
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_MOST_CHARS = 24
_STORES = ("apps.apple.com/", "itunes.apple.com/", "play.google.com/store/", "a.app.qq.com/", "appgallery.huawei.com/")
_FITS = "width=device-width"


@dataclass(frozen=True)
class Channel:
    """One channel: `app`, `mini` (a mini-program) or `web` (pages for phones), the words seen, where they lead."""

    kind: str
    text: str
    href: str | None


@dataclass(frozen=True)
class ChannelsSeen:
    """The channels of a page, each kind once."""

    channels: tuple[Channel, ...]


@document_probe("channels", version=1)
def look(document: ParsedDocument) -> ChannelsSeen | None:
    """The channels named in links, picture texts and short lines, and pages that fit a phone; None without any."""
    meanings = labels(document.language)["channel"]
    found: dict[str, Channel] = {}
    for text, link in _texts(document):
        if says(text, meanings["not"]):
            continue
        for kind in ("app", "mini", "web"):
            if kind not in found and says(text, meanings[kind]):
                found[kind] = Channel(kind, text, link.href if link is not None else None)
    for link in document.links:
        if "app" not in found and any(store in link.href for store in _STORES):
            found["app"] = Channel("app", link.text[:_MOST_CHARS], link.href)
    if "web" not in found and _FITS in document.seen.meta.get("viewport", "").replace(" ", "").lower():
        found["web"] = Channel("web", _FITS, None)
    return ChannelsSeen(tuple(found.values())) if found else None


def _texts(document: ParsedDocument) -> Iterator[tuple[str, Link | None]]:
    """Short texts a reader meets: links that lead on, texts of pictures, lines of their own."""
    linked = set()
    for link in document.links:
        linked.add(link.text)
        if link.href and len(link.text) <= _MOST_CHARS:
            yield link.text, link
    for image in document.tree.iter("img"):
        text = (image.get("alt") or image.get("title") or "").strip()
        if 0 < len(text) <= _MOST_CHARS and not document.is_hidden(image):
            yield text, None
    for piece in segments(document, foot=False):
        if len(piece) <= _MOST_CHARS and piece not in linked:  # a link without an address is no channel
            yield piece, None
