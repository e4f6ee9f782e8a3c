"""Evidence brought in from outside: records of field visits, phone calls, statistics and questionnaires."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast, get_args

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from audits.city import City
from scoring.model import Model
from scoring.model_file import Method


@dataclass(frozen=True)
class ImportedEvidence:
    """One imported record about one indicator of one city.

    `value` is the figure as delivered in `unit`; `scale` says how it becomes `score` (0 to 1): `0-1`,
    `0-100`, `1-5` or any `worst..best`, where the end named first scores 0. `collected_on` is an ISO date;
    `file` and `line` say where the record stood.
    """

    city: str
    indicator: str
    method: Method
    value: float
    unit: str
    scale: str
    source: str
    collected_on: str
    collected_by: str
    note: str
    score: float
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class BadCell:
    """One thing wrong in an evidence file: line (1 is the header), column name, and why, with the cure."""

    line: int
    column: str
    reason: str


class EvidenceError(ValueError):
    """An evidence file of which nothing was taken; `problems` holds everything that is wrong in it."""

    def __init__(self, file: str, problems: Sequence[BadCell]) -> None:
        lines = (
            f"{file}: line {bad.line}, column {bad.column}: {bad.reason}"
            if bad.column
            else f"{file}: line {bad.line}: {bad.reason}"
            for bad in problems
        )
        super().__init__("\n".join(lines))
        self.file = file
        self.problems = tuple(problems)


COLUMNS = (
    "city",
    "indicator",
    "method",
    "value",
    "unit",
    "scale",
    "source",
    "collected_on",
    "collected_by",
    "note",
)
_OPTIONAL = frozenset({"unit", "note"})
_CHINESE_COLUMNS = {
    "城市": "city",
    "指标": "indicator",
    "方法": "method",
    "数值": "value",
    "单位": "unit",
    "量程": "scale",
    "来源": "source",
    "采集日期": "collected_on",
    "采集人": "collected_by",
    "备注": "note",
}
_CHINESE_METHODS = {
    "实地调研": "field",
    "电话访谈": "phone",
    "网络采样": "web",
    "统计数据": "statistics",
    "问卷调查": "questionnaire",
}

_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)"
_SCALE = re.compile(rf"\s*({_NUMBER})\s*(?:\.\.|[-–—~])\s*({_NUMBER})\s*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

Row = tuple[int, tuple[str, ...]]


def read_evidence(
    data: str | bytes, name: str, *, cities: Collection[City] | None = None, model: Model | None = None
) -> tuple[ImportedEvidence, ...]:
    """Every record of a CSV or XLSX file (first sheet), in file order; all of them or none.

    `name` is the file's name, for messages and provenance. With `cities`, a record's city (id, code or
    name) must be one of them and becomes its id; with `model`, its indicator must take records of its
    method. Raises EvidenceError with every line, column and reason.
    """
    rows = list(_xlsx_rows(data, name) if isinstance(data, bytes) and data[:2] == b"PK" else _csv_rows(data, name))
    if not rows:
        raise EvidenceError(name, [BadCell(1, "", f"the file is empty; its header must be {', '.join(COLUMNS)}")])
    columns = _header(rows[0], name)
    places = _places(cities) if cities is not None else None
    problems: list[BadCell] = []
    records: list[ImportedEvidence] = []
    first_lines: dict[ImportedEvidence, int] = {}
    for line, cells in rows[1:]:
        if any(cells[len(columns) :]):
            problems.append(BadCell(line, "", f"has more cells than the header's {len(columns)}; remove or quote them"))
            continue
        row = dict(zip(columns, (*cells, *[""] * (len(columns) - len(cells))), strict=False))
        reader = _RowReader(line, row)
        record = reader.record(name)
        if places is not None:
            record = replace(record, city=reader.city(record.city, places))
        if model is not None:
            reader.check_indicator(record, model)
        same = replace(record, line=0)
        if not reader.problems and first_lines.setdefault(same, line) != line:
            reader.bad("", f"repeats line {first_lines[same]}; remove one of them")
        problems += reader.problems
        records.append(record)
    if problems:
        raise EvidenceError(name, problems)
    return tuple(records)


def normalise(value: float, scale: str) -> float:
    """The value as a score of 0 to 1 on that scale; ValueError when the scale or the value does not fit."""
    match = _SCALE.fullmatch(scale)
    if match is None:
        raise ValueError(f"{scale!r} is no scale; write it as worst..best, for example 0-1, 0-100, 1-5 or 0..2500")
    worst, best = float(match[1]), float(match[2])
    if worst == best:
        raise ValueError(f"the scale {scale!r} has no width; its two ends must differ")
    if not math.isfinite(value) or not min(worst, best) <= value <= max(worst, best):
        raise ValueError(f"{value:g} lies outside the scale {scale}; mend the value or the scale")
    return (value - worst) / (best - worst)


class _RowReader:
    """Reads the cells of one row and gathers what is wrong with them."""

    def __init__(self, line: int, row: Mapping[str, str]) -> None:
        self.line = line
        self.row = row
        self.problems: list[BadCell] = []

    def bad(self, column: str, reason: str) -> None:
        self.problems.append(BadCell(self.line, column, reason))

    def text(self, column: str) -> str:
        cell = self.row.get(column, "")
        if not cell and column not in _OPTIONAL:
            self.bad(column, "is empty; fill it in")
        return cell

    def record(self, name: str) -> ImportedEvidence:
        value, scale = self.number(), self.text("scale")
        score = 0.0
        if value is not None and scale:
            try:
                score = normalise(value, scale)
            except ValueError as fault:
                self.bad(
                    "value" if _SCALE.fullmatch(scale) and "no width" not in str(fault) else "scale",
                    str(fault),
                )
        return ImportedEvidence(
            city=self.text("city"),
            indicator=self.text("indicator"),
            method=self.method(),
            value=value or 0.0,
            unit=self.text("unit"),
            scale=scale,
            source=self.text("source"),
            collected_on=self.day(),
            collected_by=self.text("collected_by"),
            note=self.text("note"),
            score=score,
            file=name,
            line=self.line,
        )

    def number(self) -> float | None:
        cell = self.text("value")
        if not cell:
            return None
        if re.fullmatch(rf"{_NUMBER}(?:[eE][+-]?\d+)?", cell) is None:
            self.bad("value", f"{cell!r} is no number; write digits with a point, without % or thousands marks")
            return None
        return float(cell)

    def method(self) -> Method:
        cell = self.text("method")
        method = _CHINESE_METHODS.get(cell, cell.lower())
        if cell and method not in get_args(Method):
            self.bad("method", f"{cell!r} is no sampling method; write one of {', '.join(get_args(Method))}")
        return cast(Method, method)

    def day(self) -> str:
        cell = self.text("collected_on")
        if cell:
            try:
                if _DAY.fullmatch(cell) is None:
                    raise ValueError
                date.fromisoformat(cell)
            except ValueError:
                self.bad("collected_on", f"{cell!r} is no date; write it as 2026-10-15")
        return cell

    def city(self, cell: str, places: Mapping[str, frozenset[str]]) -> str:
        found = places.get(cell, frozenset())
        if len(found) == 1:
            return next(iter(found))
        if found:
            self.bad("city", f"{cell!r} may be {' or '.join(sorted(found))}; write its id")
        elif cell:
            self.bad(
                "city",
                f"{cell!r} is no city of the campaign; write its id, code or name as the campaign does",
            )
        return cell

    def check_indicator(self, record: ImportedEvidence, model: Model) -> None:
        taking = {leaf.id: leaf.intake for leaf in model.leaves() if leaf.intake is not None}
        intake = taking.get(record.indicator)
        if intake is None:
            if record.indicator:
                what = "takes no imported records" if model.name_of(record.indicator) else "is not in the model"
                self.bad("indicator", f"{record.indicator!r} {what}; those that do are {', '.join(taking)}")
        elif record.method in get_args(Method) and record.method not in intake.methods:
            self.bad("method", f"{record.indicator} takes {', '.join(intake.methods)}, not {record.method}")


def _header(row: Row, name: str) -> list[str]:
    """The columns in the file's order, under their English names."""
    cells = list(row[1])
    while cells and not cells[-1]:
        cells.pop()
    keys = [cell.lower().replace(" ", "_") for cell in cells]
    columns = [_CHINESE_COLUMNS.get(key, key) for key in keys]
    problems = [
        BadCell(row[0], cell or "(no name)", f"is no known column; the columns are {', '.join(COLUMNS)}")
        for cell, column in zip(cells, columns, strict=True)
        if column not in COLUMNS
    ]
    problems += [
        BadCell(row[0], column, "is missing; add this column")
        for column in COLUMNS
        if column not in columns and column not in _OPTIONAL
    ]
    problems += [BadCell(row[0], column, "is there twice; keep one") for column in COLUMNS if columns.count(column) > 1]
    if problems:
        raise EvidenceError(name, problems)
    return columns


def _places(cities: Collection[City]) -> dict[str, frozenset[str]]:
    """What a city may be called in a file, and which cities that may be; an id always means its own city."""
    places: dict[str, frozenset[str]] = {}
    for city in cities:
        for called in {city.code, city.name, city.name_en} - {None, ""}:
            places[str(called)] = places.get(str(called), frozenset()) | {city.id}
    return places | {city.id: frozenset({city.id}) for city in cities}


def _csv_rows(data: str | bytes, name: str) -> Iterator[Row]:
    text = data if isinstance(data, str) else _decoded(data, name)
    text = text.removeprefix("\ufeff")
    header = text.partition("\n")[0]
    delimiter = max(",;\t", key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield line, tuple(cell.strip() for cell in cells)
            line = reader.line_num + 1
    except csv.Error as fault:
        raise EvidenceError(name, [BadCell(line, "", f"is not CSV ({fault}); mend its quotation marks")]) from fault


def _decoded(data: bytes, name: str) -> str:
    # Spreadsheets on Chinese Windows save CSV as GBK; GB 18030 reads that and more.
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise EvidenceError(name, [BadCell(1, "", "is neither UTF-8 nor GB 18030 text; save it as UTF-8")])


def _xlsx_rows(data: bytes, name: str) -> Iterator[Row]:
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True)) if book.worksheets else []
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as fault:
        raise EvidenceError(name, [BadCell(1, "", f"is no readable XLSX workbook ({fault}); save it again")]) from fault
    for line, cells in enumerate(rows, start=1):
        texts = tuple(_cell_text(cell) for cell in cells)
        if any(texts):
            yield line, texts


def _cell_text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
