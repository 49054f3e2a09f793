/** Descriptive statistics: mean, variance, quantiles, bootstrap intervals. */
import { UsageError } from "../core/errors.ts";
import type { Interval } from "./auroc.ts";

/** Mean; NaN of an empty list. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

/** Means of consecutive runs of values, which have these lengths. */
export function runMeans(values: Float32Array | Float64Array, lengths: readonly number[]): Float64Array {
  let at = 0;
  return Float64Array.from(lengths, (length) => mean(values.subarray(at, at += length)));
}

/** Unbiased variance; NaN of one value. Computed about the first value, so that it is exactly 0 for equal values. */
export function variance(values: ArrayLike<number>): number {
  let sum = 0, squares = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - values[0];
  const centre = values[0] + sum / values.length;
  for (let i = 0; i < values.length; i++) squares += (values[i] - centre) ** 2;
  return squares / (values.length - 1);
}

/** Quantile of ascending values, with linear interpolation between neighbours, as in numpy. NaN of an empty list.
 * @param p Fraction of the values below the quantile, in [0, 1]. */
export function quantile(ascending: ArrayLike<number>, p: number): number {
  const at = p * (ascending.length - 1), left = Math.floor(at), right = Math.ceil(at);
  if (ascending.length === 0) return NaN;
  return ascending[left] + (at - left) * (ascending[right] - ascending[left]);
}

/** The 95 % percentile interval of a bootstrap's ascending values. */
export function percentileInterval(ascending: ArrayLike<number>): Interval {
  return { low: quantile(ascending, 0.025), high: quantile(ascending, 0.975) };
}

/** Check the number of replicates of a bootstrap.
 * @throws {UsageError} If it is not a positive integer. */
export function checkReplicates(replicates: number): void {
  if (!(Number.isInteger(replicates) && replicates > 0)) {
    throw new UsageError(`Cannot draw a bootstrap: replicates must be a positive integer, got ${replicates}`);
  }
}
