/**
 * Layers that the published methods share: batch normalisation with running statistics.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Named, Tensors, Values } from "../../engine/engine.ts";
import type { Random } from "../../core/random.ts";

const EPSILON = 1e-5, MOMENTUM = 0.1;

/** Batch normalisation of a matrix, [channels, count] (`axis` 0) or [count, channels] (`axis` 1), as PyTorch has it.
 *
 * @param axis That of the channels.
 * @param updates In training: normalises by the batch, and takes the next running statistics as `state:<name>.mean` and
 * `state:<name>.variance`. Absent: normalises by the running statistics.
 */
export function batchNorm(
  weights: Tensors,
  name: string,
  x: tf.Tensor,
  axis: 0 | 1,
  updates?: Tensors,
): tf.Tensor {
  let mean = weights[`${name}.mean`], variance = weights[`${name}.variance`];
  const spread = (values: tf.Tensor) => axis === 0 ? tf.reshape(values, [-1, 1]) : values;
  if (updates) {
    const count = x.shape[1 - axis]!;
    const batchMean = tf.mean(x, 1 - axis), centred = tf.sub(x, spread(batchMean));
    const batchVariance = tf.mean(tf.square(centred), 1 - axis);
    const unbiased = tf.mul(batchVariance, count / Math.max(1, count - 1));
    updates[`state:${name}.mean`] = mix(mean, batchMean);
    updates[`state:${name}.variance`] = mix(variance, unbiased);
    [mean, variance] = [batchMean, batchVariance];
  }
  const factor = tf.mul(tf.rsqrt(tf.add(variance, EPSILON)), weights[`${name}.gain`]);
  return tf.add(tf.mul(tf.sub(x, spread(mean)), spread(factor)), spread(weights[`${name}.bias`]));
}

function mix(old: tf.Tensor, own: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(old, 1 - MOMENTUM), tf.mul(own, MOMENTUM));
}

/** Whether a parameter is a running statistic, which no gradient moves. */
export function isRunning(name: string): boolean {
  return name.endsWith(".mean") || name.endsWith(".variance");
}

/** Initial values of a batch normalisation. */
export function initialNorm(name: string, channels: number): Named {
  const fill = (value: number): Values => ({
    shape: [channels],
    values: new Float32Array(channels).fill(value),
  });
  return {
    [`${name}.gain`]: fill(1),
    [`${name}.bias`]: fill(0),
    [`${name}.mean`]: fill(0),
    [`${name}.variance`]: fill(1),
  };
}

/** Values uniform in +-bound. */
export function uniform(random: Random, shape: readonly number[], bound: number): Values {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = random.uniform(-bound, bound);
  return { shape, values };
}
