"""Every presence id is read where its golden example shows it, and not where the trap lies."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from probes.page import FetchedPage
from probes.parsed import parse
from probes.presence_ids import PRESENCE_IDS

FOLDER = Path(__file__).parent / "features"


def examples() -> Iterator[tuple[str, str, str, bool]]:
    """All examples of the presence ids: id, name, HTML, whether the id is to be seen."""
    for id_ in PRESENCE_IDS:
        for entry in tomllib.loads((FOLDER / id_ / "examples.toml").read_text("utf-8"))["example"]:
            yield id_, entry["name"], entry["page"][0]["html"], entry["outcome"] == "passed"


@pytest.mark.parametrize(("id_", "name", "html", "there"), list(examples()), ids=lambda value: str(value)[:30])
def test_the_example_is_read_as_it_says(id_: str, name: str, html: str, there: bool) -> None:
    """An id is present on the page that shows it, absent on a page without it and on the page of its trap."""
    page = FetchedPage("https://www.example.gov.cn/", 200, (), html.encode(), datetime(2026, 10, 15, tzinfo=UTC))
    assert (id_ in parse(page).seen.present) is there, name


def test_every_id_has_three_examples() -> None:
    """No presence id goes without an example that passes, one that fails and a trap."""
    for id_ in PRESENCE_IDS:
        names = {name for known, name, _, _ in examples() if known == id_}
        assert names >= {"pass", "fail", "trap"}, id_
