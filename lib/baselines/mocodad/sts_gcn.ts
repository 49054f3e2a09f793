/**
 * The STS-GCN layer of MoCoDAD (Sofianos et al. 2021; Flaborea et al. 2023) and the layer that changes the number of joints.
 *
 * Tensors are [joints, frames, batch, channels]: mixing joints and frames is then one matrix product from the left, mixing
 * channels one from the right, and nothing is transposed.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../../engine/engine.ts";

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
  const { weight, bias, norm } = normalised(pass, name, 1);
  return (x) => {
    const [joints, ...rest] = x.shape;
    const y = norm(tf.add(tf.matMul(weight, tf.reshape(x, [joints, -1]) as tf.Tensor2D), bias));
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
  const { weight, bias, norm } = normalised(pass, name, 0);
  return (rows) => norm(tf.add(tf.matMul(rows as tf.Tensor2D, weight, false, true), bias));
}

/** A convolution's weight [out, in] and bias, and its batch norm: the identity where it is folded into them.
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
    return {
      weight: tf.mul(weight, tf.reshape(factor, [-1, 1])) as tf.Tensor2D,
      bias: along(tf.add(tf.mul(tf.sub(bias, mean), factor), shift)),
      norm: (x: tf.Tensor) => x,
    };
  }
  const norm = (x: tf.Tensor) => {
    const count = x.shape[axis]!, now = tf.mean(x, axis, true);
    const spread = tf.mul(tf.mean(tf.square(tf.sub(x, now)), axis), count / Math.max(1, count - 1));
    const next = (old: tf.Tensor, value: tf.Tensor) =>
      tf.add(tf.mul(old, 1 - MOMENTUM), tf.mul(value, MOMENTUM));
    states[`state:${name}.norm.mean`] = next(mean, tf.reshape(now, [-1]));
    states[`state:${name}.norm.variance`] = next(variance, spread);
    return tf.add(tf.mul(STANDARDISE[axis](x), along(gain)), along(shift));
  };
  return { weight, bias: along(bias), norm };
}

/** (x - mean) / deviation over one axis of a matrix, with its own gradient. */
function standardise(axis: 0 | 1): (x: tf.Tensor) => tf.Tensor {
  return tf.customGrad((input, save) => {
    const centred = tf.sub(input as tf.Tensor, tf.mean(input as tf.Tensor, axis, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), axis, true), EPSILON));
    const y = tf.mul(centred, inverse);
    (save as tf.GradSaveFunc)([y, inverse]);
    return {
      value: y,
      gradFunc: (dy: tf.Tensor, [y, inverse]: tf.Tensor[]) => {
        const level = tf.mean(dy, axis, true), along = tf.mul(y, tf.mean(tf.mul(dy, y), axis, true));
        return tf.mul(inverse, tf.sub(tf.sub(dy, level), along));
      },
    };
  });
}

const STANDARDISE = [standardise(0), standardise(1)] as const;

/** x where it is above 0, `slope` x elsewhere; `slope` is [1]. With its own gradient. */
const prelu: (x: tf.Tensor, slope: tf.Tensor) => tf.Tensor = tf.customGrad((input, parameter, save) => {
  const x = input as tf.Tensor, slope = parameter as tf.Tensor;
  (save as tf.GradSaveFunc)([x, slope]);
  return {
    value: tf.prelu(x, slope),
    gradFunc: (dy: tf.Tensor, [x, slope]: tf.Tensor[]) => {
      const above = tf.step(x);
      const factor = tf.add(above, tf.mul(tf.sub(1, above), slope));
      return [tf.mul(dy, factor), tf.reshape(tf.sum(tf.mul(dy, tf.minimum(x, 0))), [1])];
    },
  };
});

/** x sigmoid(x). */
function silu(x: tf.Tensor): tf.Tensor {
  return tf.mul(x, tf.sigmoid(x));
}
