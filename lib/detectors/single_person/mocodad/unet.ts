/**
 * MoCoDAD's denoising U-Net: from noisy frames to the noise in them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type Layer, layer } from "../../../model/layer.ts";
import { jointLevels, LATENT, type Sizes } from "./config.ts";
import { resizeJoints, stage, type StsGcn } from "./sts_gcn.ts";

/** The U-Net, from noisy frames, [joints, 3, batch, channels], and the embedding of step and condition, [batch, 16], to the noise.
 * Two depths have fewer joints; what goes down is added to what comes back up, and at last the input is added. */
export function unet({ channels, joints }: Sizes): Layer<StsGcn> {
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
