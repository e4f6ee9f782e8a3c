"""What was found for one feature of one city: outcome, band, value, the reason in words, and the proof."""

from __future__ import annotations

from dataclasses import dataclass, field

from audits.band import Band
from probes.outcome import Cause, Outcome

Value = bool | int | float | str | None
Argument = str | int | float


@dataclass(frozen=True)
class Evidence:
    """One proof: where and when it was seen, and what exactly.

    `pointer` is a CSS selector or JSON path; `snippet` the page's own words; `terms` names what was seen there by keys
    for which the report has words in each language (`basis`, `rule.image-alt`); `screenshot` and `archive` are paths
    inside the campaign's folder (`archive` as `file.warc.gz#offset`); `observation` is the row it rests on.
    """

    url: str
    fetched_at: str
    pointer: str = ""
    snippet: str = ""
    href: str | None = None
    status: int | None = None
    screenshot: str | None = None
    archive: str | None = None
    observation: int | None = None
    terms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finding:
    """The judgement of one feature for one city in one round.

    `value` is the raw measure in `unit` (`days`, `share`, `count`, `ms`, `` for yes/no or words); `reason` is a message
    key of the card with its `arguments`; the band is [0,1] when unknown and absent (None) when inapplicable; `version`
    is that of the card by which it was judged.
    """

    city: str
    feature: str
    outcome: Outcome
    band: Band | None
    cause: Cause | None = None
    vendor: str | None = None
    value: Value = None
    unit: str = ""
    reason: str = ""
    arguments: dict[str, Argument] = field(default_factory=dict)
    evidence: tuple[Evidence, ...] = ()
    version: int = 1
