/** Cells made up for the tests of statistics and tables. */
import type { CellScores } from "../../lib/metrics/cells.ts";
import type { Random } from "../../lib/core/random.ts";

/** What to make up. */
export interface CellOptions {
  /** Source of the scores. */
  readonly random: Random;
  /** How much higher anomalies score; 1 if absent. */
  readonly shift?: number;
  /** Categories, each with six clips in a split. */
  readonly categories?: readonly string[];
  /** Splits; each has clips of its own. */
  readonly splits?: readonly string[];
  /** Seeds. */
  readonly seeds?: readonly number[];
}

/** One against the rest on shared test clips, for every category, split and seed. */
export function makeCells(
  {
    random,
    shift = 1,
    categories = ["hug", "kick", "push", "wave"],
    splits = ["fold:1"],
    seeds = [0],
  }: CellOptions,
): CellScores[] {
  return seeds.flatMap((seed) =>
    splits.flatMap((split) =>
      categories.map((category) => ({
        category,
        split,
        seed,
        scores: categories.flatMap((own) =>
          Array.from({ length: 6 }, (_, k) => {
            const anomalous = own !== category;
            return { clip: `${split}/${own}/${k}`, score: random.normal(anomalous ? shift : 0), anomalous };
          })
        ),
      }))
    )
  );
}
