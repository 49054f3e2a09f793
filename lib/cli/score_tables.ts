/** What `compare`, `coordination`, `variations` and `few` share: the detectors, splits and seeds as options, and a table of detectors as
 * the result. */
import type { Dataset } from "../data/dataset.ts";
import { SPLIT_NAMES } from "../data/split.ts";
import { FLOORS } from "../detectors/floors/floors.ts";
import type { RunManifest } from "../experiments/manifest.ts";
import type { RunResults } from "../experiments/run_directory.ts";
import { renderScoreTable, type ScoreTable } from "../experiments/score_table.ts";
import { type Plan, seedsOf } from "./experiment.ts";
import { detectorOf, refusePair } from "./train.ts";
import type { Options } from "./verb.ts";

/** Option that names the splits. */
export const SPLIT_OPTION = {
  splits: `splits, separated by semicolons (fold:1;fold:2;fold:3;fold:4;fold:5): ${SPLIT_NAMES}`,
};

/** Options that name the detectors. */
export const DETECTOR_OPTIONS = {
  preset: "short for iadnet:preset=<name> against every floor (default)",
  detectors: "the detectors, separated by semicolons; the others are compared with the first",
};

/** Option that names the categories. */
export const CATEGORY_OPTION = { category: "only these categories, separated by commas (all)" };

/** The detectors that the options name: a preset and every floor if none.
 * @throws {UsageError} If both --detectors and --preset are given. */
export function detectorsOf(options: Options): string[] {
  refusePair(options, "detectors");
  return options.list("detectors", ";") ?? [detectorOf(options), ...FLOORS];
}

/** Cells of the detectors that the options name, on each split with each seed; five folds and three seeds if they name none.
 * @param verb Name of the verb, for messages.
 * @throws {UsageError} If both --detectors and --preset are given, or a seed is not an integer. */
export function planOf(verb: string, options: Options): Omit<Plan, "source"> {
  return {
    detectors: detectorsOf(options),
    splits: options.list("splits", ";") ?? [1, 2, 3, 4, 5].map((fold) => `fold:${fold}`),
    splitSeed: 0,
    seeds: seedsOf(verb, options, "0,1,2"),
    skipIncomplete: true,
  };
}

/** Different values of a field of the cells, in order. */
export function distinct<K extends "detector" | "split" | "seed">(
  { cells }: RunManifest,
  key: K,
): RunManifest["cells"][number][K][] {
  return [...new Set(cells.map((cell) => cell[key]))];
}

/** The results of a run that ends in a table. */
export function tableResults(
  table: ScoreTable,
  manifest: RunManifest,
  { clips, format, hash }: Dataset,
): RunResults {
  const { version, kind, engine, protocol } = manifest;
  const splits = distinct(manifest, "split"), seeds = distinct(manifest, "seed");
  const data = { format, hash, clips: clips.length };
  const json = { version, kind, engine, data, protocol, splits, seeds, ...table };
  const head = `${kind}: splits ${splits.join(", ")}, seeds ${
    seeds.join(", ")
  }, ${clips.length} clips of ${format}`;
  return {
    json,
    table: `${head}\n\n${renderScoreTable(table)}`,
  };
}
