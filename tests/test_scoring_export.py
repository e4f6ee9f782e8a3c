"""The dataset as files: each format read back holds what was put in, twice the same bytes, harmless cells."""

from __future__ import annotations

import csv
import io
import json
import math
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from lxml import etree

from audits.band import FAILED, PASSED, UNKNOWN, Band
from audits.card import Card, Source, Text
from audits.city import City
from audits.finding import Evidence, Finding
from probes.outcome import Cause, Outcome
from scoring.dataset import CityRecord, Dataset, Problem, RoundFacts, VisitRecord
from scoring.engine import score_all
from scoring.evidence import ImportedEvidence
from scoring.export import dataset_csv, dataset_json, dataset_parquet, dataset_xlsx
from scoring.model import load_model
from scoring.tables import dictionary_markdown, measures, tables

REPOSITORY = Path(__file__).parent.parent
MODEL = load_model()
FEATURES = sorted(MODEL.features())
HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "＝1+1",
    "#N/A",
    "<b>&",
    'a "q", b\nc',
    "\x00\x07",
    "\ud83d half",
]


def _card(id: str) -> Card:
    text = Text(en=f"About {id}", zh=f"关于 {id}")
    source = Source(Text("A rule", "一项规则"), "1", "project")
    return Card(id, ("DIS-01",), "feature", text, text, text, text, text, "linked", "any", {"yes": text}, (source,))


def _city(id: str, name: str, findings: tuple[Finding, ...]) -> CityRecord:
    visit = VisitRecord(
        "https://x.test/",
        "plain",
        "GET",
        ("home",),
        "passed",
        None,
        None,
        200,
        "2026-10-15T00:00:00Z",
        12,
        3456,
        "home",
        name,
    )
    lost = replace(visit, url="https://x.test/a", outcome="cantTell", cause="timeout", status=None)
    problem = Problem(
        "image-alt",
        "critical",
        "Images have a text",
        "https://x.test/h",
        "https://x.test/",
        3,
        "img",
        "<img>",
    )
    city = City(id, name, "cn", ("https://x.test/",), code="990100")
    (card,) = score_all([city], {id: findings}, [r for r in RECORDS if r.city == id], MODEL)
    return CityRecord(city, findings, (visit, lost), card, (problem,), {"phone": "b.png", "desktop": "a.png"})


def _findings(id: str) -> tuple[Finding, ...]:
    proofs = tuple(
        Evidence(f"https://x.test/{n}", "2026-10-15T00:00:00Z", "a", text, status=200) for n, text in enumerate(HOSTILE)
    )
    kinds = [
        lambda f: Finding(id, f, Outcome.PASSED, PASSED, value=True, reason="yes", evidence=proofs),
        lambda f: Finding(
            id, f, Outcome.FAILED, FAILED, value=-3, unit="days", reason="yes", arguments={"b": 1, "a": "2"}
        ),
        lambda f: Finding(id, f, Outcome.CANT_TELL, UNKNOWN, Cause.BLOCKED, vendor="wall"),
        lambda f: Finding(id, f, Outcome.INAPPLICABLE, None),
        lambda f: Finding(id, f, Outcome.FAILED, Band(1 / 3, 1 / 3), value=1 / 3, unit="share", reason="yes"),
        lambda f: Finding(id, f, Outcome.PASSED, PASSED, value="=cmd()", reason="yes"),
        lambda f: Finding(id, f, Outcome.FAILED, FAILED, value=math.nan, reason="yes"),
    ]
    return tuple(kinds[n % len(kinds)](feature) for n, feature in enumerate(FEATURES))


RECORDS = tuple(
    ImportedEvidence(
        "alpha", f"T{n}", "statistics", 4, "级", "1-5", "年鉴", "2026-05-01", "组", "", 0.75, "e.csv", n + 1
    )
    for n in range(1, 6)
)


def example() -> Dataset:
    """Two cities with findings of every sort and hostile text everywhere."""
    return Dataset(
        RoundFacts(
            "sample",
            "=title",
            "2026-10",
            "2026-10-15T00:00:00Z",
            None,
            "2026-10-15",
            7,
            "agent",
            {"b": "2", "a": "1"},
            {"x": "1"},
        ),
        tuple(_card(id) for id in FEATURES),
        MODEL,
        RECORDS,
        (_city("alpha", "=甲市", _findings("alpha")), _city("beta", "乙市", ())),
    )


@pytest.fixture(scope="module", name="dataset")
def _dataset() -> Dataset:
    return example()


def _sheets(workbook: bytes) -> dict[str, list[list[str | None]]]:
    """Every sheet's cells as text, read from the workbook's XML and nothing else; formulas are refused."""
    ns = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    archive = zipfile.ZipFile(io.BytesIO(workbook))
    assert archive.testzip() is None
    strings = []
    if "xl/sharedStrings.xml" in archive.namelist():
        shared = etree.fromstring(archive.read("xl/sharedStrings.xml"))
        strings = ["".join(item.itertext()) for item in shared.findall("m:si", ns)]
    names = [s.get("name") for s in etree.fromstring(archive.read("xl/workbook.xml")).findall("m:sheets/m:sheet", ns)]
    sheets = {}
    for number, name in enumerate(names, start=1):
        tree = etree.fromstring(archive.read(f"xl/worksheets/sheet{number}.xml"))
        assert tree.find(".//m:f", ns) is None
        rows = []
        for row in tree.iterfind(".//m:row", ns):
            cells = []
            for cell in row.findall("m:c", ns):
                letters = "".join(c for c in cell.get("r") or "" if c.isalpha())
                place = 0
                for letter in letters:
                    place = place * 26 + ord(letter) - 64
                cells += [None] * (place - 1 - len(cells)) if letters else []
                kind, text = cell.get("t"), "".join(cell.itertext())
                cells.append(strings[int(text)] if kind == "s" else text)
            rows.append(cells)
        sheets[str(name)] = rows
    return sheets


def test_json_holds_index_dimensions_and_features_of_each_city(dataset):
    """Per city `smart` and `features` with the keys the documentation promises, and all visits."""
    told = json.loads(dataset_json(dataset))
    alpha, beta = told["cities"]
    assert set(alpha["smart"]) == {"tier", "index", "dimensions"}
    assert list(alpha["smart"]["dimensions"]) == ["S", "M", "A", "R", "T"]
    assert {"point", "low", "high", "coverage"} <= set(alpha["smart"]["index"])
    technology = alpha["smart"]["dimensions"]["T"]
    assert (technology["point"], technology["low"], technology["coverage"]) == (0.75, 0.75, 1.0)
    assert technology["parts"]["T1"]["parts"]["T1@import"]["parts"]["T1@statistics"]["point"] == 0.75
    assert [feature["id"] for feature in alpha["features"]] == FEATURES
    assert {"id", "outcome", "cause", "value", "unit", "band", "evidence"} <= set(alpha["features"][0])
    assert alpha["features"][2]["cause"] == "blocked"
    assert alpha["features"][2]["band"] == [0.0, 1.0]
    assert alpha["features"][3]["band"] is None
    assert [(visit["outcome"], visit["cause"]) for visit in alpha["visits"]] == [
        ("passed", None),
        ("cantTell", "timeout"),
    ]
    assert (beta["measured"], beta["smart"]["index"]["point"], beta["smart"]["index"]["shown"]) == (
        False,
        None,
        False,
    )
    assert told["facts"]["round"] == "2026-10"
    assert told["model"]["version"] == MODEL.version
    assert told["imported"][0]["source"] == "年鉴"
    assert len(told["cards"]) == len(FEATURES)


def test_json_holds_the_text_of_portals_as_it_was_but_half_characters(dataset):
    """Nothing is escaped away; only a half surrogate pair, which no UTF-8 can hold, is replaced."""
    told = json.loads(dataset_json(dataset))["cities"][0]["features"][0]["evidence"]
    assert [proof["snippet"] for proof in told[:-1]] == HOSTILE[:-1]
    assert told[-1]["snippet"].endswith(" half")


def test_below_the_floor_there_is_no_point_only_an_observable_part(dataset):
    """A score that is not shown keeps its measured mean under another name."""

    def every(scores):
        for score in scores.values():
            yield score
            yield from every(score.get("parts", {}))

    for city in json.loads(dataset_json(dataset))["cities"]:
        for score in [city["smart"]["index"], *every(city["smart"]["dimensions"])]:
            assert score["point"] == (score["observable"] if score["shown"] else None)
            assert score["shown"] <= (score["coverage"] >= MODEL.coverage_floor)


def test_csv_has_a_row_for_each_score_and_feature(dataset):
    """Read by the standard library: as many rows as the table has, numbers as numbers, empty for unknown."""
    text = dataset_csv(dataset).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert len(rows) == sum(1 for _ in measures().rows(dataset))
    features = [row for row in rows if row["level"] == "feature" and row["city"] == "alpha"]
    assert [row["id"] for row in features] == FEATURES
    assert [row["value"] for row in features[:3]] == ["1", "-3", ""]
    assert (features[2]["low"], features[2]["high"], features[2]["cause"]) == ("0.0", "1.0", "blocked")
    index = next(row for row in rows if row["level"] == "index")
    assert (index["shown"], index["city"]) == ("false", "alpha")
    divided = {i.id for dimension in MODEL.dimensions for i in dimension.indicators if i.parts}
    assert {row["parent"] for row in rows if row["level"] == "part"} == divided


def test_no_cell_of_a_spreadsheet_begins_like_a_formula(dataset):
    """Text from portals that starts with = + - @, blanks before them, or a tab is held down by a quote."""
    text = dataset_csv(dataset).decode("utf-8-sig")
    bold = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row if cell[:1] in "=+-@\t\r＝"]
    assert all(float(cell) < 0 for cell in bold if cell)
    sheets = _sheets(dataset_xlsx(dataset))
    snippets = [row[7] for row in sheets["proofs"][1:] if row[1] == FEATURES[0]]
    assert snippets[:6] == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1"]
    assert "#N/A" in snippets


def test_xlsx_has_one_sheet_a_table_with_the_documented_columns(dataset):
    """Read from the bare XML: sheets, headings and row counts agree with the tables."""
    sheets = _sheets(dataset_xlsx(dataset))
    assert list(sheets) == [*(table.name for table in tables()), "dictionary"]
    for table in tables():
        rows = list(table.rows(dataset))
        assert sheets[table.name][0] == [column.name for column in table.columns]
        assert len(sheets[table.name]) == len(rows) + 1
    city = dict(zip(sheets["cities"][0], sheets["cities"][1], strict=False))
    assert (city["name"], city["code"], city["visits"], city["visits_read"]) == ("'=甲市", "990100", "2", "1")


def test_parquet_holds_the_long_table_with_types_and_facts(dataset):
    """Column names, kinds and values agree with the table; text is not changed; the facts are metadata."""
    table = pq.read_table(io.BytesIO(dataset_parquet(dataset)))
    assert table.column_names == [column.name for column in measures().columns]
    rows = list(measures().rows(dataset))
    told = [tuple(row.values()) for row in table.to_pylist()]
    clean = [tuple(None if isinstance(c, float) and math.isnan(c) else c for c in row) for row in rows]
    assert told == clean
    assert table.schema.metadata[b"model"].decode().endswith(MODEL.version)
    assert str(table.schema.field("coverage").type) == "double"
    assert str(table.schema.field("shown").type) == "bool"


def test_every_row_fits_its_columns(dataset):
    """Each cell is empty or of the kind its column states."""
    kinds = {"text": str, "number": (int, float), "integer": int, "boolean": bool}
    for table in tables():
        for row in table.rows(dataset):
            assert len(row) == len(table.columns), table.name
            for cell, column in zip(row, table.columns, strict=True):
                assert cell is None or isinstance(cell, kinds[column.kind]), (table.name, column.name, cell)


@pytest.mark.parametrize("write", [dataset_json, dataset_csv, dataset_xlsx, dataset_parquet])
def test_the_same_dataset_gives_the_same_bytes(dataset, write):
    """Written twice, and once with free-form keys in another order, the bytes are equal."""
    turned = replace(dataset, facts=replace(dataset.facts, settings={"a": "1", "b": "2"}))
    assert write(dataset) == write(dataset) == write(turned)


@pytest.mark.parametrize("write", ["dataset_json", "dataset_csv", "dataset_xlsx", "dataset_parquet"])
def test_an_empty_round_can_be_written(dataset, write):
    """No city is no fault."""
    import scoring.export

    assert getattr(scoring.export, write)(replace(dataset, cities=(), evidence=(), cards=()))


def test_bytes_do_not_hang_on_the_process_or_its_hash_seed():
    """Two interpreters with different hash seeds write the same four files."""
    script = """if True:
        import hashlib, sys
        sys.path[:0] = [sys.argv[1], sys.argv[1] + "/tests"]
        import test_scoring_export as t
        for write in (t.dataset_json, t.dataset_csv, t.dataset_xlsx, t.dataset_parquet):
            print(hashlib.sha256(write(t.example())).hexdigest())
    """
    told = [
        subprocess.run(
            [sys.executable, "-c", script, str(REPOSITORY)],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
        ).stdout.split()
        for seed in ("1", "2")
    ]
    assert told[0] == told[1]
    assert len(set(told[0])) == 4


def test_the_data_dictionary_in_the_docs_is_the_one_in_the_code():
    """docs/dataset.md ends with what `python -m scoring.tables` prints."""
    text = (REPOSITORY / "docs" / "dataset.md").read_text("utf-8")
    assert text.partition("<!-- tables -->\n")[2].strip() == dictionary_markdown().strip()
