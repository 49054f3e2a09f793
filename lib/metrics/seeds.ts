/**
 * The macro mean over several seeds and folds: what comes of the test clips, and what of the seeds.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import type { Interval } from "./auroc.ts";
import { type CellScores, groupCells } from "./cells.ts";
import { type BootstrapOptions, macroAuroc, macroMean } from "./macro.ts";

/** A macro mean with both of its uncertainties, apart. */
export interface SeedSpread {
  /** Mean over categories of the mean over their cells, in [0, 1]. */
  readonly auroc: number;
  /** 95 % bootstrap interval over the test clips, the seeds taken as given. */
  readonly ci: Interval;
  /** The seeds, ascending. */
  readonly seeds: readonly number[];
  /** Macro mean of each seed. */
  readonly seedMeans: readonly number[];
  /** Standard deviation of `seedMeans` (n - 1); NaN of one seed. */
  readonly seedSd: number;
}

/** Macro mean of cells of several seeds and folds; the spread over test clips and that over seeds apart.
 *
 * @throws {UsageError} As `macroAuroc`, or if a cell is there twice or a seed lacks a cell that another has.
 * @example
 * ```ts
 * import { type CellScores, seedSpread } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const cell = (seed: number, scores: number[]): CellScores => ({
 *   category: "hug", split: "fold:1", seed,
 *   scores: scores.map((score, k) => ({ clip: `c${k}`, score, anomalous: k > 1 })),
 * });
 * const { auroc, seedMeans } = seedSpread([cell(0, [0, 1, 2, 3]), cell(1, [0, 2, 1, 3])], { seed: 0 });
 * assertEquals([auroc, seedMeans], [0.875, [1, 0.75]]);
 * ```
 */
export function seedSpread(cells: readonly CellScores[], options: BootstrapOptions): SeedSpread {
  const estimate = macroAuroc(cells, options);
  const seeds = [...new Set(cells.map(({ seed }) => seed))].sort((a, b) => a - b);
  for (const [category, splits] of groupCells(cells)) {
    for (const [split, own] of splits) {
      const missing = seeds.find((seed) => own.every((cell) => cell.seed !== seed));
      if (missing !== undefined) {
        throw new UsageError(`Cannot tell seeds apart: seed ${missing} has no cell of ${category}, ${split}`);
      }
    }
  }
  const seedMeans = seeds.map((seed) => macroMean(cells.filter((cell) => cell.seed === seed)));
  return { auroc: estimate.auroc, ci: estimate.ci, seeds, seedMeans, seedSd: deviation(seedMeans) };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}
