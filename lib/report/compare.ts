/** Gathers the data of a page that compares runs. */
import type { CategoryResult, Results } from "../experiments/results.ts";
import { verifyRun } from "../experiments/run_directory.ts";
import { UsageError } from "../core/errors.ts";
import { checkSettings, FRACTION } from "../core/options.ts";
import { VERSION } from "../core/version.ts";
import { cellKey, type CellScores } from "../metrics/cells.ts";
import { compareDetectors } from "../metrics/comparison.ts";
import { categoryFinder, describeDetector } from "./gather.ts";
import { ClipIds, pack } from "./pack.ts";
import { readResults, runName } from "./run.ts";
import type { ComparedRun, ComparisonData, RunDifference } from "./types.ts";

/** Read the results of runs to compare, by name; a run whose name another has is called by its folder.
 * @throws {DataError} If a folder holds no finished run, or its results are damaged. @throws {UsageError} If a run is named twice. */
export async function readRuns(folders: readonly string[]): Promise<Map<string, Results>> {
  const runs = new Map<string, Results>();
  for (const folder of folders) {
    const results = await readResults(folder), own = runName(folder), name = runs.has(own) ? folder : own;
    await verifyRun(folder, ["results.json"]);
    if (runs.has(name)) throw new UsageError(`Cannot compare runs: ${folder} is named twice`);
    runs.set(name, results);
  }
  return runs;
}

/** Compare runs with the first of them.
 * @param runs Results by name, at least one. @param alpha An alarm is raised at p-values up to this.
 * @throws {UsageError} If alpha is not between 0 and 1. */
export function gatherComparison(runs: ReadonlyMap<string, Results>, alpha = 0.05): ComparisonData {
  checkSettings<{ alpha: number }>("compare runs", { alpha }, { alpha: FRACTION });
  const ids = new ClipIds(), [first] = runs.values();
  const compared = [...runs].map(([name, results]): ComparedRun => {
    const { detector, engine, seed, split, data: { format, hash, train, test }, macro, categories } = results;
    const { title } = describeDetector(detector), data = { format, hash, train, test };
    return {
      ...{ name, title, detector, engine, seed, split, data, macro },
      categories: categories.map((own) => pack(own, ids)),
      ...(results !== first && { difference: differenceOf(results, first) }),
    };
  });
  const found = [...runs.values()].map(({ categories }) => categoryFinder(categories));
  const categoryOf = (id: string) => found.map((find) => find(id)).find((name) => name !== "") ?? "";
  return {
    version: VERSION,
    alpha,
    ids: ids.names,
    clipCategories: ids.labels(categoryOf),
    runs: compared,
  };
}

/** AUROC of a run less that of another, over the categories that both tested on the same clips. */
function differenceOf(run: Results, other: Results): RunDifference {
  if (run.data.hash !== other.data.hash) {
    return { note: "its data is not that of the first run", categories: {} };
  }
  const keys = new Map(other.categories.map((own) => [own.category, cellKey(own)]));
  const isShared = (own: CategoryResult) =>
    keys.get(own.category) === cellKey(own) && Math.min(own.normals, own.anomalies) > 1;
  const shared = run.categories.filter(isShared), names = new Set(shared.map(({ category }) => category));
  if (names.size === 0) return { note: "it has no test clips in common with the first run", categories: {} };
  const cells = (categories: readonly CategoryResult[]) =>
    categories.filter(({ category }) => names.has(category)).map(({ category, scores }): CellScores => ({
      ...{ category, split: "", seed: 0, scores },
    }));
  const { macro, categories } = compareDetectors(cells(shared), cells(other.categories), { seed: 0 });
  const { difference, ci: { low, high } } = macro;
  const most = Math.max(run.categories.length, other.categories.length);
  return {
    macro: { difference, ci: [low, high] },
    categories: Object.fromEntries(categories.map(({ category, difference, error, adjusted }) => [
      category,
      { difference, error, p: adjusted },
    ])),
    ...(names.size < most && {
      note: `the difference is that of the ${names.size} categories with the same test clips`,
    }),
  };
}
