/** Mahalanobis distance to the training rows, with the covariance shrunk after Ledoit and Wolf, so that far fewer rows than
 * features do. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";

/** The Mahalanobis distance of a row of features to the training rows. */
export type Distance = (row: ArrayLike<number>) => number;

/** Fit mean and covariance S of rows and return the distance sqrt((r - mean)' C^-1 (r - mean)), where
 * C = (1 - a) S + a tr(S) / d I with the a of Ledoit and Wolf, J. Multivariate Analysis 88 (2004) 365-411.
 *
 * All of it runs on the [rows, rows] matrix of inner products: with n rows of d features, n^2 d + n^3 operations. Rows that
 * are all alike have no covariance; the distance is then Euclidean.
 * @param rows At least one row; all of one length. */
export function fitMahalanobis(rows: readonly ArrayLike<number>[]): Distance {
  const n = rows.length, d = rows[0].length;
  const mean = new Float64Array(d);
  for (const row of rows) for (let k = 0; k < d; k++) mean[k] += row[k];
  for (let k = 0; k < d; k++) mean[k] /= n;
  const centre = (row: ArrayLike<number>) => {
    const out = new Float64Array(d);
    for (let k = 0; k < d; k++) out[k] = row[k] - mean[k];
    return out;
  };
  const centred = rows.map(centre), gram = innerProducts(centred);
  const mu = gram.trace() / (n * d);
  if (!(mu > 0)) {
    return (row) => {
      const own = centre(row);
      return Math.sqrt(dot(own, own));
    };
  }
  const size = sumOfSquares(gram.to1DArray()) / (n * n);
  const spread = size - d * mu * mu;
  const noise = (sumOfSquares(gram.diagonal()) / n - size) / n;
  const shrinkage = spread > 0 && n > 2 ? Math.min(1, noise / spread) : 1; // two rows tell no more than a scale
  const ridge = Math.max(shrinkage, 1e-9) * mu;
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = new EigenvalueDecomposition(gram, {
    assumeSymmetric: true,
  });
  const axes = values.flatMap((value, k) => {
    if (value <= 1e-12 * n * d * mu) return [];
    const weights = Float64Array.from(centred, (_, i) => vectors.get(i, k) / Math.sqrt(value));
    return [{ weights, variance: (1 - shrinkage) * value / n + ridge }];
  });
  return (row) => {
    const own = centre(row), products = Float64Array.from(centred, (other) => dot(own, other));
    let rest = dot(own, own), sum = 0;
    for (const { weights, variance } of axes) {
      const along = dot(products, weights) ** 2;
      rest -= along;
      sum += along / variance;
    }
    return Math.sqrt(sum + Math.max(0, rest) / ridge);
  };
}

/** The matrix of inner products of rows. */
function innerProducts(rows: readonly Float64Array[]): Matrix {
  const gram = Matrix.zeros(rows.length, rows.length);
  rows.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const product = dot(row, rows[j]);
      gram.set(i, j, product);
      gram.set(j, i, product);
    }
  });
  return gram;
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
