"""From the home page of an open-data platform to the few catalogue queries worth asking of it."""

from __future__ import annotations

from probes.observation import Wanted
from probes.opendata.adapter import adapters, permitted
from probes.page import FetchedPage

TAIL = "tail"
"""The family of one-off platforms: a list its page names is asked first, but is no fingerprint of any system."""

MAX_CALLS = 5
"""Calls wanted of one platform before any answer is known."""


def discover(page: FetchedPage) -> tuple[Wanted, ...]:
    """Which addresses to ask, likeliest first, at most `MAX_CALLS`; none for a page that did not come.

    Families whose fingerprint is on the page are asked and no others; without a fingerprint the families are
    asked that keep their catalogue at one address of the host. A page that is itself a catalogue needs no
    call: hand it to `look_at_answer`.
    """
    if not 200 <= page.status <= 299:
        return ()
    recognised = [adapter for adapter in adapters() if adapter.recognises(page)]
    if not recognised and any(adapter.reads(page) for adapter in adapters()):
        return ()
    asked = recognised
    if all(adapter.family == TAIL for adapter in recognised):
        asked = recognised + [adapter for adapter in adapters() if adapter.asks_unrecognised]
    wanted = {(call.url, call.post): call for adapter in asked for call in permitted(adapter, adapter.first(page))}
    return tuple(wanted.values())[:MAX_CALLS]
