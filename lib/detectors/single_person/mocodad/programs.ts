/**
 * MoCoDAD's network and its tensor programs: the training loss, and the whole sampling of the frames that follow.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { Random } from "../../../core/random.ts";
import type { Named } from "../../../core/tensors.ts";
import type { Engine, Program, Tensor, Tensors } from "../../../engine/engine.ts";
import { inline, type Layer, layer } from "../../../model/layer.ts";
import { cachedPrograms } from "../../../training/programs_cache.ts";
import { type Autoencoder, autoencoder } from "./autoencoder.ts";
import { LATENT, type Sizes } from "./config.ts";
import { cosineSchedule, stepEmbedding, STEPS } from "./schedule.ts";
import type { StsGcn } from "./sts_gcn.ts";
import { unet } from "./unet.ts";

/** Number of noises that one sample takes: its start, and one for each step but the last. */
export const NOISES = STEPS - 1;

/** The network: the condition autoencoder, and the U-Net that estimates noise. */
export function mocodadNetwork(
  sizes: Sizes,
): Layer<{ readonly condition: Autoencoder; readonly denoise: StsGcn }> {
  return layer({ condition: inline(autoencoder(sizes)), denoise: inline(unet(sizes)) }, (parts) => parts);
}

/** Initial weights of the network. */
export function initialMocodad(sizes: Sizes, seed: number): Named {
  return mocodadNetwork(sizes).initial(new Random(seed).fork("mocodad"));
}

/** One diffusion training step. Inputs: `past` and `future`, [joints, 3, batch, channels]; `noise`, as `future`; `step`,
 * [batch, 10], 1 at the row's step. Outputs: `loss`, the mean smooth L1 between noise and its estimate plus `weight` times
 * the mean squared error of the condition autoencoder, both parts (`denoising`, `reconstruction`), and the running statistics. */
export function trainingLoss(sizes: Sizes, weight: number): Program {
  const { signal } = cosineSchedule(), network = mocodadNetwork(sizes);
  return (weights, { past, future, noise, step }) => {
    const updates: Tensors = {}, { condition: autoencoder, denoise } = network.bind(weights, updates);
    const chosen = step as tf.Tensor2D;
    const pick = (f: (value: number) => number) =>
      tf.reshape(tf.matMul(chosen, tf.tensor2d(signal.map(f), [STEPS, 1])), [1, 1, -1, 1]);
    const noisy = tf.add(tf.mul(future, pick(Math.sqrt)), tf.mul(noise, pick((left) => Math.sqrt(1 - left))));
    const condition = autoencoder.encode(past);
    const embeddings = tf.tensor2d(signal.map((_, i) => stepEmbedding(i)));
    const embedding = tf.add(tf.matMul(chosen, embeddings), condition);
    const estimate = denoise(noisy, embedding);
    const denoising = tf.mean(smoothL1(tf.sub(estimate, noise)));
    const again = autoencoder.decode(condition);
    const reconstruction = tf.mean(tf.square(tf.sub(again, past)));
    return { loss: tf.add(denoising, tf.mul(reconstruction, weight)), denoising, reconstruction, ...updates };
  };
}

/** Reverse diffusion, all steps in one program. Inputs: `past`, [joints, 3, batch, channels], and `noise`,
 * [9, joints, 3, batch, channels]: the start, then the noise of steps 9 to 2. Output: `future`, shaped as `past`. */
export function samplingProgram(sizes: Sizes): Program {
  const { alpha, beta, signal } = cosineSchedule(), network = mocodadNetwork(sizes);
  return (weights, { past, noise }) => {
    const { condition: autoencoder, denoise } = network.bind(weights), condition = autoencoder.encode(past);
    const draw = (k: number) => tf.reshape(tf.slice(noise, [k], [1]), past.shape);
    let x = draw(0);
    for (let i = STEPS - 1; i >= 1; i--) {
      const embedding = tf.add(condition, tf.tensor2d(stepEmbedding(i), [1, LATENT]));
      const share = (1 - alpha[i]) / Math.sqrt(1 - signal[i]);
      x = tf.div(tf.sub(x, tf.mul(denoise(x, embedding), share)), Math.sqrt(alpha[i]));
      if (i > 1) x = tf.add(x, tf.mul(draw(STEPS - i), Math.sqrt(beta[i])));
    }
    return { future: x };
  };
}

/** d^2 / 2 where |d| < 1, |d| - 1/2 elsewhere. */
function smoothL1(d: Tensor): Tensor {
  const size = tf.abs(d), small = tf.minimum(size, 1);
  return tf.add(tf.mul(tf.square(small), 0.5), tf.sub(size, small));
}

/** The programs of one network. */
export interface MocodadPrograms {
  readonly train: Program;
  readonly sample: Program;
}

/** Programs of a network. They are the same objects for the same engine, which so compiles each shape once. `weight` is that of the
 * condition autoencoder's error in the loss. */
export const programsOf: (engine: Engine, network: Sizes & { readonly weight: number }) => MocodadPrograms =
  cachedPrograms(({ weight, ...sizes }) => ({
    train: trainingLoss(sizes, weight),
    sample: samplingProgram(sizes),
  }));
