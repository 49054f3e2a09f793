// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { fixed } from "./numbers.js";
import { alarmRate } from "./rule.js";

/** @import { ReportData } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */
/** @import { Rate, Row } from "./rule.js" */

/** A rate of alarms and its interval, in words.
 *
 * @param {Rate} rate */
export function rateText({ alarms, clips, ci: [low, high] }) {
  return `${alarms} of ${clips} (${fixed(low, 2)} to ${fixed(high, 2)})`;
}

/** False alarms and misses by category, and false alarms by group; null if no detector is calibrated.
 *
 * @param {ReportData} data @param {readonly Row[]} rows @param {Alpha} alpha */
export function alarmSection({ categories, clipGroups, knownGroups }, rows, alpha) {
  const known = rows.filter(({ p }) => p !== undefined);
  if (known.length === 0) return null;
  const about = h("p.muted"), tables = h("div.two");
  const models = categories.map(({ category }) => category).filter((name) =>
    known.some(({ model }) => model === name)
  );
  const draw = () => {
    const normals = known.filter(({ anomalous }) => !anomalous);
    const rate = (/** @type {readonly Row[]} */ own) =>
      own.length > 0 ? rateText(alarmRate(own, alpha.value)) : "";
    about.textContent = `Normal test clips with a p-value up to alpha ${alpha.value}: ${rate(normals)}. ` +
      "Intervals are Wilson\u2019s 95 % intervals for independent clips; clips of one group are alike, so over few groups they are too narrow. " +
      groupText(knownGroups);
    const byModel = models.map((name) => {
      const [own, other] = [false, true].map((side) =>
        known.filter(({ model, anomalous }) => model === name && anomalous === side)
      );
      return [name, rate(own), rate(other)];
    });
    const byGroup = clipGroups?.names.flatMap((name) => {
      const own = normals.filter(({ group }) => group === name);
      return own.length > 0 ? [[name, rate(own)]] : [];
    });
    tables.replaceChildren(
      rateTable("By category", ["Category", "False alarms", "Anomalies found"], byModel),
      ...(byGroup ? [rateTable("By group", ["Group", "False alarms"], byGroup)] : []),
    );
  };
  alpha.onChange(draw);
  draw();
  return h(
    "section.card",
    { "aria-labelledby": "alarms-title" },
    h("h2", { id: "alarms-title" }, "Alarms"),
    about,
    tables,
  );
}

/** @param {readonly string[] | undefined} known Groups with training clips. */
function groupText(known) {
  if (!known) return "";
  return known.length === 0
    ? "No group of the test clips has training clips."
    : `Groups with training clips, which are no new people: ${known.join(", ")}.`;
}

/** @param {string} caption @param {readonly string[]} titles @param {readonly string[][]} rows */
function rateTable(caption, titles, rows) {
  return h(
    "table.floors.rates",
    h("caption", caption),
    h("thead", h("tr", ...titles.map((title) => h("th", { scope: "col" }, title)))),
    h(
      "tbody",
      ...rows.map(([name, ...rates]) =>
        h("tr", h("th", { scope: "row" }, name), ...rates.map((text) => h("td", text)))
      ),
    ),
  );
}
