// @ts-check
/// <reference lib="dom" />
import { h } from "./dom.js";
import { pText } from "./numbers.js";
import { raisesAlarm, verdictOf } from "./rule.js";
import { createTable } from "./table.js";

/** @import { Alpha } from "./alpha.js" */
/** @import { LetteredRun } from "./comparison.js" */
/** @import { Column, Filter } from "./table.js" */

/** A test clip as the detectors of one category scored it in each run; p is undefined in a run that did not test it.
 * @typedef {{ id: string, category: string, model: string, anomalous: boolean, p: (number | undefined)[] }} Compared */

/** Table of the clips whose alarm differs between runs; null if fewer than two runs have p-values.
 *
 * @param {LetteredRun[]} runs @param {Alpha} alpha */
export function differingClips(runs, alpha) {
  const known = runs.filter(({ rows }) => rows.some(({ p }) => p !== undefined));
  if (known.length < 2) return null;
  /** @type {Map<string, Compared>} */
  const compared = new Map();
  for (const [i, { rows }] of known.entries()) {
    for (const { id, category, model, anomalous, p } of rows) {
      const key = JSON.stringify([model, id]);
      const own = compared.get(key) ?? { id, category, model, anomalous, p: known.map(() => undefined) };
      own.p[i] = p;
      compared.set(key, own);
    }
  }
  const rows = [...compared.values()];
  const differs = (/** @type {Compared} */ { p }) => {
    const alarms = p.filter((own) => own !== undefined).map((own) => raisesAlarm(own, alpha.value));
    return new Set(alarms).size > 1;
  };
  const wrongIn = (/** @type {number} */ i) => (/** @type {Compared} */ { p, anomalous }) =>
    ["miss", "false alarm"].includes(verdictOf({ p: p[i], anomalous }, alpha.value));
  /** @param {"model" | "category"} key @returns {Filter<Compared>["choices"]} */
  const named = (key) => {
    const names = [...new Set(rows.map((row) => row[key]))].sort();
    return () => [["", "all", () => true], ...names.map(choice)];
    /** @param {string} name @returns {[string, string, (row: Compared) => boolean]} */
    function choice(name) {
      return [`=${name}`, name, (row) => row[key] === name];
    }
  };
  /** @type {Column<Compared>[]} */
  const columns = [
    { title: "Clip", isHeader: true, value: ({ id }) => id },
    { title: "Category", value: ({ category }) => category },
    { title: "Detector of", value: ({ model }) => model },
    ...known.flatMap(({ letter }, i) => /** @type {Column<Compared>[]} */ ([
      { title: `p ${letter}`, value: ({ p }) => p[i], cell: ({ p }) => textOf(p[i]) },
      { title: `Alarm ${letter}`, value: (row) => alarmOf(row, i) },
    ])),
  ];
  /** @param {Compared} row @param {number} i */
  function alarmOf({ p, anomalous }, i) {
    const verdict = verdictOf({ p: p[i], anomalous }, alpha.value);
    return { "": "", found: "alarm", "false alarm": "false alarm", quiet: "no", miss: "miss" }[verdict];
  }
  const table = createTable({
    title: "Clips of all runs",
    file: "comparison.csv",
    columns,
    rows,
    filters: [
      {
        title: "Alarm",
        choices: () => [["differs", "differs between runs", differs], ["", "all", () => true]],
      },
      {
        title: "Wrong",
        choices: () => [
          ["", "all", () => true],
          ...known.map((
            { letter },
            i,
          ) => /** @type {[string, string, (row: Compared) => boolean]} */ ([
            letter,
            `wrong in ${letter}`,
            wrongIn(i),
          ])),
        ],
      },
      { title: "Detector of", choices: named("model") },
      { title: "Category", choices: named("category") },
    ],
    searched: ({ id, category }) => `${id} ${category}`,
    sortedBy: "Clip",
  });
  alpha.onChange(() => table.refresh());
  return h(
    "section.card",
    { "aria-labelledby": "clips-title" },
    h("h2", { id: "clips-title" }, "Clips whose alarm differs"),
    table.element,
  );
}

/** @param {number | undefined} p */
function textOf(p) {
  return p === undefined ? "" : pText(p);
}
