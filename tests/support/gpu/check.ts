// deno-lint-ignore-file no-console -- it reports by printing
/** Compares one engine with `onnx-cpu`: every kernel, and a very small IADNet forward, in gradients and over ten training
 * steps. `gpu_test.ts` runs it in a process of its own, because a Vulkan driver is chosen when a process starts.
 *
 * Usage: check.ts <engine>. Prints one line of JSON, a `Report`.
 */
import ort from "onnxruntime-node";
import type { Engine, EngineName, Named, Program, Values } from "../../../lib/engine/engine.ts";
import { openEngine } from "../../../lib/engine/select.ts";
import type { ModelConfig } from "../../../lib/detectors/iadnet/config.ts";
import {
  featureBlocks,
  featureDimension,
  initialEncoder,
  initialFlow,
  initialWeights,
} from "../../../lib/detectors/iadnet/features.ts";
import { flowLoss, jointLoss, scoreProgram } from "../../../lib/detectors/iadnet/programs.ts";
import { SBU15 } from "../../../lib/data/skeletons.ts";
import { fitPairRatio } from "../../../lib/detectors/iadnet/pair_ratio.ts";
import { networkFor } from "../../../lib/detectors/iadnet/preset.ts";
import { getPreset } from "../../../lib/detectors/iadnet/presets.ts";
import { Random } from "../../../lib/core/random.ts";
import { fitWhitening } from "../../../lib/detectors/iadnet/whitening.ts";
import { gradientProgram } from "../gradients.ts";
import { kernelProgram, KERNELS } from "../engine_kernels.ts";

/** What was compared, and the largest relative difference |a - b| / |b| of a tensor there. */
export interface Report {
  readonly engine: EngineName;
  /** The device that Deno's WebGPU sees; ONNX Runtime finds its own with the same environment. */
  readonly device: string;
  readonly differences: Readonly<Record<string, { readonly value: number; readonly tensor: string }>>;
  /** Seconds that the engine took. */
  readonly seconds: number;
}

const BATCH = 4, STEPS = 10, RATE = 1e-2;
const small = { joints: 5, frames: 6, embedding: 8, units: 1, heads: 2, flowLayers: 3 };
// A gain of 4 makes attention unequal: its gradients are then more than rounding.
const of = (preset: string) => networkFor(getPreset(preset), SBU15);
const PAPER: ModelConfig = { ...of("paper"), ...small, features: 4, gain: 4 };
const DEFAULT: ModelConfig = {
  ...of("default"),
  ...small,
  canonical: [[0], [1, 2], [3], [4]],
  cosines: 4,
  projections: 8,
};

const random = new Random(5);
const draw = (shape: number[], low = -1, high = 1): Values => ({
  shape,
  values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.uniform(low, high)),
});
const clips: Named = { x: draw([BATCH, 6, 5, 3]), y: draw([BATCH, 6, 5, 3]) };
const weights = initialWeights(PAPER, 3), unfrozen = initialWeights(DEFAULT, 3);
const kernels = Object.entries(KERNELS).map(([name, { op, low }]) => ({
  name,
  program: kernelProgram(op),
  values: { a: draw([2, 3, 4], low, 1.5), b: draw([2, 3, 4], low, 1.5) },
}));
const frozen = await frozenModel();

/** A default model: an encoder with random weights, its whitening map, the flow behind it, and the pair ratio. */
async function frozenModel(): Promise<{ weights: Named; flow: Named; u: Values }> {
  const d = featureDimension(DEFAULT), rows = 12, engine = await openEngine("onnx-cpu", 1);
  const { weights: whiten, noise: { length: r } } = await fitWhitening(
    engine,
    draw([rows, d]).values,
    featureBlocks(DEFAULT),
    0.1,
  );
  const pair = await fitPairRatio(engine, draw([rows, d]), draw([rows, d]), 1);
  await engine.close();
  const flow = initialFlow(DEFAULT, 3, 0.2, r);
  return {
    weights: { ...initialEncoder(DEFAULT, 3), ...whiten, ...flow, ...pair },
    flow,
    u: draw([BATCH, r]),
  };
}

type Tensors = Record<string, Float32Array>;

/** Everything that one engine computes. */
async function results(engine: Engine): Promise<Record<string, Tensors>> {
  const run = async (program: Program, parameters: Named, inputs: Named = clips) =>
    await (await engine.runner(program, parameters)).run(inputs);
  const out: Record<string, Tensors> = {};
  for (const { name, program, values } of kernels) {
    out[`kernel ${name}`] = await run(gradientProgram(program, ["a", "b"]), values, {});
  }
  out["paper forward"] = await run(scoreProgram(PAPER), weights);
  out["paper gradients"] = await run(gradientProgram(jointLoss(PAPER), Object.keys(weights)), weights);
  out["paper training"] = await train(engine, jointLoss(PAPER), weights, clips);
  out["default gradients"] = await run(gradientProgram(jointLoss(DEFAULT), Object.keys(unfrozen)), unfrozen);
  out["default forward"] = await run(scoreProgram(DEFAULT), frozen.weights);
  out["default training"] = await train(engine, flowLoss, frozen.flow, { u: frozen.u });
  return out;
}

/** The losses of ten steps, and how far these have moved the parameters. */
async function train(engine: Engine, program: Program, start: Named, inputs: Named): Promise<Tensors> {
  const trainer = await engine.trainer(program, start);
  const losses = new Float32Array(STEPS);
  for (let step = 0; step < STEPS; step++) losses[step] = (await trainer.step(inputs, RATE)).loss[0];
  const parameters = Object.entries(await trainer.parameters()).map(([name, { values }]) =>
    [name, values] as const
  );
  return { losses, ...Object.fromEntries(parameters) };
}

function largest(actual: Tensors, expected: Tensors): { value: number; tensor: string } {
  let worst = { value: 0, tensor: "" };
  for (const [tensor, right] of Object.entries(expected)) {
    // A key bias moves all scores of a row alike: its gradient is rounding, which Adam makes as large as any other.
    if (tensor.endsWith("key.bias")) continue;
    const size = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    const value = size(right.map((value, i) => actual[tensor][i] - value)) / (size(right) + 1e-12);
    if (Number.isNaN(value)) return { value: Number.MAX_VALUE, tensor };
    if (value > worst.value) worst = { value, tensor };
  }
  return worst;
}

/** Make it an error that a node of a graph goes to the CPU because the provider cannot run it. */
function forbidFallback(): void {
  const create = ort.InferenceSession.create as (model: Uint8Array, options: object) => Promise<unknown>;
  ort.InferenceSession.create =
    ((model: Uint8Array, options: object) =>
      create.call(ort.InferenceSession, model, {
        ...options,
        extra: { session: { disable_cpu_ep_fallback: "1" } },
      })) as typeof ort.InferenceSession.create;
}

if (import.meta.main) {
  const name = Deno.args[0] as EngineName;
  const expected = await results(await openEngine("onnx-cpu", 1));
  forbidFallback();
  const start = performance.now();
  const actual = await results(await openEngine(name, 1));
  const report: Report = {
    engine: name,
    device: (await navigator.gpu?.requestAdapter())?.info.description ?? "",
    differences: Object.fromEntries(
      Object.entries(expected).map(([what, right]) => [what, largest(actual[what], right)]),
    ),
    seconds: (performance.now() - start) / 1000,
  };
  console.log(JSON.stringify(report));
}
