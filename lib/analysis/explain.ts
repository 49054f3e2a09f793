/** Explanation of a clip's score: contributions of frames, joints and pairs of joints, by integrated gradients (Sundararajan et al.,
 * ICML 2017) from the nearest normal clip. */
import type { Clip } from "../data/clip.ts";
import { distanceMaps } from "../data/transforms/distance.ts";
import { type Preparation, prepareClip, type PreparedClip } from "../data/transforms/prepare.ts";
import { UsageError } from "../core/errors.ts";
import { checkOptions } from "../core/options.ts";
import type { Detector } from "../detectors/detector.ts";
import { spreadOverSources } from "../detectors/iadnet/canonical_input.ts";
import { type AttributionInput, type IADNet, requireIADNet } from "../detectors/iadnet/detector.ts";

/** Explanation of a score. Contributions are in nats; together they make up `score - nearestScore`, but for the
 * log-determinant of the flow, which changes by jumps and has no gradient. */
export interface Explanation {
  /** Score of the clip. */
  readonly score: number;
  /** Id of the nearest normal clip. */
  readonly nearest: string;
  /** Score of the nearest normal clip. */
  readonly nearestScore: number;
  /** Prepared frames T. */
  readonly frames: number;
  /** Joints D of one person. */
  readonly joints: number;
  /** Contribution of each prepared frame, [T]. */
  readonly byFrame: Float64Array;
  /** Contribution of the motion of each joint, [T, D]: of person 1, of person 2. */
  readonly byJoint: readonly [Float64Array, Float64Array];
  /** Contribution of the distance of each pair of joints (person 1, person 2), [T, D, D]. */
  readonly byPair: Float64Array;
  /** Distance maps (equation 2) of the clip and of the nearest normal one, [T, D, D], metres, negative. */
  readonly maps: readonly [Float32Array, Float32Array];
}

/** Options for `explain`. */
export interface ExplainOptions {
  /** Number of points on the line at which gradients are taken, at least 1: more are more exact and take longer. 32 if absent. */
  readonly points?: number;
}

/** Explain a clip's score by integrated gradients along the straight line from the nearest normal clip to the clip. The nearest clip
 * has the least root mean square distance of the prepared joints. A model that reads windows takes the clip as one window.
 * @param normals Normal clips to compare with, such as the training clips; at least one.
 * @throws {UsageError} If the detector is not an IADNet or not fitted, there is no normal clip, skeletons differ, or points is out of range.
 * @example
 * ```ts
 * import { explain, generateDataset, IADNet } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * const detector = new IADNet({ preset: "tiny" });
 * await detector.fit(clips.slice(1), { seed: 0 });
 * const { nearest, byFrame } = await explain(detector, clips[0], clips.slice(1));
 * assert(clips.some((clip) => clip.id === nearest) && byFrame.length === 16);
 * ```
 */
export async function explain(
  detector: Detector,
  clip: Clip,
  normals: readonly Clip[],
  options: ExplainOptions = {},
): Promise<Explanation> {
  return await explainer(detector, normals, options)(clip);
}

/** Prepare the normal clips once and return a function that explains clips, as `explain`.
 * @throws {UsageError} If the detector is not an IADNet, there is no normal clip, or points is out of range.
 * @example
 * ```ts
 * import { explainer, generateDataset, IADNet } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * const detector = new IADNet({ preset: "tiny" });
 * await detector.fit(clips.slice(1), { seed: 0 });
 * const why = explainer(detector, clips.slice(1), { points: 8 });
 * assertEquals((await why(clips[1])).nearest, clips[1].id);
 * ```
 */
export function explainer(
  detector: Detector,
  normals: readonly Clip[],
  options: ExplainOptions = {},
): (clip: Clip) => Promise<Explanation> {
  checkOptions("explain", options, ["points"]);
  const model = requireIADNet(detector, "explain"), { points = 32 } = options;
  if (normals.length === 0) throw new UsageError("Cannot explain: there is no normal clip to compare with");
  if (!(Number.isInteger(points) && points >= 1)) {
    throw new UsageError(`Cannot explain: points must be an integer from 1, got ${points}`);
  }
  const nearest = nearestFinder(normals, model.preset.preparation);
  return (clip) => explainAgainst(model, nearest(clip), points);
}

async function explainAgainst(model: IADNet, nearest: Nearest, points: number): Promise<Explanation> {
  const own = model.attributionInput(nearest.own), base = model.attributionInput(nearest.prepared);
  const { frames, joints } = own, { canonical } = model.config;
  const { x, y, maps } = await integratedGradients(model, own, base, points);
  const byPair = canonical ? spreadOverSources(maps, canonical, joints) : maps;
  const byFrame = new Float64Array(frames);
  for (const contributions of [x, y]) {
    contributions.forEach((value, i) => byFrame[Math.floor(i / joints)] += value);
  }
  byPair.forEach((value, i) => byFrame[Math.floor(i / joints ** 2)] += value);
  return {
    score: (await model.attribute(own)).score,
    nearest: nearest.clip.id,
    nearestScore: (await model.attribute(base)).score,
    frames,
    joints,
    byFrame,
    byJoint: [x, y],
    byPair,
    maps: [mapsOf(own), mapsOf(base)],
  };
}

const mapsOf = ({ x, y, joints }: PreparedClip) => distanceMaps(x, y, joints);

/** Contribution of each joint of person 1 and person 2, [T, D], and of each distance, [T, D, D], to the difference between the scores
 * of `clip` and `base`, nats; distances are those of the joints that the encoder reads. The gradients of the score are averaged over
 * `points` midpoints of the straight line from `base` to
 * `clip`, and multiplied by the difference between the two. */
async function integratedGradients(
  model: IADNet,
  clip: AttributionInput,
  base: AttributionInput,
  points: number,
): Promise<Record<"x" | "y" | "maps", Float64Array>> {
  const keys = ["x", "y", "maps"] as const;
  const [x, y, maps] = keys.map((key) => new Float64Array(clip[key].length)), mean = { x, y, maps };
  for (let k = 0; k < points; k++) {
    const fraction = (k + 0.5) / points;
    const [x, y, maps] = keys.map((key) =>
      clip[key].map((value, i) => base[key][i] + fraction * (value - base[key][i]))
    );
    const gradients = await model.attribute({ ...clip, x, y, maps });
    for (const key of keys) gradients[key].forEach((value, i) => mean[key][i] += value / points);
  }
  const along = (key: "x" | "y" | "maps", width: number) => {
    const out = new Float64Array(mean[key].length / width);
    mean[key].forEach((value, i) => out[Math.floor(i / width)] += value * (clip[key][i] - base[key][i]));
    return out;
  };
  return { x: along("x", 3), y: along("y", 3), maps: along("maps", 1) };
}

/** The nearest clip, and the prepared clips. */
export interface Nearest {
  /** The nearest clip. */
  readonly clip: Clip;
  /** The nearest clip, prepared. */
  readonly prepared: PreparedClip;
  /** The given clip, prepared. */
  readonly own: PreparedClip;
}

/** Prepare clips of one skeleton, at least one, and return a function that finds the nearest of them: the one with the least root mean
 * square distance of the prepared joints, the first if there are several. */
export function nearestFinder(clips: readonly Clip[], preparation: Preparation): (clip: Clip) => Nearest {
  const prepared = clips.map((clip) => prepareClip(clip, preparation));
  return (clip) => {
    const own = prepareClip(clip, preparation);
    const distances = prepared.map((other) => squaredDistance(own, other));
    const index = distances.indexOf(Math.min(...distances));
    return { clip: clips[index], prepared: prepared[index], own };
  };
}

function squaredDistance(a: PreparedClip, b: PreparedClip): number {
  let sum = 0;
  for (let i = 0; i < a.x.length; i++) sum += (a.x[i] - b.x[i]) ** 2 + (a.y[i] - b.y[i]) ** 2;
  return sum;
}
