"""Cohen's kappa between two rounds, and what a rule that does not agree with itself is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.agreement import Pair, by_rule, earlier_round, kappa, pairs
from audits.band import FAILED, PASSED
from audits.finding import Finding
from audits.history import EarlierFinding
from probes.outcome import Cause, Outcome

answers = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40)


def made(*of: tuple[bool, bool]) -> list[Pair]:
    """Pairs of one rule."""
    return [Pair("a.b", before, now) for before, now in of]


def earlier(feature: str, outcome: Outcome, *, version: int = 1, at: str = "2026-10-01T08:00:00Z") -> EarlierFinding:
    """What was found before."""
    return EarlierFinding(at[:10], at, feature, outcome, None, version)


def test_a_textbook_case() -> None:
    """20 and 15 of 50 agree as yes and no, 5 and 10 differ: observed 0.7, by chance 0.5, kappa 0.4."""
    of = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert kappa(made(*of)) == pytest.approx(0.4)


def test_answers_by_the_toss_of_a_coin_agree_no_more_than_chance() -> None:
    """A quarter of each combination is kappa 0; the contrary each time is −1."""
    assert kappa(made((True, True), (True, False), (False, True), (False, False))) == pytest.approx(0.0)
    assert kappa(made((True, False), (False, True))) == pytest.approx(-1.0)


@given(answers)
def test_kappa_lies_between_minus_one_and_one_and_knows_no_order_of_rounds(of: list[tuple[bool, bool]]) -> None:
    """It is 1 exactly where all agree, never more, never below −1, and the same with the rounds exchanged."""
    value = kappa(made(*of))
    assert -1.0 <= value <= 1.0
    assert (value == 1.0) == all(before == now for before, now in of)
    assert value == pytest.approx(kappa(made(*((now, before) for before, now in of))))


def test_only_what_both_rounds_judged_by_the_same_card_is_compared() -> None:
    """Unknown results, other versions of a card and what follows from another feature make no pair."""
    now = [
        Finding("c", "a.same", Outcome.PASSED, PASSED),
        Finding("c", "a.other_card", Outcome.PASSED, PASSED, version=2),
        Finding("c", "a.unknown", Outcome.CANT_TELL, None, Cause.TIMEOUT),
        Finding("c", "a.follows", Outcome.FAILED, FAILED, reason="without"),
        Finding("c", "a.new", Outcome.PASSED, PASSED),
    ]
    before = [
        earlier("a.same", Outcome.FAILED),
        *(earlier(name, Outcome.PASSED) for name in ("a.other_card", "a.unknown", "a.follows")),
    ]
    assert pairs(now, before) == (Pair("a.same", before=False, now=True),)


def test_the_latest_round_a_day_before_counts() -> None:
    """Of three earlier rounds the last is too near; the one before it is taken, whole."""
    rounds = [
        earlier(feature, Outcome.PASSED, at=at)
        for at in ("2026-10-01T08:00:00Z", "2026-10-08T08:00:00Z", "2026-10-09T08:00:00Z")
        for feature in ("a.a", "a.b")
    ]
    assert earlier_round(rounds, "2026-10-09T12:00:00Z") == tuple(rounds[2:4])
    assert earlier_round(rounds, "2026-10-02T07:00:00Z") == ()


def test_a_rule_below_four_fifths_is_to_be_demoted() -> None:
    """Over twelve cities one rule agrees, one does not; over nine nothing is said of a rule."""
    steady = [Pair("a.steady", city < 6, city < 6) for city in range(12)]
    shaky = [Pair("a.shaky", city < 6, city % 2 == 0) for city in range(12)]
    rare = [Pair("a.rare", before=True, now=False)] * 9
    cities = [(steady[city], shaky[city], *rare[city : city + 1]) for city in range(12)]
    told = {rule.feature: (rule.cities, rule.agreed, rule.kappa, rule.demote) for rule in by_rule(cities)}
    assert told == {
        "a.steady": (12, 12, 1.0, False),
        "a.shaky": (12, 6, pytest.approx(0.0), True),
        "a.rare": (9, 0, None, None),
    }
