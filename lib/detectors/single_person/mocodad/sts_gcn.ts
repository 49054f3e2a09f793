/**
 * The STS-GCN layer of MoCoDAD (Sofianos et al. 2021; Flaborea et al. 2023) and the layer that changes the number of joints.
 *
 * Tensors are [joints, frames, batch, channels]: mixing joints and frames is then one matrix product from the left, mixing
 * channels one from the right, and nothing is transposed.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../../../engine/engine.ts";

/** One pass through a network. */
export interface Pass {
  /** Weights and running statistics. */
  readonly weights: Tensors;
  /** In training: batch norms use the statistics of the batch and put the new running ones here, under `state:<name>`.
   * Absent: they use the running ones, which is folded into the weights before them. */
  readonly states?: Record<string, tf.Tensor>;
}

/** A layer, ready for any number of calls in its pass. */
export type Layer = (x: tf.Tensor, embedding?: tf.Tensor) => tf.Tensor;

/** Batch norm's constants, those of PyTorch. */
const EPSILON = 1e-5, MOMENTUM = 0.1;

/** An STS-GCN layer. In order: frames are mixed for each joint, joints for each frame, channels by a 1x1 convolution with
 * batch norm; the input is added, itself through such a convolution if the number of channels changes; PReLU; the embedding of
 * the step and the condition, [batch, 16], is added to all joints and frames through SiLU and a linear layer. */
export function stsGcn(pass: Pass, name: string): Layer {
  const { weights } = pass;
  const mix = mixing(weights[`${name}.time`], weights[`${name}.space`]);
  const convolve = channels(pass, `${name}.conv`);
  const residual = weights[`${name}.residual.weight`] && channels(pass, `${name}.residual`);
  return (x, embedding) => {
    const [joints, frames, batch, from] = x.shape;
    const mixed = tf.matMul(mix, tf.reshape(x, [joints * frames, batch * from]) as tf.Tensor2D);
    const input = tf.reshape(x, [-1, from]);
    const sum = tf.add(convolve(tf.reshape(mixed, [-1, from])), residual ? residual(input) : input);
    const y = tf.reshape(prelu(sum, weights[`${name}.slope`]), [joints, frames, batch, sum.shape[1]!]);
    return embedding ? tf.add(y, linear(weights, `${name}.embed`, silu(embedding))) : y;
  };
}

/** The layer that makes other joints of all joints: a 1x1 convolution over the joint axis with batch norm, no activation. */
export function resizeJoints(pass: Pass, name: string): Layer {
  const { weight, norm } = normalised(pass, name, 1);
  return (x) => {
    const [joints, ...rest] = x.shape;
    const y = norm(tf.matMul(weight, tf.reshape(x, [joints, -1]) as tf.Tensor2D));
    return tf.reshape(y, [weight.shape[0], ...rest]);
  };
}

/** x W' + b over the last axis; W is [out, in] as in PyTorch. */
export function linear(weights: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  const product = tf.matMul(x as tf.Tensor2D, weights[`${name}.weight`] as tf.Tensor2D, false, true);
  return tf.add(product, weights[`${name}.bias`]);
}

/** Both mixings as one matrix [joints frames, joints frames]: entry ((w, q), (v, t)) is time[v, t, q] space[q, v, w]. */
function mixing(time: tf.Tensor, space: tf.Tensor): tf.Tensor2D {
  const [frames, joints] = space.shape;
  const byTime = tf.reshape(tf.transpose(time, [2, 0, 1]), [1, frames, joints, frames]); // q, v, t
  const bySpace = tf.reshape(tf.transpose(space, [2, 0, 1]), [joints, frames, joints, 1]); // w, q, v
  return tf.reshape(tf.mul(byTime, bySpace), [joints * frames, joints * frames]);
}

/** A 1x1 convolution over channels with batch norm, rows [n, in] to [n, out]. */
function channels(pass: Pass, name: string): (rows: tf.Tensor) => tf.Tensor {
  const { weight, norm } = normalised(pass, name, 0);
  return (rows) => norm(tf.matMul(rows as tf.Tensor2D, weight, false, true));
}

/** A convolution's weight, [out, in], and what adds its bias and normalises. With running statistics this is one addition: the
 * rest is folded into the weight. With those of the batch the bias falls out, so that its gradient is 0.
 *
 * @param axis Of the convolution's outputs: the one that the statistics are taken over. */
function normalised(pass: Pass, name: string, axis: 0 | 1) {
  const of = (part: string) => pass.weights[`${name}.${part}`];
  const weight = of("weight") as tf.Tensor2D, bias = of("bias");
  const along = (values: tf.Tensor) => tf.reshape(values, axis === 0 ? [1, -1] : [-1, 1]);
  const gain = of("norm.gain"),
    shift = of("norm.bias"),
    mean = of("norm.mean"),
    variance = of("norm.variance");
  const { states } = pass;
  if (!states) {
    const factor = tf.mul(gain, tf.rsqrt(tf.add(variance, EPSILON)));
    const level = tf.add(tf.mul(tf.sub(bias, mean), factor), shift);
    const row = axis === 0 ? level : along(level); // a product takes up a bias that is a vector
    return {
      weight: tf.mul(weight, tf.reshape(factor, [-1, 1])) as tf.Tensor2D,
      norm: (x: tf.Tensor) => tf.add(x, row),
    };
  }
  const norm = (x: tf.Tensor) => {
    const count = x.shape[axis]!,
      { y, level, spread } = standardise(x, along(gain), along(shift), bias, axis);
    const next = (old: tf.Tensor, value: tf.Tensor) =>
      tf.add(tf.mul(old, 1 - MOMENTUM), tf.mul(tf.reshape(value, [-1]), MOMENTUM));
    states[`state:${name}.norm.mean`] = next(mean, tf.add(tf.reshape(level, [-1]), bias));
    states[`state:${name}.norm.variance`] = next(variance, tf.mul(spread, count / Math.max(1, count - 1)));
    return y;
  };
  return { weight, norm };
}

/** Batch norm of a matrix over one axis, with its own gradient: y = (x - mean) / deviation gain + shift; and mean and variance,
 * through which no gradient flows besides. The bias of the convolution before is given for its gradient, 0. */
function standardise(x: tf.Tensor, gain: tf.Tensor, shift: tf.Tensor, bias: tf.Tensor, axis: 0 | 1) {
  const count = x.shape[axis]!;
  const level = tf.mean(x, axis, true), centred = tf.sub(x, level);
  const spread = tf.mean(tf.square(centred), axis, true), inverse = tf.rsqrt(tf.add(spread, EPSILON));
  const apply = tf.customGrad((_x, gain, shift, bias, save) => {
    const factor = tf.mul(gain as tf.Tensor, inverse);
    (save as tf.GradSaveFunc)([centred, inverse, factor, bias as tf.Tensor]);
    return {
      value: tf.add(tf.mul(centred, factor), shift as tf.Tensor),
      gradFunc: (dy: tf.Tensor, [centred, inverse, factor, bias]: tf.Tensor[]) => {
        const dShift = tf.sum(dy, axis, true);
        const dGain = tf.mul(tf.sum(tf.mul(dy, centred), axis, true), inverse);
        const slope = tf.div(tf.mul(dGain, inverse), count);
        const along = tf.add(tf.mul(centred, slope), tf.div(dShift, count));
        return [tf.mul(tf.sub(dy, along), factor), dGain, dShift, tf.zerosLike(bias)];
      },
    };
  });
  return { y: apply(x, gain, shift, bias), level, spread };
}

/** x where it is above 0, `slope` x elsewhere; `slope` is [1]. With its own gradient. */
const prelu: (x: tf.Tensor, slope: tf.Tensor) => tf.Tensor = tf.customGrad((input, parameter, save) => {
  const x = input as tf.Tensor, slope = parameter as tf.Tensor;
  (save as tf.GradSaveFunc)([x, slope]);
  return {
    value: tf.prelu(x, slope),
    gradFunc: (dy: tf.Tensor, [x, slope]: tf.Tensor[]) => {
      const dSlope = tf.matMul(tf.reshape(dy, [1, -1]), tf.reshape(tf.minimum(x, 0), [-1, 1]) as tf.Tensor2D);
      return [tf.where(tf.greater(x, 0), dy, tf.mul(dy, slope)), tf.reshape(dSlope, [1])];
    },
  };
});

/** x sigmoid(x). */
function silu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(x));
}
