/** The common layers: linear, MLP, GELU, layer norm. Weights are [in, out]. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import { filled, type Layer, layer, uniform } from "./layer.ts";

/** Features, [..., width]; or the output of a linear layer whose product is left to the linear layers that read it. */
export type Features = Tensor | Deferred;

/** A linear layer, bound to its weights. */
export interface Linear {
  /** x W + b over the last axis. */
  (x: Features): Tensor;
  /** The same where nothing but `readers` linear layers read the output. Two linear layers with nothing between them are one,
   * (x W + b) W' + b' = x (W W') + (b W' + b'), which saves a product over all rows: it is used if that is cheaper. */
  defer(x: Tensor, readers: number): Features;
  /** W, [from, to]. */
  readonly weight: Tensor;
  /** b, [to]. */
  readonly bias: Tensor;
}

/** A linear layer, initially uniform in +-1/sqrt(from): PyTorch's rule, as the paper's own would be.
 * @param gain Factor on the initial weight, not the bias. */
export function linear(from: number, to: number, gain = 1): Layer<Linear> {
  const bound = 1 / Math.sqrt(from);
  return layer(
    { weight: uniform([from, to], gain * bound), bias: uniform([to], bound) },
    ({ weight, bias }) =>
      Object.assign(
        (x: Features) => x instanceof Deferred ? x.through(weight, bias) : affine(x, weight, bias),
        {
          defer: (x: Tensor, readers: number) =>
            x.size / from > readers * from ? new Deferred(x, weight, bias) : affine(x, weight, bias),
          weight,
          bias,
        },
      ),
  );
}

/** x W + b over the last axis. */
export function affine(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  const rows = tf.reshape(x, [-1, weight.shape[0]]) as tf.Tensor2D;
  const y = tf.add(tf.matMul(rows, weight as tf.Tensor2D), bias);
  return tf.reshape(y, [...x.shape.slice(0, -1), weight.shape[1]!]);
}

/** The output x W + b of a linear layer, not yet computed. */
export class Deferred {
  /** The output for these rows x. */
  constructor(readonly input: Tensor, readonly weight: Tensor, readonly bias: Tensor) {}

  /** The output of the linear layer W', b' that reads this one. */
  through(weight: Tensor, bias: Tensor): Tensor {
    const row = tf.matMul(tf.reshape(this.bias, [1, -1]), weight as tf.Tensor2D);
    const product = tf.matMul(this.weight as tf.Tensor2D, weight as tf.Tensor2D);
    return affine(this.input, product, tf.add(tf.reshape(row, [-1]), bias));
  }
}

/** Apply a function to features that changes the order of their rows alone. */
export function permuteRows(features: Features, permute: (x: Tensor) => Tensor): Features {
  if (!(features instanceof Deferred)) return permute(features);
  return new Deferred(permute(features.input), features.weight, features.bias);
}

/** Features as a tensor. */
export function computed(features: Features): Tensor {
  return features instanceof Deferred ? affine(features.input, features.weight, features.bias) : features;
}

/** Two linear layers with a GELU between: every MLP of the paper. */
export function mlp(from: number, hidden: number, to: number, gain = 1): Layer<(x: Tensor) => Tensor> {
  return layer(
    { 0: linear(from, hidden, gain), 1: linear(hidden, to, gain) },
    (linear) => (x) => linear[1](gelu(linear[0](x))),
  );
}

/** GELU by the error function, with its own gradient: Phi(x) + x phi(x). */
export const gelu: (x: Tensor) => Tensor = tf.customGrad((input, save) => {
  const x = input as Tensor, remember = save as tf.GradSaveFunc;
  const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
  remember([x, phi]);
  return {
    value: tf.mul(x, phi),
    gradFunc: (dy: Tensor, saved: Tensor[]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(saved[0]), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dy, tf.add(saved[1], tf.mul(saved[0], density)));
    },
  };
});

/** Layer norm over the last axis. */
export function layerNorm(size: number): Layer<(x: Tensor) => Tensor> {
  return layer(
    { gain: filled([size], 1), bias: filled([size], 0) },
    ({ gain, bias }) => (x) => tf.add(tf.mul(normalise(x), gain), bias),
  );
}

/** (x - mean) / deviation over the last axis, with its own gradient. */
const normalise: (x: Tensor) => Tensor = tf.customGrad((input, save) => {
  const centred = tf.sub(input as Tensor, tf.mean(input as Tensor, -1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5));
  const y = tf.mul(centred, inverse);
  (save as tf.GradSaveFunc)([y, inverse]);
  return {
    value: y,
    gradFunc: (dy: Tensor, [y, inverse]: Tensor[]) => {
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), -1, true));
      return tf.mul(inverse, tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), along));
    },
  };
});

/** Sums along the rows of a matrix, [rows]. As a product with ones, because a native sum may depend on where the row lies in
 * memory: a clip's score must not depend on its place in the batch. */
export function rowSums(x: Tensor): Tensor {
  return tf.reshape(tf.matMul(x as tf.Tensor2D, tf.ones([x.shape[1]!, 1])), [-1]);
}

/** Means over the first axis, [B, width] from [T, B, width]; as a product, for the same reason. */
export function frameMean(x: Tensor): Tensor {
  const [frames, batch, width] = x.shape;
  const rows = tf.reshape(x, [frames, batch * width]) as tf.Tensor2D;
  return tf.reshape(tf.matMul(tf.fill([1, frames], 1 / frames) as tf.Tensor2D, rows), [batch, width]);
}

/** The standard deviation of each feature over the batch, [B, d], averaged over the features: a fall towards 0 in training is a
 * collapse. */
export function featureStd(f: Tensor): Tensor {
  const centred = tf.sub(f, tf.mean(f, 0, true));
  return tf.mean(tf.sqrt(tf.mean(tf.square(centred), 0)));
}
