/** AUROC: how well scores rank anomalous clips above normal ones, and the ranks behind it. */
import { UsageError } from "../core/errors.ts";

/** A closed interval. */
export interface Interval {
  /** Lower end. */
  readonly low: number;
  /** Upper end. */
  readonly high: number;
}

/** One detector's scores of the test clips, by class; higher = more anomalous. */
export interface ScorePair {
  /** Scores of the normal clips. */
  readonly normal: ArrayLike<number>;
  /** Scores of the anomalous clips. */
  readonly anomalous: ArrayLike<number>;
}

/** Check that scores can be ranked.
 * @throws {UsageError} If a class is empty or a score is NaN. */
export function checkScores(normal: ArrayLike<number>, anomalous: ArrayLike<number>): void {
  if (normal.length === 0 || anomalous.length === 0) {
    throw new UsageError(
      `Cannot rank scores: expected both classes, got ${normal.length} normal and ${anomalous.length} anomalous clips`,
    );
  }
  for (const scores of [normal, anomalous]) {
    for (let i = 0; i < scores.length; i++) {
      if (Number.isNaN(scores[i])) {
        throw new UsageError(
          `Cannot rank scores: ${scores === normal ? "normal" : "anomalous"} score ${i} is NaN`,
        );
      }
    }
  }
}

/** Indices that sort values in ascending order; the values must not be NaN. */
export function ascending(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) =>
    values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : 0
  );
}

/** Scores of both classes in one array, normal first. */
export function joinScores(normal: ArrayLike<number>, anomalous: ArrayLike<number>): Float64Array {
  const all = new Float64Array(normal.length + anomalous.length);
  all.set(normal);
  all.set(anomalous, normal.length);
  return all;
}

/** Mid-ranks of values, from 1: equal values share the mean of their ranks. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = ascending(values);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]] === values[order[from]]) to++;
    for (let i = from; i < to; i++) ranks[order[i]] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Area under the ROC curve with the anomaly positive: the probability that an anomalous clip scores higher than a
 * normal one, ties counting 1/2. Computed exactly, by ranks; scores may be infinite.
 * @returns A value in [0, 1]; 0.5 is chance.
 * @throws {UsageError} If a class is empty or a score is NaN.
 * @example
 * ```ts
 * import { auroc } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(auroc([1, 2], [2, 3]), 0.875);
 * ```
 */
export function auroc(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  checkScores(normal, anomalous);
  const ranks = midRanks(joinScores(normal, anomalous));
  let sum = 0;
  for (let i = normal.length; i < ranks.length; i++) sum += ranks[i];
  const m = anomalous.length;
  return (sum - m * (m + 1) / 2) / (m * normal.length);
}
