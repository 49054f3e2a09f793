import { assertAlmostEquals } from "@std/assert";
import { Random } from "../../../../lib/core/random.ts";
import type { Program } from "../../../../lib/engine/engine.ts";
import { openEngine } from "../../../../lib/engine/select.ts";
import { positivePairs } from "../../../../lib/detectors/iadnet/pretraining/contrast.ts";
import { contrastiveLoss, synchronyLoss } from "../../../../lib/detectors/iadnet/pretraining/losses.ts";
import { checkGradients, drawNormal } from "../../../support/gradients.ts";

const CONTRASTIVE: Program = ({ z }, { positives }) => ({ loss: contrastiveLoss(z, positives, 0.1) });
const SYNCHRONY: Program = ({ a, b }) => ({ loss: synchronyLoss(a, b) });

/** The definition, pair by pair. */
function definition(
  rows: readonly number[][],
  positive: (i: number, j: number) => boolean,
  tau: number,
): number {
  const cosine = (a: readonly number[], b: readonly number[]) =>
    a.reduce((sum, value, k) => sum + value * b[k], 0) / Math.hypot(...a) / Math.hypot(...b);
  const losses = rows.map((row, i) => {
    const others = rows.flatMap((other, j) => j === i ? [] : [{ j, s: cosine(row, other) / tau }]);
    const all = Math.log(others.reduce((sum, { s }) => sum + Math.exp(s), 0));
    const own = others.filter(({ j }) => positive(i, j));
    return own.reduce((sum, { s }) => sum + all - s, 0) / Math.max(1, own.length);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / rows.length;
}

Deno.test("The contrastive loss is its definition, and its gradient that of finite differences", async () => {
  const random = new Random(0), z = drawNormal([7, 5], random), label = [0, 0, 0, 1, 1, 2, 2];
  const isPositive = (i: number, j: number) => i !== j && label[i] === label[j] && label[i] < 2;
  const values = Float32Array.from({ length: 49 }, (_, p) => Number(isPositive(Math.floor(p / 7), p % 7)));
  const positives = { shape: [7, 7], values };
  const engine = await openEngine("onnx-cpu", 1);
  const { loss } = await (await engine.runner(CONTRASTIVE, { z })).run({ positives });
  await engine.close();
  const rows = Array.from({ length: 7 }, (_, i) => [...z.values.subarray(i * 5, i * 5 + 5)]);
  assertAlmostEquals(loss[0], definition(rows, isPositive, 0.1), 1e-4);
  await checkGradients(CONTRASTIVE, { z }, { positives }, random);
});

Deno.test("The contrastive loss is log(positives) where rows of a label are equal and others opposite", async () => {
  const engine = await openEngine("onnx-cpu", 1), sign = [1, 1, 1, -1, -1, -1];
  const z = { shape: [6, 2], values: Float32Array.from({ length: 12 }, (_, p) => sign[Math.floor(p / 2)]) };
  const values = Float32Array.from(
    { length: 36 },
    (_, p) => Number(p % 7 !== 0 && sign[Math.floor(p / 6)] === sign[p % 6]),
  );
  const { loss } = await (await engine.runner(CONTRASTIVE, { z })).run({
    positives: { shape: [6, 6], values },
  });
  assertAlmostEquals(loss[0], Math.log(2), 1e-4);
  await engine.close();
});

Deno.test("The synchrony loss is its definition, and its gradient that of finite differences", async () => {
  const random = new Random(1), a = drawNormal([5], random, 2), b = drawNormal([5], random, 2);
  const softplus = (value: number) => Math.log(1 + Math.exp(value));
  const expected = Array.from(a.values, (match, i) => {
    const mismatch = b.values[i];
    return (softplus(-match) + softplus(mismatch)) / 2 + softplus(mismatch - match);
  }).reduce((sum, value) => sum + value, 0) / 5;
  const engine = await openEngine("onnx-cpu", 1);
  const { loss } = await (await engine.runner(SYNCHRONY, { a, b })).run({});
  await engine.close();
  assertAlmostEquals(loss[0], expected, 1e-5);
  await checkGradients(SYNCHRONY, { a, b }, {}, random);
});

Deno.test("Each clip of a batch has three positives, and positives are mutual", () => {
  const { shape: [size], values } = positivePairs();
  for (let i = 0; i < size; i++) {
    const row = Array.from(values.subarray(i * size, (i + 1) * size));
    assertAlmostEquals(row.reduce((sum, value) => sum + value, 0), 3);
    row.forEach((value, j) => assertAlmostEquals(values[j * size + i], value));
    assertAlmostEquals(row[i], 0);
  }
});
