"""What the probes of an opened page report: its loading, its fit to the screen, its tap targets, its picture."""

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
class TapTargetsSeen:
    """What can be tapped on a phone, by size (WCAG 2.2, 2.5.8), in CSS pixels as the phone shows them.

    `targets` are those the rule is about; of these `large_enough` are at least 24 pixels wide and high, `comfortable`
    at least 44, `spaced` smaller but with room around them. `exempt` stand in a sentence or are left to the browser.
    `small` names the first that fail (`a.more 40x16`). `scale` is how far the phone shrinks a page that is too wide.
    """

    targets: int
    large_enough: int
    comfortable: int
    spaced: int
    exempt: int
    small: tuple[str, ...] = ()
    scale: float = 1.0


@dataclass(frozen=True)
class SlowLoadSeen:
    """One load over a slowed network: the profile by name and figures, and times in milliseconds.

    `load_ms` is None when the page had not finished within the deadline; it was waited for `waited_ms`.
    """

    profile: str
    down_kbit_s: int
    up_kbit_s: int
    latency_ms: int
    waited_ms: int
    requests: int
    transferred_bytes: int
    load_ms: int | None = None
    dom_content_loaded_ms: int | None = None


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
