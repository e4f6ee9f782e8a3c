"""About the measurement itself: how much could be judged, how much was walled off, how far claims go beyond it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from audits.agreement import LEAST, earlier_round, kappa, pairs
from audits.checks.declared import declared_of, messages_in
from audits.checks.opendata import platform_of
from audits.city import CitySeen
from audits.finding import Evidence, Finding
from audits.registry import Findings, check
from audits.verdict import Verdict, cant_tell, graded, inapplicable, percent, proof
from probes.opendata.catalogue import OpenDataAnswer
from probes.outcome import Cause, Outcome
from probes.site_table import SiteTableSeen

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


@dataclass(frozen=True)
class _Compared:
    """One declared figure beside the observed one; `reason` is the message that tells their gap."""

    reason: str
    declared: int
    observed: int
    evidence: tuple[Evidence, ...]

    @property
    def gap(self) -> float:
        """How far they are apart, as a share of the larger."""
        return abs(self.declared - self.observed) / max(self.declared, self.observed, 1)


_FIGURES = ("declared", "observed", "percent")


@check(
    reasons={
        "gap": _FIGURES,
        "gap_messages": _FIGURES,
        "gap_services": _FIGURES,
        "agrees": ("figures",),
        "nothing_declared": (),
        "cut": ("declared", "listed"),
        "unseen": (),
    }
)
def declared_gap(
    city: CitySeen, findings: Findings, *, flag_at: float = 0.3, services: str = "service.items"
) -> Verdict:
    """How far what is declared is from what was observed, by the widest gap; the score is 1 − gap.

    Compared are the datasets that the catalogue declares with those it lists to the end, the answers published in a
    year by the yearly table with the messages of that year in lists that reach beyond it at both ends, and the service
    items of the table with the value of the feature `services`. What is known on one side only says nothing.
    """
    seen = platform_of(city)
    answers = [
        proof(page, seen_by=OpenDataAnswer) for page in city.with_role("opendata.api") if page.saw(OpenDataAnswer)
    ]
    compared = list(_declared_in_table(city, findings, services))
    if seen.usable and seen.datasets_total:
        datasets = _Compared("gap", seen.datasets_total, seen.datasets_listed, tuple(answers))
        cut = datasets.gap and datasets.observed < datasets.declared and not seen.complete and any(_went_on(city))
        if cut and not compared:
            declared, listed = datasets.declared, datasets.observed
            return cant_tell(Cause.BUDGET, "cut", declared=declared, listed=listed, evidence=answers)
        if not cut:
            compared.insert(0, datasets)
    if not compared:
        looked = city.gap("home", "opendata.entry") is None and any(city.places("home"))
        return inapplicable("nothing_declared") if looked else cant_tell(Cause.NOT_SAMPLED, "unseen")
    widest = max(compared, key=lambda one: one.gap)
    value = round(widest.gap, 4)
    if widest.gap <= flag_at:
        evidence = [proof for one in compared for proof in one.evidence]
        return graded(1.0, "agrees", value=value, figures=len(compared), evidence=evidence)
    return graded(
        1 - widest.gap,
        widest.reason,
        value=value,
        declared=widest.declared,
        observed=widest.observed,
        percent=percent(widest.gap),
        evidence=widest.evidence,
    )


def _declared_in_table(city: CitySeen, findings: Findings, services: str) -> Iterator[_Compared]:
    table = declared_of(city)
    if table is None:
        return
    page, seen = table
    shown = proof(page, seen_by=SiteTableSeen)
    answered = seen.figures.get("answered")
    observed = messages_in(city, seen.year) if seen.year is not None else None
    if answered is not None and observed is not None:
        yield _Compared("gap_messages", round(answered), observed, (shown,))
    finding = findings.get(services)
    listed = finding.value if finding is not None and finding.outcome in _JUDGED else None
    declared = seen.figures.get("services")
    if declared is not None and isinstance(listed, int) and not isinstance(listed, bool):
        yield _Compared("gap_services", round(declared), listed, (shown, *(finding.evidence if finding else ())))


def _went_on(city: CitySeen) -> list[bool]:
    """For each answer, whether it named further ones that our bounds left unread."""
    return [answer.more for page in city.with_role("opendata.api") if (answer := page.saw(OpenDataAnswer)) is not None]
