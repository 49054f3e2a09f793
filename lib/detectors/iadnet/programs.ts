/** The tensor programs that IADNet's engine runs: features, scores, training losses, attribution, and the exported pipeline. */
import * as tf from "@tensorflow/tfjs";
import { stack } from "../../core/tensors.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import type { Preparation, PreparedClip } from "../../data/transforms/prepare.ts";
import type { Named, Program, Tensors } from "../../engine/engine.ts";
import { iadnet, type Network, trainingLoss } from "../../model/iadnet.ts";
import { featureStd } from "../../model/layers.ts";
import { cachedPrograms } from "../../training/programs_cache.ts";
import { interactionFor } from "./canonical_input.ts";
import type { ModelConfig } from "./config.ts";
import { encoderOf } from "./features.ts";
import { headFor } from "./head.ts";
import { prepareTensors } from "./preparation.ts";

/** Clips x, y to the feature f of each clip: output `f`, [batch, featureDimension]. */
export function featureProgram(config: ModelConfig): Program {
  const encoder = encoderOf(config);
  return (weights, { x, y }) => ({ f: encoder.bind(weights).feature(interactionFor(config, x, y)) });
}

/** Clips x, y to `nll`, `quadratic`, `latent`, `logDet` and `f`. */
export function scoreProgram(config: ModelConfig): Program {
  return (weights, { x, y }) => ({ ...networkOf(config, weights)(interactionFor(config, x, y)) });
}

/** Clips as recorded, cut or resampled to T frames, to `score`, the NLL. */
export function pipelineProgram(config: ModelConfig, preparation: Preparation, skeleton: Skeleton): Program {
  return (weights, inputs) => {
    const [x, y] = prepareTensors(inputs.x, inputs.y, preparation, skeleton);
    return { score: networkOf(config, weights)(interactionFor(config, x, y)).nll };
  };
}

/** Joint training, the paper's: `loss`, the mean NLL over the batch, and `featureStd`, the mean standard deviation of f. Inputs are
 * clips x, y, and with dropout its `masks`. */
export function jointLoss(config: ModelConfig): Program {
  return (weights, { x, y, masks }) => {
    const score = networkOf(config, weights, config.volume)(interactionFor(config, x, y), masks);
    return { loss: trainingLoss(score), featureStd: featureStd(score.f) };
  };
}

/** Training of the flow alone on whitened features u with noise: `loss` and `featureStd`. */
export const flowLoss: Program = (weights, { u }) => ({
  loss: trainingLoss(headFor(weights).bind(weights)(u)),
  featureStd: featureStd(u),
});

/** Where a score comes from: the gradients of `nll`, summed over the batch, with respect to both people's joints and to the
 * distance maps, each taken as if it did not depend on the others. Inputs x and y, [B, T, D, 3], and maps of the joints
 * that the encoder reads, [T, B, d, d];
 * outputs `nll` [B], `x`, `y` and `maps`. */
export function attributionProgram(config: ModelConfig): Program {
  return (weights, { x, y, maps }) => {
    let nll = tf.zeros([x.shape[0]]);
    const [gx, gy, gm] = tf.grads((x, y, maps) => {
      const [xt, yt] = [x, y].map((person) => tf.transpose(person, [1, 0, 2, 3]));
      const interaction = { x: xt, y: yt, ...(config.drem && { maps }) };
      nll = tf.keep(networkOf(config, weights)(interaction).nll);
      return tf.add(tf.sum(nll), tf.mul(tf.sum(maps), 0)); // without DREM the maps have no other use
    })([x, y, maps]);
    return { nll, x: gx, y: gy, maps: gm };
  };
}

/** The network of a configuration, with the head that the weights have. */
function networkOf(config: ModelConfig, weights: Tensors, volume?: "free" | "fixed"): Network {
  return iadnet(encoderOf(config), headFor(weights, volume)).bind(weights);
}

/** The programs of a configuration: the same objects for the same engine, which so compiles each once. */
export const programsOf = cachedPrograms((config: ModelConfig) => ({
  features: featureProgram(config),
  joint: jointLoss(config),
  score: scoreProgram(config),
  attribution: attributionProgram(config),
}));

/** Prepared clips as inputs x and y, [batch, T, D, 3]. */
export function inputsOf(clips: readonly PreparedClip[], { frames, joints }: ModelConfig): Named {
  const shape = [frames, joints, 3];
  return { x: stack(clips.map(({ x }) => x), shape), y: stack(clips.map(({ y }) => y), shape) };
}
