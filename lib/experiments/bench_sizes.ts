/** What engines are timed with: sizes of the network, its inputs and weights, and its work in floating-point operations. */
import type { Named, Values } from "../engine/engine.ts";
import type { ModelConfig } from "../detectors/iadnet/config.ts";
import { initialWeights } from "../detectors/iadnet/features.ts";
import { networkFor } from "../detectors/iadnet/preset.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { SBU15 } from "../data/skeletons.ts";
import { Random } from "../core/random.ts";

/** One size: the network that the PyTorch peer has. */
export interface Size {
  readonly config: ModelConfig;
  readonly batch: number;
}

const size = (embedding: number, units: number, frames: number, batch: number, joints: number): Size => ({
  config: {
    ...networkFor(getPreset("paper"), SBU15),
    block: "plain",
    feedForward: 0,
    dropout: 0,
    positionStd: 0.02,
    volume: "free",
    embedding,
    units,
    frames,
    joints,
  },
  batch,
});

/** All sizes by name. */
export const SIZES: Readonly<Record<string, Size>> = {
  tiny: size(32, 1, 16, 8, 15),
  small: size(128, 4, 48, 16, 64),
  paper: size(512, 8, 60, 16, 64),
};

/** Initial weights, with a flow that starts near a rotation and PReLU slopes of 1. The loss jumps where a unit of the flow
 * changes sign; with another slope, rounding alone would part two engines after a few steps. */
export function weightsOf({ config }: Size): Named {
  return initialWeights({ ...config, slope: 1 }, 0, 0.1);
}

/** Two people's joints, [count, T, D, 3] each, normal with deviation 0.5 m. */
export function clipsOf({ config }: Size, count: number, seed: number): { x: Values; y: Values } {
  const random = new Random(seed), shape = [count, config.frames, config.joints, 3];
  const draw = () => ({
    shape,
    values: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal(0, 0.5)),
  });
  return { x: draw(), y: draw() };
}

/** Floating-point operations of the matrix products of one forward pass, and of one training step: a product's gradient
 * costs it twice more, once where its input needs none (the first layers). Elementwise work is not counted. */
export function flops({ config, batch }: Size): { forward: number; step: number } {
  const { embedding: E, frames: T, joints: D, units, features, flowLayers } = config;
  const rows = 2 * batch * T, d = 2 * features;
  const product = (m: number, k: number, n: number) => 2 * m * k * n;
  const first = product(rows, 3 * D, E) + product(rows, D * D, E);
  const attention = 4 * product(rows, E, E) + 2 * product(rows, T, E);
  const rest = 2 * product(rows, E, E) + units * 3 * attention + product(rows, E, E) +
    product(rows, E, features) + flowLayers * (product(batch, d, d) + product(d, d, d));
  return { forward: first + rest, step: 2 * first + 3 * rest };
}
