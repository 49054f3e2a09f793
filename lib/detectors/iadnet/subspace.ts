/** Leading eigenvectors of the inner products of many rows, by subspace iteration: the inner products themselves are never formed. */
import * as tf from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { IadnetError } from "../../core/errors.ts";
import { Random } from "../../core/random.ts";
import type { Values } from "../../core/tensors.ts";
import type { Engine, Program } from "../../engine/engine.ts";
import { orthonormalised } from "./orthonormal.ts";

/** Directions that are iterated beside those that are asked for: they make the iteration converge faster. */
const GUARD = 16;

/** Degree of the Chebyshev polynomial of each round. */
const DEGREE = 3;

/** Relative change of the captured variance at which the iteration ends. What a round leaves out is a small part of what it added. */
const TOLERANCE = 2e-4;

/** Most rounds of the iteration. */
const MOST_ROUNDS = 50;

/** Eigenvalues below this fraction of the largest one count as none. */
const LEAST = 1e-6;

/** Eigenvalues by falling size, and their eigenvectors as the columns of a matrix. */
export interface Eigen {
  readonly values: readonly number[];
  /** Row by row, [n, width]; column j belongs to value j. */
  readonly vectors: ArrayLike<number>;
  readonly width: number;
}

/** All eigenvectors of a symmetric n x n matrix. */
export function eigenvectors(matrix: ArrayLike<number>, n: number): Eigen {
  const full = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) full.set(i, j, matrix[i * n + j]);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(full, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) vectors[i * n + j] = eigenvectorMatrix.get(i, order[j]);
  }
  return { values: order.map((k) => realEigenvalues[k]), vectors, width: n };
}

/** The `most` leading eigenvectors of the inner products G of rows [n, d].
 *
 * Subspace iteration with Rayleigh-Ritz (Halko, Martinsson and Tropp, SIAM Review 53 (2011) 217-288). Each round multiplies the basis
 * by a Chebyshev polynomial of G, which is small on the eigenvalues below those that are iterated and grows fast above (Zhou, Saad,
 * Tiago and Chelikowsky, J. Computational Physics 219 (2006) 172-184).
 * @throws {IadnetError} If a row is not finite. */
export async function leadingEigenvectors(engine: Engine, rows: Values, most: number): Promise<Eigen> {
  const [n] = rows.shape, size = Math.min(n, most + GUARD), random = new Random(0);
  const [gram, inner, product] = await Promise.all(
    [gramTimes, innerProduct, plainProduct].map((program) => engine.runner(program, {})),
  );
  const times = async (basis: Float32Array) =>
    (await gram.run({ rows, basis: { shape: [n, size], values: basis } })).product;
  const combined = async (basis: Float32Array, weights: Values) =>
    (await product.run({ a: { shape: [n, size], values: basis }, b: weights })).product;
  const first = await times(Float32Array.from({ length: n * size }, () => random.uniform(-1, 1)));
  if (!first.every(Number.isFinite)) throw new IadnetError("Cannot fit the density: a feature is not finite");
  let basis = orthonormalised(first, size), captured = 0;
  for (let round = 1;; round++) {
    const images = await times(basis), shape = [n, size];
    const small = await inner.run({ a: { shape, values: basis }, b: { shape, values: images } }); // Q' G Q
    const { values, vectors } = eigenvectors(symmetric(small.product, size), size);
    const weights = { shape: [size, size], values: Float32Array.from(vectors) };
    const ritz = await combined(basis, weights);
    const sum = values.slice(0, most).reduce((total, value) => total + value, 0);
    if (sum - captured <= TOLERANCE * sum || round === MOST_ROUNDS) {
      return { values, vectors: ritz, width: size };
    }
    captured = sum;
    const half = Math.max(values[size - 1], LEAST * values[0]) / 2;
    let before = ritz, now = shifted(await combined(images, weights), ritz, half, 1 / half);
    for (let k = 2; k <= DEGREE; k++) {
      const next = shifted(await times(now), now, half, 2 / half);
      for (let i = 0; i < next.length; i++) next[i] -= before[i];
      [before, now] = [now, next];
    }
    basis = orthonormalised(now, size);
  }
}

/** (a - c b) factor. */
function shifted(a: Float32Array, b: Float32Array, c: number, factor: number): Float32Array {
  const out = new Float32Array(a.length);
  for (let i = 0; i < out.length; i++) out[i] = (a[i] - c * b[i]) * factor;
  return out;
}

/** The mean of a matrix and its transpose. */
function symmetric(matrix: Float32Array, size: number): Float64Array {
  return Float64Array.from(matrix, (value, at) => {
    const i = Math.floor(at / size), j = at % size;
    return (value + matrix[j * size + i]) / 2;
  });
}

const gramTimes: Program = (_, { rows, basis }) => ({
  product: tf.matMul(
    rows as tf.Tensor2D,
    tf.matMul(rows as tf.Tensor2D, basis as tf.Tensor2D, true, false),
  ),
});

const innerProduct: Program = (_, { a, b }) => ({
  product: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, true, false),
});

const plainProduct: Program = (_, { a, b }) => ({
  product: tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D),
});
