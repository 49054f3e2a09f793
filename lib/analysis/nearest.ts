/**
 * The nearest of some clips, by distance of the joints.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import { type Preparation, prepareClip, type PreparedClip } from "../data/transforms/prepare.ts";

/** The nearest clip, and the two prepared clips that were compared. */
export interface Nearest {
  /** The nearest clip. */
  readonly clip: Clip;
  /** The nearest clip, prepared. */
  readonly prepared: PreparedClip;
  /** The clip that it is nearest to, prepared. */
  readonly own: PreparedClip;
}

/** Prepare some clips, at least one, and return what finds the nearest of them: the one with the least root mean square distance
 * of the prepared joints; the first of several. All clips have one skeleton. */
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
