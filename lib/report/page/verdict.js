// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { pText, scoreText } from "./numbers.js";
import { raisesAlarm } from "./rule.js";

/** @import { ReportData, ShownCase } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */

/** Say what a detector makes of a clip: score, p-value and alarm.
 *
 * @param {ReportData} data @param {Alpha} alpha */
export function verdictLine(data, alpha) {
  const element = h("p.verdict");
  /** @type {ShownCase | undefined} */
  let current;
  function draw() {
    if (!current) return;
    const { kind, category, score, p, smallestP, nearest } = current, own = data.clips[current.clip].category;
    element.replaceChildren(
      kind === "dropped" ? "" : own === category ? "A normal clip. " : `Its category is ${own}. `,
      "Score ",
      h("b", scoreText(score)),
      nearest ? `, nearest normal clip ${scoreText(nearest.score)}` : "",
    );
    if (p === undefined) return;
    const smallest = smallestP === undefined ? "" : ` (smallest possible ${pText(smallestP)})`;
    element.append(", p ", h("b", pText(p)), `${smallest} `, alarmBadge(p, smallestP, alpha.value));
  }
  alpha.onChange(draw);
  return {
    element,
    /** @param {ShownCase} shown */
    show(shown) {
      current = shown;
      draw();
    },
  };
}

/** Whether a p-value raises the alarm, as a badge.
 *
 * @param {number} p @param {number | undefined} smallestP @param {number} alpha */
export function alarmBadge(p, smallestP, alpha) {
  if (raisesAlarm(p, alpha)) return h("span.badge.alarm", "Alarm");
  const isSilent = smallestP !== undefined && smallestP > alpha;
  return h("span.badge", isSilent ? `No alarm is possible at alpha ${alpha}` : "No alarm");
}
