/**
 * The tensor programs of IADNet that engines run: features, the score, and the training loss.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Engine, Named, Program, Tensors } from "../engine/engine.ts";
import type { Preparation } from "../data/transforms/prepare.ts";
import type { Skeleton } from "../data/skeleton.ts";
import type { ModelConfig } from "./config.ts";
import { flow, flowMatrices, negativeLogLikelihood } from "./flow.ts";
import { clipFeature, makeScene } from "./iadnet.ts";
import { rowSums } from "./layers.ts";
import { prepareTensors } from "./preparation.ts";

/** Clips x, y to the feature f of each clip: output `f`, [batch, featureDimension]. */
export function featureProgram(config: ModelConfig): Program {
  return (weights, { x, y }) => ({ f: clipFeature(weights, config, makeScene(config, x, y)) });
}

/** Clips x, y to `nll`, `latent`, `logDet` and `f`. */
export function scoreProgram(config: ModelConfig): Program {
  return (weights, { x, y }) => {
    const f = clipFeature(weights, config, makeScene(config, x, y));
    return { ...score(weights, f), f };
  };
}

/** Clips as recorded, resampled to T frames, to `score`, the NLL. */
export function pipelineProgram(
  config: ModelConfig,
  preparation: Preparation,
  skeleton: Skeleton,
): Program {
  return (weights, inputs) => {
    const [x, y] = prepareTensors(inputs.x, inputs.y, preparation, skeleton);
    return { score: score(weights, clipFeature(weights, config, makeScene(config, x, y))).nll };
  };
}

const foldedFlow: Program = (weights) => ({ ...flowMatrices(weights) });

/** Weights with the flow's matrices multiplied out, for scoring: the same density, without the work that only training needs. */
export async function foldFlow(engine: Engine, weights: Named): Promise<Named> {
  const { "flow.reflectors": reflectors, "flow.triangle": triangle, ...rest } = weights;
  const factors = { "flow.reflectors": reflectors, "flow.triangle": triangle };
  const { matrices, logDiagonal } = await (await engine.runner(foldedFlow, factors)).run({});
  const [layers, size] = reflectors.shape;
  return {
    ...rest,
    "flow.matrices": { shape: [layers, size, size], values: matrices },
    "flow.logDiagonal": { shape: [layers, size], values: logDiagonal },
  };
}

/** The head alone: features of clips, `f` [B, d], to `nll`. */
export const headProgram: Program = (weights, { f }) => ({ nll: score(weights, f).nll });

/** Joint training (the paper): `loss` = mean NLL over the batch, and `spread`, the mean deviation of the features. */
export function jointLoss(config: ModelConfig): Program {
  return (weights, { x, y }) => withLoss(weights, clipFeature(weights, config, makeScene(config, x, y)));
}

/** Training of the flow alone on whitened features u plus noise: `loss` and `spread`. */
export const flowLoss: Program = (weights, { u }) => withLoss(weights, u);

function score(weights: Tensors, f: tf.Tensor): Tensors {
  const { u, residual } = whiten(weights, f);
  const { latent, logDet } = flow(weights, u);
  const nll = negativeLogLikelihood({ latent, logDet });
  return { nll: residual ? tf.add(nll, residual) : nll, latent, logDet };
}

/** The fixed linear map before the flow of a frozen encoder (`fitWhitening`): u, [batch, r], and the Gaussian cost of what
 * lies outside the training clips' principal directions, [batch]. Without one, u is f itself. */
function whiten(weights: Tensors, f: tf.Tensor): { u: tf.Tensor; residual?: tf.Tensor } {
  if (!weights["whiten.mean"]) return { u: f };
  const standard = tf.mul(tf.sub(f, weights["whiten.mean"]), weights["whiten.scale"]) as tf.Tensor2D;
  const inside = tf.matMul(standard, weights["whiten.basis"] as tf.Tensor2D);
  const outside = tf.relu(tf.sub(rowSums(tf.square(standard)), rowSums(tf.square(inside))));
  return {
    u: tf.mul(inside, weights["whiten.spread"]),
    residual: tf.mul(outside, weights["whiten.outside"]),
  };
}

function withLoss(weights: Tensors, f: tf.Tensor): Tensors {
  const loss = tf.mean(negativeLogLikelihood(flow(weights, f)));
  const centred = tf.sub(f, tf.mean(f, 0, true));
  const spread = tf.mean(tf.sqrt(tf.mean(tf.square(centred), 0)));
  return { loss, spread };
}

/** Where a score comes from: the gradients of `nll`, summed over the batch, with respect to both people's joints and to the
 * distance maps, each taken as if it did not depend on the others. Inputs x and y, [B, T, D, 3], and maps, [T, B, D, D];
 * outputs `nll` [B], `x`, `y` and `maps`. */
export function attributionProgram(config: ModelConfig): Program {
  return (weights, { x, y, maps }) => {
    let nll = tf.zeros([x.shape[0]]);
    const [gx, gy, gm] = tf.grads((...scene: tf.Tensor[]) => {
      const [xt, yt] = scene.slice(0, 2).map((person) => tf.transpose(person, [1, 0, 2, 3]));
      const seen = { x: xt, y: yt, ...(config.drem && { maps: scene[2] }) };
      nll = tf.keep(score(weights, clipFeature(weights, config, seen)).nll);
      return tf.add(tf.sum(nll), tf.mul(tf.sum(scene[2]), 0)); // without DREM the maps have no other use
    })([x, y, maps]);
    return { nll, x: gx, y: gy, maps: gm };
  };
}

/** The gradients of a program's `loss` with respect to some parameters, for tests: outputs `g:<name>` and `loss`. */
export function gradientProgram(program: Program, names: readonly string[]): Program {
  return (weights, inputs) => {
    let loss = tf.scalar(0) as tf.Scalar;
    const gradients = tf.grads((...trained: tf.Tensor[]) => {
      const all = { ...weights };
      names.forEach((name, i) => all[name] = trained[i]);
      loss = tf.keep(program(all, inputs).loss as tf.Scalar); // tf.grads would free it
      return loss;
    })(names.map((name) => weights[name]));
    return { loss, ...Object.fromEntries(names.map((name, i) => [`g:${name}`, gradients[i]])) };
  };
}
