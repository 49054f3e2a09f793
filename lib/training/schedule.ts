/**
 * The learning rate over the epochs.
 *
 * @module
 */

/** Rate of one epoch: geometric from `first` (epoch 0) to `last` (the final epoch).
 *
 * @example
 * ```ts
 * import { learningRate } from "@lab/iadnet/detectors";
 * import { assertAlmostEquals } from "@std/assert";
 * assertAlmostEquals(learningRate(49, 50, 1e-3, 1e-5), 1e-5, 1e-12);
 * ```
 */
export function learningRate(epoch: number, epochs: number, first: number, last: number): number {
  return epochs === 1 ? first : first * (last / first) ** (epoch / (epochs - 1));
}
