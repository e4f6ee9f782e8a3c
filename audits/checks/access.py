"""Accessibility: the share of axe-core's rules that the looked-at pages pass, weighed by how much a failure hurts."""

from __future__ import annotations

from collections.abc import Mapping

from audits.city import CitySeen
from audits.registry import check
from audits.verdict import Verdict, cant_tell, graded, percent, proof
from probes.axe.result import AxeSeen
from probes.outcome import Cause

IMPACT_WEIGHTS: Mapping[str, int] = {"minor": 1, "moderate": 2, "serious": 3, "critical": 4}
"""What a failed rule weighs by axe-core's own impact."""


@check(reasons={"rate": ("percent", "pages", "failed", "worst", "worst_help"), "clean": ("pages",), "not_run": ()})
def rule_pass_rate(city: CitySeen, *, ways: tuple[str, ...] = ("desktop",), least: int = 1) -> Verdict:
    """The mean over pages of 1 − Σ weights of failed rules ÷ Σ weights of applicable rules.

    A rule is applicable on a page when it failed or passed there; what axe-core leaves for a person is neither. One
    that failed weighs by its impact (minor 1, moderate 2, serious 3, critical 4). One that passed, whose impact
    axe-core does not name, weighs as it did where it failed on another page of the city, else 2.
    """
    runs = [
        (page, seen)
        for page in city.measured()
        if page.way in ways and not page.gone and page.read and (seen := page.saw(AxeSeen)) is not None
    ]
    if len(runs) < least:
        return cant_tell(*_why_not_run(city, ways))
    known = {rule.id: _weight(rule.impact) for _, seen in runs for rule in seen.violations}
    rates = [(_rate(seen, known), page, seen) for page, seen in runs]
    mean = sum(rate for rate, _, _ in rates) / len(rates)
    if mean == 1.0:
        return graded(
            1.0,
            "clean",
            value=1.0,
            pages=len(rates),
            evidence=[proof(p, seen_by=AxeSeen) for _, p, _ in rates],
        )
    poorest = sorted(rates, key=lambda rated: rated[0])
    failures = {rule.id: rule for _, _, seen in poorest for rule in seen.violations}
    worst = max(failures.values(), key=lambda rule: (_weight(rule.impact), rule.count, rule.id))
    evidence = []
    for _, page, seen in poorest:
        rule = max(seen.violations, key=lambda rule: (_weight(rule.impact), rule.count), default=None)
        node = rule.nodes[0] if rule is not None and rule.nodes else None
        terms = (f"rule.{rule.id}",) if rule is not None else ()
        evidence.append(
            proof(
                page,
                rule.help if rule is not None else "",
                pointer=node.selector if node else "",
                seen_by=AxeSeen,
                terms=terms,
            )
        )
    return graded(
        mean,
        "rate",
        value=round(mean, 4),
        evidence=evidence,
        percent=percent(mean),
        pages=len(rates),
        failed=len(failures),
        worst=worst.id,
        worst_help=worst.help,
    )


def _rate(seen: AxeSeen, known: Mapping[str, int]) -> float:
    broken = sum(_weight(rule.impact) for rule in seen.violations)
    failed = {rule.id for rule in seen.violations}
    kept = sum(known.get(rule, 2) for rule in seen.passes if rule not in failed)
    return 1.0 if broken + kept == 0 else 1 - broken / (broken + kept)


def _weight(impact: str | None) -> int:
    return IMPACT_WEIGHTS.get(impact or "moderate", 2)


def _why_not_run(city: CitySeen, ways: tuple[str, ...]) -> tuple[Cause, str]:
    for page in city.pages:
        if page.way not in ways:
            continue
        observation = page.observations.get(AxeSeen)
        if observation is not None and observation.cause is not None:
            return observation.cause, "not_run"
    for page in city.pages:
        if page.way in ways and page.cause is not None:
            return page.cause, "not_run"
    return Cause.NOT_SAMPLED, "not_run"
