"""A picture of the first screen, as a person would meet the page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.live import LiveProbe, Load
from probes.live_seen import ScreenshotSeen
from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import Page


async def look(page: Page, load: Load, way: Way) -> ScreenshotSeen | None:
    """Takes the picture into `load.jpeg`; the crawler stores it and fills in the path."""
    size = page.viewport_size
    if size is None:
        return None
    load.jpeg = await page.screenshot(type="jpeg", quality=60, animations="disabled", timeout=8000)
    return ScreenshotSeen(path="", width_px=size["width"], height_px=size["height"], size_bytes=len(load.jpeg))


PROBE = LiveProbe("screenshot", 1, ScreenshotSeen, (Way.DESKTOP, Way.PHONE), 10.0, look)
