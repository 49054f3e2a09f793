/** Section III-C: the normalizing flow phi, after Mao et al. (ICCV 2021): linear layers with a PReLU between. A layer's weight is
 * Q R, Q orthogonal and R upper triangular with a positive diagonal, so that phi is invertible and its determinant is a product. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import { filled, type Layer, layer, uniform, unitRows } from "./layer.ts";

/** s = phi(f) and the logarithm of |det d phi / d f|, for each row of f. */
export interface FlowOutput {
  /** s, of the shape of f. */
  readonly latent: Tensor;
  /** log |det|, [batch]. */
  readonly logDet: Tensor;
}

/** A bijection phi. The batch is the first axis. */
export interface Flow {
  /** s = phi(f), with its log-determinant. */
  forward(f: Tensor): FlowOutput;
  /** f = phi^-1(s). */
  inverse(s: Tensor): Tensor;
}

/** Sizes and initial values of `qrFlow`. */
export interface QrFlowOptions {
  /** d: dimension of f. */
  readonly dimension: number;
  /** L: linear layers; 10 in the paper. */
  readonly layers: number;
  /** Initial slope of all PReLUs, in (0, 1]; 1 if absent. */
  readonly slope?: number;
  /** Initial size of triangles and biases: they are uniform in +-scale/sqrt(d). With scale 0 and slope 1 the flow starts as a
   * rotation. 1 if absent. */
  readonly scale?: number;
  /** `fixed`: every linear layer preserves volume, because the logarithms of R's diagonal are centred; only the slopes change it.
   * `free` if absent. */
  readonly volume?: "free" | "fixed";
}

/** The flow. The layers' weights are stacked: reflectors and triangle [L, d, d], bias [L, d], slope [L - 1]. Reflectors are
 * initially of length 1 in random directions. */
export function qrFlow(
  { dimension: d, layers: L, slope = 1, scale = 1, volume = "free" }: QrFlowOptions,
): Layer<Flow> {
  const bound = scale / Math.sqrt(d);
  return layer({
    reflectors: unitRows([L, d, d]),
    triangle: uniform([L, d, d], bound),
    bias: uniform([L, d], bound),
    slope: L > 1 ? filled([L - 1], Math.log(slope)) : undefined,
  }, ({ reflectors, triangle: given, bias, slope }) => ({
    forward: (f) => linearLayers(f, { ...flowMatrices(reflectors, withVolume(given, volume)), bias, slope }),
    inverse: (s) => {
      const triangle = withVolume(given, volume);
      const { r, logDiagonal } = triangular(triangle), q = rotate(tf.eye(d, d, [L]), reflectors);
      const inverses = tf.matMul(q, inverseTriangle(r, logDiagonal), true, true); // (R^T Q)^-1 = Q^T R^-T
      let f = s;
      for (let k = L - 1; k >= 0; k--) {
        if (k < L - 1) f = tf.prelu(f, tf.exp(tf.neg(row(slope!, k))));
        f = tf.matMul(tf.sub(f, row(bias, k)) as tf.Tensor2D, matrix(inverses, k));
      }
      return f;
    },
  }));
}

/** Layers of a flow, multiplied out. */
export interface FlowLayers {
  /** R^T Q, [L, d, d]. */
  readonly matrices: Tensor;
  /** Logarithm of the diagonal of R, [L, d]. */
  readonly logDiagonal: Tensor;
  /** b, [L, d]. */
  readonly bias: Tensor;
  /** Logarithm of the slope of each PReLU, [L - 1]; undefined if L is 1. */
  readonly slope?: Tensor;
}

/** s = phi(f): y = f R^T Q + b and a PReLU, layer by layer. */
export function linearLayers(f: Tensor, { matrices, logDiagonal, bias, slope }: FlowLayers): FlowOutput {
  const layers = logDiagonal.shape[0], negatives: Tensor[] = [];
  let latent = f, logDet = tf.sum(logDiagonal); // log |det Q| = 0
  for (let k = 0; k < layers; k++) {
    latent = tf.add(tf.matMul(latent as tf.Tensor2D, matrix(matrices, k)), row(bias, k));
    if (k === layers - 1) break;
    // PReLU: its slope, learned as a logarithm, is the derivative at every negative entry.
    const logSlope = row(slope!, k);
    negatives.push(tf.mul(tf.sum(tf.sub(1, tf.step(latent)), 1), logSlope));
    latent = tf.prelu(latent, tf.exp(logSlope));
  }
  for (const part of negatives) logDet = tf.add(logDet, part);
  return { latent, logDet: tf.add(logDet, tf.zeros([f.shape[0]])) };
}

/** Row k of a matrix, [1, d]; of a vector element k, [1]. */
function row(x: Tensor, k: number): Tensor {
  return x.rank === 1 ? tf.slice(x, [k], [1]) : tf.slice(x, [k, 0], [1, x.shape[1]!]);
}

/** Matrix k of a stack, [d, d]. */
function matrix(stack: Tensor, k: number): tf.Tensor2D {
  const [, size] = stack.shape;
  return tf.reshape(tf.slice(stack, [k, 0, 0], [1, size, size]), [size, size]);
}

/** R^T Q of every layer, [L, d, d], and the logarithm of the diagonal of R, [L, d]. */
export function flowMatrices(
  reflectors: Tensor,
  triangle: Tensor,
): Pick<FlowLayers, "matrices" | "logDiagonal"> {
  const { r, logDiagonal } = triangular(triangle);
  return { matrices: rotate(tf.transpose(r, [0, 2, 1]), reflectors), logDiagonal };
}

/** Weights `triangle` of a flow of this volume as those of the same flow of free volume, [L, d, d]: where it is fixed, the diagonal
 * of each layer is centred. */
export function withVolume(triangle: Tensor, volume: "free" | "fixed"): Tensor {
  if (volume === "free") return triangle;
  const size = triangle.shape[2]!, { diagonal } = masks(size);
  const mean = tf.div(tf.sum(tf.mul(triangle, diagonal), [1, 2], true), size);
  return tf.sub(triangle, tf.mul(diagonal, mean));
}

/** R of every layer, [L, d, d], and the logarithm of its diagonal, [L, d]. */
export function triangular(triangle: Tensor): { r: Tensor; logDiagonal: Tensor } {
  const { upper, diagonal } = masks(triangle.shape[2]!);
  const logDiagonal = tf.sum(tf.mul(triangle, diagonal), 2);
  const positive = tf.mul(diagonal, tf.expandDims(tf.exp(logDiagonal), 2));
  return { r: tf.add(tf.mul(triangle, upper), positive), logDiagonal };
}

/** A Q for every layer, [L, d, d] from A of that shape: Q is the product of d Householder reflections with the rows u_k of
 * `reflectors`, the last one first: A Q = A H_d ... H_2 H_1.
 *
 * A block of rows U is applied at once in the compact (UT) form H_1 H_2 ... = I - U^T S^-1 U, with S the upper triangle
 * of U U^T and half its diagonal, S = D (I - N). */
export function rotate(a: Tensor, reflectors: Tensor): Tensor {
  const [layers, size] = reflectors.shape as [number, number];
  const block = blockOf(size), blocks = size / block;
  const { upper, diagonal } = masks(block);
  const u = tf.reshape(reflectors, [layers * blocks, block, size]);
  const inverse = tf.div(2, tf.sum(tf.square(u), 2, true)); // 1 / D, [L blocks, block, 1]
  const n = tf.neg(tf.mul(tf.mul(tf.matMul(u, u, false, true), upper), inverse));
  const solved = solveUnit(n, tf.mul(diagonal, inverse)); // S^-1
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

/** R^-1 of every layer: R = D (I - N). */
function inverseTriangle(r: Tensor, logDiagonal: Tensor): Tensor {
  const { upper, diagonal } = masks(r.shape[2]!);
  const inverse = tf.expandDims(tf.exp(tf.neg(logDiagonal)), 2); // 1 / D, [L, d, 1]
  return solveUnit(tf.neg(tf.mul(tf.mul(r, upper), inverse)), tf.mul(diagonal, inverse));
}

/** (I - N)^-1 A of every matrix, all [..., d, d]. N is strictly upper triangular, hence nilpotent: the product
 * (I + N)(I + N^2)(I + N^4) ... is exact after log2(d) factors, and needs matrix products only. */
function solveUnit(n: Tensor, a: Tensor): Tensor {
  const size = n.shape[2]!;
  for (let k = 1; k < size; k *= 2) {
    a = tf.add(a, tf.matMul(n, a));
    if (2 * k < size) n = tf.matMul(n, n);
  }
  return a;
}

/** Masks of a d x d matrix: 1 strictly above the diagonal, and 1 on it. */
function masks(size: number): { upper: Tensor; diagonal: Tensor } {
  const make = (test: (row: number, column: number) => boolean) =>
    tf.tensor(
      Float32Array.from({ length: size * size }, (_, at) => Number(test(Math.floor(at / size), at % size))),
      [size, size],
    );
  return { upper: make((row, column) => column > row), diagonal: make((row, column) => column === row) };
}
