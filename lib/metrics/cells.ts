/**
 * Cells: one category's scores, of one seed and one split; how they are put in order and side by side.
 *
 * @module
 */
import { UsageError } from "../core/errors.ts";
import type { ScorePair } from "./auroc.ts";
import { type CategoryScores, sidesOf } from "./macro.ts";

/** All test clips' scores by one category's detector, of one seed, on one split's test clips. */
export interface CellScores extends CategoryScores {
  /** Name of the split, such as `fold:1`. */
  readonly split: string;
  /** Seed of the detector. */
  readonly seed: number;
}

/** Cells by category, then by split, in the order given. */
export function groupCells(cells: readonly CellScores[]): Map<string, Map<string, CellScores[]>> {
  const categories = new Map<string, Map<string, CellScores[]>>();
  for (const cell of cells) {
    const splits = categories.get(cell.category) ?? new Map<string, CellScores[]>();
    categories.set(cell.category, splits);
    const seeds = splits.get(cell.split) ?? [];
    splits.set(cell.split, seeds);
    if (seeds.some(({ seed }) => seed === cell.seed)) {
      throw new UsageError(
        `Cannot put cells in order: ${cell.category}, split ${cell.split}, seed ${cell.seed} is there twice`,
      );
    }
    seeds.push(cell);
  }
  return categories;
}

/** The clips of a cell and their sides, in an order of their own: equal for cells of the same test clips. */
export function cellKey({ scores }: CategoryScores): string {
  return scores.map(({ clip, anomalous }) => `${clip}\t${anomalous}`).sort().join("\n");
}

/** Scores of one category by split and seed, clips in the order of their ids, as `delongMean` takes them.
 *
 * @throws {UsageError} If the seeds of a split differ in their clips.
 */
export function cellPairs(splits: ReadonlyMap<string, readonly CellScores[]>): ScorePair[][] {
  return [...splits.values()].map((seeds) => {
    const key = cellKey(seeds[0]);
    return seeds.map((cell) => {
      if (cellKey(cell) !== key) {
        throw new UsageError(
          `Cannot average seeds: ${cell.category}, split ${cell.split}, seed ${cell.seed} has other clips than seed ${
            seeds[0].seed
          }`,
        );
      }
      return scorePair(cell);
    });
  });
}

/** Scores of a cell by side, clips in the order of their ids. */
export function scorePair({ scores }: CategoryScores): ScorePair {
  return sidesOf([...scores].sort((a, b) => a.clip < b.clip ? -1 : a.clip > b.clip ? 1 : 0));
}
