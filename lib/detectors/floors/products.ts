/** Inner products of many rows as matrix products on the engine. */
import * as tf from "@tensorflow/tfjs";
import type { Engine, Program, Runner } from "../../engine/engine.ts";

/** Rows that products are taken of in one call of the engine. */
const QUERIES = 128;

/** Columns of one float32 product. The products of the blocks are added in float64, so that an inner product is as exact as one of
 * so few columns. */
const BLOCK = 1024;

/** Numbers of training rows are rounded up to a multiple of this, so that most trainings share one compiled program. */
const ROWS = 32;

/** Half the distance of two neighbouring float32 numbers, as a fraction of them. */
const UNIT = 2 ** -24;

/** Largest error of an inner product, as a fraction of the product of the two norms: whatever the order of the sums in a block is, and
 * with the rounding of the values to float32. */
export const PRODUCT_ERROR = (BLOCK + 4) * UNIT;

/** A query's inner products with the training rows, all of them less the mean of the training rows. */
export interface CentredProducts {
  /** Inner product with each training row. */
  readonly products: Float64Array;
  /** Squared norm of the query. */
  readonly square: number;
}

/** Training rows, ready for inner products with others. */
export class Products {
  /** Mean of the training rows. */
  readonly mean: Float64Array;
  /** Squared norm of each training row less the mean. */
  readonly squares: Float64Array;
  readonly #count: number;
  readonly #width: number;
  readonly #blocks: number;
  readonly #rows: number;
  readonly #runner: Promise<Runner>;

  /** @param rows At least one row; all of one length. @param open Opens the engine. */
  constructor(rows: readonly ArrayLike<number>[], open: () => Promise<Engine>) {
    this.#count = rows.length;
    this.#width = rows[0].length;
    this.#blocks = Math.ceil(this.#width / BLOCK);
    this.#rows = Math.ceil(rows.length / ROWS) * ROWS;
    this.mean = meanOf(rows);
    const { values, squares } = this.#pack(rows, this.#rows);
    this.squares = squares;
    const shape = [this.#blocks, this.#rows, BLOCK];
    this.#runner = open().then((engine) => engine.runner(productProgram, { rows: { shape, values } }));
    this.#runner.catch(() => {}); // whoever asks for products sees the error
  }

  /** The inner products of queries with all training rows. */
  async of(queries: readonly ArrayLike<number>[]): Promise<CentredProducts[]> {
    const out: CentredProducts[] = [];
    for (let at = 0; at < queries.length; at += QUERIES) {
      out.push(...await this.#ofFew(queries.slice(at, at + QUERIES)));
    }
    return out;
  }

  async #ofFew(queries: readonly ArrayLike<number>[]): Promise<CentredProducts[]> {
    const { values, squares } = this.#pack(queries, QUERIES), runner = await this.#runner;
    const packed = { shape: [this.#blocks, QUERIES, BLOCK], values };
    const { products } = await runner.run({ queries: packed });
    return queries.map((_, q) => {
      const sums = new Float64Array(this.#count);
      for (let block = 0; block < this.#blocks; block++) {
        const from = (block * QUERIES + q) * this.#rows;
        for (let i = 0; i < sums.length; i++) sums[i] += products[from + i];
      }
      return { products: sums, square: squares[q] };
    });
  }

  /** Rows less the mean as [blocks, count, BLOCK], zeros where there are none, and their squared norms. */
  #pack(rows: readonly ArrayLike<number>[], count: number): { values: Float32Array; squares: Float64Array } {
    const values = new Float32Array(this.#blocks * count * BLOCK);
    const squares = Float64Array.from(
      rows,
      (row, i) => packRow(row, this.mean, values, i * BLOCK, count * BLOCK),
    );
    return { values, squares };
  }
}

/** Write a row less a mean, block by block.
 * @param at Where the first block begins. @param stride From the beginning of a block to that of the next.
 * @returns The squared norm of what is written, before it is rounded. */
function packRow(
  row: ArrayLike<number>,
  mean: Float64Array,
  into: Float32Array,
  at: number,
  stride: number,
): number {
  let square = 0;
  for (let from = 0; from < mean.length; from += BLOCK, at += stride) {
    const end = Math.min(from + BLOCK, mean.length);
    for (let k = from, to = at; k < end; k++, to++) {
      const value = row[k] - mean[k];
      into[to] = value;
      square += value * value;
    }
  }
  return square;
}

/** Products [blocks, queries, rows] of the columns of each block. */
const productProgram: Program = ({ rows }, { queries }) => ({
  products: tf.matMul(queries, rows, false, true),
});

/** Mean of rows. */
export function meanOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const mean = new Float64Array(rows[0].length);
  for (const row of rows) for (let k = 0; k < mean.length; k++) mean[k] += row[k];
  return mean.map((sum) => sum / rows.length);
}
