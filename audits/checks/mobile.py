"""On a phone: does the page say its width, may a reader zoom, and does it fit."""

from __future__ import annotations

import re

from audits.registry import check
from audits.verdict import Verdict, absent, cant_tell, failed, graded, passed
from probes.document import DocumentSeen
from probes.live_seen import ViewportSeen
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


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return LEAST_ZOOM
