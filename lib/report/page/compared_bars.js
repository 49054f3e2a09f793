// @ts-check
/// <reference lib="dom" />
import { h, place, scrolled } from "./dom.js";
import { aurocScale, fixed, pText, signed } from "./numbers.js";

/** @import { LetteredRun } from "./comparison.js" */

/** AUROC of each run by category, with intervals and the differences from the first run.
 *
 * @param {LetteredRun[]} runs */
export function comparedBars(runs) {
  const names = [...new Set(runs.flatMap(({ run }) => run.categories.map(({ category }) => category)))];
  const { at } = aurocScale(runs.flatMap(({ run }) => run.categories.map(({ ci: [low] }) => low)));
  const about = "Dots are AUROCs, lines DeLong 95 % intervals, the upright line is chance. " +
    "Differences are those from A on the same test clips: their standard error and p by DeLong\u2019s paired test, " +
    "p after Holm\u2019s correction over the categories.";
  const [, ...others] = runs;
  return h(
    "section.card",
    { "aria-labelledby": "bars-title" },
    h("h2", { id: "bars-title" }, "AUROC by category"),
    h("p.muted.caption", about),
    scrolled(
      "AUROC by category",
      h(
        "table.rows.compared",
        h(
          "thead",
          h(
            "tr",
            h("th", { scope: "col" }, "Category"),
            h("td", ""),
            ...runs.map(({ letter }) => h("th", { scope: "col" }, letter)),
            ...others.map(({ letter }) => h("th", { scope: "col" }, `${letter} less A`)),
          ),
        ),
        h("tbody", ...names.map((name) => row(name))),
      ),
    ),
  );

  /** @param {string} name */
  function row(name) {
    const own = runs.map(({ letter, run }) => ({
      letter,
      result: run.categories.find(({ category }) => category === name),
    }));
    return h(
      "tr",
      h("th", { scope: "row" }, name),
      h(
        "td.plots",
        { "aria-hidden": "true" },
        ...own.map(({ letter, result }) =>
          h(
            "span.run-plot",
            h("b", letter),
            h(
              "span.plot",
              place(h("span.half-line"), at(0.5)),
              ...(result
                ? [
                  place(h("span.whisker"), at(result.ci[0]), at(result.ci[1]) - at(result.ci[0])),
                  place(h("span.dot"), at(result.auroc)),
                ]
                : []),
            ),
          )
        ),
      ),
      ...own.map(({ result }) =>
        h(
          "td",
          result ? fixed(result.auroc, 3) : "\u2013",
          h("small", result ? ` ${result.ci.map((end) => fixed(end, 3)).join(" to ")}` : ""),
        )
      ),
      ...others.map(({ run }) => {
        const found = run.difference?.categories[name];
        if (!found) return h("td", "\u2013");
        const { difference, error, p } = found;
        return h("td", signed(difference), h("small", ` \u00b1 ${fixed(error, 3)}, p ${pText(p)}`));
      }),
    );
  }
}
