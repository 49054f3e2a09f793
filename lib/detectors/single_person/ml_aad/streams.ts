/** Inputs of ML-AAD: the joints of each stream, and a track as cosine coefficients. */
import type { Skeleton } from "../../../data/skeleton.ts";

/** M: number of cosine coefficients. */
export const COEFFICIENTS = 10;

/** First `count` rows of the orthonormal DCT-II of n samples, [count, n]. */
export function cosineBasis(n: number, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, k) => {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / n);
    return Float64Array.from({ length: n }, (_, t) => scale * Math.cos(Math.PI * (t + 0.5) * k / n));
  });
}

/** Cosine coefficients of a track, [joints, 3 M]: M of x, then of y, then of z, of joints relative to the root joint of frame 0.
 * @param values Joints, [frames, joints, 3]. */
export function frequencies(values: Float32Array, joints: number, root: number): Float32Array {
  const width = joints * 3, frames = values.length / width;
  const basis = cosineBasis(frames, COEFFICIENTS), out = new Float32Array(joints * 3 * COEFFICIENTS);
  for (let joint = 0; joint < joints; joint++) {
    for (let axis = 0; axis < 3; axis++) {
      const origin = values[root * 3 + axis];
      basis.forEach((row, k) => {
        let sum = 0;
        for (let t = 0; t < frames; t++) sum += row[t] * (values[t * width + joint * 3 + axis] - origin);
        out[(joint * 3 + axis) * COEFFICIENTS + k] = sum;
      });
    }
  }
  return out;
}

/** Joints of each stream: those of the whole body first, then those of its parts.
 * @param parts `body`: no parts; `halves`: the legs from the hips on, and the rest; `limbs`: two legs, two arms, and the trunk with
 * the head. */
export function streamsOf(skeleton: Skeleton, parts: "body" | "halves" | "limbs"): number[][] {
  const all = skeleton.joints.map((_, joint) => joint);
  const { hips, shoulders } = skeleton, tops = [...hips, ...shoulders];
  // The hip or shoulder that a joint hangs on: the first on the way to the root, as hips may hang on shoulders.
  const topOf = all.map((joint) => {
    let at = joint;
    while (at !== -1 && !tops.includes(at)) at = skeleton.parents[at];
    return at;
  });
  const hangsOn = (tops: readonly number[]) => all.filter((joint) => tops.includes(topOf[joint]));
  const others = (...sets: readonly number[][]) =>
    all.filter((joint) => !sets.some((set) => set.includes(joint)));
  if (parts === "body") return [all];
  const lower = hangsOn(hips);
  const streams = parts === "halves" ? [others(lower), lower] : tops.map((top) => hangsOn([top]));
  const trunk = parts === "limbs" ? [others(...streams)] : [];
  return [all, ...streams, ...trunk].filter((set) => set.length > 0);
}
