// @ts-check
/// <reference lib="dom" />
import { alarmChart, scoreChart } from "./alarm_charts.js";
import { rateText } from "./alarms.js";
import { rocChart } from "./charts.js";
import { facts, h, swatch } from "./dom.js";
import { fixed, pText, scoreText } from "./numbers.js";
import { sides } from "./rows.js";
import { alarmLine, alarmRate } from "./rule.js";

/** @import { ReportCategory, ReportData } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */
/** @import { Row } from "./rule.js" */

/** ROC, scores and alarms of one category.
 *
 * @param {ReportData} data @param {readonly Row[]} rows @param {Alpha} alpha */
export function categoryDetail({ unit }, rows, alpha) {
  const title = h("h2", { id: "detail-title" }), counts = h("p.muted"), rates = h("p.muted");
  const roc = h("div"), scores = h("div"), alarms = h("div"), floors = h("dl.facts.floor-list");
  const alarm = swatch("alarm", ""), filled = h("span", "Filled: alarm");
  const alarmFigure = h("figure.wide", h("figcaption", "Clips with an alarm, by alpha"), alarms);
  const element = h(
    "section.card.detail",
    { "aria-labelledby": "detail-title" },
    title,
    counts,
    rates,
    h(
      "div.charts",
      h("figure", h("figcaption", "ROC"), roc),
      h(
        "figure",
        h("figcaption", "Scores, normal and anomalous each on its own scale"),
        scores,
        h("p.legend.muted", swatch("normal", "Normal"), swatch("anomalous", "Anomalous"), filled, alarm),
      ),
      alarmFigure,
    ),
    h("h3", "Untrained floors"),
    floors,
  );
  /** @type {ReportCategory | undefined} */
  let shown;
  /** @type {Row[]} */
  let own = [];
  let width = 0;

  function draw() {
    if (!shown || roc.clientWidth === 0) return;
    width = roc.clientWidth;
    roc.replaceChildren(rocChart(width, shown.category, shown.auroc, ...sides(own)));
    drawAlarms();
  }

  function drawAlarms() {
    if (!shown || roc.clientWidth === 0) return;
    const { category, smallestP } = shown, isCalibrated = own.some(({ p }) => p !== undefined);
    scores.replaceChildren(scoreChart(width, category, unit, own, alpha.value));
    for (const part of [alarmFigure, filled, alarm, rates]) part.hidden = !isCalibrated;
    if (!isCalibrated) return;
    alarms.replaceChildren(alarmChart(alarms.clientWidth || width, category, own, alpha.value));
    const line = alarmLine(own, alpha.value);
    alarm.lastChild?.remove();
    alarm.append(line ? lineText(line) : "No clip raises the alarm");
    const [falseAlarms, found] = [false, true].map((side) =>
      rateText(alarmRate(own.filter(({ anomalous }) => anomalous === side), alpha.value))
    );
    rates.textContent =
      `At alpha ${alpha.value}: ${falseAlarms} normal and ${found} anomalous clips raise the ` +
      `alarm.${smallestP === undefined ? "" : ` Smallest possible p-value ${pText(smallestP)}.`}`;
  }
  alpha.onChange(drawAlarms);
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
      own = rows.filter(({ model }) => model === category.category);
      title.textContent = category.category;
      counts.textContent = `AUROC ${
        fixed(auroc, 3)
      } over ${normals} normal and ${anomalies} anomalous test clips${
        parts
          ? `; of |s|²/2 alone ${fixed(parts.quadratic, 3)}, of the log-determinant ${
            fixed(parts.determinant, 3)
          }`
          : ""
      }.`;
      floors.replaceChildren(...facts(ranked.map(([name, value]) => [name, fixed(value, 3)])));
      draw();
    },
  };
}

/** Where scores begin to raise the alarm, in words.
 *
 * @param {{ low: number, high: number }} line */
export function lineText({ low, high }) {
  const [from, to] = [scoreText(low), scoreText(high)];
  return from === to
    ? `Alarm from ${from}`
    : `Below ${from} no test clip raises the alarm, from ${to} each does`;
}
