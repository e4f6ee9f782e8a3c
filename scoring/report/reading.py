"""What every page of the report needs to know: names, weights, counts, and how each city stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from audits.card import Card
from audits.city import City
from probes.outcome import Cause, Outcome
from scoring.dataset import CityRecord, Dataset
from scoring.model import Indicator
from scoring.report.words import Words

Standing = Literal["index", "observable", "unmeasured"]

CONDITIONS = frozenset({"gate", "flag", "quality"})
"""Kinds of cards that describe the measurement or point a person at something: no merit or fault of a city."""

WALLS = frozenset({Cause.BLOCKED.value, Cause.CAPTCHA.value})

CAUSE_GROUPS: tuple[tuple[str, tuple[Cause, ...]], ...] = (
    ("network", (Cause.DNS, Cause.REFUSED, Cause.RESET, Cause.TIMEOUT, Cause.TLS, Cause.NO_ROUTE)),
    (
        "answer",
        (
            Cause.BLOCKED,
            Cause.CAPTCHA,
            Cause.HTTP_4XX,
            Cause.HTTP_5XX,
            Cause.ROBOTS,
            Cause.TOO_LARGE,
            Cause.NOT_HTML,
            Cause.BAD_BODY,
            Cause.REDIRECT_LOOP,
            Cause.EMPTY_SHELL,
            Cause.SOFT_404,
        ),
    ),
    ("bounds", (Cause.FORBIDDEN_ADDRESS, Cause.NOT_SAMPLED, Cause.BUDGET)),
    ("instruments", (Cause.PROBE_TIMEOUT, Cause.PROBE_ERROR, Cause.CRASHED)),
    ("beyond", (Cause.NEEDS_TIME, Cause.NEEDS_PERSON, Cause.NEEDS_IMPORT)),
)

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z]{2}")


def language_of(text: str, report_language: str) -> str | None:
    """The lang attribute that foreign words need, or None where the page's own serves.

    `zh` for Han script in an English report, `en` for plain Latin in a Chinese one; what the script does not
    tell (kana, accented Latin) is left alone.
    """
    if report_language == "en":
        return "zh" if _HAN.search(text) and not _KANA_OR_HANGUL.search(text) else None
    return "en" if text.isascii() and _LATIN.search(text) else None


@dataclass(frozen=True)
class Tally:
    """How many feature cards ended in which outcome; `open` is cantTell and untested."""

    passed: int
    failed: int
    open: int
    inapplicable: int

    @property
    def known(self) -> int:
        """Cards with an answer."""
        return self.passed + self.failed

    @property
    def total(self) -> int:
        """All cards counted."""
        return self.known + self.open + self.inapplicable


def tally(outcomes: Sequence[Outcome]) -> Tally:
    """The outcomes, counted."""
    number = Counter(outcomes)
    return Tally(
        passed=number[Outcome.PASSED],
        failed=number[Outcome.FAILED],
        open=number[Outcome.CANT_TELL] + number[Outcome.UNTESTED],
        inapplicable=number[Outcome.INAPPLICABLE],
    )


@dataclass(frozen=True)
class Round:
    """The dataset with the look-ups that several pages share."""

    dataset: Dataset

    @cached_property
    def cards(self) -> dict[str, Card]:
        """Every card by its id."""
        return {card.id: card for card in self.dataset.cards}

    @cached_property
    def chapters(self) -> tuple[tuple[str, tuple[Card, ...]], ...]:
        """The cards by chapter, both in the order of the catalogue."""
        held: dict[str, list[Card]] = {}
        for card in self.dataset.cards:
            held.setdefault(card.chapter, []).append(card)
        return tuple((chapter, tuple(cards)) for chapter, cards in held.items())

    @cached_property
    def weights(self) -> dict[str, float]:
        """What each feature counts in the whole index (0 to 1), summed over the indicators it feeds."""
        found: dict[str, float] = {}
        for dimension in self.dataset.model.dimensions:
            for share, indicator in below(dimension.indicators, dimension.weight.value):
                for feed in indicator.feeds:
                    found[feed.feature] = found.get(feed.feature, 0.0) + share * feed.weight.value
        return found

    @cached_property
    def floor(self) -> str:
        """The coverage from which an index is shown, in percent."""
        return f"{self.dataset.model.coverage_floor * 100:.0f}"

    def standing(self, record: CityRecord) -> Standing:
        """Whether the city has an index, an observable part only, or could not be measured at all."""
        card = record.scorecard
        if not card.measured:
            return "unmeasured"
        return "index" if card.index.shown and card.index.point is not None else "observable"

    @cached_property
    def indexed(self) -> tuple[CityRecord, ...]:
        """The cities with an index, highest first; equal values keep the order of the campaign."""
        held = [record for record in self.dataset.cities if self.standing(record) == "index"]
        return tuple(sorted(held, key=lambda record: -(record.scorecard.index.point or 0.0)))

    @cached_property
    def observable(self) -> tuple[CityRecord, ...]:
        """The cities with an observable part only, in the order of the campaign."""
        return tuple(record for record in self.dataset.cities if self.standing(record) == "observable")

    @cached_property
    def unmeasured(self) -> tuple[CityRecord, ...]:
        """The cities of which nothing could be measured, in the order of the campaign."""
        return tuple(record for record in self.dataset.cities if self.standing(record) == "unmeasured")


def below(indicators: Sequence[Indicator], weight: float) -> Iterator[tuple[float, Indicator]]:
    """Indicators with their parts, each with its weight in the whole index; lost ones weigh nothing."""
    for indicator in indicators:
        share = weight * indicator.weight.value if indicator.weight is not None else 0.0
        yield share, indicator
        yield from below(indicator.parts, share)


def city_name(city: City, words: Words) -> str:
    """The city's name in the language of the report, as far as there is one."""
    return city.name_en or city.name if words.language == "en" else city.name


def cause_name(cause: str | None, words: Words) -> str:
    """A cause in words; empty for none."""
    return words.either(f"cause.{cause}", cause) if cause else ""


def vendor_name(vendor: str, words: Words) -> str:
    """The maker of a wall by the name people know it by."""
    return words.either(f"vendor.{vendor}", vendor)


def joined(left: str, right: str, words: Words) -> str:
    """Two sentences one after the other, with the blank that English needs and Chinese does not."""
    if not left or not right:
        return left or right
    return left + (" " if words.language == "en" else "") + right
