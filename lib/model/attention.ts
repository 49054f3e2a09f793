/**
 * Attention over time (equation 1): softmax(Q K^T / sqrt(C)) V, in several heads.
 *
 * Features are [T, B, E], time first: a head of one clip is then a matrix with a fixed stride between its rows, which
 * native matrix products read in place, without a copy.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import { linear, type Pending } from "./layers.ts";

/** One attention: queries from `from`, keys and values from `to`; both [T, B, E]. Its output layer is left to the caller. */
export function attention(
  weights: Tensors,
  name: string,
  from: tf.Tensor | Pending,
  to: tf.Tensor | Pending,
  heads: number,
): Pending {
  const q = linear(weights, `${name}.query`, from);
  const k = linear(weights, `${name}.key`, to);
  const v = linear(weights, `${name}.value`, to);
  const [, batch, size] = q.shape;
  const split = (x: tf.Tensor) => tf.reshape(x, [x.shape[0], batch * heads, size / heads]);
  const input = tf.reshape(mix(split(q), split(k), split(v)), q.shape);
  return { input, weight: weights[`${name}.output.weight`], bias: weights[`${name}.output.bias`] };
}

/** Of [T, heads, C] the matrices of the heads, [heads, T, C], and back. */
const byHead = (x: tf.Tensor) => tf.transpose(x, [1, 0, 2]);

/** softmax(Q K^T / sqrt(C)) V of every head; all [T, heads, C]. Its gradient keeps the weights P and the result O, and
 * needs the sum over keys of dP P, which is the sum over channels of dO O, a smaller one. */
const mix = tf.customGrad((...given) => {
  const [q, k, v] = given.slice(0, 3) as tf.Tensor3D[], save = given[3] as tf.GradSaveFunc;
  const scale = 1 / Math.sqrt(q.shape[2]);
  const p = tf.softmax(tf.mul(tf.matMul(byHead(q), byHead(k), false, true), scale));
  const o = byHead(tf.matMul(p, byHead(v)));
  save([q, k, v, p, o]);
  const gradFunc = (dy: tf.Tensor, [q, k, v, p, o]: tf.Tensor[]) => {
    const along = byHead(tf.sum(tf.mul(dy, o), 2, true)); // [heads, T, 1]
    const dp = tf.matMul(byHead(dy), byHead(v), false, true);
    const ds = tf.mul(p, tf.sub(dp, along));
    return [
      byHead(tf.mul(tf.matMul(ds, byHead(k)), scale)),
      byHead(tf.mul(tf.matMul(ds, byHead(q), true, false), scale)),
      byHead(tf.matMul(p, byHead(dy), true, false)),
    ];
  };
  return { value: o, gradFunc };
});
