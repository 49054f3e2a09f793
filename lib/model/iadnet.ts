/**
 * IADNet, section III from top to bottom: two people in, one anomaly score out.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { distanceTensor, relate } from "./drem.ts";
import { embed, motionInput } from "./embedding.ts";
import { layerNorm, mlp } from "./layers.ts";
import { type Stream, tasu } from "./tasu.ts";

/** TASM + DREM: the features of each frame of both people, [batch, T, features] each.
 *
 * @param weights All weights. @param x Person 1, [batch, T, D, 3]. @param y Person 2, same shape. */
export function encode(
  weights: Tensors,
  config: ModelConfig,
  x: tf.Tensor,
  y: tf.Tensor,
): [tf.Tensor, tf.Tensor] {
  let streams = config.share ? [sharedStream(weights, config, x, y)] : separateStreams(weights, config, x, y);
  for (let unit = 0; unit < config.units; unit++) streams = tasu(config, unit, streams);
  const outputs = streams.map((stream) =>
    mlp(stream.weights, "output", layerNorm(stream.weights, "output.norm", stream.feature))
  );
  const [fx, fy] = outputs.length === 2 ? outputs : tf.split(outputs[0], 2, 0);
  return [fx, fy];
}

/** Both people as one batch through one set of weights. */
function sharedStream(weights: Tensors, config: ModelConfig, x: tf.Tensor, y: tf.Tensor): Stream {
  const batch = x.shape[0];
  const input = tf.concat([motionInput(config, x), motionInput(config, y)], 0);
  let feature: tf.Tensor;
  if (config.position === "unsync") {
    const [fx, fy] = tf.split(mlp(weights, "motion", input), [batch, batch], 0);
    feature = tf.concat([tf.add(fx, weights["position.x"]), tf.add(fy, weights["position.y"])], 0);
  } else feature = embed(weights, config, input, "x");
  if (!config.drem) return { weights, feature };
  const maps = distanceTensor(x, y);
  // Each person sees the map from its own side: its own joints are the rows.
  const both = tf.concat([maps, tf.transpose(maps, [0, 1, 3, 2])], 0);
  return { weights, feature, relation: relate(weights, both) };
}

/** Each person through its own weights (the ablation of Table V): names begin with `x.` and `y.`. */
function separateStreams(weights: Tensors, config: ModelConfig, x: tf.Tensor, y: tf.Tensor): Stream[] {
  const maps = config.drem ? distanceTensor(x, y) : undefined;
  return (["x", "y"] as const).map((person) => {
    const own: Tensors = { ...weights };
    for (const [name, value] of Object.entries(weights)) {
      if (name.startsWith(`${person}.`)) own[name.slice(2)] = value;
    }
    const feature = embed(own, config, motionInput(config, person === "x" ? x : y), person);
    const map = maps && (person === "x" ? maps : tf.transpose(maps, [0, 1, 3, 2]));
    return { weights: own, feature, relation: map && relate(own, map) };
  });
}

/** From features of frames to the feature of the clip, f = (f^x, f^y): [batch, featureDimension]. */
export function pool(config: ModelConfig, frames: readonly tf.Tensor[]): tf.Tensor {
  return tf.concat(
    frames.map((f) => {
      const mean = tf.mean(f, 1);
      if (config.pool === "mean") return mean;
      const centred = tf.sub(f, tf.expandDims(mean, 1));
      return tf.concat([mean, tf.sqrt(tf.add(tf.mean(tf.square(centred), 1), 1e-6))], 1);
    }),
    1,
  );
}
