import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import { sizeOf } from "../../../lib/core/tensors.ts";
import type { EngineName, Values } from "../../../lib/engine/engine.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import { gradientProgram } from "../../support/gradients.ts";
import { kernelProgram, KERNELS, type Op } from "../../support/engine_kernels.ts";

const random = new Random(11);
const draw = (shape: number[], low = -1, high = 1): Values => ({
  shape,
  values: Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(low, high)),
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
