/**
 * Floors: detectors that learn nothing but where the training clips lie. A detector that does not beat them has not
 * learned anything, and what `clip-length`, `mean-distance` and `mean-speed` find is a shortcut in the data. None of them
 * uses a tensor engine or a random number.
 *
 * @module
 */
import type { Clip } from "../../data/clip.ts";
import { commonSkeleton } from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import type { Detector, FitOptions } from "../detector.ts";
import { DataError, UsageError } from "../../core/errors.ts";
import {
  clipLength,
  type Features,
  logStatistics,
  maps,
  meanDistance,
  meanSpeed,
  poses,
  statistics,
} from "./features.ts";
import { type DetectorFile, encodeDetector } from "../file.ts";
import { type Distance, fitMahalanobis } from "./mahalanobis.ts";

/** From training rows to the distance of any row to them. */
type Learner = (rows: readonly ArrayLike<number>[]) => Distance;

class Floor implements Detector {
  #fitted: { skeleton: Skeleton; rows: readonly Float32Array[]; distance: Distance } | undefined;

  constructor(readonly name: string, readonly features: Features, readonly learner: Learner) {}

  fit(clips: readonly Clip[], _options: FitOptions): Promise<void> {
    return attempt(() => {
      const sorted = [...clips].sort((a, b) => a.id < b.id ? -1 : 1);
      this.#learn(commonSkeleton(clips), sorted.map(this.features));
    });
  }

  #learn(skeleton: Skeleton, rows: readonly Float32Array[]): void {
    this.#fitted = { skeleton, rows, distance: this.learner(rows) };
  }

  score(clips: readonly Clip[]): Promise<Float64Array> {
    return attempt(() => {
      const { skeleton, distance } = this.#requireFitted();
      const other = clips.find((clip) => clip.skeleton.name !== skeleton.name);
      if (other) {
        const has = `${other.id} has skeleton ${other.skeleton.name}`;
        throw new UsageError(`Cannot score clips: ${has}, ${this.name} was fitted on ${skeleton.name}`);
      }
      return Float64Array.from(clips, (clip) => distance(this.features(clip)));
    });
  }

  toBytes(): Uint8Array {
    const { skeleton, rows } = this.#requireFitted(), width = rows[0].length;
    const values = new Float32Array(rows.length * width);
    rows.forEach((row, i) => values.set(row, i * width));
    return encodeDetector({
      detector: this.name,
      skeleton,
      options: {},
      values: { rows: { shape: [rows.length, width], values } },
    });
  }

  /** Learn again from the rows that `toBytes` wrote. */
  restore({ skeleton, values: { rows } }: DetectorFile): this {
    if (rows?.shape.length !== 2 || rows.shape[0] < 1) {
      throw new DataError(`Cannot use detector ${this.name}: its file holds no rows`, this.name);
    }
    const [count, width] = rows.shape, still = new Float32Array(2 * skeleton.joints.length * 3);
    const clip = {
      id: "",
      category: "",
      group: "",
      fps: 1,
      skeleton,
      frames: 2,
      x: still,
      y: still,
      up: skeleton.up,
    };
    if (width !== this.features(clip).length) {
      throw new DataError(`Cannot use detector ${this.name}: its rows have ${width} values`, this.name);
    }
    const each = Array.from({ length: count }, (_, i) => rows.values.subarray(i * width, (i + 1) * width));
    this.#learn(skeleton, each);
    return this;
  }

  #requireFitted() {
    if (!this.#fitted) throw new UsageError(`Cannot use the detector: ${this.name} is not fitted`);
    return this.#fitted;
  }
}

/** Errors of synchronous work as rejections, as every other detector gives them. */
function attempt<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

/** Euclidean distance to the nearest training row. */
const nearest: Learner = (rows) => (row) =>
  Math.sqrt(rows.reduce((best, other) => Math.min(best, squaredDistance(row, other, best)), Infinity));

/** Squared Euclidean distance, or any value above `limit` as soon as it is known to be above. */
function squaredDistance(a: ArrayLike<number>, b: ArrayLike<number>, limit: number): number {
  let sum = 0;
  for (let k = 0; k < a.length && sum <= limit; k++) sum += (a[k] - b[k]) ** 2;
  return sum;
}

/** The learner on features that are each divided by their standard deviation over the training rows (left alone where that
 * is 0). */
const standardised = (learner: Learner): Learner => (rows) =>
  scaled(deviationsOf(rows).map((deviation) => deviation > 1e-6 ? 1 / deviation : 1), rows, learner);

/** The learner on features that are each divided by their standard deviation over the training rows plus the mean deviation
 * of their block, one of `blocks` equal ones. */
const evened = (blocks: number, learner: Learner): Learner => (rows) => {
  const deviations = deviationsOf(rows), width = deviations.length / blocks;
  const factors = deviations.map((deviation, k) => {
    const from = Math.floor(k / width) * width;
    const typical = deviations.subarray(from, from + width).reduce((sum, other) => sum + other, 0) / width;
    return 1 / (deviation + typical + 1e-9);
  });
  return scaled(factors, rows, learner);
};

/** Standard deviation of each column. */
function deviationsOf(rows: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(rows[0], (_, k) => {
    const mean = rows.reduce((sum, row) => sum + row[k], 0) / rows.length;
    return Math.sqrt(rows.reduce((sum, row) => sum + (row[k] - mean) ** 2, 0) / rows.length);
  });
}

/** The learner on columns times factors. */
function scaled(factors: Float64Array, rows: readonly ArrayLike<number>[], learner: Learner): Distance {
  const scale = (row: ArrayLike<number>) => factors.map((factor, k) => factor * row[k]);
  const distance = learner(rows.map(scale));
  return (row) => distance(scale(row));
}

const RECIPES: ReadonlyMap<string, readonly [Features, Learner]> = new Map([
  ["knn-poses", [poses, nearest]],
  ["knn-distances", [maps, nearest]],
  ["knn-statistics", [statistics, standardised(nearest)]],
  ["knn-log-statistics", [logStatistics, evened(3, nearest)]],
  ["mahalanobis", [statistics, standardised(fitMahalanobis)]],
  ["clip-length", [clipLength, nearest]],
  ["mean-distance", [meanDistance, nearest]],
  ["mean-speed", [meanSpeed, nearest]],
]);

/** Names of the floors, by what they compare:
 * - `knn-poses`, `knn-distances`: nearest training clip by the joints of both people, by distance maps (equation 2);
 * - `knn-log-statistics`: nearest training clip by three statistics over time, two of them as logarithms;
 * - `knn-statistics`, `mahalanobis`: nearest training clip, and shrunk Mahalanobis distance, by statistics over time of both;
 * - `clip-length` (seconds), `mean-distance` of the pelvises (metres), `mean-speed` of all joints (metres a second):
 *   distance to the nearest training value.
 */
export const FLOORS: readonly string[] = [...RECIPES.keys()];

/** Make the floor of that name. Its score is a distance to the training clips, 0 or more.
 *
 * Moving the scene or turning it about the vertical changes no score. Exchanging the two people changes none of
 * `clip-length`, `mean-distance` and `mean-speed`; it does change the others, which compare person 1 with person 1.
 *
 * @throws {UsageError} If there is none of that name; the message lists those there are.
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
  return makeFloor(name);
}

/** The floor whose `toBytes` gave this file.
 *
 * @throws {UsageError} If there is none of its name. @throws {DataError} If its rows are missing.
 */
export function restoreFloor(file: DetectorFile): Detector {
  return makeFloor(file.detector).restore(file);
}

function makeFloor(name: string): Floor {
  const recipe = RECIPES.get(name);
  if (!recipe) throw new UsageError(`Cannot find floor ${name}: known are ${FLOORS.join(", ")}`);
  return new Floor(name, ...recipe);
}
