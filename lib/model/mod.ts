/**
 * The network of the paper's section III as layers, and what a network of your own is made of: layers that hold their weights'
 * names, shapes and initial values beside their forward pass, and flows.
 *
 * @module
 */
export { Random } from "../core/random.ts";
export type { NamedShape } from "../core/safetensors.ts";
export type { Named, Values } from "../core/tensors.ts";
export type { Tensor, Tensors } from "../engine/engine.ts";
export {
  type Binding,
  type Built,
  type BuiltPart,
  filled,
  fixed,
  inline,
  Layer,
  layer,
  normal,
  type Parts,
  repeat,
  type Statistic,
  statistic,
  uniform,
  unitRows,
  type Weight,
  weight,
} from "./layer.ts";
export { computed, Deferred, type Features, gelu, layerNorm, type Linear, linear, mlp } from "./layers.ts";
export { type Attention, attention } from "./attention.ts";
export { distanceMaps, type Drem, drem } from "./drem.ts";
export { type Person, type Positions, positions } from "./embedding.ts";
export { type Tasu, tasu } from "./tasm.ts";
export { type Flow, type FlowOutput, qrFlow, type QrFlowOptions } from "./flow.ts";
export {
  type Encoder,
  encoder,
  type Ends,
  iadnet,
  type Interaction,
  interactionOf,
  negativeLogLikelihood,
  type Network,
  paperEnds,
  type Score,
  type Scoring,
  scoring,
  trainingLoss,
} from "./iadnet.ts";
export { checkNetwork, type NetworkConfig } from "./config.ts";
