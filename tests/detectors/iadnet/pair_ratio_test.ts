import { assert, assertAlmostEquals } from "@std/assert";
import { inverse, Matrix } from "ml-matrix";
import { Random } from "../../../lib/core/random.ts";
import { fitPairRatio, pairRatio } from "../../../lib/detectors/iadnet/pair_ratio.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { quantile } from "../../../lib/metrics/statistics.ts";
import { auroc } from "../../../lib/metrics/auroc.ts";

const D = 6;

/** Rows whose first two values agree (matched), or are independent. */
function rowsOf(count: number, isMatched: boolean, random: Random) {
  const values = new Float32Array(count * D);
  for (let i = 0; i < count; i++) {
    for (let k = 0; k < D; k++) values[i * D + k] = random.normal();
    if (isMatched) values[i * D + 1] = values[i * D] + random.normal(0, 0.2);
  }
  return { shape: [count, D], values };
}

Deno.test("The pair ratio is the bounded log-ratio of two Gaussians, times its weight", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(1), weight = 1.5;
  const matched = rowsOf(80, true, random), mismatched = rowsOf(120, false, random);
  const weights = await fitPairRatio(engine, matched, mismatched, weight);
  const k = weights["pair.basis"].shape[1];
  const runner = await engine.runner(
    (tensors, { s }) => ({ ratio: pairRatio(D, k).bind(rename(tensors))(s) }),
    weights,
  );
  const tests = rowsOf(5, true, random), { ratio } = await runner.run({ s: tests });
  const basis = matrixOf(weights["pair.basis"]);
  const covariance = (rows: typeof matched) => {
    const z = matrixOf(rows).mmul(basis);
    return z.transpose().mmul(z).div(rows.shape[0]).add(Matrix.eye(k).mul(0.1));
  };
  const [own, other] = [matched, mismatched].map(covariance), z = matrixOf(tests).mmul(basis);
  const ratioOf = (row: Matrix) => {
    const [a, b] = [own, other].map((m) => row.mmul(inverse(m)).mmul(row.transpose()).get(0, 0));
    return (a - b) / 2; // the determinants are the same for all rows
  };
  const medianOf = (rows: typeof matched) => {
    const all = matrixOf(rows).mmul(basis);
    const ratios = Array.from({ length: rows.shape[0] }, (_, i) => ratioOf(all.getRowVector(i)));
    return quantile(ratios.sort((a, b) => a - b), 0.5);
  };
  const median = medianOf(matched), limit = (medianOf(mismatched) - median) / 2;
  assert(limit > 0);
  for (let i = 0; i < 5; i++) {
    const expected = weight * limit * Math.tanh((ratioOf(z.getRowVector(i)) - median) / limit);
    assertAlmostEquals(ratio[i], expected, 1e-3 * (1 + Math.abs(expected)));
  }
  await engine.close();
});

Deno.test("The pair ratio sees what is wrong between values that are each as usual", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(2);
  const weights = await fitPairRatio(engine, rowsOf(100, true, random), rowsOf(200, false, random), 1);
  const k = weights["pair.basis"].shape[1];
  const runner = await engine.runner(
    (tensors, { s }) => ({ ratio: pairRatio(D, k).bind(rename(tensors))(s) }),
    weights,
  );
  const right = (await runner.run({ s: rowsOf(200, true, random) })).ratio;
  const wrong = (await runner.run({ s: rowsOf(200, false, random) })).ratio;
  assert(auroc(right, wrong) > 0.8);
  await engine.close();
});

const rename = <T>(tensors: Record<string, T>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, value]) => [name.replace("pair.", ""), value]));

const matrixOf = ({ shape: [rows, columns], values }: { shape: readonly number[]; values: Float32Array }) =>
  new Matrix(Array.from({ length: rows }, (_, i) => [...values.subarray(i * columns, (i + 1) * columns)]));
