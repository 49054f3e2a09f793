import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import type { Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { attention } from "../../lib/model/attention.ts";
import { type Layer, layer, normal } from "../../lib/model/layer.ts";
import {
  computed,
  featureStd,
  frameMean,
  gelu,
  layerNorm,
  linear,
  mlp,
  permuteRows,
  rowSums,
} from "../../lib/model/layers.ts";
import { checkGradients, drawNormal, scalarOf } from "../support/gradients.ts";

/** Each layer as a function of `a`, [2, 4, 8]. */
const LAYERS: Record<string, Layer<(a: tf.Tensor) => tf.Tensor>> = {
  linear: linear(8, 5),
  "two linear layers with nothing between": layer(
    { first: linear(8, 2), second: linear(2, 5) },
    ({ first, second }) => (a) => second(first.defer(a, 1)),
  ),
  mlp: mlp(8, 6, 5),
  gelu: layer({ s: normal([8], 1) }, ({ s }) => (a) => gelu(tf.mul(a, s))),
  "layer norm": layer({ norm: layerNorm(8), s: normal([8], 1) }, ({ norm, s }) => (a) => norm(tf.mul(a, s))),
  attention: layer({ t: attention(8, 2) }, ({ t }) => (a) => computed(t(a, tf.neg(a)))),
};

for (const [name, own] of Object.entries(LAYERS)) {
  Deno.test(`Gradients of ${name} equal finite differences`, async () => {
    const random = new Random(3), weights: Record<string, ReturnType<typeof drawNormal>> = {};
    for (const { name, shape } of own.shapes()) weights[name] = drawNormal(shape, random, 0.7);
    const program: Program = (w, { a }) => ({ loss: scalarOf(own.bind(w)(a)) });
    await checkGradients(program, weights, { a: drawNormal([2, 4, 8], random) }, random);
  });
}

Deno.test("A linear layer's output may be left to those that read it: the result is the same, and so with rows permuted", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(4);
  const pair = layer({ first: linear(3, 4), second: linear(4, 5) }, (parts) => parts);
  const turn = (x: tf.Tensor) => tf.concat(tf.split(x, 2, 0).toReversed(), 0);
  const program: Program = (w, { a }) => {
    const { first, second } = pair.bind(w), deferred = first.defer(a, 1);
    assert(!(deferred instanceof tf.Tensor));
    return {
      straight: tf.sub(second(deferred), second(first(a))),
      permuted: tf.sub(second(permuteRows(deferred, turn)), second(turn(first(a)))),
      tensor: tf.sub(computed(deferred), first(a)),
    };
  };
  const runner = await engine.runner(program, pair.initial(random));
  for (const gaps of Object.values(await runner.run({ a: drawNormal([2, 6, 3], random) }))) {
    gaps.forEach((gap) => assertAlmostEquals(gap, 0, 1e-5));
  }
  await (await engine.runner((w, { a }) => {
    const few = pair.bind(w).first.defer(a, 4); // 12 rows are not more than 4 products of 3 rows each
    assert(few instanceof tf.Tensor);
    return { few };
  }, pair.initial(random))).run({ a: drawNormal([2, 6, 3], random) });
});

Deno.test("Initial weights are uniform in +-1/sqrt(in), the matrix times its gain", () => {
  const { weight, bias } = linear(16, 500, 3).initial(new Random(2));
  const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));
  assert(largest(weight.values) <= 0.75 && largest(weight.values) > 0.74);
  assert(largest(bias.values) <= 0.25 && largest(bias.values) > 0.24);
});

Deno.test("Row sums, means over frames and the mean feature deviation are what they say", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const program: Program = (_, { a, f }) => ({ sums: rowSums(f), means: frameMean(a), std: featureStd(f) });
  const a = { shape: [2, 1, 3], values: Float32Array.of(1, 2, 3, 5, 4, 9) };
  const f = { shape: [2, 3], values: a.values };
  const { sums, means, std } = await (await engine.runner(program, {})).run({ a, f });
  assertEquals([[...sums], [...means], [...std]], [[6, 18], [3, 3, 6], [2]]);
});
