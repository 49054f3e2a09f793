/** Clips as vectors, without any training: what the floors measure. */
import { stack } from "../../core/tensors.ts";
import type { Clip } from "../../data/clip.ts";
import { distanceMaps } from "../../data/transforms/distance.ts";
import { meanJoint, type Preparation, prepareClip } from "../../data/transforms/prepare.ts";

/** A clip as one vector; the length depends on the skeleton alone. */
export type Features = (clip: Clip) => Float32Array;

/** How the floors on poses and distance maps prepare clips: 24 frames, the pair centred and turned, metres. */
export const FLOOR_PREPARATION: Preparation = { frames: 24, align: "pair-yaw", scale: "none" };

/** Joints of both people in every prepared frame: [2, frames, joints, 3], metres. */
export function poses(clip: Clip): Float32Array {
  const { x, y } = prepareClip(clip, FLOOR_PREPARATION);
  return stack([x, y], [x.length]).values;
}

/** Distance maps of every prepared frame: [frames, joints, joints], metres, negative (equation 2). */
export function maps(clip: Clip): Float32Array {
  const { x, y, joints } = prepareClip(clip, FLOOR_PREPARATION);
  return distanceMaps(x, y, joints);
}

/** Five statistics over the prepared frames of every coordinate of both people, then of every entry of the distance maps:
 * mean, standard deviation, least value, greatest value, mean absolute change from frame to frame. */
export function statistics(clip: Clip): Float32Array {
  return Float32Array.from(summaries(clip, (distance) => distance).flatMap((five) => [...five]));
}

/** Three statistics over the prepared frames of every coordinate of both people, then of every entry of the proximity maps
 * exp(m): mean, logarithm of the standard deviation (plus 0.02), logarithm of the mean absolute change from frame to frame
 * (plus 0.01). A block of columns for each. */
export function logStatistics(clip: Clip): Float32Array {
  const all = summaries(clip, Math.exp), column = (of: (five: Float32Array) => number) => all.map(of);
  return Float32Array.from([
    ...column(([mean]) => mean),
    ...column(([, deviation]) => Math.log(deviation + 0.02)),
    ...column((five) => Math.log(five[4] + 0.01)),
  ]);
}

/** The five statistics of every coordinate of both people, then of a function of every entry of the distance maps. */
function summaries(clip: Clip, of: (distance: number) => number): Float32Array[] {
  const { x, y, joints, frames } = prepareClip(clip, FLOOR_PREPARATION);
  return [x, y, distanceMaps(x, y, joints).map(of)].flatMap((values) => {
    const width = values.length / frames;
    return Array.from({ length: width }, (_, k) => summary(values, k, width));
  });
}

/** The five statistics of the series that starts at `start` and goes on every `stride` values. */
function summary(values: Float32Array, start: number, stride: number): Float32Array {
  let sum = 0, low = Infinity, high = -Infinity, change = 0, squares = 0;
  for (let at = start; at < values.length; at += stride) {
    sum += values[at];
    low = Math.min(low, values[at]);
    high = Math.max(high, values[at]);
    if (at > start) change += Math.abs(values[at] - values[at - stride]);
  }
  const frames = values.length / stride, mean = sum / frames;
  for (let at = start; at < values.length; at += stride) squares += (values[at] - mean) ** 2;
  return Float32Array.of(mean, Math.sqrt(squares / frames), low, high, change / (frames - 1));
}

/** The clip's length: one value, seconds. */
export function clipLength(clip: Clip): Float32Array {
  return Float32Array.of(clip.frames / clip.fps);
}

/** Mean distance of the two pelvises: one value, metres. */
export function meanDistance(clip: Clip): Float32Array {
  const width = clip.skeleton.joints.length * 3;
  let sum = 0;
  for (let at = 0; at < clip.x.length; at += width) {
    const a = meanJoint(clip.x.subarray(at, at + width), clip.skeleton.pelvis);
    const b = meanJoint(clip.y.subarray(at, at + width), clip.skeleton.pelvis);
    sum += Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]);
  }
  return Float32Array.of(sum / clip.frames);
}

/** Mean speed over all joints of both people: one value, metres a second; 0 for a single frame. */
export function meanSpeed(clip: Clip): Float32Array {
  const width = clip.skeleton.joints.length * 3;
  let sum = 0, count = 0;
  for (const person of [clip.x, clip.y]) {
    for (let at = width; at < person.length; at += 3, count++) {
      const was = at - width;
      sum += Math.hypot(
        person[at] - person[was],
        person[at + 1] - person[was + 1],
        person[at + 2] - person[was + 2],
      );
    }
  }
  return Float32Array.of(count === 0 ? 0 : sum / count * clip.fps);
}
