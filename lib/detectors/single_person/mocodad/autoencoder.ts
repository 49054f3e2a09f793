/**
 * MoCoDAD's condition autoencoder: STS-GCN layers from the given frames to 16 values, the condition, and back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../../engine/engine.ts";
import { type Layer, layer } from "../../../model/layer.ts";
import { LATENT, PAST, type Sizes } from "./config.ts";
import { linear, stage } from "./sts_gcn.ts";

/** The autoencoder, bound to its weights. */
export interface Autoencoder {
  /** The condition, [batch, 16], of given frames, [joints, 3, batch, channels]. */
  encode(past: Tensor): Tensor;
  /** Given frames, reconstructed from the condition. */
  decode(condition: Tensor): Tensor;
}

/** The autoencoder. Its encoder ends in 32 channels. */
export function autoencoder({ channels, joints }: Sizes): Layer<Autoencoder> {
  const flat = 32 * PAST * joints;
  return layer({
    encoder: stage([channels, 32, 16, 32, 32], joints),
    decoder: stage([32, 32, 16, 32, channels], joints),
    "condition.in": linear(flat, LATENT),
    "condition.out": linear(LATENT, flat),
  }, (parts) => ({
    encode: (past) => {
      const rows = tf.reshape(tf.transpose(parts.encoder(past), [2, 3, 1, 0]), [-1, flat]); // channels, frames, joints
      return parts["condition.in"](rows);
    },
    decode: (condition) => {
      const features = tf.reshape(parts["condition.out"](condition), [-1, 32, PAST, joints]);
      return parts.decoder(tf.transpose(features, [3, 2, 0, 1]));
    },
  }));
}
