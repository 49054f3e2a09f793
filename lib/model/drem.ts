/**
 * Section III-B: the Distance-Based Relational Encoding Module (DREM).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { mlp } from "./layers.ts";

/** Distance maps: m_t(i, j) = -|x_t(i) - y_t(j)| (equation 2), [batch, T, D, D] from two [batch, T, D, 3]. */
export function distanceTensor(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const [batch, frames, joints] = x.shape;
  const xs = tf.split(x, 3, 3), ys = tf.split(y, 3, 3);
  const squares = xs.map((column, k) =>
    tf.square(
      tf.sub(tf.reshape(column, [batch, frames, joints, 1]), tf.reshape(ys[k], [batch, frames, 1, joints])),
    )
  );
  return tf.neg(tf.sqrt(tf.add(tf.add(squares[0], squares[1]), squares[2])));
}

/** f_r = MLP(M): [batch, T, E] from maps [batch, T, D, D]. */
export function relate(weights: Tensors, config: ModelConfig, maps: tf.Tensor): tf.Tensor {
  const [batch, frames, joints] = maps.shape;
  const input = config.map === "distance" ? maps : tf.mul(tf.exp(maps), 3);
  return mlp(weights, "relation", tf.reshape(input, [batch, frames, joints * joints]));
}
