"""Which platforms a page names an official account on: by links, by code squares with their words, by short labels."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from probes.labels import label_of, labels, says
from probes.links import is_long, selector_of
from probes.marks import is_no_account
from probes.parsed import ParsedDocument
from probes.registry import document_probe

_LONGEST_WORDS = 24
_CLIMB = 3
"""Boxes around a picture in which its words may stand."""
_SHARE_BOX = re.compile(r"share|fenxiang", re.I)
# Whose addresses are accounts; articles on these hosts have long paths or words of their own.
_HOSTS = {
    "weibo.com": "weibo",
    "weibo.cn": "weibo",
    "douyin.com": "short_video",
    "kuaishou.com": "short_video",
    "toutiao.com": "toutiao",
    "bilibili.com": "bilibili",
    "xiaohongshu.com": "xiaohongshu",
    "facebook.com": "facebook",
    "twitter.com": "x",
    "x.com": "x",
    "instagram.com": "instagram",
    "youtube.com": "youtube",
    "linkedin.com": "linkedin",
    "nextdoor.com": "nextdoor",
    "threads.net": "threads",
    "threads.com": "threads",
    "bsky.app": "bluesky",
    "mastodon.social": "mastodon",
    "tiktok.com": "tiktok",
    "flickr.com": "flickr",
    "vimeo.com": "vimeo",
    "pinterest.com": "pinterest",
    "t.me": "telegram",
    "telegram.me": "telegram",
    "wa.me": "whatsapp",
    "whatsapp.com": "whatsapp",
    "line.me": "line",
    "lin.ee": "line",
}
_NO_ACCOUNT = re.compile(r"^/?(?:$|login|signup|policies|privacy|legal|about/?$|hashtag/|search|intent/|home/?$)", re.I)


@dataclass(frozen=True)
class Account:
    """One account: its platform, the words that name it, where they lead (None: a picture or label), and its place."""

    platform: str
    text: str
    href: str | None
    selector: str = ""


@dataclass(frozen=True)
class AccountsSeen:
    """The accounts a page names, one a platform."""

    accounts: tuple[Account, ...]


@document_probe("accounts", version=1)
def look(document: ParsedDocument) -> AccountsSeen | None:
    """The accounts of the page; None when it names none, or when it does not speak for its site.

    Of a survey's pages only the home page does.
    """
    if document.seen.kind in ("article", "wall", "error") or "home" not in (document.page.roles or ("home",)):
        return None
    words = dict(labels(document.language).get("account", {}))
    share = words.pop("share", frozenset())
    found: dict[str, Account] = {}
    for account in (*_links(document, words, share), *_pictures(document, words, share)):
        found.setdefault(account.platform, account)
    return AccountsSeen(tuple(found.values())) if found else None


def _links(document: ParsedDocument, words: Mapping[str, frozenset[str]], share: frozenset[str]) -> Iterator[Account]:
    """Links to a platform, and short links whose whole words are the name of one."""
    headlines = {item.href for item in document.seen.items}
    for link in document.links:
        if not link.href.startswith("http") or link.href in headlines or is_no_account(link.href):
            continue
        if says(link.text, share):
            continue
        on, path = _platform_of(link.href)
        if on is not None and _NO_ACCOUNT.match(path):
            continue  # the platform's own start page, sign-in or policies
        platform = on or (None if is_long(link.text) else label_of(link.text, words))
        if platform is not None:
            yield Account(platform, link.text[:80] or link.href[:80], link.href)


def _platform_of(href: str) -> tuple[str | None, str]:
    """The platform whose host an address is on, None for all other hosts, and its path."""
    try:
        parts = urlsplit(href)
    except ValueError:  # a bad port or bracket in a link
        return None, ""
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    return _HOSTS.get(host) or _HOSTS.get(host.partition(".")[2]), parts.path


def _pictures(
    document: ParsedDocument, words: Mapping[str, frozenset[str]], share: frozenset[str]
) -> Iterator[Account]:
    """Pictures (code squares, signs) that their own words or those around them give to a platform."""
    for image in document.tree.iter("img"):
        text = _words_of(image)
        if not text or says(text, share):
            continue
        platforms = [platform for platform, names in words.items() if says(text, names)]
        if platforms and not document.is_hidden(image) and not _to_be_shared(image):
            for platform in platforms:
                yield Account(platform, text, None, selector_of(image))


def _words_of(image: HtmlElement) -> str:
    """The alternative text of a picture, else its title, else the short text of the box it stands in."""
    own = " ".join((image.get("alt") or image.get("title") or "").split())
    if own:
        return own if len(own) <= _LONGEST_WORDS else ""
    box = image.getparent()
    for _ in range(_CLIMB):
        if box is None or box.tag in ("body", "html"):
            return ""
        text = " ".join("".join(box.itertext()).split())
        if text:
            return text if len(text) <= _LONGEST_WORDS else ""
        box = box.getparent()
    return ""


def _to_be_shared(image: HtmlElement) -> bool:
    """Whether a picture stands in a bar of buttons that send this page to friends."""
    steps = [image, *image.iterancestors()][:5]
    return any(_SHARE_BOX.search(f"{step.get('class') or ''} {step.get('id') or ''}") for step in steps)
