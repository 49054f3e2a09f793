/** Quality of recordings: measures of what makes a clip useless or misleading, and bone lengths, which show whether a skeleton's
 * parents fit a recording. */
import type { Clip } from "../clip.ts";

/** Speed from which on a joint has jumped, metres per second. A thrown fist reaches 12. */
const FASTEST = 20;
/** Greatest movement of a joint in a frozen frame, metres. */
const STILL = 1e-7;
/** Radius of a limb as a capsule around its bone, metres. */
const LIMB = 0.04;

/** Measures of one clip; 0 is perfect for each. */
export interface ClipQuality {
  /** Longest run of frames in which nobody moves at all, frames. */
  readonly frozen: number;
  /** Number of steps of a joint from one frame to the next that are faster than 20 m/s. */
  readonly jumps: number;
  /** Number of joint positions at exactly the origin, which a sensor writes for a joint that it did not see. */
  readonly missing: number;
  /** Largest relative standard deviation of a bone's length over the clip. */
  readonly boneDrift: number;
  /** Fraction of the frames in which limbs of the two people, as capsules of 4 cm radius, intersect. */
  readonly penetration: number;
  /** Number of frames at which the two people change places: exchanging them makes all joints move less. */
  readonly swaps: number;
}

/** Names of the measures. */
export const QUALITY_MEASURES: readonly (keyof ClipQuality)[] = [
  "frozen",
  "jumps",
  "missing",
  "boneDrift",
  "penetration",
  "swaps",
];

/** Measure a clip.
 * @example
 * ```ts
 * import { generateClip, measureQuality } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const { jumps, missing, swaps } = measureQuality(generateClip({ category: "handshake", seed: 0 }));
 * assertEquals([jumps, missing, swaps], [0, 0, 0]);
 * ```
 */
export function measureQuality(clip: Clip): ClipQuality {
  const { frames, x, y, fps } = clip, width = x.length / frames;
  let frozen = 0, run = 0, jumps = 0, swaps = 0, missing = 0;
  for (const person of [x, y]) {
    for (let p = 0; p < person.length; p += 3) {
      if (person[p] === 0 && person[p + 1] === 0 && person[p + 2] === 0) missing++;
    }
  }
  for (let t = 1; t < frames; t++) {
    let most = 0;
    for (let k = 0; k < width; k += 3) {
      const [xx, yy] = [x, y].map((person) => distance(person, t * width + k, person, (t - 1) * width + k));
      most = Math.max(most, xx, yy);
      jumps += Number(xx * fps > FASTEST) + Number(yy * fps > FASTEST);
    }
    run = most <= STILL ? run + 1 : 0;
    frozen = Math.max(frozen, run);
    if (changePlaces(x, y, t, width)) swaps++;
  }
  const boneDrift = boneVariation(clip).reduce((worst, { variation }) => Math.max(worst, variation), 0);
  return { frozen, jumps, missing, boneDrift, penetration: penetration(clip), swaps };
}

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
      const starts = Array.from({ length: frames }, (_, t) => t * width);
      return statistics(starts.map((at) => distance(values, at + i * 3, values, at + parent * 3)));
    });
    return [{
      joint,
      length: (people[0].mean + people[1].mean) / 2,
      variation: Math.max(...people.map(({ mean, deviation }) => mean > 0 ? deviation / mean : 0)),
    }];
  });
}

/** Mean and standard deviation of values, 0 if there are none (Welford's method). */
export function statistics(values: readonly number[]): { mean: number; deviation: number } {
  let mean = 0, squares = 0;
  values.forEach((value, i) => {
    const step = value - mean;
    mean += step / (i + 1);
    squares += step * (value - mean);
  });
  return { mean, deviation: Math.sqrt(squares / (values.length || 1)) };
}

/** Whether the two people change places on the way to frame t: exchanging them makes all joints together move less.
 * @param width Values of one person and frame. */
export function changePlaces(x: Float32Array, y: Float32Array, t: number, width: number): boolean {
  let kept = 0, exchanged = 0;
  for (let now = t * width; now < (t + 1) * width; now += 3) {
    const before = now - width;
    kept += distance(x, now, x, before) + distance(y, now, y, before);
    exchanged += distance(x, now, y, before) + distance(y, now, x, before);
  }
  return exchanged < kept;
}

function distance(a: Float32Array, i: number, b: Float32Array, j: number): number {
  return Math.hypot(a[i] - b[j], a[i + 1] - b[j + 1], a[i + 2] - b[j + 2]);
}

/** Fraction of the frames in which a bone of one person comes nearer than half a limb's width to a bone of the other: touching
 * limbs are two radii apart, at one radius a limb is half inside the other. */
function penetration({ frames, skeleton, x, y }: Clip): number {
  const width = skeleton.joints.length * 3;
  const bones = skeleton.parents.flatMap((parent, joint) => parent < 0 ? [] : [[joint * 3, parent * 3]]);
  let count = 0;
  for (let t = 0; t < frames; t++) {
    const base = t * width;
    if (boxesApart(x, y, base, width)) continue;
    const hit = bones.some(([a, b]) =>
      bones.some(([c, d]) => segmentDistance(x, base + a, base + b, y, base + c, base + d) < LIMB)
    );
    if (hit) count++;
  }
  return count / frames;
}

/** Whether the bounding boxes of the two people are further apart than half a limb's width, in one frame. */
function boxesApart(x: Float32Array, y: Float32Array, base: number, width: number): boolean {
  for (let axis = 0; axis < 3; axis++) {
    let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let k = axis; k < width; k += 3) {
      lowX = Math.min(lowX, x[base + k]);
      highX = Math.max(highX, x[base + k]);
      lowY = Math.min(lowY, y[base + k]);
      highY = Math.max(highY, y[base + k]);
    }
    if (lowX - highY > LIMB || lowY - highX > LIMB) return true;
  }
  return false;
}

/** Distance of two line segments p1 p2 and q1 q2 (Ericson, Real-Time Collision Detection, 5.1.9). */
function segmentDistance(
  p: Float32Array,
  p1: number,
  p2: number,
  q: Float32Array,
  q1: number,
  q2: number,
): number {
  const d1 = [0, 1, 2].map((k) => p[p2 + k] - p[p1 + k]), d2 = [0, 1, 2].map((k) => q[q2 + k] - q[q1 + k]);
  const r = [0, 1, 2].map((k) => p[p1 + k] - q[q1 + k]);
  const dot = (u: readonly number[], v: readonly number[]) => u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const a = dot(d1, d1), e = dot(d2, d2), f = dot(d2, r), c = dot(d1, r), b = dot(d1, d2);
  const denominator = a * e - b * b;
  let s = denominator > 1e-12 ? clamp((b * f - c * e) / denominator) : 0;
  let t = e > 1e-12 ? (b * s + f) / e : 0;
  if (t < 0) [t, s] = [0, a > 1e-12 ? clamp(-c / a) : 0];
  else if (t > 1) [t, s] = [1, a > 1e-12 ? clamp((b - c) / a) : 0];
  return Math.hypot(...[0, 1, 2].map((k) => r[k] + d1[k] * s - d2[k] * t));
}
