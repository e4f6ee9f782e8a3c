"""The addresses of data that a page's own scripts ask for by GET, as far as they stand there in one piece."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from probes.lists.adapter import address, same_host, unescaped

# Where such a call may begin; looked for one by one, which is many times faster than one pattern for all.
_BEGINNINGS = (".get", "fetch", ".ajax", "axios", "request(", ".open(", "data-url", "data-src", "data-api", "data-list")
_ASKS = re.compile(
    r"(?:(?:(?<=\$)|(?<=jQuery)|(?<=axios)|(?<=http))\.get(?:JSON)?\s*\("
    r"|(?<![\w.])fetch\s*\(|(?<=window\.)fetch\s*\("
    r"|(?:\.ajax|axios|request)\s*\(\s*\{[^{}]{0,300}?\burl\s*:"
    r"|\.open\s*\(\s*[\"'](?:get|GET)[\"']\s*,"
    r"|data-(?:url|src|api|list)\s*=)"
    r"\s*(?P<quote>[\"'`])(?P<url>[^\"'`\s<>]{2,400})(?P=quote)(?P<after>\s*[+.]?)"
)
_POST = re.compile(r"(?:type|method)\s*[\"']?\s*:\s*[\"']post", re.I)
_PAGE = re.compile(r"([?&](?:page|pageno|pagenum|pageindex|curpage|currentpage|p)=)(?:\$\{[^}]*\})?$", re.I)
_DATA = re.compile(
    r"\.json(?:\?|$)|list|news|article|info|notice|content|page|doc|column|channel|query|search|data|api|items|record",
    re.I,
)
_OTHER_FILE = re.compile(r"\.(?:jpe?g|png|gif|svg|webp|ico|css|js|mp[34]|pdf|docx?|xlsx?|zip|woff2?|html?)$", re.I)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+")
# What is asked for something else than a list, or may not only read.
_NOT_LISTS = {
    "count", "counter", "click", "hit", "hits", "visit", "visits", "stat", "stats", "statistics", "track", "log",
    "login", "logout", "user", "member", "token", "captcha", "verify", "weather", "config", "menu", "nav", "auth",
    "session", "lang", "theme", "vote", "submit", "save", "add", "update", "delete", "like", "share",
}  # fmt: skip
_READ_CHARS = 600_000


def data_addresses(source: str, base: str) -> list[str]:
    """The distinct addresses on the page's own host that look like data, in the order met."""
    found: dict[str, None] = {}
    for asks in _asks_in(source[:_READ_CHARS]):
        around = source[asks.start() : asks.end() + 160].partition(";")[0]
        if _POST.search(around):
            continue
        written = unescaped(asks["url"])
        if (page := _PAGE.search(written)) is not None:
            written = f"{written[: page.start()]}{page[1]}1"
        elif asks["after"].strip() == "+" or "${" in written or "{{" in written:
            continue  # the rest of the address is made by the script
        url = address(base, written)
        if url is not None and url != base and same_host(url, base) and _is_data(url):
            found.setdefault(url)
    return list(found)


def _asks_in(source: str) -> list[re.Match[str]]:
    starts: list[int] = []
    for beginning in _BEGINNINGS:
        at = source.find(beginning)
        while at >= 0:
            starts.append(at)
            at = source.find(beginning, at + 1)
    return [found for start in sorted(starts) if (found := _ASKS.match(source, start)) is not None]


def _is_data(url: str) -> bool:
    parts = urlsplit(url)
    if _OTHER_FILE.search(parts.path) or not _DATA.search(f"{parts.path}?{parts.query}"):
        return False
    return not _NOT_LISTS & {word.lower() for word in _WORD.findall(parts.path)}
