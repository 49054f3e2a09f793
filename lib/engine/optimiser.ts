/** Update rules in tfjs operators, the same for every engine: Adam, Adamax, decoupled weight decay, gradient clipping. */
import * as tf from "@tensorflow/tfjs";
import type { Optimiser } from "./engine.ts";

/** Adam's constants (Kingma and Ba 2014; the defaults of every framework). */
const BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

/** Plain Adam. */
export const ADAM: Optimiser = { rule: "adam" };

/** The numbers of one step: inputs of the compiled step. */
export interface StepNumbers {
  /** Learning rate, with the bias corrections. */
  readonly rate: number;
  /** Term added to the root of the second moment (Adam), or to the absolute gradient (Adamax). */
  readonly epsilon: number;
  /** Weight decay: the factor of the parameters before the update. */
  readonly decay: number;
}

/** The numbers of step `step`, from 1. Moments are stored without their factors 1 - beta; `rate` and `epsilon` include them. */
export function stepNumbers(optimiser: Optimiser, step: number, learningRate: number): StepNumbers {
  const rate = learningRate * (1 - BETA1) / (1 - BETA1 ** step);
  const decay = 1 - learningRate * (optimiser.weightDecay ?? 0);
  if (optimiser.rule === "adamax") return { rate, epsilon: EPSILON, decay };
  const scale = Math.sqrt((1 - BETA2) / (1 - BETA2 ** step)); // of sqrt(v), moved out of the fraction
  return { rate: rate / scale, epsilon: EPSILON / scale, decay };
}

/** A parameter with its first and second moment. */
export interface Moments {
  readonly p: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/** The parameter and its moments after one step with the gradient `g`. */
export function applyUpdate(
  { rule, weightDecay }: Optimiser,
  { p, m, v }: Moments,
  g: tf.Tensor,
  { rate, epsilon, decay }: Readonly<Record<keyof StepNumbers, tf.Tensor>>,
): Moments {
  const first = tf.add(tf.mul(m, BETA1), g);
  const second = rule === "adam"
    ? tf.add(tf.mul(v, BETA2), tf.square(g))
    : tf.maximum(tf.mul(v, BETA2), tf.add(tf.abs(g), epsilon));
  const root = rule === "adam" ? tf.add(tf.sqrt(second), epsilon) : second;
  const decayed = weightDecay ? tf.mul(p, decay) : p;
  return { p: tf.sub(decayed, tf.div(tf.mul(first, rate), root)), m: first, v: second };
}

/** The global norm of the gradients, and the gradients scaled down to `clipNorm` if the norm is larger. */
export function clipByGlobalNorm(
  { clipNorm }: Optimiser,
  gradients: readonly tf.Tensor[],
): { norm: tf.Tensor; gradients: readonly tf.Tensor[] } {
  const norm = tf.sqrt(gradients.map((g) => tf.sum(tf.square(g))).reduce((a, b) => tf.add(a, b)));
  if (clipNorm === undefined) return { norm, gradients };
  const factor = tf.minimum(1, tf.div(clipNorm, tf.add(norm, 1e-6)));
  return { norm, gradients: gradients.map((g) => tf.mul(g, factor)) };
}
