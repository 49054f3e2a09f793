/** Correlation across categories: displacement against the gain from DREM (Table IV). */
import { UsageError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { type Interval, midRanks } from "./auroc.ts";
import { checkReplicates, percentileInterval } from "./statistics.ts";

/** A correlation coefficient and its intervals. */
export interface Correlation {
  /** Coefficient for the mean gains over seeds, in [-1, 1]. */
  readonly value: number;
  /** 95 % bootstrap interval over the seeds; absent for a single seed. */
  readonly bySeeds?: Interval;
  /** 95 % bootstrap interval over the categories. */
  readonly byCategories: Interval;
}

/** Pearson's correlation coefficient.
 * @returns A value in [-1, 1].
 * @throws {UsageError} If the lengths differ, there are fewer than two values, a value is not finite, or all values of a list
 * are equal.
 * @example
 * ```ts
 * import { pearson } from "@lab/iadnet/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(pearson([1, 2, 3], [2, 4, 6]), 1);
 * ```
 */
export function pearson(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || a.length < 2) {
    throw new UsageError(`Cannot correlate lists of ${a.length} and ${b.length} values`);
  }
  const wrong = [...Array.from(a), ...Array.from(b)].find((value) => !Number.isFinite(value));
  if (wrong !== undefined) {
    throw new UsageError(`Cannot correlate lists: expected finite values, got ${wrong}`);
  }
  const value = coefficient(a, b);
  if (Number.isNaN(value)) throw new UsageError(`Cannot correlate lists: all values of one are equal`);
  return value;
}

/** Spearman's correlation coefficient: Pearson's coefficient of the mid-ranks.
 * @returns A value in [-1, 1].
 * @throws {UsageError} As `pearson`.
 * @example
 * ```ts
 * import { spearman } from "@lab/iadnet/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(spearman([1, 2, 3], [1, 4, 90]), 1);
 * ```
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  pearson(a, b);
  return coefficient(midRanks(a), midRanks(b));
}

/** Correlation of displacement and gain over categories, with percentile bootstraps over seeds and over categories. Draws in
 * which all values of a list are equal have no correlation and are left out.
 * @param displacements Displacement of each category.
 * @param gains For each seed, the gain of each category: AUROC with DREM minus AUROC without.
 * @param options `seed` of the draws; `replicates`, 2000 if absent.
 * @throws {UsageError} As `pearson`, or if there is no seed or the number of replicates is not a positive integer.
 * @example
 * ```ts
 * import { gainCorrelation } from "@lab/iadnet/metrics";
 * import { assertAlmostEquals } from "@std/assert";
 * const { spearman } = gainCorrelation([4, 5, 6, 7], [[0, 0.1, 0.2, 0.3], [0, 0.1, 0.3, 0.2]], { seed: 0 });
 * assertAlmostEquals(spearman.value, Math.sqrt(0.9));
 * ```
 */
export function gainCorrelation(
  displacements: readonly number[],
  gains: readonly (readonly number[])[],
  { seed, replicates = 2000 }: { readonly seed: number; readonly replicates?: number },
): { readonly pearson: Correlation; readonly spearman: Correlation } {
  if (gains.length === 0) {
    throw new UsageError("Cannot correlate gains: expected at least one seed, got none");
  }
  checkReplicates(replicates);
  for (const own of gains) {
    if (own.length !== displacements.length) {
      throw new UsageError(`Cannot correlate lists of ${displacements.length} and ${own.length} values`);
    }
  }
  const meanGains = (seeds: readonly (readonly number[])[]) =>
    displacements.map((_, c) => seeds.reduce((sum, own) => sum + own[c], 0) / seeds.length);
  const whole = meanGains(gains), random = new Random(seed);
  const draw = <T>(items: readonly T[]) => items.map(() => random.pick(items));
  const bySeeds = Array.from({ length: gains.length > 1 ? replicates : 0 }, () => meanGains(draw(gains)));
  const byCategories = Array.from({ length: replicates }, () => draw(displacements.map((_, c) => c)));
  const correlate = (all: typeof pearson, ranks: (values: readonly number[]) => ArrayLike<number>) => {
    const ofDraw = (a: readonly number[], b: readonly number[]) => coefficient(ranks(a), ranks(b));
    const interval = (values: readonly number[]) =>
      percentileInterval(Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort());
    return {
      value: all(displacements, whole),
      ...(gains.length > 1 && { bySeeds: interval(bySeeds.map((drawn) => ofDraw(displacements, drawn))) }),
      byCategories: interval(
        byCategories.map((drawn) => ofDraw(drawn.map((c) => displacements[c]), drawn.map((c) => whole[c]))),
      ),
    };
  };
  return {
    pearson: correlate(pearson, (values) => values),
    spearman: correlate(spearman, (values) => midRanks(values)),
  };
}

/** Pearson's coefficient, limited to [-1, 1]; NaN if all values of a list are equal. */
function coefficient(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const centred = (list: ArrayLike<number>) => {
    const values = Array.from(list), first = values[0];
    const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / values.length;
    return values.map((value) => value - mean);
  };
  const u = centred(a), v = centred(b);
  const dot = (p: readonly number[], q: readonly number[]) =>
    p.reduce((sum, value, i) => sum + value * q[i], 0);
  return Math.max(-1, Math.min(1, dot(u, v) / Math.sqrt(dot(u, u) * dot(v, v))));
}
