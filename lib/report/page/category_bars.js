// @ts-check
/// <reference lib="dom" />
import { h, place } from "./dom.js";
import { aurocScale, fixed } from "./numbers.js";

/** @import { ReportCategory, ReportData } from "../types.ts" */

/** Bars of AUROC, a row per category: from chance, with its interval, the floors as ticks.
 *
 * @param {ReportData} data @param {(category: ReportCategory) => void} onChoose */
export function categoryBars({ categories }, onChoose) {
  const { from, at } = aurocScale(categories.flatMap(({ ci, floors }) => [ci[0], ...Object.values(floors)]));
  const rows = new Map(categories.map((category) => [category, row(category)]));

  /** @param {ReportCategory} category */
  function row(category) {
    const { auroc, ci: [low, high], floors } = category, left = Math.min(at(auroc), at(0.5));
    const [value, lowest, highest] = [auroc, low, high].map((number) => fixed(number, 3));
    return h(
      "button.row",
      {
        "aria-pressed": "false",
        "aria-label": `${category.category}: AUROC ${value}, 95 % interval ${lowest} to ${highest}`,
        onclick: () => onChoose(category),
      },
      h("span.name", category.category),
      h(
        "span.plot",
        { "aria-hidden": "true" },
        place(h("span.half-line"), at(0.5)),
        place(h("span.fill"), left, Math.abs(at(auroc) - at(0.5))),
        ...Object.entries(floors).map(([name, value]) =>
          place(h("span.tick", { title: `${name} ${fixed(value, 3)}` }), at(value))
        ),
        place(h("span.whisker"), at(low), at(high) - at(low)),
      ),
      h("span.number", value),
      h("span.interval", `${lowest}\u2013${highest}`),
    );
  }

  const list = h("div", ...rows.values());
  const sort = h(
    "select",
    {
      "aria-label": "Order of the categories",
      onchange: () => {
        const order = sort.value === "worst" ? [...categories].sort((a, b) => a.auroc - b.auroc) : categories;
        list.replaceChildren(...order.map((category) => /** @type {HTMLElement} */ (rows.get(category))));
      },
    },
    h("option", { value: "name" }, "In the run\u2019s order"),
    h("option", { value: "worst" }, "Worst first"),
  );
  const steps = [[0, "0"], [0.25, "0.25"], [0.5, "chance"], [0.75, "0.75"], [1, "1"]];
  const scale = /** @type {[number, string][]} */ (steps).filter(([value]) => value >= from)
    .map(([value, text]) => place(h("span.step", text), at(value)));
  const about = "Bars start at chance. Lines are DeLong 95 % intervals; ticks are the untrained floors. " +
    "Choose a category to see its ROC and clips.";
  const element = h(
    "section.card",
    { "aria-labelledby": "bars-title" },
    h("div.title", h("h2", { id: "bars-title" }, "AUROC by category"), sort),
    list,
    h("div.row.scale-row", { "aria-hidden": "true" }, h("span"), h("span.plot", ...scale)),
    h("p.muted.caption", about),
  );
  return {
    element,
    /** @param {ReportCategory} category */
    mark(category) {
      for (const [own, row] of rows) row.setAttribute("aria-pressed", String(own === category));
    },
  };
}
