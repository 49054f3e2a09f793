/**
 * STG-NF (Hirschorn and Avidan, ICCV 2023): the sizes of its flow, and the graph of a skeleton.
 *
 * @module
 */
import type { Values } from "../../../core/tensors.ts";
import type { Skeleton } from "../../../data/skeleton.ts";

/** Sizes of the flow. */
export interface PoseFlowConfig {
  /** C: channels, 2 as published or 3. At least 2. */
  readonly channels: number;
  /** T: frames of a window. */
  readonly frames: number;
  /** V: joints. */
  readonly joints: number;
  /** K: steps of the flow; 8 as published. */
  readonly steps: number;
  /** Coupling of an odd number of channels. `correct`: every channel that a step changes has its own shift and scale.
   * `published`: as the public code has it. With 3 channels two shifts share one scale, whose logarithm is counted once where it
   * acts twice, so that the likelihood is wrong. With 2 or 4 channels both are the same. */
  readonly coupling: "correct" | "published";
}

/** Number of channels that a step keeps, and of those that it changes. */
export function halves({ channels }: PoseFlowConfig): [number, number] {
  const kept = Math.floor(channels / 2);
  return [kept, channels - kept];
}

/** Number of output channels of a step's network: shifts at even places, scales at odd ones. */
export function outputs(config: PoseFlowConfig): number {
  return config.coupling === "published" ? config.channels : 2 * halves(config)[1];
}

/** Kernel size of the temporal convolution, frames: T / 2 + 1, rounded up to an odd number. */
export function kernelSize({ frames }: PoseFlowConfig): number {
  const size = Math.floor(frames / 2) + 1;
  return size % 2 === 1 ? size : size + 1;
}

/** Graph of a skeleton, [V, V]: 1 where two joints are at most `hops` bones apart, each column then divided by its sum.
 *
 * @param hops 0 = no limit. The published limit of 8 bones is none either on its skeleton: all entries are 1 / V, and every graph
 * convolution is a mean over the joints.
 */
export function skeletonGraph({ joints, parents }: Skeleton, hops: number): Values {
  const n = joints.length, near = new Float32Array(n * n);
  for (let from = 0; from < n; from++) {
    const distance = new Map([[from, 0]]), queue = [from];
    for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
      const beside = joints.map((_, k) => k).filter((k) => parents[k] === at || parents[at!] === k);
      for (const next of beside) {
        if (distance.has(next)) continue;
        distance.set(next, distance.get(at)! + 1);
        queue.push(next);
      }
    }
    for (let to = 0; to < n; to++) {
      if (hops === 0 || (distance.get(to) ?? Infinity) <= hops) near[to * n + from] = 1;
    }
  }
  for (let column = 0; column < n; column++) {
    let sum = 0;
    for (let row = 0; row < n; row++) sum += near[row * n + column];
    for (let row = 0; row < n; row++) near[row * n + column] /= sum;
  }
  return { shape: [n, n], values: near };
}
