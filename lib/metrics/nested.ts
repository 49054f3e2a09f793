/** Two-stage bootstrap of a mean over categories, each the mean of several draws. */
import { UsageError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import type { BootstrapOptions } from "./macro.ts";
import { checkReplicates, mean } from "./statistics.ts";

/** Means over categories of the means of their values, in each replicate of a bootstrap that draws categories with replacement, then as
 * many values of each as it has. Their spread is that of the choice of categories and of the draws within them (seeds, training
 * clips, splits), not that of test clips. The draws depend on the numbers of values alone, so the replicates of two detectors with
 * the same cells can be subtracted.
 * @param categories Values of each category, at least one each.
 * @throws {UsageError} If the number of replicates is not a positive integer, or a value is missing.
 * @example
 * ```ts
 * import { nestedReplicates, replicateInterval } from "@lab/iadnet/metrics";
 * import { assert } from "@std/assert";
 * const { low, high } = replicateInterval(nestedReplicates([[0.7, 0.8], [0.9, 1]], { seed: 0 }));
 * assert(0.7 <= low && low < 0.85 && 0.85 < high && high <= 1);
 * ```
 */
export function nestedReplicates(
  categories: readonly (readonly number[])[],
  { seed, replicates = 2000 }: Omit<BootstrapOptions, "groupOf">,
): Float64Array {
  checkReplicates(replicates);
  if (!(categories.length > 0 && categories.every(({ length }) => length > 0))) {
    throw new UsageError("Cannot draw replicates: a category has no value");
  }
  const random = new Random(seed);
  const drawMean = (values: readonly number[]) =>
    mean(values.map(() => values[random.integer(values.length)]));
  return Float64Array.from(
    { length: replicates },
    () => mean(categories.map(() => drawMean(categories[random.integer(categories.length)]))),
  );
}
