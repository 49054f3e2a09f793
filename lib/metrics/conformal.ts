/** Conformal p-values: how unusual a score is among held-out normal clips. */
import { UsageError } from "../core/errors.ts";
import { checkSettings, FRACTION } from "../core/options.ts";

/** The threshold at which `score > threshold` is equivalent to p <= alpha, where p = (1 + number of calibration scores >= score) /
 * (n + 1) is the split-conformal p-value. Such an alarm has a false-alarm rate of at most alpha on clips exchangeable with the
 * calibration clips.
 * @param calibration Scores of held-out normal clips, in any order.
 * @param alpha Maximum false-alarm rate, between 0 and 1. Below 1 / (n + 1) no alarm is possible: the threshold is Infinity.
 * @throws {UsageError} If alpha is not between 0 and 1, or a score is NaN.
 * @example
 * ```ts
 * import { conformalThreshold } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * assertEquals(conformalThreshold([4, 1, 3, 2], 0.4), 3);
 * assertEquals(conformalThreshold([4, 1, 3, 2], 0.1), Infinity);
 * ```
 */
export function conformalThreshold(calibration: ArrayLike<number>, alpha: number): number {
  checkSettings<{ alpha: number }>("compute a threshold", { alpha }, { alpha: FRACTION });
  const sorted = Float64Array.from(calibration).sort(), n = sorted.length;
  if (n > 0 && Number.isNaN(sorted[n - 1])) {
    throw new UsageError("Cannot compute a threshold: a calibration score is NaN");
  }
  let above = 0;
  while ((above + 1) / (n + 1) <= alpha) above++;
  return above === 0 ? Infinity : sorted[n - above];
}

/** Smallest p-value that n held-out clips allow, 1 / (n + 1).
 * @example
 * ```ts
 * import { smallestPOf } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * assertEquals(smallestPOf(19), 0.05);
 * ```
 */
export function smallestPOf(n: number): number {
  return 1 / (1 + n);
}

/** Cross-conformal p-values (Vovk 2015): each fold's model compares the new clip with the clips held out from its training.
 *
 * p = (1 + number of held-out scores that are at least the new clip's score by the same model) / (n + 1). All clips are used
 * for training, and a model compares only clips that it was not trained on. With one clip a fold, it is the p-value of the jackknife+
 * (Barber et al. 2021).
 *
 * On clips exchangeable with the n held-out ones, alarms at p <= alpha come at a rate of at most alpha for one fold, and of at most
 * 2 alpha with one clip a fold; in practice of about alpha, or less. Clips of one group are alike: for clips of new groups, the number of groups limits how
 * sure this is, see `falseAlarms`. Windows of one clip are not exchangeable with those of another: among windows of n clips of equal
 * length, the rate is at most alpha + (1 - alpha) / (n + 1) for one fold.
 * @param calibration Held-out scores of each fold. @param scores Scores of the new clips by each fold's model.
 * @returns One value per new clip, in [1 / (n + 1), 1].
 * @example
 * ```ts
 * import { crossConformal } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * const held = [Float64Array.of(1, 2), Float64Array.of(4)];
 * assertEquals([...crossConformal(held, [Float64Array.of(1.5), Float64Array.of(5)])], [0.5]);
 * ```
 */
export function crossConformal(
  calibration: readonly Float64Array[],
  scores: readonly Float64Array[],
): Float64Array {
  const n = calibration.reduce((sum, own) => sum + own.length, 0);
  return Float64Array.from(scores[0], (_, i) => {
    const above = calibration.map((own, k) =>
      own.reduce((count, value) => count + Number(value >= scores[k][i]), 0)
    );
    return (1 + above.reduce((a, b) => a + b, 0)) / (n + 1);
  });
}
