/**
 * Untrained floors: what a detector must beat to have learned anything. None of them uses a tensor engine.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import { distanceMaps } from "../data/distance.ts";
import { commonSkeleton, meanJoint, type Preparation, prepareClip } from "../data/prepare.ts";
import type { Detector, FitOptions } from "../detector.ts";
import { UsageError } from "../errors.ts";

/** A clip as one vector. */
type Features = (clip: Clip) => Float32Array;

const PREPARATION: Preparation = { frames: 24, align: "pair-yaw", scale: "none" };

/** 1-nearest-neighbour detector on some features: the score is the Euclidean distance to the nearest training clip. */
class NearestNeighbour implements Detector {
  #training: Float32Array[] = [];
  #skeleton = "";
  #scale: Float32Array | undefined;

  constructor(readonly name: string, readonly features: Features, readonly standardise: boolean) {}

  fit(clips: readonly Clip[], _options: FitOptions): Promise<void> {
    this.#skeleton = commonSkeleton(clips).name;
    this.#training = clips.map(this.features);
    this.#scale = this.standardise ? inverseDeviations(this.#training) : undefined;
    return Promise.resolve();
  }

  score(clips: readonly Clip[]): Promise<Float64Array> {
    if (this.#training.length === 0) throw new UsageError("Cannot use the detector: it is not fitted");
    return Promise.resolve(Float64Array.from(clips, (clip) => {
      if (clip.skeleton.name !== this.#skeleton) {
        throw new UsageError(`Cannot score clips of skeleton ${clip.skeleton.name}: the model was fitted on ${this.#skeleton}`);
      }
      const own = this.features(clip);
      return Math.sqrt(this.#training.reduce((best, other) => Math.min(best, this.#distance(own, other)), Infinity));
    }));
  }

  #distance(a: Float32Array, b: Float32Array): number {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      const difference = (a[i] - b[i]) * (this.#scale ? this.#scale[i] : 1);
      sum += difference * difference;
    }
    return sum;
  }
}

/** 1 / standard deviation of each feature over the training clips (1 where it is constant). */
function inverseDeviations(rows: readonly Float32Array[]): Float32Array {
  return rows[0].map((_, k) => {
    const mean = rows.reduce((sum, row) => sum + row[k], 0) / rows.length;
    const variance = rows.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0) / rows.length;
    return variance > 1e-12 ? 1 / Math.sqrt(variance) : 1;
  });
}

function poses(clip: Clip): Float32Array {
  const { x, y } = prepareClip(clip, PREPARATION);
  const both = new Float32Array(x.length * 2);
  both.set(x);
  both.set(y, x.length);
  return both;
}

function maps(clip: Clip): Float32Array {
  const { x, y, joints } = prepareClip(clip, PREPARATION);
  return distanceMaps(x, y, joints);
}

/** Mean, deviation, least, greatest value and mean absolute change over time of every coordinate and every distance. */
function statistics(clip: Clip): Float32Array {
  const { x, y, joints, frames } = prepareClip(clip, PREPARATION);
  const series = [x, y, distanceMaps(x, y, joints)];
  const out: number[] = [];
  for (const values of series) {
    const width = values.length / frames;
    for (let k = 0; k < width; k++) {
      let sum = 0, squares = 0, low = Infinity, high = -Infinity, change = 0;
      for (let t = 0; t < frames; t++) {
        const value = values[t * width + k];
        sum += value;
        squares += value * value;
        low = Math.min(low, value);
        high = Math.max(high, value);
        if (t > 0) change += Math.abs(value - values[(t - 1) * width + k]);
      }
      const mean = sum / frames;
      out.push(mean, Math.sqrt(Math.max(0, squares / frames - mean * mean)), low, high, change / (frames - 1));
    }
  }
  return Float32Array.from(out);
}

function meanDistance(clip: Clip): Float32Array {
  const width = clip.skeleton.joints.length * 3;
  let sum = 0;
  for (let t = 0; t < clip.frames; t++) {
    const a = meanJoint(clip.x.subarray(t * width, (t + 1) * width), clip.skeleton.pelvis);
    const b = meanJoint(clip.y.subarray(t * width, (t + 1) * width), clip.skeleton.pelvis);
    sum += Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }
  return Float32Array.of(sum / clip.frames);
}

function meanSpeed(clip: Clip): Float32Array {
  const width = clip.skeleton.joints.length * 3;
  let sum = 0, count = 0;
  for (const person of [clip.x, clip.y]) {
    for (let at = width; at < person.length; at += 3) {
      sum += Math.hypot(
        person[at] - person[at - width],
        person[at + 1] - person[at + 1 - width],
        person[at + 2] - person[at + 2 - width],
      );
      count++;
    }
  }
  return Float32Array.of(count === 0 ? 0 : sum / count * clip.fps);
}

const MAKERS: Readonly<Record<string, () => Detector>> = {
  "knn-poses": () => new NearestNeighbour("knn-poses", poses, false),
  "knn-distances": () => new NearestNeighbour("knn-distances", maps, false),
  "knn-statistics": () => new NearestNeighbour("knn-statistics", statistics, true),
  "clip-length": () => new NearestNeighbour("clip-length", (clip) => Float32Array.of(clip.frames / clip.fps), false),
  "mean-distance": () => new NearestNeighbour("mean-distance", meanDistance, false),
  "mean-speed": () => new NearestNeighbour("mean-speed", meanSpeed, false),
};

/** Names of the floors: nearest neighbour on poses, on distance maps, on statistics over time of both, on the clip's
 * length (seconds), on the mean distance of the pelvises (metres), on the mean speed of all joints (metres a second). */
export const FLOORS: readonly string[] = Object.keys(MAKERS);

/** Make the floor of that name. Its score is the distance to the nearest training clip; `knn-*` use clips prepared to 24
 * frames with the pair centred and turned, so that moving or turning the scene changes nothing. Exchanging the two
 * people does change their score.
 *
 * @throws {UsageError} If there is none.
 * @example
 * ```ts
 * import { createFloor, generateDataset } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 3, categories: ["hug"] });
 * const floor = createFloor("knn-poses");
 * await floor.fit(clips, { seed: 0 });
 * assertEquals(await floor.score(clips), new Float64Array(3));
 * ```
 */
export function createFloor(name: string): Detector {
  const make = MAKERS[name];
  if (!make) throw new UsageError(`Cannot find floor ${name}: known are ${FLOORS.join(", ")}`);
  return make();
}
