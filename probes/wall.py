"""Walls between a reader and the page: bot checks, captchas, waiting pages and empty shells, by status, body,
cookies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from probes.lexicon import Lexicon, fold
from probes.markup import Markup
from probes.page import FetchedPage

_SMALL = 1500  # visible characters; a real page says more than a wall does
_SCRIPT = re.compile(r"<script\b", re.I)
_REDIRECT = re.compile(r"document\.cookie\s*=|location\.(?:href|replace|reload)|location\s*=|window\.location", re.I)
_SHELL_ROOT = re.compile(
    r"""<div[^>]{0,120}\bid\s*=\s*["']?(?:app|root|__next|__nuxt|main-app|container)["']?[^>]{0,120}>\s*</div>""",
    re.I,
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


def find_wall(page: FetchedPage, source: str, markup: Markup, title: str, lexicon: Lexicon) -> Wall | None:
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
        words = _wall_words(fold(f"{title}\n{markup.text[:_SMALL]}"), lexicon, page, source, text_chars)
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


def _wall_words(folded: str, lexicon: Lexicon, page: FetchedPage, source: str, chars: int) -> tuple[str, bool] | None:
    captcha = lexicon.said("kind", "captcha", folded)
    if captcha and chars < 800:
        return f"a captcha stands in the way ({captcha[0]})", True
    denied = lexicon.said("kind", "denied", folded)
    if denied and (page.status in (403, 405, 406, 429, 493, 503) or chars < 500):
        return f"access is refused ({denied[0]}), status {page.status}", False
    waiting = lexicon.said("kind", "waiting", folded)
    if waiting and chars < 400 and _SCRIPT.search(source):
        return f"a waiting page ({waiting[0]})", False
    return None


def is_empty_shell(source: str, markup: Markup, *, rendered: bool) -> bool:
    """Whether the page is only a shell that scripts fill: scripts there, hardly any text or links of its own."""
    if rendered or len(source) < 200:
        return False
    scripts = len(_SCRIPT.findall(source[:400_000]))
    if not scripts:
        return False
    links = sum(1 for anchor in markup.anchors if anchor.text and not anchor.frame)
    frames = sum(1 for anchor in markup.anchors if anchor.frame)
    chars = len(markup.text)
    if frames and not links:
        return False
    if _SHELL_ROOT.search(source) and chars < 400 and links < 5:
        return True
    return chars < 80 and links < 3
