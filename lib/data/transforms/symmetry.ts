/** Symmetries of prepared clips: the two people exchanged, and the mirror image. */
import { alignYaw, type Preparation, type PreparedClip } from "./prepare.ts";
import type { Skeleton } from "../skeleton.ts";

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
