/** From features of frames to features of a clip: means, moments and cosine coefficients over time. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../engine/engine.ts";
import { frameMean } from "../../model/layers.ts";

/** Number of pooled values per feature. */
export const POOLED = { "mean": 1, "moments": 3 } as const;

/** Changes from each frame to the next: [T - 1, B, width] from [T, B, width]. */
export function frameChanges(x: Tensor): Tensor {
  const [frames, batch, width] = x.shape;
  const later = tf.slice(x, [1, 0, 0], [frames - 1, batch, width]);
  const earlier = tf.slice(x, [0, 0, 0], [frames - 1, batch, width]);
  return tf.sub(later, earlier);
}

/** Means over time of several features, [B, width] from [T, B, width] each; then, for moments, the logarithms of their deviations and
 * of their mean absolute changes. Deviations below `floor` and changes below half of it count as none. */
export function meanOrMoments(pool: keyof typeof POOLED, frames: readonly Tensor[], floor: number): Tensor[] {
  const means = frames.map(frameMean);
  if (pool === "mean") return means;
  const variances = frames.map((f, i) => frameMean(tf.square(tf.sub(f, means[i]))));
  const deviations = variances.map((variance) => tf.mul(tf.log(tf.add(variance, floor ** 2)), 0.5));
  const changes = frames.map((f) => tf.log(tf.add(frameMean(tf.abs(frameChanges(f))), floor / 2)));
  return [...means, ...deviations, ...changes];
}

/** The `count` lowest coefficients of the orthonormal cosine transform (DCT-II) over time, [B, count * width] from [T, B, width]:
 * they keep when something happens, which moments lose. */
export function cosineCoefficients(frames: Tensor, count: number): Tensor {
  const [T, batch, width] = frames.shape as [number, number, number];
  const waves = Float32Array.from({ length: count * T }, (_, at) => {
    const k = Math.floor(at / T), t = at % T;
    return Math.sqrt((k === 0 ? 1 : 2) / T) * Math.cos(Math.PI * k * (t + 0.5) / T);
  });
  const rows = tf.reshape(frames, [T, batch * width]) as tf.Tensor2D;
  const coefficients = tf.reshape(tf.matMul(tf.tensor2d(waves, [count, T]), rows), [count, batch, width]);
  return tf.reshape(tf.transpose(coefficients, [1, 0, 2]), [batch, count * width]);
}
