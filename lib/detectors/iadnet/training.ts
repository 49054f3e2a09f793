/**
 * Training of one IADNet on prepared clips of one category: jointly (the paper), or the flow on a frozen encoder.
 *
 * @module
 */
import { augmentClip } from "../../data/transforms/augment.ts";
import { type PreparedClip, stackClips } from "../../data/transforms/prepare.ts";
import { CHUNK, runInChunks } from "../../engine/chunks.ts";
import type { Engine, Named, Program, Trainer } from "../../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { featureBlocks, featureDimension, initialEncoder, initialFlow, initialWeights } from "./features.ts";
import { attributionProgram, featureProgram, flowLoss, jointLoss, scoreProgram } from "./programs.ts";
import type { TrainContext } from "../base.ts";
import type { Preset } from "./presets.ts";
import { hashSeed, Random } from "../../core/random.ts";
import { learningRate, loopSteps, runLoop } from "../../training/loop.ts";
import { cachedPrograms } from "../../training/programs_cache.ts";
import { applyWhitening, fitWhitening } from "./whitening.ts";

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

/** What a training needs. */
export interface TrainingContext extends TrainContext {
  readonly engine: Engine;
  readonly preset: Preset;
  readonly config: ModelConfig;
  /** Names of the clips, for messages. */
  readonly names: readonly string[];
}

/** Train one model and return its weights.
 *
 * @throws {IadnetError} If an input, the loss, a gradient or a weight stops being finite; the message names it and the step.
 */
export async function trainModel(clips: readonly PreparedClip[], context: TrainingContext): Promise<Named> {
  const { preset, config, seed } = context;
  return preset.training.mode === "joint"
    ? await fitJoint(clips, initialWeights(config, seed, preset.training.flowScale), context)
    : await fitFlow(clips, initialEncoder(config, seed), context);
}

/** Number of steps that `trainModel` takes for this many clips. */
export function stepsOf(preset: Preset, clips: number): number {
  const { mode, epochs, batch, views } = preset.training;
  return loopSteps({ size: clips * (mode === "frozen" ? views : 1), epochs, batch });
}

/** The loop, as the preset says. */
function train(
  trainer: Trainer,
  size: number,
  random: Random,
  context: TrainingContext,
  makeBatch: (rows: readonly number[]) => Named,
): Promise<Named> {
  const { names, preset: { training: { epochs, batch, learningRate: [first, last] } } } = context;
  const rate = (epoch: number) => learningRate(epoch, epochs, first, last);
  const copies = size / names.length, rowName = (row: number) => names[Math.floor(row / copies)];
  return runLoop(trainer, { ...context, size, rowName, epochs, batch, rate, random, makeBatch });
}

/** Section III to the letter: encoder and flow together, by the NLL alone. */
async function fitJoint(
  clips: readonly PreparedClip[],
  weights: Named,
  context: TrainingContext,
): Promise<Named> {
  const { preset: { training, preparation: { align } }, config, skeleton, seed } = context;
  const random = new Random(hashSeed(seed, "joint"));
  const trainer = await context.engine.trainer(programsOf(context.engine, config).joint, weights);
  return await train(trainer, clips.length, random, context, (rows) => {
    const batch = rows.map((row) => augmentClip(clips[row], skeleton, training.augmentation, random, align));
    return toInputs(batch, config);
  });
}

/** The flow alone, on the whitened features that the encoder with its initial weights gives for augmented clips. */
async function fitFlow(
  clips: readonly PreparedClip[],
  weights: Named,
  context: TrainingContext,
): Promise<Named> {
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
  const f = await runInChunks(
    encoder,
    "f",
    d,
    views.length,
    CHUNK,
    (rows) => toInputs(rows.map((row) => views[row]), config),
  );
  const { weights: whitening, noise } = fitWhitening(f, featureBlocks(config), training.shrinkage);
  const u = applyWhitening(f, whitening), r = noise.length;
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

/** Prepared clips as inputs x and y, [batch, T, D, 3]. */
export function toInputs(clips: readonly PreparedClip[], config: ModelConfig): Named {
  const { x, y } = stackClips(clips, config.joints, config.frames);
  const shape = [clips.length, config.frames, config.joints, 3];
  return { x: { shape, values: x }, y: { shape, values: y } };
}
