/** `figures`: the paper's figures and tables, and those of runs, for publication and for plotly. */
import { UsageError } from "../core/errors.ts";
import { type DrawnGroup, readDrawn } from "../report/drawn_runs.ts";
import { drawAll } from "../report/paper_figures.ts";
import { DATA_FLAGS, DATA_OPTIONS, sourceGiven } from "./data.ts";
import { datedOut } from "./default_out.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { missingOf, writeDrawings } from "./drawings.ts";
import { stage } from "./progress.ts";
import { print, printWritten } from "./stdout.ts";
import { splitNames, type Verb } from "./verb.ts";

/** Write the figures and tables of finished runs and of plans. */
export const figures: Verb = {
  description: DESCRIPTIONS.figures,
  example: "runs/sbu5",
  options: {
    operands: { name: "<run> [<run> ...]", most: Infinity },
    values: {
      out: "folder to write to (runs/<date>-figures)",
      columns: "width of SVG and PDF: 1 or 2 columns, 88 or 181 mm (as each figure needs)",
      category: "ROC curves, histograms and figures 3 to 5 of these categories only, separated by commas",
      ...DATA_OPTIONS,
      data: "where the data of the first run is now (where it was)",
    },
    flags: DATA_FLAGS,
  },
  async run(options) {
    const out = options.value("out") ?? await datedOut("figures"),
      columns = options.choice("columns", ["1", "2"]);
    const wide = columns && { columns: columns === "1" ? 1 as const : 2 as const };
    stage("Reading runs and data");
    const groups = await readDrawn(options.operands, sourceGiven(options));
    const categories = categoriesOf(options.value("category"), groups);
    const drawings = drawAll(groups, { ...wide, ...(categories && { categories }) });
    const written = await writeDrawings(drawings, out, wide), missing = missingOf(drawings);
    printWritten(options, written, {}, { missing: Object.fromEntries(missing) });
    if (options.flag("json")) return;
    for (const [name, why] of missing) print(`Not written: ${name}: ${why}`);
  },
};

/** The categories that an option names.
 * @throws {UsageError} If no run has one of them. */
function categoriesOf(text: string | undefined, groups: readonly DrawnGroup[]): string[] | undefined {
  if (text === undefined) return undefined;
  const runs = groups.flatMap((group) => Object.values(group.runs));
  const known = new Set(runs.flatMap(({ categories }) => categories.map(({ category }) => category)));
  const categories = splitNames(text, (name) => known.has(name)),
    unknown = categories.find((name) => !known.has(name));
  if (unknown === undefined) return categories;
  throw new UsageError(
    `Cannot draw category ${unknown}: expected one of ${[...known].join(", ") || "none, without data"}`,
  );
}
