/** Chance levels: the expected metrics of random scores. */
import { UsageError } from "../core/errors.ts";

/** Chance levels of the metrics on a test set of this size.
 *
 * For average precision it is the fraction of normal clips, which equal scores give exactly. A random order of N clips, n of
 * them normal, exceeds it on average by (N - n) / (N - 1) * (H(N) - 1) / N, where H(N) is the harmonic number (0.003 for 57 of
 * 2278). For the false-positive rate it is k / (m + 1), where k is the smallest number of the m anomalies that is at least the
 * fraction `tpr` of them.
 * @param normals Number of normal clips. @param anomalies Number of anomalous clips. @param tpr As in `fprAtTpr`.
 * @throws {UsageError} If a number is not a positive integer.
 * @example
 * ```ts
 * import { chanceLevels } from "@lab/iadnet/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(chanceLevels(57, 2221).averagePrecision, 0.025, 1e-4);
 * ```
 */
export function chanceLevels(
  normals: number,
  anomalies: number,
  tpr = 0.95,
): Record<"auroc" | "averagePrecision" | "fprAtTpr" | "equalErrorRate", number> {
  checkCounts(normals, anomalies);
  let found = 0;
  while (found / anomalies < tpr) found++;
  return {
    auroc: 0.5,
    averagePrecision: normals / (normals + anomalies),
    fprAtTpr: found / (anomalies + 1),
    equalErrorRate: 0.5,
  };
}

/** Chance level of the better of two AUROCs, chosen by the test labels. This is the paper's rule for single-person methods,
 * which train one model per person. It is 0.522 on Inter-X (57 normal and 2221 anomalous clips).
 *
 * It is the mean of the larger of two normal variables with mean 1/2, the variance (n + m + 1) / (12 n m) of the Mann-Whitney
 * statistic without ties, and the given correlation: 1/2 + sqrt(variance * (1 - correlation) / pi).
 * @param normals Number of normal clips, n. @param anomalies Number of anomalous clips, m. @param correlation Correlation
 * of the two AUROCs, in [-1, 1]; 0 if absent.
 * @throws {UsageError} If a number is not a positive integer, or the correlation is out of range.
 * @example
 * ```ts
 * import { oracleMaxChance } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * assertEquals(oracleMaxChance(57, 2221).toFixed(3), "0.522");
 * ```
 */
export function oracleMaxChance(normals: number, anomalies: number, correlation = 0): number {
  checkCounts(normals, anomalies);
  if (!(correlation >= -1 && correlation <= 1)) {
    throw new UsageError(`Cannot compute a chance level: correlation must be in [-1, 1], got ${correlation}`);
  }
  const variance = (normals + anomalies + 1) / (12 * normals * anomalies);
  return 0.5 + Math.sqrt(variance * (1 - correlation) / Math.PI);
}

function checkCounts(normals: number, anomalies: number): void {
  for (const count of [normals, anomalies]) {
    if (!(Number.isSafeInteger(count) && count > 0)) {
      throw new UsageError(
        `Cannot compute a chance level: the number of clips must be a positive integer, got ${count}`,
      );
    }
  }
}
