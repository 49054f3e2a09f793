/**
 * Training of one IADNet member on prepared clips of one category: jointly (the paper), or the flow on a frozen encoder.
 *
 * @module
 */
import { augmentClip } from "../data/augment.ts";
import { type PreparedClip, stackClips } from "../data/prepare.ts";
import type { Skeleton } from "../data/skeleton.ts";
import type { FitProgress } from "../detector.ts";
import type { Engine, Named, Trainer } from "../engine/engine.ts";
import { IadnetError } from "../errors.ts";
import { featureDimension, type ModelConfig } from "../model/config.ts";
import { initialWeights } from "../model/init.ts";
import { featureProgram, flowLoss, jointLoss } from "../model/programs.ts";
import type { Preset } from "../presets.ts";
import { hashSeed, Random } from "../random.ts";
import { learningRate } from "./schedule.ts";
import { fitWhitening } from "./whiten.ts";

/** What a fit needs besides the preset. */
export interface FitContext {
  readonly engine: Engine;
  readonly preset: Preset;
  readonly config: ModelConfig;
  readonly skeleton: Skeleton;
  readonly seed: number;
  readonly onProgress: (progress: FitProgress) => void;
}

/** Train one member and return its weights.
 *
 * @throws {IadnetError} If the loss stops being a finite number; the message names the step.
 */
export async function fitMember(clips: readonly PreparedClip[], context: FitContext): Promise<Named> {
  const { preset, config, seed } = context;
  const weights = initialWeights(config, seed, preset.training.flowScale);
  return preset.training.mode === "joint"
    ? await fitJoint(clips, weights, context)
    : await fitFlow(clips, weights, context);
}

/** Number of steps that `fitMember` takes for this many clips. */
export function stepsOf(preset: Preset, clips: number): number {
  const { mode, epochs, batch, views } = preset.training;
  return epochs * Math.ceil(clips * (mode === "frozen" ? views : 1) / batch);
}

/** Section III to the letter: encoder and flow together, by the NLL alone. */
async function fitJoint(clips: readonly PreparedClip[], weights: Named, context: FitContext): Promise<Named> {
  const { preset: { training }, config, skeleton, seed } = context;
  const random = new Random(hashSeed(seed, "joint"));
  const trainer = await context.engine.trainer(jointLoss(config), weights);
  return await train(trainer, clips.length, random, context, (rows) => {
    const batch = rows.map((row) => augmentClip(clips[row], skeleton, training.augmentation, random));
    return toInputs(batch, config);
  });
}

/** The flow alone, on the whitened features that the encoder with its initial weights gives for augmented clips. */
async function fitFlow(clips: readonly PreparedClip[], weights: Named, context: FitContext): Promise<Named> {
  const { preset: { training }, config, skeleton, seed } = context;
  const random = new Random(hashSeed(seed, "frozen"));
  const views = clips.flatMap((clip) =>
    Array.from({ length: training.views }, () => augmentClip(clip, skeleton, training.augmentation, random))
  );
  const d = featureDimension(config);
  const encoder = await context.engine.runner(featureProgram(config), weights);
  const { f } = await encoder.run(toInputs(views, config));
  await encoder.dispose();
  const whitening = fitWhitening(f, d, training.shrinkage);
  const u = applyWhitening(f, d, whitening);
  const flowWeights = Object.fromEntries(Object.entries(weights).filter(([name]) => name.startsWith("flow.")));
  const trainer = await context.engine.trainer(flowLoss, flowWeights);
  const trained = await train(trainer, views.length, random, context, (rows) => {
    const values = new Float32Array(rows.length * d);
    rows.forEach((row, i) => {
      for (let k = 0; k < d; k++) values[i * d + k] = u[row * d + k] + random.normal(0, training.noise);
    });
    return { u: { shape: [rows.length, d], values } };
  });
  return { ...weights, ...trained, ...whitening };
}

/** The loop: epochs of shuffled batches, Adam's rate falling epoch by epoch. */
async function train(
  trainer: Trainer,
  size: number,
  random: Random,
  { preset, onProgress }: FitContext,
  makeBatch: (rows: readonly number[]) => Named,
): Promise<Named> {
  const { epochs, batch, learningRate: [first, last] } = preset.training;
  const steps = epochs * Math.ceil(size / batch);
  let step = 0;
  try {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const order = random.shuffle(Array.from({ length: size }, (_, i) => i));
      for (let at = 0; at < size; at += batch) {
        const inputs = makeBatch(order.slice(at, at + batch));
        const { loss, spread } = await trainer.step(inputs, learningRate(epoch, epochs, first, last));
        step++;
        if (!Number.isFinite(loss[0])) throw new IadnetError(`Cannot go on training: the loss of step ${step} is ${loss[0]}`);
        onProgress({ step, steps, loss: loss[0], spread: spread[0] });
      }
    }
    return trainer.parameters();
  } finally {
    await trainer.dispose();
  }
}

/** Prepared clips as inputs x and y, [batch, T, D, 3]. */
export function toInputs(clips: readonly PreparedClip[], config: ModelConfig): Named {
  const { x, y } = stackClips(clips, config.joints, config.frames);
  const shape = [clips.length, config.frames, config.joints, 3];
  return { x: { shape, values: x }, y: { shape, values: y } };
}

/** u = (f - mean) matrix, row by row. */
function applyWhitening(f: Float32Array, d: number, whitening: Named): Float32Array {
  const mean = whitening["whiten.mean"].values, matrix = whitening["whiten.matrix"].values;
  const u = new Float32Array(f.length), sum = new Float64Array(d);
  for (let row = 0; row < f.length; row += d) {
    sum.fill(0);
    for (let i = 0; i < d; i++) {
      const value = f[row + i] - mean[i];
      for (let j = 0; j < d; j++) sum[j] += value * matrix[i * d + j];
    }
    u.set(sum, row);
  }
  return u;
}
