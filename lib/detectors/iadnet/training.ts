/**
 * Training of one IADNet member on prepared clips of one category: jointly (the paper), or the flow on a frozen encoder.
 *
 * @module
 */
import { augmentClip } from "../../data/transforms/augment.ts";
import { type PreparedClip, stackClips } from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import type { FitProgress } from "../detector.ts";
import type { Engine, Named, Program, Runner, Trainer } from "../../engine/engine.ts";
import { featureBlocks, featureDimension, type ModelConfig } from "../../model/config.ts";
import { initialEncoder, initialFlow, initialWeights } from "../../model/init.ts";
import {
  attributionProgram,
  featureProgram,
  flowLoss,
  jointLoss,
  scoreProgram,
} from "../../model/programs.ts";
import type { Preset } from "./presets.ts";
import { hashSeed, Random } from "../../core/random.ts";
import type { FitCheckpoints } from "../../training/checkpoint/checkpoint.ts";
import { loopSteps, runLoop } from "../../training/loop.ts";
import { cachedPrograms } from "../../training/programs_cache.ts";
import { learningRate } from "../../training/schedule.ts";
import { fitWhitening } from "./whitening.ts";

/** Clips in one call of the engine when nothing is trained. */
export const CHUNK = 32;

/** The programs of one configuration. */
export interface Programs {
  readonly features: Program;
  readonly joint: Program;
  readonly score: Program;
  readonly attribution: Program;
}

/** The programs of a configuration: the same objects for the same engine, which so compiles each once. */
export const programsOf: (engine: Engine, config: ModelConfig) => Programs = cachedPrograms((config) => ({
  features: featureProgram(config),
  joint: jointLoss(config),
  score: scoreProgram(config),
  attribution: attributionProgram(config),
}));

/** What a fit needs. */
export interface FitContext {
  readonly engine: Engine;
  readonly preset: Preset;
  readonly config: ModelConfig;
  readonly skeleton: Skeleton;
  readonly seed: number;
  /** Name of this member's training within the fit. */
  readonly part: string;
  /** Where it is kept how far the training has come. */
  readonly checkpoints: FitCheckpoints | undefined;
  /** Names of the clips, for messages. */
  readonly names: readonly string[];
  readonly onProgress: (progress: FitProgress) => void;
}

/** Train one member and return its weights.
 *
 * @throws {IadnetError} If an input, the loss, a gradient or a weight stops being finite; the message names it and the step.
 */
export async function fitMember(clips: readonly PreparedClip[], context: FitContext): Promise<Named> {
  const { preset, config, seed } = context;
  return preset.training.mode === "joint"
    ? await fitJoint(clips, initialWeights(config, seed, preset.training.flowScale), context)
    : await fitFlow(clips, initialEncoder(config, seed), context);
}

/** Number of steps that `fitMember` takes for this many clips. */
export function stepsOf(preset: Preset, clips: number): number {
  const { mode, epochs, batch, views } = preset.training;
  return loopSteps({ size: clips * (mode === "frozen" ? views : 1), epochs, batch });
}

/** The loop, as the preset says. */
function train(
  trainer: Trainer,
  size: number,
  random: Random,
  { preset, part, checkpoints, names, onProgress }: FitContext,
  makeBatch: (rows: readonly number[]) => Named,
): Promise<Named> {
  const { epochs, batch, learningRate: [first, last] } = preset.training;
  const rate = (epoch: number) => learningRate(epoch, epochs, first, last);
  const copies = size / names.length, rowName = (row: number) => names[Math.floor(row / copies)];
  return runLoop(trainer, {
    part,
    checkpoints,
    size,
    rowName,
    epochs,
    batch,
    rate,
    random,
    makeBatch,
    onProgress,
  });
}

/** Section III to the letter: encoder and flow together, by the NLL alone. */
async function fitJoint(clips: readonly PreparedClip[], weights: Named, context: FitContext): Promise<Named> {
  const { preset: { training, preparation: { align } }, config, skeleton, seed } = context;
  const random = new Random(hashSeed(seed, "joint"));
  const trainer = await context.engine.trainer(programsOf(context.engine, config).joint, weights);
  return await train(trainer, clips.length, random, context, (rows) => {
    const batch = rows.map((row) => augmentClip(clips[row], skeleton, training.augmentation, random, align));
    return toInputs(batch, config);
  });
}

/** The flow alone, on the whitened features that the encoder with its initial weights gives for augmented clips. */
async function fitFlow(clips: readonly PreparedClip[], weights: Named, context: FitContext): Promise<Named> {
  const { preset: { training, preparation: { align } }, config, skeleton, seed } = context;
  const random = new Random(hashSeed(seed, "frozen"));
  const views = clips.flatMap((clip) =>
    Array.from(
      { length: training.views },
      () => augmentClip(clip, skeleton, training.augmentation, random, align),
    )
  );
  const d = featureDimension(config);
  const encoder = await context.engine.runner(programsOf(context.engine, config).features, weights);
  const f = await runInChunks(encoder, "f", d, views, config);
  const { weights: whitening, noise } = fitWhitening(f, featureBlocks(config), training.shrinkage);
  const u = applyWhitening(f, d, whitening), r = noise.length;
  const flowWeights = initialFlow(config, seed, training.flowScale, r);
  const trainer = await context.engine.trainer(flowLoss, flowWeights);
  const trained = await train(trainer, views.length, random, context, (rows) => {
    const values = new Float32Array(rows.length * r);
    rows.forEach((row, i) => {
      for (let k = 0; k < r; k++) values[i * r + k] = u[row * r + k] + random.normal(0, noise[k]);
    });
    return { u: { shape: [rows.length, r], values } };
  });
  return { ...weights, ...trained, ...whitening };
}

/** One output of a program, [clips, width], for any number of clips, a chunk at a time. */
export function runInChunks(
  runner: Runner,
  output: string,
  width: number,
  clips: readonly PreparedClip[],
  config: ModelConfig,
  chunk: number = CHUNK,
): Promise<Float32Array> {
  return inChunks(
    runner,
    output,
    width,
    clips.length,
    chunk,
    (rows) => toInputs(rows.map((row) => clips[row]), config),
  );
}

/** One output of a program, [count, width], a chunk of rows at a time. The last chunk is filled up with copies of its last
 * row, so that one compiled shape serves all and a row's result does not depend on how many follow. */
export async function inChunks(
  runner: Runner,
  output: string,
  width: number,
  count: number,
  chunk: number,
  inputs: (rows: readonly number[]) => Named,
): Promise<Float32Array> {
  const out = new Float32Array(count * width);
  for (let at = 0; at < count; at += chunk) {
    const rows = Array.from({ length: chunk }, (_, i) => Math.min(at + i, count - 1));
    const values = (await runner.run(inputs(rows)))[output];
    out.set(values.subarray(0, Math.min(chunk, count - at) * width), at * width);
  }
  return out;
}

/** Prepared clips as inputs x and y, [batch, T, D, 3]. */
export function toInputs(clips: readonly PreparedClip[], config: ModelConfig): Named {
  const { x, y } = stackClips(clips, config.joints, config.frames);
  const shape = [clips.length, config.frames, config.joints, 3];
  return { x: { shape, values: x }, y: { shape, values: y } };
}

/** u = ((f - mean) scale) basis spread, row by row. */
function applyWhitening(f: Float32Array, d: number, whitening: Named): Float32Array {
  const of = (name: string) => whitening[`whiten.${name}`].values;
  const mean = of("mean"), scale = of("scale"), basis = of("basis"), spread = of("spread");
  const r = spread.length;
  const u = new Float32Array(f.length / d * r), sum = new Float64Array(r);
  for (let row = 0; row * d < f.length; row++) {
    sum.fill(0);
    for (let i = 0; i < d; i++) {
      const value = (f[row * d + i] - mean[i]) * scale[i];
      for (let j = 0; j < r; j++) sum[j] += value * basis[i * r + j];
    }
    for (let j = 0; j < r; j++) u[row * r + j] = sum[j] * spread[j];
  }
  return u;
}
