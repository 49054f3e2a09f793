/**
 * Initial weights, from a seed.
 *
 * @module
 */
import type { Named, Values } from "../engine/engine.ts";
import { Random } from "../core/random.ts";
import { featureDimension, type ModelConfig } from "./config.ts";

/** Initial weights of IADNet: linear layers uniform in +-1/sqrt(in) (PyTorch's rule, as the paper's own would be), the
 * position table normal with deviation 0.02, layer norms at the identity, the flow as in `initialFlow`, with its scale. */
export function initialWeights(config: ModelConfig, seed: number, flowScale = 1): Named {
  return { ...initialEncoder(config, seed), ...initialFlow(config, seed, flowScale) };
}

/** How a weight begins: uniform in +-bound, normal of a deviation, one value; or rows of a flow's reflectors, of length 1. */
type Beginning =
  | { readonly bound: number }
  | { readonly deviation: number }
  | { readonly value: number }
  | { readonly unit: true };

/** One weight of a network. */
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly begin: Beginning;
}

/** The weights of the encoder, in the order in which they are drawn. */
function* encoderLayout(config: ModelConfig): Generator<Weight> {
  const { joints, frames, embedding: E } = config;
  const linear = function* (name: string, from: number, to: number, gain = 1): Generator<Weight> {
    const bound = 1 / Math.sqrt(from);
    yield { name: `${name}.weight`, shape: [from, to], begin: { bound: gain * bound } };
    yield { name: `${name}.bias`, shape: [to], begin: { bound } };
  };
  const norm = function* (name: string): Generator<Weight> {
    yield { name: `${name}.gain`, shape: [E], begin: { value: 1 } };
    yield { name: `${name}.bias`, shape: [E], begin: { value: 0 } };
  };
  for (const stream of config.share ? [""] : ["x.", "y."]) {
    yield* linear(`${stream}motion.0`, joints * 3 * (config.velocity ? 2 : 1), E, config.gain);
    yield* linear(`${stream}motion.1`, E, E, config.gain);
    if (config.drem) {
      yield* linear(`${stream}relation.0`, joints * joints, E, config.gain);
      yield* linear(`${stream}relation.1`, E, E, config.gain);
    }
    for (let unit = 0; unit < config.units; unit++) {
      for (const part of config.drem ? ["self", "motion", "distance"] : ["self", "motion"]) {
        const name = `${stream}units.${unit}.${part}`;
        if (part === "self" || config.block === "residual") yield* norm(`${name}.norm`);
        for (const matrix of ["query", "key", "value", "output"]) yield* linear(`${name}.${matrix}`, E, E);
      }
    }
    if (config.features === 0) continue;
    yield* norm(`${stream}output.norm`);
    yield* linear(`${stream}output.0`, E, E);
    yield* linear(`${stream}output.1`, E, config.features);
  }
  const tables = { sync: ["position"], unsync: ["position.x", "position.y"], sinusoidal: [] };
  for (const name of tables[config.position]) yield { name, shape: [frames, E], begin: { deviation: 0.02 } };
}

/** The weights of the flow, in the order in which they are drawn. */
function* flowLayout(config: ModelConfig, scale: number, d: number): Generator<Weight> {
  const layers = config.flowLayers, bound = scale / Math.sqrt(d);
  yield { name: "flow.reflectors", shape: [layers, d, d], begin: { unit: true } };
  yield { name: "flow.triangle", shape: [layers, d, d], begin: { bound } };
  yield { name: "flow.bias", shape: [layers, d], begin: { bound } };
  if (layers > 1) yield { name: "flow.slope", shape: [layers - 1], begin: { value: Math.log(config.slope) } };
}

/** Names and shapes of the encoder's weights. They come one by one: a configuration that is not to be trusted may have any
 * number. */
export function encoderShapes(config: ModelConfig): Iterable<Pick<Weight, "name" | "shape">> {
  return encoderLayout(config);
}

/** Names and shapes of the weights of a flow of `d` dimensions. */
export function flowShapes(config: ModelConfig, d: number): Iterable<Pick<Weight, "name" | "shape">> {
  return flowLayout(config, 1, d);
}

/** Initial weights of the encoder (TASM + DREM). */
export function initialEncoder(config: ModelConfig, seed: number): Named {
  return draw(encoderLayout(config), new Random(seed).fork("encoder"));
}

/** Initial weights of the flow: triangles and biases uniform in +-scale/sqrt(d), unit reflectors in random directions,
 * all PReLU slopes at `config.slope`; `d` is the dimension. With scale 0 and slope 1 the flow starts as a rotation. */
export function initialFlow(
  config: ModelConfig,
  seed: number,
  scale = 1,
  d: number = featureDimension(config),
): Named {
  return draw(flowLayout(config, scale, d), new Random(seed).fork("flow"));
}

/** Draw weights one after the other. */
function draw(layout: Iterable<Weight>, random: Random): Named {
  const weights: Record<string, Values> = {};
  for (const { name, shape, begin } of layout) {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
    for (let i = 0; i < values.length; i++) {
      if ("bound" in begin) values[i] = random.uniform(-begin.bound, begin.bound);
      else if ("value" in begin) values[i] = begin.value;
      else values[i] = random.normal(0, "unit" in begin ? 1 : begin.deviation);
    }
    if ("unit" in begin) makeUnit(values, shape[shape.length - 1]);
    weights[name] = { shape, values };
  }
  return weights;
}

/** Give every row of `width` values length 1, in place. */
function makeUnit(values: Float32Array, width: number): void {
  for (let at = 0; at < values.length; at += width) {
    const row = values.subarray(at, at + width), length = Math.hypot(...row) || 1;
    for (let k = 0; k < width; k++) row[k] /= length;
  }
}
