/**
 * Section III-B: the Distance-Based Relational Encoding Module (DREM).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { apply, gelu, linear } from "./layers.ts";

/** Distance maps: m_t(i, j) = -|x_t(i) - y_t(j)| (equation 2), [T, B, D, D] from two [T, B, D, 3]. */
export function distanceTensor(x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const [frames, batch, joints] = x.shape;
  const xs = tf.split(x, 3, 3), ys = tf.split(y, 3, 3);
  const squares = xs.map((column, k) =>
    tf.square(
      tf.sub(tf.reshape(column, [frames, batch, joints, 1]), tf.reshape(ys[k], [frames, batch, 1, joints])),
    )
  );
  return tf.neg(tf.sqrt(tf.add(tf.add(squares[0], squares[1]), squares[2])));
}

/** f_r = MLP(M) of one person: [T, B, E] from maps [T, B, D, D]. Each person sees the map from its own side, its own
 * joints as the rows: for person 2 the first layer's rows change places, which is the same and cheaper. */
export function relate(
  weights: Tensors,
  config: ModelConfig,
  maps: tf.Tensor,
  person: "x" | "y",
): tf.Tensor {
  const weight = weights["relation.0.weight"], bias = weights["relation.0.bias"];
  const own = person === "x" ? weight : otherSide(weight, config.joints);
  return linear(weights, "relation.1", gelu(apply({ input: rows(config, maps), weight: own, bias })));
}

/** f_r of both people as one batch: [T, 2B, E], person 1 first. The maps go through both sides' weights at once. */
export function relateBoth(weights: Tensors, config: ModelConfig, maps: tf.Tensor): tf.Tensor {
  const weight = weights["relation.0.weight"], bias = weights["relation.0.bias"];
  const both = apply({
    input: rows(config, maps),
    weight: tf.concat([weight, otherSide(weight, config.joints)], 1),
    bias: tf.concat([bias, bias], 0),
  });
  const hidden = tf.split(both, 2, 2);
  return linear(weights, "relation.1", gelu(tf.concat(hidden, 1)));
}

/** The MLP's input rows: [T, B, D * D]. */
function rows(config: ModelConfig, maps: tf.Tensor): tf.Tensor {
  const [frames, batch, joints] = maps.shape;
  const input = config.map === "distance" ? maps : tf.mul(tf.exp(maps), 3);
  return tf.reshape(input, [frames, batch, joints * joints]);
}

/** First-layer weights [D * D, E] for transposed maps. */
function otherSide(weight: tf.Tensor, joints: number): tf.Tensor {
  const size = weight.shape[1]!;
  return tf.reshape(tf.transpose(tf.reshape(weight, [joints, joints, size]), [1, 0, 2]), [
    joints * joints,
    size,
  ]);
}
