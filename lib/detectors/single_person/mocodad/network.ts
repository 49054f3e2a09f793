/** MoCoDAD's network (Flaborea et al., "Multimodal motion conditioned diffusion model for skeleton-based video anomaly
 * detection", ICCV 2023), for any number of joints and coordinates: the condition autoencoder and the denoising U-Net. */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../core/random.ts";
import type { Named, Tensor } from "../../../engine/engine.ts";
import { inline, type Layer, layer } from "../../../model/layer.ts";
import { linear, PAST, resizeJoints, stage, type StsGcn } from "./sts_gcn.ts";

/** Width of the condition and of the embedding of a diffusion step. */
export const LATENT = 16;

/** Sizes of the network. */
export interface Sizes {
  /** Number of coordinates of a joint: 3 here, 2 as published. */
  readonly channels: number;
  /** Number of joints: 17 as published. */
  readonly joints: number;
}

/** The network: the condition autoencoder, and the U-Net that estimates noise. */
export function mocodadNetwork(sizes: Sizes): Layer<{ condition: Autoencoder; denoise: StsGcn }> {
  return layer({ condition: inline(autoencoder(sizes)), denoise: inline(unet(sizes)) }, (parts) => parts);
}

/** Initial weights of the network. */
export function initialMocodad(sizes: Sizes, seed: number): Named {
  return mocodadNetwork(sizes).initial(new Random(seed).fork("mocodad"));
}

/** The condition autoencoder, bound to its weights. */
export interface Autoencoder {
  /** The condition, [batch, 16], of given frames, [joints, 3, batch, channels]. */
  encode(past: Tensor): Tensor;
  /** Given frames, reconstructed from the condition. */
  decode(condition: Tensor): Tensor;
}

/** STS-GCN layers from the given frames to 16 values, the condition, and back. The encoder ends in 32 channels. */
function autoencoder({ channels, joints }: Sizes): Layer<Autoencoder> {
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

/** The U-Net, from noisy frames, [joints, 3, batch, channels], and the embedding of step and condition, [batch, 16], to the noise.
 * Two depths have fewer joints; what goes down is added to what comes back up, and at last the input is added. */
function unet({ channels, joints }: Sizes): Layer<StsGcn> {
  const [all, some, few] = jointLevels(joints);
  return layer({
    wide: stage([channels, 16, 32, 32], all, LATENT),
    down: stage([32, 64, 64], some, LATENT),
    middle: stage([64, 128, 64], few, LATENT),
    up: stage([64, 64, 32], some, LATENT),
    out: stage([32, 32, channels], all, LATENT),
    resize: layer({
      down: resizeJoints(all, some),
      middle: resizeJoints(some, few),
      up: resizeJoints(few, some),
      out: resizeJoints(some, all),
    }, (parts) => parts),
  }, ({ wide, down, middle, up, out, resize }) => (x, embedding) => {
    const first = wide(x, embedding);
    const second = down(resize.down(first), embedding);
    const deep = tf.add(resize.up(middle(resize.middle(second), embedding)), second);
    const shallow = tf.add(resize.out(up(deep, embedding)), first);
    return tf.add(out(shallow, embedding), x);
  });
}

/** Number of joints at the three depths of the U-Net: all, 12/17 and 10/17 of them, rounded (17, 12, 10 as published). */
export function jointLevels(joints: number): readonly [number, number, number] {
  const share = (of17: number) => Math.max(1, Math.round(joints * of17 / 17));
  return [joints, share(12), share(10)];
}
