/** Two-stage bootstrap of a mean over categories, each the mean of several draws. */
import { Random } from "../core/random.ts";
import type { Interval } from "./auroc.ts";
import type { BootstrapOptions } from "./macro.ts";
import { checkReplicates, mean, percentileInterval } from "./statistics.ts";

/** 95 % percentile interval of the mean over categories of the means of their values. Each replicate draws categories with
 * replacement, then as many values of each as it has. The interval covers the choice of categories and of the draws within them
 * (seeds, training clips, splits), not that of test clips. For a difference of two detectors, give the differences of their values.
 * @param categories Values of each category, at least one each.
 * @returns Undefined for a single value, which says nothing of its spread.
 * @throws {UsageError} If the number of replicates is not a positive integer.
 * @example
 * ```ts
 * import { nestedInterval } from "@lab/iadnet/metrics";
 * import { assert, assertEquals } from "@std/assert";
 * const { low, high } = nestedInterval([[0.7, 0.8], [0.9, 1]], { seed: 0 })!;
 * assert(0.7 <= low && low < 0.85 && 0.85 < high && high <= 1);
 * assertEquals(nestedInterval([[0.7]], { seed: 0 }), undefined);
 * ```
 */
export function nestedInterval(
  categories: readonly (readonly number[])[],
  { seed, replicates = 2000 }: Omit<BootstrapOptions, "groupOf">,
): Interval | undefined {
  checkReplicates(replicates);
  if (categories.flat().length < 2) return undefined;
  const random = new Random(seed);
  const drawMean = (values: readonly number[]) =>
    mean(values.map(() => values[random.integer(values.length)]));
  const means = Float64Array.from(
    { length: replicates },
    () => mean(categories.map(() => drawMean(categories[random.integer(categories.length)]))),
  );
  return percentileInterval(means.sort());
}
