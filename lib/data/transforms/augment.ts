/** Augmentation of prepared clips: rotation about the vertical, mirror, scale, noise, swap of the two people. */
import type { Random } from "../../core/random.ts";
import { alignYaw, centrePair, rotateVertical, sampleFrames } from "./prepare.ts";
import type { Preparation, PreparedClip } from "./prepare.ts";
import type { Skeleton } from "../skeleton.ts";

/** Strength of each variation; 0 switches it off. */
export interface Augmentation {
  /** Largest rotation about the vertical, radians. */
  readonly rotate: number;
  /** Probability of a mirror image. */
  readonly mirror: number;
  /** Largest relative change of size: a factor in [1 - scale, 1 + scale]. */
  readonly scale: number;
  /** Standard deviation of white noise on every coordinate, in the prepared clip's unit (metres, or torso lengths). */
  readonly noise: number;
  /** Probability that the two people change places. */
  readonly swap: number;
  /** Largest fraction of the clip that is cut off at either end, 0 to 0.4. The rest is stretched to all frames. */
  readonly crop: number;
}

/** No augmentation. */
export const NO_AUGMENTATION: Augmentation = { rotate: 0, mirror: 0, scale: 0, noise: 0, swap: 0, crop: 0 };

/** The clip with its two people exchanged, as if the exchanged recording were prepared. Twice is the identity (up to
 * rounding).
 * @param align How the clip was prepared: `pair-yaw` turns the exchanged pair so that it is canonical again. */
export function swapPeople(
  clip: PreparedClip,
  skeleton: Skeleton,
  align: Preparation["align"] = "pair-yaw",
): PreparedClip {
  const x = clip.y.slice(), y = clip.x.slice();
  if (align === "pair-yaw") alignYaw(x, y, skeleton);
  return { ...clip, x, y };
}

/** The mirror image: z is negated, left and right joints change places. Twice is the identity. */
export function mirrorClip(clip: PreparedClip, skeleton: Skeleton): PreparedClip {
  const flip = (values: Float32Array) => {
    const out = new Float32Array(values.length);
    for (let t = 0; t < clip.frames; t++) {
      for (let joint = 0; joint < clip.joints; joint++) {
        const to = (t * clip.joints + joint) * 3, from = (t * clip.joints + skeleton.mirror[joint]) * 3;
        out[to] = values[from];
        out[to + 1] = values[from + 1];
        out[to + 2] = -values[from + 2];
      }
    }
    return out;
  };
  return { ...clip, x: flip(clip.x), y: flip(clip.y) };
}

/** An augmented copy. Swapped and cropped clips are aligned again before the rotation.
 * @param align How the clip was prepared.
 * @example
 * ```ts
 * import { augmentClip, generateClip, NO_AUGMENTATION, prepareClip } from "@lab/iadnet/data";
 * import { getSkeleton } from "@lab/iadnet";
 * import { Random } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const clip = prepareClip(generateClip({ category: "hug", seed: 0 }), { frames: 8, align: "pair-yaw", scale: "none" });
 * const same = augmentClip(clip, getSkeleton("sbu15"), NO_AUGMENTATION, new Random(0));
 * assertEquals(same.x, clip.x);
 * ```
 */
export function augmentClip(
  clip: PreparedClip,
  skeleton: Skeleton,
  augmentation: Augmentation,
  random: Random,
  align: Preparation["align"] = "pair-yaw",
): PreparedClip {
  const { rotate, mirror, scale, noise, swap, crop } = augmentation;
  let out: PreparedClip = { ...clip, x: clip.x.slice(), y: clip.y.slice() };
  if (swap > 0 && random.chance(swap)) out = swapPeople(out, skeleton, align);
  if (mirror > 0 && random.chance(mirror)) out = mirrorClip(out, skeleton);
  if (crop > 0) {
    const { frames } = out, from = random.uniform(0, crop), to = 1 - random.uniform(0, crop);
    const at = (t: number) => (from + (to - from) * t / (frames - 1)) * (frames - 1);
    const [x, y] = [out.x, out.y].map((values) => sampleFrames(values, frames, frames, at));
    out = { ...out, x, y };
    if (align !== "none") centrePair(out.x, out.y, skeleton);
    if (align === "pair-yaw") alignYaw(out.x, out.y, skeleton);
  }
  if (rotate > 0) rotateVertical(out.x, out.y, random.uniform(-rotate, rotate));
  const factor = scale > 0 ? random.uniform(1 - scale, 1 + scale) : 1;
  for (const person of [out.x, out.y]) {
    for (let p = 0; p < person.length; p++) {
      person[p] = person[p] * factor + (noise > 0 ? random.normal(0, noise) : 0);
    }
  }
  return out;
}
