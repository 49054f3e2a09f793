/**
 * Why a clip scores as it does: which frames, which joints, which pairs of joints, and the normal clip it is nearest to.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import { distanceMaps } from "../data/transforms/distance.ts";
import { prepareClip, type PreparedClip } from "../data/transforms/prepare.ts";
import { UsageError } from "../core/errors.ts";
import type { Detector } from "../detectors/detector.ts";
import { type IADNet, requireIADNet } from "../detectors/iadnet/detector.ts";
import { integratedGradients } from "./integrated_gradients.ts";
import { checkOptions } from "../core/options.ts";

/** An explanation. Contributions are in nats; together they make up most of `score - nearestScore`. */
export interface Explanation {
  /** The clip's score. */
  readonly score: number;
  /** Id of the nearest normal clip, and its score. */
  readonly nearest: string;
  /** Score of that clip. */
  readonly nearestScore: number;
  /** Frames T and joints D of what follows. */
  readonly frames: number;
  /** Joints of one person. */
  readonly joints: number;
  /** Contribution of each prepared frame, [T]. */
  readonly byFrame: Float64Array;
  /** Contribution of each joint of each person's own motion, [T, D] each: person 1, person 2. */
  readonly byJoint: readonly [Float64Array, Float64Array];
  /** Contribution of the distance of each pair of joints (person 1, person 2), [T, D, D]. */
  readonly byPair: Float64Array;
  /** Distance maps (equation 2) of the clip and of the nearest normal one, [T, D, D], metres, negative. */
  readonly maps: readonly [Float32Array, Float32Array];
}

/** Options for `explain`. */
export interface ExplainOptions {
  /** Points of the line at which gradients are taken, at least 1: more are closer to the integral and take longer; 32 if
   * absent. */
  readonly points?: number;
}

/** Explain a clip's score by integrated gradients (Sundararajan et al., ICML 2017) along the straight line from the nearest
 * normal clip, by root mean square distance of the prepared joints, to the clip. A model that reads windows takes the clip
 * as one window.
 *
 * @param normals Normal clips, such as the training clips; at least one.
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

/** As `explain`, for many clips: the normal clips are prepared once.
 *
 * @throws {UsageError} If the detector is not an IADNet, there is no normal clip, or points is out of range; the rest when it is called.
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
  const prepared = normals.map((normal) => prepareClip(normal, model.preset.preparation));
  return (clip) => explainAgainst(model, clip, normals, prepared, points);
}

async function explainAgainst(
  model: IADNet,
  clip: Clip,
  normals: readonly Clip[],
  prepared: readonly PreparedClip[],
  points: number,
): Promise<Explanation> {
  const withMaps = (own: PreparedClip) => ({ ...own, maps: distanceMaps(own.x, own.y, own.joints) });
  const own = withMaps(prepareClip(clip, model.preset.preparation));
  const distances = prepared.map((normal) => squaredDistance(own, normal));
  const index = distances.indexOf(Math.min(...distances)), base = withMaps(prepared[index]);
  const { frames, joints } = own;
  const { x, y, maps: byPair, score, baseScore } = await integratedGradients(model, own, base, points);
  const byFrame = new Float64Array(frames);
  for (const contributions of [x, y]) {
    contributions.forEach((value, i) => byFrame[Math.floor(i / joints)] += value);
  }
  byPair.forEach((value, i) => byFrame[Math.floor(i / joints ** 2)] += value);
  return {
    score,
    nearest: normals[index].id,
    nearestScore: baseScore,
    frames,
    joints,
    byFrame,
    byJoint: [x, y],
    byPair,
    maps: [own.maps, base.maps],
  };
}

function squaredDistance(a: PreparedClip, b: PreparedClip): number {
  let sum = 0;
  for (let i = 0; i < a.x.length; i++) sum += (a.x[i] - b.x[i]) ** 2 + (a.y[i] - b.y[i]) ** 2;
  return sum;
}
