/** Euclidean distance to the nearest training row. */
import { type Learner, productsOf } from "./learner.ts";
import { type CentredProducts, PRODUCT_ERROR, type Products } from "./products.ts";

/** Fewest rows for which training rows are packed for the engine. */
const SEVERAL = 4;

/** The distance to the nearest training row: the same bits as by comparing with all of them. For many rows the engine's products say which
 * training rows can be the nearest, within the products' error, and those alone are compared. */
export const nearest: Learner = (rows, open) => {
  const products = productsOf(rows, open);
  return async (queries) => {
    if (!products || queries.length < SEVERAL) {
      return Float64Array.from(queries, (query) => nearestOf(query, rows));
    }
    const packed = products(), own = await packed.of(queries);
    return Float64Array.from(
      queries,
      (query, q) => nearestOf(query, candidates(own[q], packed).map((i) => rows[i])),
    );
  };
};

/** Distance to the nearest of some rows. */
function nearestOf(row: ArrayLike<number>, rows: readonly ArrayLike<number>[]): number {
  return Math.sqrt(rows.reduce((best, other) => Math.min(best, squaredDistance(row, other, best)), Infinity));
}

/** Squared Euclidean distance, or any value above `limit` as soon as it is known to be above. */
function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>, limit: number): number {
  let sum = 0;
  for (let k = 0; k < a.length && sum <= limit; k++) sum += (a[k] - b[k]) ** 2;
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
