/**
 * The fixed linear map between a frozen encoder and its flow: standardise, keep the principal directions, whiten.
 *
 * @module
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { NamedShape } from "../../core/safetensors.ts";
import type { Named } from "../../engine/engine.ts";

/** Principal directions that are kept at most. */
const DIRECTIONS = 32;

/** A fitted map: its weights, and the deviation of the noise that makes each whitened direction unit normal. */
export interface Whitening {
  readonly weights: Named;
  readonly noise: Float64Array;
}

/** Fit u = ((f - mean) scale) basis spread, [rows, d] to [rows, r].
 *
 * `scale` is 1 / (deviation + the block's mean deviation), so that nearly constant features do not count as much as lively
 * ones; `basis` are the r principal directions of the standardised rows; `spread` is 1 / sqrt(variance + shrinkage).
 * Outside the basis the variance is the shrinkage alone: `outside` = 1 / (2 shrinkage) is the cost of a squared unit there.
 * Adding normal noise of deviation `noise` to u makes every direction's variance 1.
 *
 * @param f Features, [rows, d]. @param blocks Widths of the blocks of columns, d in all. @param shrinkage Above 0.
 */
export function fitWhitening(f: Float32Array, blocks: readonly number[], shrinkage: number): Whitening {
  const d = blocks.reduce((sum, width) => sum + width, 0), rows = f.length / d;
  const mean = new Float64Array(d), deviation = new Float64Array(d);
  for (let i = 0; i < f.length; i++) mean[i % d] += f[i] / rows;
  for (let i = 0; i < f.length; i++) deviation[i % d] += (f[i] - mean[i % d]) ** 2 / rows;
  for (let k = 0; k < d; k++) deviation[k] = Math.sqrt(deviation[k]);
  const scale = new Float64Array(d);
  let from = 0;
  for (const width of blocks) {
    const block = deviation.subarray(from, from + width);
    const typical = block.reduce((sum, value) => sum + value, 0) / width;
    block.forEach((value, k) => scale[from + k] = 1 / (value + typical + 1e-9));
    from += width;
  }
  const standard = new Matrix(rows, d);
  for (let i = 0; i < f.length; i++) {
    standard.set(Math.floor(i / d), i % d, (f[i] - mean[i % d]) * scale[i % d]);
  }
  const { variances, directions } = principalDirections(standard);
  const spread = variances.map((variance) => 1 / Math.sqrt(variance + shrinkage));
  const float = (shape: readonly number[], values: ArrayLike<number>) => ({
    shape,
    values: Float32Array.from(values),
  });
  return {
    weights: {
      "whiten.mean": float([d], mean),
      "whiten.scale": float([d], scale),
      "whiten.basis": float([d, variances.length], directions.to1DArray()),
      "whiten.spread": float([variances.length], spread),
      "whiten.outside": float([], [0.5 / shrinkage]),
    },
    noise: Float64Array.from(spread, (value) => value * Math.sqrt(shrinkage)),
  };
}

/** Names and shapes of a whitening's weights, from d features to r directions. */
export function whiteningShapes(d: number, r: number): NamedShape[] {
  return [
    { name: "whiten.basis", shape: [d, r] },
    { name: "whiten.mean", shape: [d] },
    { name: "whiten.scale", shape: [d] },
    { name: "whiten.spread", shape: [r] },
    { name: "whiten.outside", shape: [] },
  ];
}

/** The largest principal directions of rows, [d, r], and their variances, from the rows' Gram matrix. */
function principalDirections(rows: Matrix): { variances: number[]; directions: Matrix } {
  const gram = rows.mmul(rows.transpose()).div(rows.rows);
  const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
  const largest = Math.max(...realEigenvalues);
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a])
    .slice(0, DIRECTIONS).filter((i, rank) => rank === 0 || realEigenvalues[i] > 1e-6 * largest);
  const variances = order.map((i) => Math.max(realEigenvalues[i], 1e-12));
  const directions = rows.transpose().mmul(eigenvectorMatrix.subMatrixColumn(order));
  variances.forEach((variance, k) => directions.mulColumn(k, 1 / Math.sqrt(variance * rows.rows)));
  return { variances, directions };
}
