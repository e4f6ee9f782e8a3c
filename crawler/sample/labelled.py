"""What a careful reader finds on pages of the sample country: the labels that ship, and the pages they speak of."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from typing import Any

from crawler.sample.country import sites
from crawler.sample.site import Asked
from probes.page import FetchedPage

_VISITED = datetime(2026, 10, 15, 9, 0, tzinfo=UTC)  # the day of the sample campaign


def shipped_labels() -> list[dict[str, Any]]:
    """One record a page: `page` (host, path, query), `lang`, `kind`, `present` (id and proof), `values`, `unsure`.

    An id that is neither in `present` nor in `unsure` is not on the page.
    """
    text = resources.files("crawler.sample").joinpath("labels.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@cache
def sample_reader() -> Callable[[str], FetchedPage]:
    """A function from a label's `page` to that page as the sample country serves it. Raises OSError for a host it does
    not have."""
    hosts = {site.host: site for site in sites()}

    def fetch(name: str) -> FetchedPage:
        host, slash, rest = name.partition("/")
        site = hosts.get(host)
        if site is None:
            raise FileNotFoundError(f"{name}: the sample country has no such host")
        path, _, query = rest.partition("?")
        scheme = "https" if site.https else "http"
        answer = site.answer(Asked("GET", scheme, host, slash + path, query))
        return FetchedPage(
            url=f"{scheme}://{name}",
            status=answer.status,
            headers=(("Content-Type", answer.media_type), *answer.headers),
            body=answer.body,
            fetched_at=_VISITED,
        )

    return fetch
