/** Leading principal directions of rows of features, with the engine's matrix products. */
import * as tf from "@tensorflow/tfjs";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { IadnetError } from "../../core/errors.ts";
import { Random } from "../../core/random.ts";
import type { Values } from "../../core/tensors.ts";
import type { Engine, Program } from "../../engine/engine.ts";

/** Rows up to which all eigenvectors are computed; with more, the leading ones are iterated. */
const DIRECT = 512;

/** Directions that are iterated beside those that are asked for: they make the iteration converge faster. */
const GUARD = 16;

/** Relative change of the captured variance at which the iteration ends. */
const TOLERANCE = 1e-5;

/** Most rounds of the iteration. */
const MOST_ROUNDS = 100;

/** Directions of variance below this fraction of the largest one are left out. */
const LEAST = 1e-6;

/** Leading principal directions, by falling variance. */
export interface PrincipalDirections {
  /** Mean square of the rows along each direction, [r]. */
  readonly variances: Float64Array;
  /** Orthonormal directions as columns, [d, r]. */
  readonly directions: Values;
  /** Coordinates of the rows, [rows, r]. */
  readonly coordinates: Float32Array;
}

/** The leading principal directions of rows [n, d] about 0: at most `most`, at least one.
 *
 * They come from the eigenvectors of the n x n matrix of inner products. With more than 512 rows these are iterated (subspace
 * iteration with Rayleigh-Ritz; Halko, Martinsson and Tropp, SIAM Review 53 (2011) 217-288) until the variance that they capture
 * changes by less than 1e-5, at most 100 times: the cost of all but the inner products is then linear in n.
 * @throws {IadnetError} If a row is not finite. */
export async function principalDirections(
  engine: Engine,
  rows: Values,
  most: number,
): Promise<PrincipalDirections> {
  const [n, d] = rows.shape;
  const gram = await innerProducts(engine, rows);
  if (!gram.every(Number.isFinite)) throw new IadnetError("Cannot fit the density: a feature is not finite");
  const { values, vectors } = n <= DIRECT
    ? eigenvectors(gram, n)
    : await leadingEigenvectors(engine, gram, n, most);
  const count = Math.max(1, values.filter((value) => value > LEAST * values[0]).length);
  const r = Math.min(most, count, values.length);
  const coordinates = new Float32Array(n * r), factors = new Float32Array(n * r);
  for (let j = 0; j < r; j++) {
    const length = Math.sqrt(Math.max(values[j], 1e-30));
    for (let i = 0; i < n; i++) {
      coordinates[i * r + j] = vectors[j][i] * length;
      factors[i * r + j] = vectors[j][i] / length;
    }
  }
  const columns = { shape: [n, r], values: factors };
  const { product } = await (await engine.runner(transposedProduct, {})).run({ rows, columns });
  return {
    variances: Float64Array.from({ length: r }, (_, j) => Math.max(0, values[j]) / n),
    directions: { shape: [d, r], values: product },
    coordinates,
  };
}

/** Inner products of all pairs of rows [n, d], [n, n]. */
export async function innerProducts(engine: Engine, rows: Values): Promise<Float32Array> {
  return (await (await engine.runner(gramProgram, {})).run({ rows })).gram;
}

/** Coordinates of rows [n, d] along directions [d, r], [n, r]. */
export async function coordinatesOf(engine: Engine, rows: Values, directions: Values): Promise<Float32Array> {
  return (await (await engine.runner(plainProduct, {})).run({ rows, directions })).product;
}

const gramProgram: Program = (_, { rows }) => ({
  gram: tf.matMul(rows as tf.Tensor2D, rows as tf.Tensor2D, false, true),
});

const plainProduct: Program = (_, { rows, directions }) => ({
  product: tf.matMul(rows as tf.Tensor2D, directions as tf.Tensor2D),
});

const transposedProduct: Program = (_, { rows, columns }) => ({
  product: tf.matMul(rows as tf.Tensor2D, columns as tf.Tensor2D, true, false),
});

/** Eigenvalues by falling size, and their eigenvectors. */
interface Eigen {
  readonly values: number[];
  readonly vectors: readonly ArrayLike<number>[];
}

/** All eigenvectors of a symmetric n x n matrix. */
function eigenvectors(matrix: ArrayLike<number>, n: number): Eigen {
  const full = new Matrix(n, n);
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) full.set(i, j, matrix[i * n + j]);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(full, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, k) => k).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  return {
    values: order.map((k) => realEigenvalues[k]),
    vectors: order.map((k) => eigenvectorMatrix.getColumn(k)),
  };
}

/** The `most` leading eigenvectors of a positive semidefinite n x n matrix, by subspace iteration. */
async function leadingEigenvectors(
  engine: Engine,
  matrix: Float32Array,
  n: number,
  most: number,
): Promise<Eigen> {
  const size = Math.min(n, most + GUARD), random = new Random(0), gram = { shape: [n, n], values: matrix };
  let basis = Array.from({ length: size }, () => Float64Array.from({ length: n }, () => random.normal()));
  let captured = 0;
  for (let round = 1;; round++) {
    orthonormalise(basis);
    const product = await coordinatesOf(engine, gram, asColumns(basis)); // G Q, [n, size]
    const images = basis.map((_, k) => Float64Array.from({ length: n }, (_, i) => product[i * size + k]));
    const small = new Float64Array(size * size); // Q' G Q
    basis.forEach((a, i) => {
      for (let j = 0; j <= i; j++) small[i * size + j] = small[j * size + i] = dot(a, images[j]);
    });
    const { values, vectors } = eigenvectors(small, size);
    const sum = values.slice(0, most).reduce((total, value) => total + value, 0);
    const isLast = sum - captured <= TOLERANCE * sum || round === MOST_ROUNDS;
    const weights = asColumns(vectors.map((vector) => Float64Array.from(vector)));
    const combined = await coordinatesOf(engine, asColumns(isLast ? basis : images), weights);
    const columns = basis.map((_, k) => Float64Array.from({ length: n }, (_, i) => combined[i * size + k]));
    if (isLast) return { values, vectors: columns };
    captured = sum;
    basis = columns;
  }
}

/** Vectors of length n as the columns of a matrix [n, count]. */
function asColumns(vectors: readonly Float64Array[]): Values {
  const n = vectors[0].length, count = vectors.length, values = new Float32Array(n * count);
  vectors.forEach((vector, k) => {
    for (let i = 0; i < n; i++) values[i * count + k] = vector[i];
  });
  return { shape: [n, count], values };
}

/** Gram and Schmidt, twice, in place. */
function orthonormalise(columns: readonly Float64Array[]): void {
  columns.forEach((column, k) => {
    for (let pass = 0; pass < 2; pass++) {
      for (const earlier of columns.slice(0, k)) {
        const along = dot(column, earlier);
        for (let i = 0; i < column.length; i++) column[i] -= along * earlier[i];
      }
      const length = Math.sqrt(dot(column, column)) || 1;
      for (let i = 0; i < column.length; i++) column[i] /= length;
    }
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
