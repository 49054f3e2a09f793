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
    const own = centre(row);
    return distance({ products: products64(own, centred), square: dot(own, own) }).value;
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
    products64(centred[i], centred.slice(0, i + 1)).forEach((product, j) => {
      gram.set(i, j, product).set(j, i, product);
    });
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

/** Inner products of a row with others, with the bits of `dot`: four at a time, so that no sum waits for another. */
function products64(own: Float64Array, others: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(others.length), end = own.length - own.length % 2;
  let at = 0;
  for (; at + 3 < others.length; at += 4) {
    const [a, b, c, d] = others.slice(at, at + 4);
    let a0 = 0, a1 = 0, b0 = 0, b1 = 0, c0 = 0, c1 = 0, d0 = 0, d1 = 0;
    for (let k = 0; k < end; k += 2) {
      const even = own[k], odd = own[k + 1];
      a0 += even * a[k];
      a1 += odd * a[k + 1];
      b0 += even * b[k];
      b1 += odd * b[k + 1];
      c0 += even * c[k];
      c1 += odd * c[k + 1];
      d0 += even * d[k];
      d1 += odd * d[k + 1];
    }
    const last = (row: Float64Array) => end < own.length ? own[end] * row[end] : 0;
    out.set([a0 + a1 + last(a), b0 + b1 + last(b), c0 + c1 + last(c), d0 + d1 + last(d)], at);
  }
  for (; at < others.length; at++) out[at] = dot(own, others[at]);
  return out;
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
