"""Which addresses the report may link to, and how its own files are named and reached from one another."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

_PLAIN_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?")  # Windows keeps these for devices
_ESCAPED = re.compile(r"(?:%[89A-Fa-f][0-9A-Fa-f])+")  # runs of bytes beyond ASCII
_UNSAFE = re.compile(r"[\x00-\x20\x7f\\\"'<>`]")


def web_address(address: str | None) -> str | None:
    """The address when it may become a link: http or https, a host, no blanks or quotes; else None.

    Whatever else a portal may hold (`javascript:`, `data:`, broken addresses) the caller prints as text.
    """
    if not address or len(address) > 4000 or _UNSAFE.search(address):
        return None
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return None
    return address if parts.scheme.lower() in ("http", "https") and host else None


def readable(address: str) -> str:
    """An address as people read it: escaped letters of other scripts written out, all other escapes left alone.

    Only for show; a link keeps the address as it was asked.
    """
    return _ESCAPED.sub(lambda escaped: _letters(escaped[0]), address)


def _letters(escaped: str) -> str:
    try:
        text = unquote(escaped, errors="strict")
    except UnicodeDecodeError:  # another encoding, or a character cut in two
        return escaped
    return text if text.isalnum() else escaped


def page_name(id: str) -> str:
    """The file name (without ending) of a city's page: its id, or a safe form of it with a digest."""
    if _PLAIN_NAME.fullmatch(id) and not _RESERVED.fullmatch(id) and ".." not in id and not id.endswith("."):
        return id
    plain = re.sub(r"[^a-z0-9-]+", "-", id.lower()).strip("-")[:40]
    return f"{plain or 'city'}_{hashlib.sha256(id.encode()).hexdigest()[:10]}"


def anchor(id: str) -> str:
    """A feature's id as the target of a link inside a page."""
    return re.sub(r"[^A-Za-z0-9_.-]", "-", id)


@dataclass(frozen=True)
class Place:
    """Where a page of the report lies, and from there the way to everything else.

    `up` leads to the folder of its language, `root` to that of the whole report, `assets` from there to
    the campaign's folder, in which pictures and archived responses lie.
    """

    path: str
    up: str
    root: str
    assets: str

    def kept(self, path: str | None) -> str | None:
        """The link to a file of the campaign's folder; None for a path that would lead outside of it."""
        if not path:
            return None
        file, mark, rest = path.partition("#")
        steps = file.split("/")
        if file.startswith("/") or ":" in file or "\\" in file or ".." in steps:
            return None
        return self.root + self.assets + quote(file) + mark + quote(rest)


def place(path: str, language_folder: str, assets_prefix: str) -> Place:
    """The place of the page at `path` (relative to its language's folder, such as `city/x.html`)."""
    up = "../" * path.count("/")
    return Place(language_folder + path, up, up + "../" * language_folder.count("/"), assets_prefix)
