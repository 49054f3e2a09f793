/** The density of an encoder's features: whitening, the flow of the whitened features, and the pair ratio. The encoder does not change. */
import { hashSeed, Random } from "../../core/random.ts";
import { concatenate, stack, type Values } from "../../core/tensors.ts";
import { swapPeople } from "../../data/transforms/symmetry.ts";
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import { CHUNK, runInChunks } from "../../engine/chunks.ts";
import type { Named } from "../../engine/engine.ts";
import { canExchange } from "./exchange.ts";
import { featureBlocks, featureDimension, initialFlow } from "./features.ts";
import { makePairs } from "./mismatch.ts";
import { fitPairRatio } from "./pair_ratio.ts";
import { runPhase, type TrainingContext } from "./phase.ts";
import { flowLoss, inputsOf, programsOf } from "./programs.ts";
import { fitWhitening, standardised } from "./whitening.ts";

/** Fit the density of the features that an encoder gives for clips, and return its weights and the encoder's.
 * @param epochs Passes over the clips. */
export async function fitDensity(
  encoder: Named,
  clips: readonly PreparedClip[],
  epochs: number,
  context: TrainingContext,
): Promise<Named> {
  const { engine, config, seed, training, skeleton, preset, recordings } = context;
  const { align } = preset.preparation, count = new Set(recordings).size;
  const { exchange, prior, pairRatio, flowScale } = preset.training;
  const random = new Random(hashSeed(seed, "density")), blocks = featureBlocks(config);
  const featuresOf = await featureExtractor(encoder, context);
  const exchangedOf = (some: readonly PreparedClip[]) =>
    some.map((clip) => swapPeople(clip, skeleton, align));
  const own = await featuresOf(clips),
    exchanged = exchange ? await featuresOf(exchangedOf(clips)) : undefined;
  const isExchanged = exchanged !== undefined &&
    await canExchange(engine, own, exchanged, blocks, recordings);
  const f = exchanged ? rowByRow(own, isExchanged ? exchanged : own, clips.length) : own;
  const whitening = await fitWhitening(engine, f, blocks, prior / count), { u, noise } = whitening;
  const { "whiten.mean": mean, "whiten.scale": scale } = whitening.weights;
  const standard = (values: Float32Array): Values => {
    const d = mean.values.length;
    return { shape: [values.length / d, d], values: standardised(values, mean.values, scale.values) };
  };
  const pair = async (): Promise<Named> => {
    const pairs = makePairs(clips, recordings, skeleton, align, random);
    const both = async (some: readonly PreparedClip[]) =>
      await featuresOf(isExchanged ? [...some, ...exchangedOf(some)] : some);
    const matched = concatenate([f, await both(pairs.matched)]), mismatched = await both(pairs.mismatched);
    return await fitPairRatio(engine, standard(matched), standard(mismatched), pairRatio);
  };
  const ratio = pairRatio > 0 ? await pair() : {};
  const r = noise.length;
  const noisy = (row: number) =>
    noise.map((deviation, k) => u.values[row * r + k] + random.normal(0, deviation));
  const flow = await runPhase({
    training,
    program: flowLoss,
    weights: initialFlow(config, seed, flowScale, r),
    size: u.shape[0],
    epochs,
    random,
    makeBatch: (rows) => ({ u: stack(rows.map(noisy), [r]) }),
  }, context);
  return { ...encoder, ...flow, ...whitening.weights, ...ratio };
}

/** Returns the features of clips, [clips, d], by an encoder. */
async function featureExtractor(encoder: Named, { engine, config }: TrainingContext) {
  const runner = await engine.runner(programsOf(engine, config).features, encoder);
  return (clips: readonly PreparedClip[]): Promise<Float32Array> => {
    const inputs = (rows: readonly number[]) => inputsOf(rows.map((row) => clips[row]), config);
    return runInChunks(runner, "f", featureDimension(config), clips.length, CHUNK, inputs);
  };
}

/** The rows of two matrices in turn: row i of the first, then row i of the second. */
function rowByRow(a: Float32Array, b: Float32Array, rows: number): Float32Array {
  const width = a.length / rows;
  const both = Array.from(
    { length: rows },
    (_, i) => [a, b].map((m) => m.subarray(i * width, (i + 1) * width)),
  );
  return stack(both.flat(), [width]).values;
}
