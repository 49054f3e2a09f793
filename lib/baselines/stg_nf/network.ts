/**
 * STG-NF: a flow of K steps over a window of one person's joints, each a normalisation, a reversal of the channels, and an
 * affine coupling whose shift and scale come from a spatio-temporal graph convolution. Windows are [B, V, T, C].
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Program, Tensors } from "../../engine/engine.ts";
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
  let z = x, logDet: tf.Tensor = tf.zeros([x.shape[0]]);
  for (let step = 0; step < config.steps; step++) {
    const name = `steps.${step}`;
    // 1. normalisation of activations: z <- (z + shift) exp(scale)
    z = tf.mul(tf.add(z, weights[`${name}.shift`]), tf.exp(weights[`${name}.scale`]));
    logDet = tf.add(logDet, tf.mul(tf.sum(weights[`${name}.scale`]), config.joints * config.frames));
    const coupled = couple(weights, config, step, reverse(z), updates);
    z = coupled.z;
    logDet = tf.add(logDet, coupled.logDet);
  }
  return { z, logDet };
}

/** The window of which the flow makes z; running statistics are used. */
export function invertPoseFlow(weights: Tensors, config: FlowConfig, z: tf.Tensor): tf.Tensor {
  for (let step = config.steps - 1; step >= 0; step--) {
    const name = `steps.${step}`, [kept, changed] = tf.split(z, halves(config), 3);
    const { shift, scale } = coefficients(weights, config, step, kept);
    z = reverse(tf.concat([kept, tf.sub(tf.div(changed, scale), shift)], 3));
    z = tf.sub(tf.div(z, tf.exp(weights[`${name}.scale`])), weights[`${name}.shift`]);
  }
  return z;
}

/** 2. The channels in reverse order. (The list that tfjs gives must stay as it is: its tape holds the same one.) */
function reverse(z: tf.Tensor): tf.Tensor {
  return tf.concat(tf.split(z, z.shape[3]!, 3).toReversed(), 3);
}

/** 3. Affine coupling: the first channels stay; the others are shifted, then scaled. */
function couple(
  weights: Tensors,
  config: FlowConfig,
  step: number,
  z: tf.Tensor,
  updates?: Tensors,
): StepOutput {
  const [kept, changed] = tf.split(z, halves(config), 3);
  const { shift, scale } = coefficients(weights, config, step, kept, updates);
  return {
    z: tf.concat([kept, tf.mul(tf.add(changed, shift), scale)], 3),
    logDet: tf.sum(tf.log(scale), [1, 2, 3]),
  };
}

function coefficients(
  weights: Tensors,
  config: FlowConfig,
  step: number,
  kept: tf.Tensor,
  updates?: Tensors,
) {
  const channels = tf.split(graphBlock(weights, config, step, kept, updates), outputsOf(weights, step), 3);
  const shift = tf.concat(channels.filter((_, k) => k % 2 === 0), 3);
  const raw = tf.concat(channels.filter((_, k) => k % 2 === 1), 3);
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
  const name = `steps.${step}`, [batch, joints, frames, channels] = x.shape as number[];
  let y = pointwise(weights, `${name}.spatial`, x);
  const out = y.shape[3]!;
  const rows = tf.reshape(tf.transpose(y, [0, 2, 3, 1]), [-1, joints]) as tf.Tensor2D;
  const mixed = tf.reshape(tf.matMul(rows, weights.graph as tf.Tensor2D), [batch, frames, out, joints]);
  y = tf.relu(batchNorm(weights, `${name}.norm.0`, tf.transpose(mixed, [0, 3, 1, 2]), updates));
  y = batchNorm(weights, `${name}.norm.1`, overTime(weights, config, `${name}.temporal`, y), updates);
  if (step === 0) return tf.relu(y);
  if (channels === out) return tf.relu(tf.add(y, x));
  const residual = batchNorm(weights, `${name}.norm.2`, pointwise(weights, `${name}.residual`, x), updates);
  return tf.relu(tf.add(y, residual));
}

/** x W + b over the channels. */
function pointwise(weights: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  const weight = weights[`${name}.weight`];
  const rows = tf.reshape(x, [-1, weight.shape[0]]) as tf.Tensor2D;
  const y = tf.add(tf.matMul(rows, weight as tf.Tensor2D), weights[`${name}.bias`]);
  return tf.reshape(y, [...x.shape.slice(0, -1), weight.shape[1]!]);
}

/** The convolution over time, zeros beyond the ends, as one product: rows of T C values with the banded matrix [T C, T C'] of
 * the kernel. */
function overTime(weights: Tensors, config: FlowConfig, name: string, x: tf.Tensor): tf.Tensor {
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
    tf.transpose(tf.reshape(band, [frames, frames, channels, out]), [0, 2, 1, 3]),
    [frames * channels, frames * out],
  ) as tf.Tensor2D;
  const y = tf.matMul(tf.reshape(x, [-1, frames * channels]) as tf.Tensor2D, matrix);
  return tf.add(tf.reshape(y, [...x.shape.slice(0, 2), frames, out]), weights[`${name}.bias`]);
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
    let z = x;
    for (let step = 0; step < config.steps; step++) {
      const name = `steps.${step}`, mean = tf.mean(z, [0, 1, 2]), centred = tf.sub(z, mean);
      const count = z.size / config.channels;
      const deviation = tf.sqrt(tf.mul(tf.mean(tf.square(centred), [0, 1, 2]), count / (count - 1)));
      found[`${name}.shift`] = tf.neg(mean);
      found[`${name}.scale`] = tf.neg(tf.log(tf.add(deviation, 1e-6)));
      z = tf.mul(centred, tf.exp(found[`${name}.scale`]));
      z = couple(weights, config, step, reverse(z), {}).z;
    }
    return found;
  };
}
