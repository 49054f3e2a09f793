// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { linkTo } from "./link.js";
import { pText, scoreText } from "./numbers.js";
import { raisesAlarm, verdictOf } from "./rule.js";
import { createTable } from "./table.js";

/** @import { ReportData } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */
/** @import { Row } from "./rule.js" */
/** @import { Column, Filter } from "./table.js" */

/** What a verdict is called.
 * @type {Readonly<Record<ReturnType<typeof verdictOf>, string>>} */
const VERDICTS = {
  "": "",
  "false alarm": "wrong: false alarm",
  miss: "wrong: miss",
  found: "right: anomaly found",
  quiet: "right: no alarm",
};

/** Table of all test clips, by one detector or by all.
 *
 * @param {ReportData} data @param {readonly Row[]} rows @param {Alpha} alpha */
export function clipTable(data, rows, alpha) {
  const isCalibrated = rows.some(({ p }) => p !== undefined);
  /** @type {{ clip: string, model: string } | undefined} */
  let marked;
  /** @type {Column<Row>[]} */
  const columns = [
    {
      title: "Clip",
      isHeader: true,
      value: ({ id }) => id,
      cell: ({ id, model }) => h("a", { href: linkTo({ clip: id, model }) }, id),
    },
    { title: "Category", value: ({ category }) => category },
    { title: "Group", value: ({ group }) => group },
    { title: "Detector of", value: ({ model }) => model },
    { title: "Score", value: ({ score }) => score, cell: ({ score }) => scoreText(score) },
  ];
  if (!data.clipGroups) columns.splice(2, 1);
  if (isCalibrated) {
    columns.push(
      { title: "p", value: ({ p }) => p, cell: ({ p }) => p === undefined ? "" : pText(p) },
      {
        title: "Alarm",
        value: ({ p }) => p === undefined ? "" : raisesAlarm(p, alpha.value) ? "alarm" : "no",
      },
      { title: "Verdict", value: (row) => VERDICTS[verdictOf(row, alpha.value)] },
    );
  }
  const named = (
    /** @type {readonly string[]} */ names,
    /** @type {"category" | "group" | "model"} */ key,
  ) => /** @type {ReturnType<Filter<Row>["choices"]>} */ ([
    ["", "all", () => true],
    ...names.map((name) => [`=${name}`, name, (/** @type {Row} */ row) => row[key] === name]),
  ]);
  const models = data.categories.map(({ category }) => category);
  /** @type {Filter<Row>[]} */
  const filters = [
    { title: "Detector of", choices: () => named(models, "model") },
    { title: "Category", choices: () => named(data.clipCategories.names, "category") },
  ];
  if (data.clipGroups) {
    const { names } = data.clipGroups;
    filters.push({ title: "Group", choices: () => named(names, "group") });
  }
  if (isCalibrated) {
    const verdict = (/** @type {Row} */ row) => verdictOf(row, alpha.value);
    filters.push({
      title: "Alarm",
      choices: () => [
        ["", "all", () => true],
        ["alarm", "alarm", ({ p }) => raisesAlarm(p, alpha.value)],
        ["no", "no alarm", ({ p }) => !raisesAlarm(p, alpha.value)],
      ],
    }, {
      title: "Verdict",
      choices: () => [
        ["", "all", () => true],
        ["right", "right", (row) => ["found", "quiet"].includes(verdict(row))],
        ["wrong", "wrong", (row) => ["false alarm", "miss"].includes(verdict(row))],
        ["false alarm", "false alarms", (row) => verdict(row) === "false alarm"],
        ["miss", "misses", (row) => verdict(row) === "miss"],
      ],
    });
  }
  const table = createTable({
    title: "Test clips",
    file: `${data.name}.csv`,
    columns,
    filters,
    rows,
    searched: ({ id, category, group }) => `${id} ${category} ${group}`,
    sortedBy: isCalibrated ? "p" : "Score",
    isMarked: ({ id, model }) => id === marked?.clip && model === marked.model,
  });
  alpha.onChange(() => table.refresh());
  return {
    element: h(
      "section.card",
      { "aria-labelledby": "table-title" },
      h("h2", { id: "table-title" }, "All test clips"),
      table.element,
    ),
    /** Show the clips as the detector of a category scored them.
     *
     * @param {string} model */
    show: (model) => table.choose("Detector of", `=${model}`),
    /** @param {{ clip: string, model: string } | undefined} link */
    mark(link) {
      marked = link;
      table.refresh(true);
    },
  };
}
