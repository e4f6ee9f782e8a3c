"""The whole result as files: JSON, CSV, XLSX and Parquet, the same bytes for the same round."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ERROR_CODES, ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from audits.card import Card
from audits.finding import Finding
from scoring.dataset import CityRecord, Dataset, RoundFacts
from scoring.lenses import LensResult
from scoring.model import Model
from scoring.scorecard import Score
from scoring.tables import Cell, Kind, Table, fact_rows, measures, rounded, tables

FORMAT = "civicprobe-dataset/1"

# A spreadsheet takes a cell that begins so for a formula, also behind blanks and in full width.
_FORMULA = re.compile(r"[\s\ufeff\u200b]*[=+\-@＝＋－＠]|[\t\r\n]")
_XLSX_CELL = 32_767
_XLSX_ROWS = 1_048_575
# Zip knows no earlier year; the workbook's own properties carry the same moment.
_EPOCH = datetime(1980, 1, 1, tzinfo=UTC)


def dataset_json(dataset: Dataset) -> bytes:
    """The whole dataset as UTF-8 JSON; its shape is told in docs/dataset.md.

    Numbers that are not finite become null; scores have six decimals.
    """
    whole = {
        "format": FORMAT,
        "facts": _tidy(dataset.facts),
        "model": msgspec.to_builtins(dataset.model),
        "cards": [_tidy(card) for card in dataset.cards],
        "imported": [msgspec.to_builtins(record) for record in dataset.evidence],
        "lenses": [msgspec.to_builtins(lens) for lens in dataset.lenses],
        "cities": [_city(record, dataset.model) for record in dataset.cities],
        "agreement": [msgspec.to_builtins(rule) | {"kappa": rounded(rule.kappa)} for rule in dataset.agreement],
    }
    try:
        encoded = msgspec.json.encode(whole)
    except UnicodeEncodeError:  # half a surrogate pair from a portal's script
        encoded = msgspec.json.encode(_mended(whole))
    return msgspec.json.format(encoded, indent=1) + b"\n"


def dataset_csv(dataset: Dataset) -> bytes:
    """The long table (`measures`) as CSV: UTF-8 with byte-order mark, so that spreadsheets read Chinese.

    Text that a spreadsheet would take for a formula is preceded by an apostrophe.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    table = measures()
    writer.writerow(column.name for column in table.columns)
    for row in table.rows(dataset):
        writer.writerow(_csv_cell(cell) for cell in row)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def dataset_xlsx(dataset: Dataset) -> bytes:
    """Every table as a sheet of one workbook, the data dictionary last.

    Text that a spreadsheet would take for a formula is preceded by an apostrophe; a text longer than a cell
    may be is cut; a table longer than a sheet goes on in the next.
    """
    book = Workbook(write_only=True)
    for table in tables():
        names = [column.name for column in table.columns]
        rows = table.rows(dataset)
        first = list(islice(rows, _XLSX_ROWS))
        _sheet(book, table.name, names, first)
        number = 2
        while more := list(islice(rows, _XLSX_ROWS)):
            _sheet(book, f"{table.name} {number}", names, more)
            number += 1
    names = ["table", "column", "kind", "meaning", "含义", "unit", "values"]
    _sheet(book, "dictionary", names, _dictionary(tables()))
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def dataset_parquet(dataset: Dataset) -> bytes:
    """The long table (`measures`) as Parquet, text as it is; the round's facts are the schema's metadata."""
    table = measures()
    kinds: dict[Kind, pa.DataType] = {
        "text": pa.string(),
        "number": pa.float64(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
    }
    cells = list(zip(*table.rows(dataset), strict=True)) or [() for _ in table.columns]
    schema = pa.schema(
        [(column.name, kinds[column.kind]) for column in table.columns],
        metadata={name: value or "" for name, value in fact_rows(dataset.facts, dataset.model)},
    )
    arrays = [
        pa.array([_whole(cell) for cell in column], type=field.type)
        for column, field in zip(cells, schema, strict=True)
    ]
    out = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out, compression="zstd")
    return bytes(out.getvalue())


# JSON


def _city(record: CityRecord, model: Model) -> dict[str, Any]:
    card = record.scorecard
    index = card.index
    return {
        **msgspec.to_builtins(record.city),
        "measured": card.measured,
        "smart": {
            "tier": card.tier,
            "index": _score(index),
            "dimensions": {part.id: _score(part) | _parts(part, model) for part in index.parts},
        },
        "features": [_feature(finding) for finding in record.findings],
        "visits": [msgspec.to_builtins(visit) for visit in record.visits],
        "problems": [msgspec.to_builtins(problem) for problem in record.problems],
        "screenshots": _sorted(record.screenshots),
        "lenses": {seen.lens: _lens(seen) for seen in record.lenses},
    }


def _score(score: Score) -> dict[str, Any]:
    band = score.band
    return {
        "point": rounded(score.point) if score.shown else None,
        "low": rounded(band.low) if band else None,
        "high": rounded(band.high) if band else None,
        "coverage": rounded(score.coverage),
        "shown": score.shown,
        "observable": rounded(score.point),
        "applicable": band is not None,
    }


def _parts(score: Score, model: Model) -> dict[str, Any]:
    if not score.parts:
        return {}
    return {"parts": {part.id: _score(part) | _parts(part, model) for part in score.parts}}


def _feature(finding: Finding) -> dict[str, Any]:
    band = finding.band
    return {
        "id": finding.feature,
        "outcome": finding.outcome.value,
        "cause": finding.cause.value if finding.cause else None,
        "vendor": finding.vendor,
        "value": finding.value,
        "unit": finding.unit,
        "band": [rounded(band.low), rounded(band.high)] if band else None,
        "reason": finding.reason,
        "arguments": _sorted(finding.arguments),
        "evidence": [msgspec.to_builtins(proof) for proof in finding.evidence],
    }


def _lens(seen: LensResult) -> dict[str, Any]:
    """One city through one lens, numbers to six decimals; its own id and the city's are told by where it stands."""
    told = _short(msgspec.to_builtins(seen))
    return {key: value for key, value in told.items() if key not in ("city", "lens")}


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _short(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_short(item) for item in value]
    return rounded(value) if isinstance(value, float) else value


def _tidy(record: RoundFacts | Card) -> dict[str, Any]:
    """A record's fields in their order, free-form keys inside them sorted."""
    return {field: _sorted(value) for field, value in msgspec.to_builtins(record).items()}


def _sorted(value: Any) -> Any:
    """The same with free-form keys in order of the alphabet, so that their history does not show."""
    if isinstance(value, dict):
        return {key: _sorted(value[key]) for key in sorted(value)}
    return value


def _mended(value: Any) -> Any:
    if isinstance(value, str):
        return _whole(value)
    if isinstance(value, dict):
        return {_mended(key): _mended(item) for key, item in value.items()}
    return [_mended(item) for item in value] if isinstance(value, list | tuple) else value


def _whole(cell: Cell) -> Cell:
    """A cell that every format can hold: no half surrogate pairs, no numbers that are not finite."""
    if isinstance(cell, str):
        return cell if cell.isascii() else cell.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    return None if isinstance(cell, float) and not math.isfinite(cell) else cell


# CSV and XLSX


def _harmless(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if _FORMULA.match(text) else text


def _csv_cell(cell: Cell) -> Cell:
    cell = _whole(cell)
    if isinstance(cell, str):
        return _harmless(cell.replace("\0", ""))
    return str(cell).lower() if isinstance(cell, bool) else cell


def _sheet(book: Workbook, name: str, header: list[str], rows: Iterable[tuple[Cell, ...]]) -> None:
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    for number in range(1, len(header) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = 18
    bold = Font(bold=True)
    heads = [WriteOnlyCell(sheet, value=text) for text in header]
    for head in heads:
        head.font = bold
    sheet.append(heads)
    for row in rows:
        sheet.append([_xlsx_text(sheet, cell) if isinstance(cell, str) else _whole(cell) for cell in row])


def _xlsx_text(sheet: Any, text: str) -> Any:
    """The text as a cell of a sheet holds it: no control characters, no formula, not too long."""
    whole = ILLEGAL_CHARACTERS_RE.sub("", str(_whole(text)))
    if whole not in ERROR_CODES:
        return _harmless(whole)[:_XLSX_CELL]
    cell = WriteOnlyCell(sheet, value=whole)
    cell.data_type = "s"  # a portal's words, not a failed formula
    return cell


def _dictionary(all_tables: Iterable[Table]) -> Iterator[tuple[Cell, ...]]:
    for table in all_tables:
        for c in table.columns:
            yield table.name, c.name, c.kind, c.en, c.zh, c.unit or None, c.allowed or None


def _timeless(workbook: bytes) -> bytes:
    """The same workbook with one fixed moment in place of the time of writing."""
    moment = _EPOCH.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w") as new:
        for name in sorted(old.namelist(), key=lambda name: (name != "[Content_Types].xml", name)):
            body = old.read(name)
            if name == "docProps/core.xml":
                body = re.sub(rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>" + moment, body)
            entry = zipfile.ZipInfo(name, date_time=_EPOCH.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, body)
    return out.getvalue()
