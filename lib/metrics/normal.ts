/** The standard normal distribution: its tail, and the quantile of 95 % intervals. */

/** The 97.5 % quantile of the standard normal distribution: a 95 % interval reaches this many standard errors to each side. */
export const Z95 = 1.959963984540054;

/** P(Z > z) of the standard normal distribution, z >= 0, to a relative error of 1e-12. Computed by the series of the error
 * function near 0 (Abramowitz and Stegun 26.2.11) and by the continued fraction of Mills' ratio beyond (26.2.14). */
export function normalTail(z: number): number {
  const density = Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);
  if (z < 2) {
    let term = z, sum = z;
    for (let k = 3; term > sum * 1e-17; k += 2) {
      term *= z * z / k;
      sum += term;
    }
    return 0.5 - density * sum;
  }
  let fraction = z;
  for (let k = 150; k >= 1; k--) fraction = z + k / fraction;
  return density / fraction;
}
