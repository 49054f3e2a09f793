/** Mahalanobis distance to the training rows, with the covariance shrunk after Ledoit and Wolf, so that far fewer rows than
 * features do. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { type Learner, productsOf } from "./learner.ts";
import { type CentredProducts, meanOf } from "./products.ts";

/** Fit mean and covariance S of rows and return the distance sqrt((r - mean)' C^-1 (r - mean)), where
 * C = (1 - a) S + a tr(S) / d I with the a of Ledoit and Wolf, J. Multivariate Analysis 88 (2004) 365-411.
 *
 * All of it runs on inner products with the training rows: with n rows of d features, n^2 d + n^3 operations, then n d + n^2 for each
 * distance. Rows that are all alike have no covariance; the distance is then Euclidean. */
export const mahalanobis: Learner = (rows, open) => {
  const mean = meanOf(rows), centre = (row: ArrayLike<number>) => less(row, mean);
  const centred = rows.map(centre), distance = distanceBy(centred), products = productsOf(rows, open);
  const exactly = (row: ArrayLike<number>) => {
    const own = centre(row), products = Float64Array.from(centred, (other) => dot(own, other));
    return distance({ products, square: dot(own, own) }).value;
  };
  return async (others) => {
    if (!products) return Float64Array.from(others, exactly);
    const found = (await products().of(others)).map(distance);
    return Float64Array.from(found, ({ value, outside }, i) => {
      return outside < LEAST_OUTSIDE ? exactly(others[i]) : value;
    });
  };
};

/** Fraction of a row's squared norm outside the span of the training rows below which products in float32 are too coarse: what lies
 * outside is a difference, and weighs most. */
const LEAST_OUTSIDE = 0.01;

/** A distance, and the fraction of the row's squared norm that lies outside the span of the training rows. */
interface Measured {
  readonly value: number;
  readonly outside: number;
}

/** A row less another. */
function less(row: ArrayLike<number>, other: Float64Array): Float64Array {
  const out = new Float64Array(other.length);
  for (let k = 0; k < out.length; k++) out[k] = row[k] - other[k];
  return out;
}

/** The distance of a row by its inner products with the training rows, all less the mean. */
function distanceBy(centred: readonly Float64Array[]): (own: CentredProducts) => Measured {
  const n = centred.length, d = centred[0].length, gram = Matrix.zeros(n, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const product = dot(centred[i], centred[j]);
      gram.set(i, j, product).set(j, i, product);
    }
  }
  const mu = gram.trace() / (n * d);
  if (!(mu > 0)) return ({ square }) => ({ value: Math.sqrt(square), outside: 1 });
  const size = sumOfSquares(gram.to1DArray()) / (n * n);
  const spread = size - d * mu * mu;
  const noise = (sumOfSquares(gram.diagonal()) / n - size) / n;
  const shrinkage = spread > 0 && n > 2 ? Math.min(1, noise / spread) : 1; // two rows tell no more than a scale
  const ridge = Math.max(shrinkage, 1e-9) * mu;
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(gram, {
    assumeSymmetric: true,
  });
  // The axis of an eigenvector v is the sum of v_i row_i / sqrt(value).
  const axes = values.flatMap((value, k) => {
    if (value <= 1e-12 * n * d * mu) return [];
    const weights = Float64Array.from(centred, (_, i) => vectors.get(i, k) / Math.sqrt(value));
    return [{ weights, variance: (1 - shrinkage) * value / n + ridge }];
  });
  return ({ products, square }) => {
    let rest = square, sum = 0;
    for (const { weights, variance } of axes) {
      const along = dot(products, weights) ** 2;
      rest -= along;
      sum += along / variance;
    }
    return { value: Math.sqrt(sum + Math.max(0, rest) / ridge), outside: rest / square };
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let even = 0, odd = 0, k = 0;
  for (; k + 1 < a.length; k += 2) { // two sums at once: one waits for the other's addition
    even += a[k] * b[k];
    odd += a[k + 1] * b[k + 1];
  }
  return k < a.length ? even + odd + a[k] * b[k] : even + odd;
}

const sumOfSquares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
