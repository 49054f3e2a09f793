/** `figures`: the figures of runs, as SVG for publication and as JSON for plotly. */
import { PAPER_AUROC } from "../experiments/tables/paper.ts";
import type { Results } from "../experiments/results.ts";
import { makeFolder, safeName, writeFileAtomic } from "../core/files.ts";
import { aurocFigure } from "../plots/auroc.ts";
import { histogramFigure, rocFigure } from "../plots/curves.ts";
import type { Figure } from "../plots/figure.ts";
import { toSvg } from "../plots/svg.ts";
import { verifyRun } from "../experiments/run_directory.ts";
import { readResults, runName } from "../report/run.ts";
import { DESCRIPTIONS } from "./descriptions.ts";
import { datedOut } from "./default_out.ts";
import { printWritten } from "./stdout.ts";
import { splitNames, type Verb } from "./verb.ts";

/** Write the figures of one run, or of several side by side. */
export const figures: Verb = {
  description: DESCRIPTIONS.figures,
  example: "runs/sbu5",
  options: {
    operands: { name: "<run> [<run> ...]", most: Infinity },
    values: {
      out: "folder to write to (runs/<date>-figures)",
      columns: "width of the SVG files: 1 or 2 columns, 88 or 181 mm (as each figure needs)",
      category: "ROC curves and histograms of these categories only, separated by commas",
    },
  },
  async run(options) {
    const out = options.value("out") ?? await datedOut("figures"),
      columns = options.choice("columns", ["1", "2"]);
    const wide = columns && { columns: columns === "1" ? 1 as const : 2 as const };
    const files = await writeFigures(options.operands, out, { category: options.value("category"), ...wide });
    printWritten(options, files);
  },
};

/** Write the figures of some runs to a folder, each as SVG and as JSON.
 * @returns The files.
 * @throws {DataError} If a folder holds no finished run. */
export async function writeFigures(
  folders: readonly string[],
  out: string,
  { columns, category }: { readonly columns?: 1 | 2; readonly category?: string } = {},
): Promise<string[]> {
  const runs: Record<string, Results> = {};
  for (const folder of folders) {
    const results = await readResults(folder), name = runName(folder);
    await verifyRun(folder, ["results.json"]);
    runs[Object.hasOwn(runs, name) ? folder : name] = results;
  }
  const known = Object.values(runs).flatMap(({ categories }) => categories.map(({ category }) => category));
  const categories = category === undefined
    ? undefined
    : splitNames(category, (name) => known.includes(name));
  const [run] = Object.values(runs), paper = PAPER_AUROC[run.data.format];
  const drawn: readonly [string, Figure][] = [
    ["auroc", aurocFigure(runs, paper && { paper })],
    ["roc", rocFigure(runs, categories)],
    ...Object.entries(runs).map(([name, own]): [string, Figure] => [
      folders.length === 1 ? "histogram" : `histogram-${safeName(name)}`,
      histogramFigure(own, categories),
    ]),
  ];
  await makeFolder(out);
  const files: string[] = [];
  for (const [name, figure] of drawn) {
    await writeFileAtomic(`${out}/${name}.svg`, toSvg(figure, columns ? { columns } : {}));
    await writeFileAtomic(`${out}/${name}.json`, `${JSON.stringify(figure)}\n`);
    files.push(`${out}/${name}.svg`, `${out}/${name}.json`);
  }
  return files;
}
