/** Learners on columns that are made comparable first. */
import type { Learner } from "./learner.ts";
import { meanOf } from "./products.ts";

/** The learner on features that are each divided by their standard deviation over the training rows (left alone where that
 * is 0). */
export const standardised = (learner: Learner): Learner => (rows, open) =>
  scaled(deviationsOf(rows).map((deviation) => deviation > 1e-6 ? 1 / deviation : 1), learner)(rows, open);

/** Least mean deviation of a block, as a fraction of the root mean square of its values: for one row, and for clips in which nobody
 * moves. */
const LEAST_FRACTION = 0.03;

/** The learner on features that are each divided by their standard deviation over the training rows plus the mean deviation
 * of their block, one of `blocks` equal ones. */
export const evened = (blocks: number, learner: Learner): Learner => (rows, open) => {
  const deviations = deviationsOf(rows), width = deviations.length / blocks;
  const factors = new Float64Array(deviations.length);
  for (let from = 0; from < factors.length; from += width) {
    const mean = deviations.subarray(from, from + width).reduce((sum, other) => sum + other, 0) / width;
    const typical = Math.max(mean, LEAST_FRACTION * sizeOfBlock(rows, from, width));
    for (let k = from; k < from + width; k++) factors[k] = 1 / (deviations[k] + typical + 1e-9);
  }
  return scaled(factors, learner)(rows, open);
};

/** Root mean square of the values of a block of columns. */
function sizeOfBlock(rows: readonly ArrayLike<number>[], from: number, width: number): number {
  let sum = 0;
  for (const row of rows) for (let k = from; k < from + width; k++) sum += row[k] ** 2;
  return Math.sqrt(sum / (rows.length * width));
}

/** Standard deviation of each column. */
function deviationsOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = meanOf(rows), squares = new Float64Array(mean.length);
  for (const row of rows) for (let k = 0; k < mean.length; k++) squares[k] += (row[k] - mean[k]) ** 2;
  return squares.map((sum) => Math.sqrt(sum / rows.length));
}

/** The learner on columns times factors. */
const scaled = (factors: Float64Array, learner: Learner): Learner => (rows, open) => {
  const scale = (row: ArrayLike<number>) => {
    const out = new Float64Array(factors.length);
    for (let k = 0; k < out.length; k++) out[k] = factors[k] * row[k];
    return out;
  };
  const distances = learner(rows.map(scale), open);
  return (others) => distances(others.map(scale));
};
