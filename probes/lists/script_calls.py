"""The addresses of data that a page's own scripts ask for by GET, as far as they stand there in one piece."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from probes.lists.adapter import address, same_host, unescaped

_ASKS = re.compile(
    r"(?:(?:\$|\bjQuery|\baxios|\$http|\bhttp)\s*\.\s*(?:get|getJSON)\s*\("
    r"|\bfetch\s*\("
    r"|(?:\.ajax|\baxios|\brequest)\s*\(\s*\{[^{}]{0,300}?\burl\s*:"
    r"|\.open\s*\(\s*[\"']get[\"']\s*,"
    r"|\bdata-(?:url|src|source|api|list)\s*=)"
    r"\s*(?P<quote>[\"'`])(?P<url>[^\"'`\s<>]{2,400})(?P=quote)(?P<after>\s*[+.]?)",
    re.I,
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
    for asks in _ASKS.finditer(source[:_READ_CHARS]):
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


def _is_data(url: str) -> bool:
    parts = urlsplit(url)
    if _OTHER_FILE.search(parts.path) or not _DATA.search(f"{parts.path}?{parts.query}"):
        return False
    return not _NOT_LISTS & {word.lower() for word in _WORD.findall(parts.path)}
