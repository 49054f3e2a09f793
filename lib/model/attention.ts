/** Section III-A: attention over time (equation 1), in several heads.
 *
 * Features are [T, B, E], time first: a head of one clip is then a matrix with a fixed stride between its rows, which
 * native matrix products read in place, without a copy. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import { type Layer, layer } from "./layer.ts";
import { type Features, linear } from "./layers.ts";

/** One attention: queries from `from`, keys and values from `to`; all [T, B, E]. */
export type Attention = (from: Features, to: Features) => Features;

/** Atten(Q, K, V) with its projections.
 * @param size E. @param heads Heads, each of width C = E / heads.
 * @param readers Linear layers that read the output where nothing else does; 0 where it is a feature of its own. */
export function attention(size: number, heads: number, readers = 0): Layer<Attention> {
  const square = linear(size, size);
  return layer(
    { query: square, key: square, value: square, output: square },
    ({ query, key, value, output }) => (from, to) => {
      const q = query(from), k = key(to), v = value(to), [, batch] = q.shape;
      const split = (x: Tensor) => tf.reshape(x, [x.shape[0], batch * heads, size / heads]);
      const mixed = tf.reshape(attend(split(q), split(k), split(v)), q.shape);
      return readers > 0 ? output.defer(mixed, readers) : output(mixed);
    },
  );
}

/** Of [T, heads, C] the matrices of the heads, [heads, T, C], and back. */
const byHead = (x: Tensor) => tf.transpose(x, [1, 0, 2]);

/** Equation 1, softmax(Q K^T / sqrt(C)) V, of every head; all [T, heads, C]. Its gradient keeps the weights P and the result O,
 * and needs the sum over keys of dP P, which is the sum over channels of dO O, a smaller one. */
const attend = tf.customGrad((...given) => {
  const [q, k, v] = given.slice(0, 3) as tf.Tensor3D[], save = given[3] as tf.GradSaveFunc;
  const scale = 1 / Math.sqrt(q.shape[2]);
  const p = tf.softmax(tf.mul(tf.matMul(byHead(q), byHead(k), false, true), scale));
  const o = byHead(tf.matMul(p, byHead(v)));
  save([q, k, v, p, o]);
  const gradFunc = (dy: Tensor, [q, k, v, p, o]: Tensor[]) => {
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
