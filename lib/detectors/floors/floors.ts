/** Floors: detectors that learn nothing but where the training clips lie. A detector that does not beat them has not
 * learned anything, and what `clip-length`, `mean-distance` and `mean-speed` find is a shortcut in the data. None of them
 * uses a tensor engine or a random number. */
import type { Clip } from "../../data/clip.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import { BaseDetector, type Scorer } from "../base.ts";
import type { DetectorOptions } from "../detector.ts";
import type { ShapesOf, TrainedModel } from "../model_file.ts";
import { UsageError } from "../../core/errors.ts";
import type { NamedShape } from "../../core/safetensors.ts";
import { stack } from "../../core/tensors.ts";
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
import { type Distance, fitMahalanobis } from "./mahalanobis.ts";

/** From training rows to the distance of any row to them. */
type Learner = (rows: readonly ArrayLike<number>[]) => Distance;

class Floor extends BaseDetector {
  override readonly isTrained = false;

  constructor(
    readonly name: string,
    readonly features: Features,
    readonly learner: Learner,
    options: DetectorOptions,
  ) {
    super(options);
  }

  get options(): Readonly<Record<string, unknown>> {
    return { calibrationFolds: this.calibrationFolds };
  }

  protected steps(): number {
    return 0;
  }

  /** A floor's model is the features of its training clips. */
  protected train(clips: readonly Clip[]): Promise<TrainedModel> {
    const rows = clips.map(this.features);
    return Promise.resolve({ tensors: { rows: stack(rows, [rows[0].length]) } });
  }

  protected openScorer(models: readonly TrainedModel[]): Promise<Scorer> {
    const distances = models.map(({ tensors: { rows: { shape: [count, width], values } } }) =>
      this.learner(Array.from({ length: count }, (_, i) => values.subarray(i * width, (i + 1) * width)))
    );
    const score = (clips: readonly Clip[], count: number) => {
      const rows = clips.map(this.features);
      return Promise.resolve(distances.slice(0, count).map((distance) => Float64Array.from(rows, distance)));
    };
    return Promise.resolve({ score });
  }

  protected readonly shapes: ShapesOf = (skeleton, found): NamedShape[] => {
    const count = found.shape("rows")?.[0] ?? 0;
    if (count < 1) throw new Error("rows of features are missing");
    return [{ name: "rows", shape: [count, this.features(stillClip(skeleton)).length] }];
  };
}

/** Two people who stand still for two frames: the number of features depends on the skeleton alone. */
function stillClip(skeleton: Skeleton): Clip {
  const x = new Float32Array(2 * skeleton.joints.length * 3);
  return { id: "", category: "", group: "", fps: 1, skeleton, frames: 2, x, y: x, up: skeleton.up };
}

/** Euclidean distance to the nearest training row. */
const nearest: Learner = (rows) => {
  const others = rows.map((row) => Float64Array.from(row)); // of one type: the loop is compiled for it
  return (row) => {
    const own = Float64Array.from(row);
    return Math.sqrt(
      others.reduce((best, other) => Math.min(best, squaredDistance(own, other, best)), Infinity),
    );
  };
};

/** Values between two looks at the limit. */
const STRETCH = 64;

/** Squared Euclidean distance, or any value above `limit` as soon as it is known to be above. */
function squaredDistance(a: Float64Array, b: Float64Array, limit: number): number {
  let sum = 0;
  for (let k = 0; k < a.length && sum <= limit;) {
    for (const end = Math.min(k + STRETCH, a.length); k < end; k++) {
      const difference = a[k] - b[k];
      sum += difference * difference;
    }
  }
  return sum;
}

/** The learner on features that are each divided by their standard deviation over the training rows (left alone where that
 * is 0). */
const standardised = (learner: Learner): Learner => (rows) =>
  scaled(deviationsOf(rows).map((deviation) => deviation > 1e-6 ? 1 / deviation : 1), rows, learner);

/** Least mean deviation of a block, as a fraction of the root mean square of its values: for one row, and for clips in which nobody
 * moves. */
const LEAST_FRACTION = 0.03;

/** The learner on features that are each divided by their standard deviation over the training rows plus the mean deviation
 * of their block, one of `blocks` equal ones. */
const evened = (blocks: number, learner: Learner): Learner => (rows) => {
  const deviations = deviationsOf(rows), width = deviations.length / blocks;
  const typical = Array.from({ length: blocks }, (_, block) => {
    const from = block * width, own = deviations.subarray(from, from + width);
    const mean = own.reduce((sum, other) => sum + other, 0) / width;
    return Math.max(mean, LEAST_FRACTION * sizeOfBlock(rows, from, width));
  });
  const factors = deviations.map((deviation, k) => 1 / (deviation + typical[Math.floor(k / width)] + 1e-9));
  return scaled(factors, rows, learner);
};

/** Root mean square of the values of a block of columns. */
function sizeOfBlock(rows: readonly ArrayLike<number>[], from: number, width: number): number {
  let sum = 0;
  for (const row of rows) for (let k = from; k < from + width; k++) sum += row[k] ** 2;
  return Math.sqrt(sum / (rows.length * width));
}

/** Standard deviation of each column. */
function deviationsOf(rows: readonly ArrayLike<number>[]): Float64Array {
  const { length: width } = rows[0], { length: count } = rows;
  const mean = new Float64Array(width), square = new Float64Array(width);
  for (const row of rows) for (let k = 0; k < width; k++) mean[k] += row[k];
  for (let k = 0; k < width; k++) mean[k] /= count;
  for (const row of rows) for (let k = 0; k < width; k++) square[k] += (row[k] - mean[k]) ** 2;
  return square.map((sum) => Math.sqrt(sum / count));
}

/** The learner on columns times factors. */
function scaled(factors: Float64Array, rows: readonly ArrayLike<number>[], learner: Learner): Distance {
  const scale = (row: ArrayLike<number>) => {
    const out = new Float64Array(factors.length);
    for (let k = 0; k < out.length; k++) out[k] = factors[k] * row[k];
    return out;
  };
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
 *   distance to the nearest training value. */
export const FLOORS: readonly string[] = [...RECIPES.keys()];

/** Create the floor of that name. Its score is a distance to the training clips, 0 or more.
 *
 * Moving the scene or turning it about the vertical changes no score. Exchanging the two people changes none of
 * `clip-length`, `mean-distance` and `mean-speed`; it does change the others, which compare person 1 with person 1.
 * @throws {UsageError} If there is none of that name; the message lists those there are. */
export function createFloor(name: string, options: DetectorOptions = {}): BaseDetector {
  const recipe = RECIPES.get(name);
  if (!recipe) throw new UsageError(`Cannot find floor ${name}: known are ${FLOORS.join(", ")}`);
  return new Floor(name, ...recipe, options);
}
