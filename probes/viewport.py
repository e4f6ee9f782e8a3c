"""Whether a page fits a phone: no sideways scrolling at 390 pixels, and zooming left to the reader."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from probes.live import LiveProbe, Load
from probes.live_seen import ViewportSeen
from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import Page

_MEASURE = """() => {
  const width = document.documentElement.clientWidth;
  const screen = window.screen.width;
  const meta = document.querySelector('meta[name="viewport" i]');
  const name = (element) => element.tagName.toLowerCase() + (element.id ? "#" + element.id : "") +
    (element.classList.length ? "." + element.classList[0] : "");
  const wide = [];
  for (const element of document.querySelectorAll("body *")) {
    if (wide.length >= 5) break;
    const box = element.getBoundingClientRect();
    const shown = box.width > 0 && box.height > 0;
    if (shown && box.right > screen + 1 && box.width > screen) wide.push(name(element).slice(0, 120));
  }
  return {
    scroll: Math.max(document.documentElement.scrollWidth, document.body ? document.body.scrollWidth : 0),
    layout: width,
    screen,
    meta: meta ? (meta.getAttribute("content") || "").slice(0, 300) : null,
    wide,
    chars: document.body ? document.body.innerText.length : 0,
  };
}"""
_LOCKED = re.compile(r"user-scalable\s*=\s*(?:no|0)(?![.\d])|maximum-scale\s*=\s*(?:0|1)(?:\.0*)?(?![.\d])", re.I)


def zoom_locked(content: str | None) -> bool:
    """Whether a viewport meta forbids zooming to at least 200 % (WCAG 2.2, 1.4.4)."""
    return content is not None and _LOCKED.search(content) is not None


async def look(page: Page, load: Load, way: Way) -> ViewportSeen:
    """Widths in CSS pixels; a page without a viewport meta is laid out wider than the screen and so does not fit."""
    measured = await page.evaluate(_MEASURE)
    return ViewportSeen(
        width_px=measured["screen"],
        scroll_width_px=measured["scroll"],
        layout_width_px=measured["layout"],
        meta_viewport=measured["meta"],
        zoom_locked=zoom_locked(measured["meta"]),
        overflowing=tuple(measured["wide"]),
        text_chars=measured["chars"],
    )


PROBE = LiveProbe("viewport", 1, ViewportSeen, (Way.PHONE,), 5.0, look)
