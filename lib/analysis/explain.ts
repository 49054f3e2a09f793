/**
 * Why a clip scores as it does: which frames, which joints, which pairs of joints, and the normal clip it is nearest to.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import { distanceMaps } from "../data/distance.ts";
import { prepareClip, type PreparedClip } from "../data/transforms/prepare.ts";
import { UsageError } from "../core/errors.ts";
import type { IADNet } from "../detectors/iadnet/detector.ts";
import type { PathEnd } from "./integrated_gradients.ts";

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

/** How to explain. */
export interface ExplainOptions {
  /** Points of the path at which gradients are taken, at least 1: more are closer to the integral and take longer; 32 if
   * absent. */
  readonly points?: number;
}

/** Explain a clip's score by integrated gradients (Sundararajan et al., ICML 2017) along the straight path from the nearest
 * normal clip, by root mean square distance of the prepared joints, to the clip. A model that reads windows takes the clip
 * as one window; only the first member of an ensemble is asked.
 *
 * @param normals Normal clips, such as the training clips; at least one.
 * @throws {UsageError} If the detector is not fitted, there is no normal clip, skeletons differ, or points is out of range.
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
  detector: IADNet,
  clip: Clip,
  normals: readonly Clip[],
  options: ExplainOptions = {},
): Promise<Explanation> {
  return await explainer(detector, normals, options)(clip);
}

/** As `explain`, for many clips: the normal clips are prepared once.
 *
 * @throws {UsageError} If there is no normal clip, or points is out of range; the rest when it is called.
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
  detector: IADNet,
  normals: readonly Clip[],
  { points = 32 }: ExplainOptions = {},
): (clip: Clip) => Promise<Explanation> {
  if (normals.length === 0) throw new UsageError("Cannot explain: there is no normal clip to compare with");
  if (!(Number.isInteger(points) && points >= 1)) {
    throw new UsageError(`Cannot explain: points must be an integer from 1, got ${points}`);
  }
  const prepared = normals.map((normal) => prepareClip(normal, detector.preset.preparation));
  return (clip) => explainAgainst(detector, clip, normals, prepared, points);
}

async function explainAgainst(
  detector: IADNet,
  clip: Clip,
  normals: readonly Clip[],
  prepared: readonly PreparedClip[],
  points: number,
): Promise<Explanation> {
  const withMaps = (end: PreparedClip): PathEnd => ({ ...end, maps: distanceMaps(end.x, end.y, end.joints) });
  const own = withMaps(prepareClip(clip, detector.preset.preparation));
  const distances = prepared.map((normal) => squaredDistance(own, normal));
  const index = distances.indexOf(Math.min(...distances)), base = withMaps(prepared[index]);
  const { frames, joints } = own;
  const gradients = await detector.pathGradients(own, base, points);
  const along = (gradient: Float64Array, to: Float32Array, from: Float32Array, width: number) => {
    const out = new Float64Array(gradient.length / width);
    gradient.forEach((value, i) => out[Math.floor(i / width)] += value * (to[i] - from[i]));
    return out;
  };
  const byJoint = [along(gradients.x, own.x, base.x, 3), along(gradients.y, own.y, base.y, 3)] as const;
  const byPair = along(gradients.maps, own.maps, base.maps, 1);
  const byFrame = new Float64Array(frames);
  for (const part of byJoint) part.forEach((value, i) => byFrame[Math.floor(i / joints)] += value);
  byPair.forEach((value, i) => byFrame[Math.floor(i / joints ** 2)] += value);
  const [score, nearestScore] = gradients.ends, maps = [own.maps, base.maps] as const;
  return { score, nearest: normals[index].id, nearestScore, frames, joints, byFrame, byJoint, byPair, maps };
}

function squaredDistance(a: PreparedClip, b: PreparedClip): number {
  let sum = 0;
  for (let i = 0; i < a.x.length; i++) sum += (a.x[i] - b.x[i]) ** 2 + (a.y[i] - b.y[i]) ** 2;
  return sum;
}
