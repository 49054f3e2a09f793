/** Compare two detectors, category by category and over all categories. */
import { UsageError } from "../core/errors.ts";
import { cellPairs, type CellScores, groupCells } from "./cells.ts";
import { type AurocComparison, holm, pairedDelongMean } from "./delong.ts";
import { type BootstrapOptions, type MacroDifference, macroDifference } from "./macro.ts";
import { type SignedRankTest, wilcoxonSignedRank } from "./wilcoxon.ts";

/** Comparison of two detectors on one category. */
export interface CategoryComparison extends AurocComparison {
  /** The category. */
  readonly category: string;
  /** p-value after Holm's correction for the number of categories, in [0, 1]. */
  readonly adjusted: number;
}

/** Comparison of two detectors. */
export interface DetectorComparison {
  /** One comparison per category. */
  readonly categories: readonly CategoryComparison[];
  /** Difference of the macro means and its bootstrap interval. */
  readonly macro: MacroDifference;
  /** Signed-rank test of the categories' differences. It treats categories as independent samples. */
  readonly wilcoxon: SignedRankTest;
}

/** Compare two detectors on the same test clips: first minus second. Each category is compared by DeLong's paired test with
 * Holm's correction over the categories; the macro means by a bootstrap of their difference and by Wilcoxon's test.
 *
 * Cells are matched by category, split and seed. A detector with a single seed in a split, such as one without randomness, is
 * matched with every seed of the other.
 * @throws {UsageError} If a cell has no match, the detectors have different clips, or a cell has fewer than two clips of a
 * class.
 * @example
 * ```ts
 * import { type CellScores, compareDetectors } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const cell = (scores: number[]): CellScores => ({
 *   category: "hug", split: "fold:1", seed: 0,
 *   scores: scores.map((score, k) => ({ clip: `c${k}`, score, anomalous: k > 1 })),
 * });
 * const { categories, macro } = compareDetectors([cell([0, 1, 2, 3])], [cell([0, 2, 1, 3])], { seed: 0 });
 * assertEquals([categories[0].difference, macro.difference], [0.25, 0.25]);
 * ```
 */
export function compareDetectors(
  first: readonly CellScores[],
  second: readonly CellScores[],
  options: BootstrapOptions,
): DetectorComparison {
  const [one, two] = matchCells(first, second);
  const macro = macroDifference(one, two, options);
  const others = groupCells(two);
  const tests = [...groupCells(one)].map(([category, splits]) => ({
    category,
    ...pairedDelongMean(cellPairs(splits), cellPairs(others.get(category)!)),
  }));
  const adjusted = holm(tests.map(({ p }) => p));
  return {
    categories: tests.map((test, i) => ({ ...test, adjusted: adjusted[i] })),
    macro,
    wilcoxon: wilcoxonSignedRank(tests.map(({ difference }) => difference)),
  };
}

/** The cells of both detectors in the same order. A detector's single seed of a split is repeated for every seed of the other.
 * @throws {UsageError} If a cell has no match. */
export function matchCells(
  first: readonly CellScores[],
  second: readonly CellScores[],
): [CellScores[], CellScores[]] {
  const one = groupCells(first), two = groupCells(second), matched: [CellScores[], CellScores[]] = [[], []];
  for (const category of new Set([...one.keys(), ...two.keys()])) {
    const ours = one.get(category), theirs = two.get(category);
    for (const split of new Set([...(ours?.keys() ?? []), ...(theirs?.keys() ?? [])])) {
      const a = ours?.get(split) ?? [], b = theirs?.get(split) ?? [];
      if (a.length === 0 || b.length === 0) {
        throw new UsageError(`Cannot compare detectors: one has no cell of ${category}, split ${split}`);
      }
      const find = (cells: readonly CellScores[], seed: number) =>
        cells.length === 1 ? cells[0] : cells.find((cell) => cell.seed === seed);
      const seeds = a.length === 1 ? b : b.length === 1 ? a : [...a, ...b];
      for (const seed of new Set(seeds.map((cell) => cell.seed))) {
        const x = find(a, seed), y = find(b, seed);
        if (!x || !y) {
          throw new UsageError(
            `Cannot compare detectors: one has no cell of ${category}, split ${split}, seed ${seed}`,
          );
        }
        matched[0].push({ ...x, seed });
        matched[1].push({ ...y, seed });
      }
    }
  }
  return matched;
}
