// @ts-check
/// <reference lib="dom" />
import { facts, h, place } from "./dom.js";
import { aurocScale, fixed } from "./numbers.js";

/** @import { ReportData } from "../types.ts" */

/** Head of the page: the run's settings and its AUROC.
 *
 * @param {ReportData} data @param {HTMLElement} theme Button that changes the theme. */
export function summary(data, theme) {
  const { macro, categories, data: { format, train, test, skipped, treatments } } = data;
  return h(
    "header",
    h("div.bar", h("p.run", data.title, " ", h("span", data.name)), theme),
    h(
      "div.card.summary",
      h(
        "div",
        h("h1", "Macro AUROC"),
        h("p.big", fixed(macro.auroc, 3)),
        h("p.muted", `95 % interval ${fixed(macro.ci[0], 3)} to ${fixed(macro.ci[1], 3)}`),
      ),
      floorTable(data),
      h(
        "dl.facts",
        ...facts([
          ["Detector", data.detector],
          ["Split", data.split],
          ["Data", format],
          ["Training clips", String(train)],
          ["Test clips", String(test)],
          ["Categories", String(categories.length)],
          ["Engine", data.engine],
          ["Seed", String(data.seed)],
        ]),
        ...facts(skipped > 0 ? [["Clips left out", String(skipped)]] : []),
        ...facts(treatments ? [["Repairs", treatments.join(", ")]] : []),
      ),
    ),
    warningList(data),
  );
}

/** Macro AUROC of the run and of the untrained floors, best first.
 *
 * @param {ReportData} data */
function floorTable({ macro, floors }) {
  const rows = Object.entries(floors).sort(([, a], [, b]) => b - a);
  const { at } = aurocScale([macro.auroc, ...Object.values(floors)]);
  const row = (
    /** @type {string} */ name,
    /** @type {number} */ value,
    /** @type {"tr" | "tr.own"} */ tag,
  ) => {
    const rail = h("span.rail", place(h("span.stem"), 0, at(value)), place(h("span.dot"), at(value)));
    return h(
      tag,
      h("th", { scope: "row" }, name),
      h("td.track", { "aria-hidden": "true" }, rail),
      h("td.number", fixed(value, 3)),
    );
  };
  return h(
    "table.floors",
    h("caption", "Compared with untrained floors"),
    h(
      "tbody",
      row("this run", macro.auroc, "tr.own"),
      ...rows.map(([name, value]) => row(name, value, "tr")),
    ),
  );
}

/** Warnings; null if there are none.
 *
 * @param {ReportData} data */
function warningList({ detector, categories, note, macro, floors }) {
  const list = categories.flatMap(({ category, warnings }) => warnings.map((text) => `${category}: ${text}`));
  const [best] = Object.entries(floors).filter(([name]) => name !== detector).sort(([, a], [, b]) => b - a);
  if (best && best[1] >= macro.auroc) {
    list.unshift(`The untrained floor ${best[0]} is as good or better: AUROC ${fixed(best[1], 3)}`);
  }
  if (note) list.unshift(`No clips are shown. ${note}`);
  if (list.length === 0) return null;
  return h(
    "section.card.warnings",
    { "aria-label": "Warnings" },
    h("h2", list.length === 1 ? "Warning" : `${list.length} warnings`),
    h("ul", ...list.map((text) => h("li", text))),
  );
}
