/** The ROC curve and the metrics read from it, and average precision. */
import { ascending, checkScores, joinScores } from "./auroc.ts";

/** A ROC curve with the anomaly positive. Point i is that of an alarm at every score >= thresholds[i]. */
export interface RocCurve {
  /** False-positive rate: the fraction of normal clips with an alarm, ascending from 0 to 1. */
  readonly fpr: Float64Array;
  /** True-positive rate: the fraction of anomalous clips with an alarm, ascending from 0 to 1. */
  readonly tpr: Float64Array;
  /** The distinct scores, descending. The first threshold is Infinity: no alarm. */
  readonly thresholds: Float64Array;
}

/** ROC curve with the anomaly positive: the point (0, 0), then one point per distinct score. The area under the lines between
 * the points is `auroc`.
 * @throws {UsageError} If a class is empty or a score is NaN.
 * @example
 * ```ts
 * import { rocCurve } from "@lab/iadnet/metrics";
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

/** Average precision with the NORMAL clip positive, lowest scores first. Anomalies outnumber normal clips so much that with the
 * anomaly positive even chance is close to 1. It is the sum over distinct scores of precision times the gain in recall. The
 * chance level is the fraction of normal clips, `normal.length / (normal.length + anomalous.length)`.
 * @returns A value in (0, 1].
 * @throws {UsageError} If a class is empty or a score is NaN.
 * @example
 * ```ts
 * import { averagePrecision } from "@lab/iadnet/metrics";
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

/** Smallest false-positive rate of a threshold whose true-positive rate is at least `tpr`. Only thresholds that can be set
 * count: nothing is interpolated.
 * @param tpr True-positive rate to reach, in [0, 1]; 0.95 if absent.
 * @returns A value in [0, 1]; lower is better, and chance is about `tpr`.
 * @throws {UsageError} If a class is empty or a score is NaN.
 * @example
 * ```ts
 * import { fprAtTpr } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * assertEquals(fprAtTpr([1, 2, 3, 4], [4, 5, 6]), 0.25);
 * ```
 */
export function fprAtTpr(normal: ArrayLike<number>, anomalous: ArrayLike<number>, tpr = 0.95): number {
  const curve = rocCurve(normal, anomalous);
  return curve.fpr[curve.tpr.findIndex((value) => value >= tpr)];
}

/** Equal error rate: the point at which the false-positive rate equals the false-negative rate, on the straight lines between
 * the points of the ROC curve.
 * @returns A value in [0, 1]; 0 is perfect, 0.5 is chance.
 * @throws {UsageError} If a class is empty or a score is NaN.
 * @example
 * ```ts
 * import { equalErrorRate } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * assertEquals(equalErrorRate([1, 3], [2, 4]), 0.5);
 * ```
 */
export function equalErrorRate(normal: ArrayLike<number>, anomalous: ArrayLike<number>): number {
  const { fpr, tpr } = rocCurve(normal, anomalous);
  const excess = (i: number) => fpr[i] + tpr[i] - 1;
  let i = 1;
  while (excess(i) < 0) i++;
  const fraction = excess(i - 1) / (excess(i - 1) - excess(i));
  return fpr[i - 1] + fraction * (fpr[i] - fpr[i - 1]);
}

/** The distinct scores, ascending, and the number of normal and anomalous clips with each. */
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
