"""Accessibility seen by axe-core, the engine of the field, pinned here and named in every result."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

import msgspec

from probes.axe.result import AxeSeen
from probes.live import LiveProbe, Load
from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
NODES_A_RULE = 5
FRAMES = 10


@cache
def source() -> str:
    """The vendored axe-core, as one script."""
    return (files(__name__) / "axe.min.js").read_text(encoding="utf-8")


@cache
def runner() -> str:
    """The function that runs axe-core in a page and returns a JSON text of an AxeSeen."""
    return (files(__name__) / "run.js").read_text(encoding="utf-8").partition("\n")[2]


def version() -> str:
    """The version of the vendored axe-core, from its own first line."""
    return source()[:40].split("axe v", 1)[1].split()[0]


async def look(page: Page, load: Load, way: Way) -> AxeSeen:
    """Run the WCAG A and AA rules on the page and on up to ten of its frames.

    The script is put into every frame first, because axe-core can only see into frames that hold it too; frames that
    refuse are counted in `frames_skipped`.
    """
    skipped = 0
    for number, frame in enumerate(page.frames):
        if number > FRAMES:
            skipped += 1
            continue
        try:
            await frame.evaluate(source())
        except Exception:
            # Playwright raises its own Error here for frames that are gone or being replaced; the page itself must
            # work.
            if frame is page.main_frame:
                raise
            skipped += 1
    answer = await page.evaluate(runner(), [list(TAGS), NODES_A_RULE, None])
    return replace(msgspec.json.decode(answer, type=AxeSeen), frames_skipped=skipped)


PROBE = LiveProbe("axe", 1, AxeSeen, (Way.DESKTOP,), 45.0, look)
