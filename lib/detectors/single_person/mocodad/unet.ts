/**
 * MoCoDAD's denoising U-Net: from noisy frames to the noise in them.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { type Sizes, type Stage, unetSizes } from "./config.ts";
import { type Layer, type Pass, resizeJoints, stsGcn } from "./sts_gcn.ts";

/** The U-Net: noisy frames, [joints, 3, batch, channels], and the embedding of step and condition, [batch, 16], to the noise.
 * Two depths with fewer joints, whose inputs are added to what comes back from them; at last the input is added. */
export function denoiser(pass: Pass, sizes: Sizes): Layer {
  const { stages } = unetSizes(sizes);
  const run = (stage: Stage): Layer => {
    const layers = stages[stage].map(({ name }) => stsGcn(pass, name));
    return (x, embedding) => layers.reduce((value, layer) => layer(value, embedding), x);
  };
  const wide = run("wide"), down = run("down"), middle = run("middle"), up = run("up"), out = run("out");
  const resize = (stage: Stage) => resizeJoints(pass, `resize.${stage}`);
  const toDown = resize("down"), toMiddle = resize("middle"), toUp = resize("up"), toOut = resize("out");
  return (x, embedding) => {
    const first = wide(x, embedding);
    const second = down(toDown(first), embedding);
    const deep = tf.add(toUp(middle(toMiddle(second), embedding)), second);
    const shallow = tf.add(toOut(up(deep, embedding)), first);
    return tf.add(out(shallow, embedding), x);
  };
}
