/** ML-AAD (Maeda et al., Pattern Recognition 2025) as a single-person method: a reconstruction from its abstract and from public
 * code of the same authors. Its own code is not public.
 *
 * As in those: 60 frames; joints relative to the root joint of frame 0; 10 cosine coefficients; for each stream (the body, and
 * parts of it) a residual graph network with a learned adjacency matrix and one value a joint, then a flow of 10 linear layers;
 * AdamW at 1e-3 with weight decay 1e-3, the rate falling linearly from epoch 5 on; 100 epochs; NLLs summed over the streams.
 *
 * Not as in those:
 * - A clip is resampled to 60 frames instead of cut or padded, so that its length tells nothing.
 * - The slope of the flows' PReLUs starts at 0.9 instead of PyTorch's 0.25 (`slope=0.25`). */
import { checkSettings, numberThat, oneOf, wholeNumber } from "../../../core/options.ts";
import { Random } from "../../../core/random.ts";
import { stack } from "../../../core/tensors.ts";
import type { Skeleton } from "../../../data/skeleton.ts";
import { CHUNK, runInChunks } from "../../../engine/chunks.ts";
import type { Named } from "../../../engine/engine.ts";
import { loopSteps } from "../../../training/loop.ts";
import { cachedPrograms } from "../../../training/programs_cache.ts";
import type { Settings } from "../../spec.ts";
import { type PersonMethod, type Track, trainNetwork } from "../method.ts";
import { initialStreams, type StreamConfig, streamLoss, streams as network, streamScore } from "./network.ts";
import { COEFFICIENTS, frequencies, streamsOf } from "./streams.ts";

/** Options of ML-AAD. */
export type MlAadOptions = {
  /** The parts of the body that have streams beside that of the whole body. */
  readonly streams: "body" | "halves" | "limbs";
  /** Initial slope of the flows' PReLUs, in (0, 1]. */
  readonly slope: number;
  readonly epochs: number;
  readonly batch: number;
};

/** Default options. */
export const ML_AAD_OPTIONS: MlAadOptions = { streams: "halves", slope: 0.9, epochs: 100, batch: 16 };

const programsOf = cachedPrograms((config: StreamConfig) => ({
  train: streamLoss(config),
  score: streamScore(config),
}));

/** Learning rate of an epoch: 1e-3 for five epochs, then linear towards 0. */
export function linearRate(epoch: number, epochs: number): number {
  return 1e-3 * (1 - Math.max(0, epoch - 5) / Math.max(1, epochs - 5 + 1));
}

/** Create the method.
 * @throws {UsageError} If an option's value is unknown or out of range. */
export function mlAad(settings: Settings): PersonMethod {
  const options = checkSettings<MlAadOptions>("create detector ml-aad", settings, {
    streams: oneOf("body", "halves", "limbs"),
    slope: numberThat("in (0, 1]", (slope) => slope > 0 && slope <= 1),
    epochs: wholeNumber(1),
    batch: wholeNumber(1),
  });
  const { streams, slope, epochs, batch } = options, features = 3 * COEFFICIENTS;
  const configOf = (skeleton: Skeleton): StreamConfig => ({
    streams: streamsOf(skeleton, streams),
    features,
    hidden: 128,
    blocks: 4,
    flowLayers: 10,
    slope,
  });
  const inputsOf = (tracks: readonly Track[], skeleton: Skeleton) => {
    const joints = skeleton.joints.length, root = Math.max(0, skeleton.parents.indexOf(-1));
    const rows = tracks.map((track) => frequencies(track.joints, joints, root));
    return (indices: readonly number[]): Named => ({
      x: stack(indices.map((index) => rows[index]), [joints, features]),
    });
  };
  return {
    name: "ml-aad",
    options,
    frames: 60,
    shapes: (skeleton) => [...network(configOf(skeleton)).shapes()],
    steps: (tracks) => loopSteps({ size: tracks.length, epochs, batch }),
    fit: (tracks, context) => {
      const { engine, skeleton, seed } = context, config = configOf(skeleton);
      const loop = {
        size: tracks.length,
        rowName: (row: number) => tracks[row].id,
        epochs,
        batch,
        rate: (epoch: number) => linearRate(epoch, epochs),
        random: new Random(seed).fork("ml-aad order"),
        makeBatch: inputsOf(tracks, skeleton),
      };
      const { train } = programsOf(engine, config), weights = initialStreams(config, seed);
      return trainNetwork(context, network(config), train, weights, loop, {
        rule: "adam",
        weightDecay: 1e-3,
      });
    },
    score: async (tracks, values, { engine, skeleton }) => {
      const runner = await engine.runner(programsOf(engine, configOf(skeleton)).score, values);
      const inputs = inputsOf(tracks, skeleton);
      return Float64Array.from(await runInChunks(runner, "nll", 1, tracks.length, CHUNK, inputs));
    },
  };
}
