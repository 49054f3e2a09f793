/** Floors: detectors that learn nothing but where the training clips lie. A detector that does not beat them has not
 * learned anything, and what `clip-length`, `mean-distance` and `mean-speed` find is a shortcut in the data. None of them
 * uses a random number, and only large training sets use a tensor engine. */
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
import { sharedFeatures } from "./feature_cache.ts";
import type { Learner } from "./learner.ts";
import { mahalanobis } from "./mahalanobis.ts";
import { nearest } from "./nearest.ts";
import { evened, standardised } from "./scaling.ts";

/** Clips whose features are in memory at once. */
const AT_ONCE = 128;

class Floor extends BaseDetector {
  override readonly isTrained = false;
  readonly #featuresToScore: Features;

  constructor(
    readonly name: string,
    readonly features: Features,
    readonly learner: Learner,
    options: DetectorOptions,
  ) {
    super(options);
    const { engine } = options;
    this.#featuresToScore = typeof engine === "object" ? sharedFeatures(engine, features) : features;
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
    const open = () => this.openedEngine();
    const distances = models.map(({ tensors: { rows: { shape: [count, width], values } } }) => {
      const row = (i: number) => values.subarray(i * width, (i + 1) * width);
      return this.learner(Array.from({ length: count }, (_, i) => row(i)), open);
    });
    const score = async (clips: readonly Clip[], count: number) => {
      const scores = distances.slice(0, count).map(() => new Float64Array(clips.length));
      for (let at = 0; at < clips.length; at += AT_ONCE) {
        const rows = clips.slice(at, at + AT_ONCE).map(this.#featuresToScore);
        for (const [k, own] of scores.entries()) own.set(await distances[k](rows), at);
      }
      return scores;
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

const RECIPES: ReadonlyMap<string, readonly [Features, Learner]> = new Map([
  ["knn-poses", [poses, nearest]],
  ["knn-distances", [maps, nearest]],
  ["knn-statistics", [statistics, standardised(nearest)]],
  ["knn-log-statistics", [logStatistics, evened(3, nearest)]],
  ["mahalanobis", [statistics, standardised(mahalanobis)]],
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
