import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { EngineError, UsageError } from "../../mod.ts";
import type { EngineName, Program, Values } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { Random } from "../../lib/core/random.ts";
import { gradientProgram } from "../support/gradients.ts";
import { kernelProgram, KERNELS, type Op } from "../support/engine_kernels.ts";

const random = new Random(11);
const draw = (shape: number[], low = -1, high = 1): Values => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(low, high)),
});

async function valueAndGradient(name: EngineName, op: Op, a: Values, b: Values) {
  const engine = await openEngine(name, 1);
  return await (await engine.runner(gradientProgram(kernelProgram(op), ["a", "b"]), { a, b })).run({});
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
      { frozen: (parameter) => parameter === "fixed" },
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
