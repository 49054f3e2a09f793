/**
 * STG-NF (Hirschorn and Avidan, ICCV 2023): the network's sizes and its initial weights.
 *
 * @module
 */
import type { Skeleton } from "../../../data/skeleton.ts";
import type { Named, Values } from "../../../engine/engine.ts";
import { Random } from "../../../core/random.ts";
import { initialNorm, uniform } from "../layers.ts";

/** Sizes of the flow. */
export interface FlowConfig {
  /** C: channels, 2 as published or 3. At least 2. */
  readonly channels: number;
  /** T: frames of a window. */
  readonly frames: number;
  /** V: joints. */
  readonly joints: number;
  /** K: steps of the flow; 8 as published. */
  readonly steps: number;
  /** What an odd number of channels does. `correct`: every channel that a step changes has its own shift and scale.
   * `published`: the public code's behaviour; with 3 channels two shifts share one scale, whose logarithm is counted once where
   * it acts twice, so that what it calls a likelihood is none. With 2 or 4 channels they are the same. */
  readonly coupling: "correct" | "published";
}

/** Channels that a step leaves as they are, and those that it changes. */
export function halves({ channels }: FlowConfig): [number, number] {
  const kept = Math.floor(channels / 2);
  return [kept, channels - kept];
}

/** Channels that the network of a step gives: shifts at even places, scales at odd ones. */
export function outputs(config: FlowConfig): number {
  return config.coupling === "published" ? config.channels : 2 * halves(config)[1];
}

/** Frames that the temporal convolution reaches over: T / 2 + 1, made odd. */
export function kernelSize({ frames }: FlowConfig): number {
  const size = Math.floor(frames / 2) + 1;
  return size % 2 === 1 ? size : size + 1;
}

/** The graph of a skeleton, [V, V]: 1 where two joints are at most `hops` bones apart, each column then divided by its sum.
 *
 * @param hops 0: as published, where the limit of 8 is the whole skeleton: all entries are 1 / V, and every graph convolution
 * is a plain mean over the joints.
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

/** Initial weights: PyTorch's defaults, as the public code leaves them. The normalisations of activations are set by the first
 * batch (`initialiseProgram`). */
export function initialFlowNetwork(config: FlowConfig, graph: Values, seed: number): Named {
  const random = new Random(seed).fork("stg-nf"), out = outputs(config), [kept] = halves(config);
  const zeros = (): Values => ({ shape: [config.channels], values: new Float32Array(config.channels) });
  let weights: Named = { graph };
  for (let step = 0; step < config.steps; step++) {
    const name = `steps.${step}`, kernel = kernelSize(config);
    const linear = (part: string, shape: readonly number[]): Named => {
      const bound = 1 / Math.sqrt(shape.slice(0, -1).reduce((product, size) => product * size, 1));
      return {
        [`${name}.${part}.weight`]: uniform(random, shape, bound),
        [`${name}.${part}.bias`]: uniform(random, [shape.at(-1)!], bound),
      };
    };
    weights = {
      ...weights,
      [`${name}.shift`]: zeros(),
      [`${name}.scale`]: zeros(),
      ...linear("spatial", [kept, out]),
      ...initialNorm(`${name}.norm.0`, out),
      ...linear("temporal", [kernel, out, out]),
      ...initialNorm(`${name}.norm.1`, out),
      ...(step > 0 && kept !== out &&
        { ...linear("residual", [kept, out]), ...initialNorm(`${name}.norm.2`, out) }),
    };
  }
  return weights;
}

/** Number of trained parameters. */
export function countParameters(weights: Named): number {
  return Object.entries(weights)
    .filter(([name]) => name !== "graph" && !name.endsWith(".mean") && !name.endsWith(".variance"))
    .reduce((sum, [, { values }]) => sum + values.length, 0);
}
