// @ts-check
/// <reference lib="dom" />
import { rocChart, scoreChart } from "./charts.js";
import { h, place } from "./dom.js";
import { fixed, scoreText, sides } from "./numbers.js";

/** @typedef {import("../types.ts").ReportData} ReportData */
/** @typedef {import("../types.ts").ReportCategory} ReportCategory */
/** @typedef {import("../types.ts").ShownCase} ShownCase */

/** Bars of AUROC, a row per category: from chance, with its interval, the floors as ticks.
 *
 * @param {ReportData} data @param {(category: ReportCategory) => void} onChoose */
export function categoryBars({ categories }, onChoose) {
  const lowest = Math.min(0.5, ...categories.flatMap(({ ci, floors }) => [ci[0], ...Object.values(floors)]));
  const from = Math.floor(lowest * 10) / 10, at = (/** @type {number} */ v) => (v - from) / (1 - from) * 100;
  /** @type {Map<string, HTMLButtonElement>} */
  const rows = new Map();
  const ladder = [0, 0.25, 0.5, 0.75, 1].filter((v) => v >= from);
  for (const c of categories) {
    const { auroc, ci: [low, high], floors } = c, left = Math.min(at(auroc), at(0.5));
    const plot = h(
      "span",
      { class: "plot", "aria-hidden": "true" },
      place(h("span", { class: "half-line" }), at(0.5)),
      place(h("span", { class: "fill" }), left, Math.abs(at(auroc) - at(0.5))),
      ...Object.entries(floors).map(([name, value]) =>
        place(h("span", { class: "tick", title: `${name} ${fixed(value, 3)}` }), at(value))
      ),
      place(h("span", { class: "whisker" }), at(low), at(high) - at(low)),
    );
    rows.set(
      c.category,
      h(
        "button",
        {
          type: "button",
          class: "row",
          "aria-pressed": "false",
          "aria-label": `${c.category}: AUROC ${fixed(auroc, 3)}, 95 % interval ${fixed(low, 3)} to ${
            fixed(high, 3)
          }`,
          onclick: () => onChoose(c),
        },
        h("span", { class: "name" }, c.category),
        plot,
        h("span", { class: "number" }, fixed(auroc, 3)),
        h("span", { class: "interval" }, `${fixed(low, 3)}\u2013${fixed(high, 3)}`),
      ),
    );
  }
  const list = h("div", { class: "rows" });
  const order = (/** @type {string} */ by) => {
    const sorted = [...categories];
    if (by === "worst") sorted.sort((a, b) => a.auroc - b.auroc);
    list.replaceChildren(...sorted.map(({ category }) => /** @type {HTMLElement} */ (rows.get(category))));
  };
  order("name");
  const sort = h(
    "select",
    { "aria-label": "Order of the categories", onchange: () => order(sort.value) },
    h("option", { value: "name" }, "In the run\u2019s order"),
    h("option", { value: "worst" }, "Worst first"),
  );
  const scale = h(
    "div",
    { class: "row scale-row", "aria-hidden": "true" },
    h("span"),
    h(
      "span",
      { class: "plot" },
      ...ladder.map((v) =>
        place(
          h("span", { class: "step" }, v === 0.5 ? "chance" : fixed(v, v === 0.75 || v === 0.25 ? 2 : 0)),
          at(v),
        )
      ),
    ),
    h("span"),
    h("span", { class: "interval" }),
  );
  const element = h(
    "section",
    { class: "card", "aria-labelledby": "bars-title" },
    h("div", { class: "title" }, h("h2", { id: "bars-title" }, "AUROC by category"), sort),
    list,
    scale,
    h(
      "p",
      { class: "muted caption" },
      "Bars start at chance. Lines are DeLong 95 % intervals; ticks are the untrained floors. Choose a category to see its ROC and clips.",
    ),
  );
  return {
    element,
    /** @param {string} name */
    mark(name) {
      for (const [own, row] of rows) row.setAttribute("aria-pressed", String(own === name));
    },
  };
}

/** ROC and scores of one category.
 *
 * @param {ReportData} data */
export function categoryDetail({ unit }) {
  const title = h("h2", { id: "detail-title" }), facts = h("p", { class: "muted" });
  const [roc, scores] = [h("div"), h("div")];
  const alarm = h("span", {}, h("i", { class: "swatch alarm" }), "Alarm line");
  const charts = h(
    "div",
    { class: "charts" },
    h("figure", {}, h("figcaption", {}, "ROC"), roc),
    h(
      "figure",
      {},
      h("figcaption", {}, "Scores, normal and anomalous each on its own scale"),
      scores,
      h(
        "p",
        { class: "legend muted" },
        h("span", {}, h("i", { class: "swatch normal" }), "Normal"),
        h("span", {}, h("i", { class: "swatch anomalous" }), "Anomalous"),
        alarm,
      ),
    ),
  );
  const floors = h("dl", { class: "facts floor-list" });
  const element = h(
    "section",
    { class: "card detail", "aria-labelledby": "detail-title" },
    title,
    facts,
    charts,
    h("h3", {}, "Untrained floors"),
    floors,
  );
  /** @type {ReportCategory | undefined} */
  let shown;
  let width = 0;
  const draw = () => {
    if (!shown || roc.clientWidth === 0) return;
    width = roc.clientWidth;
    const [normals, anomalies] = sides(shown);
    roc.replaceChildren(rocChart(width, shown.category, shown.auroc, normals, anomalies));
    scores.replaceChildren(scoreChart(width, shown.category, unit, normals, anomalies, shown.alarm));
  };
  new ResizeObserver(() => {
    if (roc.clientWidth !== width) draw();
  }).observe(roc);
  return {
    element,
    /** @param {ReportCategory} c */
    show(c) {
      const ranked = Object.entries(c.floors).sort(([, a], [, b]) => b - a);
      shown = c;
      alarm.hidden = typeof c.alarm !== "number";
      title.textContent = c.category;
      facts.textContent = `AUROC ${
        fixed(c.auroc, 3)
      } over ${c.normals} normal and ${c.anomalies} anomalous test clips`;
      floors.replaceChildren(
        ...ranked.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, fixed(value, 3)))),
      );
      draw();
    },
  };
}

const GROUPS = /** @type {const} */ ([
  ["false alarm", "Worst false alarms", "Normal clips with the highest scores"],
  ["miss", "Worst misses", "Anomalous clips with the lowest scores"],
  ["typical normal", "Typical normal", ""],
  ["typical anomaly", "Typical anomalous", ""],
]);

/** List of the clips of one category.
 *
 * @param {ReportData} data @param {(shown: ShownCase, chosen: boolean) => void} onOpen Called with the clip to play, and
 * whether the reader chose it. */
export function caseList(data, onOpen) {
  const element = h("nav", { class: "cases", "aria-label": "Clips" });
  /** @type {Map<ShownCase, HTMLButtonElement>} */
  let buttons = new Map();
  const mark = (/** @type {ShownCase | undefined} */ shown) => {
    for (const [own, button] of buttons) button.setAttribute("aria-pressed", String(own === shown));
  };
  const open = (/** @type {ShownCase} */ shown, chosen = false) => {
    mark(shown);
    onOpen(shown, chosen);
  };
  return {
    element,
    mark,
    /** @param {string} category */
    show(category) {
      buttons = new Map();
      const own = data.cases.filter((shown) => shown.category === category);
      const groups = GROUPS.flatMap(([kind, title, about]) => {
        const cases = own.filter((shown) => shown.kind === kind);
        if (cases.length === 0) return [];
        return [h(
          "div",
          {},
          h("h3", {}, title),
          about ? h("p", { class: "muted" }, about) : null,
          ...cases.map((shown) => {
            const clip = data.clips[shown.clip];
            const button = h(
              "button",
              { type: "button", class: "case", "aria-pressed": "false", onclick: () => open(shown, true) },
              h("span", { class: "id" }, clip.id, h("small", {}, clip.category)),
              h(
                "span",
                { class: "number" },
                scoreText(shown.score),
                h("small", {}, shown.alarm ? "alarm" : "\u00a0"),
              ),
            );
            buttons.set(shown, button);
            return button;
          }),
        )];
      });
      element.replaceChildren(...groups);
      if (own.length > 0) open(own[0]);
      return own.length;
    },
  };
}
