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
  const mean = Float64Array.from({ length: d }, (_, k) => rows.reduce((sum, row) => sum + row[k], 0) / n);
  const centre = (row: ArrayLike<number>) => Float64Array.from(mean, (value, k) => row[k] - value);
  const centred = rows.map(centre), matrix = new Matrix(centred), gram = matrix.mmul(matrix.transpose());
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
  const axes: { axis: Float64Array; variance: number }[] = [];
  values.forEach((value, k) => {
    if (value <= 1e-12 * n * d * mu) return;
    const axis = new Float64Array(d);
    centred.forEach((row, i) => {
      const weight = vectors.get(i, k) / Math.sqrt(value);
      for (let c = 0; c < d; c++) axis[c] += weight * row[c];
    });
    axes.push({ axis, variance: (1 - shrinkage) * value / n + ridge });
  });
  return (row) => {
    const own = centre(row);
    let rest = dot(own, own), sum = 0;
    for (const { axis, variance } of axes) {
      const along = dot(own, axis) ** 2;
      rest -= along;
      sum += along / variance;
    }
    return Math.sqrt(sum + Math.max(0, rest) / ridge);
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}

const sumOfSquares = (values: readonly number[]) => values.reduce((sum, value) => sum + value * value, 0);
