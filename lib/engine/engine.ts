/**
 * What an engine is: it runs tensor programs written with tfjs operators, forward or as training steps.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";

/** Names of the engines. `auto` picks ONNX Runtime on the CPU, or its CUDA provider where that loads. */
export type EngineName =
  | "onnx-cpu"
  | "onnx-cuda"
  | "onnx-webgpu"
  | "tensorflow-gpu"
  | "tensorflow"
  | "webgpu"
  | "wasm"
  | "cpu";

/** A tensor's values outside any engine: row-major float32. */
export interface Values {
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** Named tensors: the parameters of a model, or the inputs of a step. */
export type Named = Readonly<Record<string, Values>>;

/** Named tensors inside a program. */
export type Tensors = Record<string, tf.Tensor>;

/** A tensor program: from parameters and inputs to named outputs, in plain tfjs operators. A training program's first
 * output is `loss`, a scalar. Programs must not read values and must not draw random numbers: noise is an input. */
export type Program = (parameters: Tensors, inputs: Tensors) => Tensors;

/** Trains the parameters of one program. */
export interface Trainer {
  /** One step of Adam on one batch. Batches may differ in shape. Returns the program's outputs before the step. */
  step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>>;
  /** A copy of all parameters as they are now. */
  parameters(): Named;
}

/** Runs one program forward. */
export interface Runner {
  /** The program's outputs. Batches may differ in shape. */
  run(inputs: Named): Promise<Record<string, Float32Array>>;
}

/** An engine that is open: what detectors share. */
export interface OpenEngine {
  /** Its name, recorded in every result. */
  readonly name: EngineName;
  /** Free what was compiled. Detectors that use this engine must not be used any more. */
  close(): Promise<void>;
}

/** An engine. It compiles a program once for each shape: pass the same program object to share the work. What it has
 * compiled is freed with the program. */
export interface Engine extends OpenEngine {
  /** Prepare to train `program`, starting from `parameters`; those that `frozen` names stay as they are. */
  trainer(program: Program, parameters: Named, frozen?: (name: string) => boolean): Promise<Trainer>;
  /** Prepare to run `program` forward with these parameters.
   *
   * @param fixed Compile the parameters in: slower to prepare, shared with no other runner, and faster for each call. */
  runner(program: Program, parameters: Named, fixed?: boolean): Promise<Runner>;
}

/** Adam's constants (Kingma and Ba 2014; the defaults of every framework). */
export const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } as const;

/** Adam's two factors of step `step` (1-based): the rate with the first moment's bias corrected, and the factor that
 * corrects the root of the second. */
export function adamFactors(step: number, learningRate: number): { rate: number; root: number } {
  return {
    rate: learningRate / (1 - ADAM.beta1 ** step),
    root: 1 / Math.sqrt(1 - ADAM.beta2 ** step),
  };
}

/** A key that is equal for batches of equal shapes. */
export function shapeKey(inputs: Named): string {
  return Object.entries(inputs).map(([name, { shape }]) => `${name}:${shape}`).join(";");
}
