"""The search box of a site as a visitor meets it: visible on the page and ready to type into."""

from __future__ import annotations

from typing import TYPE_CHECKING

from probes.live import LiveProbe, Load
from probes.live_seen import SearchBoxSeen
from probes.page import Way

if TYPE_CHECKING:
    from playwright.async_api import Page

# A field is a search field by its type, role or form; else by what its own name, label or prompt says.
_FIND = """() => {
  const says = /search|query|keyword|cerca|ricerca|搜索|搜一搜|检索|关键[字词]|站内查[询找]|搜尋|檢索|關鍵[字詞]/i;
  const label = (field) => [field.placeholder, field.getAttribute("aria-label"), field.title,
    field.labels && field.labels[0] ? field.labels[0].innerText : "",
    field.value && field.value.length < 20 ? field.value : ""]
    .filter(Boolean).join(" ").trim();
  const fields = [...document.querySelectorAll('input:not([type]), input[type="text" i], input[type="search" i]')];
  const path = (element) => element.id ? "#" + CSS.escape(element.id)
    : element.name ? 'input[name="' + CSS.escape(element.name) + '"]' : "input";
  for (const field of fields) {
    const form = field.form;
    const named = field.type === "search" || field.closest('[role="search"], search') ||
      says.test(label(field) + " " + field.name + " " + field.id) ||
      (form && says.test(form.getAttribute("action") || ""));
    if (!named) continue;
    const box = field.getBoundingClientRect();
    const style = getComputedStyle(field);
    const visible = box.width > 10 && box.height > 5 && style.visibility !== "hidden" && style.display !== "none";
    return { visible, selector: path(field).slice(0, 120), label: label(field).slice(0, 80) || null,
             enabled: !field.disabled && !field.readOnly };
  }
  return null;
}"""


async def look(page: Page, load: Load, way: Way) -> SearchBoxSeen:
    """The first search field of the page, or a record that there is none."""
    found = await page.evaluate(_FIND)
    if found is None:
        return SearchBoxSeen(visible=False, selector=None, label=None, enabled=False)
    return SearchBoxSeen(**found)


PROBE = LiveProbe("search_box", 1, SearchBoxSeen, (Way.DESKTOP,), 5.0, look)
