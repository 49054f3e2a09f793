/** Dropout (Srivastava et al. 2014) behind the residual sublayers of all TASUs. Its masks are inputs of the training program, because a
 * program draws no random numbers. */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { sizeOf, type Values } from "../core/tensors.ts";
import type { Tensor } from "../engine/engine.ts";
import type { NetworkConfig } from "./config.ts";

/** What the masks of all sublayers of one batch are taken from, [rows, E]: 0 where a value is dropped, 1 / (1 - rate) where it is
 * kept. Sublayer k of a stream takes as many rows as it has frames of people, from row k on. So the values of one mask are
 * independent, and one draw of random numbers serves all sublayers. */
export type Masks = Tensor;

/** Number of residual sublayers of one TASU. */
export function sublayersOf({ drem, feedForward = 0 }: NetworkConfig): number {
  return 2 + Number(drem) + Number(feedForward > 0);
}

/** Draw the masks of a batch of pairs, a half for each person. */
export function drawMasks(config: NetworkConfig, batch: number, random: Random): Values {
  const { units, frames, embedding, dropout = 0 } = config, kept = 1 / (1 - dropout);
  const shape = [2 * (frames * batch + units * sublayersOf(config)), embedding];
  const values = Float32Array.from({ length: sizeOf(shape) }, () => random.chance(dropout) ? 0 : kept);
  return { shape, values };
}

/** Features [T, B, E], with the mask of one sublayer if there is one. */
export function drop(features: Tensor, masks: Masks | undefined, sublayer: number): Tensor {
  if (!masks) return features;
  const [frames, batch, size] = features.shape as [number, number, number];
  return tf.mul(features, tf.reshape(tf.slice(masks, [sublayer, 0], [frames * batch, size]), features.shape));
}
