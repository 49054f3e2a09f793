/** DeLong's method: the standard error of an AUROC, and the paired test of two.
 *
 * DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837-845; computed by ranks after Sun and Xu, IEEE Signal
 * Processing Letters 21 (2014) 1389-1393. */
import { UsageError } from "../core/errors.ts";
import { checkScores, type Interval, joinScores, midRanks, type ScorePair } from "./auroc.ts";
import { normalTail, Z95 } from "./normal.ts";
import { variance } from "./statistics.ts";

/** AUROC with its standard error and 95 % interval. */
export interface AurocEstimate {
  /** Area under the ROC curve, in [0, 1]. */
  readonly auroc: number;
  /** DeLong's standard error; NaN if a class has a single clip. */
  readonly error: number;
  /** 95 % interval, in [0, 1]. */
  readonly ci: Interval;
}

/** Comparison of two AUROCs on the same clips. */
export interface AurocComparison {
  /** First AUROC minus second. */
  readonly difference: number;
  /** DeLong's paired standard error of the difference. */
  readonly error: number;
  /** Two-sided p-value of "no difference", in [0, 1]. */
  readonly p: number;
}

/** AUROC with DeLong's standard error and a 95 % interval. The interval is symmetric in logit(AUROC), so it stays in [0, 1].
 *
 * A variance of 0 or NaN carries no information; the interval is then wide on purpose. At an AUROC of exactly 1 it is
 * [0.025 ^ (1 / k), 1], where k is the size of the smaller class: k pairs of a normal and an anomalous clip without a common
 * clip are independent, and all of them are ranked correctly with probability at most AUROC ^ k. At exactly 0 it is the mirror
 * image. Otherwise (a class of one clip, all scores equal) it is [0, 1].
 * @throws {UsageError} If a class is empty or a score is NaN.
 * @example
 * ```ts
 * import { delong } from "@lab/iadnet/metrics";
 * import { assert } from "@std/assert";
 * const { auroc, ci } = delong([1, 2, 3, 4], [3, 4, 5, 6]);
 * assert(ci.low < auroc && auroc < ci.high);
 * ```
 */
export function delong(normal: ArrayLike<number>, anomalous: ArrayLike<number>): AurocEstimate {
  return delongMean([[{ normal, anomalous }]]);
}

/** Mean AUROC over test sets and seeds, with DeLong's standard error and the 95 % interval of `delong`.
 *
 * Seeds score the same clips, so their placements are averaged clip by clip. Test sets (folds) share no clip, so their
 * variances add. The interval covers the choice of test clips, not the training of the models.
 * @param tests For each test set, the scores of each seed, clips in the same order.
 * @throws {UsageError} As `delong`, if there is no test set, or if the seeds of a test set have different numbers of clips.
 * @example
 * ```ts
 * import { delong, delongMean } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const seed = { normal: [1, 2, 3, 4], anomalous: [3, 4, 5, 6] };
 * assertEquals(delongMean([[seed, seed]]), delong(seed.normal, seed.anomalous));
 * ```
 */
export function delongMean(tests: readonly (readonly ScorePair[])[]): AurocEstimate {
  const { area, placements, pairs } = meanPlacements(tests);
  const error = Math.sqrt(placements.reduce((sum, own) => sum + variance(own) / own.length, 0));
  const far = 1 - Math.pow(0.025, 1 / pairs);
  if (area === 1) return { auroc: area, error, ci: { low: 1 - far, high: 1 } };
  if (area === 0) return { auroc: area, error, ci: { low: 0, high: far } };
  if (!(error > 0)) return { auroc: area, error, ci: { low: 0, high: 1 } };
  const logit = Math.log(area / (1 - area)), reach = Z95 * error / (area * (1 - area));
  return { auroc: area, error, ci: { low: sigmoid(logit - reach), high: sigmoid(logit + reach) } };
}

/** Compare the mean AUROCs of two detectors over the same test sets and seeds, a minus b, by DeLong's paired test. Seeds and test
 * sets are combined as in `delongMean`.
 *
 * Equal rankings give p = 1. If every clip favours the same detector by the same amount, the standard error is wrongly 0; p is
 * then 2 / 2 ^ k, the smallest p-value of a sign test on k independent pairs of clips, where k is the sum over the test sets of
 * the size of the smaller class.
 * @param a For each test set, the scores of each seed. @param b The same for the other detector, with the clips of a test set
 * in the same order.
 * @throws {UsageError} As `delongMean`, or if the numbers of clips differ, or a class has fewer than two clips.
 * @example
 * ```ts
 * import { pairedDelongMean } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const good = { normal: [1, 2], anomalous: [3, 4] }, poor = { normal: [3, 4], anomalous: [3, 4] };
 * assertEquals(pairedDelongMean([[good], [poor]], [[poor], [poor]]).difference, 0.25);
 * assertEquals(pairedDelongMean([[good]], [[good]]), { difference: 0, error: 0, p: 1 });
 * ```
 */
export function pairedDelongMean(
  a: readonly (readonly ScorePair[])[],
  b: readonly (readonly ScorePair[])[],
): AurocComparison {
  if (a.length !== b.length) {
    throw new UsageError(
      `Cannot compare detectors: expected equal numbers of test sets, got ${a.length} and ${b.length}`,
    );
  }
  a.forEach(([{ normal, anomalous }], i) => {
    const n = normal.length, m = anomalous.length, other = b[i][0];
    if (other.normal.length !== n || other.anomalous.length !== m) {
      const counts = `${other.normal.length} normal and ${other.anomalous.length} anomalous`;
      throw new UsageError(
        `Cannot compare detectors: one scored ${n} normal and ${m} anomalous clips, the other ${counts}`,
      );
    }
    if (n < 2 || m < 2) {
      throw new UsageError(
        `Cannot compare detectors: expected at least two clips per class, got ${n} normal and ${m} anomalous`,
      );
    }
  });
  const one = meanPlacements(a), two = meanPlacements(b);
  const gap = (u: Float64Array, v: Float64Array) => u.map((value, i) => value - v[i]);
  const error = Math.sqrt(
    one.placements.reduce((sum, own, k) => sum + variance(gap(own, two.placements[k])) / own.length, 0),
  );
  const difference = one.area - two.area;
  if (difference === 0) return { difference, error, p: 1 };
  if (error === 0) return { difference, error, p: Math.pow(2, 1 - one.pairs) };
  return { difference, error, p: 2 * normalTail(Math.abs(difference) / error) };
}

/** Holm's correction of p-values for multiple tests: it controls the family-wise error rate.
 * @returns Corrected p-values in [0, 1], in the order given.
 * @throws {UsageError} If a p-value is outside [0, 1].
 * @example
 * ```ts
 * import { holm } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * assertEquals(holm([0.5, 0.25, 0.125]), Float64Array.of(0.5, 0.5, 0.375));
 * ```
 */
export function holm(pValues: readonly number[]): Float64Array {
  const wrong = pValues.find((p) => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new UsageError(`Cannot correct p-values: expected 0 to 1, got ${wrong}`);
  const corrected = new Float64Array(pValues.length);
  let largest = 0;
  pValues.map((_, i) => i).sort((i, j) => pValues[i] - pValues[j]).forEach((i, rank) => {
    largest = Math.max(largest, Math.min(1, pValues[i] * (pValues.length - rank)));
    corrected[i] = largest;
  });
  return corrected;
}

/** AUROC, and the placement of each clip: the fraction of the other class that it is ranked correctly against. */
function placementsOf(normal: ArrayLike<number>, anomalous: ArrayLike<number>) {
  checkScores(normal, anomalous);
  const n = normal.length, m = anomalous.length;
  const all = midRanks(joinScores(normal, anomalous));
  const own0 = midRanks(normal), own1 = midRanks(anomalous);
  const overNormal = Float64Array.from({ length: n }, (_, i) => (m - all[i] + own0[i]) / m);
  const overAnomalous = Float64Array.from({ length: m }, (_, i) => (all[n + i] - own1[i]) / n);
  let sum = 0;
  for (let i = 0; i < m; i++) sum += all[n + i] - own1[i];
  return { area: sum / (n * m), overNormal, overAnomalous };
}

/** Mean AUROC, and each clip's contribution to it: one list per class and test set. `pairs` is the number of pairs of a normal
 * and an anomalous clip without a common clip. */
function meanPlacements(tests: readonly (readonly ScorePair[])[]) {
  const cells = tests.reduce((sum, seeds) => sum + seeds.length, 0);
  if (cells === 0) throw new UsageError("Cannot average AUROC: expected at least one test set, got none");
  let area = 0, pairs = 0;
  const placements: Float64Array[] = [];
  for (const seeds of tests) {
    const each = seeds.map(({ normal, anomalous }) => placementsOf(normal, anomalous));
    const [n, m] = [seeds[0].normal.length, seeds[0].anomalous.length];
    if (seeds.some(({ normal, anomalous }) => normal.length !== n || anomalous.length !== m)) {
      throw new UsageError("Cannot average AUROC: the seeds of a test set have different numbers of clips");
    }
    const contribution = (of: (own: typeof each[0]) => Float64Array) =>
      of(each[0]).map((_, i) => each.reduce((sum, own) => sum + of(own)[i], 0) / cells);
    placements.push(contribution((own) => own.overNormal), contribution((own) => own.overAnomalous));
    area += each.reduce((sum, own) => sum + own.area, 0);
    pairs += Math.min(n, m);
  }
  return { area: area / cells, placements, pairs };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
