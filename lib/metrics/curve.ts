/**
 * The ROC curve and the figures read off it, and average precision.
 *
 * @module
 */
import { ascending, checkScores, joinScores } from "./auroc.ts";

/** ROC curve, anomaly positive. Point i: an alarm at every score >= thresholds[i]. */
export interface RocCurve {
  /** Part of the normal clips with an alarm, ascending from 0 to 1. */
  readonly fpr: Float64Array;
  /** Part of the anomalous clips with an alarm, ascending from 0 to 1. */
  readonly tpr: Float64Array;
  /** The distinct scores, descending, after a first one that stands for no alarm at all and is written as Infinity. */
  readonly thresholds: Float64Array;
}

/** The points of the ROC curve, anomaly positive: one for each distinct score, after (0, 0). The area under the lines
 * between them is `auroc`.
 *
 * @throws {UsageError} If a side is empty or a score is NaN.
 * @example
 * ```ts
 * import { rocCurve } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const { fpr, tpr } = rocCurve([1, 2], [2, 3]);
 * assertEquals([...fpr], [0, 0, 0.5, 1]);
 * assertEquals([...tpr], [0, 0.5, 1, 1]);
 * ```
 */
export function rocCurve(normal: ArrayLike<number>, anomalous: ArrayLike<number>): RocCurve {
  const { score, normals, anomalies } = steps(normal, anomalous);
  const points = score.length + 1;
  const fpr = new Float64Array(points), tpr = new Float64Array(points), thresholds = new Float64Array(points);
  thresholds[0] = Infinity;
  let alarms = 0, hits = 0;
  for (let i = 1; i < points; i++) {
    const at = score.length - i;
    fpr[i] = (alarms += normals[at]) / normal.length;
    tpr[i] = (hits += anomalies[at]) / anomalous.length;
    thresholds[i] = score[at];
  }
  return { fpr, tpr, thresholds };
}

/** Average precision with the NORMAL clip positive and the lowest score the surest: anomalies are so many that with the
 * anomaly positive chance alone reaches nearly 1. Sum over distinct scores of precision times the gain in recall. Chance
 * level: the part of normal clips, `normal.length / (normal.length + anomalous.length)`.
 *
 * @returns A value in (0, 1].
 * @throws {UsageError} If a side is empty or a score is NaN.
 * @example
 * ```ts
 * import { averagePrecision } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(averagePrecision([1, 4], [3, 5]), 0.5 * 1 + 0.5 * 2 / 3);
 * ```
 */
export function averagePrecision(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  const { score, normals, anomalies } = steps(normal, anomalous);
  let found = 0, taken = 0, sum = 0;
  for (let i = 0; i < score.length; i++) {
    found += normals[i];
    taken += normals[i] + anomalies[i];
    sum += normals[i] * found / taken;
  }
  return sum / normal.length;
}

/** The least part of normal clips with a false alarm at a threshold that finds at least `tpr` of the anomalous clips. No
 * interpolation: a threshold that can be set.
 *
 * @param tpr Part of the anomalous clips to find, in [0, 1]; 0.95 if absent.
 * @returns A value in [0, 1]; lower is better, `tpr` is about chance.
 * @throws {UsageError} If a side is empty or a score is NaN.
 * @example
 * ```ts
 * import { fprAtTpr } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(fprAtTpr([1, 2, 3, 4], [4, 5, 6]), 0.25);
 * ```
 */
export function fprAtTpr(normal: ArrayLike<number>, anomalous: ArrayLike<number>, tpr = 0.95): number {
  const curve = rocCurve(normal, anomalous);
  return curve.fpr[curve.tpr.findIndex((value) => value >= tpr)];
}

/** Equal error rate: where the part of false alarms equals the part of missed anomalies, on the straight lines between the
 * points of the ROC curve.
 *
 * @returns A value in [0, 1]; 0 is perfect, 0.5 is chance.
 * @throws {UsageError} If a side is empty or a score is NaN.
 * @example
 * ```ts
 * import { equalErrorRate } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(equalErrorRate([1, 3], [2, 4]), 0.5);
 * ```
 */
export function equalErrorRate(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  const { fpr, tpr } = rocCurve(normal, anomalous);
  const excess = (i: number) => fpr[i] + tpr[i] - 1;
  let i = 1;
  while (excess(i) < 0) i++;
  const part = excess(i - 1) / (excess(i - 1) - excess(i));
  return fpr[i - 1] + part * (fpr[i] - fpr[i - 1]);
}

/** The distinct scores, ascending, and how many clips of each side have each. */
function steps(normal: ArrayLike<number>, anomalous: ArrayLike<number>) {
  checkScores(normal, anomalous);
  const all = joinScores(normal, anomalous);
  const score: number[] = [], normals: number[] = [], anomalies: number[] = [];
  for (const i of ascending(all)) {
    if (score.length === 0 || all[i] !== score[score.length - 1]) {
      score.push(all[i]);
      normals.push(0);
      anomalies.push(0);
    }
    (i < normal.length ? normals : anomalies)[score.length - 1]++;
  }
  return { score, normals, anomalies };
}
