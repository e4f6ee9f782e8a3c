"""The sample country from end to end by the command a reader would type: findings, report, export, and what is kept
out.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import sync_playwright
from warcio.archiveiterator import ArchiveIterator

from audits.finding import Finding
from crawler.demo import Difference, compare
from crawler.visit.browser import find_chromium
from probes import axe
from probes.axe.result import AxeSeen
from probes.outcome import Outcome

Demo = tuple[Path, subprocess.CompletedProcess[str]]


def civicprobe(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a user would."""
    return subprocess.run(
        [sys.executable, "-m", "crawler.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=420,
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """One run of the demo, and the folder it wrote."""
    out = tmp_path_factory.mktemp("demo") / "demo"
    return out, civicprobe("demo", "--out", out)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a folder by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_finding_without_a_row_and_a_row_without_a_finding_differ() -> None:
    """The comparison covers both sides: neither a finding nor a row of the truth can go unnoticed."""
    found = (Finding("one", "known", Outcome.PASSED, None), Finding("one", "new", Outcome.FAILED, None))
    expected = {"one": {"known": {"outcome": "passed"}, "lost": {"outcome": "failed"}}}
    differences, compared = compare(found, expected)
    assert differences == [
        Difference("one", "new", "truth", "a row", "failed"),
        Difference("one", "lost", "finding", "failed", None),
    ]
    assert compared == 3


def test_every_finding_of_the_sample_country_equals_its_truth(demo: Demo) -> None:
    """Exit code 0 says that all findings equal the truth file, which covers every city."""
    _, answer = demo
    assert "differs:" not in answer.stderr, answer.stderr
    assert answer.returncode == 0, answer.stderr
    assert " 0 differ" in answer.stderr


def test_a_walled_city_is_not_measured_and_not_ranked(demo: Demo) -> None:
    """The city behind walls has no point, no tier, and causes in place of verdicts."""
    out, _ = demo
    data = json.loads((out / "report" / "dataset.json").read_text(encoding="utf-8"))
    cities = {record["id"]: record for record in data["cities"]}
    walled = cities["xilou"]["smart"]["index"]
    assert walled["shown"] is False
    assert walled["point"] is None
    causes = {visit["cause"] for visit in cities["xilou"]["visits"]}
    assert {"blocked", "captcha"} <= causes
    page = (out / "report" / "index.html").read_text(encoding="utf-8")
    assert "Not measured" in page


def test_imported_evidence_gives_an_index_to_those_who_have_it(demo: Demo) -> None:
    """Cities with imported evidence reach the coverage floor, a poor city without it shows its observable part only."""
    out, _ = demo
    data = json.loads((out / "report" / "dataset.json").read_text(encoding="utf-8"))
    shown = {record["id"]: record["smart"]["index"]["shown"] for record in data["cities"]}
    assert shown == {"yunxiu": True, "chengpu": True, "weiyu": False, "xilou": False, "alderwick": True}
    for record in data["cities"]:
        whole = record["smart"]["index"]
        if whole["shown"]:
            assert whole["coverage"] >= 0.6
            assert whole["low"] <= whole["point"] <= whole["high"]


def test_judging_and_telling_again_gives_the_same_bytes(demo: Demo) -> None:
    """Two passes of judge, score and report over one store write identical folders and exports."""
    out, _ = demo
    before = digests(out / "report")
    exports = [exported(out, kind) for kind in ("csv", "json")]
    for verb in ("judge", "score", "report"):
        answer = civicprobe(verb, out / "sample.toml", "--out", out)
        assert answer.returncode == 0, answer.stderr
    assert digests(out / "report") == before
    assert exports == [exported(out, kind) for kind in ("csv", "json")]
    assert len(exports[0].splitlines()) > 200


def exported(out: Path, kind: str) -> str:
    """The whole dataset in one format."""
    return civicprobe("export", out / "sample.toml", "--out", out, "--format", kind).stdout


def test_looking_again_at_the_archive_changes_no_finding(demo: Demo) -> None:
    """The document probes read the archive to the same findings that they read the live pages to."""
    out, _ = demo
    before = json.loads((out / "report" / "dataset.json").read_text(encoding="utf-8"))
    for verb in ("look", "judge", "report"):
        answer = civicprobe(verb, out / "sample.toml", "--out", out)
        assert answer.returncode == 0, answer.stderr
    after = json.loads((out / "report" / "dataset.json").read_text(encoding="utf-8"))

    def verdicts(data: dict) -> list[tuple[object, ...]]:
        return [
            (record["id"], feature["id"], feature["outcome"], feature["value"])
            for record in data["cities"]
            for feature in record["features"]
        ]

    assert verdicts(after) == verdicts(before)


def test_the_archive_is_plain_warc_and_holds_no_secrets(demo: Demo) -> None:
    """warcio's own reader walks the archive; no cookie value, no citizen's name, phone or identity number is in it."""
    out, _ = demo
    bodies = list(archived_bodies(out))
    assert len(bodies) > 200
    people = tomllib.loads((files("crawler.sample") / "data" / "messages.toml").read_text(encoding="utf-8"))["people"]
    whole = "\n".join(bodies)
    assert [name for name in people if f"留言人：{name}" in whole or f"姓名：{name}" in whole] == []
    assert re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", "\n".join(body for body in bodies if "留言" in body)) == []
    assert re.findall(r"(?<!\d)\d{17}[\dXx](?!\d)", whole) == []


def archived_bodies(out: Path) -> Iterator[str]:
    """The text of every archived answer."""
    (path,) = out.glob("visits-*.warc.gz")
    with path.open("rb") as file:
        for record in ArchiveIterator(file):
            if record.rec_type == "response":
                cookies = [value for name, value in record.http_headers.headers if name == "set-cookie"]
                assert set(cookies) <= {"[kept out]"}
            yield record.content_stream().read().decode("utf-8", "replace")


def test_running_the_demo_again_asks_nothing_and_tells_the_same(demo: Demo) -> None:
    """A finished round is told again, not visited again."""
    out, _ = demo
    (archive,) = out.glob("visits-*.warc.gz")
    before = archive.stat().st_size
    answer = civicprobe("demo", "--out", out)
    assert answer.returncode == 0, answer.stderr
    assert "finished already" in answer.stderr
    assert archive.stat().st_size == before


def test_the_report_of_the_sample_passes_its_own_audit(demo: Demo) -> None:
    """axe-core finds no violation on any kind of page of the sample's report, in both languages."""
    out, _ = demo
    pages = [
        out / "report" / folder / name
        for folder in ("", "zh")
        for name in (
            *("index.html", "method.html", "data.html", "review.html", "lens/inspection.html", "lens/losi.html"),
            *("city/yunxiu.html", "city/weiyu.html", "city/xilou.html"),
            *("lens/inspection/yunxiu.html", "lens/inspection/weiyu.html", "lens/losi/xilou.html"),
        )
    ]
    found: dict[str, list[str]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_chromium(playwright.chromium.executable_path), args=["--no-sandbox"]
        )
        tab = browser.new_page()
        for page in pages:
            tab.goto(page.as_uri())
            tab.evaluate(axe.source())
            seen = msgspec.json.decode(tab.evaluate(axe.runner(), [list(axe.TAGS), 3, None]), type=AxeSeen)
            if seen.violations:
                found[str(page.relative_to(out))] = [rule.id for rule in seen.violations]
        browser.close()
    assert found == {}
