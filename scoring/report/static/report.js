// The report is complete without this file. It adds a filter for long lists, columns that sort, and an open view on paper.
"use strict";

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  const folded = target && target.closest("details");
  if (folded) {
    folded.open = true;
    target.scrollIntoView();
  }
}

function setUpFilter(input) {
  const rows = [...document.querySelectorAll(input.dataset.filter)];
  const output = input.parentElement.querySelector("output");
  input.addEventListener("input", () => {
    const wanted = input.value.trim().toLowerCase();
    const names = new Set();
    for (const row of rows) {
      const name = row.querySelector("th, h3").textContent;
      row.hidden = !name.toLowerCase().includes(wanted);
      if (!row.hidden) names.add(row.querySelector("a").textContent);
    }
    output.textContent = wanted ? input.dataset.count.replace("#", names.size) : "";
  });
  input.parentElement.hidden = false;
}

function setUpSorting(table) {
  const body = table.tBodies[0];
  if (body.rows.length < 2) return;
  const first = [...body.rows];
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const was = heading.getAttribute("aria-sort");
      const now = was === "descending" ? "ascending" : was === "ascending" ? null : "descending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      if (now) heading.setAttribute("aria-sort", now);
      const value = (row) => row.cells[column].dataset.value ?? row.cells[column].textContent;
      const compare = (a, b) => {
        const [x, y] = [value(a), value(b)];
        return isNaN(x) || isNaN(y) ? y.localeCompare(x, document.documentElement.lang) : y - x;
      };
      const rows = now ? [...first].sort(compare) : first;
      body.append(...(now === "ascending" ? rows.reverse() : rows));
    });
  });
}

function setUpOutcomes(select) {
  select.addEventListener("change", () => {
    for (const feature of document.querySelectorAll(".feature")) {
      feature.hidden = select.value !== "" && feature.dataset.outcome !== select.value;
    }
    for (const chapter of document.querySelectorAll(".chapter")) {
      chapter.hidden = !chapter.querySelector(".feature:not([hidden])");
    }
  });
  select.parentElement.hidden = false;
}

document.querySelectorAll("#outcome-filter").forEach(setUpOutcomes);
document.querySelectorAll("input[data-filter]").forEach(setUpFilter);
document.querySelectorAll("table.sortable").forEach(setUpSorting);
addEventListener("hashchange", openTarget);
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((one) => { one.open = true; }));
openTarget();
