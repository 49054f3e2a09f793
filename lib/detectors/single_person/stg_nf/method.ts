/**
 * STG-NF (Hirschorn and Avidan, ICCV 2023) as a single-person method: the published flow, changed for 3D clips.
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
 * - No smoothing over frames and no minimum over people: both are for frames of video.
 *
 * @module
 */
import type { Engine, Named } from "../../../engine/engine.ts";
import { UsageError } from "../../../core/errors.ts";
import { Random } from "../../../core/random.ts";
import { CHUNK, runInChunks } from "../../../engine/chunks.ts";
import { loopSteps, runLoop } from "../../../training/loop.ts";
import { cachedPrograms } from "../../../training/programs_cache.ts";
import type { MethodContext, PersonMethod, Track } from "../method.ts";
import { type PoseFlowConfig, skeletonGraph } from "./config.ts";
import { initialiseProgram, initialPoseFlow, poseFlow, trainProgram, windowProgram } from "./network.ts";

/** Frames of a window, and between the starts of windows in training and in scoring. */
const WINDOWS = { whole: { frames: 60 }, sliding: { frames: 24, train: 6, score: 6 } } as const;

/** Options of STG-NF. */
export type StgNfOptions = {
  /** `correct` or `published`: how three channels are coupled (`PoseFlowConfig.coupling`). */
  readonly channels: string;
  /** `whole`: the whole clip is one window of 60 frames. `sliding`: windows of 24 frames at 30 frames a second, every 6 frames;
   * the score is the mean of their NLLs. */
  readonly windows: string;
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

/** Make the method.
 *
 * @throws {UsageError} If an option's value is unknown or out of range.
 */
export function stgNf(options: StgNfOptions): PersonMethod {
  const { channels, windows, hops, epochs, batch } = options;
  const refuse = (key: string, known: string, got: unknown) =>
    new UsageError(`Cannot make stg-nf: ${key} must be ${known}, got ${got}`);
  if (channels !== "correct" && channels !== "published") {
    throw refuse("channels", "correct or published", channels);
  }
  if (windows !== "whole" && windows !== "sliding") throw refuse("windows", "whole or sliding", windows);
  for (const [key, least] of [["hops", 0], ["epochs", 1], ["batch", 1]] as const) {
    if (!(Number.isInteger(options[key]) && options[key] >= least)) {
      throw refuse(key, `an integer of at least ${least}`, options[key]);
    }
  }
  const configOf = (joints: number): PoseFlowConfig => ({
    channels: 3,
    frames: WINDOWS[windows].frames,
    joints,
    steps: 8,
    coupling: channels,
  });
  const cut = (tracks: readonly Track[], joints: number, mirror: boolean) => {
    const { frames } = WINDOWS[windows], step = windows === "whole" ? frames : WINDOWS.sliding.train;
    const rows: Float32Array[] = [], counts: number[] = [];
    for (const track of tracks) {
      const own = windowsOf(track, joints, frames, step);
      rows.push(...own.flatMap((row) => mirror ? [row, mirrored(row)] : [row]));
      counts.push(own.length);
    }
    return { rows, counts };
  };
  const rate = (epoch: number) => 5e-4 * 0.99 ** epoch;
  return {
    name: "stg-nf",
    options,
    frames: windows === "whole" ? WINDOWS.whole.frames : null,
    shapes: (skeleton) => [...poseFlow(configOf(skeleton.joints.length)).shapes()],
    steps: (tracks) => {
      const each = (track: Pick<Track, "frames">) => {
        const { frames } = WINDOWS[windows], step = windows === "whole" ? frames : WINDOWS.sliding.train;
        return startsOf(track.frames, frames, step).length;
      };
      return loopSteps({ size: 2 * tracks.reduce((sum, track) => sum + each(track), 0), epochs, batch });
    },
    fit: async (tracks, context: MethodContext) => {
      const { engine, skeleton, seed } = context, config = configOf(skeleton.joints.length);
      const { rows, counts } = cut(tracks, config.joints, true);
      const names = tracks.flatMap(({ id }, i) => Array<string>(2 * counts[i]).fill(id)),
        random = new Random(seed).fork("stg-nf order");
      const shape = (count: number) => [count, config.joints, config.frames, config.channels];
      const makeBatch = (indices: readonly number[]): Named => ({
        x: { shape: shape(indices.length), values: join(indices.map((index) => rows[index])) },
      });
      const programs = programsOf(engine, config);
      let weights = initialPoseFlow(config, skeletonGraph(skeleton, hops), seed);
      const first = new Random(seed).fork("stg-nf order").shuffle(rows.map((_, i) => i)).slice(0, batch);
      const found = await (await engine.runner(programs.initialise, weights)).run(makeBatch(first));
      for (const [name, values] of Object.entries(found)) {
        weights = { ...weights, [name]: { shape: weights[name].shape, values } };
      }
      const fixed = poseFlow(config).fixedNames();
      const trainer = await engine.trainer(programs.train, weights, {
        frozen: (name) => fixed.has(name),
        optimiser: { rule: "adamax", clipNorm: 100 },
      });
      const { part, checkpoints, onProgress } = context;
      return await runLoop(trainer, {
        part,
        checkpoints,
        size: rows.length,
        rowName: (row) => names[row],
        epochs,
        batch,
        rate,
        random,
        makeBatch,
        onProgress,
      });
    },
    score: (tracks, values, { engine, skeleton }) =>
      scoreTracks(tracks, values, engine, skeleton.joints.length),
  };

  async function scoreTracks(tracks: readonly Track[], values: Named, engine: Engine, joints: number) {
    const config = configOf(joints), { rows, counts } = cut(tracks, joints, false);
    const runner = await engine.runner(programsOf(engine, config).score, values);
    const shape = (count: number) => [count, joints, config.frames, config.channels];
    const nll = await runInChunks(runner, "nll", 1, rows.length, CHUNK, (indices) => ({
      x: { shape: shape(indices.length), values: join(indices.map((index) => rows[index])) },
    }));
    let at = 0;
    return Float64Array.from(counts, (count) => {
      const own = nll.subarray(at, at += count);
      return own.reduce((sum, value) => sum + value, 0) / count;
    });
  }
}

/** First frames of a track's windows. A track that is shorter than a window has one. */
function startsOf(count: number, frames: number, step: number): number[] {
  const windows = Math.max(1, Math.floor((count - frames) / step) + 1);
  return Array.from({ length: windows }, (_, k) => k * step);
}

/** Normalised windows of a track, [V, T, 3] each. A short track repeats its last frame. */
function windowsOf({ joints: values, frames: count }: Track, joints: number, frames: number, step: number) {
  return startsOf(count, frames, step).map((start) => {
    const row = new Float32Array(joints * frames * 3);
    for (let v = 0; v < joints; v++) {
      for (let t = 0; t < frames; t++) {
        const from = (Math.min(start + t, count - 1) * joints + v) * 3;
        row.set(values.subarray(from, from + 3), (v * frames + t) * 3);
      }
    }
    return normalised(row);
  });
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

function join(rows: readonly Float32Array[]): Float32Array {
  const values = new Float32Array(rows.length * rows[0].length);
  rows.forEach((row, i) => values.set(row, i * row.length));
  return values;
}
