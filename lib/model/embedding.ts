/**
 * Section III-A: the motion MLP of each person, and the synchronised position table H.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { Tensors } from "../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { mlp } from "./layers.ts";

/** One person's joints [T, B, D, 3] as the input rows of the motion MLP: 3D values a frame, and 3D velocities (times 5,
 * so that they have the size of positions; 0 in the first frame) where the configuration asks for them. */
export function motionInput(config: ModelConfig, person: tf.Tensor): tf.Tensor {
  const [frames, batch, joints] = person.shape;
  const flat = tf.reshape(person, [frames, batch, joints * 3]) as tf.Tensor3D;
  if (!config.velocity) return flat;
  const velocity = tf.pad(tf.mul(frameChanges(flat), 5), [[1, 0], [0, 0], [0, 0]]);
  return tf.concat([flat, velocity], 2);
}

/** Changes from each frame to the next: [T - 1, B, width] from [T, B, width]. */
export function frameChanges(x: tf.Tensor): tf.Tensor {
  const [frames, batch, width] = x.shape;
  const later = tf.slice(x, [1, 0, 0], [frames - 1, batch, width]);
  const earlier = tf.slice(x, [0, 0, 0], [frames - 1, batch, width]);
  return tf.sub(later, earlier);
}

/** f = MLP(x) + H: [T, B, E]. Shared by both people: h_t is the same row for both at the same time. */
export function embed(weights: Tensors, config: ModelConfig, input: tf.Tensor, person: "x" | "y"): tf.Tensor {
  return tf.add(mlp(weights, "motion", input), positions(weights, config, person));
}

/** The position table of one person: [T, 1, E]. */
export function positions(weights: Tensors, config: ModelConfig, person: "x" | "y"): tf.Tensor {
  const row = [config.frames, 1, config.embedding];
  if (config.position === "sync") return tf.reshape(weights["position"], row);
  if (config.position === "unsync") return tf.reshape(weights[`position.${person}`], row);
  return tf.tensor(sinusoids(config.frames, config.embedding), row);
}

/** The fixed table of Vaswani et al.: sin(t / 10000^(i/E)) in even columns i, the cosine in the odd column after it. */
export function sinusoids(frames: number, size: number): Float32Array {
  return Float32Array.from({ length: frames * size }, (_, at) => {
    const t = Math.floor(at / size), column = at % size;
    const angle = t * Math.exp(-Math.log(10000) * (column - column % 2) / size);
    return column % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
}
