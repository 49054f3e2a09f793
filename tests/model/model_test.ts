import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Named, Program, Values } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { attention } from "../../lib/model/attention.ts";
import type { ModelConfig } from "../../lib/model/config.ts";
import { distanceTensor } from "../../lib/model/drem.ts";
import { flow, invertFlow, negativeLogLikelihood, rotate, triangular } from "../../lib/model/flow.ts";
import { encode, makeScene } from "../../lib/model/iadnet.ts";
import { initialFlow, initialWeights } from "../../lib/model/init.ts";
import { apply, gelu, layerNorm, linear, mlp } from "../../lib/model/layers.ts";
import { gradientProgram, jointLoss } from "../../lib/model/programs.ts";
import { Random } from "../../lib/core/random.ts";

const CONFIG: ModelConfig = {
  joints: 3,
  frames: 4,
  embedding: 8,
  units: 2,
  heads: 2,
  block: "residual",
  position: "sync",
  drem: true,
  map: "distance",
  share: true,
  velocity: true,
  pool: "mean-deviation",
  skip: false,
  features: 3,
  gain: 1,
  flowLayers: 3,
  slope: 0.8,
};

function draw(shape: readonly number[], random: Random, size = 1): Values {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
  return { shape, values: values.map(() => random.normal(0, size)) };
}

/** Weights away from the special points of their initial values; but PReLU slopes of 1, where the loss has no jumps that
 * finite differences would trip over (other slopes are held to the PyTorch writing in parity_test.ts). */
function weightsOf(config: ModelConfig, random: Random): Named {
  return Object.fromEntries(
    Object.entries(initialWeights(config, 1)).map(([name, { shape, values }]) => [name, {
      shape,
      values: values.map((value) => name === "flow.slope" ? 0 : value + random.normal(0, 0.1)),
    }]),
  );
}

/** Compare a program's gradients with central differences of its loss, along random directions in each parameter. */
async function checkGradients(
  program: Program,
  weights: Named,
  inputs: Named,
  random: Random,
): Promise<void> {
  const engine = await openEngine("onnx-cpu", 1);
  const names = Object.keys(weights);
  const gradients = await (await engine.runner(gradientProgram(program, names), weights)).run(inputs);
  for (const name of names) {
    const direction = draw(weights[name].shape, random).values;
    const size = Math.hypot(...direction);
    const slope = direction.reduce((sum, value, i) => sum + value / size * gradients[`g:${name}`][i], 0);
    const step = 4e-3;
    const losses: number[] = [];
    for (const sign of [1, -1]) {
      const values = weights[name].values.map((value, i) => value + sign * step * direction[i] / size);
      const moved = { ...weights, [name]: { shape: weights[name].shape, values } };
      losses.push((await (await engine.runner(program, moved)).run(inputs)).loss[0]);
    }
    const numeric = (losses[0] - losses[1]) / (2 * step);
    assertAlmostEquals(
      slope,
      numeric,
      2e-3 * Math.max(1, Math.abs(numeric)) + 1e-3,
      `${name}: ${slope} against ${numeric}`,
    );
  }
}

/** Q itself: the identity, rotated. */
const orthogonal = (u: tf.Tensor): tf.Tensor => rotate(tf.eye(u.shape[2]!, u.shape[2]!, [u.shape[0]]), u);

/** A scalar that depends on every element of y differently. */
const scalarOf = (y: tf.Tensor): tf.Tensor =>
  tf.mean(tf.mul(y, tf.tensor(Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1)), y.shape)));

const LAYERS: Record<string, { program: Program; weights: Record<string, number[]> }> = {
  linear: {
    program: (w, { a }) => ({ loss: scalarOf(linear(w, "l", a)) }),
    weights: { "l.weight": [8, 5], "l.bias": [5] },
  },
  mlp: {
    program: (w, { a }) => ({ loss: scalarOf(mlp(w, "l", a)) }),
    weights: { "l.0.weight": [8, 6], "l.0.bias": [6], "l.1.weight": [6, 5], "l.1.bias": [5] },
  },
  gelu: { program: (w, { a }) => ({ loss: scalarOf(gelu(tf.mul(a, w["s"]))) }), weights: { s: [8] } },
  "layer norm": {
    program: (w, { a }) => ({ loss: scalarOf(layerNorm(w, "n", tf.mul(a, w["s"]))) }),
    weights: { "n.gain": [8], "n.bias": [8], s: [8] },
  },
  attention: {
    program: (w, { a }) => ({ loss: scalarOf(apply(attention(w, "t", a, tf.neg(a), 2))) }),
    weights: Object.fromEntries(
      ["query", "key", "value", "output"].flatMap((m) => [[`t.${m}.weight`, [8, 8]], [`t.${m}.bias`, [8]]]),
    ),
  },
  orthogonal: { program: (w) => ({ loss: scalarOf(orthogonal(w["u"])) }), weights: { u: [2, 5, 5] } },
  "orthogonal in blocks": {
    program: (w) => ({ loss: scalarOf(orthogonal(w["u"])) }),
    weights: { u: [1, 37, 37] },
  },
  triangular: { program: (w) => ({ loss: scalarOf(triangular(w["r"]).r) }), weights: { r: [2, 5, 5] } },
};

for (const [name, { program, weights }] of Object.entries(LAYERS)) {
  Deno.test(`Gradients of ${name} equal finite differences`, async () => {
    const random = new Random(3);
    const drawn = Object.fromEntries(
      Object.entries(weights).map(([key, shape]) => [key, draw(shape, random, 0.7)]),
    );
    await checkGradients(program, drawn, { a: draw([2, 4, 8], random) }, random);
  });
}

for (
  const change of [{}, { share: false }, { block: "plain" }, { position: "unsync" }, { drem: false }] as const
) {
  Deno.test(`Gradients of the whole loss equal finite differences with ${JSON.stringify(change)}`, async () => {
    const random = new Random(5), config = { ...CONFIG, ...change };
    const shape = [3, config.frames, config.joints, 3];
    const inputs = { x: draw(shape, random), y: draw(shape, random) };
    await checkGradients(jointLoss(config), weightsOf(config, random), inputs, random);
  });
}

for (const [d, layers] of [[1, 10], [2, 10], [5, 10], [8, 10], [16, 3]]) {
  Deno.test(`The flow of dimension ${d} with ${layers} layers is inverted, and its log-det is that of the numerical Jacobian`, async () => {
    const random = new Random(d);
    const config = { ...CONFIG, features: 1, pool: "mean" as const, flowLayers: layers };
    const base = initialFlow({ ...config, features: d / 2 }, 7);
    const weights = Object.fromEntries(
      Object.entries(base).map((
        [name, v],
      ) => [name, { shape: v.shape, values: v.values.map((x) => x + random.normal(0, 0.05)) }]),
    );
    const engine = await openEngine("onnx-cpu", 1);
    const program: Program = (w, { f }) => {
      const { latent, logDet } = flow(w, f);
      const matrices = tf.matMul(
        triangular(w["flow.triangle"]).r,
        orthogonal(w["flow.reflectors"]),
        true,
        false,
      );
      return { latent, logDet, matrices };
    };
    const runner = await engine.runner(program, weights);
    const f = draw([1, d], random);
    const { latent, logDet, matrices } = await runner.run({ f });
    const rows = (values: Float32Array, size: number) =>
      Array.from({ length: layers }, (_, l) => Float64Array.from(values.subarray(l * size, (l + 1) * size)));
    const back = invertFlow(
      rows(matrices, d * d),
      rows(weights["flow.bias"].values, d),
      [...weights["flow.slope"].values],
      Float64Array.from(latent),
    );
    back.forEach((value, i) => assertAlmostEquals(value, f.values[i], 1e-4));
    const jacobian: number[][] = [];
    for (let k = 0; k < d; k++) {
      const step = 1e-3;
      const moved = async (sign: number) => {
        const values = f.values.map((value, i) => i === k ? value + sign * step : value);
        return (await runner.run({ f: { shape: [1, d], values } })).latent;
      };
      const [up, down] = [await moved(1), await moved(-1)];
      jacobian.push([...up].map((value, i) => (value - down[i]) / (2 * step)));
    }
    assertAlmostEquals(logDet[0], logAbsDet(jacobian), 1e-2);
  });
}

function logAbsDet(rows: number[][]): number {
  const a = rows.map((row) => [...row]);
  let sum = 0;
  for (let k = 0; k < a.length; k++) {
    const pivot = a.reduce((best, row, i) => i >= k && Math.abs(row[k]) > Math.abs(a[best][k]) ? i : best, k);
    [a[k], a[pivot]] = [a[pivot], a[k]];
    sum += Math.log(Math.abs(a[k][k]));
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i][k] / a[k][k];
      for (let j = k; j < a.length; j++) a[i][j] -= factor * a[k][j];
    }
  }
  return sum;
}

Deno.test("The density of a one-dimensional flow integrates to 1", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const weights = initialFlow({ ...CONFIG, features: 0.5, pool: "mean", slope: 0.5 }, 2);
  const runner = await engine.runner((w, { f }) => ({ nll: negativeLogLikelihood(flow(w, f)) }), weights);
  const count = 80_000, width = 80 / count; // fine: the density jumps where a PReLU bends
  const values = Float32Array.from({ length: count }, (_, i) => -40 + (i + 0.5) * width);
  const { nll } = await runner.run({ f: { shape: [count, 1], values } });
  assertAlmostEquals(nll.reduce((sum, value) => sum + Math.exp(-value) * width, 0), 1, 1e-3);
});

Deno.test("Q is orthogonal for every layer", async () => {
  const engine = await openEngine("onnx-cpu", 1);
  const program: Program = (w) => {
    const q = orthogonal(w["u"]);
    return { gram: tf.matMul(q, q, true, false) };
  };
  const d = 72; // blocks of 32, 32 and 8
  const { gram } = await (await engine.runner(program, { u: draw([3, d, d], new Random(1)) })).run({});
  gram.forEach((value, i) => assertAlmostEquals(value, Number(Math.floor(i / d) % d === i % d), 1e-5));
});

Deno.test("Swapping the two people swaps the streams with shared weights, and does not without", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(9);
  const shape = [2, CONFIG.frames, CONFIG.joints, 3];
  const x = draw(shape, random), y = draw(shape, random);
  for (
    const [change, swaps] of [[{}, true], [{ share: false }, false], [{ position: "unsync" }, false]] as const
  ) {
    const config = { ...CONFIG, ...change };
    const program: Program = (w, inputs) => {
      const [fx, fy] = encode(w, config, makeScene(config, inputs.x, inputs.y));
      return { fx, fy };
    };
    const runner = await engine.runner(program, weightsOf(config, random));
    const straight = await runner.run({ x, y }), swapped = await runner.run({ x: y, y: x });
    const gap = Math.max(...straight.fx.map((value, i) => Math.abs(value - swapped.fy[i])));
    assertEquals(gap < 1e-5, swaps, `${JSON.stringify(change)}: ${gap}`);
  }
});

Deno.test("Distance maps are unchanged by a common rigid motion, at most 0, and transpose with the people", async () => {
  const engine = await openEngine("onnx-cpu", 1), random = new Random(4);
  const shape = [1, 3, 5, 3];
  const x = draw(shape, random), y = draw(shape, random);
  const runner = await engine.runner((_, i) => ({ m: distanceTensor(i.x, i.y) }), {
    unused: draw([1], random),
  });
  const move = ({ values }: Values): Values => {
    const out = values.slice(), c = Math.cos(1), s = Math.sin(1);
    for (let p = 0; p < out.length; p += 3) {
      out[p] = c * values[p] - s * values[p + 1] + 3;
      out[p + 1] = s * values[p] + c * values[p + 1] - 1;
      out[p + 2] = values[p + 2] + 2;
    }
    return { shape, values: out };
  };
  const { m } = await runner.run({ x, y });
  const moved = (await runner.run({ x: move(x), y: move(y) })).m,
    swapped = (await runner.run({ x: y, y: x })).m;
  m.forEach((value, at) => {
    assert(value <= 0);
    assertAlmostEquals(moved[at], value, 1e-5);
    const [t, i, j] = [Math.floor(at / 25), Math.floor(at / 5) % 5, at % 5];
    assertEquals(swapped[t * 25 + j * 5 + i], value);
  });
});
