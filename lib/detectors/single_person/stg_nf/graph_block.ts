/**
 * The network of an STG-NF step: a graph convolution, then a convolution over time.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../../engine/engine.ts";
import { type Layer, layer, uniform } from "../../../model/layer.ts";
import { batchNorm } from "../layers.ts";
import { halves, kernelSize, outputs, type PoseFlowConfig } from "./config.ts";

/** From the channels that a step leaves as they are, [C, B, V, T], to the coefficients of those that it changes. */
export type GraphBlock = (kept: Tensor, graph: Tensor) => Tensor;

/** A graph convolution, then a convolution over time, each normalised; with a residual connection but in the first step. */
export function graphBlock(config: PoseFlowConfig, step: number): Layer<GraphBlock> {
  const [channels] = halves(config), out = outputs(config), resized = step > 0 && channels !== out;
  return layer({
    spatial: pointwise(channels, out),
    "norm.0": batchNorm(out, 0),
    temporal: overTime(config, out),
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
 * [C T, C T] of the kernel. */
function overTime(
  config: PoseFlowConfig,
  channels: number,
): Layer<(x: Tensor, count: number) => Tensor> {
  const { frames } = config, kernel = kernelSize(config), bound = 1 / Math.sqrt(kernel * channels);
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
