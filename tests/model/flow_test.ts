import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import type { Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { qrFlow, rotate, triangular, withVolume } from "../../lib/model/flow.ts";
import { scoring } from "../../lib/model/iadnet.ts";
import { checkGradients, drawNormal, scalarOf } from "../support/gradients.ts";

/** Q itself: the identity, rotated. */
const orthogonal = (u: tf.Tensor): tf.Tensor => rotate(tf.eye(u.shape[2]!, u.shape[2]!, [u.shape[0]]), u);

const PARTS: Record<string, { shape: number[]; of: (w: tf.Tensor) => tf.Tensor }> = {
  orthogonal: { shape: [2, 5, 5], of: orthogonal },
  "orthogonal in blocks": { shape: [1, 37, 37], of: orthogonal },
  triangular: { shape: [2, 5, 5], of: (w) => triangular(w).r },
};

for (const [name, { shape, of }] of Object.entries(PARTS)) {
  Deno.test(`Gradients of ${name} equal finite differences`, async () => {
    const random = new Random(3), weights = { w: drawNormal(shape, random, 0.7) };
    await checkGradients(({ w }) => ({ loss: scalarOf(of(w)) }), weights, {}, random);
  });
}

Deno.test("Q is orthogonal for every layer", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const program: Program = (w) => {
    const q = orthogonal(w["u"]);
    return { gram: tf.matMul(q, q, true, false) };
  };
  const d = 72; // blocks of 24
  const u = drawNormal([3, d, d], new Random(1));
  const { gram } = await (await engine.runner(program, { u })).run({});
  gram.forEach((value, i) => assertAlmostEquals(value, Number(Math.floor(i / d) % d === i % d), 1e-5));
});

Deno.test("With scale 0 and slope 1 the flow starts as a rotation: lengths stay, the log-determinant is 0", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(2), d = 6;
  const flow = qrFlow({ dimension: d, layers: 4, scale: 0 }), f = drawNormal([1, d], random);
  const runner = await engine.runner((w, { f }) => ({ ...flow.bind(w).forward(f) }), flow.initial(random));
  const { latent, logDet } = await runner.run({ f });
  assertAlmostEquals(Math.hypot(...latent), Math.hypot(...f.values), 1e-5);
  assertAlmostEquals(logDet[0], 0, 1e-6);
});

Deno.test("With fixed volume and slope 1 the log-determinant is 0 whatever the weights, and free volume gives the same flow", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(4), d = 5;
  const fixed = qrFlow({ dimension: d, layers: 3, volume: "fixed" }),
    free = qrFlow({ dimension: d, layers: 3 });
  const weights = { ...fixed.initial(random), triangle: drawNormal([3, d, d], random) };
  const program: Program = (w, { f }) => {
    const a = fixed.bind(w).forward(f), triangle = withVolume(w.triangle, "fixed");
    const b = free.bind({ ...w, triangle }).forward(f);
    return {
      logDet: a.logDet,
      gap: tf.sub(a.latent, b.latent),
      again: withVolume(triangle, "fixed"),
      triangle,
    };
  };
  const out = await (await engine.runner(program, weights)).run({ f: drawNormal([4, d], random) });
  for (const value of [...out.logDet, ...out.gap]) assertAlmostEquals(value, 0, 1e-5);
  out.again.forEach((value, i) => assertAlmostEquals(value, out.triangle[i], 1e-6));
});

Deno.test("The density of a one-dimensional flow integrates to 1", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const density = scoring(qrFlow({ dimension: 1, layers: 3, slope: 0.5 }));
  const program: Program = (w, { f }) => ({ nll: density.bind(w)(f).nll });
  const runner = await engine.runner(program, density.initial(new Random(2)));
  const count = 80_000, width = 80 / count; // fine: the density jumps where a PReLU bends
  const values = Float32Array.from({ length: count }, (_, i) => -40 + (i + 0.5) * width);
  const { nll } = await runner.run({ f: { shape: [count, 1], values } });
  assertAlmostEquals(nll.reduce((sum, value) => sum + Math.exp(-value) * width, 0), 1, 1e-3);
});
