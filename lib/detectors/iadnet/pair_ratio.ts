/** The pair ratio: how much more likely the features of two people are for the same people mismatched than for the pair as it was
 * recorded. It sees what is wrong between two people who each move as usual. */
import * as tf from "@tensorflow/tfjs";
import { CholeskyDecomposition, inverse, Matrix } from "ml-matrix";
import type { Values } from "../../core/tensors.ts";
import type { Engine, Named, Tensor } from "../../engine/engine.ts";
import { fixed, type Layer, layer } from "../../model/layer.ts";
import { rowSums } from "../../model/layers.ts";
import { quantile } from "../../metrics/statistics.ts";
import { narrowProduct } from "./narrow_product.ts";
import { coordinatesOf, principalDirections } from "./principal.ts";

/** Largest number of directions. */
const DIRECTIONS = 64;

/** Variance added to every direction, as a fraction of their mean, before they are scaled to variance 1; and after it. */
const FLOOR = 0.5, RIDGE = 0.1;

/** Largest change of the ratio, as a fraction of the difference between the medians of mismatched and of matched pairs. */
const LIMIT = 0.5;

/** The pair ratio of standardised features s, [batch, d], times its weight: [batch], nats.
 *
 * The log-likelihood ratio l = log N(s; mismatched) - log N(s; matched), of Gaussians about 0 in the k leading directions of mismatched
 * pairs, is bounded: limit tanh((l - median) / limit). So it decides between clips that the density alone finds alike, and not
 * between others. `fitPairRatio` gives the weights. */
export function pairRatio(d: number, k: number): Layer<(standard: Tensor) => Tensor> {
  return layer({
    basis: fixed([d, k]),
    matched: fixed([k, k]),
    mismatched: fixed([k, k]),
    median: fixed([]),
    limit: fixed([]),
    weight: fixed([]),
  }, ({ basis, matched, mismatched, median, limit, weight }) => (standard) => {
    const z = narrowProduct(standard, basis) as tf.Tensor2D;
    const [own, other] = [matched, mismatched].map((factor) => rowSums(tf.square(narrowProduct(z, factor))));
    const ratio = tf.sub(tf.mul(tf.sub(own, other), 0.5), median);
    return tf.mul(tf.mul(tf.tanh(tf.div(ratio, limit)), limit), weight);
  });
}

/** Fit the pair ratio to standardised features of matched and mismatched pairs, [rows, d] each.
 * @param weight Factor of the ratio in the score. */
export async function fitPairRatio(
  engine: Engine,
  matched: Values,
  mismatched: Values,
  weight: number,
): Promise<Named> {
  const { variances, directions, coordinates } = await principalDirections(engine, mismatched, DIRECTIONS);
  const k = variances.length, floor = FLOOR * variances.reduce((sum, value) => sum + value, 0) / k;
  const scale = variances.map((variance) => 1 / Math.sqrt(variance + floor || 1));
  const scaled = (rows: Float32Array) => rows.map((value, at) => value * scale[at % k]);
  const near = scaled(await coordinatesOf(engine, matched, directions)), far = scaled(coordinates);
  const [own, other] = [near, far].map((rows) => precisionFactor(rows, k));
  const ratios = (rows: Float32Array) => {
    const a = squaredLengths(rows, own), b = squaredLengths(rows, other);
    return a.map((value, i) => (value - b[i]) / 2);
  };
  const [median, usual] = [near, far].map((rows) => quantile(ratios(rows).sort(), 0.5));
  const factor = (matrix: Matrix): Values => ({
    shape: [k, k],
    values: Float32Array.from(matrix.to1DArray()),
  });
  const scalar = (value: number): Values => ({ shape: [], values: Float32Array.of(value) });
  return {
    "pair.basis": {
      shape: directions.shape,
      values: scaled(directions.values),
    },
    "pair.matched": factor(own),
    "pair.mismatched": factor(other),
    "pair.median": scalar(median),
    "pair.limit": scalar(Math.max(1e-3, LIMIT * (usual - median))),
    "pair.weight": scalar(weight),
  };
}

/** F with z' C^-1 z = |z F|^2, where C is the second moment of rows [n, k], with a ridge. */
function precisionFactor(rows: Float32Array, k: number): Matrix {
  const covariance = Matrix.eye(k).mul(RIDGE), count = rows.length / k;
  for (let at = 0; at < rows.length; at += k) {
    for (let i = 0; i < k; i++) {
      const a = rows[at + i] / count;
      for (let j = 0; j <= i; j++) covariance.set(i, j, covariance.get(i, j) + a * rows[at + j]);
    }
  }
  for (let i = 0; i < k; i++) for (let j = 0; j < i; j++) covariance.set(j, i, covariance.get(i, j));
  return inverse(new CholeskyDecomposition(covariance).lowerTriangularMatrix).transpose();
}

/** |z F|^2 of each row z. */
function squaredLengths(rows: Float32Array, factor: Matrix): Float64Array {
  const k = factor.rows, out = new Float64Array(rows.length / k);
  for (let row = 0; row < out.length; row++) {
    for (let j = 0; j < k; j++) {
      let sum = 0;
      for (let i = 0; i <= j; i++) sum += rows[row * k + i] * factor.get(i, j); // F is upper triangular
      out[row] += sum * sum;
    }
  }
  return out;
}
