// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { pText, scoreText } from "./numbers.js";
import { raisesAlarm } from "./rule.js";
import { alarmBadge } from "./verdict.js";

/** @import { LiveFrame, ShownStream } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */

/** Alarms that are listed. */
const LISTED = 20;

/** Table of the models, with score, p and alarm of the latest frame.
 *
 * @param {ShownStream["models"]} models @param {Alpha} alpha */
export function liveModels(models, alpha) {
  const rows = models.map(({ category, smallestP }) => {
    const score = h("td.number"), p = h("td.number"), alarm = h("td");
    return { smallestP, score, p, alarm, row: h("tr", h("th", { scope: "row" }, category), score, p, alarm) };
  });
  const element = h(
    "table.floors.rates",
    h("caption", "The window that ends with the latest frame"),
    h(
      "thead",
      h(
        "tr",
        ...["th", "th.number", "th.number", "th"].map((tag, i) =>
          h(tag, { scope: "col" }, ["Detector of", "Score", "p", "Alarm"][i])
        ),
      ),
    ),
    h("tbody", ...rows.map(({ row }) => row)),
  );
  return {
    element,
    /** @param {LiveFrame["scores"]} scores Nothing if there are none. */
    show(scores) {
      for (const [i, { smallestP, score, p, alarm }] of rows.entries()) {
        const own = scores?.[i];
        score.textContent = own ? scoreText(own.score) : "\u2013";
        p.textContent = own ? pText(own.p) : "\u2013";
        alarm.replaceChildren(own ? alarmBadge(own.p, smallestP, alpha.value) : "");
      }
    },
  };
}

/** List of the alarms of a stream, the latest first: one for each time that a model begins to raise it.
 *
 * @param {ShownStream["models"]} models @param {Alpha} alpha */
export function alarmLog(models, alpha) {
  const list = h("ol.alarm-log", { role: "log", "aria-label": "Alarms of the stream" });
  const none = h("p.muted", "None so far."), loud = models.map(() => false);
  return {
    element: h("div", none, list),
    /** @param {number} frame @param {LiveFrame["scores"]} scores */
    take(frame, scores) {
      for (const [i, { category }] of models.entries()) {
        const p = scores?.[i].p, isLoud = raisesAlarm(p, alpha.value);
        if (isLoud && !loud[i] && p !== undefined) {
          list.prepend(h("li", `Frame ${frame}: ${category}, p ${pText(p)}`));
          none.hidden = true;
        }
        loud[i] = isLoud;
      }
      while (list.childElementCount > LISTED) list.lastElementChild?.remove();
    },
  };
}
