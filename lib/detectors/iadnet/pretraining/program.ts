/** The network of pre-training and its tensor program: one encoder, a head for each loss. */
import * as tf from "@tensorflow/tfjs";
import type { Program, Tensor } from "../../../engine/engine.ts";
import { type Encoder, interactionOf } from "../../../model/iadnet.ts";
import { inline, type Layer, layer } from "../../../model/layer.ts";
import { featureStd, layerNorm, mlp } from "../../../model/layers.ts";
import type { ModelConfig } from "../config.ts";
import { encoderOf, featureDimension } from "../features.ts";
import { CONTRAST_CLIPS } from "./contrast.ts";
import { contrastiveLoss, synchronyLoss } from "./losses.ts";
import { SYNCHRONY_PAIRS } from "./synchrony.ts";

/** Clips of one step. */
export const BATCH = CONTRAST_CLIPS + 2 * SYNCHRONY_PAIRS;

/** Temperature of the contrastive loss. */
const TEMPERATURE = 0.1;

/** Weight of the synchrony loss beside the contrastive one. */
const SYNCHRONY_WEIGHT = 2;

/** A head: layer norm and an MLP on the pooled features of a clip. */
type Head = (f: Tensor) => Tensor;

/** The encoder, and the two heads that are thrown away after pre-training. */
export interface PretrainingNetwork {
  readonly encoder: Encoder;
  readonly contrast: Head;
  readonly synchrony: Head;
}

/** The network that is pre-trained. Weights of the encoder are named as without the heads. */
export function pretrainingNetwork(config: ModelConfig): Layer<PretrainingNetwork> {
  const dimension = featureDimension(config);
  const head = (hidden: number, to: number): Layer<Head> =>
    layer(
      { norm: layerNorm(dimension), mlp: inline(mlp(dimension, hidden, to)) },
      ({ norm, mlp }) => (f) => mlp(norm(f)),
    );
  return layer(
    { encoder: inline(encoderOf(config)), contrast: head(256, 64), synchrony: head(64, 1) },
    (parts) => parts,
  );
}

/** One step's `loss`, its terms `loss:contrastive` and `loss:synchrony`, and `featureStd`. Inputs are clips x and y, [BATCH, T, 15, 3]: the clips
 * of the contrastive loss, the matched pairs, the mismatched ones; `positives`, and with dropout `masks`. */
export function pretrainingLoss(config: ModelConfig): Program {
  const network = pretrainingNetwork(config);
  return (weights, { x, y, positives, masks }) => {
    const { encoder, contrast, synchrony } = network.bind(weights);
    const f = encoder.feature(interactionOf(config, x, y), masks);
    const [scripts, pairs] = tf.split(f, [CONTRAST_CLIPS, 2 * SYNCHRONY_PAIRS]);
    const [matched, mismatched] = tf.split(synchrony(pairs), 2);
    const contrastive = contrastiveLoss(contrast(scripts), positives, TEMPERATURE);
    const pairwise = synchronyLoss(matched, mismatched);
    return {
      loss: tf.add(contrastive, tf.mul(pairwise, SYNCHRONY_WEIGHT)),
      "loss:contrastive": contrastive,
      "loss:synchrony": pairwise,
      featureStd: featureStd(f),
    };
  };
}
