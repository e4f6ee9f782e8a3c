"""The scales: points, bands and coverage as computed by hand, and the laws that hold for any findings."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.band import FAILED, PASSED, UNKNOWN, Band
from audits.city import City
from audits.finding import Finding
from probes.outcome import Cause, Outcome
from scoring.engine import score, score_all, with_tiers
from scoring.evidence import ImportedEvidence
from scoring.model import Model, load_model, parse_model
from scoring.scorecard import Score, Scorecard

# Two dimensions, 3 : 1. X holds X1 (features a and b at 1 : 3) and X2 (feature c and an intake, 1 : 1);
# Y holds Y1 (intake only) and a lost one.
MODEL = parse_model(
    """
id = "hand"
version = "1"
title = { en = "By hand", zh = "手算" }
note = { en = "By hand.", zh = "手算。" }
coverage_floor = 0.6
[[tier]]
id = "leading"
name = { en = "leading", zh = "领军" }
share = 0.16
[[tier]]
id = "pioneering"
name = { en = "pioneering", zh = "先锋" }
share = 0.34
[[tier]]
id = "exploring"
name = { en = "exploring", zh = "探索" }
share = 0.5
[[dimension]]
id = "X"
name = { en = "X", zh = "子" }
weight = { value = 3, provenance = "assumed" }
[[dimension.indicator]]
id = "X1"
name = { en = "X1", zh = "子一" }
status = "named"
weight = { value = 1, provenance = "assumed" }
feeds = [
  { feature = "a", weight = 1, provenance = "assumed" },
  { feature = "b", weight = 3, provenance = "assumed" },
]
[[dimension.indicator]]
id = "X2"
name = { en = "X2", zh = "子二" }
status = "named"
weight = { value = 1, provenance = "assumed" }
feeds = [{ feature = "c", weight = 1, provenance = "assumed" }]
intake = { methods = ["field", "phone"], weight = 1, provenance = "assumed", asks = { en = "?", zh = "？" } }
[[dimension]]
id = "Y"
name = { en = "Y", zh = "丑" }
weight = { value = 1, provenance = "assumed" }
[[dimension.indicator]]
id = "Y1"
name = { en = "Y1", zh = "丑一" }
status = "named"
weight = { value = 1, provenance = "assumed" }
intake = { methods = ["statistics"], weight = 1, provenance = "assumed", asks = { en = "?", zh = "？" } }
[[dimension.indicator]]
id = "Y2"
name = { en = "(lost)", zh = "（佚失）" }
status = "lost"
""",
    "hand.toml",
)
CITY = City("alpha", "甲市", "cn", ())


def finding(feature: str, outcome: Outcome, band: Band | None, city: str = "alpha") -> Finding:
    """A finding with nothing but what is weighed."""
    cause = Cause.BLOCKED if outcome is Outcome.CANT_TELL else None
    return Finding(city, feature, outcome, band, cause)


def record(indicator: str, value: float, method: str = "field", on: str = "2026-05-01", city: str = "alpha"):
    """An imported record on a scale of 0-1."""
    return ImportedEvidence(city, indicator, method, value, "", "0-1", "test", on, "test", "", value)


def at(card: Scorecard, *path: str) -> Score:
    """The score at the end of a path of ids."""
    here = card.index
    for id in path:
        here = next(part for part in here.parts if part.id == id)
    return here


def every(score: Score) -> Iterator[Score]:
    """A score and all below it."""
    yield score
    for part in score.parts:
        yield from every(part)


def test_point_band_and_coverage_equal_a_hand_computed_case():
    """a passed, b graded 0.5, c unknown, no imports.

    X1 = (1·1 + 3·0.5)/4 = 0.625, measured whole. X2 = [0,1]. X = [0.3125, 0.8125], coverage 0.5, point 0.625.
    Y = [0,1]. Index = 0.75·X + 0.25·Y = [0.234375, 0.859375], coverage 0.375, point 0.625.
    """
    card = score(
        CITY,
        [
            finding("a", Outcome.PASSED, PASSED),
            finding("b", Outcome.FAILED, Band(0.5, 0.5)),
            finding("c", Outcome.CANT_TELL, UNKNOWN),
        ],
        (),
        MODEL,
    )
    assert at(card, "X", "X1").point == pytest.approx(0.625)
    assert at(card, "X", "X1").coverage == pytest.approx(1.0)
    assert at(card, "X", "X1").shown
    assert at(card, "X", "X2") == replace(at(card, "X", "X2"), point=None, band=UNKNOWN, coverage=0.0, shown=False)
    x = at(card, "X")
    assert (x.point, x.coverage, x.shown) == (pytest.approx(0.625), pytest.approx(0.5), False)
    assert x.band is not None
    assert (x.band.low, x.band.high) == (pytest.approx(0.3125), pytest.approx(0.8125))
    index = card.index
    assert index.band is not None
    assert (index.band.low, index.band.high) == (pytest.approx(0.234375), pytest.approx(0.859375))
    assert (index.point, index.coverage, index.shown) == (pytest.approx(0.625), pytest.approx(0.375), False)


def test_imported_evidence_lifts_a_city_over_the_floor():
    """With c failed and X2 and Y1 fed, all is measured: 0.75·(0.625+0.25)/2 + 0.25·0.8 = 0.528125."""
    card = score(
        CITY,
        [
            finding("a", Outcome.PASSED, PASSED),
            finding("b", Outcome.FAILED, Band(0.5, 0.5)),
            finding("c", Outcome.FAILED, FAILED),
        ],
        [record("X2", 0.5), record("Y1", 0.8, "statistics")],
        MODEL,
    )
    assert (card.index.point, card.index.coverage, card.index.shown) == (
        pytest.approx(0.528125),
        pytest.approx(1.0),
        True,
    )


def test_what_does_not_apply_steps_aside_with_its_weight():
    """b is inapplicable: X1 is a alone, and unknown Y stays in the applicable weight."""
    card = score(
        CITY,
        [
            finding("a", Outcome.PASSED, PASSED),
            finding("b", Outcome.INAPPLICABLE, None),
            finding("c", Outcome.FAILED, FAILED),
        ],
        (),
        MODEL,
    )
    assert at(card, "X", "X1").point == 1.0
    assert at(card, "X", "X1", "b") == Score("b", None, None, 0.0, False)
    assert at(card, "X", "X1").coverage == 1.0


def test_a_feature_that_was_never_judged_is_unknown():
    """No finding at all leaves the whole interval and nothing measured."""
    card = score(CITY, (), (), MODEL)
    assert card.index.band == UNKNOWN
    assert (card.index.point, card.index.coverage, card.measured) == (None, 0.0, False)


def test_a_partly_known_finding_counts_with_the_part_known():
    """A share of which a fifth is unknown, [0.6, 0.8], is measured to 0.8 with a mean of 0.75."""
    card = score(CITY, [finding("a", Outcome.FAILED, Band(0.6, 0.8))], (), MODEL)
    leaf = at(card, "X", "X1", "a")
    assert (leaf.point, leaf.coverage) == (pytest.approx(0.75), pytest.approx(0.8))


def test_the_newest_records_of_a_method_count_and_methods_weigh_the_same():
    """Field: 0.2 of 2025 gives way to the mean of 0.6 and 0.8 of 2026; with phone 0.1 that makes 0.4."""
    records = [
        record("X2", 0.2, on="2025-05-01"),
        record("X2", 0.6),
        record("X2", 0.8),
        record("X2", 0.1, "phone", on="2024-01-01"),
    ]
    card = score(CITY, (), records, MODEL)
    fed = at(card, "X", "X2", "X2@import")
    assert [(part.id, part.point) for part in fed.parts] == [
        ("X2@field", pytest.approx(0.7)),
        ("X2@phone", 0.1),
    ]
    assert fed.point == pytest.approx(0.4)


def test_a_lost_indicator_is_no_part_of_any_score():
    """Y2 has no name and no weight; Y is Y1 alone."""
    card = score(CITY, (), [record("Y1", 0.8, "statistics")], MODEL)
    assert [part.id for part in at(card, "Y").parts] == ["Y1"]
    assert at(card, "Y").point == pytest.approx(0.8)


def test_a_city_without_a_measured_page_shows_nothing():
    """Its findings count as unknown and even imported dimensions are not shown; it gets no tier."""
    (card,) = score_all(
        [CITY],
        {"alpha": [finding("a", Outcome.PASSED, PASSED)]},
        [record("Y1", 0.8, "statistics")],
        MODEL,
        unmeasured={"alpha"},
    )
    assert (card.measured, card.tier) == (False, None)
    assert not any(part.shown for part in every(card.index))
    assert at(card, "X").band == UNKNOWN


def test_gates_and_flags_are_never_scored():
    """A finding whose card feeds no indicator changes nothing."""
    base = [finding("a", Outcome.PASSED, PASSED)]
    assert score(CITY, [*base, finding("wall.kind", Outcome.PASSED, PASSED)], (), MODEL) == score(CITY, base, (), MODEL)


def test_faults_of_ours_are_exceptions():
    """Two findings of one feature, a verdict without band, and a record that nothing takes are refused."""
    with pytest.raises(ValueError, match="judged twice"):
        score(CITY, [finding("a", Outcome.PASSED, PASSED)] * 2, (), MODEL)
    with pytest.raises(ValueError, match="without a band"):
        score(CITY, [finding("a", Outcome.PASSED, None)], (), MODEL)
    with pytest.raises(ValueError, match="takes no statistics records for 'X2'"):
        score(CITY, (), [record("X2", 0.5, "statistics")], MODEL)


def _shown(id: str, point: float | None) -> Scorecard:
    band = None if point is None else Band(point, point)
    return Scorecard(id, Score("index", point, band, 1.0, point is not None))


@pytest.mark.parametrize(
    ("cities", "sizes"),
    [(50, (8, 17, 25)), (100, (16, 34, 50)), (4, (1, 1, 2)), (3, (0, 2, 1)), (1, (0, 1, 0))],
)
def test_tiers_are_cut_at_16_50_and_100_percent_rounded_half_up(cities, sizes):
    """Fifty ranked cities give 8, 17 and 25, as in the survey."""
    cards = with_tiers((_shown(str(n), n / 200) for n in range(cities)), MODEL)
    told = [card.tier for card in cards]
    assert tuple(told.count(tier) for tier in ("leading", "pioneering", "exploring")) == sizes
    assert told == sorted(told, key=["exploring", "pioneering", "leading"].index)


def test_cities_that_are_not_shown_take_no_place_in_the_tiers():
    """Fifty ranked cities beside fifty unranked ones are still cut as fifty."""
    cards = with_tiers([_shown(str(n), n / 50 if n < 50 else None) for n in range(100)], MODEL)
    told = [card.tier for card in cards]
    assert (told.count("leading"), told.count(None)) == (8, 50)


def test_equal_values_share_the_better_tier():
    """Four cities: one leads; when the best three are equal, all three lead."""
    told = [
        card.tier
        for card in with_tiers([_shown("a", 0.7), _shown("b", 0.7), _shown("c", 0.7), _shown("d", 0.1)], MODEL)
    ]
    assert told == ["leading", "leading", "leading", "exploring"]


# Laws

SMART = load_model()
FEATURES = sorted(SMART.features())
TAKING = [(leaf.id, method) for leaf in SMART.leaves() if leaf.intake for method in leaf.intake.methods]

units = st.floats(0, 1)
bands = st.tuples(units, units).map(lambda ends: Band(min(ends), max(ends)))
verdicts = st.one_of(
    st.just((Outcome.CANT_TELL, UNKNOWN)),
    st.just((Outcome.UNTESTED, UNKNOWN)),
    st.just((Outcome.INAPPLICABLE, None)),
    units.map(lambda x: (Outcome.PASSED, Band(x, x))),
    bands.map(lambda band: (Outcome.FAILED, band)),
)
findings_of_a_city = st.dictionaries(st.sampled_from(FEATURES), verdicts, max_size=len(FEATURES)).map(
    lambda told: [finding(feature, *verdict) for feature, verdict in sorted(told.items())]
)
records_of_a_city = st.lists(
    st.tuples(st.sampled_from(TAKING), units, st.dates().map(str)).map(
        lambda told: record(told[0][0], told[1], told[0][1], told[2])
    ),
    max_size=12,
)


@given(findings_of_a_city, records_of_a_city)
def test_bounds_stay_ordered_and_hold_the_point_at_every_level(findings, records):
    """0 <= low <= point <= high <= 1, and coverage is the width that is missing."""
    for part in every(score(CITY, findings, records, SMART, measured=True).index):
        assert 0.0 <= part.coverage <= 1.0
        if part.band is None:
            assert (part.point, part.coverage, part.shown) == (None, 0.0, False)
            continue
        assert part.coverage == pytest.approx(1 - (part.band.high - part.band.low), abs=1e-8)
        if part.point is not None:
            assert part.band.low <= part.point <= part.band.high


@given(findings_of_a_city, records_of_a_city, st.data())
def test_resolving_an_unknown_never_widens_a_band(findings, records, data):
    """One cantTell becomes a value: no band at any level grows, and no coverage falls."""
    unknown = [n for n, one in enumerate(findings) if one.band == UNKNOWN and one.outcome is Outcome.CANT_TELL]
    if not unknown:
        return
    at_random, value = data.draw(st.sampled_from(unknown)), data.draw(units)
    resolved = list(findings)
    resolved[at_random] = finding(findings[at_random].feature, Outcome.PASSED, Band(value, value))
    before = every(score(CITY, findings, records, SMART, measured=True).index)
    after = every(score(CITY, resolved, records, SMART, measured=True).index)
    for old, new in zip(before, after, strict=True):
        assert new.coverage >= old.coverage - 1e-9
        if old.band is not None and new.band is not None:
            assert old.band.low - 1e-9 <= new.band.low <= new.band.high <= old.band.high + 1e-9


@given(findings_of_a_city, records_of_a_city, records_of_a_city)
def test_adding_evidence_never_lowers_coverage(findings, records, more):
    """At no level."""
    before = {part.id: part.coverage for part in every(score(CITY, findings, records, SMART, measured=True).index)}
    after = {
        part.id: part.coverage for part in every(score(CITY, findings, records + more, SMART, measured=True).index)
    }
    assert all(after[id] >= coverage - 1e-9 for id, coverage in before.items())


@given(st.lists(st.tuples(findings_of_a_city, records_of_a_city), max_size=5), st.randoms(use_true_random=False))
def test_permuting_cities_findings_and_records_changes_nothing(told, chance: random.Random):
    """Neither the order of cities nor that of their rows leaves a trace."""
    cities = [City(str(n), str(n), "cn", ()) for n in range(len(told))]
    findings = {str(n): [replace(f, city=str(n)) for f in fs] for n, (fs, _) in enumerate(told)}
    records = [replace(r, city=str(n)) for n, (_, rs) in enumerate(told) for r in rs]
    straight = {card.city: card for card in score_all(cities, findings, records, SMART)}
    chance.shuffle(cities)
    chance.shuffle(records)
    for rows in findings.values():
        chance.shuffle(rows)
    assert {card.city: card for card in score_all(cities, findings, records, SMART)} == straight


@given(findings_of_a_city, st.floats(0.01, 100))
def test_scaling_all_weights_of_a_level_changes_nothing(findings, factor):
    """Only proportions count: dimensions weighed by any common factor give the same index."""

    def scaled(model: Model) -> Model:
        total = math.fsum(d.weight.stated * factor for d in model.dimensions)
        return replace(
            model,
            dimensions=tuple(
                replace(d, weight=replace(d.weight, value=d.weight.stated * factor / total)) for d in model.dimensions
            ),
        )

    one = score(CITY, findings, (), SMART, measured=True).index
    two = score(CITY, findings, (), scaled(SMART), measured=True).index
    assert one.coverage == pytest.approx(two.coverage)
