/**
 * How a step moves the parameters: Adam, Adamax, decoupled weight decay, clipping. Written with tfjs operators, so that every
 * engine runs the same definition.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Optimiser } from "./engine.ts";

/** Adam's constants (Kingma and Ba 2014; the defaults of every framework). */
const BETA1 = 0.9, BETA2 = 0.999, EPSILON = 1e-8;

/** Adam, plain. */
export const ADAM: Optimiser = { rule: "adam" };

/** The numbers of one step, which are inputs of the compiled step. */
export interface StepNumbers {
  /** What moment over root is multiplied with. */
  readonly rate: number;
  /** What is added to the root (Adam). */
  readonly epsilon: number;
  /** What the parameters are first multiplied with. */
  readonly keep: number;
}

/** The numbers of step `step` (1-based). The moments are kept without their factors 1 - beta, which these make up for. */
export function stepNumbers(optimiser: Optimiser, step: number, learningRate: number): StepNumbers {
  const first = learningRate * (1 - BETA1) / (1 - BETA1 ** step);
  const keep = 1 - learningRate * (optimiser.decay ?? 0);
  if (optimiser.rule === "adamax") return { rate: first, epsilon: EPSILON, keep };
  const scale = Math.sqrt((1 - BETA2) / (1 - BETA2 ** step)); // of sqrt(v), taken out of the fraction
  return { rate: first / scale, epsilon: EPSILON / scale, keep };
}

/** A parameter with its moments. */
export interface Moments {
  readonly p: tf.Tensor;
  readonly m: tf.Tensor;
  readonly v: tf.Tensor;
}

/** The parameter and its moments after a step along the gradient g. */
export function move(
  { rule, decay }: Optimiser,
  { p, m, v }: Moments,
  g: tf.Tensor,
  { rate, epsilon, keep }: Readonly<Record<keyof StepNumbers, tf.Tensor>>,
): Moments {
  const first = tf.add(tf.mul(m, BETA1), g);
  const second = rule === "adam"
    ? tf.add(tf.mul(v, BETA2), tf.square(g))
    : tf.maximum(tf.mul(v, BETA2), tf.add(tf.abs(g), epsilon));
  const root = rule === "adam" ? tf.add(tf.sqrt(second), epsilon) : second;
  const kept = decay ? tf.mul(p, keep) : p;
  return { p: tf.sub(kept, tf.div(tf.mul(first, rate), root)), m: first, v: second };
}

/** The norm of all gradients together, and the gradients, shortened where the optimiser says so. */
export function shorten(
  { clip }: Optimiser,
  gradients: readonly tf.Tensor[],
): { norm: tf.Tensor; gradients: readonly tf.Tensor[] } {
  const norm = tf.sqrt(gradients.map((g) => tf.sum(tf.square(g))).reduce((a, b) => tf.add(a, b)));
  if (clip === undefined) return { norm, gradients };
  const factor = tf.minimum(1, tf.div(clip, tf.add(norm, 1e-6)));
  return { norm, gradients: gradients.map((g) => tf.mul(g, factor)) };
}
