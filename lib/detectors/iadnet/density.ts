/** The density of an encoder's features: whitening, the flow of the whitened features, and the pair ratio. The encoder does not change. */
import { hashSeed, Random } from "../../core/random.ts";
import { concatenate, stack, type Values } from "../../core/tensors.ts";
import { swapPeople } from "../../data/transforms/symmetry.ts";
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import { CHUNK } from "../../engine/chunks.ts";
import type { Named } from "../../engine/engine.ts";
import { clipFeatures } from "./clip_features.ts";
import { canExchange } from "./exchange.ts";
import { featureBlocks, initialFlow } from "./features.ts";
import { makePairs } from "./mismatch.ts";
import { fitPairRatio } from "./pair_ratio.ts";
import { runPhase, type TrainingContext } from "./phase.ts";
import { flowLoss, programsOf } from "./programs.ts";
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
  const runner = await engine.runner(programsOf(engine, config).features, encoder);
  const kept = preset.training.mode === "frozen" ? context.clips : undefined; // else each training has its own encoder
  const swap = (clip: PreparedClip) => swapPeople(clip, skeleton, align);
  const own = await clipFeatures(runner, config, clips, CHUNK, kept?.own);
  const exchanged = exchange
    ? await clipFeatures(runner, config, clips, CHUNK, kept?.exchanged, swap)
    : undefined;
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
      await clipFeatures(runner, config, isExchanged ? [...some, ...some.map(swap)] : some, CHUNK);
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

/** The rows of two matrices in turn: row i of the first, then row i of the second. */
function rowByRow(a: Float32Array, b: Float32Array, rows: number): Float32Array {
  const width = a.length / rows;
  const both = Array.from(
    { length: rows },
    (_, i) => [a, b].map((m) => m.subarray(i * width, (i + 1) * width)),
  );
  return stack(both.flat(), [width]).values;
}
