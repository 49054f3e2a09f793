/** Preparation of clips in tensors, for exported models: what `prepareClip` does once a clip has T frames. */
import * as tf from "@tensorflow/tfjs";
import type { Tensor } from "../../engine/engine.ts";
import { CLOSE, type Preparation, upRotation } from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";

/** Two people of a batch, [B, T, D, 3] each. */
export type Pair = readonly [Tensor, Tensor];

/** Rotate the skeleton's up axis to +y, centre the pair, rotate it about the vertical and scale it: x, y and result [B, T, D, 3]. */
export function prepareTensors(
  x: Tensor,
  y: Tensor,
  preparation: Preparation,
  skeleton: Skeleton,
): Pair {
  const { align, scale } = preparation;
  const up = tf.tensor2d(upRotation(skeleton.up), [3, 3]);
  let pair: Pair = [turn(x, up), turn(y, up)];
  if (align !== "none") pair = centre(pair, skeleton);
  if (align === "pair-yaw") pair = alignYaw(pair, skeleton);
  if (scale === "torso") pair = scaleTorso(pair, skeleton);
  return pair;
}

/** All points, multiplied by a 3 x 3 matrix. */
function turn(x: Tensor, matrix: tf.Tensor2D): Tensor {
  return tf.reshape(tf.matMul(tf.reshape(x, [-1, 3]) as tf.Tensor2D, matrix), x.shape);
}

/** Mean of some joints in each frame, [B, T, 1, 3]. */
function meanOf(x: Tensor, joints: readonly number[]): Tensor {
  const weights = new Float32Array(x.shape[2]!);
  for (const joint of joints) weights[joint] += 1 / joints.length;
  return tf.sum(tf.mul(x, tf.tensor(weights, [x.shape[2]!, 1])), 2, true);
}

/** Mean of some joints in the first frame, [B, 1, 1, 3]. */
function firstMean(x: Tensor, joints: readonly number[]): Tensor {
  return meanOf(tf.slice(x, [0, 0, 0, 0], [x.shape[0], 1, x.shape[2]!, 3]), joints);
}

function centre([x, y]: Pair, skeleton: Skeleton): Pair {
  const middle = tf.mul(tf.add(firstMean(x, skeleton.pelvis), firstMean(y, skeleton.pelvis)), 0.5);
  return [tf.sub(x, middle), tf.sub(y, middle)];
}

function alignYaw([x, y]: Pair, skeleton: Skeleton): Pair {
  const apart = tf.split(tf.sub(firstMean(y, skeleton.pelvis), firstMean(x, skeleton.pelvis)), 3, 3);
  const [left, right] = skeleton.hips.map((hip) => tf.split(firstMean(x, [hip]), 3, 3));
  // Where the pelvises are close on the floor plan, the direction that person 1 faces takes over; without any, none.
  const square = (dx: Tensor, dz: Tensor) => tf.add(tf.square(dx), tf.square(dz));
  const faced = [tf.sub(right[2], left[2]), tf.sub(left[0], right[0])], width = square(faced[0], faced[1]);
  const near = tf.relu(tf.sub(1, tf.div(tf.sqrt(square(apart[0], apart[2])), CLOSE)));
  const weight = tf.div(near, tf.sqrt(tf.add(width, tf.sub(1, tf.step(width)))));
  const [dx, dz] = [apart[0], apart[2]].map((own, k) => tf.add(tf.div(own, CLOSE), tf.mul(weight, faced[k])));
  const none = tf.sub(1, tf.step(square(dx, dz)));
  const length = tf.sqrt(tf.add(square(dx, dz), none));
  const cos = tf.div(tf.add(dx, none), length), sin = tf.div(dz, length);
  const rotate = (person: Tensor) => {
    const [a, b, c] = tf.split(person, 3, 3);
    return tf.concat([tf.add(tf.mul(cos, a), tf.mul(sin, c)), b, tf.sub(tf.mul(cos, c), tf.mul(sin, a))], 3);
  };
  return [rotate(x), rotate(y)];
}

function scaleTorso([x, y]: Pair, skeleton: Skeleton): Pair {
  const lengths = [x, y].map((person) => {
    const torso = tf.sub(meanOf(person, skeleton.shoulders), meanOf(person, skeleton.pelvis));
    return tf.mean(tf.sqrt(tf.sum(tf.square(torso), 3, true)), 1, true); // [B, 1, 1, 1]
  });
  const length = tf.mul(tf.add(lengths[0], lengths[1]), 0.5);
  return [tf.div(x, length), tf.div(y, length)];
}
