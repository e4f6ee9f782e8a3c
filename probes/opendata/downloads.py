"""What comes back when a catalogue's file is asked for: the file itself, a login page, or something else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from probes.attachments import extension_of, file_name, fits, kind_of
from probes.opendata.catalogue import DownloadSeen
from probes.opendata.loose_values import number_of
from probes.page import FetchedPage

_LOGIN_ADDRESS = re.compile(
    r"(?:^|[/._-])(?:login|signin|sign-in|logon|sso|cas|passport|oauth2?|uaa|idp|userlogin)(?:[/._-]|$)", re.I
)
_PASSWORD_FIELD = re.compile(rb"<input\b[^>]{0,300}type\s*=\s*[\"']?password\b", re.I)
_LOGIN_SCRIPT = re.compile(rb"location(?:\.href)?\s*=\s*[\"'][^\"']{0,300}(?:login|sso|passport|oauth)", re.I)


def look_at_download(page: FetchedPage, declared: str | None = None) -> DownloadSeen:
    """Judge the answer to a file's address; see `DownloadSeen`.

    `declared` is the format the catalogue names (`csv`, `xlsx` …); without it the file's own name says what
    to expect. A declared HTML page is a page and no file, so it is not ok. A HEAD answer (no body, a
    Content-Length above zero) is judged by its headers, which are believed unless they announce a page.
    """
    expected = (declared or "").lower().lstrip(".") or extension_of(file_name(page))
    length = number_of(page.header("content-length")) or 0
    headers_only = page.method == "HEAD" or (not page.body and length > 0)
    magic = "unknown" if headers_only else kind_of(page.body)
    html = page.media_type in ("text/html", "application/xhtml+xml") if headers_only else magic == "html"
    login = _leads_to_login(page, html)
    why = _why(page, magic, expected, html=html, login=login, headers_only=headers_only)
    return DownloadSeen(
        url=page.url,
        status=page.status,
        media_type=page.media_type,
        magic=magic,
        declared=expected,
        size_bytes=length if headers_only else len(page.body),
        login_redirect=login,
        ok=why in ("file", "headers_only"),
        why=why,
    )


def _why(page: FetchedPage, magic: str, expected: str | None, *, html: bool, login: bool, headers_only: bool) -> str:
    if login:
        return "login"
    if not 200 <= page.status <= 299:
        return "http_status"
    if html:
        return "html_page"
    if headers_only:
        return "headers_only"
    if magic == "empty":
        return "empty"
    return "file" if fits(magic, expected) else "kind_differs"


def _leads_to_login(page: FetchedPage, html: bool) -> bool:
    """Whether one is sent to sign in: by status, redirect target, or the page that came instead."""
    if page.status == 401:
        return True
    if 300 <= page.status <= 399:
        return _is_login_address(page.header("location") or "")
    if not html:
        return False
    head = page.body[:200_000]
    return _is_login_address(page.url) or bool(_PASSWORD_FIELD.search(head) or _LOGIN_SCRIPT.search(head))


def _is_login_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return bool(
        _LOGIN_ADDRESS.search(parts.path) or re.match(r"(?:login|sso|passport|cas)\.", parts.hostname or "", re.I)
    )
