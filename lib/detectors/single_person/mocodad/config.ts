/**
 * The sizes of MoCoDAD's network (Flaborea et al., "Multimodal motion conditioned diffusion model for skeleton-based video
 * anomaly detection", ICCV 2023), for any number of joints and coordinates.
 *
 * @module
 */

/** Number of frames that the model is given, and of those that it recovers; a window has both. */
export const PAST = 3, FUTURE = 3, WINDOW = PAST + FUTURE;

/** Width of the condition and of the embedding of a diffusion step. */
export const LATENT = 16;

/** Sizes of the network. */
export interface Sizes {
  /** Number of coordinates of a joint: 3 here, 2 as published. */
  readonly channels: number;
  /** Number of joints: 17 as published. */
  readonly joints: number;
}

/** Number of joints at the three depths of the U-Net: all, 12/17 and 10/17 of them, rounded (17, 12, 10 as published). */
export function jointLevels(joints: number): readonly [number, number, number] {
  const share = (of17: number) => Math.max(1, Math.round(joints * of17 / 17));
  return [joints, share(12), share(10)];
}
