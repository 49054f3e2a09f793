/** STG-NF (Hirschorn and Avidan, ICCV 2023): the sizes of its flow, and the network of one step: a graph convolution, then a
 * convolution over time. */
import * as tf from "@tensorflow/tfjs";
import type { Skeleton } from "../../../data/skeleton.ts";
import type { Tensor, Values } from "../../../engine/engine.ts";
import { type Layer, layer, uniform } from "../../../model/layer.ts";
import { batchNorm } from "../layers.ts";

/** Sizes of the flow. */
export interface PoseFlowConfig {
  /** C: channels, 2 as published or 3. At least 2. */
  readonly channels: number;
  /** T: frames of a window. */
  readonly frames: number;
  /** V: joints. */
  readonly joints: number;
  /** K: steps of the flow; 8 as published. */
  readonly steps: number;
  /** Coupling of an odd number of channels. `correct`: every channel that a step changes has its own shift and scale.
   * `published`: as the public code has it. With 3 channels two shifts share one scale, whose logarithm is counted once where it
   * acts twice, so that the likelihood is wrong. With 2 or 4 channels both are the same. */
  readonly coupling: "correct" | "published";
}

/** Number of channels that a step keeps, and of those that it changes. */
export function halves({ channels }: PoseFlowConfig): [number, number] {
  const kept = Math.floor(channels / 2);
  return [kept, channels - kept];
}

/** From the channels that a step leaves as they are, [C, B, V, T], to the coefficients of those that it changes. */
export type GraphBlock = (kept: Tensor, graph: Tensor) => Tensor;

/** A graph convolution, then a convolution over time, each normalised; with a residual connection but in the first step. Of its
 * output channels the even ones are shifts, the odd ones scales. */
export function graphBlock(config: PoseFlowConfig, step: number): Layer<GraphBlock> {
  const [channels, changed] = halves(config),
    out = config.coupling === "published" ? config.channels : 2 * changed;
  const resized = step > 0 && channels !== out;
  return layer({
    spatial: pointwise(channels, out),
    "norm.0": batchNorm(out, 0),
    temporal: overTime(config.frames, out),
    "norm.1": batchNorm(out, 0),
    residual: resized ? pointwise(channels, out) : undefined,
    "norm.2": resized ? batchNorm(out, 0) : undefined,
  }, ({ spatial, temporal, residual, ...norm }) => (x, graph) => {
    const [, batch, joints, frames] = x.shape as number[], count = batch * joints * frames;
    const flat = tf.reshape(x, [channels, -1]);
    const normalise = (k: 0 | 1 | 2, y: Tensor) => norm[`norm.${k}`]!(tf.reshape(y, [-1, count]));
    const rows = tf.transpose(tf.reshape(spatial(flat), [out * batch, joints, frames]), [0, 2, 1]);
    const mixed = tf.matMul(tf.reshape(rows, [-1, joints]) as tf.Tensor2D, graph as tf.Tensor2D);
    const byJoint = tf.transpose(tf.reshape(mixed, [out * batch, frames, joints]), [0, 2, 1]);
    const y = tf.relu(normalise(0, byJoint)), z = normalise(1, temporal(y, batch * joints));
    const beside = step === 0 ? undefined : residual ? normalise(2, residual(flat)) : flat;
    return tf.reshape(tf.relu(beside ? tf.add(z, beside) : z), [out, batch, joints, frames]);
  });
}

/** W' x + b over the channels of [C, count]. */
function pointwise(from: number, to: number): Layer<(x: Tensor) => Tensor> {
  const bound = 1 / Math.sqrt(from);
  const parts = { weight: uniform([from, to], bound), bias: uniform([to], bound) };
  return layer(parts, ({ weight, bias }) => (x) => {
    const y = tf.matMul(weight as tf.Tensor2D, x as tf.Tensor2D, true);
    return tf.add(y, tf.reshape(bias, [-1, 1]));
  });
}

/** The convolution over time of [C, count T], zeros beyond the ends, as one product: rows of C T values with the banded matrix
 * [C T, C T] of the kernel, whose size is T / 2 + 1 frames, rounded up to an odd number. */
function overTime(frames: number, channels: number): Layer<(x: Tensor, count: number) => Tensor> {
  const kernel = 2 * Math.floor((Math.floor(frames / 2) + 1) / 2) + 1,
    bound = 1 / Math.sqrt(kernel * channels);
  const parts = { weight: uniform([kernel, channels, channels], bound), bias: uniform([channels], bound) };
  return layer(parts, ({ weight, bias }) => (x, count) => {
    const places = new Float32Array(frames * frames * kernel); // 1 where frame `from` meets frame `to` at place k of the kernel
    for (let to = 0; to < frames; to++) {
      for (let k = 0; k < kernel; k++) {
        const from = to + k - (kernel - 1) / 2;
        if (from >= 0 && from < frames) places[(from * frames + to) * kernel + k] = 1;
      }
    }
    const band = tf.matMul(
      tf.tensor2d(places, [frames * frames, kernel]),
      tf.reshape(weight, [kernel, channels * channels]) as tf.Tensor2D,
    );
    const blocks = tf.transpose(tf.reshape(band, [frames, frames, channels, channels]), [2, 0, 3, 1]);
    const matrix = tf.reshape(blocks, [channels * frames, channels * frames]) as tf.Tensor2D;
    const rows = tf.transpose(tf.reshape(x, [channels, count, frames]), [1, 0, 2]);
    const y = tf.matMul(tf.reshape(rows, [count, channels * frames]) as tf.Tensor2D, matrix);
    const first = tf.transpose(tf.reshape(y, [count, channels, frames]), [1, 0, 2]);
    return tf.add(tf.reshape(first, [channels, -1]), tf.reshape(bias, [-1, 1]));
  });
}

/** Graph of a skeleton, [V, V]: 1 where two joints are at most `hops` bones apart, each column then divided by its sum.
 * @param hops 0 = no limit. The published limit of 8 bones is none either on its skeleton: all entries are 1 / V, and every graph
 * convolution is a mean over the joints. */
export function skeletonGraph({ joints: { length: n }, parents }: Skeleton, hops: number): Values {
  const isBone = (a: number, b: number) => parents[a] === b || parents[b] === a;
  const bones = Array.from(
    { length: n },
    (_, a) => Array.from({ length: n }, (_, b) => a === b ? 0 : isBone(a, b) ? 1 : Infinity),
  );
  for (let via = 0; via < n; via++) {
    for (const row of bones) {
      for (let to = 0; to < n; to++) row[to] = Math.min(row[to], row[via] + bones[via][to]);
    }
  }
  const near = bones.map((row) => row.map((count) => Number(hops === 0 || count <= hops)));
  const sums = near.map((row) => row.reduce((sum, value) => sum + value, 0)); // of columns, too: near is symmetric
  return {
    shape: [n, n],
    values: Float32Array.from(near.flatMap((row) => row.map((value, k) => value / sums[k]))),
  };
}
