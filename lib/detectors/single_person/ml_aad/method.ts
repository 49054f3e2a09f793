/**
 * ML-AAD (Maeda et al., Pattern Recognition 2025) as a single-person method: a reconstruction from its abstract and from public
 * code of the same authors. Its own code is not public.
 *
 * As in those: 60 frames; joints relative to the root joint of frame 0; 10 cosine coefficients; for each stream (the body, and
 * parts of it) a residual graph network with a learned adjacency matrix and one value a joint, then a flow of 10 linear layers;
 * AdamW at 1e-3 with weight decay 1e-3, the rate falling linearly from epoch 5 on; 100 epochs; NLLs summed over the streams.
 *
 * Not as in those:
 * - A clip is resampled to 60 frames instead of cut or padded, so that its length tells nothing.
 * - The slope of the flows' PReLUs starts at 0.9 instead of PyTorch's 0.25 (`slope=0.25`).
 *
 * @module
 */
import type { Skeleton } from "../../../data/skeleton.ts";
import type { Engine, Named } from "../../../engine/engine.ts";
import { UsageError } from "../../../core/errors.ts";
import { Random } from "../../../core/random.ts";
import { CHUNK, runInChunks } from "../../../engine/chunks.ts";
import { loopSteps, runLoop } from "../../../training/loop.ts";
import { cachedPrograms } from "../../../training/programs_cache.ts";
import type { MethodContext, PersonMethod, Track } from "../method.ts";
import { initialStreams, type StreamConfig, streamLoss, streams as network, streamScore } from "./network.ts";
import { COEFFICIENTS, frequencies, streamsOf } from "./streams.ts";

/** Options of ML-AAD. */
export type MlAadOptions = {
  /** `body`, `halves` or `limbs`: the parts of the body that have streams beside that of the whole body. */
  readonly streams: string;
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

/** Make the method.
 *
 * @throws {UsageError} If an option's value is unknown or out of range.
 */
export function mlAad(options: MlAadOptions): PersonMethod {
  const { streams, slope, epochs, batch } = options;
  const refuse = (key: string, known: string, got: unknown) =>
    new UsageError(`Cannot make ml-aad: ${key} must be ${known}, got ${got}`);
  if (streams !== "body" && streams !== "halves" && streams !== "limbs") {
    throw refuse("streams", "body, halves or limbs", streams);
  }
  if (!(slope > 0 && slope <= 1)) throw refuse("slope", "in (0, 1]", slope);
  for (const key of ["epochs", "batch"] as const) {
    if (!(Number.isInteger(options[key]) && options[key] > 0)) {
      throw refuse(key, "a positive integer", options[key]);
    }
  }
  const configOf = (skeleton: Skeleton): StreamConfig => ({
    streams: streamsOf(skeleton, streams),
    features: 3 * COEFFICIENTS,
    hidden: 128,
    blocks: 4,
    flowLayers: 10,
    slope,
  });
  const inputsOf = (tracks: readonly Track[], skeleton: Skeleton) => {
    const joints = skeleton.joints.length, root = Math.max(0, skeleton.parents.indexOf(-1));
    const rows = tracks.map((track) => frequencies(track.joints, joints, root));
    return (indices: readonly number[]): Named => {
      const width = joints * 3 * COEFFICIENTS, values = new Float32Array(indices.length * width);
      indices.forEach((index, i) => values.set(rows[index], i * width));
      return { x: { shape: [indices.length, joints, 3 * COEFFICIENTS], values } };
    };
  };
  return {
    name: "ml-aad",
    options,
    frames: 60,
    shapes: (skeleton) => [...network(configOf(skeleton)).shapes()],
    steps: (tracks) => loopSteps({ size: tracks.length, epochs, batch }),
    fit: async (tracks, { engine, skeleton, seed, part, checkpoints, onProgress }: MethodContext) => {
      const config = configOf(skeleton), fixed = network(config).fixedNames();
      const trainer = await engine.trainer(programsOf(engine, config).train, initialStreams(config, seed), {
        frozen: (name) => fixed.has(name),
        optimiser: { rule: "adam", weightDecay: 1e-3 },
      });
      return await runLoop(trainer, {
        part,
        checkpoints,
        size: tracks.length,
        rowName: (row) => tracks[row].id,
        epochs,
        batch,
        rate: (epoch) => linearRate(epoch, epochs),
        random: new Random(seed).fork("ml-aad order"),
        makeBatch: inputsOf(tracks, skeleton),
        onProgress,
      });
    },
    score: (tracks, values, { engine, skeleton }) => scoreTracks(tracks, values, engine, skeleton),
  };

  async function scoreTracks(tracks: readonly Track[], values: Named, engine: Engine, skeleton: Skeleton) {
    const runner = await engine.runner(programsOf(engine, configOf(skeleton)).score, values);
    return Float64Array.from(
      await runInChunks(runner, "nll", 1, tracks.length, CHUNK, inputsOf(tracks, skeleton)),
    );
  }
}
