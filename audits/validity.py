"""How often the readings are right: the figures of the labels that ship, measured by script/docs and kept here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True)
class Rates:
    """Agreement with readers: pages on which they found the thing, and the shares from 0 to 1.

    `precision` is the share of the machine's findings that readers share, `recall` the share of the readers' findings
    that are the machine's; None where there was nothing to count. `f1` is their harmonic mean.
    """

    positives: int
    f1: float
    precision: float | None = None
    recall: float | None = None


@dataclass(frozen=True)
class Validity:
    """Agreement over the labelled pages: kinds, all detectors taken together, their mean F1, and each by its id."""

    pages: int
    kinds_right: int
    overall: Rates
    macro_f1: float
    detectors: dict[str, Rates]


@cache
def shipped_validity() -> Validity:
    """The figures of the labels that ship with CivicProbe."""
    told = tomllib.loads(resources.files("audits").joinpath("validity.toml").read_text(encoding="utf-8"))
    overall = Rates(told["positives"], told["f1"], told["precision"], told["recall"])
    detectors = {id_: Rates(**rates) for id_, rates in told["detector"].items()}
    return Validity(told["pages"], told["kinds_right"], overall, told["macro_f1"], detectors)
