"""Lenses: the data is sound, a bad file says what is wrong, intervals stay honest, and the inspection's flow holds."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.band import UNKNOWN, Band
from audits.card import Card
from audits.cards import load_catalogue
from audits.city import City
from audits.finding import Finding
from audits.registry import checks
from probes.outcome import Cause, Outcome
from scoring.lenses import Lens, LensError, LensResult, load_lenses, parse_lens, view
from scoring.lenses.lens import Reference
from scoring.lenses.result import Span
from scoring.model import ModelError, load_model
from tests.report_dataset import card

CATALOGUE = load_catalogue()
LENSES = {lens.id: lens for lens in load_lenses(CATALOGUE)}
INSPECTION, LOSI = LENSES["inspection"], LENSES["losi"]
CITY = City("alpha", "甲市", "cn", ("https://www.alpha.example/",))
ABROAD = replace(CITY, country="us")

NAMES = ("veto", "links", "share", "any", "other", "bonus")

HEAD = """
id = "{id}"
version = "1"
title = {{ en = "Small", zh = "小" }}
short = {{ en = "Small", zh = "小" }}
note = {{ en = "Small.", zh = "小。" }}
scheme = "{scheme}"
[[source]]
id = "rule"
effective = 2019-04-01
text = {{ en = "A rule", zh = "一项规则" }}
"""
GROUP = """
[[group]]
id = "{id}"
name = {{ en = "Group", zh = "组" }}
kind = "{kind}"
source = "rule"
clause = "1"
certainty = "V"
"""
INDICATOR = """
[[group.indicator]]
id = "{id}"
name = {{ en = "One", zh = "一" }}
text = {{ en = "One.", zh = "一。" }}
"""
NUMBER = """
[[{where}threshold]]
key = "{key}"
value = {value}
unit = "{unit}"
text = {{ en = "A number", zh = "一个数" }}
certainty = "R"
"""
LIMITS = "".join(
    NUMBER.format(where="", key=key, value=value, unit="points")
    for key, value in (("base", 100), ("fail_below", 60), ("bonus_above", 80), ("bonus_most", 30))
)
SMALL = (
    HEAD.format(id="small", scheme="deduction")
    + LIMITS
    + GROUP.format(id="vetoes", kind="veto")
    + INDICATOR.format(id="V")
    + 'reads = ["a.veto"]\nrule = { how = "all" }\n'
    + GROUP.format(id="items", kind="deduction")
    + 'points = { value = 100, certainty = "R" }\n'
    + INDICATOR.format(id="D1")
    + 'points = { value = 10, certainty = "R" }\nreads = ["a.links"]\n'
    + 'rule = { how = "each", per = ["link"], count = "dead" }\n'
    + NUMBER.format(where="group.indicator.", key="link", value=0.1, unit="points")
    + INDICATOR.format(id="D2")
    + 'points = { value = 60, certainty = "R" }\nreads = ["a.share"]\nrule = { how = "share" }\n'
    + INDICATOR.format(id="D3")
    + 'points = { value = 30, certainty = "R" }\nreads = ["a.any", "a.other"]\nrule = { how = "any" }\n'
    + GROUP.format(id="bonus", kind="bonus")
    + 'points = { value = 30, certainty = "V" }\n'
    + INDICATOR.format(id="B")
    + 'reads = ["a.bonus"]\nrule = { how = "all" }\n'
)
CARDS = (
    *(replace(card(f"a.{name}", (name, name)), countries=()) for name in NAMES),
    replace(card("a.flag", ("Flag", "提示")), kind="flag"),
    replace(card("a.gate", ("Gate", "条件")), kind="gate"),
)


def small(text: str = SMALL, cards: tuple[Card, ...] = CARDS) -> Lens:
    """The small lens of these tests."""
    return parse_lens(text, "small.toml", cards)


def known(feature: str, score: float, **more: object) -> Finding:
    """A finding that was measured; a full score passes."""
    outcome = Outcome.PASSED if score == 1 else Outcome.FAILED
    return Finding("alpha", feature, outcome, Band(score, score), **more)  # type: ignore[arg-type]


def unknown(feature: str, cause: Cause = Cause.TIMEOUT) -> Finding:
    """A finding of which nothing is known."""
    return Finding("alpha", feature, Outcome.CANT_TELL, UNKNOWN, cause)


def perfect(**changed: Finding) -> list[Finding]:
    """Findings with nothing to complain about, except those given under the part of the id after the dot."""
    made = {name: known(f"a.{name}", 1.0) for name in NAMES}
    return list((made | changed).values())


def seen(*findings: Finding, lens: Lens | None = None) -> LensResult:
    """The city through the small lens."""
    return view(lens or small(), CITY, findings)


# --- the data ---


def references(lens: Lens) -> list[tuple[str, Reference]]:
    """Every rule and every number of a lens, with where it comes from."""
    held = [(f"{lens.id}.{one.key}", one.reference) for one in lens.thresholds]
    for one in lens.indicators():
        held.append((one.id, one.reference))
        held += [(f"{one.id}.{threshold.key}", threshold.reference) for threshold in one.thresholds]
    return held


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)
def test_every_rule_and_every_threshold_is_a_record_with_source_and_certainty(lens: Lens) -> None:
    """Document in both languages, clause, certainty and a day from which it holds, for each rule and each number."""
    for where, reference in references(lens):
        assert reference.document.en, where
        assert reference.document.zh, where
        assert reference.clause, where
        assert reference.certainty in ("S", "V", "I", "R", "project"), where
        assert date.fromisoformat(reference.effective), where


@pytest.mark.parametrize("lens", LENSES.values(), ids=LENSES)
def test_a_number_in_the_words_of_a_machine_rule_has_a_record(lens: Lens) -> None:
    """An indicator that a machine answers and whose words state a number in digits states it as a threshold too."""
    for one in lens.indicators():
        stated = re.findall(r"\d+", re.sub(r"IPv6|12345", "", one.text.zh))
        if stated and not one.person:
            assert one.thresholds, one.id


def test_a_threshold_that_a_card_applies_is_the_number_the_card_applies() -> None:
    """What the lens states as the bound of a feature is the option of that card, or the default of its check."""
    compared = 0
    for lens in LENSES.values():
        for one in lens.indicators():
            for threshold in one.thresholds:
                if threshold.feature is None or threshold.option is None:
                    continue
                compared += 1
                used = CATALOGUE.card(threshold.feature)
                default = inspect.signature(checks()[used.check].function).parameters[threshold.option].default
                assert used.options.get(threshold.option, default) == threshold.value, (one.id, threshold.key)
    assert compared >= 10


def test_lenses_read_features_and_presence_alone() -> None:
    """Neither a flag nor a gate nor a rule about the measurement enters a lens; flags may only help a person."""
    kinds = {one.id: one.kind for one in CATALOGUE}
    for lens in LENSES.values():
        assert {kinds[feature] for feature in lens.features()} <= {"feature", "presence"}
        assert {kinds[flag] for one in lens.indicators() for flag in one.candidates} <= {"flag"}


def test_the_inspection_has_its_vetoes_and_its_points() -> None:
    """V1 to V6, 27 items worth 100 points with 25 for the services, a bonus of 30, for China alone."""
    assert INSPECTION.countries == ("cn",)
    groups = {group.id: group for group in INSPECTION.groups}
    assert {one.id[:2] for one in groups["vetoes"].indicators} == {"V1", "V2", "V3", "V4", "V5", "V6"}
    items = [one for one in INSPECTION.indicators() if one.kind == "deduction"]
    assert len(items) == 27
    assert sum(one.points.value for one in items if one.points) == pytest.approx(100)
    assert groups["services"].points is not None
    assert (groups["services"].points.value, groups["services"].points.certainty) == (25, "I")
    assert {one.points.certainty for one in items if one.points and one.points.shared} == {"project"}
    assert [INSPECTION.threshold(key) for key in ("base", "fail_below", "bonus_above", "bonus_most")] == [
        100,
        60,
        80,
        30,
    ]


def test_serious_errors_and_test_questions_are_never_answered_by_the_machine() -> None:
    """V1 and the test questions are for a person whatever was found."""
    for id in ("V1", "D16"):
        assert next(one for one in INSPECTION.indicators() if one.id == id).person


def test_the_index_has_the_five_criteria_of_2022() -> None:
    """8 + 25 + 18 + 17 + 18 indicators are listed; one of technology has no known name, and says so."""
    assert [(group.stated, len(group.indicators)) for group in LOSI.groups] == [(n, n) for n in (8, 25, 18, 17, 18)]
    assert [one.id for one in LOSI.indicators() if one.lost] == ["T18"]
    assert {one.kind for one in LOSI.indicators()} == {"binary"}
    assert [LOSI.threshold(level.above) for level in LOSI.levels if level.above] == [0.75, 0.5, 0.25]


# --- a bad file ---


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('reads = ["a.veto"]', 'reads = ["a.vetto"]', r"V\.reads: no feature card has the id 'a\.vetto'; .* a\.veto\?"),
        ('reads = ["a.veto"]', 'reads = ["a.flag"]', r"V\.reads: a\.flag is a flag card, .*; name it under"),
        ('reads = ["a.veto"]', 'reads = ["a.gate"]', r"V\.reads: a\.gate is a gate card, .*; remove it"),
        ('reads = ["a.veto"]', 'reads = ["a.veto"]\ncandidates = ["a.any"]', r"V\.candidates: a\.any is no flag card"),
        ('reads = ["a.veto"]', 'reads = ["a.veto", "a.veto"]', r"V\.reads: a\.veto is read twice; keep one"),
        ('reads = ["a.veto"]\n', "", r"V: a machine cannot answer it; add reads and a rule, or `person = true`"),
        ('reads = ["a.veto"]', 'person = true\nreads = ["a.veto"]', r"V: is for a person, so it reads nothing; remove"),
        ('how = "all"', 'how = "most"', r"rule\.how: .*'all', 'any'"),
        ('how = "all"', 'how = "share"', r"V\.rule: a veto is yes or no"),
        ('how = "all"', 'how = "value", below = "limit"', r"V\.rule: there is no threshold 'limit'; add it"),
        ('how = "all"', 'how = "at_least"', r"V\.rule: `at_least` needs `least`"),
        ('per = ["link"], ', "", r"D1\.rule: `each` needs `per`, one key of a threshold for each feature read"),
        ("value = 60, certainty", "value = 61, certainty", r"items\.points: its indicators have 101 of 100 points"),
        ("value = 100, certainty", "value = 99, certainty", r"the deduction groups have 99 points together; .* 100"),
        ('key = "base"', 'key = "bass"', r"threshold: base is missing; the scheme 'deduction' needs it"),
        ('source = "rule"', 'source = "ruel"', r"vetoes\.source: there is no source 'ruel'; add it as \[\[source\]\]"),
        ('certainty = "V"', 'certainty = "sure"', r"group\[1\]\.certainty: .*'project'"),
        ('clause = "1"', 'claws = "1"', r"group\[1\]\.claws: no such key; remove it or mend its spelling"),
        ('clause = "1"\n', "", r"group\[1\]\.clause: is missing; add it"),
        ('clause = "1"', 'clause = "1"\nstated = 2', r"vetoes\.stated: 2 indicators are stated and 1 are listed"),
        ('kind = "veto"', 'kind = "binary"', r"vetoes\.kind: 'binary' has no place in the scheme 'deduction'"),
        ('id = "D2"', 'id = "D1"', r"indicator D1: this id is used twice; give each its own"),
        ("effective = 2019-04-01", 'effective = "soon"', r"source\[1\]\.effective: "),
        ("version =", "version", r"is not TOML"),
    ],
)  # fmt: skip
def test_a_bad_lens_names_file_key_and_cure(old: str, new: str, told: str) -> None:
    """Each fault of a lens file is one line with the file's name, the key and what to do."""
    assert old in SMALL
    with pytest.raises(LensError, match=told) as caught:
        small(SMALL.replace(old, new, 1))
    assert all(line.startswith("small.toml: ") for line in str(caught.value).splitlines())


def test_the_index_refuses_flags_as_well() -> None:
    """A flag card that feeds an indicator of the SMART model is an error of the model file."""
    flag = sorted(load_model().features())[0]
    with pytest.raises(ModelError, match=rf"{flag} is a flag card, which never enters a score; remove it"):
        load_model(flags={flag})
    assert load_model(flags={one.id for one in CATALOGUE if one.kind == "flag"})


# --- the flow of the inspection ---


def test_a_veto_stops_the_count() -> None:
    """A failed veto fails the city whatever else was found, and there is no total."""
    result = seen(*perfect(veto=known("a.veto", 0.0)))
    assert (result.verdict, result.stopped_by, result.total) == ("failed", ("V",), None)


def test_an_open_veto_leaves_the_verdict_open() -> None:
    """Neither a perfect nor a poor rest decides while a veto is not known; the total is told all the same."""
    for rest in (perfect(), [known("a.share", 0.0), known("a.any", 0.0), known("a.other", 0.0)]):
        result = seen(*[one for one in rest if one.feature != "a.veto"], unknown("a.veto"))
        assert (result.verdict, result.open_vetoes) == ("open", ("V",))
        assert result.total is not None


@pytest.mark.parametrize(
    ("share", "verdict", "total"),
    [(1.0, "passed", Span(130, 130)), (0.0, "failed", Span(40, 40)), (0.5, "passed", Span(70, 70))],
)
def test_points_are_taken_from_the_base(share: float, verdict: str, total: Span) -> None:
    """A hundred less what is missing; below 60 fails; the bonus is added above 80 only."""
    result = seen(*perfect(share=known("a.share", share)))
    assert (result.verdict, result.total) == (verdict, total)


def test_the_bonus_needs_more_than_its_bound() -> None:
    """At exactly 80 points nothing is added, a little above it all."""
    at = seen(*perfect(share=known("a.share", 2 / 3)))
    above = seen(*perfect(share=known("a.share", 0.67)))
    assert at.total == Span(80, 80)
    assert above.total is not None
    assert above.total.low == pytest.approx(110.2)


def test_an_unknown_item_keeps_the_verdict_open_where_it_matters() -> None:
    """Sixty points unknown may mean 40 or 100 and a bonus; thirty unknown cannot bring the city below 60."""
    wide = seen(*perfect(share=unknown("a.share")))
    assert (wide.verdict, wide.total) == ("open", Span(40, 130))
    safe = seen(*perfect(any=unknown("a.any"), other=unknown("a.other")))
    assert (safe.verdict, safe.total) == ("passed", Span(70, 130))


@pytest.mark.parametrize(("dead", "kept"), [(0, 10), (3, 9.7), (100, 0), (5000, 0)])
def test_each_case_costs_points_and_no_item_more_than_it_has(dead: int, kept: float) -> None:
    """A tenth of a point for each dead link, capped at the item's ten points."""
    result = seen(*perfect(links=known("a.links", 0.5, arguments={"dead": dead, "checked": 9999})))
    points = result.answer("D1").points
    assert points is not None
    assert (points.low, points.high) == (pytest.approx(kept), pytest.approx(kept))
    assert result.answer("D1").outcome is (Outcome.PASSED if dead == 0 else Outcome.FAILED)


def test_suspected_cases_may_cost_points_and_no_more() -> None:
    """Two dead links and three suspected ones cost between two and five tenths of a point."""
    lens = small(SMALL.replace('count = "dead"', 'count = "dead", suspected = "suspected"'))
    links = Finding(
        "alpha", "a.links", Outcome.CANT_TELL, Band(0.5, 0.9), Cause.NEEDS_TIME, arguments={"dead": 2, "suspected": 3}
    )
    points = seen(*perfect(links=links), lens=lens).answer("D1").points
    assert points is not None
    assert (points.low, points.high) == (pytest.approx(9.5), pytest.approx(9.8))


def test_items_that_do_not_apply_are_scaled_away() -> None:
    """Without the items worth 60 points the other 40 are the whole, as for departments without services."""
    away = Finding("alpha", "a.share", Outcome.INAPPLICABLE, None)
    result = seen(*perfect(share=away, any=known("a.any", 0.0), other=known("a.other", 0.0)))
    assert result.answer("D2").outcome is Outcome.INAPPLICABLE
    assert result.total == Span(25, 25)


def test_the_real_inspection_is_never_passed_by_a_machine_alone() -> None:
    """With every feature at its best, V1 and others wait for a person, and the total is an interval."""
    best = [known(feature, 1.0) for feature in INSPECTION.features()]
    result = view(INSPECTION, CITY, best)
    assert result.verdict == "open"
    assert "V1" in result.open_vetoes
    assert not result.stopped_by
    assert result.total is not None
    assert result.total.low < 100 <= result.total.high
    assert result.assumed


def test_the_veto_on_the_home_page_compares_days() -> None:
    """Fourteen days are within two weeks, fifteen are not, and a home page without dates counts as not updated."""
    for value, outcome in ((14, Outcome.PASSED), (15, Outcome.FAILED), (None, Outcome.FAILED)):
        finding = known("updates.home_age", 0.0, value=value, unit="days")
        assert view(INSPECTION, CITY, [finding]).answer("V3").outcome is outcome


def test_blank_columns_veto_from_five_on() -> None:
    """Four blank columns are a deduction only, five a veto."""
    for blank, outcome in ((4, Outcome.PASSED), (5, Outcome.FAILED)):
        result = view(INSPECTION, CITY, [known("updates.blank_columns", 1 - blank / 5, value=blank, unit="count")])
        assert result.answer("V4c").outcome is outcome
        assert result.answer("D08").outcome is Outcome.FAILED


def test_a_lens_for_one_country_leaves_others_aside() -> None:
    """Outside China the inspection says nothing at all."""
    result = view(INSPECTION, ABROAD, ())
    assert (result.verdict, result.answers, result.total) == ("elsewhere", (), None)


# --- the index of the UN ---


def test_what_needs_a_person_and_what_does_not_apply_are_kept_apart() -> None:
    """The assessed share knows only found, not found and not seen; the whole keeps a person's part open."""
    found = [known(feature, 1.0) for feature in LOSI.features()]
    result = view(LOSI, CITY, found)
    count = result.count
    assert (count.failed, count.open, count.inapplicable) == (0, 0, 3)
    assert count.passed + count.person + count.inapplicable == 86
    assert result.assessed == Span(1.0, 1.0)
    assert result.levels == ("very_high",)
    assert result.total is not None
    assert result.total == Span(count.passed / 83, 1.0)
    assert view(LOSI, ABROAD, [replace(one, city="alpha") for one in found]).count.inapplicable == 0


def test_nothing_seen_leaves_every_level_possible() -> None:
    """Without findings the interval is whole and no level is left out at either end."""
    result = view(LOSI, CITY, ())
    assert (result.assessed, result.total) == (Span(0.0, 1.0), Span(0.0, 1.0))
    assert result.levels == ("low", "very_high")


def test_a_city_that_could_not_be_measured_is_not_assessable() -> None:
    """No share and no verdict, in both lenses, even where a finding says something."""
    for lens in LENSES.values():
        findings = [known(feature, 0.0) for feature in lens.features()]
        result = view(lens, CITY, findings, measured=False)
        assert (result.verdict, result.total, result.assessed, result.stopped_by) == ("not_assessable", None, None, ())
        assert result.count.assessed == 0


def test_found_means_above_zero_where_the_indicator_says_so() -> None:
    """HTTPS without a redirect is found although the feature is not met; a plain yes or no needs a pass."""
    result = view(LOSI, CITY, [known("identity.https", 0.5), known("mobile.fit", 0.5)])
    assert result.answer("T14").outcome is Outcome.PASSED
    assert result.answer("T04").outcome is Outcome.FAILED


def test_a_machine_says_what_is_missing_and_a_person_whether_it_is_right() -> None:
    """An indicator that is half for a person fails on absence and waits for a person on presence."""
    absent = view(LOSI, CITY, [known("plans.published", 0.0)]).answer("I4")
    there = view(LOSI, CITY, [known("plans.published", 1.0)]).answer("I4")
    unseen = view(LOSI, CITY, [unknown("plans.published")]).answer("I4")
    assert (absent.outcome, absent.cause) == (Outcome.FAILED, None)
    assert (there.outcome, there.cause) == (Outcome.CANT_TELL, Cause.NEEDS_PERSON)
    assert (unseen.outcome, unseen.cause) == (Outcome.CANT_TELL, Cause.TIMEOUT)


def test_what_looks_wrong_is_confirmed_by_a_person_where_the_rule_says_so() -> None:
    """A veto with `confirm` never fails by itself: it waits for a person; without a finding against it, it passes."""
    lens = small(SMALL.replace('reads = ["a.veto"]', 'confirm = true\nreads = ["a.veto"]', 1))
    suspected = seen(*perfect(veto=known("a.veto", 0.0)), lens=lens)
    assert (suspected.verdict, suspected.stopped_by, suspected.open_vetoes) == ("open", (), ("V",))
    assert suspected.answer("V").cause is Cause.NEEDS_PERSON
    assert seen(*perfect(), lens=lens).verdict == "passed"
    assert seen(*perfect(veto=unknown("a.veto")), lens=lens).answer("V").cause is Cause.TIMEOUT


# --- the algebra ---

findings = st.dictionaries(
    st.sampled_from(NAMES),
    st.one_of(st.none(), st.sampled_from([0.0, 0.25, 0.5, 2 / 3, 0.9, 1.0])),
)


def made(some: dict[str, float | None]) -> list[Finding]:
    """Findings from scores; None is unknown, and what is not named has no finding."""
    return [
        unknown(f"a.{name}")
        if score is None
        else known(f"a.{name}", score, arguments={"dead": round((1 - score) * 200)})
        for name, score in some.items()
    ]


def inside(inner: Span | None, outer: Span | None) -> bool:
    """Whether one interval lies within another; a count that a veto stopped has none."""
    if inner is None or outer is None:
        return True
    return outer.low - 1e-6 <= inner.low and inner.high <= outer.high + 1e-6


@given(findings)
def test_totals_are_ordered_and_bounded(some: dict[str, float | None]) -> None:
    """0 <= lowest <= highest <= base plus bonus, and every item keeps between nothing and all of its points."""
    result = seen(*made(some))
    if result.total is not None:
        assert 0 <= result.total.low <= result.total.high <= 130
    for answer in result.answers:
        if answer.points is not None and answer.band is not None:
            assert 0 <= answer.points.low <= answer.points.high
            assert 0 <= answer.band.low <= answer.band.high <= 1


@given(findings, st.sampled_from(NAMES), st.sampled_from([0.0, 0.5, 1.0]))
def test_learning_more_never_widens_and_never_takes_back(
    some: dict[str, float | None], name: str, score: float
) -> None:
    """When an unknown becomes known, the total stays inside what it was, and a decided verdict stays decided."""
    before = seen(*made(some | {name: None}))
    after = seen(*made(some | {name: score}))
    assert inside(after.total, before.total)
    assert inside(after.kept, before.kept)
    if before.verdict in ("passed", "failed"):
        assert after.verdict == before.verdict


@given(
    st.dictionaries(st.sampled_from(sorted(LOSI.features())), st.one_of(st.none(), st.sampled_from([0.0, 0.5, 1.0])))
)
def test_the_assessed_share_lies_where_the_whole_allows_it(some: dict[str, float | None]) -> None:
    """Both shares lie in 0 to 1, all 86 are counted once, and finding more never lowers an end."""
    told = [unknown(f) if score is None else known(f, score) for f, score in some.items()]
    result = view(LOSI, CITY, told)
    count = result.count
    assert count.applicable + count.inapplicable == 86
    for span in (result.total, result.assessed):
        if span is not None:
            assert 0 <= span.low <= span.high <= 1
    better = view(LOSI, CITY, [known(f, 1.0) for f in some])
    assert result.total is not None
    assert better.total is not None
    assert better.total.low >= result.total.low - 1e-9
    assert better.total.high >= result.total.high - 1e-9


@given(findings, st.permutations(range(6)))
def test_the_order_of_findings_does_not_matter(some: dict[str, float | None], order: list[int]) -> None:
    """The same findings in any order give the same result."""
    told = made(some)
    shuffled = [told[place] for place in order if place < len(told)]
    assert seen(*told) == seen(*shuffled)


def test_the_lens_of_the_docs_can_be_used() -> None:
    """The example of docs/lenses.md is a valid lens and answers as it says."""
    text = (Path(__file__).parent.parent / "docs" / "lenses.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^```toml\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lens = parse_lens(example, "docs/lenses.md", CATALOGUE)
    result = view(lens, CITY, [known("feedback.latency", 0.9, value=10, unit="days")])
    assert (result.assessed, result.levels) == (Span(1.0, 1.0), ("high",))
