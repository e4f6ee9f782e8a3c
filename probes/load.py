"""How long a page takes to open in a browser, and what goes wrong while it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.live import LiveProbe, Load
from probes.live_seen import LoadSeen
from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import Page

# Navigation Timing Level 2 and Resource Timing Level 2 (W3C).
_TIMING = """() => {
  const [entry] = performance.getEntriesByType("navigation");
  if (!entry) return null;
  const sizes = performance.getEntriesByType("resource").map((resource) => resource.transferSize || 0);
  return [entry.responseStart, entry.domContentLoadedEventEnd, entry.loadEventEnd,
          sizes.reduce((sum, size) => sum + size, entry.transferSize || 0)];
}"""


async def look(page: Page, load: Load, way: Way) -> LoadSeen:
    """Times in milliseconds since navigation start; a step that was not reached within the deadline is None."""
    times = await page.evaluate(_TIMING) or [0, 0, 0, 0]
    ttfb, content, done, size = (round(value) for value in times)
    return LoadSeen(
        status=load.response.status if load.response is not None else None,
        ttfb_ms=ttfb or None,
        dom_content_loaded_ms=content or None,
        load_ms=done or None,
        requests=load.requests,
        failed_requests=load.failed,
        blocked_requests=load.refused,
        transferred_bytes=size,
        console_errors=load.console_errors,
        dialogs=load.dialogs,
    )


PROBE = LiveProbe("load", 1, LoadSeen, (Way.DESKTOP, Way.PHONE), 5.0, look)
