"""Imported evidence: whole files are taken or none, and each bad cell is named by line, column and reason."""

from __future__ import annotations

import io
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from audits.band import PASSED
from audits.city import City
from audits.finding import Finding
from probes.outcome import Outcome
from scoring.engine import score_all
from scoring.evidence import COLUMNS, EvidenceError, normalise, read_evidence
from scoring.model import load_model

HEADER = ",".join(COLUMNS)
GOOD = "alpha,T1,statistics,80,percent,0-100,Yearbook,2026-05-01,Survey team,"
CITIES = (
    City("alpha", "甲市", "cn", (), code="990100"),
    City("beta", "乙市", "cn", (), name_en="Beta"),
    City("gamma", "乙市", "cn", ()),
)


def test_a_good_row_becomes_a_record_with_its_score_and_place():
    """80 on a scale of 0-100 is 0.8; file and line are kept."""
    (record,) = read_evidence(f"{HEADER}\n{GOOD}\n", "e.csv", cities=CITIES, model=load_model())
    assert (record.city, record.indicator, record.method, record.value) == ("alpha", "T1", "statistics", 80.0)
    assert record.score == 0.8
    assert (record.unit, record.collected_on, record.file, record.line) == (
        "percent",
        "2026-05-01",
        "e.csv",
        2,
    )


def test_every_bad_cell_is_told_at_once_and_nothing_is_taken():
    """Five faults in three rows are five problems, in file order, beside a good row likewise not taken."""
    text = "\n".join(
        [
            HEADER,
            GOOD,
            "alpha,T1,guess,80,percent,0-100,Yearbook,2026-05-01,Survey team,",
            "alpha,T2,field,eighty,percent,0-100,,May 2026,Survey team,",
            "alpha,T3,field,101,percent,0-100,Yearbook,2026-05-01,Survey team,",
        ]
    )
    with pytest.raises(EvidenceError) as caught:
        read_evidence(text, "e.csv")
    assert [(bad.line, bad.column) for bad in caught.value.problems] == [
        (3, "method"),
        (4, "value"),
        (4, "source"),
        (4, "collected_on"),
        (5, "value"),
    ]
    assert "e.csv: line 5, column value: 101 lies outside the scale 0-100" in str(caught.value)


@pytest.mark.parametrize(
    ("row", "column", "told"),
    [
        ("delta,T1,field,1,,0-1,x,2026-05-01,me,", "city", "no city of the campaign"),
        ("乙市,T1,field,1,,0-1,x,2026-05-01,me,", "city", "may be beta or gamma"),
        ("alpha,T9,field,1,,0-1,x,2026-05-01,me,", "indicator", "is not in the model"),
        ("alpha,S2,field,1,,0-1,x,2026-05-01,me,", "indicator", "takes no imported records"),
        ("alpha,T1,questionnaire,1,,0-1,x,2026-05-01,me,", "method", "T1 takes statistics"),
        ("alpha,T1,field,1,,high,x,2026-05-01,me,", "scale", "is no scale; write it as worst..best"),
        ("alpha,T1,field,1,,3-3,x,2026-05-01,me,", "scale", "has no width"),
        ("alpha,T1,field,nan,,0-1,x,2026-05-01,me,", "value", "is no number"),
        ('alpha,T1,field,"1,234",,0-9999,x,2026-05-01,me,', "value", "is no number"),
        ("alpha,T1,field,1,,0-1,x,2026-02-30,me,", "collected_on", "is no date"),
        ("alpha,T1,field,1,,0-1,x,2026-05-01,me,,too much", "", "more cells than the header"),
    ],
)
def test_what_is_wrong_with_a_row_is_named(row, column, told):
    """One fault, one problem, with the column and the cure."""
    with pytest.raises(EvidenceError) as caught:
        read_evidence(f"{HEADER}\n{row}\n", "e.csv", cities=CITIES, model=load_model())
    (bad,) = caught.value.problems
    assert (bad.line, bad.column) == (2, column)
    assert told in bad.reason


def test_the_same_record_twice_is_an_error():
    """A copied row would count twice, so it is refused."""
    with pytest.raises(EvidenceError, match="line 3: repeats line 2"):
        read_evidence(f"{HEADER}\n{GOOD}\n{GOOD}\n", "e.csv")


def test_a_missing_or_unknown_column_is_told_at_the_header():
    """Columns have fixed names; nothing is dropped in silence."""
    with pytest.raises(EvidenceError) as caught:
        read_evidence("city,indicator,score\nalpha,T1,1\n", "e.csv")
    told = {(bad.line, bad.column) for bad in caught.value.problems}
    assert told >= {(1, "score"), (1, "method"), (1, "value"), (1, "scale")}


def test_a_city_may_be_named_by_id_code_or_name():
    """All three lead to the id."""
    rows = [
        GOOD,
        GOOD.replace("alpha", "990100").replace("80", "81"),
        GOOD.replace("alpha", "甲市").replace("80", "82"),
    ]
    records = read_evidence("\n".join([HEADER, *rows]), "e.csv", cities=CITIES)
    assert [record.city for record in records] == ["alpha"] * 3


def test_csv_from_a_chinese_spreadsheet_reads_like_any_other():
    """GBK bytes, Chinese headings and methods, semicolons and a quoted line break give the same records."""
    text = (
        "城市;指标;方法;数值;单位;量程;来源;采集日期;采集人;备注\r\n"
        '甲市;T1;统计数据;80;%;0-100;"年鉴\r\n第三章";2026-05-01;调查组;\r\n'
        "甲市;T2;实地调研;3;级;1-5;走访;2026-05-02;调查组;备注\r\n"
    )
    first, second = read_evidence(text.encode("gbk"), "e.csv", cities=CITIES)
    assert (first.method, first.score, first.line) == ("statistics", 0.8, 2)
    assert (second.method, second.score, second.line, second.note) == ("field", 0.5, 4, "备注")


def test_xlsx_and_csv_of_the_same_rows_give_the_same_records():
    """Numbers and dates of a workbook arrive as in text."""
    book = Workbook()
    sheet = book.active
    sheet.append(list(COLUMNS))
    sheet.append(
        [
            "alpha",
            "T1",
            "statistics",
            80,
            "percent",
            "0-100",
            "Yearbook",
            date(2026, 5, 1),
            "Survey team",
            None,
        ]
    )
    out = io.BytesIO()
    book.save(out)
    assert read_evidence(out.getvalue(), "e") == read_evidence(f"{HEADER}\n{GOOD}\n", "e")


@pytest.mark.parametrize("data", [b"PK\x03\x04 not a workbook", b"\xff\xfe\xff", b"", 'city,"half'])
def test_a_file_that_cannot_be_read_is_an_evidence_error(data):
    """Broken workbooks, foreign encodings, empty files and open quotation marks are told, not thrown."""
    with pytest.raises(EvidenceError):
        read_evidence(data, "e")


@pytest.mark.parametrize(
    ("value", "scale", "score"),
    [(3, "1-5", 0.5), (0, "0-1", 0.0), (75, "0..100", 0.75), (-5, "-10..10", 0.25), (20, "100..0", 0.8)],
)
def test_a_scale_turns_a_value_into_a_score(value, scale, score):
    """The end named first scores 0, so a scale may fall."""
    assert normalise(value, scale) == pytest.approx(score)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1))
def test_a_value_inside_its_scale_scores_between_0_and_1(worst, best, share):
    """No value inside the two ends leaves 0 to 1."""
    worst, best = round(worst, 3), round(best, 3)
    if worst != best:
        value = min(max(worst + share * (best - worst), min(worst, best)), max(worst, best))
        assert 0.0 <= normalise(value, f"{worst:f}..{best:f}") <= 1.0


def test_evidence_of_the_sample_country_lifts_its_cities_over_the_floor():
    """Its file fits cities and model; with portals measured whole, the cities it speaks of have an index."""
    sample = Path(__file__).parent.parent / "crawler" / "sample"
    told = tomllib.loads((sample / "campaign.toml").read_text("utf-8"))["city"]
    cities = [City(row["id"], row["name"], row["country"], (), code=row.get("code")) for row in told]
    model = load_model()
    records = read_evidence((sample / "evidence.csv").read_bytes(), "evidence.csv", cities=cities, model=model)
    findings = {
        city.id: [Finding(city.id, feature, Outcome.PASSED, PASSED) for feature in sorted(model.features())]
        for city in cities
    }
    shown = {card.city for card in score_all(cities, findings, records, model) if card.index.shown}
    assert shown == {record.city for record in records}
    assert 0 < len(shown) < len(cities)
