"""What is seen on one saved page: the reading behind `civicprobe inspect`, one line a page."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from probes.document import DocumentSeen, Sighting
from probes.page import FetchedPage
from probes.parsed import parse
from probes.presence_ids import PRESENCE_IDS

_SHOWN = 5


@dataclass(frozen=True)
class InspectedPage:
    """One inspected page: the name it was asked by, and what was read on it."""

    page: str
    seen: DocumentSeen


def inspect_page(page: FetchedPage, name: str | None = None) -> InspectedPage:
    """Read a fetched page; `name` is what the reader calls it (a path), else its address."""
    return InspectedPage(name or page.url, parse(page).seen)


def inspect_file(path: str | Path, url: str | None = None, lang: str | None = None) -> InspectedPage:
    """Read a saved page. `url` is the address it was saved from (else that of the file itself), `lang` a hint for pages
    that say too little to tell. Raises OSError when the file cannot be read; a broken page is read all the same."""
    file = Path(path)
    page = FetchedPage(
        url=url or file.resolve().as_uri(),
        status=200,
        headers=(),
        body=file.read_bytes(),
        fetched_at=datetime.now(UTC),
        lang_hint=lang,
    )
    return inspect_page(page, str(path))


def as_record(inspected: InspectedPage) -> dict[str, Any]:
    """The record of one page: page, kind, lang, encoding, newest_date, present, values; then roles for the ids that
    only steer the choice of pages, and langs, all languages of substantial parts."""
    seen = inspected.seen
    return {
        "page": inspected.page,
        "kind": seen.kind,
        "lang": seen.lang,
        "encoding": seen.encoding,
        "newest_date": seen.newest_date,
        "present": {id_: _shown(found) for id_, found in seen.present.items() if id_ in PRESENCE_IDS},
        "values": {id_: value for id_, value in seen.values.items() if id_ in PRESENCE_IDS},
        "roles": {id_: _shown(found) for id_, found in seen.present.items() if id_ not in PRESENCE_IDS},
        "langs": list(seen.langs),
    }


def as_json_line(inspected: InspectedPage) -> str:
    """The record of one page as one line of JSON."""
    return json.dumps(as_record(inspected), ensure_ascii=False)


def _shown(found: tuple[Sighting, ...]) -> list[dict[str, str | None]]:
    return [{"text": one.text, "href": one.href, "where": one.where} for one in found[:_SHOWN]]
