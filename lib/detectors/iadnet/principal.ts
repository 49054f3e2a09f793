/** Leading principal directions of rows of features, with the engine's matrix products. */
import * as tf from "@tensorflow/tfjs";
import { IadnetError } from "../../core/errors.ts";
import type { Values } from "../../core/tensors.ts";
import type { Engine, Program } from "../../engine/engine.ts";
import { type Eigen, eigenvectors, leadingEigenvectors } from "./subspace.ts";

/** Rows up to which all eigenvectors are computed; with more, the leading ones are iterated. */
const DIRECT = 512;

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
 * They come from the eigenvectors of the n x n matrix of inner products. With more than 512 rows the leading ones are iterated until
 * the variance that they capture changes by less than 2e-4, at a cost linear in n; less than 1e-5 of it is then missing.
 * @throws {IadnetError} If a row is not finite. */
export async function principalDirections(
  engine: Engine,
  rows: Values,
  most: number,
): Promise<PrincipalDirections> {
  const [n, d] = rows.shape;
  const { values, vectors, width } = n <= DIRECT
    ? await allEigenvectors(engine, rows)
    : await leadingEigenvectors(engine, rows, most);
  const count = Math.max(1, values.filter((value) => value > LEAST * values[0]).length);
  const r = Math.min(most, count, values.length);
  const coordinates = new Float32Array(n * r), factors = new Float32Array(n * r);
  for (let j = 0; j < r; j++) {
    const length = Math.sqrt(Math.max(values[j], 1e-30));
    for (let i = 0; i < n; i++) {
      coordinates[i * r + j] = vectors[i * width + j] * length;
      factors[i * r + j] = vectors[i * width + j] / length;
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

async function allEigenvectors(engine: Engine, rows: Values): Promise<Eigen> {
  const gram = await innerProducts(engine, rows);
  if (!gram.every(Number.isFinite)) throw new IadnetError("Cannot fit the density: a feature is not finite");
  return eigenvectors(gram, rows.shape[0]);
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
