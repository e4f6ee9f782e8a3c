"""The algebra of bands: what is unknown stays wide, and knowing more never makes it wider."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.band import UNKNOWN, Band, all_of, any_of, graded, share, weighted_mean

scores = st.floats(0, 1, allow_nan=False)
bands = st.tuples(scores, scores).map(lambda pair: Band(min(pair), max(pair)))
weights = st.floats(0.001, 1000, allow_nan=False)
weighted = st.lists(st.tuples(weights, bands), min_size=1, max_size=12)


def inside(inner: Band, outer: Band) -> bool:
    """Whether one band lies within another, give or take rounding."""
    return outer.low - 1e-9 <= inner.low and inner.high <= outer.high + 1e-9


@given(st.lists(bands, min_size=1))
def test_bounds_stay_ordered(some: list[Band]) -> None:
    """Every way of joining bands gives a band with 0 <= low <= high <= 1."""
    for joined in (any_of(some), all_of(some), share(some)):
        assert joined is not None
        assert 0.0 <= joined.low <= joined.high <= 1.0


@given(st.lists(bands, min_size=1), st.data())
def test_resolving_an_unknown_never_widens(some: list[Band], data: st.DataObject) -> None:
    """When one unknown becomes known, any, all and share give a band inside the one before."""
    place = data.draw(st.integers(0, len(some) - 1))
    before = [*some[:place], UNKNOWN, *some[place + 1 :]]
    after = [*some[:place], data.draw(bands), *some[place + 1 :]]
    assert inside(any_of(after), any_of(before))
    assert inside(all_of(after), all_of(before))
    known, unknown = share(after), share(before)
    assert known is not None
    assert unknown is not None
    assert inside(known, unknown)


@given(weighted, st.floats(0.01, 100))
def test_weights_normalise(some: list[tuple[float, Band]], factor: float) -> None:
    """Only the proportions of weights matter."""
    one = weighted_mean(some)
    other = weighted_mean([(weight * factor, band) for weight, band in some])
    assert one is not None
    assert other is not None
    assert one.low == pytest.approx(other.low)
    assert one.high == pytest.approx(other.high)


@given(weighted, bands)
def test_what_is_inapplicable_steps_aside(some: list[tuple[float, Band]], extra: Band) -> None:
    """A part of weight zero changes nothing."""
    assert weighted_mean([*some, (0.0, extra)]) == weighted_mean(some)


@given(st.lists(bands, min_size=1))
def test_any_is_max_and_all_is_min(some: list[Band]) -> None:
    """Any takes the best on both ends, all the worst on both ends."""
    assert any_of(some) == Band(max(b.low for b in some), max(b.high for b in some))
    assert all_of(some) == Band(min(b.low for b in some), min(b.high for b in some))


def test_of_nothing() -> None:
    """Any of none is failed, all of none is passed, a share of none does not exist."""
    assert any_of([]) == Band(0, 0)
    assert all_of([]) == Band(1, 1)
    assert share([]) is None


@given(st.floats(-5, 5, allow_nan=False))
def test_scores_are_clamped(score: float) -> None:
    """A graded score outside 0 to 1 is taken as the nearest end."""
    assert graded(score).known
    assert 0.0 <= graded(score).low <= 1.0


@given(scores, scores)
def test_a_band_in_disorder_is_refused(one: float, other: float) -> None:
    """Bounds in the wrong order are a mistake of ours and stop the program."""
    if one > other:
        with pytest.raises(ValueError, match="low <= high"):
            Band(one, other)
