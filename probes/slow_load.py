"""How long the home page takes to open on a phone whose network is held to the pace of an ordinary mobile one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from probes.live import LiveProbe, Load
from probes.live_seen import SlowLoadSeen
from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import Page


@dataclass(frozen=True)
class NetworkProfile:
    """How far a network is slowed: name, kilobits a second each way, and milliseconds added to each request."""

    name: str
    down_kbit_s: int
    up_kbit_s: int
    latency_ms: int


PROFILE = NetworkProfile("4G", down_kbit_s=9_000, up_kbit_s=9_000, latency_ms=170)
"""The profile called 4G by WebPageTest: 9 Mbit/s both ways, 170 ms round trip."""

# Navigation Timing Level 2 and Resource Timing Level 2 (W3C).
_TIMING = """() => {
  const [entry] = performance.getEntriesByType("navigation");
  const sizes = performance.getEntriesByType("resource").map((resource) => resource.transferSize || 0);
  return {
    loaded: entry ? entry.loadEventEnd : 0,
    content: entry ? entry.domContentLoadedEventEnd : 0,
    now: performance.now(),
    bytes: sizes.reduce((sum, size) => sum + size, entry ? entry.transferSize || 0 : 0),
  };
}"""


async def look(page: Page, load: Load, way: Way) -> SlowLoadSeen:
    """Times since navigation start over the slowed network; a load that did not end within the deadline has none."""
    told = await page.evaluate(_TIMING)
    return SlowLoadSeen(
        profile=PROFILE.name,
        down_kbit_s=PROFILE.down_kbit_s,
        up_kbit_s=PROFILE.up_kbit_s,
        latency_ms=PROFILE.latency_ms,
        load_ms=round(told["loaded"]) or None,
        dom_content_loaded_ms=round(told["content"]) or None,
        waited_ms=round(told["now"]),
        requests=load.requests,
        transferred_bytes=round(told["bytes"]),
    )


PROBE = LiveProbe("slow_load", 1, SlowLoadSeen, (Way.SLOW_PHONE,), 5.0, look)
