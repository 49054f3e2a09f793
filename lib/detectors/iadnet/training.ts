/** Training of one IADNet on prepared clips of one category: the encoder by the joint likelihood, the density of its features, or
 * one after the other. */
import { hashSeed, Random } from "../../core/random.ts";
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import type { Named } from "../../engine/engine.ts";
import { drawMasks } from "../../model/dropout.ts";
import { loopSteps } from "../../training/loop.ts";
import { fitDensity } from "./density.ts";
import { encoderOf, initialEncoder, initialFlow } from "./features.ts";
import { freeVolume } from "./head.ts";
import { runPhase, type TrainingContext } from "./phase.ts";
import type { Preset } from "./preset.ts";
import { pretrainedFor } from "./pretrained.ts";
import { inputsOf, programsOf } from "./programs.ts";

/** Train one model and return its weights.
 * @throws {IadnetError} If an input, the loss, a gradient or a weight stops being finite; the message names it and the step. */
export async function trainModel(clips: readonly PreparedClip[], context: TrainingContext): Promise<Named> {
  const { config, preset: { training: { mode, epochs, refitEpochs = epochs } } } = context;
  switch (mode) {
    case "frozen":
      return await fitDensity(await startingEncoder(context), clips, epochs, context);
    case "joint":
      return await fitJoint(clips, context.training, context);
    case "joint-refit": {
      const joint = await fitJoint(clips, `${context.training} joint`, context);
      const encoder = [...encoderOf(config).shapes()].map(({ name }) => [name, joint[name]] as const);
      return await fitDensity(Object.fromEntries(encoder), clips, refitEpochs, context);
    }
  }
}

/** Number of steps that `trainModel` takes for this many clips. */
export function stepsOf({ training }: Preset, clips: number): number {
  const { mode, epochs, refitEpochs = epochs, batch, exchange } = training;
  const joint = mode === "frozen" ? 0 : loopSteps({ size: clips, epochs, batch });
  if (mode === "joint") return joint;
  const size = clips * (exchange ? 2 : 1);
  return joint + loopSteps({ size, epochs: mode === "frozen" ? epochs : refitEpochs, batch });
}

/** The weights that the encoder starts from. */
async function startingEncoder({ config, seed, preset }: TrainingContext): Promise<Named> {
  const { encoder } = preset.training;
  const random = initialEncoder(config, seed);
  return encoder === "random"
    ? random
    : { ...random, ...(await pretrainedFor(encoder, config, preset.preparation)).weights };
}

/** Section III: encoder and flow together, by the NLL alone. */
async function fitJoint(
  clips: readonly PreparedClip[],
  training: string,
  context: TrainingContext,
): Promise<Named> {
  const { engine, config, seed, preset } = context, random = new Random(hashSeed(seed, "joint"));
  const weights = await runPhase({
    training,
    program: programsOf(engine, config).joint,
    weights: { ...await startingEncoder(context), ...initialFlow(config, seed, preset.training.flowScale) },
    size: clips.length,
    epochs: preset.training.epochs,
    random,
    makeBatch: (rows) => ({
      ...inputsOf(rows.map((row) => clips[row]), config),
      ...(config.dropout && { masks: drawMasks(config, rows.length, random) }),
    }),
  }, context);
  return config.volume === "fixed" ? await freeVolume(engine, weights) : weights;
}
