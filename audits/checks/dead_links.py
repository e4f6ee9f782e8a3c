"""When a link is dead: it said so twice, a day apart; until then it is suspected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from audits.band import Band
from audits.city import CitySeen, Place, VisitedPage
from audits.history import LinkAnswer, hours_between
from audits.verdict import Verdict, cant_tell, graded, proof
from probes.outcome import Cause, Outcome

_NO_SUCH_PAGE = frozenset({404, 410})
APART_H = 24


@dataclass(frozen=True)
class Link:
    """What became of one link, and the visit of this round that shows it.

    alive: something answered. dead: it answered 404 or 410, said so under status 200, or its host had no address, twice
    and at least a day apart, and nothing else in between. suspected: it did so within this round only. unknown: all
    else (walls, server errors, timeouts, not asked).
    """

    state: Literal["alive", "dead", "suspected", "unknown"]
    page: VisitedPage


def state_of_link(city: CitySeen, place: Place) -> Link:
    """Whether an address that was asked in this round is dead (domain rule: confirmed twice, 24 h apart)."""
    last = place.visits[-1]
    if place.read or any(_answers(visit) for visit in place.visits):
        return Link("alive", next((visit for visit in place.visits if visit.read or _answers(visit)), last))
    dead = [visit for visit in place.visits if is_dead(visit)]
    if not dead:
        return Link("unknown", last)
    ended = max(visit.asked_at or "" for visit in dead)
    times = [visit.asked_at for visit in dead if visit.asked_at]
    for answer in reversed([answer for answer in city.history.answers if answer.url == place.url]):
        if is_dead(answer):
            times.append(answer.at)
        elif answer.outcome in (Outcome.PASSED, Outcome.INAPPLICABLE):
            break  # it was there in between
    confirmed = any(hours_between(time, ended) >= APART_H for time in times)
    return Link("dead" if confirmed else "suspected", dead[-1])


def is_dead(answer: VisitedPage | LinkAnswer) -> bool:
    """Whether an answer says that there is no such page, or no such host."""
    return answer.status in _NO_SUCH_PAGE or answer.cause in (Cause.DNS, Cause.SOFT_404)


def _answers(visit: VisitedPage) -> bool:
    return visit.outcome in (Outcome.PASSED, Outcome.INAPPLICABLE) and not visit.gone


REASONS = {
    "alive": ("checked",),
    "dead": ("dead", "checked"),
    "suspected": ("suspected", "dead", "checked"),
}
"""What `share_alive` says; a check that ends in it has these among its reasons."""


def share_alive(links: Sequence[Link]) -> Verdict:
    """The share of the links that could be checked which are alive; unknown ones are left out.

    While links are suspected the share lies between that with all of them dead and that with all of them alive.
    Needs at least one link that is not unknown.
    """
    pages = {state: [link.page for link in links if link.state == state] for state in ("alive", "dead", "suspected")}
    alive, dead, suspected = (len(pages[state]) for state in ("alive", "dead", "suspected"))
    checked = alive + dead + suspected
    if suspected:
        return cant_tell(
            Cause.NEEDS_TIME,
            "suspected",
            band=Band(alive / checked, (alive + suspected) / checked),
            evidence=map(proof, (*pages["dead"], *pages["suspected"])),
            suspected=suspected,
            dead=dead,
            checked=checked,
        )
    if dead:
        share = alive / checked
        evidence = map(proof, pages["dead"])
        return graded(share, "dead", value=round(share, 4), evidence=evidence, dead=dead, checked=checked)
    return graded(1.0, "alive", value=1.0, evidence=map(proof, pages["alive"]), checked=checked)
