/**
 * STG-NF: a flow of K steps over a window of one person's joints, each a normalisation, a reversal of the channels, and an
 * affine coupling whose shift and scale come from a spatio-temporal graph convolution. Windows are [B, V, T, C]; inside, channels
 * come first, [C, B, V, T], so that what is done to a channel is done to one run of memory.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Program, Tensors } from "../../../engine/engine.ts";
import { batchNorm } from "../layers.ts";
import { type FlowConfig, halves, kernelSize } from "./config.ts";

/** Mean of the prior, R, and its variance. */
const PRIOR = 3, VARIANCE = 1 + 1e-6;

/** z and the logarithm of |det dz / dx|, [B]. */
export interface StepOutput {
  readonly z: tf.Tensor;
  readonly logDet: tf.Tensor;
}

/** The flow of a window x.
 *
 * @param updates In training: takes the next running statistics.
 */
export function poseFlow(weights: Tensors, config: FlowConfig, x: tf.Tensor, updates?: Tensors): StepOutput {
  let z = tf.transpose(x, [3, 0, 1, 2]), logDet: tf.Tensor = tf.zeros([x.shape[0]]);
  for (let step = 0; step < config.steps; step++) {
    const name = `steps.${step}`;
    // 1. normalisation of activations: z <- (z + shift) exp(scale)
    z = tf.mul(tf.add(z, channel(weights[`${name}.shift`])), tf.exp(channel(weights[`${name}.scale`])));
    logDet = tf.add(logDet, tf.mul(tf.sum(weights[`${name}.scale`]), config.joints * config.frames));
    const coupled = couple(weights, config, step, reverse(z), updates);
    z = coupled.z;
    logDet = tf.add(logDet, coupled.logDet);
  }
  return { z: tf.transpose(z, [1, 2, 3, 0]), logDet };
}

/** One value a channel, to stand beside [C, B, V, T]. */
const channel = (values: tf.Tensor) => tf.reshape(values, [-1, 1, 1, 1]);

/** The window of which the flow makes z; running statistics are used. */
export function invertPoseFlow(weights: Tensors, config: FlowConfig, output: tf.Tensor): tf.Tensor {
  let z = tf.transpose(output, [3, 0, 1, 2]);
  for (let step = config.steps - 1; step >= 0; step--) {
    const name = `steps.${step}`, [kept, changed] = tf.split(z, halves(config), 0);
    const { shift, scale } = coefficients(weights, config, step, kept);
    z = reverse(tf.concat([kept, tf.sub(tf.div(changed, scale), shift)], 0));
    z = tf.sub(tf.div(z, tf.exp(channel(weights[`${name}.scale`]))), channel(weights[`${name}.shift`]));
  }
  return tf.transpose(z, [1, 2, 3, 0]);
}

/** 2. The channels in reverse order. (The list that tfjs gives must stay as it is: its tape holds the same one.) */
function reverse(z: tf.Tensor): tf.Tensor {
  return tf.concat(tf.split(z, z.shape[0], 0).toReversed(), 0);
}

/** 3. Affine coupling: the first channels stay; the others are shifted, then scaled. */
function couple(
  weights: Tensors,
  config: FlowConfig,
  step: number,
  z: tf.Tensor,
  updates?: Tensors,
): StepOutput {
  const [kept, changed] = tf.split(z, halves(config), 0);
  const { shift, scale } = coefficients(weights, config, step, kept, updates);
  return {
    z: tf.concat([kept, tf.mul(tf.add(changed, shift), scale)], 0),
    logDet: tf.sum(tf.sum(tf.log(scale), [2, 3]), 0),
  };
}

function coefficients(
  weights: Tensors,
  config: FlowConfig,
  step: number,
  kept: tf.Tensor,
  updates?: Tensors,
) {
  const channels = tf.split(graphBlock(weights, config, step, kept, updates), outputsOf(weights, step), 0);
  const shift = tf.concat(channels.filter((_, k) => k % 2 === 0), 0);
  const raw = tf.concat(channels.filter((_, k) => k % 2 === 1), 0);
  return { shift, scale: tf.add(tf.sigmoid(tf.add(raw, 2)), 1e-6) };
}

const outputsOf = (weights: Tensors, step: number) => weights[`steps.${step}.spatial.bias`].shape[0];

/** A graph convolution, then a convolution over time, each normalised; with a residual but in the first step. */
function graphBlock(
  weights: Tensors,
  config: FlowConfig,
  step: number,
  x: tf.Tensor,
  updates?: Tensors,
): tf.Tensor {
  const name = `steps.${step}`, [channels, batch, joints, frames] = x.shape as number[];
  const flat = tf.reshape(x, [channels, -1]), count = batch * joints * frames;
  const norm = (part: number, y: tf.Tensor) =>
    batchNorm(weights, `${name}.norm.${part}`, tf.reshape(y, [-1, count]), 0, updates);
  const spatial = pointwise(weights, `${name}.spatial`, flat), out = spatial.shape[0];
  const rows = tf.transpose(tf.reshape(spatial, [out * batch, joints, frames]), [0, 2, 1]);
  const mixed = tf.matMul(tf.reshape(rows, [-1, joints]) as tf.Tensor2D, weights.graph as tf.Tensor2D);
  const y = tf.relu(norm(0, tf.transpose(tf.reshape(mixed, [out * batch, frames, joints]), [0, 2, 1])));
  const z = norm(1, overTime(weights, config, `${name}.temporal`, y, batch * joints));
  const residual = step === 0
    ? undefined
    : channels === out
    ? flat
    : norm(2, pointwise(weights, `${name}.residual`, flat));
  return tf.reshape(tf.relu(residual ? tf.add(z, residual) : z), [out, batch, joints, frames]);
}

/** W' x + b over the channels of [C, count]. */
function pointwise(weights: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  const y = tf.matMul(weights[`${name}.weight`] as tf.Tensor2D, x as tf.Tensor2D, true);
  return tf.add(y, tf.reshape(weights[`${name}.bias`], [-1, 1]));
}

/** The convolution over time of [C, count T], zeros beyond the ends, as one product: rows of C T values with the banded matrix
 * [C T, C' T] of the kernel. */
function overTime(
  weights: Tensors,
  config: FlowConfig,
  name: string,
  x: tf.Tensor,
  count: number,
): tf.Tensor {
  const { frames } = config, kernel = kernelSize(config), weight = weights[`${name}.weight`];
  const [, channels, out] = weight.shape as [number, number, number];
  const places = new Float32Array(frames * frames * kernel); // 1 where frame `from` meets frame `to` at place k of the kernel
  for (let to = 0; to < frames; to++) {
    for (let k = 0; k < kernel; k++) {
      const from = to + k - (kernel - 1) / 2;
      if (from >= 0 && from < frames) places[(from * frames + to) * kernel + k] = 1;
    }
  }
  const band = tf.matMul(
    tf.tensor2d(places, [frames * frames, kernel]),
    tf.reshape(weight, [kernel, channels * out]) as tf.Tensor2D,
  );
  const matrix = tf.reshape(
    tf.transpose(tf.reshape(band, [frames, frames, channels, out]), [2, 0, 3, 1]),
    [channels * frames, out * frames],
  ) as tf.Tensor2D;
  const rows = tf.transpose(tf.reshape(x, [channels, count, frames]), [1, 0, 2]);
  const y = tf.matMul(tf.reshape(rows, [count, channels * frames]) as tf.Tensor2D, matrix);
  const first = tf.reshape(tf.transpose(tf.reshape(y, [count, out, frames]), [1, 0, 2]), [out, -1]);
  return tf.add(first, tf.reshape(weights[`${name}.bias`], [-1, 1]));
}

/** Negative log-likelihood of windows in bits for each value: -(log N(z | R, 1) + log |det|) / (log 2 C T V), [B]. */
function bits(config: FlowConfig, { z, logDet }: StepOutput): tf.Tensor {
  const values = config.channels * config.frames * config.joints;
  const squares = tf.sum(tf.square(tf.sub(z, PRIOR)), [1, 2, 3]);
  const logPrior = tf.mul(
    tf.add(tf.div(squares, VARIANCE), values * Math.log(2 * Math.PI * VARIANCE)),
    -0.5,
  );
  return tf.mul(tf.add(logPrior, logDet), -1 / (Math.LN2 * values));
}

/** Windows `x` to `loss`, the mean NLL. */
export function trainProgram(config: FlowConfig): Program {
  return (weights, { x }) => {
    const updates: Tensors = {};
    const loss = tf.mean(bits(config, poseFlow(weights, config, x, updates)));
    return { loss, ...updates };
  };
}

/** Windows `x` to `nll` [B], `z` and `logDet`. */
export function windowProgram(config: FlowConfig): Program {
  return (weights, { x }) => {
    const output = poseFlow(weights, config, x);
    return { nll: bits(config, output), ...output };
  };
}

/** The first batch `x` to the normalisations of activations that give each channel mean 0 and deviation 1, step after step:
 * outputs named as the parameters. */
export function initialiseProgram(config: FlowConfig): Program {
  return (weights, { x }) => {
    const found: Tensors = {};
    let z = tf.transpose(x, [3, 0, 1, 2]);
    for (let step = 0; step < config.steps; step++) {
      const name = `steps.${step}`, count = z.size / config.channels;
      const flat = tf.reshape(z, [config.channels, -1]), mean = tf.mean(flat, 1);
      const centred = tf.sub(flat, tf.reshape(mean, [-1, 1]));
      const deviation = tf.sqrt(tf.mul(tf.mean(tf.square(centred), 1), count / (count - 1)));
      found[`${name}.shift`] = tf.neg(mean);
      found[`${name}.scale`] = tf.neg(tf.log(tf.add(deviation, 1e-6)));
      z = tf.mul(tf.reshape(centred, z.shape), tf.exp(channel(found[`${name}.scale`])));
      z = couple(weights, config, step, reverse(z), {}).z;
    }
    return found;
  };
}
