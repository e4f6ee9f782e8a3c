"""The index as data: the shipped model holds together, and a bad model file says what is wrong."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.band import PASSED
from audits.cards import load_catalogue
from audits.city import City
from audits.finding import Finding
from probes.outcome import Outcome
from scoring.engine import score
from scoring.evidence import ImportedEvidence
from scoring.model import Indicator, Model, ModelError, load_model, parse_model

SMALL = """
id = "small"
version = "1"
title = { en = "Small", zh = "小" }
note = { en = "Small.", zh = "小。" }
coverage_floor = 0.6
[[tier]]
id = "one"
name = { en = "one", zh = "一" }
share = 1.0
[[dimension]]
id = "D"
name = { en = "D", zh = "丁" }
weight = { value = 2, provenance = "assumed" }
[[dimension.indicator]]
id = "D1"
name = { en = "D1", zh = "丁一" }
status = "named"
weight = { value = 1, provenance = "assumed" }
feeds = [{ feature = "a.one", weight = 1, provenance = "assumed" }]
"""


def _levels(model: Model) -> Iterator[list[float]]:
    """The weights of every group of siblings."""

    def inside(indicators: tuple[Indicator, ...]) -> Iterator[list[float]]:
        yield [indicator.weight.value for indicator in indicators if indicator.weight is not None]
        for indicator in indicators:
            if indicator.parts:
                yield from inside(indicator.parts)
            if indicator.feeds or indicator.intake:
                fed = [feed.weight.value for feed in indicator.feeds]
                yield fed + ([indicator.intake.weight.value] if indicator.intake else [])

    yield [dimension.weight.value for dimension in model.dimensions]
    for dimension in model.dimensions:
        yield from inside(dimension.indicators)


def test_the_shipped_model_has_the_five_dimensions_with_the_assumed_split():
    """S .30, M .25, A .25 are marked as assumed; R and T at .10 as inferred."""
    model = load_model()
    told = {d.id: (round(d.weight.value, 9), d.weight.provenance) for d in model.dimensions}
    assert told == {
        "S": (0.30, "assumed"),
        "M": (0.25, "assumed"),
        "A": (0.25, "assumed"),
        "R": (0.10, "inferred"),
        "T": (0.10, "inferred"),
    }


def test_the_shipped_weights_normalise_at_every_level():
    """Siblings' weights add up to one, at each of the levels."""
    for weights in _levels(load_model()):
        assert math.isclose(math.fsum(weights), 1.0)


def test_the_lost_sixth_aspect_of_technology_is_marked_and_carries_no_weight():
    """T has six aspects of which one has no name, no weight and no feed."""
    technology = load_model().dimensions[-1]
    lost = [indicator for indicator in technology.indicators if indicator.status == "lost"]
    assert len(technology.indicators) == 6
    assert [(one.weight, one.feeds, one.intake) for one in lost] == [(None, (), None)]


def test_nothing_seen_on_the_web_feeds_technology():
    """Every named indicator of T takes imports only."""
    assert all(
        leaf.only_imports for d in load_model().dimensions if d.id == "T" for i in d.indicators for leaf in i.leaves()
    )


def test_every_weight_of_the_file_says_where_it_comes_from():
    """Each table with a weight has a provenance beside it."""
    text = resources.files("scoring").joinpath("smart.toml").read_text("utf-8")

    def tables(value: object) -> Iterator[dict[str, object]]:
        if isinstance(value, dict):
            yield value
            for inner in value.values():
                yield from tables(inner)
        elif isinstance(value, list):
            for inner in value:
                yield from tables(inner)

    for table in tables(tomllib.loads(text)):
        if isinstance(table.get("weight"), int | float) or set(table) >= {"value"}:
            assert table.get("provenance") in ("seen", "inferred", "assumed"), table


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=8))
def test_weights_of_any_size_normalise(stated):
    """Only the proportions of siblings' weights matter."""
    feeds = ", ".join(f'{{ feature = "a.f{n}", weight = {w!r}, provenance = "assumed" }}' for n, w in enumerate(stated))
    model = parse_model(SMALL.replace('{ feature = "a.one", weight = 1, provenance = "assumed" }', feeds), "small.toml")
    for weights in _levels(model):
        assert math.isclose(math.fsum(weights), 1.0)
    (indicator,) = model.indicators()
    for feed, weight in zip(indicator.feeds, stated, strict=True):
        assert math.isclose(feed.weight.value, weight / math.fsum(stated))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "weight = 1, prov",
            "weight = -1, prov",
            r"dimension\[1\]\.indicator\[1\]\.feeds\[1\]\.weight: .*greater than 0.*-1",
        ),
        ("value = 2", "value = 0", r"dimension\[1\]\.weight\.value: .*greater than 0"),
        ('status = "named"', 'status = "found"', r"indicator\[1\]\.status: .*'lost'"),
        ("coverage_floor", "coverage_flor", r"coverage_flor: no such key; remove it or mend its spelling"),
        (
            'provenance = "assumed" }\n[[dim',
            'provenance = "guess" }\n[[dim',
            r"provenance: .*'seen', 'inferred' or 'assumed'",
        ),
        ("feeds = ", "#", r"D1: nothing can reach it; add feeds"),
        ('status = "named"', 'status = "lost"', r"D1: is lost, so it can carry no weight"),
        ('id = "D1"', 'id = "D"', r"D: this id is used twice"),
        ("share = 1.0", "share = 0.5", r"tier\.share: the shares add up to 0\.5"),
        (
            "feeds = [",
            'feeds = [{ feature = "a.one", weight = 2, provenance = "seen" }, ',
            r"D1\.feeds: a\.one feeds it twice; keep one and add the weights",
        ),
        (
            'status = "named"\nweight = { value = 1, provenance = "assumed" }',
            'status = "named"',
            r"D1\.weight: is missing",
        ),
        (
            'value = 2, provenance = "assumed"',
            'value = 2, provenance = "assumed", note = { en = "Lost." }',
            r"dimension\[1\]\.weight\.note\.zh: is missing; add it",
        ),
        ('value = 2, provenance = "assumed"', 'value = 2, provenance = "assumed", note = "Lost."', r"weight\.note: "),
        ("version =", "version ", r"is not TOML"),
    ],
)
def test_a_bad_model_names_file_key_and_cure(old, new, told):
    """Each fault of a model file is one line with the file's name, the key and what to do."""
    assert old in SMALL
    with pytest.raises(ModelError, match=told) as caught:
        parse_model(SMALL.replace(old, new, 1), "mine.toml")
    assert all(line.startswith("mine.toml: ") for line in str(caught.value).splitlines())


def test_a_feed_without_a_card_is_an_error_that_offers_the_nearest_id():
    """A misspelt feature id is refused when the ids of the cards are known."""
    with pytest.raises(ModelError, match=r"D1\.feeds: no feature card has the id 'a\.one'; did you mean a\.ones\?"):
        parse_model(SMALL, "mine.toml", features={"a.ones", "b.two"})
    assert parse_model(SMALL, "mine.toml", features={"a.one"}).features() == {"a.one"}


def test_a_model_file_that_is_not_there_says_so(tmp_path):
    """A missing file is a ModelError with its path, not a traceback of the system."""
    with pytest.raises(ModelError, match=r"absent\.toml: cannot be read"):
        load_model(tmp_path / "absent.toml")


def test_the_shipped_model_and_the_cards_agree_on_what_feeds_what():
    """Each feature feeds the indicators its card names (`site` means A4, S1 any of its parts), and no others.

    Gates, flags, measures of quality and page presence are never weighed.
    """
    model = load_model()
    for card in load_catalogue().cards:
        targets = {"A4" if target == "site" else target for target in card.smart} if card.kind == "feature" else set()
        fed = {"S1" if id in ("S1g", "S1t", "S1h", "S1e", "S1s", "S1j") else id for id in model.fed_by(card.id)}
        assert fed == targets, card.id
    assert load_model(features={card.id for card in load_catalogue().cards}) == model


def test_a_perfect_portal_alone_stays_below_the_floor():
    """With every feature passed and nothing imported, coverage of the index is under 0.6; with all fed it is 1."""
    model = load_model()
    city = City("alpha", "甲市", "cn", ())
    findings = [Finding("alpha", feature, Outcome.PASSED, PASSED) for feature in sorted(model.features())]
    alone = score(city, findings, (), model).index
    assert not alone.shown
    assert 0.4 < alone.coverage < model.coverage_floor
    records = [
        ImportedEvidence("alpha", leaf.id, leaf.intake.methods[0], 1, "", "0-1", "t", "2026-05-01", "t", "", 1.0)
        for leaf in model.leaves()
        if leaf.intake
    ]
    assert score(city, findings, records, model).index.coverage == pytest.approx(1.0)
