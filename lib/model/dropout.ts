/** Dropout (Srivastava et al. 2014) behind the residual sublayers of all TASUs. Its masks are inputs of the training program, because a
 * program draws no random numbers. A mask is the same for all frames of a clip. */
import * as tf from "@tensorflow/tfjs";
import type { Random } from "../core/random.ts";
import { sizeOf, type Values } from "../core/tensors.ts";
import type { Tensor } from "../engine/engine.ts";
import type { NetworkConfig } from "./config.ts";

/** Masks of all sublayers, [units sublayers, people B, E], people one after the other: 0 where a value is dropped, 1 / (1 - rate)
 * where it is kept. */
export type Masks = Tensor;

/** Number of residual sublayers of one TASU. */
export function sublayersOf({ drem, feedForward = 0 }: NetworkConfig): number {
  return 2 + Number(drem) + Number(feedForward > 0);
}

/** Draw the masks of a batch of pairs. */
export function drawMasks(config: NetworkConfig, batch: number, random: Random): Values {
  const { units, embedding, dropout = 0 } = config, kept = 1 / (1 - dropout);
  const shape = [units * sublayersOf(config), 2 * batch, embedding];
  const values = Float32Array.from({ length: sizeOf(shape) }, () => random.chance(dropout) ? 0 : kept);
  return { shape, values };
}

/** Features [T, B, E], with the mask of one sublayer if there is one. */
export function drop(features: Tensor, masks: Masks | undefined, sublayer: number): Tensor {
  if (!masks) return features;
  const [, batch, size] = masks.shape as [number, number, number];
  return tf.mul(features, tf.slice(masks, [sublayer, 0, 0], [1, batch, size]));
}
