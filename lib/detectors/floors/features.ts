/** Clips as vectors, without any training: what the floors measure. */
import { concatenate, stack } from "../../core/tensors.ts";
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
  const blocks = summaries(clip);
  const out = new Float32Array(blocks.reduce((sum, { mean }) => sum + 5 * mean.length, 0));
  let at = 0;
  for (const { mean, deviation, low, high, change } of blocks) {
    for (let k = 0; k < mean.length; k++) {
      out[at++] = mean[k];
      out[at++] = deviation[k];
      out[at++] = low[k];
      out[at++] = high[k];
      out[at++] = change[k];
    }
  }
  return out;
}

/** Three statistics over the prepared frames of every coordinate of both people, then of every entry of the proximity maps
 * exp(m): mean, logarithm of the standard deviation (plus 0.02), logarithm of the mean absolute change from frame to frame
 * (plus 0.01). A block of columns for each. */
export function logStatistics(clip: Clip): Float32Array {
  const blocks = summaries(clip, Math.exp);
  return concatenate([
    ...blocks.map(({ mean }) => mean),
    ...blocks.map(({ deviation }) => deviation.map((value) => Math.log(value + 0.02))),
    ...blocks.map(({ change }) => change.map((value) => Math.log(value + 0.01))),
  ]);
}

/** Statistics over the frames of some series, one value for each series. */
type Summaries = Readonly<Record<"mean" | "deviation" | "low" | "high" | "change", Float32Array>>;

/** The five statistics of the coordinates of person 1, of person 2, and of the entries of the distance maps, or of a function of them. */
function summaries(clip: Clip, of?: (distance: number) => number): Summaries[] {
  const { x, y, joints, frames } = prepareClip(clip, FLOOR_PREPARATION);
  const distances = distanceMaps(x, y, joints);
  if (of) { for (let k = 0; k < distances.length; k++) distances[k] = of(distances[k]); }
  return [x, y, distances].map((values) => summary(values, values.length / frames));
}

/** The five statistics of the columns of [frames, width] values. */
function summary(values: Float32Array, width: number): Summaries {
  const frames = values.length / width, sums = new Float64Array(width), squares = new Float64Array(width);
  const low = new Float32Array(width).fill(Infinity), high = new Float32Array(width).fill(-Infinity);
  const changes = new Float64Array(width);
  for (let at = 0; at < values.length; at += width) {
    for (let k = 0; k < width; k++) {
      const value = values[at + k];
      sums[k] += value;
      if (value < low[k]) low[k] = value;
      if (value > high[k]) high[k] = value;
      if (at > 0) changes[k] += Math.abs(value - values[at + k - width]);
    }
  }
  const means = sums.map((sum) => sum / frames);
  for (let at = 0; at < values.length; at += width) {
    for (let k = 0; k < width; k++) squares[k] += (values[at + k] - means[k]) ** 2;
  }
  return {
    mean: Float32Array.from(means),
    deviation: Float32Array.from(squares, (sum) => Math.sqrt(sum / frames)),
    low,
    high,
    change: Float32Array.from(changes, (sum) => sum / (frames - 1)),
  };
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
