"""What is true of the sample country, by its own design: one file a chapter of features, one table a city.

For every city and every feature the outcome that the rule of the feature must give, the value where the rule gives an
exact one, the cause where nothing may be said, and why. Written from what was built and from the rules, not from what
the program answered. Dates hang on 2026-10-15. Page presence is judged over all pages that were read; `home.toml` lists
what each home page alone shows.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import Any


def truth() -> dict[str, dict[str, dict[str, Any]]]:
    """City -> feature -> expected outcome, value and cause. Raises ValueError for a row that is told twice."""
    expected: dict[str, dict[str, dict[str, Any]]] = {}
    for name, table in _tables():
        for city, rows in table.get("city", {}).items():
            known = expected.setdefault(city, {})
            twice = known.keys() & rows.keys()
            if twice:
                raise ValueError(f"truth/{name}: city {city}: {sorted(twice)[0]} is told in another file too")
            known |= rows
    return expected


def home_presence() -> dict[str, tuple[str, ...]]:
    """City -> the page-presence ids that its home page shows."""
    return {city: tuple(row["present"]) for _, table in _tables() for city, row in table.get("home", {}).items()}


def _tables() -> list[tuple[str, dict[str, Any]]]:
    entries = sorted(files("crawler.sample.truth").iterdir(), key=lambda entry: entry.name)
    return [
        (entry.name, tomllib.loads(entry.read_text(encoding="utf-8")))
        for entry in entries
        if entry.name.endswith(".toml")
    ]
