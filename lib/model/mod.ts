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
export { checkNetwork, type NetworkConfig } from "./config.ts";
export * from "./layer.ts";
export * from "./layers.ts";
export * from "./embedding.ts";
export * from "./dropout.ts";
export * from "./attention.ts";
export * from "./tasm.ts";
export * from "./drem.ts";
export * from "./flow.ts";
export * from "./iadnet.ts";
