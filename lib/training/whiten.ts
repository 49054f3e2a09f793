/**
 * The fixed linear map between a frozen encoder and its flow: standardise, then whiten with shrinkage.
 *
 * @module
 */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Named } from "../engine/engine.ts";

/** Weights `whiten.mean` [d], `whiten.matrix` [d, d] and `whiten.logDet` [] of u = (f - mean) matrix.
 *
 * The matrix is diag(1 / deviation) (C + shrinkage I)^(-1/2), C the correlation of the rows of `f`: directions that
 * the training clips do not use keep the weight 1 / sqrt(shrinkage), so that leaving them is what costs most.
 *
 * @param f Features, [rows, d]. @param shrinkage Variance added to every direction, above 0.
 */
export function fitWhitening(f: Float32Array, d: number, shrinkage: number): Named {
  const rows = f.length / d;
  const mean = new Float64Array(d), deviation = new Float64Array(d);
  for (let i = 0; i < f.length; i++) mean[i % d] += f[i] / rows;
  for (let i = 0; i < f.length; i++) deviation[i % d] += (f[i] - mean[i % d]) ** 2 / rows;
  for (let k = 0; k < d; k++) deviation[k] = Math.sqrt(deviation[k]) + 1e-6;
  const standard = new Matrix(rows, d);
  for (let i = 0; i < f.length; i++) {
    standard.set(Math.floor(i / d), i % d, (f[i] - mean[i % d]) / deviation[i % d]);
  }
  const correlation = standard.transpose().mmul(standard).div(rows);
  const { eigenvectorMatrix: vectors, realEigenvalues } = new EigenvalueDecomposition(correlation, {
    assumeSymmetric: true,
  });
  const variances = realEigenvalues.map((value) => Math.max(value, 0) + shrinkage);
  const scaled = vectors.clone();
  for (let k = 0; k < d; k++) scaled.mulColumn(k, 1 / Math.sqrt(variances[k]));
  const root = scaled.mmul(vectors.transpose());
  const matrix = new Float32Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) matrix[i * d + j] = root.get(i, j) / deviation[i];
  const logDet = -0.5 * variances.reduce((sum, value) => sum + Math.log(value), 0) -
    deviation.reduce((sum, value) => sum + Math.log(value), 0);
  return {
    "whiten.mean": { shape: [d], values: Float32Array.from(mean) },
    "whiten.matrix": { shape: [d, d], values: matrix },
    "whiten.logDet": { shape: [], values: Float32Array.of(logDet) },
  };
}
