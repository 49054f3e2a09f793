/** Wilcoxon's signed-rank test. */
import { UsageError } from "../core/errors.ts";
import { midRanks } from "./auroc.ts";
import { normalTail } from "./normal.ts";

/** Largest number of differences for which the exact distribution is used. */
const EXACT = 25;

/** Result of the signed-rank test. */
export interface SignedRankTest {
  /** The smaller of the sums of ranks of positive and of negative differences. */
  readonly statistic: number;
  /** Number of differences that are not 0. */
  readonly pairs: number;
  /** Two-sided p-value of the hypothesis "symmetric about 0", in (0, 1]. */
  readonly p: number;
  /** Whether `p` is exact; otherwise it is from the normal approximation. */
  readonly exact: boolean;
}

/** Wilcoxon's signed-rank test of the hypothesis that differences are symmetric about 0, such as the differences of two detectors'
 * AUROCs over categories.
 *
 * Differences of 0 are left out (Wilcoxon 1945). For up to 25 others without ties the p-value is exact. Otherwise it is from the
 * normal approximation, corrected for ties but not for continuity.
 * @throws {UsageError} If there is no difference or a difference is not finite.
 * @example
 * ```ts
 * import { wilcoxonSignedRank } from "@lab/iadnet/metrics";
 * import { assertEquals } from "@std/assert";
 * assertEquals(wilcoxonSignedRank([1, 2, 3, 4, 5]), { statistic: 0, pairs: 5, p: 0.0625, exact: true });
 * ```
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>): SignedRankTest {
  const given = Array.from(differences);
  const wrong = given.find((value) => !Number.isFinite(value));
  if (given.length === 0) throw new UsageError("Cannot rank differences: expected at least one, got none");
  if (wrong !== undefined) {
    throw new UsageError(`Cannot rank differences: expected finite values, got ${wrong}`);
  }
  const signed = given.filter((value) => value !== 0), pairs = signed.length;
  const sizes = signed.map(Math.abs), ranks = midRanks(sizes), total = pairs * (pairs + 1) / 2;
  const positive = signed.reduce((sum, value, i) => value > 0 ? sum + ranks[i] : sum, 0);
  const statistic = Math.min(positive, total - positive);
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  const exact = pairs <= EXACT && counts.size === pairs;
  if (exact) return { statistic, pairs, p: Math.min(1, 2 * exactTail(statistic, pairs)), exact };
  let variance = pairs * (pairs + 1) * (2 * pairs + 1) / 24;
  for (const count of counts.values()) variance -= (count ** 3 - count) / 48;
  const p = 2 * normalTail((total / 2 - statistic) / Math.sqrt(variance));
  return { statistic, pairs, p, exact };
}

/** P(W <= statistic), where W is the sum of a random subset of the ranks 1 to n. */
function exactTail(statistic: number, n: number): number {
  const ways = new Float64Array(n * (n + 1) / 2 + 1);
  ways[0] = 1;
  for (let rank = 1, top = 0; rank <= n; rank++) {
    top += rank;
    for (let sum = top; sum >= rank; sum--) ways[sum] += ways[sum - rank];
  }
  let below = 0;
  for (let sum = 0; sum <= statistic; sum++) below += ways[sum];
  return below / 2 ** n;
}
