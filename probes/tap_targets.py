"""Whether links and buttons are large enough for a finger, or have room around them (WCAG 2.2, 2.5.8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.live import LiveProbe, Load
from probes.live_seen import TapTargetsSeen
from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import Page

LEAST_PX = 24
COMFORTABLE_PX = 44
MOST_TARGETS = 1500
"""Targets measured on one page; the rest of an endless page says nothing new."""
SENTENCE_CHARS = 15
"""Letters beside a link from which it stands in a sentence; a date beside a headline is none."""

# Boxes of everything that can be tapped. A link's box is that of all it holds: its picture may be larger than its line.
# Exceptions of 2.5.8: inline (in a sentence), user agent control (plain check boxes), equivalent (the same address in a
# target that is large enough), spacing (a circle of 24 pixels around its middle meets no other target or circle).
_MEASURE = """({least, comfortable, most, sentence}) => {
  const scale = window.visualViewport ? Math.min(1, window.visualViewport.scale) : 1;
  const wide = Math.max(document.documentElement.scrollWidth, window.innerWidth);
  const actions = '[role=button],[role=link],[role=checkbox],[role=radio],[role=tab],[role=menuitem],[role=switch]';
  const real = 'a[href],button,input:not([type=hidden]),select,textarea,summary,' + actions;
  const chosen = [...document.querySelectorAll(real + ',[onclick]')].filter((element) => {
    if (element.matches(real)) {
      const outer = element.parentElement && element.parentElement.closest('a[href],button');
      return !outer;
    }
    return !element.matches('html,body,form') && !element.querySelector(real);
  });
  const boxOf = (element) => {
    let box = element.getBoundingClientRect();
    let [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom];
    for (const child of [...element.querySelectorAll('*')].slice(0, 20)) {
      const inner = child.getBoundingClientRect();
      if (inner.width > 1 && inner.height > 1) {
        left = Math.min(left, inner.left); top = Math.min(top, inner.top);
        right = Math.max(right, inner.right); bottom = Math.max(bottom, inner.bottom);
      }
    }
    return {left: left * scale, top: top * scale, right: right * scale, bottom: bottom * scale};
  };
  const shown = (element, box) => {
    if (box.right - box.left <= 1 || box.bottom - box.top <= 1) return false;
    if (box.right + scrollX * scale <= 0 || box.bottom + scrollY * scale <= 0 || box.left >= wide * scale) return false;
    const style = getComputedStyle(element);
    if (style.visibility !== 'visible' || style.pointerEvents === 'none' || style.opacity === '0') return false;
    return !element.disabled && !element.closest('[inert]');
  };
  const letters = (text) => (text.match(/[^\\s\\d\\p{P}\\p{S}]/gu) || []).length;
  const inline = (element) => {
    if (getComputedStyle(element).display !== 'inline' || element.querySelector('img,svg')) return false;
    let block = element.parentElement;
    while (block && getComputedStyle(block).display.startsWith('inline')) block = block.parentElement;
    if (!block || block === document.body) return false;
    let around = 0;
    const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const holder = node.parentElement;
      if (holder.closest(real) || holder.closest('script,style')) continue;
      let box = holder;
      while (box !== block && getComputedStyle(box).display.startsWith('inline')) box = box.parentElement;
      if (box === block) around += letters(node.data);
    }
    return around >= sentence;
  };
  const targets = [];
  let exempt = 0;
  for (const element of chosen) {
    if (targets.length >= most) break;
    const box = boxOf(element);
    if (!shown(element, box)) continue;
    const [width, height] = [box.right - box.left, box.bottom - box.top];
    const small = width < least - 0.5 || height < least - 0.5;
    if (small && (element.matches('input[type=checkbox],input[type=radio]') || inline(element))) { exempt++; continue; }
    targets.push({element, box, width, height, small, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2});
  }
  const met = new Set(targets.filter((one) => !one.small && one.element.href).map((one) => one.element.href));
  const apart = (one, other) => {
    if (other.small) return Math.hypot(one.x - other.x, one.y - other.y) >= least;
    const dx = Math.max(other.box.left - one.x, 0, one.x - other.box.right);
    const dy = Math.max(other.box.top - one.y, 0, one.y - other.box.bottom);
    return Math.hypot(dx, dy) >= least / 2;
  };
  const name = (element) => element.tagName.toLowerCase() + (element.id ? '#' + element.id : '') +
    (element.classList.length ? '.' + element.classList[0] : '');
  let [large, roomy, spaced] = [0, 0, 0];
  const failing = [];
  for (const one of targets) {
    if (!one.small) {
      large++;
      roomy += one.width >= comfortable - 0.5 && one.height >= comfortable - 0.5;
    } else if (one.element.href && met.has(one.element.href)) {
      spaced++;
    } else if (targets.every((other) => other === one || apart(one, other))) {
      spaced++;
    } else if (failing.length < 5) {
      failing.push((name(one.element) + ' ' + Math.round(one.width) + 'x' + Math.round(one.height)).slice(0, 120));
    }
  }
  return {targets: targets.length, large, roomy, spaced, exempt, failing, scale};
}"""


async def look(page: Page, load: Load, way: Way) -> TapTargetsSeen:
    """Sizes of everything that can be tapped on the page as it is laid out on a phone; nothing is tapped."""
    measured = await page.evaluate(
        _MEASURE,
        {"least": LEAST_PX, "comfortable": COMFORTABLE_PX, "most": MOST_TARGETS, "sentence": SENTENCE_CHARS},
    )
    return TapTargetsSeen(
        targets=measured["targets"],
        large_enough=measured["large"],
        comfortable=measured["roomy"],
        spaced=measured["spaced"],
        exempt=measured["exempt"],
        small=tuple(measured["failing"]),
        scale=round(measured["scale"], 3),
    )


PROBE = LiveProbe("tap_targets", 1, TapTargetsSeen, (Way.PHONE,), 8.0, look)
