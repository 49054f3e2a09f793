import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { IadnetError } from "../../lib/core/errors.ts";
import type { Named, Values } from "../../lib/core/tensors.ts";
import type { Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";

const start: Named = { w: { shape: [2], values: Float32Array.of(1, 2) } };
const program: Program = ({ w }, { x }) => ({ loss: tf.sum(tf.square(tf.mul(x, w))) });
const batch = (values: number[]): Named => ({ x: { shape: [1, 2], values: Float32Array.from(values) } });

for (const name of ["onnx-cpu", "cpu"] as const) {
  Deno.test(`A trainer of ${name} resumes only from a state with its own parameters`, async () => {
    const engine = await openEngine(name);
    const one = await engine.trainer(program, start), two = await engine.trainer(program, start);
    await one.step(batch([1, 1]), 0.1);
    await two.restore(await one.state());
    await one.step(batch([1, 1]), 0.1);
    await two.step(batch([1, 1]), 0.1);
    assertEquals(await two.state(), await one.state());
    const { steps, values } = await one.state();
    const { "m:w": _, ...less } = values;
    await assertRejects(
      () => two.restore({ steps, values: less }),
      IadnetError,
      "expected m:w of shape [2], got none",
    );
    const wide = { shape: [3], values: new Float32Array(3) };
    await assertRejects(
      () => two.restore({ steps, values: { ...values, "p:w": wide } }),
      IadnetError,
      "got shape [3]",
    );
    await assertRejects(
      () => two.restore({ steps, values: { ...values, q: wide } }),
      IadnetError,
      "unknown value q",
    );
    await assertRejects(() => two.restore({ steps: NaN, values }), IadnetError, "whole number, got NaN");
    await engine.close();
  });

  Deno.test(`A step of ${name} whose loss or gradient is not finite names the parameter and changes none`, async () => {
    const engine = await openEngine(name), trainer = await engine.trainer(program, start);
    const before = await trainer.state();
    const step = async (values: number[]) =>
      (await assertRejects(() => trainer.step(batch(values), 0.1), IadnetError)).message;
    assertStringIncludes(await step([NaN, 1]), "the loss of step 1 is NaN; the gradient is not finite for w");
    assertStringIncludes(await step([9e18, 1]), "the largest gradient is that of w");
    assertEquals(await trainer.state(), before);
    await engine.close();
  });
}

for (const name of ["onnx-cpu", "cpu"] as const) {
  Deno.test(`A program of ${name} may return a frozen parameter, an input, or one tensor under two names`, async () => {
    const frozen: Values = { shape: [1, 2], values: Float32Array.of(5, 6) }, engine = await openEngine(name);
    const returning: Program = ({ w, mean, scale }, { x }) => {
      const next = tf.add(mean, x);
      return { loss: tf.sum(tf.mul(w, x)), x, scale, mean: next, "state:mean": next, "state:scale": scale };
    };
    const trainer = await engine.trainer(returning, { ...start, mean: frozen, scale: frozen }, {
      frozen: (name) => name !== "w",
    });
    frozen.values[0] = 100; // what it was given is its own
    await trainer.step(batch([1, 2]), 0.1);
    const { x, scale, mean } = await trainer.step(batch([1, 2]), 0.1);
    assertEquals([[...x], [...scale], [...mean]], [[1, 2], [5, 6], [7, 10]]);
    const held = await trainer.parameters();
    assertEquals([[...held.mean.values], [...held.scale.values]], [[7, 10], [5, 6]]);
    trainer.close();
    await engine.close();
  });
}
