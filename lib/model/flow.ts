/**
 * Section III-C: the normalizing flow phi of the Anomaly Scoring Module (ASM), after Mao et al. (ICCV 2021).
 *
 * 10 linear layers whose weight is Q R, Q orthogonal and R upper triangular with a positive diagonal, with a PReLU
 * between. The layers' weights are stacked: reflectors and triangle [L, d, d], bias [L, d], slope [L - 1].
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import { rowSums } from "./layers.ts";

/** s = phi(f) and the logarithm of |det d phi / d f|, for each row of f. */
export interface FlowOutput {
  /** s, [batch, d]. */
  readonly latent: tf.Tensor;
  /** log |det|, [batch]. */
  readonly logDet: tf.Tensor;
}

/** Masks of a d x d matrix: 1 strictly above the diagonal, and 1 on it. */
function masks(size: number): { upper: tf.Tensor; diagonal: tf.Tensor } {
  const make = (test: (row: number, column: number) => boolean) =>
    tf.tensor(
      Float32Array.from({ length: size * size }, (_, at) => Number(test(Math.floor(at / size), at % size))),
      [size, size],
    );
  return { upper: make((row, column) => column > row), diagonal: make((row, column) => column === row) };
}

/** A Q for every layer, [L, d, d] from A of that shape: Q is the product of d Householder reflections with the rows u_k of
 * `reflectors`, the last one first: A Q = A H_d ... H_2 H_1.
 *
 * A block of rows U is applied at once in the compact (UT) form H_1 H_2 ... = I - U^T S^-1 U, with S the upper triangle
 * of U U^T and half its diagonal. S = D (I - N) with N strictly upper, hence nilpotent:
 * (I - N)^-1 = (I + N)(I + N^2)(I + N^4)... is exact after log2(block) factors, and needs matrix products only. */
export function rotate(a: tf.Tensor, reflectors: tf.Tensor): tf.Tensor {
  const [layers, size] = reflectors.shape as [number, number];
  const block = blockOf(size), blocks = size / block;
  const { upper, diagonal } = masks(block);
  const u = tf.reshape(reflectors, [layers * blocks, block, size]);
  const inverse = tf.div(2, tf.sum(tf.square(u), 2, true)); // 1 / D, [L blocks, block, 1]
  let power = tf.neg(tf.mul(tf.mul(tf.matMul(u, u, false, true), upper), inverse)); // N
  let solved = tf.mul(diagonal, inverse); // D^-1, and in the end S^-1
  for (let k = 1; k < block; k *= 2) {
    solved = tf.add(solved, tf.matMul(power, solved));
    if (2 * k < block) power = tf.matMul(power, power);
  }
  const solvedU = tf.reshape(tf.matMul(solved, u), [layers, size, size]);
  for (let start = size - block; start >= 0; start -= block) {
    const [uk, solvedUk] = [reflectors, solvedU].map((x) =>
      tf.slice(x, [0, start, 0], [layers, block, size])
    );
    a = tf.sub(a, tf.matMul(tf.matMul(a, solvedUk, false, true), uk));
  }
  return a;
}

/** How many reflections are multiplied out together: the largest divisor of d up to 32, or all if there is no good one. */
function blockOf(size: number): number {
  for (let block = Math.min(size, 32); block >= 8; block--) if (size % block === 0) return block;
  return size;
}

/** R of every layer, [L, d, d], and the log of its diagonal, [L, d]. */
export function triangular(triangle: tf.Tensor): { r: tf.Tensor; logDiagonal: tf.Tensor } {
  const { upper, diagonal } = masks(triangle.shape[2]!);
  const logDiagonal = tf.sum(tf.mul(triangle, diagonal), 2);
  const positive = tf.mul(diagonal, tf.expandDims(tf.exp(logDiagonal), 2));
  return { r: tf.add(tf.mul(triangle, upper), positive), logDiagonal };
}

/** R^T Q of every layer, [L, d, d], and the log of R's diagonal, [L, d]. Weights that are not trained any more may hold both
 * ready made (`foldFlow`). */
export function flowMatrices(weights: Tensors): { matrices: tf.Tensor; logDiagonal: tf.Tensor } {
  const [matrices, ready] = [weights["flow.matrices"], weights["flow.logDiagonal"]];
  if (matrices) return { matrices, logDiagonal: ready };
  const { r, logDiagonal } = triangular(weights["flow.triangle"]);
  return { matrices: rotate(tf.transpose(r, [0, 2, 1]), weights["flow.reflectors"]), logDiagonal };
}

/** s = phi(f): y = f R^T Q + b and a PReLU, layer by layer; [batch, d]. */
export function flow(weights: Tensors, f: tf.Tensor): FlowOutput {
  const { matrices, logDiagonal } = flowMatrices(weights);
  const [layers, size] = logDiagonal.shape as [number, number];
  let latent = f;
  let logDet = tf.sum(logDiagonal); // log |det Q| = 0
  const negatives: tf.Tensor[] = [];
  for (let layer = 0; layer < layers; layer++) {
    const w = tf.reshape(tf.slice(matrices, [layer, 0, 0], [1, size, size]), [size, size]) as tf.Tensor2D;
    const b = tf.slice(weights["flow.bias"], [layer, 0], [1, size]);
    latent = tf.add(tf.matMul(latent as tf.Tensor2D, w), b);
    if (layer === layers - 1) break;
    // PReLU: its slope, learned as a logarithm, is the derivative at every negative entry.
    const logSlope = tf.slice(weights["flow.slope"], [layer], [1]);
    negatives.push(tf.mul(tf.sum(tf.sub(1, tf.step(latent)), 1), logSlope));
    latent = tf.prelu(latent, tf.exp(logSlope));
  }
  for (const part of negatives) logDet = tf.add(logDet, part);
  return { latent, logDet: tf.add(logDet, tf.zeros([f.shape[0]])) };
}

/** f = phi^-1(s), for tests and sampling: the same matrices, solved layer by layer from the last. Plain arithmetic on
 * the values of `matrices` (R^T Q, [L, d, d]), `bias` [L, d] and `slope` [L - 1]; s and the result are one row. */
export function invertFlow(
  matrices: readonly Float64Array[],
  bias: readonly Float64Array[],
  logSlopes: readonly number[],
  s: Float64Array,
): Float64Array {
  let y: Float64Array = s.slice();
  for (let layer = matrices.length - 1; layer >= 0; layer--) {
    if (layer < matrices.length - 1) {
      const slope = Math.exp(logSlopes[layer]);
      y = y.map((value) => value < 0 ? value / slope : value);
    }
    y = solveRow(matrices[layer], y.map((value, k) => value - bias[layer][k]));
  }
  return y;
}

/** Solve x W = y for x by Gaussian elimination with partial pivoting. */
function solveRow(w: Float64Array, y: Float64Array): Float64Array {
  const n = y.length, x = y.slice();
  const a = Float64Array.from(w, (_, at) => w[(at % n) * n + Math.floor(at / n)]); // W^T x^T = y^T
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(a[i * n + k]) > Math.abs(a[pivot * n + k])) pivot = i;
    for (let j = 0; j < n; j++) [a[k * n + j], a[pivot * n + j]] = [a[pivot * n + j], a[k * n + j]];
    [x[k], x[pivot]] = [x[pivot], x[k]];
    for (let i = k + 1; i < n; i++) {
      const factor = a[i * n + k] / a[k * n + k];
      for (let j = k; j < n; j++) a[i * n + j] -= factor * a[k * n + j];
      x[i] -= factor * x[k];
    }
  }
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k + 1; j < n; j++) x[k] -= a[k * n + j] * x[j];
    x[k] /= a[k * n + k];
  }
  return x;
}

/** -log p(f) = -log N(s | 0, I) - log |det| (equations 3 to 5), one value a row, in nats. */
export function negativeLogLikelihood({ latent, logDet }: FlowOutput): tf.Tensor {
  const constant = 0.5 * latent.shape[1]! * Math.log(2 * Math.PI);
  return tf.sub(tf.add(tf.mul(rowSums(tf.square(latent)), 0.5), constant), logDet);
}
