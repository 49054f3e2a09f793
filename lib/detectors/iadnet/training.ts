/** Training of one IADNet on prepared clips of one category: jointly (the paper), or the flow on a frozen encoder. */
import { hashSeed, Random } from "../../core/random.ts";
import { stack } from "../../core/tensors.ts";
import { augmentClip } from "../../data/transforms/augment.ts";
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import { CHUNK, runInChunks } from "../../engine/chunks.ts";
import type { Engine, Named, Program } from "../../engine/engine.ts";
import { learningRate, loopSteps, runLoop } from "../../training/loop.ts";
import type { TrainContext } from "../base.ts";
import type { ModelConfig } from "./config.ts";
import { featureBlocks, featureDimension, initialEncoder, initialFlow, initialWeights } from "./features.ts";
import type { Preset } from "./presets.ts";
import { flowLoss, inputsOf, programsOf } from "./programs.ts";
import { applyWhitening, fitWhitening } from "./whitening.ts";

/** What a training needs. */
export interface TrainingContext extends TrainContext {
  readonly engine: Engine;
  readonly preset: Preset;
  readonly config: ModelConfig;
  /** Names of the clips, for messages. */
  readonly names: readonly string[];
}

/** Train one model and return its weights.
 * @throws {IadnetError} If an input, the loss, a gradient or a weight stops being finite; the message names it and the step. */
export function trainModel(clips: readonly PreparedClip[], context: TrainingContext): Promise<Named> {
  return context.preset.training.mode === "joint" ? fitJoint(clips, context) : fitFlow(clips, context);
}

/** Number of steps that `trainModel` takes for this many clips. */
export function stepsOf(preset: Preset, clips: number): number {
  const { mode, epochs, batch, views } = preset.training;
  return loopSteps({ size: clips * (mode === "frozen" ? views : 1), epochs, batch });
}

/** Section III: encoder and flow together, by the NLL alone. */
async function fitJoint(clips: readonly PreparedClip[], context: TrainingContext): Promise<Named> {
  const { engine, config, seed } = context, random = new Random(hashSeed(seed, "joint"));
  const weights = initialWeights(config, seed, context.preset.training.flowScale);
  return await train(
    programsOf(engine, config).joint,
    weights,
    clips.length,
    random,
    context,
    (rows) => inputsOf(rows.map((row) => augmented(clips[row], random, context)), config),
  );
}

/** The flow alone, on the whitened features that the encoder with its initial weights gives for augmented clips. */
async function fitFlow(clips: readonly PreparedClip[], context: TrainingContext): Promise<Named> {
  const { engine, config, seed, preset: { training: { views, shrinkage, flowScale } } } = context;
  const weights = initialEncoder(config, seed), random = new Random(hashSeed(seed, "frozen"));
  const copies = clips.flatMap((clip) =>
    Array.from({ length: views }, () => augmented(clip, random, context))
  );
  const encoder = await engine.runner(programsOf(engine, config).features, weights),
    d = featureDimension(config);
  const f = await runInChunks(
    encoder,
    "f",
    d,
    copies.length,
    CHUNK,
    (rows) => inputsOf(rows.map((row) => copies[row]), config),
  );
  const { weights: whitening, noise } = fitWhitening(f, featureBlocks(config), shrinkage);
  const u = applyWhitening(f, whitening), r = noise.length;
  const flow = initialFlow(config, seed, flowScale, r);
  const trained = await train(flowLoss, flow, copies.length, random, context, (rows) => ({
    u: stack(rows.map((row) => noise.map((deviation, k) => u[row * r + k] + random.normal(0, deviation))), [
      r,
    ]),
  }));
  return { ...weights, ...trained, ...whitening };
}

/** A copy of a clip, varied as the preset says. */
function augmented(clip: PreparedClip, random: Random, { preset, skeleton }: TrainingContext): PreparedClip {
  return augmentClip(clip, skeleton, preset.training.augmentation, random, preset.preparation.align);
}

/** The loop, as the preset says. */
async function train(
  program: Program,
  weights: Named,
  size: number,
  random: Random,
  context: TrainingContext,
  makeBatch: (rows: readonly number[]) => Named,
): Promise<Named> {
  const { names, preset: { training: { epochs, batch, learningRate: [first, last] } } } = context;
  const rate = (epoch: number) => learningRate(epoch, epochs, first, last);
  const copies = size / names.length, rowName = (row: number) => names[Math.floor(row / copies)];
  const trainer = await context.engine.trainer(program, weights);
  return await runLoop(trainer, { ...context, size, rowName, epochs, batch, rate, random, makeBatch });
}
