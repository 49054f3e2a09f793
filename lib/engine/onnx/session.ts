/**
 * ONNX Runtime sessions: what runners and trainers compile their programs to, and the tensors that go in and out.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type * as ort from "onnxruntime-node";
import { type Named, sizeOf, type Values } from "../../core/tensors.ts";
import type { Program, Tensors } from "../engine.ts";
import type { Placeholder, trace } from "./trace.ts";

/** The module of ONNX Runtime. */
export type Ort = typeof ort;

/** A session and the shapes of its outputs. */
export interface Compiled {
  readonly session: ort.InferenceSession;
  readonly outputs: ReadonlyMap<string, readonly number[]>;
}

/** Returns the session of a program for the shapes in `key`; traces and compiles it on the first call. */
export type Compile = (
  program: Program,
  key: string,
  record: Parameters<typeof trace>[0],
) => Promise<Compiled>;

/** A key of named shapes, equal for batches of equal shapes. */
export function shapeKey(named: Named): string {
  return Object.entries(named).map(([name, { shape }]) => `${name}:${shape}`).join(";");
}

/** A tensor of the runtime that shares the memory of `values`. */
export function tensorOf(runtime: Ort, { shape, values }: Values): ort.Tensor {
  return new runtime.Tensor("float32", values, shape as number[]);
}

/** Tensors for the outputs of a session. */
export function allocate(
  runtime: Ort,
  outputs: ReadonlyMap<string, readonly number[]>,
): Record<string, ort.Tensor> {
  const tensors: Record<string, ort.Tensor> = {};
  for (const [name, shape] of outputs) {
    tensors[name] = tensorOf(runtime, { shape, values: new Float32Array(sizeOf(shape)) });
  }
  return tensors;
}

/** Declare each value as an input of the graph, named with the prefix. */
export function declareInputs(named: Named, prefix: string, placeholder: Placeholder): Tensors {
  return Object.fromEntries(
    Object.entries(named).map(([name, { shape }]) => [name, placeholder(prefix + name, shape)]),
  );
}

/** Values as constants of the traced program. */
export function constants(named: Named): Tensors {
  return Object.fromEntries(
    Object.entries(named).map(([name, { shape, values }]) => [name, tf.tensor(values, shape as number[])]),
  );
}
