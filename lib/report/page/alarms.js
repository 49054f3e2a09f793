// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { fixed } from "./numbers.js";

/** @import { AlarmRate } from "../../metrics/false_alarms.ts" */
/** @import { ReportData } from "../types.ts" */

/** A rate of false alarms and its interval, in words.
 *
 * @param {AlarmRate} rate */
export function rateText({ alarms, normals, ci: [low, high] }) {
  return `${alarms} of ${normals} normal test clips (${fixed(low, 2)} to ${fixed(high, 2)})`;
}

/** False alarms by category and by group; null if no detector is calibrated.
 *
 * @param {ReportData} data */
export function alarmSection({ falseAlarms, categories }) {
  if (!falseAlarms) return null;
  const { alpha, knownGroups } = falseAlarms;
  const smallest = new Map(categories.map(({ category, smallestP }) => [category, smallestP]));
  const about = `Normal test clips with a p-value up to alpha ${alpha}: ${rateText(falseAlarms)}. ` +
    "Intervals are Wilson's 95 % intervals for independent clips; clips of one group are alike, so over few groups they are too narrow. " +
    (knownGroups.length === 0
      ? "No group of the test clips has training clips."
      : `Groups with training clips, which are no new people: ${knownGroups.join(", ")}.`);
  return h(
    "section.card",
    { "aria-labelledby": "alarms-title" },
    h("h2", { id: "alarms-title" }, "False alarms"),
    h("p.muted", about),
    h(
      "div.two",
      alarmTable("By category", falseAlarms.categories, (name) => {
        const p = smallest.get(name);
        return p === undefined ? name : `${name}, smallest possible p ${fixed(p, 3)}`;
      }),
      alarmTable("By group", falseAlarms.groups, (name) => name),
    ),
  );
}

/** @param {string} caption @param {Readonly<Record<string, AlarmRate>>} rates @param {(name: string) => string} titleOf */
function alarmTable(caption, rates, titleOf) {
  const rows = Object.entries(rates).map(([name, { alarms, normals, ci: [low, high] }]) =>
    h(
      "tr",
      h("th", { scope: "row" }, titleOf(name)),
      h("td.number", `${alarms} of ${normals}`),
      h("td.number", `${fixed(low, 2)} to ${fixed(high, 2)}`),
    )
  );
  return h("table.floors", h("caption", caption), h("tbody", ...rows));
}
