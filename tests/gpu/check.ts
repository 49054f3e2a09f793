/** Compares one engine with `onnx-cpu` on a very small IADNet: forward, gradients, ten training steps. Run by `gpu_test.ts` in
 * a process of its own, because a Vulkan driver is chosen by environment variables when a process starts.
 *
 * Usage: check.ts <engine>. Prints one line of JSON, a `Report`.
 */
import ort from "onnxruntime-node";
import type { EngineName, Named, Values } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";
import type { ModelConfig } from "../../lib/model/config.ts";
import { initialWeights } from "../../lib/model/init.ts";
import { gradientProgram, jointLoss, scoreProgram } from "../../lib/model/programs.ts";
import { Random } from "../../lib/random.ts";

/** Largest relative differences |a - b| / |b|, each over all elements of one tensor, and in which tensor. */
export interface Report {
  readonly forward: Difference;
  readonly gradients: Difference;
  readonly losses: Difference;
  readonly parameters: Difference;
  /** Largest |gradient| of the key biases, which is 0 in exact arithmetic. */
  readonly keyBias: number;
  /** Loss of the first and of the tenth step. */
  readonly loss: readonly [number, number];
}
export interface Difference {
  readonly value: number;
  readonly tensor: string;
}

const CONFIG: ModelConfig = {
  joints: 5,
  frames: 6,
  embedding: 8,
  units: 1,
  heads: 2,
  block: "plain",
  position: "sync",
  drem: true,
  map: "distance",
  share: true,
  velocity: false,
  pool: "mean",
  features: 4,
  gain: 1,
  flowLayers: 3,
  slope: 0.25,
};
const BATCH = 4, STEPS = 10, RATE = 1e-3;

/** The key bias moves all scores of a row alike: its gradient is rounding, which Adam makes as large as any other. */
const isKeyBias = (name: string) => name.endsWith("key.bias");

const random = new Random(5);
const clip = (): Values => ({
  shape: [BATCH, CONFIG.frames, CONFIG.joints, 3],
  values: Float32Array.from({ length: BATCH * CONFIG.frames * CONFIG.joints * 3 }, () => random.normal()),
});
const inputs: Named = { x: clip(), y: clip() };
const weights = initialWeights(CONFIG, 3);
const names = Object.keys(weights);

async function results(name: EngineName) {
  const engine = await openEngine(name, 1);
  const forward = await (await engine.runner(scoreProgram(CONFIG), weights)).run(inputs);
  const gradients = await (await engine.runner(gradientProgram(jointLoss(CONFIG), names), weights)).run(
    inputs,
  );
  const trainer = await engine.trainer(jointLoss(CONFIG), weights);
  const losses = new Float32Array(STEPS);
  for (let step = 0; step < STEPS; step++) losses[step] = (await trainer.step(inputs, RATE)).loss[0];
  const parameters = Object.fromEntries(
    Object.entries(trainer.parameters()).map(([name, { values }]) => [name, values]),
  );
  return { forward, gradients, losses: { losses }, parameters };
}

function largest(actual: Record<string, Float32Array>, expected: Record<string, Float32Array>): Difference {
  let worst: Difference = { value: 0, tensor: "" };
  for (const [tensor, right] of Object.entries(expected)) {
    if (isKeyBias(tensor)) continue;
    const difference = Math.hypot(...right.map((value, i) => actual[tensor][i] - value));
    const value = difference / (Math.hypot(...right) + 1e-12);
    if (!(value <= worst.value)) worst = { value, tensor };
  }
  return worst;
}

if (import.meta.main) {
  const name = Deno.args[0] as EngineName;
  const expected = await results("onnx-cpu");
  // A node that the provider cannot run would go to the CPU in silence: make it an error.
  const create = ort.InferenceSession.create as (
    model: Uint8Array,
    options: object,
  ) => Promise<ort.InferenceSession>;
  ort.InferenceSession.create = ((model: Uint8Array, options: object) =>
    create.call(ort.InferenceSession, model, {
      ...options,
      extra: { session: { disable_cpu_ep_fallback: "1" } },
    })) as typeof ort.InferenceSession.create;
  const actual = await results(name);
  const report: Report = {
    forward: largest(actual.forward, expected.forward),
    gradients: largest(actual.gradients, expected.gradients),
    losses: largest(actual.losses, expected.losses),
    parameters: largest(actual.parameters, expected.parameters),
    keyBias: Math.max(
      ...names.filter(isKeyBias).flatMap((name) => [...actual.gradients[`g:${name}`].map(Math.abs)]),
    ),
    loss: [actual.losses.losses[0], actual.losses.losses[STEPS - 1]],
  };
  console.log(JSON.stringify(report));
}
