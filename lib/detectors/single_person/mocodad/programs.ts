/** MoCoDAD's diffusion (the cosine schedule of Nichol and Dhariwal 2021 with 10 steps) and its tensor programs: the training loss,
 * and the whole sampling of the frames that follow. */
import * as tf from "@tensorflow/tfjs";
import type { Program, Tensor, Tensors } from "../../../engine/engine.ts";
import { cachedPrograms } from "../../../training/programs_cache.ts";
import { LATENT, mocodadNetwork, type Sizes } from "./network.ts";

/** Number of diffusion steps. Step 0 is used neither in training nor in sampling, so that 9 are left. */
export const STEPS = 10;

/** Variances by step. */
export interface Schedule {
  /** Variance that a step adds. */
  readonly beta: readonly number[];
  /** 1 - beta. */
  readonly alpha: readonly number[];
  /** Share of the signal's variance that is left after the step: the product of all alpha up to it. */
  readonly signal: readonly number[];
}

/** The schedule: beta_i = min(1 - f((i + 1) / N) / f(i / N), 0.999) with f(t) = cos^2((t + 0.008) / 1.008 * pi / 2). */
export function cosineSchedule(steps: number = STEPS): Schedule {
  const f = (t: number) => Math.cos((t + 0.008) / 1.008 * Math.PI / 2) ** 2;
  const beta = Array.from(
    { length: steps },
    (_, i) => Math.min(1 - f((i + 1) / steps) / f(i / steps), 0.999),
  );
  const alpha = beta.map((value) => 1 - value);
  let product = 1;
  return { beta, alpha, signal: alpha.map((value) => product *= value) };
}

/** The embedding of a step: the sines of 8 angles t / 10000^(k / 8), k = 0 to 7, then their cosines. */
export function stepEmbedding(step: number): number[] {
  const angles = Array.from({ length: LATENT / 2 }, (_, k) => step / 10000 ** (2 * k / LATENT));
  return [...angles.map(Math.sin), ...angles.map(Math.cos)];
}

/** Number of noises that one sample takes: its start, and one for each step but the last. */
export const NOISES = STEPS - 1;

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

/** Programs of a network. They are the same objects for the same engine, which so compiles each shape once. `weight` is that of the
 * condition autoencoder's error in the loss. */
export const programsOf = cachedPrograms(({ weight, ...sizes }: Sizes & { readonly weight: number }) => ({
  train: trainingLoss(sizes, weight),
  sample: samplingProgram(sizes),
}));
