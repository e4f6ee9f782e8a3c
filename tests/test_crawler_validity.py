"""How the agreement with labelled pages is counted, and the labels and figures that ship."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audits.validity import shipped_validity
from crawler.sample.labelled import sample_reader, shipped_labels
from crawler.validity import agreement, figures_toml, held_out, main
from probes.presence_ids import PRESENCE_IDS
from scoring.report.validity import shipped_figures

ROOT = Path(__file__).resolve().parent.parent
KINDS = {"home", "column", "article", "form", "service", "search", "meeting", "blank", "error", "wall", "other"}
PAGE = """<html lang="en"><body><nav><a href="/n">News</a><a href="/p">Pay online</a></nav><h1>City of Example</h1>
<p>Phone (555) 010-0100</p></body></html>"""


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """A labels file beside two pages: one of three labelled ids is not there, and one page has what no label names."""
    folder = tmp_path / "pages"
    folder.mkdir()
    lines = []
    for name in ("a.html", "b.html"):
        (folder / name).write_text(PAGE, encoding="utf-8")
        present = {"disclosure.news": "News → /n", "mark.contact": "Phone", "meta.lang": "en"}
        lines.append({"page": f"pages/{name}", "kind": "home", "present": present, "unsure": ["mark.sponsor"]})
    lines[0]["present"]["feedback.faq"] = "Questions we hear"  # type: ignore[index]
    lines[1]["unsure"] = ["mark.sponsor", "service.payment"]
    file = tmp_path / "labels.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return file


def test_a_labels_file_is_measured_with_every_miss_and_its_reason(
    labels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One payment is found that no reader saw, one FAQ is missed; what a reader was unsure of counts for nobody."""
    assert main([str(labels), "--root", str(labels.parent)]) == 0
    told = capsys.readouterr().out
    assert "all: 2 pages, 7 positives" in told
    assert "missed   feedback.faq  pages/a.html: Questions we hear (no word of it is known)" in told
    assert "false    service.payment  pages/a.html: 'Pay online'" in told
    assert "service.payment  pages/b.html" not in told


def test_a_third_of_the_pages_can_be_shown_apart(labels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The split depends on the name of a page alone, and the output says that it was made."""
    assert main([str(labels), "--root", str(labels.parent), "--split", "--no-misses"]) == 0
    told = capsys.readouterr().out
    aside = sum(held_out(f"pages/{name}") for name in ("a.html", "b.html"))
    assert f"kept aside: {aside} pages" in told
    assert f"worked on: {2 - aside} pages" in told
    assert "a third of the pages kept aside" in told
    assert "missed " not in told


def test_a_labels_file_that_is_not_there_is_a_wrong_use(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command says which file, and ends with the code of a wrong call."""
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path / "none.jsonl")])
    assert stopped.value.code == 2
    assert "none.jsonl" in capsys.readouterr().err


def test_shipped_labels_are_of_the_form_of_labels() -> None:
    """Known kinds and ids, a proof for each, no id both present and unsure, no page twice, all kinds there."""
    lines = shipped_labels()
    assert len({line["page"] for line in lines}) == len(lines) >= 60
    assert {line["kind"] for line in lines} == KINDS
    for line in lines:
        assert set(line) == {"page", "lang", "kind", "present", "values", "unsure"}
        assert {*line["present"], *line["unsure"], *line["values"]} <= set(PRESENCE_IDS), line["page"]
        assert not set(line["present"]) & set(line["unsure"]), line["page"]
        assert all(line["present"].values()), line["page"]


def test_shipped_labels_speak_of_pages_that_the_sample_country_has() -> None:
    """A page labelled neither error nor wall is served under a good status; four readable cities."""
    fetch = sample_reader()
    cities = set()
    for line in shipped_labels():
        page = fetch(line["page"])
        assert page.status < 400 or line["kind"] in ("error", "wall"), line["page"]
        if line["kind"] not in ("error", "wall"):
            cities.add(line["page"].partition("/")[0].split(".")[-3 if line["page"].count(".gov.cn/") else -2])
    assert cities == {"yunxiushi", "chengpushi", "weiyushi", "alderwickbay"}


def test_shipped_figures_are_fresh() -> None:
    """audits/validity.toml is what the program reads today; `script/docs` writes it anew."""
    assert (ROOT / "audits" / "validity.toml").read_text(encoding="utf-8") == figures_toml()


def test_the_method_page_is_told_the_shipped_figures_as_such() -> None:
    """Overall figures and those of each detector, in both languages, each with its basis in the sample country."""
    figures = shipped_figures()
    known = shipped_validity()
    assert figures[0].figure == f"{known.kinds_right}/{known.pages}"
    assert "sample country" in figures[0].basis.en
    assert "样例国" in figures[0].basis.zh
    spoken = [rates for rates in known.detectors.values() if rates.positives]
    assert len(figures) == 4 + len(spoken)
    assert all(figure.measure.en and figure.measure.zh and figure.basis.zh for figure in figures)


def test_agreement_of_the_sample_is_that_of_its_parts() -> None:
    """Positives are hits and misses of all ids, and a page right in all counts to precision and recall alike."""
    fetch = sample_reader()
    from crawler.inspection import inspect_page

    some = shipped_labels()[:3]
    found = agreement(some, lambda name: inspect_page(fetch(name), name))
    total = found.total()
    assert found.pages == 3
    assert total.positives == sum(len(line["present"]) for line in some)
