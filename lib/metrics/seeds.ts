/** Macro mean over several seeds and folds: its uncertainty from test clips and from seeds, apart. */
import { UsageError } from "../core/errors.ts";
import type { Interval } from "./auroc.ts";
import { type CellScores, groupCells } from "./cells.ts";
import { type BootstrapOptions, macroAuroc, macroMean } from "./macro.ts";
import { variance } from "./statistics.ts";

/** A macro mean with its uncertainty from test clips and from seeds. */
export interface SeedSpread {
  /** Macro mean over all cells, in [0, 1]. */
  readonly auroc: number;
  /** 95 % bootstrap interval over the test clips, for these seeds. */
  readonly ci: Interval;
  /** The seeds, ascending. */
  readonly seeds: readonly number[];
  /** Macro mean of each seed. */
  readonly seedMeans: readonly number[];
  /** Standard deviation of `seedMeans` (n - 1); NaN for a single seed. */
  readonly seedSd: number;
}

/** Macro mean over cells of several seeds and folds, with its uncertainty from test clips and from seeds.
 * @throws {UsageError} As `macroAuroc`, or if a cell occurs twice or a seed lacks a cell of another seed.
 * @example
 * ```ts
 * import { type CellScores, seedSpread } from "@lab/iadnet/metrics";
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
  const { auroc, ci } = macroAuroc(cells, options);
  const seeds = [...new Set(cells.map(({ seed }) => seed))].sort((a, b) => a - b);
  for (const [category, splits] of groupCells(cells)) {
    for (const [split, own] of splits) {
      const missing = seeds.find((seed) => own.every((cell) => cell.seed !== seed));
      if (missing !== undefined) {
        throw new UsageError(`Cannot compare seeds: seed ${missing} has no cell of ${category}, ${split}`);
      }
    }
  }
  const seedMeans = seeds.map((seed) => macroMean(cells.filter((cell) => cell.seed === seed)));
  return { auroc, ci, seeds, seedMeans, seedSd: Math.sqrt(variance(seedMeans)) };
}
