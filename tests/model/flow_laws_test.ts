/** The laws of every flow of this project: IADNet's, ML-AAD's and STG-NF's. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../lib/core/random.ts";
import { type Named, sizeOf, type Values } from "../../lib/core/tensors.ts";
import { flowOf, type StreamConfig } from "../../lib/detectors/single_person/ml_aad/network.ts";
import type { PoseFlowConfig } from "../../lib/detectors/single_person/stg_nf/graph_block.ts";
import { poseFlow } from "../../lib/detectors/single_person/stg_nf/network.ts";
import type { Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import { type Flow, qrFlow } from "../../lib/model/flow.ts";
import type { Layer } from "../../lib/model/layer.ts";
import { checkGradients, drawNormal, scalarOf, withNoise } from "../support/gradients.ts";

/** A flow, and what its laws are tested with. */
interface Case {
  readonly flow: Layer<Flow>;
  /** Shape of one row of its input. */
  readonly row: readonly number[];
  /** Values of weights that random ones are no good for. */
  readonly given?: Named;
  /** Whether its log-determinant is that of its Jacobian; all flows but one. */
  readonly isDensity?: false;
}

const pose = (config: Omit<PoseFlowConfig, "steps">, isDensity?: false): Case => {
  const { joints, frames, channels } = config;
  const graph = { shape: [joints, joints], values: new Float32Array(joints * joints).fill(1 / joints) };
  const flow = poseFlow({ ...config, steps: 3 });
  return {
    flow,
    row: [joints, frames, channels],
    given: { graph },
    ...(isDensity === false && { isDensity }),
  };
};
const qr = (dimension: number, layers: number, volume?: "fixed"): Case => ({
  flow: qrFlow({ dimension, layers, slope: 0.8, volume }),
  row: [dimension],
});
const ML_AAD: StreamConfig = {
  streams: [[0, 1, 2, 3, 4, 5]],
  features: 30,
  hidden: 4,
  blocks: 1,
  flowLayers: 10,
  slope: 0.9,
};

const CASES: Readonly<Record<string, Case>> = {
  "IADNet's of dimension 1": qr(1, 10),
  "IADNet's of dimension 2": qr(2, 10),
  "IADNet's of dimension 5": qr(5, 10),
  "IADNet's of dimension 8": qr(8, 10),
  "IADNet's of dimension 16 with 3 layers": qr(16, 3),
  "IADNet's with one layer": qr(4, 1),
  "IADNet's of fixed volume": qr(6, 10, "fixed"),
  "ML-AAD's": { flow: flowOf(ML_AAD, 6), row: [6] },
  "STG-NF's with 2 channels": pose({ channels: 2, frames: 6, joints: 5, coupling: "correct" }),
  "STG-NF's with 3 channels": pose({ channels: 3, frames: 5, joints: 4, coupling: "correct" }),
  "STG-NF's with 4 channels": pose({ channels: 4, frames: 5, joints: 3, coupling: "correct" }),
  // One scale acts on two channels and is counted once: what the public code calls a likelihood is none.
  "STG-NF's with 3 channels as published": pose(
    { channels: 3, frames: 5, joints: 4, coupling: "published" },
    false,
  ),
};

/** Weights near the initial ones, away from their special points. */
function weightsOf({ flow, given }: Case, random: Random): Named {
  const initial = Object.entries(flow.initial(random)).map(([name, own]): [string, Values] => {
    const noisy = withNoise(own, random, 0.05);
    const isVariance = name.endsWith(".variance");
    return [name, isVariance ? { ...own, values: noisy.values.map(Math.abs) } : noisy];
  });
  return { ...Object.fromEntries(initial), ...given };
}

const program = (flow: Layer<Flow>): Program => (weights, { x, s }) => {
  const { forward, inverse } = flow.bind(weights), output = forward(x), back = inverse(s);
  return { ...output, back: inverse(output.latent), x: back, s: forward(back).latent };
};

for (const [name, own] of Object.entries(CASES)) {
  const { flow, row, isDensity } = own, size = sizeOf(row);

  Deno.test(`A flow, ${name}: its inverse leads back, in both directions`, async () => {
    const engine = await openEngine("onnx-cpu", 1), random = new Random(size);
    const runner = await engine.runner(program(flow), weightsOf(own, random));
    const x = drawNormal([3, ...row], random), s = drawNormal([3, ...row], random);
    const output = await runner.run({ x, s });
    const near = (value: number, expected: number) =>
      assertAlmostEquals(value, expected, 2e-4 * Math.max(1, Math.abs(expected)));
    output.back.forEach((value, i) => near(value, x.values[i]));
    output.s.forEach((value, i) => near(value, s.values[i]));
    assert(output.x.some((value, i) => Math.abs(value - s.values[i]) > 1e-2), "it is the identity");
    await engine.close();
  });

  Deno.test(
    `A flow, ${name}: its log-determinant is ${isDensity === false ? "NOT " : ""}that of its Jacobian`,
    async () => {
      const engine = await openEngine("onnx-cpu", 1), random = new Random(size), h = 1e-3;
      const runner = await engine.runner(
        (w, { x }) => ({ ...flow.bind(w).forward(x) }),
        weightsOf(own, random),
      );
      const { values } = drawNormal(row, random);
      const batch = new Float32Array((2 * size + 1) * size); // the row, then each value a little more, then a little less
      for (let k = 0; k <= 2 * size; k++) {
        batch.set(values, k * size);
        if (k > 0) batch[k * size + (k - 1) % size] += k <= size ? h : -h;
      }
      const { latent, logDet } = await runner.run({ x: { shape: [2 * size + 1, ...row], values: batch } });
      const jacobian = Array.from({ length: size }, (_, i) => {
        const [up, down] = [1 + i, 1 + size + i].map((k) => latent.subarray(k * size, (k + 1) * size));
        return Float64Array.from(up, (value, j) => (value - down[j]) / (2 * h));
      });
      const gap = Math.abs(logDeterminant(jacobian) - logDet[0]);
      if (isDensity === false) assert(gap > 1, `${gap}`);
      else assert(gap < 2e-2, `${gap}`);
      await engine.close();
    },
  );

  Deno.test(`A flow, ${name}: no row of a batch depends on another`, async () => {
    const engine = await openEngine("onnx-cpu", 1), random = new Random(size);
    const runner = await engine.runner(program(flow), weightsOf(own, random));
    const draw = () => drawNormal([4, ...row], random);
    const [x, s] = [draw(), draw()];
    const other = ({ shape, values }: Values) => {
      const changed = draw().values;
      changed.set(values.subarray(2 * size, 3 * size), 2 * size);
      return { shape, values: changed };
    };
    const first = await runner.run({ x, s }), second = await runner.run({ x: other(x), s: other(s) });
    for (const key of Object.keys(first)) {
      const width = first[key].length / 4,
        third = (values: Float32Array) => values.slice(2 * width, 3 * width);
      assertEquals(third(second[key]), third(first[key]), key);
    }
    await engine.close();
  });

  Deno.test(`A flow, ${name}: its gradients equal finite differences`, async () => {
    const random = new Random(size), fixed = flow.fixedNames();
    // At a PReLU's bend the log-determinant jumps, unless its slope is 1.
    const entries = Object.entries(weightsOf(own, random)).map(([key, value]): [string, Values] =>
      key === "slope" ? [key, { ...value, values: value.values.map(() => 0) }] : [key, value]
    );
    const weights = { ...Object.fromEntries(entries), x: drawNormal([2, ...row], random) };
    const loss: Program = (w) => {
      const { latent, logDet } = flow.bind(w).forward(w.x);
      return { loss: tf.add(scalarOf(latent), scalarOf(logDet)) };
    };
    const names = Object.keys(weights).filter((key) => !fixed.has(key) && key !== "slope");
    await checkGradients(loss, weights, {}, random, { names, step: 1e-3 });
  });
}

/** log |det| by elimination with pivots. */
function logDeterminant(rows: Float64Array[]): number {
  let sum = 0;
  for (let k = 0; k < rows.length; k++) {
    let pivot = k;
    for (let i = k + 1; i < rows.length; i++) if (Math.abs(rows[i][k]) > Math.abs(rows[pivot][k])) pivot = i;
    [rows[k], rows[pivot]] = [rows[pivot], rows[k]];
    sum += Math.log(Math.abs(rows[k][k]));
    for (let i = k + 1; i < rows.length; i++) {
      const factor = rows[i][k] / rows[k][k];
      if (factor !== 0) { for (let j = k; j < rows.length; j++) rows[i][j] -= factor * rows[k][j]; }
    }
  }
  return sum;
}
