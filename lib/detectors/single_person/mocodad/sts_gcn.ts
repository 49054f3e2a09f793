/** The STS-GCN layer of MoCoDAD (Sofianos et al. 2021; Flaborea et al. 2023) and the layer that changes the number of joints.
 *
 * Tensors are [joints, frames, batch, channels]: mixing joints and frames is then one matrix product from the left, mixing
 * channels one from the right, and nothing is transposed. Convolutions and linear layers are [out, in], as in PyTorch, and like
 * all other weights drawn as the public code draws them. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../../engine/engine.ts";
import { filled, inline, type Layer, layer, repeat, weight } from "../../../model/layer.ts";
import { batchNormWeights, EPSILON, updateRunning } from "../layers.ts";

/** Number of frames that the model is given, and of those that it recovers; a window has both. */
export const PAST = 3, FUTURE = 3, WINDOW = PAST + FUTURE;

/** STS-GCN layers: features [joints, frames, batch, channels], and the embedding that they are told, [batch, width]. */
export type StsGcn = (x: Tensor, embedding?: Tensor) => Tensor;

/** The STS-GCN layers of one stage, from its widths: `0`, `1` ...
 * @param embedding Width of the embedding that each layer is told; 0 = none. */
export function stage(widths: readonly number[], joints: number, embedding = 0): Layer<StsGcn> {
  const all = repeat(widths.length - 1, (k) => stsGcn(widths[k], widths[k + 1], joints, embedding));
  return layer(
    { all: inline(all) },
    ({ all }) => (x, embedding) => all.reduce((value, each) => each(value, embedding), x),
  );
}

/** An STS-GCN layer. In order: frames are mixed for each joint, joints for each frame, channels by a 1x1 convolution with
 * batch norm; the input is added, itself through such a convolution if the number of channels changes; PReLU; the embedding of
 * the step and the condition is added to all joints and frames through SiLU and a linear layer. */
export function stsGcn(from: number, to: number, joints: number, embedding = 0): Layer<StsGcn> {
  return layer({
    time: scaled([joints, FUTURE, FUTURE], FUTURE),
    space: scaled([FUTURE, joints, joints], joints),
    conv: convolution(from, to, 0),
    residual: from === to ? undefined : convolution(from, to, 0),
    slope: filled([1], 0.25),
    embed: embedding > 0 ? linear(embedding, to) : undefined,
  }, ({ time, space, conv, residual, slope, embed }) => {
    const mix = once(() => mixing(time, space)); // the same in all calls
    return (x, embedding) => {
      const [joints, frames, batch, from] = x.shape;
      const mixed = tf.matMul(mix(), tf.reshape(x, [joints * frames, batch * from]) as tf.Tensor2D);
      const input = tf.reshape(x, [-1, from]);
      const sum = tf.add(conv(tf.reshape(mixed, [-1, from])), residual ? residual(input) : input);
      const y = tf.reshape(prelu(sum, slope), [joints, frames, batch, sum.shape[1]!]);
      return embed && embedding ? tf.add(y, embed(tf.mul(embedding, tf.sigmoid(embedding)))) : y; // SiLU
    };
  });
}

/** The layer that makes other joints of all joints: a 1x1 convolution over the joint axis with batch norm, no activation. */
export function resizeJoints(from: number, to: number): Layer<(x: Tensor) => Tensor> {
  return layer({ convolve: inline(convolution(from, to, 1)) }, ({ convolve }) => (x) => {
    const [joints, ...rest] = x.shape;
    return tf.reshape(convolve(tf.reshape(x, [joints, -1])), [to, ...rest]);
  });
}

/** x W' + b over the last axis. */
export function linear(from: number, to: number): Layer<(x: Tensor) => Tensor> {
  const parts = { weight: scaled([to, from], from), bias: scaled([to], from) };
  return layer(
    parts,
    ({ weight, bias }) => (x) =>
      tf.add(tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true), bias),
  );
}

/** A weight, initially uniform in +-1 and divided by the square root of the number of inputs. */
function scaled(shape: readonly number[], inputs: number): Layer<Tensor> {
  return weight(shape, (random) => random.uniform(-1, 1) / Math.sqrt(inputs));
}

/** Both mixings as one matrix [joints frames, joints frames]: entry ((w, q), (v, t)) is time[v, t, q] space[q, v, w]. */
function mixing(time: Tensor, space: Tensor): tf.Tensor2D {
  const [frames, joints] = space.shape;
  const byTime = tf.reshape(tf.transpose(time, [2, 0, 1]), [1, frames, joints, frames]); // q, v, t
  const bySpace = tf.reshape(tf.transpose(space, [2, 0, 1]), [joints, frames, joints, 1]); // w, q, v
  return tf.reshape(tf.mul(byTime, bySpace), [joints * frames, joints * frames]);
}

/** A 1x1 convolution with batch norm. With running statistics the norm is folded into the weight, and is one addition. With those
 * of the batch the bias falls out, so that its gradient is 0.
 * @param axis Of its outputs, the one that the statistics are taken over: 0 for a convolution over channels, rows [n, from] to
 * [n, to]; 1 for one over joints, [from, n] to [to, n]. */
function convolution(from: number, to: number, axis: 0 | 1): Layer<(x: Tensor) => Tensor> {
  const along = (values: Tensor) => tf.reshape(values, axis === 0 ? [1, -1] : [-1, 1]);
  const product = (x: Tensor, weight: Tensor) =>
    axis === 0
      ? tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D, false, true)
      : tf.matMul(weight as tf.Tensor2D, x as tf.Tensor2D);
  const parts = { weight: scaled([to, from], from), bias: scaled([to], from), norm: batchNormWeights(to) };
  return layer(parts, ({ weight, bias, norm: { gain, bias: shift, mean, variance } }) => {
    const folded = once(() => {
      const factor = tf.mul(gain, tf.rsqrt(tf.add(variance.value, EPSILON)));
      const level = tf.add(tf.mul(tf.sub(bias, mean.value), factor), shift);
      return {
        weight: tf.mul(weight, tf.reshape(factor, [-1, 1])),
        level: axis === 0 ? level : along(level), // a product takes up a bias that is a vector
      };
    });
    if (!mean.update) return (x) => tf.add(product(x, folded().weight), folded().level);
    return (x) => {
      const rows = product(x, weight), count = rows.shape[axis]!;
      const batch = standardise(rows, along(gain), along(shift), bias, axis);
      const unbiased = tf.mul(batch.variance, count / Math.max(1, count - 1));
      updateRunning(mean, tf.add(tf.reshape(batch.mean, [-1]), bias));
      updateRunning(variance, tf.reshape(unbiased, [-1]));
      return batch.y;
    };
  });
}

/** A value that is computed when it is first asked for. */
function once<T>(compute: () => T): () => T {
  let value: T | undefined;
  return () => value ??= compute();
}

/** Batch norm of a matrix over one axis, with its own gradient: y = (x - mean) / deviation gain + shift; and mean and variance,
 * through which no gradient flows besides. The bias of the convolution before is given for its gradient, 0. */
function standardise(x: Tensor, gain: Tensor, shift: Tensor, bias: Tensor, axis: 0 | 1) {
  const count = x.shape[axis]!;
  const mean = tf.mean(x, axis, true), centred = tf.sub(x, mean);
  const variance = tf.mean(tf.square(centred), axis, true), inverse = tf.rsqrt(tf.add(variance, EPSILON));
  const apply = tf.customGrad((_x, gain, shift, bias, save) => {
    const factor = tf.mul(gain as Tensor, inverse);
    (save as tf.GradSaveFunc)([centred, inverse, factor, bias as Tensor]);
    return {
      value: tf.add(tf.mul(centred, factor), shift as Tensor),
      gradFunc: (dy: Tensor, [centred, inverse, factor, bias]: Tensor[]) => {
        const dShift = tf.sum(dy, axis, true);
        const dGain = tf.mul(tf.sum(tf.mul(dy, centred), axis, true), inverse);
        const slope = tf.div(tf.mul(dGain, inverse), count);
        const along = tf.add(tf.mul(centred, slope), tf.div(dShift, count));
        return [tf.mul(tf.sub(dy, along), factor), dGain, dShift, tf.zerosLike(bias)];
      },
    };
  });
  return { y: apply(x, gain, shift, bias), mean, variance };
}

/** x where it is above 0, `slope` x elsewhere; `slope` is [1]. With its own gradient. */
const prelu: (x: Tensor, slope: Tensor) => Tensor = tf.customGrad((input, parameter, save) => {
  const x = input as Tensor, slope = parameter as Tensor;
  (save as tf.GradSaveFunc)([x, slope]);
  return {
    value: tf.prelu(x, slope),
    gradFunc: (dy: Tensor, [x, slope]: Tensor[]) => {
      const dSlope = tf.matMul(tf.reshape(dy, [1, -1]), tf.reshape(tf.minimum(x, 0), [-1, 1]) as tf.Tensor2D);
      return [tf.where(tf.greater(x, 0), dy, tf.mul(dy, slope)), tf.reshape(dSlope, [1])];
    },
  };
});
