/** Estimators: mean AUROC of a detector and difference of two detectors, with an interval over test clips or over draws. */
import type { Interval } from "../metrics/auroc.ts";
import { cellAuroc, type CellScores } from "../metrics/cells.ts";
import { matchCells } from "../metrics/comparison.ts";
import { macroAuroc, macroDifference, macroMean } from "../metrics/macro.ts";
import { nestedInterval } from "../metrics/nested.ts";

/** A value and its 95 % interval; no interval where a single value says nothing of its spread. */
export interface Estimate {
  readonly value: number;
  readonly ci?: readonly [low: number, high: number];
}

/** How the AUROCs of cells are summarised. */
export interface Estimator {
  /** What the intervals cover, in words. */
  readonly covers: string;
  /** Mean over categories. */
  mean(cells: readonly CellScores[]): Estimate;
  /** Mean of the first less that of the second, paired. A single seed of one is repeated for every seed of the other. */
  difference(first: readonly CellScores[], second: readonly CellScores[]): Estimate;
}

const SEED = 0;

/** Intervals over the test clips. For each kind of unit, a bootstrap draws the units with replacement, the same for all categories and
 * detectors; with several kinds, such as clips and groups, the interval reaches from the lowest end to the highest.
 * @param covers What the units are, in words. @param units For each kind, the unit of a clip. */
export function clipEstimator(covers: string, ...units: readonly ((clip: string) => string)[]): Estimator {
  const hull = (intervals: readonly Interval[]) =>
    [
      Math.min(...intervals.map(({ low }) => low)),
      Math.max(...intervals.map(({ high }) => high)),
    ] as const;
  return {
    covers,
    mean(cells) {
      const each = units.map((groupOf) => macroAuroc(cells, { seed: SEED, groupOf }));
      return { value: each[0].auroc, ci: hull(each.map(({ ci }) => ci)) };
    },
    difference(first, second) {
      const [a, b] = matchCells(first, second);
      const each = units.map((groupOf) => macroDifference(a, b, { seed: SEED, groupOf }));
      return { value: each[0].difference, ci: hull(each.map(({ ci }) => ci)) };
    },
  };
}

/** Intervals over categories, and over the draws (seeds and splits) within each. */
export const DRAW_ESTIMATOR: Estimator = {
  covers: "categories and draws of training clips",
  mean: (cells) => nested(cells, cells.map(cellAuroc), macroMean(cells)),
  difference(first, second) {
    const [a, b] = matchCells(first, second);
    return nested(a, a.map((cell, i) => cellAuroc(cell) - cellAuroc(b[i])), macroMean(a) - macroMean(b));
  },
};

/** An estimate from one number for each cell. */
function nested(cells: readonly CellScores[], values: readonly number[], value: number): Estimate {
  const byCategory = Map.groupBy(values.keys(), (i) => cells[i].category).values();
  const ci = nestedInterval([...byCategory].map((own) => own.map((i) => values[i])), { seed: SEED });
  return { value, ...(ci && { ci: [ci.low, ci.high] }) };
}
