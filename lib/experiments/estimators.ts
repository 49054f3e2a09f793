/** Estimators: how sure a mean AUROC over cells is, and the difference of two, by bootstrap over test clips or over draws. */
import type { Interval } from "../metrics/auroc.ts";
import { cellAuroc, type CellScores } from "../metrics/cells.ts";
import { macroMean, macroReplicates, replicateInterval } from "../metrics/macro.ts";
import { nestedReplicates } from "../metrics/nested.ts";

/** A value and its 95 % interval; no interval where a single value says nothing of its spread. */
export interface Estimate {
  readonly value: number;
  readonly ci?: readonly [low: number, high: number];
}

/** A bootstrap of mean AUROCs. */
export interface Estimator {
  /** What the intervals cover, in words. */
  readonly covers: string;
  /** Means of lists of cells in each replicate, for each kind of unit that is drawn. The draws are the same for all lists, which may be
   * detectors or test sets. */
  replicates(lists: readonly (readonly CellScores[])[]): Float64Array[][];
}

/** Replicates of one mean, by kind of unit. */
export interface Replicated {
  /** The mean over categories. */
  readonly value: number;
  readonly replicates: readonly Float64Array[];
}

const SEED = 0;

/** Bootstrap over the test clips: it draws units of clips with replacement.
 * @param covers What the units are, in words. @param units For each kind of unit, such as clips and groups, the unit of a clip. */
export function clipEstimator(covers: string, ...units: readonly ((clip: string) => string)[]): Estimator {
  return {
    covers,
    replicates: (lists) => units.map((groupOf) => macroReplicates(lists, { seed: SEED, groupOf })),
  };
}

/** Bootstrap over categories, and over the draws (seeds and splits) within each. All lists must have the same cells. */
export const DRAW_ESTIMATOR: Estimator = {
  covers: "categories and draws of training clips",
  replicates: (lists) => [
    lists.map((cells) => {
      if (cells.length < 2) return new Float64Array(0);
      const byCategory = [...Map.groupBy(cells, ({ category }) => category).values()];
      return nestedReplicates(byCategory.map((own) => own.map(cellAuroc)), { seed: SEED });
    }),
  ],
};

/** Mean of each list of cells, with its replicates. */
export function replicate(lists: readonly (readonly CellScores[])[], estimator: Estimator): Replicated[] {
  const kinds = estimator.replicates(lists);
  return lists.map((cells, i) => ({ value: macroMean(cells), replicates: kinds.map((own) => own[i]) }));
}

/** The mean with its interval; less another mean if there is one. With several kinds of units, the interval reaches from the lowest
 * end to the highest. */
export function estimate({ value, replicates }: Replicated, less?: Replicated): Estimate {
  const intervals = replicates.map((own, kind) =>
    replicateInterval(less ? own.map((mean, k) => mean - less.replicates[kind][k]) : own)
  );
  const [low, high] = hull(intervals);
  return { value: value - (less?.value ?? 0), ...(!Number.isNaN(low) && { ci: [low, high] }) };
}

function hull(intervals: readonly Interval[]): readonly [number, number] {
  return [Math.min(...intervals.map(({ low }) => low)), Math.max(...intervals.map(({ high }) => high))];
}
