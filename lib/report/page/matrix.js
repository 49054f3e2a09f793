// @ts-check
/// <reference lib="dom" />
import { h, scrolled } from "./dom.js";
import { fixed } from "./numbers.js";
import { meanPValues } from "./rule.js";

/** @import { ReportData } from "../types.ts" */
/** @import { Row } from "./rule.js" */

/** Which categories are taken for which: the mean p-value of each category's clips by each category's detector; null if no detector is
 * calibrated.
 *
 * @param {ReportData} data @param {readonly Row[]} rows @param {(model: string) => void} onChoose */
export function matrixSection({ categories, clipCategories }, rows, onChoose) {
  const models = categories.map(({ category }) => category).filter((name) =>
    rows.some(({ model, p }) => model === name && p !== undefined)
  );
  if (models.length === 0) return null;
  const others = clipCategories.names.filter((name) => name !== "" && !models.includes(name));
  const columns = [...models, ...others], means = meanPValues(rows, models, columns);
  const about =
    "Mean p-value of the clips of each category (columns) by the detector of each category (rows). " +
    "On the diagonal it is near 0.5. Elsewhere a high value means that clips of the column are taken for the row.";
  return h(
    "section.card",
    { "aria-labelledby": "matrix-title" },
    h("h2", { id: "matrix-title" }, "Which categories are taken for which"),
    h("p.muted", about),
    scrolled(
      "Mean p-values",
      h(
        "table.matrix",
        h(
          "thead",
          h("tr", h("td"), ...columns.map((name) => h("th", { scope: "col" }, h("span", name)))),
        ),
        h(
          "tbody",
          ...models.map((model, i) =>
            h(
              "tr",
              h("th", { scope: "row" }, h("button.name", { onclick: () => onChoose(model) }, model)),
              ...columns.map((name, j) => cell(means[i][j], model === name)),
            )
          ),
        ),
      ),
    ),
  );
}

/** @param {number} mean NaN if there are no clips. @param {boolean} isOwn */
function cell(mean, isOwn) {
  if (Number.isNaN(mean)) return h("td", "\u2013");
  const own = h(isOwn ? "td.own" : "td", fixed(mean, 2));
  own.style.setProperty("--share", `${Math.round(Math.min(1, mean / 0.5) * 100)}%`);
  return own;
}
