"""On a phone: does the page fit, may a reader zoom, are targets large enough, is it soon there, are accounts named."""

from __future__ import annotations

import re

from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed, percent
from probes.accounts import AccountsSeen
from probes.document import DocumentSeen, Sighting
from probes.live_seen import SlowLoadSeen, TapTargetsSeen, ViewportSeen
from probes.outcome import Cause

LEAST_ZOOM = 2.0
"""WCAG 1.4.4 asks for text at 200 %."""

_MAXIMUM = re.compile(r"maximum-scale\s*=\s*([0-9.]+)", re.I)
_FIXED = re.compile(r"user-scalable\s*=\s*(?:no|0)\b", re.I)


@check(reasons={"free": (), "locked": ("content",), "none": ()})
def viewport_tag(document: DocumentSeen, *, locked_score: float = 0.5) -> Verdict:
    """Whether the page has a meta viewport, and whether that leaves zooming to the reader."""
    content = next((value for name, value in document.meta.items() if name.lower() == "viewport"), "").strip()
    if not content:
        return absent("none", value="none")
    limit = _MAXIMUM.search(content)
    if _FIXED.search(content) or (limit is not None and _number(limit.group(1)) < LEAST_ZOOM):
        return graded(locked_score, "locked", value="locked", content=content[:80])
    return graded(1.0, "free", value="free")


@check(reasons={"fits": ("width",), "too_wide": ("page", "width"), "empty": ()})
def fits_phone(view: ViewportSeen, *, least_chars: int = 20) -> Verdict:
    """Whether the page, opened on a phone, needs no sideways scrolling; an empty page says nothing."""
    width = max(view.scroll_width_px, view.layout_width_px)
    if not view.fits:
        return failed("too_wide", page=width, width=view.width_px)
    if view.text_chars < least_chars:
        return cant_tell(Cause.EMPTY_SHELL, "empty")
    return passed("fits", width=view.width_px)


@check(
    reasons={
        "all_met": ("targets", "comfortable"),
        "share": ("met", "targets", "percent", "comfortable", "small"),
        "empty": (),
    }
)
def tap_targets(seen: TapTargetsSeen) -> Verdict:
    """The share of tap targets that are 24 CSS pixels wide and high or have room around them (WCAG 2.2, 2.5.8).

    A page without anything to tap shows that it did not come up on the phone.
    """
    if not seen.targets:
        return cant_tell(Cause.EMPTY_SHELL, "empty")
    met = seen.large_enough + seen.spaced
    share = met / seen.targets
    if met == seen.targets:
        return graded(1.0, "all_met", value=1.0, targets=seen.targets, comfortable=seen.comfortable)
    return graded(
        share,
        "share",
        value=round(share, 4),
        met=met,
        targets=seen.targets,
        percent=percent(share),
        comfortable=seen.comfortable,
        small=", ".join(seen.small[:3]),
        sightings=[Sighting(named, None, "main", named.rpartition(" ")[0]) for named in seen.small],
    )


@check(
    reasons={
        "loaded": ("load_ms", "profile", "mbit", "latency_ms", "kb"),
        "unfinished": ("waited_ms", "profile", "mbit", "latency_ms"),
        "given_up": ("waited_ms", "profile"),
    }
)
def slow_load(seen: SlowLoadSeen, *, best_ms: int = 3_000, worst_ms: int = 15_000) -> Verdict:
    """How soon the page was loaded on a phone over the slowed network: 1 up to `best_ms`, 0 from `worst_ms` on.

    A load that was given up before `worst_ms` says only how long it took at least.
    """
    mbit = round(seen.down_kbit_s / 1000)
    if seen.load_ms is not None:
        return graded(
            (worst_ms - seen.load_ms) / (worst_ms - best_ms),
            "loaded",
            value=seen.load_ms,
            load_ms=seen.load_ms,
            kb=round(seen.transferred_bytes / 1000),
            profile=seen.profile,
            mbit=mbit,
            latency_ms=seen.latency_ms,
        )
    if seen.waited_ms >= worst_ms:
        return graded(
            0.0,
            "unfinished",
            value=seen.waited_ms,
            waited_ms=seen.waited_ms,
            profile=seen.profile,
            mbit=mbit,
            latency_ms=seen.latency_ms,
        )
    return cant_tell(Cause.TIMEOUT, "given_up", waited_ms=seen.waited_ms, profile=seen.profile)


@check(reasons={"accounts": ("found", "platforms"), "none": ()})
def accounts(document: DocumentSeen, seen: AccountsSeen | None, *, enough: int = 3) -> Verdict:
    """On how many different platforms the page names an official account, `enough` for the full score."""
    found = seen.accounts if seen is not None else ()
    if not found:
        return absent("none", value=0)
    return graded(
        len(found) / enough,
        "accounts",
        value=len(found),
        more_may_be_seen=True,
        found=len(found),
        platforms=", ".join(account.text for account in found[:5]),
        sightings=[Sighting(account.text, account.href, "main", account.selector) for account in found],
    )


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return LEAST_ZOOM
