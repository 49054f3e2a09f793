/** Whitening, the fixed linear map between a frozen encoder and its flow: standardise, keep the principal directions, give each
 * unit variance. */
import * as tf from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Named, Tensor } from "../../engine/engine.ts";
import { fixed, type Layer, layer } from "../../model/layer.ts";
import { rowSums } from "../../model/layers.ts";

/** Largest number of principal directions that are kept. */
const DIRECTIONS = 32;

/** Features after whitening. */
export interface Whitened {
  /** u, [batch, r]. */
  readonly u: Tensor;
  /** Gaussian cost of what lies outside the principal directions, nats, [batch]. */
  readonly residual: Tensor;
}

/** u = ((f - mean) scale) basis inverseStd, from d features to r directions; `fitWhitening` gives its weights. */
export function whitening(d: number, r: number): Layer<(f: Tensor) => Whitened> {
  return layer({
    mean: fixed([d]),
    scale: fixed([d]),
    basis: fixed([d, r]),
    inverseStd: fixed([r]),
    outside: fixed([]),
  }, ({ mean, scale, basis, inverseStd, outside }) => (f) => {
    const standard = tf.mul(tf.sub(f, mean), scale) as tf.Tensor2D;
    const inside = tf.matMul(standard, basis as tf.Tensor2D);
    const rest = tf.relu(tf.sub(rowSums(tf.square(standard)), rowSums(tf.square(inside))));
    return { u: tf.mul(inside, inverseStd), residual: tf.mul(rest, outside) };
  });
}

/** A fitted map: its weights, and the deviation of the noise that gives each direction of u unit variance. */
export interface Whitening {
  readonly weights: Named;
  readonly noise: Float64Array;
}

/** Fit the whitening of features.
 *
 * `scale` is 1 / (deviation + mean deviation of the block), so that nearly constant features do not count as much as lively
 * ones; `basis` are the r principal directions of the standardised rows; `inverseStd` is 1 / sqrt(variance + shrinkage).
 * Outside the basis the variance is the shrinkage alone: `outside` = 1 / (2 shrinkage) is the cost of a squared unit there.
 * Normal noise of deviation `noise`, added to u, gives every direction variance 1.
 * @param f Features, [rows, d]. @param blocks Widths of the blocks of columns, d in all. @param shrinkage Above 0. */
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
  const inverseStd = variances.map((variance) => 1 / Math.sqrt(variance + shrinkage));
  const float = (shape: readonly number[], values: ArrayLike<number>) => ({
    shape,
    values: Float32Array.from(values),
  });
  return {
    weights: {
      "whiten.mean": float([d], mean),
      "whiten.scale": float([d], scale),
      "whiten.basis": float([d, variances.length], directions.to1DArray()),
      "whiten.inverseStd": float([variances.length], inverseStd),
      "whiten.outside": float([], [0.5 / shrinkage]),
    },
    noise: Float64Array.from(inverseStd, (value) => value * Math.sqrt(shrinkage)),
  };
}

/** u of features f, [rows, d], row by row. */
export function applyWhitening(f: Float32Array, weights: Named): Float32Array {
  const of = (name: string) => weights[`whiten.${name}`].values;
  const mean = of("mean"), scale = of("scale"), basis = of("basis"), inverseStd = of("inverseStd");
  const d = mean.length, r = inverseStd.length;
  const u = new Float32Array(f.length / d * r), sum = new Float64Array(r);
  for (let row = 0; row * d < f.length; row++) {
    sum.fill(0);
    for (let i = 0; i < d; i++) {
      const value = (f[row * d + i] - mean[i]) * scale[i];
      for (let j = 0; j < r; j++) sum[j] += value * basis[i * r + j];
    }
    for (let j = 0; j < r; j++) u[row * r + j] = sum[j] * inverseStd[j];
  }
  return u;
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
