/** STG-NF (Hirschorn and Avidan, ICCV 2023) as a single-person method: the published flow, changed for 3D clips.
 *
 * As published: eight steps; Adamax at 5e-4, falling by 1 % an epoch; gradients clipped to norm 100; windows centred on each axis
 * and divided by the standard deviation of the vertical one; mirrored copies in training; no weight decay (the public code never
 * uses its option for it).
 *
 * Not as published:
 * - Three channels instead of two. The public code's coupling gives no likelihood with three: it is an option,
 *   `channels=published`.
 * - One window is the whole clip, resampled to 60 frames, because a clip gets one score. `windows=sliding` has the published
 *   windows of 24 frames, and scores a clip by their mean.
 * - 30 epochs in batches of 16 instead of 8 in batches of 256, which would be about ten steps for a category of some tens of
 *   clips. `epochs=8,batch=256` is the published budget.
 * - No smoothing over frames and no minimum over people: both are for frames of video. */
import { checkSettings, oneOf, wholeNumber } from "../../../core/options.ts";
import { Random } from "../../../core/random.ts";
import { type Named, stack } from "../../../core/tensors.ts";
import type { Skeleton } from "../../../data/skeleton.ts";
import { CHUNK, runInChunks } from "../../../engine/chunks.ts";
import { runMeans } from "../../../metrics/statistics.ts";
import { loopSteps } from "../../../training/loop.ts";
import { cachedPrograms } from "../../../training/programs_cache.ts";
import type { Settings } from "../../spec.ts";
import { type PersonMethod, type Track, trainNetwork } from "../method.ts";
import { type PoseFlowConfig, skeletonGraph } from "./graph_block.ts";
import { initialiseProgram, initialPoseFlow, poseFlow, trainProgram, windowProgram } from "./network.ts";

/** Options of STG-NF. */
export type StgNfOptions = {
  /** How three channels are coupled (`PoseFlowConfig.coupling`). */
  readonly channels: "correct" | "published";
  /** `whole`: the whole clip is one window of 60 frames. `sliding`: windows of 24 frames at 30 frames a second, every 6 frames;
   * the score is the mean of their NLLs. */
  readonly windows: "whole" | "sliding";
  /** Number of bones that the graph reaches over; 0 = all, as published. */
  readonly hops: number;
  readonly epochs: number;
  readonly batch: number;
};

/** Default options. */
export const STG_NF_OPTIONS: StgNfOptions = {
  channels: "correct",
  windows: "whole",
  hops: 0,
  epochs: 30,
  batch: 16,
};

const programsOf = cachedPrograms((config: PoseFlowConfig) => ({
  train: trainProgram(config),
  score: windowProgram(config),
  initialise: initialiseProgram(config),
}));

/** Create the method.
 * @throws {UsageError} If an option's value is unknown or out of range. */
export function stgNf(settings: Settings): PersonMethod {
  const options = checkSettings<StgNfOptions>("create detector stg-nf", settings, {
    channels: oneOf("correct", "published"),
    windows: oneOf("whole", "sliding"),
    hops: wholeNumber(0),
    epochs: wholeNumber(1),
    batch: wholeNumber(1),
  });
  const { channels: coupling, windows, hops, epochs, batch } = options;
  const { frames, step } = windows === "whole" ? { frames: 60, step: 60 } : { frames: 24, step: 6 };
  const configOf = ({ joints }: Skeleton): PoseFlowConfig => (
    { channels: 3, frames, joints: joints.length, steps: 8, coupling }
  );
  /** First frames of a track's windows. A track that is shorter than a window has one. */
  const startsOf = (track: Pick<Track, "frames">): number[] => {
    const count = Math.max(1, Math.floor((track.frames - frames) / step) + 1);
    return Array.from({ length: count }, (_, k) => k * step);
  };
  const windowsOf = (track: Track, joints: number) =>
    startsOf(track).map((start) => normalised(windowAt(track, start, joints, frames)));
  const inputsOf =
    (rows: readonly Float32Array[], joints: number) => (indices: readonly number[]): Named => ({
      x: stack(indices.map((index) => rows[index]), [joints, frames, 3]),
    });
  return {
    name: "stg-nf",
    options,
    frames: windows === "whole" ? frames : null,
    shapes: (skeleton) => [...poseFlow(configOf(skeleton)).shapes()],
    steps: (tracks) => loopSteps({ size: 2 * tracks.flatMap(startsOf).length, epochs, batch }),
    fit: async (tracks, context) => {
      const { engine, skeleton, seed } = context, config = configOf(skeleton);
      const all = tracks.flatMap((track) =>
        windowsOf(track, config.joints).flatMap((row) =>
          [row, mirrored(row)].map((values) => ({ id: track.id, values }))
        )
      );
      const makeBatch = inputsOf(all.map(({ values }) => values), config.joints);
      const programs = programsOf(engine, config), order = () => new Random(seed).fork("stg-nf order");
      const first = order().shuffle(all.map((_, i) => i)).slice(0, batch);
      const weights = { ...initialPoseFlow(config, skeletonGraph(skeleton, hops), seed) };
      const found = await (await engine.runner(programs.initialise, weights)).run(makeBatch(first));
      for (const [name, values] of Object.entries(found)) {
        weights[name] = { shape: weights[name].shape, values };
      }
      const rate = (epoch: number) => 5e-4 * 0.99 ** epoch, rowName = (row: number) => all[row].id;
      const loop = { size: all.length, rowName, epochs, batch, rate, random: order(), makeBatch };
      const optimiser = { rule: "adamax", clipNorm: 100 } as const;
      return await trainNetwork(context, poseFlow(config), programs.train, weights, loop, optimiser);
    },
    score: async (tracks, values, { engine, skeleton }) => {
      const config = configOf(skeleton), all = tracks.map((track) => windowsOf(track, config.joints));
      const runner = await engine.runner(programsOf(engine, config).score, values);
      const rows = all.flat(), inputs = inputsOf(rows, config.joints);
      const nll = await runInChunks(runner, "nll", 1, rows.length, CHUNK, inputs);
      return runMeans(nll, all.map(({ length }) => length));
    },
  };
}

/** A window of a track, [V, T, 3]. A short track repeats its last frame. */
function windowAt(track: Track, start: number, joints: number, frames: number): Float32Array {
  const row = new Float32Array(joints * frames * 3);
  for (let v = 0; v < joints; v++) {
    for (let t = 0; t < frames; t++) {
      const from = (Math.min(start + t, track.frames - 1) * joints + v) * 3;
      row.set(track.joints.subarray(from, from + 3), (v * frames + t) * 3);
    }
  }
  return row;
}

/** A window centred on each axis, and divided by the standard deviation of the vertical one, y. */
function normalised(row: Float32Array): Float32Array {
  const mean = [0, 0, 0], count = row.length / 3;
  row.forEach((value, i) => mean[i % 3] += value / count);
  let variance = 0;
  for (let i = 1; i < row.length; i += 3) variance += (row[i] - mean[1]) ** 2 / count;
  const scale = 1 / (Math.sqrt(variance) || 1);
  return row.map((value, i) => (value - mean[i % 3]) * scale);
}

/** The mirror image, as in the public code: one horizontal axis is negated, joints keep their places. */
function mirrored(row: Float32Array): Float32Array {
  return row.map((value, i) => i % 3 === 2 ? -value : value);
}
