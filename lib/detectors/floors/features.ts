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
  const parts = summaries(clip, (distance) => distance).map(({ mean, deviation, low, high, change }) => {
    const five = [mean, deviation, low, high, change], out = new Float32Array(mean.length * 5);
    for (let i = 0; i < out.length; i++) out[i] = five[i % 5][Math.floor(i / 5)];
    return out;
  });
  return joined(parts);
}

/** Three statistics over the prepared frames of every coordinate of both people, then of every entry of the proximity maps
 * exp(m): mean, logarithm of the standard deviation (plus 0.02), logarithm of the mean absolute change from frame to frame
 * (plus 0.01). A block of columns for each. */
export function logStatistics(clip: Clip): Float32Array {
  const all = summaries(clip, Math.exp);
  const columns = [
    ...all.map(({ mean }) => mean),
    ...all.map(({ deviation }) => deviation.map((value) => Math.log(value + 0.02))),
    ...all.map(({ change }) => change.map((value) => Math.log(value + 0.01))),
  ];
  return joined(columns);
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Statistics of several series. */
type Summary = Readonly<Record<"mean" | "deviation" | "low" | "high" | "change", Float32Array>>;

/** The five statistics of every coordinate of both people, then of a function of every entry of the distance maps. */
function summaries(clip: Clip, of: (distance: number) => number): Summary[] {
  const { x, y, joints, frames } = prepareClip(clip, FLOOR_PREPARATION);
  return [x, y, distanceMaps(x, y, joints).map(of)].map((values) => summary(values, values.length / frames));
}

/** The five statistics of `width` series whose values stand side by side, frame by frame. */
function summary(values: Float32Array, width: number): Summary {
  const frames = values.length / width, zeros = () => new Float64Array(width);
  const sum = zeros(), change = zeros(), squares = zeros();
  const low = new Float32Array(width).fill(Infinity), high = new Float32Array(width).fill(-Infinity);
  for (let at = 0, k = 0; at < values.length; at++, k = k + 1 === width ? 0 : k + 1) {
    const value = values[at];
    sum[k] += value;
    if (value < low[k]) low[k] = value;
    if (value > high[k]) high[k] = value;
    if (at >= width) change[k] += Math.abs(value - values[at - width]);
  }
  for (let k = 0; k < width; k++) sum[k] /= frames;
  for (let at = 0, k = 0; at < values.length; at++, k = k + 1 === width ? 0 : k + 1) {
    squares[k] += (values[at] - sum[k]) ** 2;
  }
  return {
    mean: Float32Array.from(sum),
    deviation: Float32Array.from(squares, (square) => Math.sqrt(square / frames)),
    low,
    high,
    change: Float32Array.from(change, (all) => all / (frames - 1)),
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
