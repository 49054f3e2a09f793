/**
 * IADNet, section III from top to bottom: two people in, one anomaly score out.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { distanceTensor, relate, relateBoth } from "./drem.ts";
import { embed, frameChanges, motionInput, positions } from "./embedding.ts";
import { frameMean, layerNorm, mlp } from "./layers.ts";
import { type Stream, tasu } from "./tasu.ts";

/** TASM + DREM: the features of each frame of both people, [T, B, features] each.
 *
 * @param weights All weights. @param x Person 1, [B, T, D, 3]. @param y Person 2, same shape. */
export function encode(
  weights: Tensors,
  config: ModelConfig,
  x: tf.Tensor,
  y: tf.Tensor,
): [tf.Tensor, tf.Tensor] {
  const [xt, yt] = [x, y].map((person) => tf.transpose(person, [1, 0, 2, 3])); // time first
  let streams = config.share
    ? [sharedStream(weights, config, xt, yt)]
    : separateStreams(weights, config, xt, yt);
  for (let unit = 0; unit < config.units; unit++) streams = tasu(config, unit, streams);
  const outputs = streams.map(({ weights, feature, relation }) => {
    if (config.features === 0) return relation ? tf.concat([feature, relation], 2) : feature;
    return mlp(weights, "output", layerNorm(weights, "output.norm", feature));
  });
  const [fx, fy] = outputs.length === 2 ? outputs : tf.split(outputs[0], 2, 1);
  return [fx, fy];
}

/** Both people as one batch through one set of weights. */
function sharedStream(weights: Tensors, config: ModelConfig, x: tf.Tensor, y: tf.Tensor): Stream {
  const input = tf.concat([motionInput(config, x), motionInput(config, y)], 1);
  let feature: tf.Tensor;
  if (config.position === "unsync") {
    const [fx, fy] = tf.split(mlp(weights, "motion", input), 2, 1);
    feature = tf.concat([
      tf.add(fx, positions(weights, config, "x")),
      tf.add(fy, positions(weights, config, "y")),
    ], 1);
  } else feature = embed(weights, config, input, "x");
  if (!config.drem) return { weights, feature };
  return { weights, feature, relation: relateBoth(weights, config, distanceTensor(x, y)) };
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
    return { weights: own, feature, relation: maps && relate(own, config, maps, person) };
  });
}

/** The feature of the clip, f: [B, featureDimension]. */
export function clipFeature(weights: Tensors, config: ModelConfig, x: tf.Tensor, y: tf.Tensor): tf.Tensor {
  const f = pool(config, encode(weights, config, x, y), 5e-3);
  return config.skip ? tf.concat([pool(config, rawFrames(config, x, y), 2e-2), f], 1) : f;
}

/** What the encoder reads: joints [T, B, 3D] of each person, and with DREM the proximity map [T, B, D * D]. */
function rawFrames(config: ModelConfig, x: tf.Tensor, y: tf.Tensor): tf.Tensor[] {
  const [batch, frames, joints] = x.shape;
  const [xt, yt] = [x, y].map((person) => tf.transpose(person, [1, 0, 2, 3]));
  const flat = [xt, yt].map((person) => tf.reshape(person, [frames, batch, joints * 3]));
  if (!config.drem) return flat;
  return [...flat, tf.reshape(tf.exp(distanceTensor(xt, yt)), [frames, batch, joints * joints])];
}

/** From features of frames to features of the clip, moment by moment, each moment over all `frames`. Deviations below
 * `floor` and changes below half of it count as none. */
export function pool(config: ModelConfig, frames: readonly tf.Tensor[], floor: number): tf.Tensor {
  const means = frames.map(frameMean);
  if (config.pool === "mean") return tf.concat(means, 1);
  const variances = frames.map((f, i) => frameMean(tf.square(tf.sub(f, means[i]))));
  if (config.pool === "mean-deviation") {
    return tf.concat(means.flatMap((mean, i) => [mean, tf.sqrt(tf.add(variances[i], 1e-6))]), 1);
  }
  const deviations = variances.map((variance) => tf.mul(tf.log(tf.add(variance, floor ** 2)), 0.5));
  const changes = frames.map((f) => tf.log(tf.add(frameMean(tf.abs(frameChanges(f))), floor / 2)));
  return tf.concat([...means, ...deviations, ...changes], 1);
}
