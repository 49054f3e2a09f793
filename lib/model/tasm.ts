/** Section III-A and B: the Temporal Attention Sharing Module (TASM), N stacked Temporal Attention Sharing Units (TASUs). */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../engine/engine.ts";
import { attention } from "./attention.ts";
import type { NetworkConfig } from "./config.ts";
import { inline, type Layer, layer } from "./layer.ts";
import { computed, type Features, layerNorm, permuteRows } from "./layers.ts";

/** One stream's TASU. Features are [T, B, E]. */
export interface Tasu {
  /** Self-attention: f_s of a person from their feature. */
  self(feature: Tensor): Features;
  /** Motion cross-attention (MCA): f_m, queries from the person's f_s, keys and values from the other's. Then distance
   * cross-attention (DCA): f_md, queries from f_m, keys and values from f_r, if there is one. */
  cross(feature: Tensor, own: Features, other: Features, relation?: Tensor): Tensor;
}

/** A TASU: self-attention, MCA and DCA. */
export function tasu(config: NetworkConfig): Layer<Tasu> {
  return config.block === "plain" ? plainUnit(config) : residualUnit(config);
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

/** The same attentions, each with a layer norm and a residual connection of its own. */
function residualUnit({ embedding: E, heads, drem }: NetworkConfig): Layer<Tasu> {
  return layer({
    self: normedAttention(E, heads),
    motion: normedAttention(E, heads),
    distance: drem ? normedAttention(E, heads) : undefined,
  }, ({ self, motion, distance }) => ({
    self: (feature) => {
      const input = self.norm(feature);
      return tf.add(feature, computed(self.attention(input, input)));
    },
    cross: (_, own, other, relation) => {
      const fs = computed(own), to = motion.norm(computed(other));
      const fm = tf.add(fs, computed(motion.attention(motion.norm(fs), to)));
      if (!distance || !relation) return fm;
      return tf.add(fm, computed(distance.attention(distance.norm(fm), relation)));
    },
  }));
}

/** An attention, and a layer norm for what it reads. */
function normedAttention(size: number, heads: number, readers = 0) {
  const parts = { norm: layerNorm(size), attention: inline(attention(size, heads, readers)) };
  return layer(parts, (built) => built);
}

/** Run the stacked TASUs.
 * @param streams The TASUs of each stream: one stream for both people, where they share all weights (person y follows person x in
 * its batch), or one each (Table V). @param features What each stream starts from, the motion embedding with H added.
 * @param relations f_r of each stream; undefined without DREM.
 * @returns The feature of each stream after the last TASU. */
export function tasm(
  streams: readonly (readonly Tasu[])[],
  features: readonly Tensor[],
  relations: readonly (Tensor | undefined)[],
): readonly Tensor[] {
  for (let n = 0; n < streams[0].length; n++) {
    const own = streams.map((units, i) => units[n].self(features[i])), other = partners(own);
    features = streams.map((units, i) => units[n].cross(features[i], own[i], other[i], relations[i]));
  }
  return features;
}

/** The other person's features: the other stream, or the other half of the only one. */
function partners(features: readonly Features[]): readonly Features[] {
  if (features.length === 2) return [features[1], features[0]];
  return features.map((both) => permuteRows(both, (x) => tf.concat(tf.split(x, 2, 1).toReversed(), 1)));
}
