"""What one probe saw on one page: a narrow record with an outcome, a cause when it saw nothing, and its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

from probes.outcome import Cause, Outcome

Seen = TypeVar("Seen", covariant=True)


@dataclass(frozen=True)
class Observation(Generic[Seen]):
    """One probe's look at one page.

    `outcome` is `passed` when the probe could look (whatever it saw), `inapplicable` when there was nothing for it
    to look at, else `cantTell` with a `cause`. `seen` is the probe's own frozen dataclass, None unless it looked.
    """

    probe: str
    version: int
    outcome: Outcome
    cause: Cause | None = None
    seen: Seen | None = None
    detail: str = ""
    elapsed_ms: int = 0
    id: int | None = None


@dataclass(frozen=True)
class Wanted:
    """A page that a probe or the sampling would like to see; only the crawler decides whether it is asked for.

    `role` says what the page stands for (`home`, `disclosure.entry`, `article`, `opendata.api` …); `why` is the
    link text or reason a reader can follow; `way` is plain, desktop or phone. `post` is the body of a catalogue query
    that some platforms only answer by POST (a form, or JSON when it begins with a brace); `method` is then POST.
    """

    url: str
    role: str
    why: str
    way: str = "plain"
    method: str = "GET"
    post: str | None = None
