"""Evidence brought in from outside: records of field visits, phone calls, statistics and questionnaires."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.model import Method


@dataclass(frozen=True)
class ImportedEvidence:
    """One imported record about one indicator of one city.

    `value` is the figure as delivered in `unit`; `scale` says how it becomes `score` (0 to 1): `0-1`, `0-100`, `1-5` or
    any `lowest..highest`, where the end named first scores 0. `collected_on` is an ISO date; `file` and `line` say
    where the record stood.
    """

    city: str
    indicator: str
    method: Method
    value: float
    unit: str
    scale: str
    source: str
    collected_on: str
    collected_by: str
    note: str
    score: float
    file: str = ""
    line: int = 0
