/** Orthonormal columns, by the Cholesky factor of their inner products, which are summed in float64. */

/** Rows that are worked on at a time: independent sums do not wait for each other. */
const AT_ONCE = 4;

/** Squared sine of the angle between a column and those before it below which it counts as dependent on them. */
const DEPENDENT = 1e-12;

/** The same, below which columns are made orthonormal once more: what is left of rounding errors is then seen. */
const NEARLY_DEPENDENT = 1e-6;

/** Orthonormal columns that span those of a matrix [n, width], row by row; a column that depends on those before it becomes 0. */
export function orthonormalised(columns: Float32Array, width: number): Float32Array {
  const n = columns.length / width, padded = new Float64Array(Math.ceil(n / AT_ONCE) * AT_ONCE * width);
  padded.set(columns);
  if (pass(padded, width) < NEARLY_DEPENDENT) pass(padded, width);
  return Float32Array.from(padded.subarray(0, columns.length));
}

/** One pass, in place; the number of rows is a multiple of `AT_ONCE`.
 * @returns The least squared sine of a column that is not dependent. */
function pass(y: Float64Array, width: number): number {
  const gram = innerProducts(y, width);
  const length = Float64Array.from({ length: width }, (_, j) => Math.sqrt(gram[j * width + j]) || 1);
  const factor = new Float64Array(width * width); // of the inner products of the columns divided by their lengths
  let least = 1;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = gram[i * width + j] / (length[i] * length[j]);
      for (let k = 0; k < j; k++) sum -= factor[i * width + k] * factor[j * width + k];
      if (j < i) factor[i * width + j] = sum / factor[j * width + j];
      else if (sum > DEPENDENT) {
        factor[i * width + i] = Math.sqrt(sum);
        least = Math.min(least, sum);
      } else factor[i * width + i] = Infinity; // the column becomes 0, and no later one has a part of it
    }
  }
  for (let j = 0; j < width; j++) {
    for (let k = 0; k <= j; k++) factor[j * width + k] *= length[j]; // z factor' = y
  }
  solve(y, factor, width);
  return least;
}

/** Inner products of columns: those of each column with the ones up to itself. */
function innerProducts(y: Float64Array, width: number): Float64Array {
  const gram = new Float64Array(width * width);
  for (let at = 0; at < y.length; at += AT_ONCE * width) {
    for (let i = 0; i < width; i++) {
      const a = y[at + i], b = y[at + width + i], c = y[at + 2 * width + i], d = y[at + 3 * width + i];
      for (let j = 0, from = at, to = i * width; j <= i; j++, from++, to++) {
        gram[to] += a * y[from] + b * y[from + width] + c * y[from + 2 * width] + d * y[from + 3 * width];
      }
    }
  }
  return gram;
}

/** The rows z with z factor' = y, in place of y, by a lower triangular factor. */
function solve(y: Float64Array, factor: Float64Array, width: number): void {
  for (let at = 0; at < y.length; at += AT_ONCE * width) {
    for (let j = 0; j < width; j++) {
      let a = y[at + j], b = y[at + width + j], c = y[at + 2 * width + j], d = y[at + 3 * width + j];
      for (let k = 0, from = at, row = j * width; k < j; k++, from++, row++) {
        const weight = factor[row];
        a -= weight * y[from];
        b -= weight * y[from + width];
        c -= weight * y[from + 2 * width];
        d -= weight * y[from + 3 * width];
      }
      const own = factor[j * width + j];
      y[at + j] = a / own;
      y[at + width + j] = b / own;
      y[at + 2 * width + j] = c / own;
      y[at + 3 * width + j] = d / own;
    }
  }
}
