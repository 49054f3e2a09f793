/**
 * Bone lengths: they show whether a skeleton's parents fit a recording.
 *
 * @module
 */
import type { Clip } from "../clip.ts";

/** One bone: a joint and its parent. */
export interface Bone {
  /** Name of the joint at its end. */
  readonly joint: string;
  /** Mean length over frames and people, metres. */
  readonly length: number;
  /** Standard deviation over the frames as a fraction of the mean length, of the person with more variation. */
  readonly variation: number;
}

/** Length of every bone of a clip, and how much it varies. With the right parents bones are rigid: a few per cent in motion
 * capture, some tens for a depth sensor. A bone far above the others means a wrong parent, or a bad joint.
 *
 * @returns Bones in the order of the skeleton's joints, without the root.
 * @example
 * ```ts
 * import { boneVariation, generateClip } from "@lab/iadnet/data";
 * import { assert } from "@std/assert";
 * const bones = boneVariation(generateClip({ category: "wave", seed: 0, noise: 0 }));
 * assert(bones.every(({ variation }) => variation < 0.25));
 * ```
 */
export function boneVariation({ skeleton, frames, x, y }: Clip): Bone[] {
  const width = skeleton.joints.length * 3;
  return skeleton.joints.flatMap((joint, i) => {
    const parent = skeleton.parents[i];
    if (parent < 0) return [];
    const people = [x, y].map((values) => {
      let mean = 0, squares = 0;
      for (let t = 0; t < frames; t++) {
        const at = t * width + i * 3, from = t * width + parent * 3;
        const length = Math.hypot(...[0, 1, 2].map((k) => values[at + k] - values[from + k]));
        const step = length - mean;
        mean += step / (t + 1);
        squares += step * (length - mean);
      }
      return { mean, variation: mean > 0 ? Math.sqrt(squares / frames) / mean : 0 };
    });
    return [{
      joint,
      length: (people[0].mean + people[1].mean) / 2,
      variation: Math.max(...people.map(({ variation }) => variation)),
    }];
  });
}
