import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { EngineError, UsageError } from "../mod.ts";
import type { EngineName, Program, Values } from "../lib/engine/engine.ts";
import { openEngine } from "../lib/engine/select.ts";
import { gradientProgram } from "../lib/model/programs.ts";
import { Random } from "../lib/random.ts";

const random = new Random(11);
const draw = (shape: number[], low = -1, high = 1): Values => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(low, high)),
});

type Op = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;
/** Programs over a and b, [2, 3, 4] each, that between them use every mapped kernel. */
const KERNELS: Record<string, { op: Op; low?: number }> = {
  add: { op: (a, b) => tf.add(a, b) },
  "subtract with broadcast": { op: (a, b) => tf.sub(a, tf.sum(b, 0, true)) },
  multiply: { op: (a, b) => tf.mul(a, b) },
  divide: { op: (a, b) => tf.div(a, b), low: 0.5 },
  power: { op: (a, b) => tf.pow(a, b), low: 0.5 },
  maximum: { op: (a, b) => tf.maximum(a, b) },
  minimum: { op: (a, b) => tf.minimum(a, b) },
  sqrt: { op: (a) => tf.sqrt(a), low: 0.5 },
  rsqrt: { op: (a) => tf.rsqrt(a), low: 0.5 },
  log: { op: (a) => tf.log(a), low: 0.5 },
  reciprocal: { op: (a) => tf.reciprocal(a), low: 0.5 },
  exp: { op: (a) => tf.exp(a) },
  "negative and square": { op: (a) => tf.neg(tf.square(a)) },
  relu: { op: (a) => tf.relu(a) },
  step: { op: (a, b) => tf.mul(tf.step(a), b) },
  prelu: { op: (a) => tf.prelu(a, tf.scalar(0.3)) },
  tanh: { op: (a) => tf.tanh(a) },
  sigmoid: { op: (a) => tf.sigmoid(a) },
  softplus: { op: (a) => tf.softplus(a) },
  erf: { op: (a) => tf.erf(a) },
  abs: { op: (a) => tf.abs(a) },
  "sine and cosine": { op: (a) => tf.add(tf.sin(a), tf.cos(a)) },
  "sign": { op: (a, b) => tf.mul(tf.sign(a), b) },
  "sum and mean": { op: (a) => tf.add(tf.sum(a, 1), tf.mean(a, 1)) },
  "maximum over an axis": { op: (a) => tf.max(a, 2) },
  "minimum over an axis": { op: (a) => tf.min(a, 2) },
  softmax: { op: (a) => tf.softmax(a) },
  transpose: { op: (a) => tf.transpose(a, [2, 0, 1]) },
  "reshape and expand": { op: (a) => tf.expandDims(tf.reshape(tf.reshape(a, [6, 4]), [3, 8]), 1) },
  concat: { op: (a, b) => tf.concat([a, b, a], 1) },
  slice: { op: (a) => tf.slice(a, [0, 1, 1], [2, 2, 3]) },
  split: { op: (a) => tf.mul(...tf.split(a, 2, 0) as [tf.Tensor, tf.Tensor]) },
  pad: { op: (a) => tf.pad(a, [[0, 0], [1, 2], [0, 1]]) },
  tile: { op: (a) => tf.tile(a, [1, 2, 3]) },
  where: { op: (a, b) => tf.where(tf.greater(tf.ones([2, 3, 4]), tf.zeros([2, 3, 4])), a, b) },
  "matrix product": { op: (a, b) => tf.matMul(tf.reshape(a, [6, 4]), tf.reshape(b, [4, 6])) },
  "product of matrices and a row": {
    op: (a, b) =>
      tf.add(tf.matMul(tf.reshape(a, [6, 4]), tf.reshape(b, [4, 6])), tf.slice(tf.reshape(b, [24]), 0, 6)),
  },
  "scaled product": { op: (a, b) => tf.mul(tf.matMul(a, b, false, true), 0.25) },
  "product by swapped batches": {
    op: (a, b) => {
      const swap = (x: tf.Tensor) => tf.transpose(x, [1, 0, 2]);
      return swap(tf.matMul(tf.matMul(swap(a), swap(b), false, true), swap(b)));
    },
  },
  fill: { op: (a) => tf.mul(a, tf.fill([4], 2)) },
  "batched product": { op: (a, b) => tf.matMul(a, tf.reshape(b, [2, 4, 3])) },
  "batched product, first transposed": { op: (a, b) => tf.matMul(a, b, true, false) },
  "batched product, second transposed": { op: (a, b) => tf.matMul(a, b, false, true) },
};

async function valueAndGradient(name: EngineName, op: Op, a: Values, b: Values) {
  const program: Program = (p) => {
    const y = op(p.a, p.b);
    const weights = tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.cos(i)), y.shape);
    return { loss: tf.add(tf.sum(tf.mul(y, weights)), tf.sum(p.b)) }; // b always counts, so that it has a gradient
  };
  const engine = await openEngine(name, 1);
  return await (await engine.runner(gradientProgram(program, ["a", "b"]), { a, b })).run({});
}

for (const [name, { op, low = -1 }] of Object.entries(KERNELS)) {
  Deno.test(`The traced ${name} equals tfjs in value and gradient`, async () => {
    const a = draw([2, 3, 4], low, 1.5), b = draw([2, 3, 4], low, 1.5);
    const traced = await valueAndGradient("onnx-cpu", op, a, b),
      eager = await valueAndGradient("cpu", op, a, b);
    for (const key of Object.keys(eager)) {
      traced[key].forEach((value, i) =>
        assertAlmostEquals(value, eager[key][i], 1e-4 * Math.max(1, Math.abs(eager[key][i])), `${key} ${i}`)
      );
    }
  });
}

Deno.test("A kernel that is not mapped makes the trace fail with its name, and leaves the engine usable", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const a = draw([4, 4]);
  const runner = await engine.runner((p) => ({ y: tf.cumsum(p.a, 0) }), { a });
  await assertRejects(() => runner.run({}), EngineError, "Cumsum");
  const good = await engine.runner((p) => ({ y: tf.neg(p.a) }), { a });
  assertEquals((await good.run({})).y[0], -a.values[0]);
});

Deno.test("A program that reads a value while it is traced is refused", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const runner = await engine.runner((p) => ({ y: tf.scalar(p.a.dataSync()[0]) }), { a: draw([2]) });
  await assertRejects(() => runner.run({}), EngineError, "reads a value");
});

Deno.test("Twenty Adam steps follow the definition on every engine, large, small and frozen parameters alike", async () => {
  const large = draw([200, 100]), small = draw([100, 3]), fixed = draw([3]);
  const x = draw([5, 200]);
  const program: Program = (p, i) => {
    const y = tf.add(
      tf.matMul(tf.tanh(tf.matMul(i.x as tf.Tensor2D, p.large as tf.Tensor2D)), p.small as tf.Tensor2D),
      p.fixed,
    );
    return { loss: tf.mean(tf.square(tf.sub(y, 1))) };
  };
  const run = async (name: EngineName) => {
    const engine = await openEngine(name, 1);
    const trainer = await engine.trainer(
      program,
      { large, small, fixed },
      (parameter) => parameter === "fixed",
    );
    const losses: number[] = [];
    for (let k = 0; k < 20; k++) losses.push((await trainer.step({ x }, 1e-2)).loss[0]);
    return { losses, parameters: trainer.parameters() };
  };
  const native = await run("onnx-cpu");
  assert(native.losses[19] < native.losses[0] / 2);
  assertEquals(native.parameters.fixed, fixed);
  for (const name of ["wasm", "cpu"] as const) {
    const eager = await run(name);
    eager.losses.forEach((loss, k) =>
      assertAlmostEquals(native.losses[k], loss, 1e-3 * loss + 1e-5, `${name} step ${k}`)
    );
  }
});

Deno.test("An unknown engine is refused with the known names; one that is not installed with what to install", async () => {
  await assertRejects(() => openEngine("abacus" as EngineName), UsageError, "known are auto, onnx-cpu");
  const error = await assertRejects(() => openEngine("tensorflow-gpu"), EngineError, "tensorflow-gpu");
  assert(error.install?.includes("CUDA 11.2"));
});
