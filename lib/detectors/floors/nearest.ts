/** Euclidean distance to the nearest training row. */
import { type Learner, productsOf } from "./learner.ts";
import { type CentredProducts, PRODUCT_ERROR, type Products } from "./products.ts";

/** Fewest rows for which training rows are packed for the engine. */
const SEVERAL = 4;

/** The distance to the nearest training row: the same bits as by comparing with all of them. For many rows the engine's products say which
 * training rows can be the nearest, within the products' error, and those alone are compared. */
export const nearest: Learner = (rows, open) => {
  const products = productsOf(rows, open), kept: Float64Array[] = [];
  const row = (i: number) => kept[i] ??= doubles(rows[i]); // of one type: the loop is compiled for it
  const all = [...rows.keys()];
  return async (queries) => {
    if (!products || queries.length < SEVERAL) {
      return Float64Array.from(queries, (query) => nearestOf(doubles(query), all, row));
    }
    const packed = products(), own = await packed.of(queries);
    return Float64Array.from(
      queries,
      (query, q) => nearestOf(doubles(query), candidates(own[q], packed), row),
    );
  };
};

const doubles = (row: ArrayLike<number>) => row instanceof Float64Array ? row : Float64Array.from(row);

/** Distance to the nearest of some rows. */
function nearestOf(query: Float64Array, some: readonly number[], row: (i: number) => Float64Array): number {
  return Math.sqrt(some.reduce((best, i) => Math.min(best, squaredDistance(query, row(i), best)), Infinity));
}

/** Values between two looks at the limit. */
const STRETCH = 64;

/** Squared Euclidean distance, or any value above `limit` as soon as it is known to be above. */
function squaredDistance(a: Float64Array, b: Float64Array, limit: number): number {
  let sum = 0;
  for (let k = 0; k < a.length && sum <= limit;) {
    for (const end = Math.min(k + STRETCH, a.length); k < end; k++) {
      const difference = a[k] - b[k];
      sum += difference * difference;
    }
  }
  return sum;
}

/** Numbers of the training rows that can be the nearest, likely ones first: those whose distance may be as small as the greatest that the
 * nearest one can have. All are where the products are not finite. */
function candidates({ products, square }: CentredProducts, { squares }: Products): number[] {
  const middle = products.map((product, i) => square + squares[i] - 2 * product);
  const error = squares.map((own) => PRODUCT_ERROR * (square + own)); // 2 |a||b| <= |a|^2 + |b|^2
  let limit = Infinity;
  for (let i = 0; i < middle.length; i++) limit = Math.min(limit, middle[i] + error[i]);
  const all = [...middle.keys()];
  return all.filter((i) => !(middle[i] - error[i] > limit)).sort((i, j) => middle[i] - middle[j]);
}
