/**
 * Attention over time (equation 1): softmax(Q K^T / sqrt(C)) V, in several heads.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import { linear } from "./layers.ts";

/** One attention: queries from `from`, keys and values from `to`; both [batch, frames, E]. */
export function attention(
  weights: Tensors,
  name: string,
  from: tf.Tensor,
  to: tf.Tensor,
  heads: number,
): tf.Tensor {
  const [batch, frames, size] = from.shape;
  const width = size / heads;
  const split = (x: tf.Tensor) => tf.transpose(tf.reshape(x, [batch, frames, heads, width]), [0, 2, 1, 3]);
  const q = split(linear(weights, `${name}.query`, from));
  const k = split(linear(weights, `${name}.key`, to));
  const v = split(linear(weights, `${name}.value`, to));
  const weight = tf.softmax(tf.mul(tf.matMul(q, k, false, true), 1 / Math.sqrt(width)));
  const mixed = tf.reshape(tf.transpose(tf.matMul(weight, v), [0, 2, 1, 3]), [batch, frames, size]);
  return linear(weights, `${name}.output`, mixed);
}
