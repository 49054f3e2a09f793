/** Layers that the published methods share: batch normalisation with running statistics, as PyTorch has it. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../engine/engine.ts";
import { filled, inline, type Layer, layer, type Statistic, statistic } from "../../model/layer.ts";

/** Constants of batch normalisation, PyTorch's. */
export const EPSILON = 1e-5, MOMENTUM = 0.1;

/** Weights and running statistics of a batch normalisation. */
export interface BatchNormWeights {
  readonly gain: Tensor;
  readonly bias: Tensor;
  readonly mean: Statistic;
  readonly variance: Statistic;
}

/** Weights and running statistics of a batch normalisation, initially the identity. */
export function batchNormWeights(channels: number): Layer<BatchNormWeights> {
  return layer({
    gain: filled([channels], 1),
    bias: filled([channels], 0),
    mean: statistic([channels], 0),
    variance: statistic([channels], 1),
  }, (weights) => weights);
}

/** Batch normalisation of a matrix, [channels, count] (`axis` 0) or [count, channels] (`axis` 1). In training it normalises by
 * the batch, and updates the running statistics.
 * @param axis Axis of the channels. */
export function batchNorm(channels: number, axis: 0 | 1): Layer<(x: Tensor) => Tensor> {
  const along = (values: Tensor) => axis === 0 ? tf.reshape(values, [-1, 1]) : values;
  return layer(
    { norm: inline(batchNormWeights(channels)) },
    ({ norm: { gain, bias, ...running } }) => (x) => {
      let mean = running.mean.value, variance = running.variance.value;
      if (running.mean.update) {
        const count = x.shape[1 - axis]!;
        const batchMean = tf.mean(x, 1 - axis), centred = tf.sub(x, along(batchMean));
        const batchVariance = tf.mean(tf.square(centred), 1 - axis);
        const unbiased = tf.mul(batchVariance, count / Math.max(1, count - 1));
        updateRunning(running.mean, batchMean);
        updateRunning(running.variance, unbiased);
        [mean, variance] = [batchMean, batchVariance];
      }
      const factor = tf.mul(tf.rsqrt(tf.add(variance, EPSILON)), gain);
      return tf.add(tf.mul(tf.sub(x, along(mean)), along(factor)), along(bias));
    },
  );
}

/** Move a running statistic towards that of a batch. */
export function updateRunning({ value, update }: Statistic, batch: Tensor): void {
  update?.(tf.add(tf.mul(value, 1 - MOMENTUM), tf.mul(batch, MOMENTUM)));
}
