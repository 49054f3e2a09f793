/** The pair ratio: how much more likely the features of two people are for the same people mismatched than for the pair as it was
 * recorded. It sees what is wrong between two people who each move as usual. */
import * as tf from "@tensorflow/tfjs";
import { CholeskyDecomposition, Matrix } from "ml-matrix";
import type { Values } from "../../core/tensors.ts";
import type { Engine, Named, Tensor } from "../../engine/engine.ts";
import { fixed, type Layer, layer } from "../../model/layer.ts";
import { rowSums } from "../../model/layers.ts";
import { coordinatesOf, principalDirections } from "./principal.ts";

/** Largest number of directions. */
const DIRECTIONS = 64;

/** Variance added to every direction, as a fraction of their mean, before they are scaled to variance 1; and after it. */
const FLOOR = 0.5, RIDGE = 0.2;

/** log N(s; mismatched) - log N(s; matched) of standardised features s, [batch, d], times its weight: [batch], nats. Both are Gaussians
 * about 0 in the k leading directions of mismatched pairs; `fitPairRatio` gives the weights. */
export function pairRatio(d: number, k: number): Layer<(standard: Tensor) => Tensor> {
  return layer({
    basis: fixed([d, k]),
    matched: fixed([k, k]),
    mismatched: fixed([k, k]),
    offset: fixed([]),
  }, ({ basis, matched, mismatched, offset }) => (standard) => {
    const z = tf.matMul(standard as tf.Tensor2D, basis as tf.Tensor2D);
    const [own, other] = [matched, mismatched].map((factor) =>
      rowSums(tf.square(tf.matMul(z, factor as tf.Tensor2D)))
    );
    return tf.add(tf.mul(tf.sub(own, other), 0.5), offset);
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
  const scale = variances.map((variance) => 1 / Math.sqrt(variance + floor));
  const own = gaussian(await coordinatesOf(engine, matched, directions), scale);
  const other = gaussian(coordinates, scale), root = Math.sqrt(weight);
  const factor = ({ factor }: Gaussian): Values => ({
    shape: [k, k],
    values: Float32Array.from(factor.to1DArray(), (value) => root * value),
  });
  return {
    "pair.basis": {
      shape: directions.shape,
      values: directions.values.map((value, at) => value * scale[at % k]),
    },
    "pair.matched": factor(own),
    "pair.mismatched": factor(other),
    "pair.offset": {
      shape: [],
      values: Float32Array.of(weight * (own.logDeterminant - other.logDeterminant) / 2),
    },
  };
}

/** A Gaussian about 0: the factor F with z' C^-1 z = |z F|^2, and log |C|. */
interface Gaussian {
  readonly factor: Matrix;
  readonly logDeterminant: number;
}

/** The Gaussian of coordinates [rows, k], each scaled. */
function gaussian(coordinates: Float32Array, scale: Float64Array): Gaussian {
  const k = scale.length, rows = coordinates.length / k, covariance = Matrix.eye(k).mul(RIDGE);
  for (let at = 0; at < coordinates.length; at += k) {
    for (let i = 0; i < k; i++) {
      const a = coordinates[at + i] * scale[i] / rows;
      for (let j = 0; j <= i; j++) {
        covariance.set(i, j, covariance.get(i, j) + a * coordinates[at + j] * scale[j]);
      }
    }
  }
  for (let i = 0; i < k; i++) for (let j = 0; j < i; j++) covariance.set(j, i, covariance.get(i, j));
  const lower = new CholeskyDecomposition(covariance).lowerTriangularMatrix;
  const logDeterminant = 2 * lower.diagonal().reduce((sum, value) => sum + Math.log(value), 0);
  return { factor: inverseOfLower(lower).transpose(), logDeterminant };
}

/** Inverse of a lower triangular matrix. */
function inverseOfLower(lower: Matrix): Matrix {
  const k = lower.rows, inverse = Matrix.zeros(k, k);
  for (let column = 0; column < k; column++) {
    for (let i = column; i < k; i++) {
      let sum = i === column ? 1 : 0;
      for (let j = column; j < i; j++) sum -= lower.get(i, j) * inverse.get(j, column);
      inverse.set(i, column, sum / lower.get(i, i));
    }
  }
  return inverse;
}
