import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import { sizeOf } from "../../lib/core/tensors.ts";
import type { EngineName, Program, Values } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";

const random = new Random(11);
const draw = (shape: number[], low = -1, high = 1): Values => ({
  shape,
  values: Float32Array.from({ length: sizeOf(shape) }, () => random.uniform(low, high)),
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
    return { losses, parameters: await trainer.parameters() };
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
