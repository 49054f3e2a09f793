/** Preparation: from a clip of any length, anywhere in the world, to the input of a model.
 *
 * The pair is centred as one body (each person alone would destroy the distance between them) and turned about the
 * vertical, so that person 1 looks towards person 2 along +x. Then the axes are: x from person 1 to person 2,
 * y up, z to complete a right-handed frame. */
import { UsageError } from "../../core/errors.ts";
import { checkClip, type Clip } from "../clip.ts";
import type { Skeleton, UpAxis } from "../skeleton.ts";

/** How clips are prepared. Stored in every model file. */
export interface Preparation {
  /** Frames of the prepared clip (T of the paper). */
  readonly frames: number;
  /** `resample`: the whole clip, linearly resampled to T frames; `first`: its first T frames as recorded, the last one repeated where
   * it is shorter. `resample` if absent. */
  readonly time?: "resample" | "first";
  /** `pair-yaw`: centre the pair and turn it; `pair`: centre only; `none`: keep the position in the world. */
  readonly align: "pair-yaw" | "pair" | "none";
  /** `torso`: divide by the mean pelvis-to-shoulder length of both people; `none`: metres. */
  readonly scale: "none" | "torso";
}

/** A prepared clip, [frames, joints, 3] for each person. */
export interface PreparedClip extends Pick<Clip, "frames" | "x" | "y"> {
  /** Number of joints (D). */
  readonly joints: number;
}

/** Columns (source axis, sign) of a proper rotation that takes `up` to +y. */
const TO_Y_UP: Record<UpAxis, readonly [number, number][]> = {
  "y": [[0, 1], [1, 1], [2, 1]],
  "-y": [[0, 1], [1, -1], [2, -1]],
  "z": [[0, 1], [2, 1], [1, -1]],
  "-z": [[0, 1], [2, -1], [1, 1]],
  "x": [[1, -1], [0, 1], [2, 1]],
  "-x": [[1, 1], [0, -1], [2, 1]],
};

/** Rotation that takes `up` to +y: a row-major 3 x 3 matrix, multiplied from the right with points as rows. */
export function upRotation(up: UpAxis): Float32Array {
  const matrix = new Float32Array(9);
  TO_Y_UP[up].forEach(([axis, sign], column) => matrix[axis * 3 + column] = sign);
  return matrix;
}

/** Sample `frames` frames of [from, width] values: frame t at the position `at(t)` in [0, from - 1], linear between frames. */
export function sampleFrames(
  values: Float32Array,
  from: number,
  frames: number,
  at: (t: number) => number,
): Float32Array {
  const width = values.length / from;
  const out = new Float32Array(frames * width);
  for (let t = 0; t < frames; t++) {
    const place = at(t);
    const left = Math.min(Math.floor(place), from - 1);
    const right = Math.min(left + 1, from - 1), weight = place - left;
    for (let k = 0; k < width; k++) {
      out[t * width + k] = values[left * width + k] * (1 - weight) + values[right * width + k] * weight;
    }
  }
  return out;
}

/** Resample [from, width] values to `frames` frames, at least two, evenly over their whole length. */
export function resample(values: Float32Array, from: number, frames: number): Float32Array {
  const last = from - 1;
  return sampleFrames(values, from, frames, (t) => t * last / (frames - 1));
}

/** Rotate values in place so that `up` becomes +y. */
function turnUp(values: Float32Array, up: UpAxis): void {
  if (up === "y") return;
  const [[a, sa], [b, sb], [c, sc]] = TO_Y_UP[up];
  for (let p = 0; p < values.length; p += 3) {
    const from = [values[p], values[p + 1], values[p + 2]];
    values[p] = sa * from[a];
    values[p + 1] = sb * from[b];
    values[p + 2] = sc * from[c];
  }
}

/** Mean position of some joints in frame 0. */
export function meanJoint(values: Float32Array, joints: readonly number[]): [number, number, number] {
  const mean: [number, number, number] = [0, 0, 0];
  for (const joint of joints) for (let k = 0; k < 3; k++) mean[k] += values[joint * 3 + k] / joints.length;
  return mean;
}

/** Centre the pair on the midpoint of the two pelvises in frame 0, in place. */
export function centrePair(x: Float32Array, y: Float32Array, skeleton: Skeleton): void {
  const a = meanJoint(x, skeleton.pelvis), b = meanJoint(y, skeleton.pelvis);
  const middle = a.map((value, k) => (value + b[k]) / 2);
  for (const person of [x, y]) for (let p = 0; p < person.length; p++) person[p] -= middle[p % 3];
}

/** Rotate both people by `angle` radians about the vertical (+y), in place. */
export function rotateVertical(x: Float32Array, y: Float32Array, angle: number): void {
  const cos = Math.cos(angle), sin = Math.sin(angle);
  for (const person of [x, y]) {
    for (let p = 0; p < person.length; p += 3) {
      const a = person[p], b = person[p + 2];
      person[p] = cos * a + sin * b;
      person[p + 2] = -sin * a + cos * b;
    }
  }
}

/** Distance of the pelvises on the floor below which the direction between them is not relied on alone, metres. */
export const CLOSE = 0.1;

/** Rotate the pair about the vertical so that the pelvises of frame 0 lie along +x from person 1 to person 2, in place. Pelvises less
 * than 10 cm apart on the floor give no reliable direction: the direction that person 1 faces then takes over, by degrees, so that a
 * small change of place is a small change of direction. Without either the pair is not turned. */
export function alignYaw(x: Float32Array, y: Float32Array, skeleton: Skeleton): void {
  const a = meanJoint(x, skeleton.pelvis), b = meanJoint(y, skeleton.pelvis);
  let dx = b[0] - a[0], dz = b[2] - a[2];
  const apart = Math.hypot(dx, dz) / CLOSE;
  if (apart < 1) {
    const left = meanJoint(x, [skeleton.hips[0]]), right = meanJoint(x, [skeleton.hips[1]]);
    const faced = [right[2] - left[2], left[0] - right[0]];
    const weight = (1 - apart) / (Math.hypot(...faced) || 1);
    dx = dx / CLOSE + weight * faced[0];
    dz = dz / CLOSE + weight * faced[1];
  }
  if (dx === 0 && dz === 0) return;
  rotateVertical(x, y, Math.atan2(dz, dx));
}

/** Centre the pair and rotate it about the vertical, in place, as far as `align` says. */
export function alignPair(
  x: Float32Array,
  y: Float32Array,
  skeleton: Skeleton,
  align: Preparation["align"],
): void {
  if (align !== "none") centrePair(x, y, skeleton);
  if (align === "pair-yaw") alignYaw(x, y, skeleton);
}

/** Mean pelvis-to-shoulders length of both people over all frames, metres. */
function torsoLength(x: Float32Array, y: Float32Array, skeleton: Skeleton): number {
  const width = skeleton.joints.length * 3;
  let sum = 0, count = 0;
  for (const person of [x, y]) {
    for (let at = 0; at < person.length; at += width) {
      const frame = person.subarray(at, at + width);
      const pelvis = meanJoint(frame, skeleton.pelvis), shoulders = meanJoint(frame, skeleton.shoulders);
      sum += Math.hypot(...shoulders.map((value, k) => value - pelvis[k]));
      count++;
    }
  }
  return sum / count;
}

/** Check a preparation.
 * @throws {UsageError} If a value is unknown or out of range. */
export function checkPreparation(preparation: Preparation): Preparation {
  const { frames, time = "resample", align, scale } = preparation;
  const refuse = (why: string) => new UsageError(`Cannot prepare clips: ${why}`);
  if (!(Number.isInteger(frames) && frames >= 2 && frames <= 10_000)) {
    throw refuse(`frames must be 2 to 10000, got ${frames}`);
  }
  if (!["resample", "first"].includes(time)) throw refuse(`unknown time ${time}`);
  if (!["pair-yaw", "pair", "none"].includes(align)) throw refuse(`unknown align ${align}`);
  if (!["none", "torso"].includes(scale)) throw refuse(`unknown scale ${scale}`);
  return preparation;
}

/** Prepare one clip.
 * @throws {UsageError} If the preparation has an unknown value. @throws {DataError} If a joint's place is no finite number; the
 * message names it.
 * @example
 * ```ts
 * import { generateClip, prepareClip } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const clip = generateClip({ category: "handshake", seed: 0 });
 * const prepared = prepareClip(clip, { frames: 24, align: "pair-yaw", scale: "none" });
 * assertEquals(prepared.x.length, 24 * clip.skeleton.joints.length * 3);
 * ```
 */
export function prepareClip(clip: Clip, preparation: Preparation): PreparedClip {
  const { frames, time, align, scale } = checkPreparation(preparation);
  checkClip(clip);
  const first = (t: number) => Math.min(t, clip.frames - 1);
  const [x, y] = [clip.x, clip.y].map((values) =>
    time === "first"
      ? sampleFrames(values, clip.frames, frames, first)
      : resample(values, clip.frames, frames)
  );
  for (const person of [x, y]) turnUp(person, clip.up);
  alignPair(x, y, clip.skeleton, align);
  if (scale === "torso") {
    const length = torsoLength(x, y, clip.skeleton) || 1;
    for (const person of [x, y]) for (let p = 0; p < person.length; p++) person[p] /= length;
  }
  return { frames, joints: clip.skeleton.joints.length, x, y };
}

/** The skeleton that all clips have.
 * @throws {UsageError} If there is no clip, or the clips differ in skeleton. */
export function commonSkeleton(clips: readonly Clip[]): Skeleton {
  if (clips.length === 0) throw new UsageError("Cannot use an empty list of clips");
  const { skeleton } = clips[0];
  const other = clips.find((clip) => clip.skeleton.name !== skeleton.name);
  if (other) {
    throw new UsageError(
      `Cannot mix skeletons: ${clips[0].id} has ${skeleton.name}, ${other.id} has ${other.skeleton.name}`,
    );
  }
  return skeleton;
}
