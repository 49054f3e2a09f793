/**
 * Quantiles, and the interval that a bootstrap gives.
 *
 * @module
 */
import type { Interval } from "./auroc.ts";

/** Percentile interval, 95 %, of a bootstrap's ascending values. NaN of no value. */
export function percentiles(values: Float64Array): Interval {
  return { low: quantile(values, 0.025), high: quantile(values, 0.975) };
}

/** Quantile of ascending values, linear between neighbours. NaN of no value. */
export function quantile(values: Float64Array, p: number): number {
  const at = p * (values.length - 1), left = Math.floor(at), right = Math.ceil(at);
  return values.length === 0 ? NaN : values[left] + (at - left) * (values[right] - values[left]);
}
