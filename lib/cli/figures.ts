// deno-lint-ignore-file no-console -- the command line is the one place that prints
/**
 * `figures`: the figures of one run or of several, as SVG for publication and as JSON for plotly.
 *
 * @module
 */
import { PAPER_AUROC } from "../experiments/tables/paper.ts";
import type { Results } from "../experiments/results.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { makeFolder, safeName, writeFileAtomic } from "../core/files.ts";
import { aurocFigure } from "../plots/auroc.ts";
import { histogramFigure, rocFigure } from "../plots/curves.ts";
import type { Figure } from "../plots/figure.ts";
import { toSvg } from "../plots/svg.ts";
import { parseOptions } from "./args.ts";

/** Options of `figures`, after the run directories. */
export const FIGURES_OPTIONS = {
  values: {
    out: "folder to write to",
    columns: "width of the SVG files: 1 or 2 columns (88 or 181 mm); as each figure needs if absent",
    category: "ROC curves and histograms of only these categories, separated by commas",
  },
};

/** Run `figures`. */
export async function runFigures(args: readonly string[]): Promise<void> {
  const first = args.findIndex((arg) => arg.startsWith("--"));
  const folders = args.slice(0, first < 0 ? args.length : first);
  const options = parseOptions("figures", args.slice(folders.length), FIGURES_OPTIONS);
  if (folders.length === 0) throw new UsageError("Cannot draw figures: name a run directory first");
  const out = options.required("out"), columns = options.value("columns");
  if (columns !== undefined && columns !== "1" && columns !== "2") {
    throw new UsageError(`Cannot draw figures: --columns must be 1 or 2, got ${columns}`);
  }
  await writeFigures(folders, out, {
    categories: options.value("category")?.split(","),
    ...(columns && { columns: columns === "1" ? 1 : 2 }),
  });
}

/** Write the figures that the results of runs support into a folder, each as SVG and as JSON.
 *
 * @throws {DataError} If a run has no results.
 */
export async function writeFigures(
  folders: readonly string[],
  out: string,
  { columns, categories }: { readonly columns?: 1 | 2; readonly categories?: readonly string[] } = {},
): Promise<void> {
  const runs: Record<string, Results> = {};
  for (const folder of folders) {
    const name = nameOf(folder);
    runs[Object.hasOwn(runs, name) ? folder : name] = await readResults(folder);
  }
  const [run] = Object.values(runs), paper = PAPER_AUROC[run.data.format];
  const figures: readonly [string, Figure][] = [
    ["auroc", aurocFigure(runs, paper && { paper })],
    ["roc", rocFigure(runs, categories)],
    ...Object.entries(runs).map(([name, own]): [string, Figure] => [
      folders.length === 1 ? "histogram" : `histogram-${safeName(name)}`,
      histogramFigure(own, categories),
    ]),
  ];
  await makeFolder(out);
  for (const [name, figure] of figures) {
    await writeFileAtomic(`${out}/${name}.svg`, toSvg(figure, columns ? { columns } : {}));
    await writeFileAtomic(`${out}/${name}.json`, `${JSON.stringify(figure)}\n`);
    console.log(`Written: ${out}/${name}.svg, ${out}/${name}.json`);
  }
}

/** The last part of a folder's name. */
function nameOf(folder: string): string {
  return folder.replace(/[\/\\]+$/, "").split(/[\/\\]/).at(-1)!;
}

/** The results of a run directory.
 *
 * @throws {DataError} If the file is missing or holds something else.
 */
async function readResults(folder: string): Promise<Results> {
  const file = `${folder}/results.json`;
  let results: Partial<Results> | null;
  try {
    results = JSON.parse(await Deno.readTextFile(file));
  } catch (cause) {
    throw new DataError(`Cannot read results ${file}: ${(cause as Error).message}`, file);
  }
  const scored = Array.isArray(results?.categories) && results.categories.length > 0 &&
    results.categories.every((category) => Array.isArray(category?.scores) && category.scores.length > 0);
  if (!scored || !results?.macro || !results.floors || !results.data) {
    throw new DataError(
      `Cannot read results ${file}: expected categories with scores, macro and floors`,
      file,
    );
  }
  return results as Results;
}
