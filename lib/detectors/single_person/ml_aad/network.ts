/** ML-AAD: one graph network and flow for each stream, trained together by the likelihood. A reconstruction. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../core/random.ts";
import type { Named, Program, Tensor, Tensors } from "../../../engine/engine.ts";
import { type Flow, qrFlow } from "../../../model/flow.ts";
import { scoring } from "../../../model/iadnet.ts";
import { inline, type Layer, layer, repeat, uniform } from "../../../model/layer.ts";
import { featureStd } from "../../../model/layers.ts";
import { batchNorm } from "../layers.ts";

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

/** What a stream makes of clips: the NLL of each, nats, [B], and its features, [B, J]. */
export type Stream = (x: Tensor) => { readonly nll: Tensor; readonly f: Tensor };

/** All streams, bound to clips [B, V, 3 M]. */
export function streams(config: StreamConfig): Layer<Stream[]> {
  return repeat(config.streams.length, (k) => stream(config, config.streams[k]));
}

/** Initial weights of all streams, each drawn from a generator of its own. */
export function initialStreams(config: StreamConfig, seed: number): Named {
  return Object.assign(
    {},
    ...config.streams.map((joints, k) => {
      const random = new Random(seed).fork(`ml-aad stream ${k}`);
      return layer({ [k]: stream(config, joints) }, () => undefined).initial(random);
    }),
  );
}

/** One stream: an encoder of some joints, and the flow of its features, as IADNet's. */
function stream(config: StreamConfig, joints: readonly number[]): Layer<Stream> {
  const J = joints.length, flow = flowOf(config, J);
  const parts = { encoder: encoder(config, J), scoring: inline(scoring(flow)) };
  return layer(parts, ({ encoder, scoring }) => (x) => {
    const f = encoder(pick(x, joints));
    return { nll: scoring(f).nll, f };
  });
}

/** The flow of a stream's features. */
export function flowOf({ flowLayers, slope }: StreamConfig, joints: number): Layer<Flow> {
  return qrFlow({ dimension: joints, layers: flowLayers, slope });
}

/** A residual graph network over [B, J, 3 M], and the largest feature of each joint, [B, J]. */
function encoder({ features, hidden, blocks }: StreamConfig, J: number): Layer<(x: Tensor) => Tensor> {
  const block = repeat(2, () => activated(J, hidden, hidden, false));
  return layer({
    in: activated(J, features, hidden, true),
    blocks: repeat(blocks, () => block),
    out: convolution(J, hidden, features, true),
  }, (parts) => (x) => {
    const y = parts.blocks.reduce((y, [first, second]) => tf.add(y, second(first(y))), parts.in(x));
    return tf.max(tf.add(parts.out(y), x), 2);
  });
}

/** A graph convolution, batch normalisation over all J channels values of a clip at once, and tanh. */
function activated(J: number, from: number, to: number, bias: boolean): Layer<(x: Tensor) => Tensor> {
  return layer({ convolve: inline(convolution(J, from, to, bias)), norm: batchNorm(J * to, 1) }, (
    { convolve, norm },
  ) =>
  (x) => {
    const y = convolve(x);
    return tf.tanh(tf.reshape(norm(tf.reshape(y, [y.shape[0], J * to])), y.shape));
  });
}

/** A graph convolution, A x W + b with A learned: [B, J, to] from [B, J, from]. Initially uniform in +-1/sqrt(to). */
function convolution(J: number, from: number, to: number, bias: boolean): Layer<(x: Tensor) => Tensor> {
  const bound = 1 / Math.sqrt(to);
  return layer({
    graph: uniform([J, J], bound),
    weight: uniform([from, to], bound),
    bias: bias ? uniform([to], bound) : undefined,
  }, ({ graph, weight, bias }) => (x) => {
    const batch = x.shape[0];
    const rows = tf.matMul(tf.reshape(x, [batch * J, from]) as tf.Tensor2D, weight as tf.Tensor2D);
    const byJoint = tf.reshape(tf.transpose(tf.reshape(rows, [batch, J, to]), [1, 0, 2]), [J, batch * to]);
    const mixed = tf.matMul(graph as tf.Tensor2D, byJoint as tf.Tensor2D);
    const y = tf.transpose(tf.reshape(mixed, [J, batch, to]), [1, 0, 2]);
    return bias ? tf.add(y, bias) : y;
  });
}

/** Some joints of [B, V, 3 M]. */
function pick(x: Tensor, joints: readonly number[]): Tensor {
  if (joints.length === x.shape[1]) return x;
  const [batch, , features] = x.shape as [number, number, number];
  return tf.concat(joints.map((joint) => tf.slice(x, [0, joint, 0], [batch, 1, features])), 1);
}

/** Clips `x` [B, V, 3 M] to `loss`, the mean NLL, `featureStd`, the mean over the streams, and the running statistics. */
export function streamLoss(config: StreamConfig): Program {
  const network = streams(config);
  return (weights, { x }) => {
    const updates: Tensors = {}, each = network.bind(weights, updates).map((stream) => stream(x));
    const std = each.map(({ f }) => featureStd(f)).reduce((sum, own) => tf.add(sum, own));
    return { loss: tf.mean(sumOf(each)), featureStd: tf.div(std, each.length), ...updates };
  };
}

/** Clips `x` to `nll` [B], by the running statistics. */
export function streamScore(config: StreamConfig): Program {
  const network = streams(config);
  return (weights, { x }) => ({ nll: sumOf(network.bind(weights).map((stream) => stream(x))) });
}

/** NLL of each clip, summed over the streams. */
function sumOf(streams: readonly ReturnType<Stream>[]): Tensor {
  return streams.reduce((sum: Tensor, { nll }) => tf.add(sum, nll), tf.zeros(streams[0].nll.shape));
}
