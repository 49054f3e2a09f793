/** Section III-B: the Distance-Based Relational Encoding Module (DREM). */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import type { Person } from "./embedding.ts";
import { type Layer, layer } from "./layer.ts";
import { affine, gelu, linear } from "./layers.ts";

/** Distance maps, [T, B, D, D] from joints [T, B, D, 3] (equation 2): m_t(i, j) = -|x_t(i) - y_t(j)|. */
export function distanceMaps(x: Tensor, y: Tensor): Tensor {
  const [frames, batch, joints] = x.shape;
  const xs = tf.split(x, 3, 3), ys = tf.split(y, 3, 3);
  const squares = xs.map((column, k) =>
    tf.square(
      tf.sub(tf.reshape(column, [frames, batch, joints, 1]), tf.reshape(ys[k], [frames, batch, 1, joints])),
    )
  );
  return tf.neg(tf.sqrt(tf.add(tf.add(squares[0], squares[1]), squares[2])));
}

/** f_r of the people whose streams these are, one after the other in the batch, [T, people B, E], from maps [T, B, D, D]. */
export type Drem = (maps: Tensor, people: readonly Person[]) => Tensor;

/** f_r = MLP(M). Each person sees the map from their own side, with their own joints as the rows, which the paper does not say: for
 * person y the rows of the first layer's weights are permuted, which is the same as a transposed map and cheaper. Maps go through
 * that layer once for all people. */
export function drem(joints: number, embedding: number, gain: number): Layer<Drem> {
  return layer(
    { 0: linear(joints * joints, embedding, gain), 1: linear(embedding, embedding, gain) },
    ({ 0: first, 1: second }) => (maps, people) => {
      const [frames, batch] = maps.shape, { weight, bias } = first;
      const rows = tf.reshape(maps, [frames, batch, joints * joints]);
      const sides = people.map((person) => person === "x" ? weight : otherSide(weight, joints));
      if (people.length === 1) return second(gelu(affine(rows, sides[0], bias)));
      const hidden = affine(rows, tf.concat(sides, 1), tf.concat(people.map(() => bias), 0));
      return second(gelu(tf.concat(tf.split(hidden, people.length, 2), 1)));
    },
  );
}

/** First-layer weights [D * D, E] for transposed maps. */
function otherSide(weight: Tensor, joints: number): Tensor {
  const rows = tf.reshape(weight, [joints, joints, weight.shape[1]!]);
  return tf.reshape(tf.transpose(rows, [1, 0, 2]), weight.shape);
}
