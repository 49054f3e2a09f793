/** The density of an encoder's features: whitening, and the flow of the whitened features. The encoder does not change. */
import { hashSeed, Random } from "../../core/random.ts";
import { stack } from "../../core/tensors.ts";
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import { CHUNK, runInChunks } from "../../engine/chunks.ts";
import type { Named } from "../../engine/engine.ts";
import { featureBlocks, featureDimension, initialFlow } from "./features.ts";
import { augmented, runPhase, type TrainingContext } from "./phase.ts";
import { flowLoss, inputsOf, programsOf } from "./programs.ts";
import { applyWhitening, fitWhitening } from "./whitening.ts";

/** Fit the density of the features that an encoder gives for augmented clips, and return its weights and the encoder's.
 * @param epochs Passes over the augmented clips. */
export async function fitDensity(
  encoder: Named,
  clips: readonly PreparedClip[],
  epochs: number,
  context: TrainingContext,
): Promise<Named> {
  const { engine, config, seed, training, preset: { training: { views, shrinkage, flowScale } } } = context;
  const random = new Random(hashSeed(seed, "frozen"));
  const copies = clips.flatMap((clip) =>
    Array.from({ length: views }, () => augmented(clip, random, context))
  );
  const runner = await engine.runner(programsOf(engine, config).features, encoder);
  const inputs = (rows: readonly number[]) => inputsOf(rows.map((row) => copies[row]), config);
  const f = await runInChunks(runner, "f", featureDimension(config), copies.length, CHUNK, inputs);
  const { weights: whitening, noise } = fitWhitening(f, featureBlocks(config), shrinkage);
  const u = applyWhitening(f, whitening), r = noise.length;
  const noisy = (row: number) => noise.map((deviation, k) => u[row * r + k] + random.normal(0, deviation));
  const flow = await runPhase({
    training,
    program: flowLoss,
    weights: initialFlow(config, seed, flowScale, r),
    size: copies.length,
    epochs,
    random,
    makeBatch: (rows) => ({ u: stack(rows.map(noisy), [r]) }),
  }, context);
  return { ...encoder, ...flow, ...whitening };
}
