/**
 * Section III-A and B: the Temporal Attention Sharing Unit (TASU).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import { attention } from "./attention.ts";
import type { ModelConfig } from "./config.ts";
import { layerNorm } from "./layers.ts";

/** One stream: its weights, its feature [T, B, E], and its relational embedding f_r (with DREM). With shared
 * weights both people are one stream, person 1 in the first half of the batch and person 2 in the second. */
export interface Stream {
  readonly weights: Tensors;
  readonly feature: tf.Tensor;
  readonly relation?: tf.Tensor;
}

/** One TASU over all streams: self-attention, motion cross-attention (MCA), distance cross-attention (DCA). */
export function tasu(config: ModelConfig, unit: number, streams: readonly Stream[]): Stream[] {
  const residual = config.block === "residual";
  const at = (part: string) => `units.${unit}.${part}`;
  const norm = (stream: Stream, part: string, feature = stream.feature) =>
    layerNorm(stream.weights, at(`${part}.norm`), feature);
  const attend = (stream: Stream, part: string, from: tf.Tensor, to: tf.Tensor): Stream => {
    const mixed = attention(stream.weights, at(part), from, to, config.heads);
    return { ...stream, feature: residual ? tf.add(stream.feature, mixed) : mixed };
  };
  // f_s: each person attends to itself.
  let now = streams.map((stream) => {
    const own = norm(stream, "self");
    return attend(stream, "self", own, own);
  });
  // f_m: queries from one person, keys and values from the other.
  const others = partners(now.map((stream) => stream.feature));
  now = now.map((stream, i) =>
    attend(
      stream,
      "motion",
      residual ? norm(stream, "motion") : stream.feature,
      residual ? norm(stream, "motion", others[i]) : others[i],
    )
  );
  // f_md: queries from f_m, keys and values from f_r.
  now = now.map((stream) =>
    stream.relation
      ? attend(stream, "distance", residual ? norm(stream, "distance") : stream.feature, stream.relation)
      : stream
  );
  // The unit as a whole is residual; in the residual block its parts have been already.
  return residual
    ? now
    : now.map((stream, i) => ({ ...stream, feature: tf.add(streams[i].feature, stream.feature) }));
}

/** The other person's features: the other stream, or the other half of the only one. */
function partners(features: readonly tf.Tensor[]): tf.Tensor[] {
  if (features.length === 2) return [features[1], features[0]];
  const [first, second] = tf.split(features[0], 2, 1);
  return [tf.concat([second, first], 1)];
}
