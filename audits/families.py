"""One rule written once and read for each of several things, such as the fields of public service."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Row = Mapping[str, Any]
"""The columns of one thing: words that fill the gaps of a family, and `card`, keys laid over each card of the thing."""

Each = Mapping[str, Mapping[str, Row]]
"""What families are unfolded for: name (`field`), the things by key (`transport`), the columns of each."""


def unfold(template: Any, each: str, key: str, row: Row) -> Any:
    """A value with its gaps filled in every text of it: `{field}` by the key, `{field.zh}` by that column of the row.

    Other gaps stay. Raises KeyError with the gap's text for a column that the row lacks.
    """
    if isinstance(template, str):
        return re.sub(rf"\{{{re.escape(each)}(?:\.(\w*))?\}}", lambda gap: _filling(gap, key, row), template)
    if isinstance(template, Mapping):
        return {name: unfold(value, each, key, row) for name, value in template.items()}
    if isinstance(template, list):
        return [unfold(value, each, key, row) for value in template]
    return template


def _filling(gap: re.Match[str], key: str, row: Row) -> str:
    if gap[1] is None:
        return key
    if not isinstance(row.get(gap[1]), str):
        raise KeyError(gap[0])
    return str(row[gap[1]])


def unfolded(families: Sequence[Any], each: Each, problems: list[str], file: str) -> Iterator[dict[str, Any]]:
    """Every card of the families of one file, family by family; what is wrong goes to `problems`."""
    for number, family in enumerate(families, 1):
        place = f"{file}: family {family.get('id', f'number {number}')}"
        name = family.get("each")
        if name not in each:
            known = ", ".join(each) or "none"
            problems.append(f"{place}: key each: there is no `[each.{name}]` in this file; there are {known}")
            continue
        template = {key: value for key, value in family.items() if key != "each"}
        if f"{{{name}}}" not in str(template.get("id")):
            problems.append(f"{place}: key id: write {{{name}}} into it, so that each card has an id of its own")
            continue
        for key, row in each[name].items():
            try:
                yield unfold(template, name, key, row) | row.get("card", {})
            except KeyError as gap:
                columns = ", ".join(row) or "none"
                problems.append(
                    f"{place}: {gap.args[0]} is filled by no column of `[each.{name}]` {key}; it has {columns}"
                )


def is_each(table: object) -> bool:
    """Whether a value is a table of tables of rows, as `[each.field]` writes it."""
    return isinstance(table, dict) and all(
        isinstance(rows, dict) and all(isinstance(row, dict) and _is_laid(row) for row in rows.values())
        for rows in table.values()
    )


def _is_laid(row: dict[str, Any]) -> bool:
    return isinstance(row.get("card", {}), dict)
