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
import { type Stream, tasu } from "./tasm.ts";

/** What the encoder reads, time first: both people's joints [T, B, D, 3], and with DREM their distance maps [T, B, D, D]. */
export interface Scene {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  readonly maps?: tf.Tensor;
}

/** The scene of two people's joints, [B, T, D, 3] each. */
export function makeScene(config: ModelConfig, x: tf.Tensor, y: tf.Tensor): Scene {
  const [xt, yt] = [x, y].map((person) => tf.transpose(person, [1, 0, 2, 3]));
  return { x: xt, y: yt, ...(config.drem && { maps: distanceTensor(xt, yt) }) };
}

/** TASM + DREM: the features of each frame of both people, [T, B, features] each. */
export function encode(weights: Tensors, config: ModelConfig, scene: Scene): [tf.Tensor, tf.Tensor] {
  let streams = config.share
    ? [sharedStream(weights, config, scene)]
    : separateStreams(weights, config, scene);
  for (let unit = 0; unit < config.units; unit++) streams = tasu(config, unit, streams);
  const outputs = streams.map(({ weights, feature, relation }) => {
    if (config.features === 0) return relation ? tf.concat([feature, relation], 2) : feature;
    return mlp(weights, "output", layerNorm(weights, "output.norm", feature));
  });
  const [fx, fy] = outputs.length === 2 ? outputs : tf.split(outputs[0], 2, 1);
  return [fx, fy];
}

/** Both people as one batch through one set of weights. */
function sharedStream(weights: Tensors, config: ModelConfig, { x, y, maps }: Scene): Stream {
  const input = tf.concat([motionInput(config, x), motionInput(config, y)], 1);
  let feature: tf.Tensor;
  if (config.position === "unsync") {
    const [fx, fy] = tf.split(mlp(weights, "motion", input), 2, 1);
    feature = tf.concat([
      tf.add(fx, positions(weights, config, "x")),
      tf.add(fy, positions(weights, config, "y")),
    ], 1);
  } else feature = embed(weights, config, input, "x");
  return { weights, feature, relation: maps && relateBoth(weights, config, maps) };
}

/** Each person through its own weights (the ablation of Table V): names begin with `x.` and `y.`. */
function separateStreams(weights: Tensors, config: ModelConfig, { x, y, maps }: Scene): Stream[] {
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
export function clipFeature(weights: Tensors, config: ModelConfig, scene: Scene): tf.Tensor {
  const f = pool(config, encode(weights, config, scene), 5e-3);
  return config.skip ? tf.concat([pool(config, rawFrames(scene), 2e-2), f], 1) : f;
}

/** The scene as rows: joints [T, B, 3D] of each person, and with DREM the proximity map exp(m), [T, B, D * D]. */
function rawFrames({ x, y, maps }: Scene): tf.Tensor[] {
  const [frames, batch, joints] = x.shape;
  const flat = [x, y].map((person) => tf.reshape(person, [frames, batch, joints * 3]));
  return maps ? [...flat, tf.reshape(tf.exp(maps), [frames, batch, joints * joints])] : flat;
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
