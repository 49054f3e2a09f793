/**
 * Section III-A and B: the Temporal Attention Sharing Unit (TASU).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import { attention } from "./attention.ts";
import type { ModelConfig } from "./config.ts";
import { apply, layerNorm, type Pending, postpone } from "./layers.ts";

/** One stream: its weights, its feature [T, B, E], and its relational embedding f_r (with DREM). With shared
 * weights both people are one stream, person 1 in the first half of the batch and person 2 in the second. */
export interface Stream {
  readonly weights: Tensors;
  readonly feature: tf.Tensor;
  readonly relation?: tf.Tensor;
}

/** One TASU over all streams: self-attention, motion cross-attention (MCA), distance cross-attention (DCA). */
export function tasu(config: ModelConfig, unit: number, streams: readonly Stream[]): Stream[] {
  return config.block === "residual" ? residualUnit(config, unit, streams) : plainUnit(config, unit, streams);
}

/** The paper's wiring: the three attentions in a row, and one residual around the unit. */
function plainUnit(config: ModelConfig, unit: number, streams: readonly Stream[]): Stream[] {
  const at = (part: string) => `units.${unit}.${part}`;
  // f_s: each person attends to itself.
  const own = streams.map(({ weights, feature }) => {
    const input = layerNorm(weights, at("self.norm"), feature);
    return postpone(attention(weights, at("self"), input, input, config.heads), 3);
  });
  // f_m: queries from one person, keys and values from the other.
  const other = partners(own);
  const motion = streams.map(({ weights }, i) =>
    attention(weights, at("motion"), own[i], other[i], config.heads)
  );
  // f_md: queries from f_m, keys and values from f_r.
  return streams.map((stream, i) => {
    const { weights, feature, relation } = stream;
    const last = relation
      ? attention(weights, at("distance"), postpone(motion[i], 1), relation, config.heads)
      : motion[i];
    return { ...stream, feature: tf.add(feature, apply(last)) };
  });
}

/** The same attentions, each residual and with a layer norm of its own. */
function residualUnit(config: ModelConfig, unit: number, streams: readonly Stream[]): Stream[] {
  const at = (part: string) => `units.${unit}.${part}`;
  const norm = (stream: Stream, part: string, feature = stream.feature) =>
    layerNorm(stream.weights, at(`${part}.norm`), feature);
  const attend = (stream: Stream, part: string, to: tf.Tensor, from = norm(stream, part)): Stream => {
    const mixed = apply(attention(stream.weights, at(part), from, to, config.heads));
    return { ...stream, feature: tf.add(stream.feature, mixed) };
  };
  const own = streams.map((stream) => {
    const input = norm(stream, "self");
    return attend(stream, "self", input, input);
  });
  const other = partners(own.map((stream) => stream.feature)) as tf.Tensor[];
  return own.map((stream, i) => attend(stream, "motion", norm(stream, "motion", other[i])))
    .map((stream) => stream.relation ? attend(stream, "distance", stream.relation) : stream);
}

/** The other person's features: the other stream, or the other half of the only one. */
function partners(features: readonly (tf.Tensor | Pending)[]): (tf.Tensor | Pending)[] {
  if (features.length === 2) return [features[1], features[0]];
  const swap = (x: tf.Tensor) => tf.concat(tf.split(x, 2, 1).toReversed(), 1);
  const [only] = features;
  return [only instanceof tf.Tensor ? swap(only) : { ...only, input: swap(only.input) }];
}
