"""A made-up website in memory: its hosts, its pages by address, and what it answers when asked for one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal
from urllib.parse import parse_qsl

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

HTML = "text/html; charset=utf-8"
TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "doc": "application/msword",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json; charset=utf-8",
    "xml": "application/xml; charset=utf-8",
    "txt": "text/plain; charset=utf-8",
    "rdf": "application/rdf+xml",
    "ttl": "text/turtle; charset=utf-8",
}


@dataclass(frozen=True)
class Asked:
    """One request as a site sees it; `query` is the raw query string, `path` is percent-encoded as sent."""

    method: str
    scheme: str
    host: str
    path: str
    query: str = ""
    cookies: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The query's fields, decoded as UTF-8; the last of equal names wins."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


@dataclass(frozen=True)
class Answer:
    """One response: status, body, media type and further headers."""

    body: bytes = b""
    media_type: str = HTML
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


Page = Answer | Callable[[Asked], Answer]


@dataclass
class Site:
    """One host with its pages.

    `pages` is keyed by path, or by path and query where an old server keys its pages that way. `https` says whether
    port 443 answers; `forced` sends http visitors to https; `hsts_s` is the max-age of Strict-Transport-Security;
    `ipv6` says whether its name has an IPv6 address as well, and whether anybody answers there.
    """

    host: str
    https: bool = False
    forced: bool = False
    hsts_s: int | None = None
    server: str = "nginx"
    ipv6: Literal["none", "silent", "open"] = "none"
    pages: dict[str, Page] = field(default_factory=dict)
    missing: Page = field(
        default_factory=lambda: Answer(b"<html><body><h1>404 Not Found</h1></body></html>", status=404)
    )

    def answer(self, asked: Asked) -> Answer:
        """What this host answers; a page keyed with its query goes before one keyed by the path alone."""
        if self.forced and asked.scheme == "http":
            target = f"https://{self.host}{asked.path}" + (f"?{asked.query}" if asked.query else "")
            return redirect(target, status=301)
        page = self.pages.get(f"{asked.path}?{asked.query}") if asked.query else None
        page = page or self.pages.get(asked.path) or self.missing
        return page if isinstance(page, Answer) else page(asked)

    def add(self, path: str, body: str | bytes, *, media_type: str | None = None, encoding: str = "utf-8") -> None:
        """Put a page at `path`; the media type follows the ending unless given; text is encoded as `encoding`."""
        if path in self.pages:
            raise ValueError(f"two pages of {self.host} claim {path}")
        ending = path.split("?")[0].rsplit(".", 1)[-1].lower()
        raw = body.encode(encoding) if isinstance(body, str) else body
        self.pages[path] = Answer(raw, media_type or TYPES.get(ending, HTML))

    def add_assets(self, folder: str, under: str) -> None:
        """Put every file of `assets/<folder>` at `<under>/<name>`."""
        for file in sorted(
            resources.files("crawler.sample").joinpath("assets", folder).iterdir(), key=lambda f: f.name
        ):
            self.add(f"{under}/{file.name}", file.read_bytes())


def redirect(to: str, *, status: int = 302) -> Answer:
    """A redirect answer with a short page for readers without automatic redirects."""
    return Answer(b"<html><body>Moved</body></html>", status=status, headers=(("Location", to),))


def robots(site: Site, *lines: str) -> None:
    """Give the site a robots.txt of these lines."""
    site.add("/robots.txt", "\n".join(lines) + "\n")


def sitemap(site: Site, paths: Iterable[str]) -> None:
    """Give the site a sitemap.xml that lists these paths."""
    scheme = "https" if site.https and site.forced else "http"
    rows = "".join(f"<url><loc>{scheme}://{site.host}{path.replace('&', '&amp;')}</loc></url>" for path in paths)
    head = '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    site.add("/sitemap.xml", f"{head}{rows}</urlset>\n")


def templates(folder: str) -> Callable[..., str]:
    """A function `render(name, **values)` over the templates of one city, with undefined names as errors."""
    environment = _environment(folder)

    def render(name: str, /, **values: Any) -> str:
        return environment.get_template(name).render(**values)

    return render


def macros(folder: str, name: str) -> Any:
    """The macros of one template file, callable as functions that give HTML."""
    return _environment(folder).get_template(name).module


@cache
def _environment(folder: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("crawler.sample", f"templates/{folder}"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["paragraphs"] = paragraphs
    return environment


def paragraphs(lines: Iterable[str]) -> Markup:
    """Each line as one HTML paragraph."""
    return Markup("\n").join(Markup("<p>{}</p>").format(line) for line in lines)


def pick(seed: str, choices: tuple[str, ...] | list[str], offset: int = 0) -> str:
    """One of the choices, always the same for the same seed: variety without chance."""
    digest = hashlib.sha256(seed.encode()).digest()
    return choices[(int.from_bytes(digest[:4], "big") + offset) % len(choices)]
