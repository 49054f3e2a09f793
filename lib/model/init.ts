/**
 * Initial weights, from a seed.
 *
 * @module
 */
import type { Named, Values } from "../engine/engine.ts";
import { Random } from "../random.ts";
import { featureDimension, type ModelConfig } from "./config.ts";

/** Initial weights of IADNet: linear layers uniform in +-1/sqrt(in) (PyTorch's rule, as the paper's own would be), the
 * position table normal with deviation 0.02, layer norms at the identity, the flow as in `initialFlow`, with its scale. */
export function initialWeights(config: ModelConfig, seed: number, flowScale = 1): Named {
  return { ...initialEncoder(config, seed), ...initialFlow(config, seed, flowScale) };
}

/** Initial weights of the encoder (TASM + DREM). */
export function initialEncoder(config: ModelConfig, seed: number): Named {
  const random = new Random(seed).fork("encoder");
  const { joints, frames, embedding: E } = config;
  const weights: Record<string, Values> = {};
  const linear = (name: string, from: number, to: number, gain = 1) => {
    const bound = 1 / Math.sqrt(from);
    weights[`${name}.weight`] = uniform(random, [from, to], gain * bound);
    weights[`${name}.bias`] = uniform(random, [to], bound);
  };
  const norm = (name: string) => {
    weights[`${name}.gain`] = { shape: [E], values: new Float32Array(E).fill(1) };
    weights[`${name}.bias`] = { shape: [E], values: new Float32Array(E) };
  };
  for (const stream of config.share ? [""] : ["x.", "y."]) {
    linear(`${stream}motion.0`, joints * 3 * (config.velocity ? 2 : 1), E, config.gain);
    linear(`${stream}motion.1`, E, E, config.gain);
    if (config.drem) {
      linear(`${stream}relation.0`, joints * joints, E, config.gain);
      linear(`${stream}relation.1`, E, E, config.gain);
    }
    for (let unit = 0; unit < config.units; unit++) {
      for (const part of config.drem ? ["self", "motion", "distance"] : ["self", "motion"]) {
        const name = `${stream}units.${unit}.${part}`;
        if (part === "self" || config.block === "residual") norm(`${name}.norm`);
        for (const matrix of ["query", "key", "value", "output"]) linear(`${name}.${matrix}`, E, E);
      }
    }
    if (config.features === 0) continue;
    norm(`${stream}output.norm`);
    linear(`${stream}output.0`, E, E);
    linear(`${stream}output.1`, E, config.features);
  }
  const table = () => normal(random, [frames, E], 0.02);
  if (config.position === "sync") weights["position"] = table();
  if (config.position === "unsync") {
    weights["position.x"] = table();
    weights["position.y"] = table();
  }
  return weights;
}

/** Initial weights of the flow: triangles and biases uniform in +-scale/sqrt(d), unit reflectors in random directions,
 * all PReLU slopes at `config.slope`; `d` is the dimension. With scale 0 and slope 1 the flow starts as a rotation. */
export function initialFlow(
  config: ModelConfig,
  seed: number,
  scale = 1,
  d: number = featureDimension(config),
): Named {
  const random = new Random(seed).fork("flow");
  const layers = config.flowLayers, bound = scale / Math.sqrt(d);
  const reflectors = normal(random, [layers, d, d], 1);
  for (let row = 0; row < layers * d; row++) {
    const values = reflectors.values.subarray(row * d, (row + 1) * d);
    const length = Math.hypot(...values) || 1;
    for (let k = 0; k < d; k++) values[k] /= length;
  }
  return {
    "flow.reflectors": reflectors,
    "flow.triangle": uniform(random, [layers, d, d], bound),
    "flow.bias": uniform(random, [layers, d], bound),
    ...(layers > 1 && {
      "flow.slope": {
        shape: [layers - 1],
        values: new Float32Array(layers - 1).fill(Math.log(config.slope)),
      },
    }),
  };
}

function uniform(random: Random, shape: readonly number[], bound: number): Values {
  return { shape, values: fill(shape, () => random.uniform(-bound, bound)) };
}

function normal(random: Random, shape: readonly number[], deviation: number): Values {
  return { shape, values: fill(shape, () => random.normal(0, deviation)) };
}

function fill(shape: readonly number[], draw: () => number): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return values;
}
