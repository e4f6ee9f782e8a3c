"""Citizens' letters with their answers, for the mailboxes of the made-up Chinese cities."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

_CHECK_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True)
class Letter:
    """One public letter: who wrote what on which day, and which unit answered what when."""

    number: int
    title: str
    person: str
    ask: str
    received: date
    unit: str
    reply: str
    answered: date


def letters(
    areas: list[str], newest: date, count: int, *, every_days: int, latency_days: int, first: int = 5001
) -> tuple[Letter, ...]:
    """`count` letters, newest first, the newest answered on `newest`; each was answered after `latency_days`.

    The oldest bears the number `first`, later ones count on.
    """
    source = _source()
    made = []
    for place in range(count):
        row = source["letter"][place % len(source["letter"])]
        answered = newest - timedelta(days=every_days * place)
        words = {
            "area": areas[(place // len(source["letter"]) + place) % len(areas)],
            "person": source["people"][(place * 3) % len(source["people"])],
            "mobile": f"1300000{place + 1:04d}",
            "identity": _identity(place),
        }
        made.append(
            Letter(
                number=first + count - 1 - place,
                title=row["title"].format(**words),
                person=words["person"],
                ask=row["ask"].format(**words),
                received=answered - timedelta(days=latency_days),
                unit=row["unit"],
                reply=row["reply"].format(**words),
                answered=answered,
            )
        )
    return tuple(made)


def _identity(place: int) -> str:
    """An identity number of a district that does not exist (990101), with a right check digit."""
    body = f"990101{1950 + place % 50}0{place % 9 + 1}{place % 28 + 1:02d}{place % 999:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(body, _CHECK_WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@cache
def _source() -> dict[str, Any]:
    return tomllib.loads(resources.files("crawler.sample").joinpath("data", "messages.toml").read_text("utf-8"))
