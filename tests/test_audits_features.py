"""Every feature card is proved by examples: one that passes, one that fails, and a trap."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from audits.cards import load_catalogue
from audits.city import City, CitySeen, Reason, VisitedPage
from audits.families import unfold
from audits.history import EarlierFinding, History, LinkAnswer, Opening
from audits.judge import judge
from probes.attachments import FileSeen
from probes.axe.result import AxeSeen
from probes.document import DocumentSeen
from probes.lists.listing import ListAnswer
from probes.live_seen import SlowLoadSeen, TapTargetsSeen, ViewportSeen
from probes.observation import Observation
from probes.opendata.catalogue import DownloadSeen, OpenDataAnswer
from probes.outcome import Cause, Outcome
from probes.page import FetchedPage, Way
from probes.parsed import parse
from probes.registry import document_probes
from probes.transport import TransportSeen

EXAMPLES = Path(__file__).parent / "features"
LIVE = {
    kind.__name__: kind
    for kind in (
        AxeSeen,
        DownloadSeen,
        FileSeen,
        ListAnswer,
        OpenDataAnswer,
        SlowLoadSeen,
        TapTargetsSeen,
        TransportSeen,
        ViewportSeen,
    )
}
HOMES = {"cn": "https://www.example.gov.cn/", "us": "https://www.example.gov/", "it": "https://www.comune.example/"}
CARDS = load_catalogue().cards


@dataclass(frozen=True)
class Example:
    """One made-up city and what must be found there; `name` is pass, fail or trap (and more, if need be)."""

    feature: str
    name: str
    table: dict[str, Any]


def examples() -> Iterator[Example]:
    """All examples: `tests/features/<feature-id>/examples.toml`; where the folder bears the id of a family of cards
    (`field.{field}_depth`), each example is told for every card of it."""
    for file in sorted(EXAMPLES.glob("*/examples.toml")):
        for table in tomllib.loads(file.read_text("utf-8"))["example"]:
            for feature, told in _told_for(file.parent.name, table):
                yield Example(feature, told["name"], told)


def _told_for(folder: str, table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    each = next((name for name in load_catalogue().each if f"{{{name}}}" in folder), None)
    if each is None:
        yield folder, table
        return
    for key, row in load_catalogue().each[each].items():
        yield unfold(folder, each, key, row), unfold(table, each, key, row)


def city_of(table: dict[str, Any]) -> CitySeen:
    """The city of an example, its pages read by the real probes."""
    place = {"country": "cn", "name": "示例市", "name_en": "Example", **table.get("city", {})}
    home = HOMES[place["country"]]
    city = City(id="example", portals=(home,), **place)
    pages: list[VisitedPage] = []
    for entry in table["page"]:
        for repeat in range(entry.get("times", 1)):
            numbered = {**entry, "path": entry.get("path", "").replace("NUMBER", str(repeat))}
            pages.append(visit_of(numbered, len(pages) + 1, home, entry.get("at", "2026-10-15T08:00:00+00:00")))
    return CitySeen(city, tuple(pages), as_of=table.get("as_of", "2026-10-15"), history=history_of(table, home))


def history_of(table: dict[str, Any], home: str) -> History:
    """What the store would have handed on from before: `opening`, `answer` and `earlier` tables of an example.

    An `opening` stands for `times` tries on each of `days` days from `first` on, spread evenly over the day.
    """
    openings = [
        Opening(
            url=home + entry.get("path", ""),
            at=(date + timedelta(days=day, hours=24 * turn / entry.get("times", 1))).strftime("%Y-%m-%dT%H:%M:%SZ"),
            way=entry.get("way", "plain"),
            outcome=Outcome(entry.get("outcome", "cantTell" if "cause" in entry else "passed")),
            cause=Cause(entry["cause"]) if "cause" in entry else None,
            elapsed_ms=entry.get("elapsed_ms", 200),
            load_ms=entry.get("load_ms"),
        )
        for entry in table.get("opening", [])
        for date in [datetime.fromisoformat(entry["first"])]
        for day in range(entry.get("days", 1))
        for turn in range(entry.get("times", 1))
    ]
    answers = [
        LinkAnswer(home + entry["path"], entry["at"], Outcome(entry["outcome"]), status=entry["status"])
        for entry in table.get("answer", [])
    ]
    earlier = [
        EarlierFinding("2026-09", entry["at"], feature, Outcome(outcome), None, entry.get("version", 1))
        for entry in table.get("earlier", [])
        for feature, outcome in entry["found"].items()
    ]
    return History(tuple(sorted(openings, key=lambda each: each.at)), tuple(answers), tuple(earlier))


def visit_of(entry: dict[str, Any], number: int, home: str, at: str) -> VisitedPage:
    """One visit as the crawler would have stored it."""
    url = home + entry.get("path", "") if "url" not in entry else entry["url"]
    way, roles = entry.get("way", "plain"), entry.get("roles", ["home"])
    outcome = Outcome(entry.get("outcome", "cantTell" if "cause" in entry else "passed"))
    observations: dict[type, Observation[Any]] = {}
    if "html" in entry:
        page = FetchedPage(
            url=url,
            status=entry.get("status", 200),
            headers=(("content-type", "text/html; charset=utf-8"), *entry.get("headers", {}).items()),
            body=document(entry).encode(),
            fetched_at=datetime.fromisoformat(at).astimezone(UTC),
            way=Way(way),
            rendered=way != "plain",
            roles=tuple(roles),
        )
        parsed = parse(page)
        observations[DocumentSeen] = Observation("document", 1, Outcome.PASSED, seen=parsed.seen, id=number)
        for probe in document_probes():
            seen = probe.look(parsed)
            if seen is not None:
                observations[type(seen)] = Observation(probe.name, probe.version, Outcome.PASSED, seen=seen, id=number)
    for name, table in entry.get("seen", {}).items():
        seen = msgspec.convert(table, LIVE[name])
        observations[LIVE[name]] = Observation(name, 1, Outcome.PASSED, seen=seen, id=number)
    return VisitedPage(
        id=number,
        url=url,
        final_url=entry.get("final_url", url),
        way=way,
        method=entry.get("method", "GET"),
        portal=home,
        roles=tuple(Reason(role, entry.get("why", "")) for role in roles),
        outcome=outcome,
        cause=Cause(entry["cause"]) if "cause" in entry else None,
        vendor=entry.get("vendor"),
        status=entry.get("status", None if "cause" in entry else 200),
        fetched_at=at,
        elapsed_ms=entry.get("elapsed_ms", 200),
        size_bytes=1000,
        redirected_to=entry.get("redirected_to"),
        observations=observations,
    )


def document(entry: dict[str, Any]) -> str:
    """The markup of a page: as given, or a body put into a whole page."""
    html: str = entry["html"]
    if html.lstrip().lower().startswith("<!doctype"):
        return html
    title = entry.get("title", "示例市人民政府")
    return (
        f'<!doctype html><html lang="{entry.get("lang", "zh-CN")}"><head><meta charset="utf-8"><title>{title}</title>'
        f"{entry.get('head', '')}</head><body>{html}</body></html>"
    )


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: f"{example.feature}-{example.name}")
def test_example(example: Example) -> None:
    """The made-up city is judged as a careful reader would judge it, and the answer can be said in both languages."""
    city = city_of(example.table)
    finding = next(found for found in judge(city, CARDS) if found.feature == example.feature)
    card = load_catalogue().card(example.feature)
    expected = {
        key: example.table[key] for key in ("outcome", "value", "reason", "cause", "vendor") if key in example.table
    }
    got = {key: getattr(finding, key) for key in expected}
    assert got == expected, f"{example.table['says']}\n{finding}"
    if "score" in example.table:
        assert finding.band is not None
        assert [finding.band.low, finding.band.high] == pytest.approx(example.table["score"])
    for text in (card.messages[finding.reason].en, card.messages[finding.reason].zh):
        assert "{" not in text.format(**finding.arguments)
    assert finding.outcome is not Outcome.PASSED or finding.evidence or card.kind in ("quality", "gate")


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_every_card_has_a_pass_a_fail_and_a_trap(card: Any) -> None:
    """No card without its three examples."""
    names = {example.name for example in examples() if example.feature == card.id}
    assert {"pass", "fail", "trap"} <= names


def test_every_folder_is_of_a_card() -> None:
    """No examples of a feature that does not exist."""
    assert {example.feature for example in examples()} <= {card.id for card in CARDS}


@pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)
def test_every_card_speaks_both_languages_and_names_its_source(card: Any) -> None:
    """Title, question, reason, what counts, what does not and every message are there in English and in Chinese."""
    texts = [card.title, card.asks, card.why, card.counts, card.does_not_count, *card.messages.values()]
    assert all(text.en.strip() and text.zh.strip() for text in texts)
    assert all(any("\u4e00" <= char <= "\u9fff" for char in text.zh) for text in texts)
    assert all(not any("\u4e00" <= char <= "\u9fff" for char in text.en.replace("开放数林", "")) for text in texts)
    assert card.sources
    assert all(source.text and source.clause for source in card.sources)
