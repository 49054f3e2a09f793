/** What MoCoDAD reads of a track: joints in the box around the person, robustly scaled, cut into windows, and turned in several
 * ways.
 *
 * The published preprocessing in three dimensions: in each frame the box around the joints, 10 % wider on each side of each axis; a
 * joint's place in it, from the middle of the box and in lengths of the box. A frame so says how the person stands, not where. The
 * published rounding to pixels and the marks for missing joints have no counterpart: joints are in metres, and none are missing. */
import type { Named, Values } from "../../../engine/engine.ts";
import { quantile } from "../../../metrics/statistics.ts";
import type { Track } from "../method.ts";
import { PAST, WINDOW } from "./sts_gcn.ts";

/** Number of coordinates of a joint. */
export const CHANNELS = 3;

/** Ways to turn a window, as 2 x 2 matrices for (x, z): the five published ones with the ground instead of the image plane: as it
 * is, mirrored, turned by 90 degrees, that mirrored, turned by 45 degrees. Left and right joints keep their names, as published. */
export const WAYS: readonly (readonly [number, number, number, number])[] = [
  [1, 0, 0, 1],
  [1, 0, 0, -1],
  [0, 1, -1, 0],
  [0, 1, 1, 0],
  [Math.SQRT1_2, Math.SQRT1_2, -Math.SQRT1_2, Math.SQRT1_2],
];

/** Smallest side of a box that coordinates are divided by, metres. */
const SHORTEST = 0.01;

/** Places of joints in the box of their frame, [frames, joints, 3]. */
export function boxed({ joints, frames }: Track): Float32Array {
  const out = new Float32Array(joints.length), width = joints.length / frames;
  for (let from = 0; from < joints.length; from += width) {
    for (let axis = 0; axis < CHANNELS; axis++) {
      let low = Infinity, high = -Infinity;
      for (let k = from + axis; k < from + width; k += CHANNELS) {
        low = Math.min(low, joints[k]);
        high = Math.max(high, joints[k]);
      }
      const side = Math.max(SHORTEST, 1.2 * (high - low)), middle = (low + high) / 2;
      for (let k = from + axis; k < from + width; k += CHANNELS) out[k] = (joints[k] - middle) / side;
    }
  }
  return out;
}

/** Fit a robust scaler to frames, rows of `width` coordinates: `scaler.median`, and `scaler.range`, from the 10th to the 90th
 * percentile, or 1 where that is 0. */
export function fitScaler(tracks: readonly Float32Array[], width: number): Named {
  const median = new Float32Array(width), range = new Float32Array(width);
  for (let column = 0; column < width; column++) {
    const values = Float64Array.from(
      tracks.flatMap((track) =>
        Array.from({ length: track.length / width }, (_, t) => track[t * width + column])
      ),
    ).sort();
    median[column] = quantile(values, 0.5);
    range[column] = quantile(values, 0.9) - quantile(values, 0.1) || 1;
  }
  return {
    "scaler.median": { shape: [width], values: median },
    "scaler.range": { shape: [width], values: range },
  };
}

/** First frames of a track's windows: every `stride` frames while the window, 6 frames `spacing` apart, fits. A shorter track has
 * one window, which repeats the last frame. */
export function windowStarts(frames: number, stride: number, spacing: number): number[] {
  const last = Math.max(0, frames - 1 - (WINDOW - 1) * spacing);
  return Array.from({ length: Math.floor(last / stride) + 1 }, (_, i) => i * stride);
}

/** How tracks are cut into windows; `transforms` is the number of `WAYS`, from the first on. */
export type Cut = Readonly<Record<"stride" | "spacing" | "transforms", number>>;

/** All windows of one track, each in every way: [joints, 6, 3] each.
 * @param frames Frames of `track`, as `boxed` gives them.
 * @param scaler As `fitScaler` gives it. */
export function cutWindows(track: Float32Array, frames: number, scaler: Named, cut: Cut): Float32Array[] {
  const width = track.length / frames, ways = WAYS.slice(0, cut.transforms);
  const median = scaler["scaler.median"].values, range = scaler["scaler.range"].values;
  return windowStarts(frames, cut.stride, cut.spacing).flatMap((start) => {
    const windows = ways.map(() => new Float32Array(width * WINDOW));
    for (let t = 0; t < WINDOW; t++) {
      const frame = Math.min(start + t * cut.spacing, frames - 1) * width;
      for (let k = 0; k < width; k += CHANNELS) {
        const [x, y, z] = [k, k + 1, k + 2].map((axis) => (track[frame + axis] - median[axis]) / range[axis]);
        ways.forEach(([xx, xz, zx, zz], way) =>
          windows[way].set([xx * x + xz * z, y, zx * x + zz * z], k * WINDOW + t * CHANNELS)
        );
      }
    }
    return windows;
  });
}

/** One half of some windows as an input, [joints, 3, rows, 3].
 * @param windows [joints, 6, 3] each. @param half 0: the given frames; 1: the frames to recover. */
export function halves(
  windows: readonly Float32Array[],
  rows: readonly number[],
  joints: number,
  half: 0 | 1,
): Values {
  const values = new Float32Array(rows.length * joints * PAST * CHANNELS);
  rows.forEach((row, b) => {
    for (let joint = 0; joint < joints; joint++) {
      for (let t = 0; t < PAST; t++) {
        const from = (joint * WINDOW + half * PAST + t) * CHANNELS;
        const to = ((joint * PAST + t) * rows.length + b) * CHANNELS;
        for (let axis = 0; axis < CHANNELS; axis++) values[to + axis] = windows[row][from + axis];
      }
    }
  });
  return { shape: [joints, PAST, rows.length, CHANNELS], values };
}
