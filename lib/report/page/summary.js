// @ts-check
/// <reference lib="dom" />
import { h, place } from "./dom.js";
import { fixed } from "./numbers.js";

/** @typedef {import("../types.ts").ReportData} ReportData */

/** Head of the page: the run's settings and its AUROC.
 *
 * @param {ReportData} data @param {HTMLElement} theme Button that changes the theme. */
export function summary(data, theme) {
  const { macro, categories } = data, [low, high] = macro.ci;
  const facts = [
    ["Detector", data.detector],
    ["Split", data.split],
    ["Data", data.data.format],
    ["Training clips", String(data.data.train)],
    ["Test clips", String(data.data.test)],
    ["Categories", String(categories.length)],
    ["Engine", data.engine],
    ["Seed", String(data.seed)],
  ];
  if (data.data.skipped > 0) facts.push(["Clips left out", String(data.data.skipped)]);
  if (data.data.treatments) facts.push(["Repairs", data.data.treatments.join(", ")]);
  return h(
    "header",
    {},
    h("div", { class: "bar" }, h("p", { class: "run" }, data.title, " ", h("span", {}, data.name)), theme),
    h(
      "div",
      { class: "summary" },
      h(
        "div",
        { class: "headline" },
        h("h1", {}, "Macro AUROC"),
        h("p", { class: "big", id: "macro" }, fixed(macro.auroc, 3)),
        h("p", { class: "muted" }, `95 % interval ${fixed(low, 3)} to ${fixed(high, 3)}`),
      ),
      floors(data),
      h(
        "dl",
        { class: "facts" },
        ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))),
      ),
    ),
    warnings(data),
  );
}

/** Macro AUROC of the run and of the untrained floors, best first.
 *
 * @param {ReportData} data */
function floors({ macro, floors }) {
  const rows = Object.entries(floors).sort(([, a], [, b]) => b - a);
  const lowest = Math.min(0.5, macro.auroc, ...rows.map(([, value]) => value));
  const from = Math.floor(lowest * 10) / 10, at = (/** @type {number} */ v) => (v - from) / (1 - from) * 100;
  const row = (/** @type {string} */ name, /** @type {number} */ value, /** @type {boolean} */ own) =>
    h(
      "tr",
      { class: own ? "own" : null },
      h("th", { scope: "row" }, name),
      h(
        "td",
        { class: "track", "aria-hidden": "true" },
        h(
          "span",
          { class: "rail" },
          place(h("span", { class: "stem" }), 0, at(value)),
          place(h("span", { class: "dot" }), at(value)),
        ),
      ),
      h("td", { class: "number" }, fixed(value, 3)),
    );
  return h(
    "table",
    { class: "floors" },
    h("caption", {}, "Compared with untrained floors"),
    h(
      "tbody",
      {},
      row("this run", macro.auroc, true),
      ...rows.map(([name, value]) => row(name, value, false)),
    ),
  );
}

/** Warnings; null if there are none.
 *
 * @param {ReportData} data */
function warnings({ detector, categories, note, macro, floors }) {
  const list = categories.flatMap(({ category, warnings }) => warnings.map((text) => `${category}: ${text}`));
  const [best] = Object.entries(floors).filter(([name]) => name !== detector).sort(([, a], [, b]) => b - a);
  if (best && best[1] >= macro.auroc) {
    list.unshift(`The untrained floor ${best[0]} is as good or better: AUROC ${fixed(best[1], 3)}`);
  }
  if (note) list.unshift(`No clips are shown. ${note}`);
  if (list.length === 0) return null;
  return h(
    "section",
    { class: "warnings", "aria-label": "Warnings" },
    h("h2", {}, list.length === 1 ? "Warning" : `${list.length} warnings`),
    h("ul", {}, ...list.map((text) => h("li", {}, text))),
  );
}
