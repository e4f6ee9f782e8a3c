"""What the probes of an opened page report: its loading, its fit to the screen, its picture, its search box."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoadSeen:
    """The browser's own account of one load; times in milliseconds since navigation start, sizes in bytes."""

    status: int | None
    ttfb_ms: int | None
    dom_content_loaded_ms: int | None
    load_ms: int | None
    requests: int
    failed_requests: int
    blocked_requests: int
    transferred_bytes: int
    console_errors: int
    dialogs: int


@dataclass(frozen=True)
class ViewportSeen:
    """How the page fits a phone: widths in CSS pixels at `width_px`, and the elements that stick out."""

    width_px: int
    scroll_width_px: int
    layout_width_px: int
    meta_viewport: str | None
    zoom_locked: bool
    overflowing: tuple[str, ...] = ()
    text_chars: int = 0

    @property
    def fits(self) -> bool:
        """No sideways scrolling: the page is at most one pixel wider than the screen."""
        return self.scroll_width_px <= self.width_px + 1 and self.layout_width_px <= self.width_px + 1


@dataclass(frozen=True)
class ScreenshotSeen:
    """A picture of the first screen, as JPEG beside the archive; `path` is inside the campaign's folder."""

    path: str
    width_px: int
    height_px: int
    size_bytes: int


@dataclass(frozen=True)
class SearchBoxSeen:
    """A visible, usable search field on the live page, or None in each field when there is none."""

    visible: bool
    selector: str | None
    label: str | None
    enabled: bool
