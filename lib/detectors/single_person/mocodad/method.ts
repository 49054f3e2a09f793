/** MoCoDAD (Flaborea et al., ICCV 2023) as a single-person method: a diffusion model that is given 3 frames and recovers the next 3
 * from noise. The error of the nearest of several samples is the score.
 *
 * As published: the architecture and the training of its public configuration.
 *
 * Not as published:
 * - 3D joints of any skeleton instead of 2D joints of one (`preprocess.ts`).
 * - A smaller budget (`MOCODAD_OPTIONS`).
 * - One score a clip instead of scores of frames, which the public code smooths with widths that are chosen for each test set. */
import { checkSettings, numberThat, oneOf, wholeNumber } from "../../../core/options.ts";
import { hashSeed, Random } from "../../../core/random.ts";
import type { Named } from "../../../core/tensors.ts";
import { mean } from "../../../metrics/statistics.ts";
import { loopSteps } from "../../../training/loop.ts";
import type { Settings } from "../../spec.ts";
import { type PersonMethod, trainNetwork } from "../method.ts";
import { initialMocodad, mocodadNetwork } from "./network.ts";
import { boxed, CHANNELS, cutWindows, fitScaler, halves, WAYS, windowStarts } from "./preprocess.ts";
import { programsOf, STEPS } from "./programs.ts";
import { drawNormals, windowErrors } from "./sampling.ts";

/** Options of MoCoDAD. */
export type MocodadOptions = {
  /** Passes over the training windows. */
  readonly epochs: number;
  /** Windows of a training step. */
  readonly batch: number;
  /** Frames from the start of one window to the next, at 30 a second. */
  readonly stride: number;
  /** Frames from one frame of a window to the next. */
  readonly spacing: number;
  /** Ways to turn each window, in training and in scoring: the first 1 to 5 of `WAYS`. */
  readonly transforms: number;
  /** Samples of each window, of which the nearest counts. */
  readonly samples: number;
  /** Weight of the condition autoencoder's error in the loss. */
  readonly weight: number;
  /** A clip's score is the `mean` or the `max` of its windows' errors. */
  readonly clip: "mean" | "max";
};

/** Default options. The public configuration starts a window at every frame, turns it in 5 ways and trains for 100 epochs in
 * batches of 1024: `mocodad:epochs=100,batch=1024,stride=1,transforms=5`. Here windows lie side by side, as they are and mirrored,
 * for 20 epochs in batches of 128 (some tens of clips make only a few batches): 75 times less to train and 15 times less to score.
 * All else is as in the public configuration for UBnormal. (That for STC has weight 1, a rate of 1e-4, batches of 4096 and, in
 * training alone, frames 6 apart.) */
export const MOCODAD_OPTIONS: MocodadOptions = {
  epochs: 20,
  batch: 128,
  stride: 6,
  spacing: 1,
  transforms: 2,
  samples: 5,
  weight: 0.01,
  clip: "mean",
};

/** Number of tracks whose windows are in memory at a time in scoring. */
const BLOCK = 64;

/** Create the method.
 * @throws {UsageError} If an option is out of range. */
export function mocodad(settings: Settings): PersonMethod {
  const least1 = wholeNumber(1);
  const options = checkSettings<MocodadOptions>("create detector mocodad", {
    ...MOCODAD_OPTIONS,
    ...settings,
  }, {
    epochs: least1,
    batch: least1,
    stride: least1,
    spacing: least1,
    transforms: wholeNumber(1, WAYS.length),
    samples: least1,
    weight: numberThat("0 or more", (weight) => weight >= 0 && weight < Infinity),
    clip: oneOf("mean", "max"),
  });
  const { epochs, batch, stride, spacing, transforms, samples, weight, clip } = options;
  const sizesOf = (joints: readonly unknown[]) => ({ channels: CHANNELS, joints: joints.length });
  return {
    name: "mocodad",
    options,
    frames: null,
    steps: (tracks) => {
      const counts = tracks.map(({ frames }) => windowStarts(frames, stride, spacing).length);
      return loopSteps({ size: transforms * counts.reduce((sum, count) => sum + count, 0), epochs, batch });
    },
    shapes: ({ joints }) => {
      const shape = [joints.length * CHANNELS];
      return [
        ...mocodadNetwork(sizesOf(joints)).shapes(),
        { name: "scaler.median", shape },
        { name: "scaler.range", shape },
      ];
    },
    fit: async (tracks, context) => {
      const { engine, skeleton: { joints }, seed } = context, sizes = sizesOf(joints);
      const frames = tracks.map(boxed), scaler = fitScaler(frames, sizes.joints * CHANNELS);
      const windows = frames.flatMap((own, i) => cutWindows(own, tracks[i].frames, scaler, options));
      const random = new Random(hashSeed(seed, "mocodad batches"));
      const makeBatch = (places: readonly number[]): Named => {
        const chosen = places.map((place) => place < windows.length ? place : random.integer(windows.length));
        const future = halves(windows, chosen, sizes.joints, 1);
        const noise = { shape: future.shape, values: new Float32Array(future.values.length) };
        drawNormals(random, noise.values);
        const step = { shape: [batch, STEPS], values: new Float32Array(batch * STEPS) };
        for (let b = 0; b < batch; b++) step.values[b * STEPS + 1 + random.integer(STEPS - 1)] = 1;
        return { past: halves(windows, chosen, sizes.joints, 0), future, noise, step };
      };
      const size = Math.ceil(windows.length / batch) * batch; // whole batches, so that every step has one shape
      const rate = (epoch: number) => 1e-3 * 0.99 ** epoch;
      const { train } = programsOf(engine, { ...sizes, weight }), weights = initialMocodad(sizes, seed);
      const loop = { size, epochs, batch, rate, random, makeBatch };
      return { ...await trainNetwork(context, mocodadNetwork(sizes), train, weights, loop), ...scaler };
    },
    score: async (tracks, values, { engine, skeleton: { joints }, seed }) => {
      const scores = new Float64Array(tracks.length);
      for (let at = 0; at < tracks.length; at += BLOCK) {
        const block = tracks.slice(at, at + BLOCK);
        const cut = block.map((track) => cutWindows(boxed(track), track.frames, values, options));
        const names = block.flatMap(({ id }, i) =>
          cut[i].map((_, row) => `${id} window ${Math.floor(row / transforms)} transform ${row % transforms}`)
        );
        const sampling = { joints: joints.length, samples, seed };
        const errors = await windowErrors(engine, values, cut.flat(), names, sampling);
        let from = 0;
        scores.set(cut.map(({ length }) => scoreOf(errors.subarray(from, from += length))), at);
      }
      return scores;
    },
  };

  /** Score of a clip from its windows' errors: their mean or greatest one in each way to turn them, averaged over the ways. */
  function scoreOf(errors: Float64Array): number {
    return mean(Array.from({ length: transforms }, (_, way) => {
      const series = errors.filter((_, row) => row % transforms === way);
      return clip === "max" ? Math.max(...series) : mean(series);
    }));
  }
}
