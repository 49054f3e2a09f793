/** What an encoder of canonical joints sees of any skeleton: the means of some joints, and the distances between these. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../engine/engine.ts";
import { distanceMaps } from "../../model/drem.ts";
import type { Interaction } from "../../model/iadnet.ts";
import type { ModelConfig } from "./config.ts";

/** For each canonical joint, the joints of the skeleton whose mean it is. */
export type Sources = readonly (readonly number[])[];

/** The interaction of two people, whose joints are [B, T, D, 3] each. Its distance maps are those of the joints that the encoder
 * reads. */
export function interactionFor({ canonical, drem }: ModelConfig, x: Tensor, y: Tensor): Interaction {
  const [xt, yt] = [x, y].map((person) => tf.transpose(person, [1, 0, 2, 3]));
  if (!drem) return { x: xt, y: yt };
  const [a, b] = [xt, yt].map((person) => canonical ? canonicalJointsOf(person, canonical) : person);
  return { x: xt, y: yt, maps: distanceMaps(a, b) };
}

/** Canonical joints, [T, B, 15, 3], of joints [T, B, D, 3]. */
export function canonicalJointsOf(joints: Tensor, sources: Sources): Tensor {
  const [frames, batch, count, width] = joints.shape as [number, number, number, number];
  if (sources.length === count && sources.every((own, k) => own.length === 1 && own[0] === k)) return joints;
  const weights = new Float32Array(count * sources.length);
  sources.forEach((own, k) => {
    for (const joint of own) weights[joint * sources.length + k] += 1 / own.length;
  });
  const rows = tf.reshape(tf.transpose(joints, [0, 1, 3, 2]), [frames * batch * width, count]) as tf.Tensor2D;
  const means = tf.matMul(rows, tf.tensor2d(weights, [count, sources.length]));
  return tf.transpose(tf.reshape(means, [frames, batch, width, sources.length]), [0, 1, 3, 2]);
}

/** Values of pairs of canonical joints, [T, 15, 15], as values of pairs of joints, [T, D, D], with the same sum: each in equal parts
 * of the joints that the canonical ones are means of. */
export function spreadOverSources(values: Float64Array, sources: Sources, joints: number): Float64Array {
  const read = sources.length, out = new Float64Array(values.length / read ** 2 * joints ** 2);
  values.forEach((value, at) => {
    const frame = Math.floor(at / read ** 2),
      a = sources[Math.floor(at / read) % read],
      b = sources[at % read];
    for (const i of a) {
      for (const j of b) out[(frame * joints + i) * joints + j] += value / (a.length * b.length);
    }
  });
  return out;
}
