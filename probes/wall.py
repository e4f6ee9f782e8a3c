"""Walls between a reader and the page: bot checks, captchas, waiting pages and empty shells, by status, body,
cookies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.lexicon import every_lexicon, fold
from probes.markup import Markup
from probes.page import FetchedPage

_SMALL = 1500  # visible characters; a real page says more than a wall does
_SCRIPT = re.compile(r"<script\b", re.I)
_REDIRECT = re.compile(r"document\.cookie\s*=|location\.(?:href|replace|reload)|location\s*=|window\.location", re.I)
# What says that scripts will fill the page: an empty root of a framework, its own elements, or its marks.
_SHELL_ROOT = re.compile(
    r"""<(div|main|section)[^>]{0,160}\bid\s*=\s*["']?(?:app|root|__next|__nuxt|q-app|main-app|container|content|wrapper|main)"""
    r"""["']?[^>]{0,160}>\s*(?:<!--.{0,200}?-->\s*)?</\1>|<app-root\b|<router-(?:outlet|view)\b|\bng-app\b|\bv-cloak\b""",
    re.I | re.S,
)
_SCRIPTED = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.I | re.S)
_SOURCE = re.compile(r"""\bsrc\s*=\s*["']?([^"'\s>]+)""", re.I)
# Scripts that count visits or show badges never bring content.
_COUNTERS = re.compile(
    r"hm\.baidu|cnzz|51\.la|google-analytics|googletagmanager|gtag|conac|jiucuo|matomo|piwik|webtrends|analytics|beacon",
    re.I,
)
_FILLS = re.compile(
    r"innerHTML|document\.write|createElement|XMLHttpRequest|\bfetch\(|\$\.(?:get|post|ajax|getJSON)|\.load\(|axios"
    r"|location\s*(?:\.href)?\s*=|location\.(?:replace|assign)|\bopen\([^)]*_self"
    r"|ReactDOM|new Vue|createApp|import\(|webpack",
)


@dataclass(frozen=True)
class Wall:
    """A wall and how it was known; `vendor` is None where no maker's mark was seen."""

    vendor: str | None
    why: str
    captcha: bool = False


@dataclass(frozen=True)
class _Mark:
    """One maker's marks: patterns in the body, prefixes of cookies; `strong` needs no other proof on a small page."""

    vendor: str
    body: re.Pattern[str] | None
    cookies: tuple[str, ...]
    statuses: tuple[int, ...]
    strong: bool = True


_MARKS = (
    _Mark("jsl", re.compile(r"__jsl_clearance|;go\(\{\s*\"bts\""), ("__jsluid", "__jsl_clearance"), (521,)),
    _Mark("ruishu", re.compile(r"\$_ts\b|FSSBBIl1UgzbN7N"), ("FSSBBIl1UgzbN7N", "enable_"), (412, 202)),
    _Mark(
        "acw",
        re.compile(r"acw_sc__v2|arg1\s*=\s*'[0-9A-F]{30,}'|aliyun_waf|_waf_bd8ce2ce37"),
        ("acw_sc__v2",),
        (405,),
    ),
    _Mark(
        "cloudflare",
        re.compile(
            r"/cdn-cgi/challenge-platform|cf-browser-verification|_cf_chl_opt|cf-challenge|challenges\.cloudflare\.com"
        ),
        ("cf_chl",),
        (403, 503, 429),
    ),
    _Mark(
        "incapsula",
        re.compile(r"_Incapsula_Resource|Incapsula incident ID"),
        ("visid_incap", "incap_ses"),
        (403,),
    ),
    _Mark("akamai", re.compile(r"errors\.edgesuite\.net|/_sec/cp_challenge|ak-challenge"), ("ak_bmsc",), (403,)),
    _Mark("datadome", re.compile(r"geo\.captcha-delivery\.com|ct\.captcha-delivery\.com"), ("datadome",), (403,)),
    _Mark("perimeterx", re.compile(r"px-captcha|_pxAppId"), ("_px",), (403,)),
    _Mark("aws-waf", re.compile(r"awswaf\.com|AwsWafIntegration|gokuProps"), ("aws-waf-token",), (202, 405, 403)),
    _Mark("f5", re.compile(r"The requested URL was rejected\. Please consult|/TSPD/"), ("TSPD_",), (403,)),
    _Mark("sucuri", re.compile(r"sucuri_cloudproxy|Sucuri WebSite Firewall"), ("sucuri_cloudproxy",), (403,)),
    _Mark("safedog", re.compile(r"safedog|安全狗"), ("safedog-flow",), (403,), strong=False),
    _Mark("yunsuo", re.compile(r"yunsuo_session_verify|云锁"), ("yunsuo_session",), (403,), strong=False),
    _Mark(
        "baidu",
        re.compile(r"yunjiasu|百度云加速|su\.baidu\.com"),
        ("__yjs", "yjs_"),
        (403, 521),
        strong=False,
    ),
    _Mark("tencent-waf", re.compile(r"waf\.tencent-cloud|T-Sec-Waf|腾讯T-Sec"), (), (403,)),
    _Mark("360", re.compile(r"wzws-waf-cgi|wangzhan\.360\.cn|360wzws|WZWS_"), ("wzws_",), (403, 493, 200)),
    _Mark(
        "captcha",
        re.compile(r"geetest\.com|/gt\.js|TCaptcha\.js|recaptcha/api|hcaptcha\.com"),
        (),
        (),
        strong=False,
    ),
)


def find_wall(page: FetchedPage, source: str, markup: Markup, title: str) -> Wall | None:
    """The wall that this answer is, or None. A page with plenty of text and links is a page, whatever it also
    carries.
    """
    text_chars, links = len(markup.text), len(markup.anchors)
    if text_chars > 4 * _SMALL or (links > 25 and page.status < 400):
        return None
    mark = _mark_of(page, source)
    bare = text_chars < 200 and links < 5 and bool(_SCRIPT.search(source))
    if mark is not None:
        if page.status in mark.statuses and page.status != 200:
            return Wall(mark.vendor, f"status {page.status} with the marks of {mark.vendor}")
        if mark.strong and (bare or (text_chars < _SMALL and links < 8)):
            return Wall(mark.vendor, f"marks of {mark.vendor} on a page of {text_chars} characters")
    if page.status in (521, 412, 202) and bare:
        return Wall(mark.vendor if mark else None, f"status {page.status} with a script and no content")
    if text_chars < _SMALL and links < 12:
        words = _wall_words(markup, title, page, source)
        if words is not None:
            return Wall(mark.vendor if mark else None, words[0], captcha=words[1])
    if bare and text_chars < 40 and not links and "document.cookie" in source and _REDIRECT.search(source):
        return Wall(mark.vendor if mark else None, "a script sets a cookie and loads the page again; no content")
    return None


def _mark_of(page: FetchedPage, source: str) -> _Mark | None:
    head = source[:60_000]
    for mark in _MARKS:
        if mark.body is not None and mark.body.search(head):
            return mark
    for mark in _MARKS:
        if (
            any(name.startswith(prefix) for name in page.cookies for prefix in mark.cookies)
            and page.status in mark.statuses
        ):
            return mark
    return None


def _wall_words(markup: Markup, title: str, page: FetchedPage, source: str) -> tuple[str, bool] | None:
    lexicon = every_lexicon()
    chars = len(markup.text)
    links = sum(1 for anchor in markup.anchors if anchor.text and not anchor.frame)
    folded = fold(f"{title}\n{markup.text[:_SMALL]}")
    start = folded[: len(title) + 260]
    refused = page.status in (401, 403, 405, 406, 418, 429, 444, 493, 503)
    # A login or a letter asks for the code of a picture too, beside its own fields.
    captcha = lexicon.said("kind", "captcha", folded) if _fields(markup) < 2 else ()
    if captcha and chars < 800 and (links < 6 or refused):
        return f"a captcha stands in the way ({captcha[0]})", True
    denied = lexicon.said("kind", "denied", folded if refused else start)
    if denied and (refused or (chars < 500 and links < 5)):
        return f"access is refused ({denied[0]}), status {page.status}", False
    waiting = lexicon.said("kind", "waiting", start)
    if waiting and chars < 400 and links < 5 and _SCRIPT.search(source):
        return f"a waiting page ({waiting[0]})", False
    return None


def _fields(markup: Markup) -> int:
    """How many boxes a person could write in."""
    boxes = (element for element in markup.elements if element.tag in ("input", "textarea"))
    return sum(1 for box in boxes if (box.get("type") or "text").lower() in ("text", "password", "email", "tel"))


def is_empty_shell(source: str, markup: Markup, *, fields: int, rendered: bool) -> bool:
    """Whether the page is only a shell that scripts fill, so that a visit with a browser is worth it: hardly any text,
    links or `fields` of forms, no frames with content, and scripts that could bring it.
    """
    chars = len(markup.text)
    links = sum(1 for anchor in markup.anchors if anchor.text and not anchor.frame)
    if rendered or chars >= 400 or links >= 5 or fields >= 2:
        return False
    if any(anchor.frame and anchor.href and not anchor.href.startswith("about:") for anchor in markup.anchors):
        return False
    head = source[:400_000]
    if not _SCRIPT.search(head):
        return False
    if _SHELL_ROOT.search(head):
        return True
    if chars < 200 and every_lexicon().said("kind", "loading", fold(markup.text)):
        return True
    return chars < 80 and links < 3 and _brings_content(head)


def _brings_content(source: str) -> bool:
    """Whether the body has scripts that may write content: own files, or code that writes, asks or moves on."""
    body = source.lower().find("<body")
    for attributes, code in _SCRIPTED.findall(source[max(body, 0) :]):
        file = _SOURCE.search(attributes)
        if (file and not _COUNTERS.search(file.group(1))) or (not _COUNTERS.search(code) and _FILLS.search(code)):
            return True
    return False
