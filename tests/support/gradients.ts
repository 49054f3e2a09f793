/** Gradients of programs, and their comparison with finite differences. */
import { assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../../lib/core/random.ts";
import { type Named, sizeOf, type Values } from "../../lib/core/tensors.ts";
import type { Program } from "../../lib/engine/engine.ts";
import { openEngine } from "../../lib/engine/select.ts";

/** The gradients of a program's `loss` with respect to some parameters: outputs `g:<name>` and `loss`. */
export function gradientProgram(program: Program, names: readonly string[]): Program {
  return (weights, inputs) => {
    let loss = tf.scalar(0) as tf.Scalar;
    const gradients = tf.grads((...trained: tf.Tensor[]) => {
      const all = { ...weights };
      names.forEach((name, i) => all[name] = trained[i]);
      loss = tf.keep(program(all, inputs).loss as tf.Scalar); // tf.grads would free it
      return loss;
    })(names.map((name) => weights[name]));
    return { loss, ...Object.fromEntries(names.map((name, i) => [`g:${name}`, gradients[i]])) };
  };
}

/** Normal values. */
export function drawNormal(shape: readonly number[], random: Random, deviation = 1): Values {
  const values = new Float32Array(sizeOf(shape));
  return { shape, values: values.map(() => random.normal(0, deviation)) };
}

/** The same values with normal noise added. */
export function withNoise({ shape, values }: Values, random: Random, deviation: number): Values {
  return { shape, values: values.map((value) => value + random.normal(0, deviation)) };
}

/** A scalar that depends on every element of y differently. */
export function scalarOf(y: tf.Tensor): tf.Tensor {
  const factors = Float32Array.from({ length: y.size }, (_, i) => Math.sin(i + 1));
  return tf.mean(tf.mul(y, tf.tensor(factors, y.shape)));
}

/** Compare a program's gradients with central differences of its loss, along random directions in each parameter.
 *
 * @param step Length of the step to either side: shorter where the loss bends often.
 */
export async function checkGradients(
  program: Program,
  weights: Named,
  inputs: Named,
  random: Random,
  { names = Object.keys(weights), step = 4e-3 }: { names?: readonly string[]; step?: number } = {},
): Promise<void> {
  const engine = await openEngine("onnx-cpu", 1);
  const gradients = await (await engine.runner(gradientProgram(program, names), weights)).run(inputs);
  for (const name of names) {
    const { shape, values } = weights[name];
    const direction = drawNormal(shape, random).values, size = Math.hypot(...direction);
    const slope = direction.reduce((sum, value, i) => sum + value / size * gradients[`g:${name}`][i], 0);
    const lossAt = async (sign: number) => {
      const changed = values.map((value, i) => value + sign * step * direction[i] / size);
      const runner = await engine.runner(program, { ...weights, [name]: { shape, values: changed } });
      return (await runner.run(inputs)).loss[0];
    };
    const numeric = (await lossAt(1) - await lossAt(-1)) / (2 * step);
    const tolerance = 2e-3 * Math.max(1, Math.abs(numeric)) + 1e-3;
    assertAlmostEquals(slope, numeric, tolerance, `${name}: ${slope} against ${numeric}`);
  }
  await engine.close();
}
