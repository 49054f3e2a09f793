/**
 * The sizes of MoCoDAD's network (Flaborea et al., "Multimodal motion conditioned diffusion model for skeleton-based video
 * anomaly detection", ICCV 2023), for any number of joints and coordinates.
 *
 * @module
 */

/** Frames that the model is told, and frames that it must find again: a window has both. */
export const PAST = 3, FUTURE = 3, WINDOW = PAST + FUTURE;

/** Width of the condition, of the embedding of a diffusion step, and so of their sum. */
export const LATENT = 16;

/** What the network's shapes follow from. */
export interface Sizes {
  /** Coordinates of a joint: 3 here, 2 as published. */
  readonly channels: number;
  /** Joints of the skeleton: 17 as published. */
  readonly joints: number;
}

/** Joints at the three depths of the U-Net: all, 12/17 and 10/17 of them, rounded (17, 12, 10 as published). */
export function jointLevels(joints: number): readonly [number, number, number] {
  const part = (of17: number) => Math.max(1, Math.round(joints * of17 / 17));
  return [joints, part(12), part(10)];
}
