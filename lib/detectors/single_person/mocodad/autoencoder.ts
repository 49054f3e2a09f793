/**
 * MoCoDAD's condition autoencoder: STS-GCN layers to 16 values that say what came before, and back.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { autoencoderSizes, PAST, type Sizes } from "./config.ts";
import { type Layer, linear, type Pass, stsGcn } from "./sts_gcn.ts";

/** The encoder: frames that came before, [joints, 3, batch, channels], to the condition, [batch, 16]. */
export function conditionEncoder(pass: Pass, sizes: Sizes): Layer {
  const { encoder, flat } = autoencoderSizes(sizes);
  const layers = encoder.map(({ name }) => stsGcn(pass, name));
  return (past) => {
    const features = layers.reduce((x, layer) => layer(x), past);
    const rows = tf.reshape(tf.transpose(features, [2, 3, 1, 0]), [-1, flat]); // channels, frames, joints
    return linear(pass.weights, "condition.in", rows);
  };
}

/** The decoder: the condition, [batch, 16], back to the frames that came before, [joints, 3, batch, channels]. */
export function conditionDecoder(pass: Pass, sizes: Sizes): Layer {
  const { decoder } = autoencoderSizes(sizes);
  const layers = decoder.map(({ name }) => stsGcn(pass, name));
  return (condition) => {
    const rows = linear(pass.weights, "condition.out", condition);
    const features = tf.reshape(rows, [-1, decoder[0].from, PAST, sizes.joints]);
    return layers.reduce((x, layer) => layer(x), tf.transpose(features, [3, 2, 0, 1]));
  };
}
