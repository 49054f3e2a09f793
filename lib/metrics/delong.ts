/**
 * The uncertainty of one AUROC, and the comparison of two, after DeLong.
 *
 * DeLong, DeLong and Clarke-Pearson, Biometrics 44 (1988) 837-845; computed by ranks after Sun and Xu, IEEE Signal
 * Processing Letters 21 (2014) 1389-1393.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { checkScores, type Interval, joinScores, midRanks, type ScorePair } from "./auroc.ts";
import { normalTail } from "./normal.ts";

const Z95 = 1.959963984540054;

/** AUROC with its standard error and 95 % interval. */
export interface AurocEstimate {
  /** Area under the ROC curve, in [0, 1]. */
  readonly auroc: number;
  /** DeLong's standard error. NaN with one clip on a side. */
  readonly error: number;
  /** 95 % interval, in [0, 1]. */
  readonly ci: Interval;
}

/** Two AUROCs on the same clips. */
export interface AurocComparison {
  /** First AUROC minus second. */
  readonly difference: number;
  /** DeLong's paired standard error of the difference. */
  readonly error: number;
  /** Two-sided p-value of "no difference", in [0, 1]. */
  readonly p: number;
}

/** AUROC with DeLong's standard error, and a 95 % interval that is symmetric in logit(AUROC), so that it stays inside [0, 1].
 *
 * Where that variance is 0 or unknown it says nothing, and the interval is wide on purpose. At an AUROC of exactly 1 it is
 * [0.025 ^ (1 / k), 1], k the size of the smaller side: k pairs of a normal and an anomalous clip that share no clip are
 * independent, and all of them are ranked right with probability at most AUROC ^ k. At exactly 0 it is the mirror image.
 * Elsewhere (one clip on a side, all scores equal) it is [0, 1].
 *
 * @throws {UsageError} If a side is empty or a score is NaN.
 * @example
 * ```ts
 * import { delong } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const { auroc, ci } = delong([1, 2, 3, 4], [3, 4, 5, 6]);
 * assert(ci.low < auroc && auroc < ci.high);
 * ```
 */
export function delong(normal: ArrayLike<number>, anomalous: ArrayLike<number>): AurocEstimate {
  const { area, overNormal, overAnomalous } = placements(normal, anomalous);
  const error = Math.sqrt(variance(overNormal) / normal.length + variance(overAnomalous) / anomalous.length);
  const far = 1 - Math.pow(0.025, 1 / Math.min(normal.length, anomalous.length));
  if (area === 1) return { auroc: area, error, ci: { low: 1 - far, high: 1 } };
  if (area === 0) return { auroc: area, error, ci: { low: 0, high: far } };
  if (!(error > 0)) return { auroc: area, error, ci: { low: 0, high: 1 } };
  const logit = Math.log(area / (1 - area)), reach = Z95 * error / (area * (1 - area));
  return { auroc: area, error, ci: { low: sigmoid(logit - reach), high: sigmoid(logit + reach) } };
}

/** Compare the AUROCs of two detectors on the same clips: a minus b, by DeLong's paired test.
 *
 * Both lists of a side are in the same order of clips. Detectors that rank alike give p = 1. If every clip speaks for the
 * same detector by the same amount, the standard error is 0 without being right; p is then 2 / 2 ^ k, the least that a sign
 * test on k independent pairs of clips can give, k the size of the smaller side.
 *
 * @throws {UsageError} If the numbers of clips differ, a side has fewer than two clips, or a score is NaN.
 * @example
 * ```ts
 * import { pairedDelong } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const same = { normal: [1, 2], anomalous: [2, 3] };
 * assertEquals(pairedDelong(same, same), { difference: 0, error: 0, p: 1 });
 * ```
 */
export function pairedDelong(a: ScorePair, b: ScorePair): AurocComparison {
  const n = a.normal.length, m = a.anomalous.length;
  if (b.normal.length !== n || b.anomalous.length !== m) {
    const other = `${b.normal.length} normal and ${b.anomalous.length} anomalous`;
    throw new UsageError(
      `Cannot compare detectors: one scored ${n} normal and ${m} anomalous clips, the other ${other}`,
    );
  }
  const one = placements(a.normal, a.anomalous), two = placements(b.normal, b.anomalous);
  if (n < 2 || m < 2) {
    throw new UsageError(
      `Cannot compare detectors: expected two clips a side or more, got ${n} normal and ${m} anomalous`,
    );
  }
  const gap = (u: Float64Array, v: Float64Array) => u.map((value, i) => value - v[i]);
  const error = Math.sqrt(
    variance(gap(one.overNormal, two.overNormal)) / n +
      variance(gap(one.overAnomalous, two.overAnomalous)) / m,
  );
  const difference = one.area - two.area;
  if (difference === 0) return { difference, error, p: 1 };
  if (error === 0) return { difference, error, p: Math.pow(2, 1 - Math.min(n, m)) };
  return { difference, error, p: 2 * normalTail(Math.abs(difference) / error) };
}

/** Holm's correction of p-values for the number of tests: the result holds for all tests at once.
 *
 * @returns Corrected p-values in the order given, in [0, 1].
 * @throws {UsageError} If a p-value is outside [0, 1].
 * @example
 * ```ts
 * import { holm } from "@lab/iadnet";
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

/** AUROC, and for each clip the part of the other side that it is ranked right against. */
function placements(normal: ArrayLike<number>, anomalous: ArrayLike<number>) {
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

/** Unbiased variance; NaN of one value. Taken about the first value, so that equal values give exactly 0. */
function variance(values: Float64Array): number {
  let sum = 0, squares = 0;
  for (const value of values) sum += value - values[0];
  const mean = values[0] + sum / values.length;
  for (const value of values) squares += (value - mean) ** 2;
  return squares / (values.length - 1);
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
