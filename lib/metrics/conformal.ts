/**
 * Split-conformal p-values: how unusual a score is among held-out normal clips.
 *
 * @module
 */
import { UsageError } from "../errors.ts";

/** p = (1 + number of calibration scores >= score) / (n + 1). An alarm at p <= alpha has a false-alarm rate of at most alpha
 * on clips exchangeable with the calibration clips; the least attainable p is 1 / (n + 1).
 *
 * @param calibration Scores of normal clips that were not trained on, in any order. None gives p = 1.
 * @throws {UsageError} If a score is NaN.
 * @example
 * ```ts
 * import { conformalPValue } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(conformalPValue([1, 2, 3], 2.5), 0.5);
 * ```
 */
export function conformalPValue(calibration: ArrayLike<number>, score: number): number {
  if (Number.isNaN(score)) throw new UsageError("Cannot give a p-value: the score is NaN");
  let above = 0;
  for (let i = 0; i < calibration.length; i++) {
    if (Number.isNaN(calibration[i])) {
      throw new UsageError(`Cannot give a p-value: calibration score ${i} is NaN`);
    }
    if (calibration[i] >= score) above++;
  }
  return (1 + above) / (calibration.length + 1);
}

/** The threshold whose alarms, `score > threshold`, are exactly those of `conformalPValue(calibration, score) <= alpha`.
 *
 * @param calibration Scores of normal clips that were not trained on, in any order.
 * @param alpha Greatest rate of false alarms, between 0 and 1. Below 1 / (n + 1) it cannot be promised without giving up
 * every alarm: the threshold is then Infinity.
 * @throws {UsageError} If alpha is not between 0 and 1, or a score is NaN.
 * @example
 * ```ts
 * import { conformalThreshold } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * assertEquals(conformalThreshold([4, 1, 3, 2], 0.4), 3);
 * assertEquals(conformalThreshold([4, 1, 3, 2], 0.1), Infinity);
 * ```
 */
export function conformalThreshold(calibration: ArrayLike<number>, alpha: number): number {
  if (!(alpha > 0 && alpha < 1)) {
    throw new UsageError(`Cannot give a threshold: alpha must be between 0 and 1, got ${alpha}`);
  }
  const sorted = Float64Array.from(calibration).sort(), n = sorted.length;
  if (n > 0 && Number.isNaN(sorted[n - 1])) {
    throw new UsageError("Cannot give a threshold: a calibration score is NaN");
  }
  let above = 0;
  while ((above + 1) / (n + 1) <= alpha) above++;
  return above === 0 ? Infinity : sorted[n - above];
}
