/** Section III-A and B: the Temporal Attention Sharing Module (TASM), N stacked Temporal Attention Sharing Units (TASUs). */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import { attention } from "./attention.ts";
import type { NetworkConfig } from "./config.ts";
import { inline, type Layer, layer } from "./layer.ts";
import { drop, type Masks, sublayersOf } from "./dropout.ts";
import { computed, type Features, layerNorm, mlp, permuteRows } from "./layers.ts";

/** One stream's TASU. Features are [T, B, E]. */
export interface Tasu {
  /** Self-attention: f_s of a person from their feature. */
  self(feature: Tensor, masks?: Masks): Features;
  /** Motion cross-attention (MCA): f_m, queries from the person's f_s, keys and values from the other's. Then distance
   * cross-attention (DCA): f_md, queries from f_m, keys and values from f_r, if there is one. */
  cross(feature: Tensor, own: Features, other: Features, relation?: Tensor, masks?: Masks): Tensor;
}

/** TASU number `index`: self-attention, MCA and DCA, and a feed-forward layer if there is one. */
export function tasu(config: NetworkConfig, index: number): Layer<Tasu> {
  return config.block === "plain" ? plainUnit(config) : residualUnit(config, index);
}

/** The paper's wiring: three attentions in a row, and one residual connection around the unit. The layer norm is not in the paper;
 * without one, eight units do not stay in range. */
function plainUnit({ embedding: E, heads, drem }: NetworkConfig): Layer<Tasu> {
  return layer({
    self: normedAttention(E, heads, 3),
    motion: attention(E, heads, drem ? 1 : 0),
    distance: drem ? attention(E, heads) : undefined,
  }, ({ self, motion, distance }) => ({
    self: (feature) => {
      const input = self.norm(feature);
      return self.attention(input, input);
    },
    cross: (feature, own, other, relation) => {
      const fm = motion(own, other);
      return tf.add(feature, computed(distance && relation ? distance(fm, relation) : fm));
    },
  }));
}

/** The same attentions, each with a layer norm, dropout and a residual connection of its own: a pre-norm Transformer layer, whose
 * feed-forward layer is optional. */
function residualUnit(config: NetworkConfig, index: number): Layer<Tasu> {
  const { embedding: E, heads, drem, feedForward = 0 } = config, first = index * sublayersOf(config);
  return layer({
    self: normedAttention(E, heads),
    motion: normedAttention(E, heads),
    distance: drem ? normedAttention(E, heads) : undefined,
    feedForward: feedForward > 0 ? normedMlp(E, Math.round(feedForward * E)) : undefined,
  }, ({ self, motion, distance, feedForward }) => ({
    self: (feature, masks) => {
      const input = self.norm(feature);
      return tf.add(feature, drop(computed(self.attention(input, input)), masks, first));
    },
    cross: (_, own, other, relation, masks) => {
      let row = first;
      const add = (feature: Tensor, change: Features) =>
        tf.add(feature, drop(computed(change), masks, ++row));
      const fs = computed(own), to = motion.norm(computed(other));
      let feature = add(fs, motion.attention(motion.norm(fs), to));
      if (distance && relation) feature = add(feature, distance.attention(distance.norm(feature), relation));
      if (feedForward) feature = add(feature, feedForward.mlp(feedForward.norm(feature)));
      return feature;
    },
  }));
}

/** An attention, and a layer norm for what it reads. */
function normedAttention(size: number, heads: number, readers = 0) {
  const parts = { norm: layerNorm(size), attention: inline(attention(size, heads, readers)) };
  return layer(parts, (built) => built);
}

/** The feed-forward layer, and a layer norm for what it reads. */
function normedMlp(size: number, hidden: number) {
  return layer({ norm: layerNorm(size), mlp: inline(mlp(size, hidden, size)) }, (built) => built);
}

/** Run the stacked TASUs.
 * @param streams The TASUs of each stream: one stream for both people, where they share all weights (person y follows person x in
 * its batch), or one each (Table V). @param features What each stream starts from, the motion embedding with H added.
 * @param relations f_r of each stream; undefined without DREM.
 * @param masks Dropout masks of each stream; none in scoring.
 * @returns The feature of each stream after the last TASU. */
export function tasm(
  streams: readonly (readonly Tasu[])[],
  features: readonly Tensor[],
  relations: readonly (Tensor | undefined)[],
  masks: readonly Masks[] = [],
): readonly Tensor[] {
  for (let n = 0; n < streams[0].length; n++) {
    const own = streams.map((units, i) => units[n].self(features[i], masks[i])), other = partners(own);
    features = streams.map((units, i) =>
      units[n].cross(features[i], own[i], other[i], relations[i], masks[i])
    );
  }
  return features;
}

/** The other person's features: the other stream, or the other half of the only one. */
function partners(features: readonly Features[]): readonly Features[] {
  if (features.length === 2) return [features[1], features[0]];
  return features.map((both) => permuteRows(both, (x) => tf.concat(tf.split(x, 2, 1).toReversed(), 1)));
}
