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

/** One STS-GCN layer. */
export interface LayerSizes {
  readonly name: string;
  readonly from: number;
  readonly to: number;
  readonly joints: number;
}

/** One change of the number of joints. */
export interface ResizeSizes {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Joints at the three depths of the U-Net: all, 12/17 and 10/17 of them, rounded (17, 12, 10 as published). */
export function jointLevels(joints: number): readonly [number, number, number] {
  const part = (of17: number) => Math.max(1, Math.round(joints * of17 / 17));
  return [joints, part(12), part(10)];
}

/** The STS-GCN layers of one stage, from its widths: `name.0`, `name.1` ... */
function stage(name: string, widths: readonly number[], joints: number): LayerSizes[] {
  return widths.slice(1).map((to, i) => ({ name: `${name}.${i}`, from: widths[i], to, joints }));
}

/** The condition autoencoder's layers: the widest is 32, and the encoder ends in 32 channels. */
export function autoencoderSizes({ channels, joints }: Sizes): {
  readonly encoder: readonly LayerSizes[];
  readonly decoder: readonly LayerSizes[];
  /** Values between the last layer of the encoder and the condition. */
  readonly flat: number;
} {
  return {
    encoder: stage("encoder", [channels, 32, 16, 32, 32], joints),
    decoder: stage("decoder", [32, 32, 16, 32, channels], joints),
    flat: 32 * PAST * joints,
  };
}

/** The stages of the denoising U-Net. */
export type Stage = "wide" | "down" | "middle" | "up" | "out";

/** The U-Net's layers by stage, and what is between the stages. */
export function unetSizes({ channels, joints }: Sizes): {
  readonly stages: Readonly<Record<Stage, readonly LayerSizes[]>>;
  readonly resizes: readonly ResizeSizes[];
} {
  const [all, some, few] = jointLevels(joints);
  const resize = (name: string, from: number, to: number) => ({ name: `resize.${name}`, from, to });
  return {
    stages: {
      wide: stage("wide", [channels, 16, 32, 32], all),
      down: stage("down", [32, 64, 64], some),
      middle: stage("middle", [64, 128, 64], few),
      up: stage("up", [64, 64, 32], some),
      out: stage("out", [32, 32, channels], all),
    },
    resizes: [
      resize("down", all, some),
      resize("middle", some, few),
      resize("up", few, some),
      resize("out", some, all),
    ],
  };
}
