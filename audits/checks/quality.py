"""About the measurement itself: how much could be judged, how much was walled off, how far claims go beyond it."""

from __future__ import annotations

from audits.agreement import LEAST, earlier_round, kappa, pairs
from audits.checks.opendata import platform_of
from audits.city import CitySeen
from audits.finding import Finding
from audits.registry import Findings, check
from audits.verdict import Verdict, cant_tell, graded, inapplicable, percent, proof
from probes.opendata.catalogue import OpenDataAnswer
from probes.outcome import Cause, Outcome

_JUDGED = (Outcome.PASSED, Outcome.FAILED)


def _asked(findings: Findings) -> list[Finding]:
    """The findings that apply to the city."""
    return [finding for finding in findings.values() if finding.outcome is not Outcome.INAPPLICABLE]


@check(reasons={"measured": ("measured", "asked", "percent"), "nothing": ()})
def measured_share(findings: Findings) -> Verdict:
    """The share of the features that apply to the city that could be judged."""
    asked = _asked(findings)
    if not asked:
        return inapplicable("nothing")
    measured = sum(finding.outcome in _JUDGED for finding in asked)
    share = measured / len(asked)
    return graded(share, "measured", value=round(share, 4), measured=measured, asked=len(asked), percent=percent(share))


@check(reasons={"blocked": ("blocked", "asked", "percent"), "free": ("asked",), "nothing": ()})
def blocked_share(findings: Findings) -> Verdict:
    """The share of the features that a wall kept from being judged; the score is the rest."""
    asked = _asked(findings)
    if not asked:
        return inapplicable("nothing")
    blocked = sum(finding.cause in (Cause.BLOCKED, Cause.CAPTCHA) for finding in asked)
    share = blocked / len(asked)
    if not blocked:
        return graded(1.0, "free", value=0.0, asked=len(asked))
    return graded(
        1 - share, "blocked", value=round(share, 4), blocked=blocked, asked=len(asked), percent=percent(share)
    )


@check(
    reasons={
        "agrees": ("kappa", "compared", "round"),
        "differs": ("kappa", "compared", "round", "changed", "features"),
        "no_earlier": (),
        "too_few_features": ("compared", "least", "round"),
    }
)
def agreement(city: CitySeen, findings: Findings, *, least: int = LEAST) -> Verdict:
    """Cohen's kappa between this round's features and those of the latest round that ended a day before or more.

    Compared is what both could judge by the same version of a card and the same words, met or not met; fewer than
    `least` features say nothing. True changes of the portal count as disagreement too, so a rule is to be doubted only
    when it changes in many cities.
    """
    begun = min((page.asked_at for page in city.pages if page.asked_at), default=None)
    before = earlier_round(city.history.findings, begun) if begun is not None else ()
    if not before:
        return cant_tell(Cause.NEEDS_TIME, "no_earlier")
    both, name = pairs(findings.values(), before), before[0].round
    if len(both) < least:
        return cant_tell(Cause.NEEDS_TIME, "too_few_features", compared=len(both), least=least, round=name)
    value = kappa(both)
    told = f"{value:.2f}"
    changed = [pair.feature for pair in both if pair.before is not pair.now]
    if not changed:
        return graded(1.0, "agrees", value=1.0, kappa=told, compared=len(both), round=name)
    return graded(
        value,
        "differs",
        value=round(value, 4),
        kappa=told,
        compared=len(both),
        round=name,
        changed=len(changed),
        features=", ".join(changed[:12]) + (" …" if len(changed) > 12 else ""),
    )


@check(
    reasons={
        "gap": ("declared", "listed", "percent"),
        "agrees": ("declared",),
        "nothing_declared": (),
        "cut": ("declared", "listed"),
    }
)
def declared_gap(city: CitySeen, *, flag_at: float = 0.3) -> Verdict:
    """How far the number of datasets the platform declares is from what it lists; the score is 1 − gap.

    A catalogue that was not listed to its end says nothing about a gap.
    """
    seen = platform_of(city)
    if not seen.usable or not seen.datasets_total:
        return inapplicable("nothing_declared")
    evidence = [
        proof(page, seen_by=OpenDataAnswer) for page in city.with_role("opendata.api") if page.saw(OpenDataAnswer)
    ]
    declared, listed = seen.datasets_total, seen.datasets_listed
    gap = abs(declared - listed) / max(declared, listed)
    if gap and listed < declared and not seen.complete and any(_went_on(city)):
        return cant_tell(Cause.BUDGET, "cut", declared=declared, listed=listed, evidence=evidence)
    if gap <= flag_at:
        return graded(1.0, "agrees", value=round(gap, 4), declared=declared, evidence=evidence)
    return graded(
        1 - gap,
        "gap",
        value=round(gap, 4),
        declared=declared,
        listed=listed,
        percent=percent(gap),
        evidence=evidence,
    )


def _went_on(city: CitySeen) -> list[bool]:
    """For each answer, whether it named further ones that our bounds left unread."""
    return [answer.more for page in city.with_role("opendata.api") if (answer := page.saw(OpenDataAnswer)) is not None]
