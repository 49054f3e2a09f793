// @ts-check
/// <reference lib="dom" />
import { rateText } from "./alarms.js";
import { createAlpha } from "./alpha.js";
import { comparedBars } from "./compared_bars.js";
import { differingClips } from "./differing_clips.js";
import { h, scrolled, themeButton } from "./dom.js";
import { fixed, signed } from "./numbers.js";
import { unpackRows } from "./rows.js";
import { alarmRate } from "./rule.js";

/** @import { ComparedRun, ComparisonData } from "../types.ts" */
/** @import { Alpha } from "./alpha.js" */
/** @import { Row } from "./rule.js" */

/** A run with a letter, which stands for it in tables and plots.
 * @typedef {{ letter: string, run: ComparedRun, rows: Row[] }} LetteredRun */

/** Show runs side by side.
 *
 * @param {ComparisonData} data @param {HTMLElement} app Where. */
export function showComparison(data, app) {
  document.title = `Comparison: ${data.runs.map(({ name }) => name).join(", ")}`;
  const { ids, clipCategories } = data;
  const runs = data.runs.map((run, i) => ({
    letter: letterOf(i),
    run,
    rows: unpackRows({ ids, clipCategories, categories: run.categories }),
  }));
  const detectors = runs.flatMap(({ letter, run }) =>
    run.categories.map(({ category, smallestP }) => ({ category: `${letter} ${category}`, smallestP }))
  );
  const alpha = createAlpha(data.alpha, detectors);
  alpha.element.hidden = runs.every(({ rows }) => rows.every(({ p }) => p === undefined));
  app.append(
    h(
      "header",
      h("div.bar", h("p.run", "Comparison ", h("span", `of ${runs.length} runs`)), themeButton(() => {})),
      runTable(runs, alpha),
    ),
    alpha.element,
    h("main", comparedBars(runs), differingClips(runs, alpha)),
    h("footer.muted", h("p", `Made by @lab/iadnet ${data.version}.`)),
  );
}

/** A, B, ... Z, then A1, B1, ...
 *
 * @param {number} index */
function letterOf(index) {
  const letter = String.fromCharCode(65 + index % 26);
  return index < 26 ? letter : `${letter}${Math.floor(index / 26)}`;
}

/** What the runs are, with their macro AUROC and alarms.
 *
 * @param {LetteredRun[]} runs @param {Alpha} alpha */
function runTable(runs, alpha) {
  const titles = ["", "Run", "Detector", "Split, seed", "Data", "Macro AUROC", "Less that of A"];
  const alarmTitles = ["False alarms", "Anomalies found"];
  const body = h("tbody"),
    notes = runs.flatMap(({ letter, run: { difference } }) =>
      difference?.note ? [h("li", `${letter}: ${difference.note}.`)] : []
    );
  const draw = () =>
    body.replaceChildren(...runs.map(({ letter, run, rows }) => {
      const { macro, data, difference } = run, known = rows.filter(({ p }) => p !== undefined);
      const rates = [false, true].map((side) => {
        const own = known.filter(({ anomalous }) => anomalous === side);
        return own.length > 0 ? rateText(alarmRate(own, alpha.value)) : "\u2013";
      });
      const cells = [
        run.name,
        run.detector,
        `${run.split}, ${run.seed}`,
        `${data.format} ${data.hash.slice(0, 8)}, ${data.test} test clips`,
        `${fixed(macro.auroc, 3)} (${macro.ci.map((end) => fixed(end, 3)).join(" to ")})`,
        difference?.macro ? differenceText(difference.macro) : "\u2013",
        ...rates,
      ];
      return h("tr", h("th", { scope: "row" }, letter), ...cells.map((text) => h("td", text)));
    }));
  alpha.onChange(draw);
  draw();
  return h(
    "section.card",
    { "aria-labelledby": "runs-title" },
    h("h1", { id: "runs-title" }, "Runs"),
    scrolled(
      "Runs",
      h(
        "table.rows.compared",
        h("thead", h("tr", ...[...titles, ...alarmTitles].map((title) => h("th", { scope: "col" }, title)))),
        body,
      ),
    ),
    notes.length > 0 ? h("ul.muted.notes", ...notes) : null,
  );
}

/** @param {{ difference: number, ci: readonly [number, number] }} macro */
function differenceText({ difference, ci }) {
  return `${signed(difference)} (${ci.map(signed).join(" to ")})`;
}
