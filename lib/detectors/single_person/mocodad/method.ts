/**
 * MoCoDAD (Flaborea et al., ICCV 2023) as a single-person method: a diffusion model that is given 3 frames and recovers the next 3
 * from noise. The error of the nearest of several samples is the score.
 *
 * As published: the architecture and the training of its public configuration.
 *
 * Not as published:
 * - 3D joints of any skeleton instead of 2D joints of one (`preprocess.ts`).
 * - A smaller budget (`options.ts`).
 * - One score a clip instead of scores of frames, which the public code smooths with widths that are chosen for each test set.
 *
 * @module
 */
import type { Skeleton } from "../../../data/skeleton.ts";
import type { Engine, Named } from "../../../engine/engine.ts";
import { hashSeed, Random } from "../../../core/random.ts";
import type { Setting } from "../../spec.ts";
import { loopSteps, runLoop } from "../../../training/loop.ts";
import type { NamedShape } from "../../../core/safetensors.ts";
import { mean } from "../../../metrics/statistics.ts";
import type { MethodContext, PersonMethod, Track } from "../method.ts";
import { WINDOW } from "./config.ts";
import { drawNormals } from "./noise.ts";
import { checkMocodad, type MocodadOptions } from "./options.ts";
import { boxed, CHANNELS, cutWindows, fitScaler, halves, windowStarts } from "./preprocess.ts";
import { initialMocodad, mocodadNetwork, programsOf } from "./programs.ts";
import { STEPS } from "./schedule.ts";
import { windowErrors } from "./sampling.ts";

/** Number of tracks whose windows are in memory at a time in scoring. */
const BLOCK = 64;

/** Create the method.
 *
 * @throws {UsageError} If an option is out of range.
 */
export function mocodad(options: Readonly<Record<string, Setting>>): PersonMethod {
  return new Mocodad(checkMocodad(options));
}

class Mocodad implements PersonMethod {
  readonly name = "mocodad";
  readonly frames = null;

  constructor(readonly options: Pick<MocodadOptions, keyof MocodadOptions>) {}

  steps(tracks: readonly Track[]): number {
    return loopSteps(this.#loop(tracks));
  }

  shapes(skeleton: Skeleton): readonly NamedShape[] {
    const joints = skeleton.joints.length, scaler = { shape: [joints * CHANNELS] };
    return [
      ...mocodadNetwork({ channels: CHANNELS, joints }).shapes(),
      { name: "scaler.median", ...scaler },
      { name: "scaler.range", ...scaler },
    ];
  }

  /** Rows are padded to whole batches, so that every step has one shape. */
  #loop(tracks: readonly Track[]) {
    const { epochs, batch, stride, spacing, transforms } = this.options;
    const rows = tracks.reduce(
      (sum, { frames }) => sum + transforms * windowStarts(frames, stride, spacing).length,
      0,
    );
    return { rows, size: Math.ceil(rows / batch) * batch, epochs, batch };
  }

  async fit(
    tracks: readonly Track[],
    { engine, skeleton, seed, part, checkpoints, onProgress }: MethodContext,
  ): Promise<Named> {
    const { rows, size, epochs, batch } = this.#loop(tracks), joints = skeleton.joints.length;
    const frames = tracks.map(boxed), scaler = fitScaler(frames, joints * CHANNELS);
    const windows = concatenate(
      frames.map((each, i) => cutWindows(each, tracks[i].frames, scaler, this.options)),
    );
    const sizes = { channels: CHANNELS, joints }, fixed = mocodadNetwork(sizes).fixedNames();
    const trainer = await engine.trainer(
      programsOf(engine, { ...sizes, weight: this.options.weight }).train,
      initialMocodad(sizes, seed),
      { frozen: (name) => fixed.has(name) },
    );
    const random = new Random(hashSeed(seed, "mocodad batches"));
    const makeBatch = (places: readonly number[]): Named => {
      const chosen = places.map((place) => place < rows ? place : random.integer(rows));
      const future = halves(windows, chosen, joints, 1);
      const noise = { shape: future.shape, values: new Float32Array(future.values.length) };
      drawNormals(random, noise.values);
      const step = { shape: [batch, STEPS], values: new Float32Array(batch * STEPS) };
      for (let b = 0; b < batch; b++) step.values[b * STEPS + 1 + random.integer(STEPS - 1)] = 1;
      return { past: halves(windows, chosen, joints, 0), future, noise, step };
    };
    const rate = (epoch: number) => 1e-3 * 0.99 ** epoch;
    const trained = await runLoop(trainer, {
      part,
      checkpoints,
      size,
      epochs,
      batch,
      rate,
      random,
      makeBatch,
      onProgress,
    });
    return { ...trained, ...scaler };
  }

  async score(
    tracks: readonly Track[],
    values: Named,
    { engine, skeleton, seed }: { engine: Engine; skeleton: Skeleton; seed: number },
  ): Promise<Float64Array> {
    const scores = new Float64Array(tracks.length);
    for (let at = 0; at < tracks.length; at += BLOCK) {
      scores.set(await this.#scoreBlock(tracks.slice(at, at + BLOCK), values, engine, skeleton, seed), at);
    }
    return scores;
  }

  async #scoreBlock(
    tracks: readonly Track[],
    values: Named,
    engine: Engine,
    skeleton: Skeleton,
    seed: number,
  ): Promise<Float64Array> {
    const { transforms, samples, clip } = this.options, joints = skeleton.joints.length;
    const cut = tracks.map((track) => cutWindows(boxed(track), track.frames, values, this.options));
    const counts = cut.map((own) => own.length / (joints * WINDOW * CHANNELS));
    const names = tracks.flatMap(({ id }, i) =>
      Array.from(
        { length: counts[i] },
        (_, row) => `${id} window ${Math.floor(row / transforms)} transform ${row % transforms}`,
      )
    );
    const errors = await windowErrors(engine, values, concatenate(cut), names, { joints, samples, seed });
    let from = 0;
    return Float64Array.from(counts, (count) => {
      const own = errors.subarray(from, from += count);
      const each = Array.from({ length: transforms }, (_, way) => {
        const series = own.filter((_, row) => row % transforms === way);
        return clip === "max" ? Math.max(...series) : mean(series);
      });
      return mean(each);
    });
  }
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
