// @ts-check
/// <reference lib="dom" />
import { rocChart, scoreChart } from "./charts.js";
import { facts, h, place, swatch } from "./dom.js";
import { rateText } from "./alarms.js";
import { aurocScale, fixed, pText, scoreText, sides } from "./numbers.js";

/** @import { ReportCategory, ReportData, ShownCase } from "../types.ts" */

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

/** ROC and scores of one category.
 *
 * @param {ReportData} data */
export function categoryDetail({ unit, alpha, falseAlarms }) {
  const title = h("h2", { id: "detail-title" }), counts = h("p.muted");
  const roc = h("div"), scores = h("div"), floors = h("dl.facts.floor-list");
  const alarm = swatch("alarm", "Alarm line");
  const element = h(
    "section.card.detail",
    { "aria-labelledby": "detail-title" },
    title,
    counts,
    h(
      "div.charts",
      h("figure", h("figcaption", "ROC"), roc),
      h(
        "figure",
        h("figcaption", "Scores, normal and anomalous each on its own scale"),
        scores,
        h("p.legend.muted", swatch("normal", "Normal"), swatch("anomalous", "Anomalous"), alarm),
      ),
    ),
    h("h3", "Untrained floors"),
    floors,
  );
  /** @param {ReportCategory} category */
  const calibrationText = ({ category, smallestP }) => {
    if (smallestP === undefined) return "";
    const rate = falseAlarms && Object.hasOwn(falseAlarms.categories, category)
      ? `. False alarms at alpha ${falseAlarms.alpha}: ${rateText(falseAlarms.categories[category])}`
      : "";
    const silent = smallestP > alpha ? `. No alarm is possible at alpha ${alpha}: train with more clips` : "";
    return `. Smallest possible p-value ${pText(smallestP)}${silent}${rate}`;
  };
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
    /** @param {ReportCategory} category */
    show(category) {
      const { auroc, normals, anomalies, parts } = category;
      const ranked = Object.entries(category.floors).sort(([, a], [, b]) => b - a);
      shown = category;
      alarm.hidden = typeof category.alarm !== "number";
      title.textContent = category.category;
      counts.textContent = `AUROC ${
        fixed(auroc, 3)
      } over ${normals} normal and ${anomalies} anomalous test clips${
        parts
          ? `; of |s|²/2 alone ${fixed(parts.quadratic, 3)}, of the log-determinant ${
            fixed(parts.determinant, 3)
          }`
          : ""
      }${calibrationText(category)}`;
      floors.replaceChildren(...facts(ranked.map(([name, value]) => [name, fixed(value, 3)])));
      draw();
    },
  };
}

const GROUPS = /** @type {const} */ ([
  ["highest normal", "Highest normal scores", "Those with an alarm are false alarms"],
  ["lowest anomaly", "Lowest anomalous scores", "Those without an alarm are misses"],
  ["typical normal", "Typical normal", ""],
  ["typical anomaly", "Typical anomalous", ""],
]);

/** Button that opens a clip.
 *
 * @param {ShownCase} shown @param {string} title @param {string} about @param {() => void} onclick */
export function caseButton({ score, alarm }, title, about, onclick) {
  return h(
    "button.case",
    { "aria-pressed": "false", onclick },
    h("span.id", title, h("small", about)),
    h("span.number", scoreText(score), h("small", alarm ? "alarm" : "\u00a0")),
  );
}

/** List of the clips of one category.
 *
 * @param {ReportData} data @param {(shown: ShownCase, chosen: boolean) => void} onOpen Called with the clip to play, and
 * whether the reader chose it. */
export function caseList(data, onOpen) {
  const element = h("nav.cases", { "aria-label": "Clips" });
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
      const own = data.cases.filter((shown) => shown.category === category);
      buttons = new Map(own.map((shown) => {
        const { id, category } = data.clips[shown.clip];
        return [shown, caseButton(shown, id, category, () => open(shown, true))];
      }));
      element.replaceChildren(...GROUPS.flatMap(([kind, title, about]) => {
        const cases = [...buttons].filter(([shown]) => shown.kind === kind).map(([, button]) => button);
        return cases.length > 0
          ? [h("div", h("h3", title), about ? h("p.muted", about) : null, ...cases)]
          : [];
      }));
      if (own.length > 0) open(own[0]);
      return own.length;
    },
  };
}
