/**
 * ML-AAD: one graph network and flow for each stream, trained together by the likelihood. A reconstruction.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Named, Program, Tensors, Values } from "../../../engine/engine.ts";
import { flow, negativeLogLikelihood } from "../../../model/flow.ts";
import { Random } from "../../../core/random.ts";
import { batchNorm, initialNorm, uniform } from "../layers.ts";

/** Sizes of the network. */
export interface StreamConfig {
  /** Joints of each stream. */
  readonly streams: readonly (readonly number[])[];
  /** Values of a joint: 3 M. */
  readonly features: number;
  /** Hidden channels; 128 as published. */
  readonly hidden: number;
  /** Residual blocks; 4 as published. */
  readonly blocks: number;
  /** Linear layers of each flow; 10 as published. */
  readonly flowLayers: number;
  /** Initial slope of the flows' PReLUs. */
  readonly slope: number;
}

/** Initial weights: graph convolutions uniform in +-1/sqrt(out), flows as published (`initialFlow` of IADNet at full scale). */
export function initialStreams(config: StreamConfig, seed: number): Named {
  let weights: Named = {};
  for (const [k, joints] of config.streams.entries()) {
    const random = new Random(seed).fork(`ml-aad stream ${k}`), J = joints.length;
    const convolution = (name: string, from: number, to: number, bias: boolean): Named => ({
      [`${name}.graph`]: uniform(random, [J, J], 1 / Math.sqrt(to)),
      [`${name}.weight`]: uniform(random, [from, to], 1 / Math.sqrt(to)),
      ...(bias && { [`${name}.bias`]: uniform(random, [to], 1 / Math.sqrt(to)) }),
    });
    const { features, hidden } = config, name = `${k}.encoder`;
    weights = { ...weights, ...convolution(`${name}.in`, features, hidden, true) };
    weights = { ...weights, ...initialNorm(`${name}.in.norm`, J * hidden) };
    for (let block = 0; block < config.blocks; block++) {
      for (const half of [0, 1]) {
        const own = `${name}.blocks.${block}.${half}`;
        weights = { ...weights, ...convolution(own, hidden, hidden, false) };
        weights = { ...weights, ...initialNorm(`${own}.norm`, J * hidden) };
      }
    }
    weights = { ...weights, ...convolution(`${name}.out`, hidden, features, true) };
    for (const [key, value] of Object.entries(initialStreamFlow(config, J, random))) {
      weights = { ...weights, [`${k}.${key}`]: value };
    }
  }
  return weights;
}

function initialStreamFlow({ flowLayers, slope }: StreamConfig, d: number, random: Random): Named {
  const bound = 1 / Math.sqrt(d), reflectors = new Float32Array(flowLayers * d * d);
  for (let row = 0; row < flowLayers * d; row++) {
    const own = reflectors.subarray(row * d, (row + 1) * d);
    for (let k = 0; k < d; k++) own[k] = random.normal(0, 0.5);
    const length = Math.hypot(...own) || 1;
    for (let k = 0; k < d; k++) own[k] /= length;
  }
  const slopes: Values = {
    shape: [flowLayers - 1],
    values: new Float32Array(flowLayers - 1).fill(Math.log(slope)),
  };
  return {
    "flow.reflectors": { shape: [flowLayers, d, d], values: reflectors },
    "flow.triangle": uniform(random, [flowLayers, d, d], bound),
    "flow.bias": uniform(random, [flowLayers, d], bound),
    ...(flowLayers > 1 && { "flow.slope": slopes }),
  };
}

/** The embedding of a stream: a residual graph network over [B, J, 3 M], and the largest feature of each joint, [B, J]. */
export function embedStream(
  weights: Tensors,
  config: StreamConfig,
  x: tf.Tensor,
  updates?: Tensors,
): tf.Tensor {
  const own: Tensors = {};
  let y = tf.tanh(normalise(weights, "in.norm", convolve(weights, "in", x), own, updates !== undefined));
  for (let block = 0; block < config.blocks; block++) {
    let z = y;
    for (const half of [0, 1]) {
      const name = `blocks.${block}.${half}`;
      z = tf.tanh(normalise(weights, `${name}.norm`, convolve(weights, name, z), own, updates !== undefined));
    }
    y = tf.add(y, z);
  }
  if (updates) Object.assign(updates, own);
  return tf.max(tf.add(convolve(weights, "out", y), x), 2);
}

/** Batch normalisation over all J channels values of a clip at once. */
function normalise(
  weights: Tensors,
  name: string,
  x: tf.Tensor,
  updates: Tensors,
  training: boolean,
): tf.Tensor {
  const [batch, joints, channels] = x.shape;
  const flat = tf.reshape(x, [batch, joints * channels!]);
  return tf.reshape(batchNorm(weights, name, flat, 1, training ? updates : undefined), x.shape);
}

/** A graph convolution: A x W + b, A learned. */
function convolve(weights: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  const [batch, joints, channels] = x.shape as [number, number, number], weight = weights[`${name}.weight`];
  const out = weight.shape[1]!;
  const rows = tf.matMul(tf.reshape(x, [batch * joints, channels]) as tf.Tensor2D, weight as tf.Tensor2D);
  const perJoint = tf.reshape(tf.transpose(tf.reshape(rows, [batch, joints, out]), [1, 0, 2]), [
    joints,
    batch * out,
  ]);
  const mixed = tf.matMul(weights[`${name}.graph`] as tf.Tensor2D, perJoint as tf.Tensor2D);
  const y = tf.transpose(tf.reshape(mixed, [joints, batch, out]), [1, 0, 2]);
  const bias = weights[`${name}.bias`];
  return bias ? tf.add(y, bias) : y;
}

/** NLL of each clip, summed over the streams, [B], and the mean spread of the embeddings. */
function streamLikelihood(weights: Tensors, config: StreamConfig, x: tf.Tensor, updates?: Tensors) {
  let nll: tf.Tensor = tf.zeros([x.shape[0]]), spread: tf.Tensor = tf.scalar(0);
  for (const [k, joints] of config.streams.entries()) {
    const own: Tensors = {}, found: Tensors = {}, prefix = `${k}.`;
    for (const [name, value] of Object.entries(weights)) {
      if (!name.startsWith(prefix)) continue;
      own[name.slice(prefix.length).replace(/^encoder\./, "")] = value;
    }
    const f = embedStream(own, config, pick(x, joints), updates ? found : undefined);
    nll = tf.add(nll, negativeLogLikelihood(flow(own, f)));
    const centred = tf.sub(f, tf.mean(f, 0, true));
    const deviation = tf.mean(tf.sqrt(tf.add(tf.mean(tf.square(centred), 0), 1e-12)));
    spread = tf.add(spread, tf.div(deviation, config.streams.length));
    for (const [name, value] of Object.entries(found)) {
      updates![name.replace("state:", `state:${prefix}encoder.`)] = value;
    }
  }
  return { nll, spread };
}

/** Some joints of [B, V, 3 M]. */
function pick(x: tf.Tensor, joints: readonly number[]): tf.Tensor {
  if (joints.length === x.shape[1]) return x;
  const [batch, , features] = x.shape as [number, number, number];
  return tf.concat(joints.map((joint) => tf.slice(x, [0, joint, 0], [batch, 1, features])), 1);
}

/** Clips `x` [B, V, 3 M] to `loss`, the mean NLL, and `spread`. */
export function streamLoss(config: StreamConfig): Program {
  return (weights, { x }) => {
    const updates: Tensors = {}, { nll, spread } = streamLikelihood(weights, config, x, updates);
    return { loss: tf.mean(nll), spread, ...updates };
  };
}

/** Clips `x` to `nll` [B], by the running statistics. */
export function streamScore(config: StreamConfig): Program {
  return (weights, { x }) => ({ nll: streamLikelihood(weights, config, x).nll });
}
