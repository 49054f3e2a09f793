/** What an encoder of canonical joints reads of any skeleton: means of joints, and means of the rows and columns of distance maps. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../engine/engine.ts";

/** For each canonical joint, the joints of the skeleton whose mean it is. */
export type Sources = readonly (readonly number[])[];

/** Canonical joints, [T, B, 15, 3], of joints [T, B, D, 3]. */
export function canonicalJointsOf(joints: Tensor, sources: Sources): Tensor {
  return meanRows(joints, sources);
}

/** Distance maps of canonical joints, [T, B, 15, 15], of maps [T, B, D, D]. Where a canonical joint is the mean of several joints, its
 * distances are the means of theirs. */
export function canonicalMapsOf(maps: Tensor, sources: Sources): Tensor {
  const transpose = (x: Tensor) => tf.transpose(x, [0, 1, 3, 2]);
  return transpose(meanRows(transpose(meanRows(maps, sources)), sources));
}

/** Means of rows, [T, B, rows, width] from [T, B, D, width]. */
function meanRows(x: Tensor, sources: Sources): Tensor {
  const [frames, batch, joints, width] = x.shape as [number, number, number, number];
  if (isIdentity(sources, joints)) return x;
  const weights = new Float32Array(joints * sources.length);
  sources.forEach((own, k) => {
    for (const joint of own) weights[joint * sources.length + k] += 1 / own.length;
  });
  const columns = tf.reshape(tf.transpose(x, [0, 1, 3, 2]), [frames * batch * width, joints]) as tf.Tensor2D;
  const means = tf.matMul(columns, tf.tensor2d(weights, [joints, sources.length]));
  return tf.transpose(tf.reshape(means, [frames, batch, width, sources.length]), [0, 1, 3, 2]);
}

const isIdentity = (sources: Sources, joints: number) =>
  sources.length === joints && sources.every((own, k) => own.length === 1 && own[0] === k);
