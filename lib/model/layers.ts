/**
 * The common layers: linear, GELU, layer norm. Weights are [in, out].
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";

/** Features that a linear layer is still to be applied to. */
export interface Pending {
  readonly input: tf.Tensor;
  readonly weight: tf.Tensor;
  readonly bias: tf.Tensor;
}

/** x W + b over the last axis. Two layers with nothing between them are one, which saves a product over all rows:
 * (x W + b) W' + b' = x (W W') + (b W' + b'). */
export function linear(weights: Tensors, name: string, x: tf.Tensor | Pending): tf.Tensor {
  const weight = weights[`${name}.weight`], bias = weights[`${name}.bias`];
  if (x instanceof tf.Tensor) return apply({ input: x, weight, bias });
  const row = tf.matMul(tf.reshape(x.bias, [1, -1]), weight as tf.Tensor2D);
  return apply({
    input: x.input,
    weight: tf.matMul(x.weight as tf.Tensor2D, weight as tf.Tensor2D),
    bias: tf.add(tf.reshape(row, [-1]), bias),
  });
}

/** The layer's output. */
export function apply({ input, weight, bias }: Pending): tf.Tensor {
  const rows = tf.reshape(input, [-1, weight.shape[0]]) as tf.Tensor2D;
  const y = tf.add(tf.matMul(rows, weight as tf.Tensor2D), bias);
  return tf.reshape(y, [...input.shape.slice(0, -1), weight.shape[1]!]);
}

/** Put a layer off until the `uses` layers that read it, if that is cheaper. */
export function postpone(layer: Pending, uses: number): tf.Tensor | Pending {
  const rows = layer.input.size / layer.weight.shape[0];
  return rows > uses * layer.weight.shape[0] ? layer : apply(layer);
}

/** Sums along the rows of a matrix, [rows]. As a product with ones, because a native sum may depend on where the row lies in
 * memory: a clip's score must not depend on its place in the batch. */
export function rowSums(x: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.matMul(x as tf.Tensor2D, tf.ones([x.shape[1]!, 1])), [-1]);
}

/** Means over the first axis, [B, width] from [T, B, width]; as a product, for the same reason. */
export function frameMean(x: tf.Tensor): tf.Tensor {
  const [frames, batch, width] = x.shape;
  const rows = tf.reshape(x, [frames, batch * width]) as tf.Tensor2D;
  return tf.reshape(tf.matMul(tf.fill([1, frames], 1 / frames) as tf.Tensor2D, rows), [batch, width]);
}

/** Two linear layers with a GELU between: every MLP of the paper. */
export function mlp(weights: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  return linear(weights, `${name}.1`, gelu(linear(weights, `${name}.0`, x)));
}

/** GELU by the error function, with its own gradient: Phi(x) + x phi(x). */
export const gelu: (x: tf.Tensor) => tf.Tensor = tf.customGrad((input, save) => {
  const x = input as tf.Tensor, remember = save as tf.GradSaveFunc;
  const phi = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
  remember([x, phi]);
  return {
    value: tf.mul(x, phi),
    gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(saved[0]), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.mul(dy, tf.add(saved[1], tf.mul(saved[0], density)));
    },
  };
});

/** (x - mean) / deviation over the last axis, with its own gradient. */
const normalise: (x: tf.Tensor) => tf.Tensor = tf.customGrad((input, save) => {
  const centred = tf.sub(input as tf.Tensor, tf.mean(input as tf.Tensor, -1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), 1e-5));
  const y = tf.mul(centred, inverse);
  (save as tf.GradSaveFunc)([y, inverse]);
  return {
    value: y,
    gradFunc: (dy: tf.Tensor, [y, inverse]: tf.Tensor[]) => {
      const along = tf.mul(y, tf.mean(tf.mul(dy, y), -1, true));
      return tf.mul(inverse, tf.sub(tf.sub(dy, tf.mean(dy, -1, true)), along));
    },
  };
});

/** Layer norm over the last axis. */
export function layerNorm(weights: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  return tf.add(tf.mul(normalise(x), weights[`${name}.gain`]), weights[`${name}.bias`]);
}
