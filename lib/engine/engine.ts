/** The engine contract: tensor programs in tfjs operators, run forward or trained. */
import type { Named, Values } from "../core/tensors.ts";

export type { Named, Values };

/** Name of an engine. `auto`, where it is allowed, selects `onnx-cuda` if its provider works here, else `onnx-cpu`. */
export type EngineName =
  | "onnx-cpu"
  | "onnx-cuda"
  | "onnx-webgpu"
  | "tensorflow-gpu"
  | "webgpu"
  | "wasm"
  | "cpu";

/** A tensor of TensorFlow.js, `tf.Tensor`. */
export type Tensor = InstanceType<(typeof import("@tensorflow/tfjs"))["Tensor"]>;

/** Named tensors inside a program. */
export type Tensors = Record<string, Tensor>;

/** A tensor program: maps parameters and inputs to named outputs with tfjs operators. The program of a trainer returns
 * `loss`, a scalar. A program must neither read values nor draw random numbers: pass noise as an input. */
export type Program = (parameters: Tensors, inputs: Tensors) => Tensors;

/** The update rule of a trainer. */
export interface Optimiser {
  /** `adam`, or its variant with the maximum norm, `adamax` (both Kingma and Ba 2014). */
  readonly rule: "adam" | "adamax";
  /** Decoupled weight decay (AdamW, Loshchilov and Hutter 2019): each step first multiplies the parameters by
   * 1 - learning rate * `weightDecay`. 0 if absent. */
  readonly weightDecay?: number;
  /** Largest global norm of the gradient; a longer gradient is scaled down to it. No limit if absent. */
  readonly clipNorm?: number;
}

/** Training state. Resuming from it on the same engine reproduces the run bit for bit. */
export interface TrainerState {
  /** Number of steps run. */
  readonly steps: number;
  /** Parameters `p:<name>`, moments `m:<name>` and `v:<name>`, frozen parameters `f:<name>`. */
  readonly values: Named;
}

/** Options for `Engine.trainer`. */
export interface TrainerOptions {
  /** Returns whether a parameter is excluded from training. All parameters are trained if absent. */
  readonly frozen?: (name: string) => boolean;
  /** Update rule; Adam if absent. */
  readonly optimiser?: Optimiser;
  /** State to resume from. */
  readonly state?: TrainerState;
}

/** Trains the parameters of one program. */
export interface Trainer {
  /** Run one step on one batch. Batches may differ in shape.
   *
   * An output named `state:<name>` is not returned: it replaces the value of the frozen parameter `<name>`, such as a
   * running mean.
   * @returns The program's outputs before the update, and `gradientNorm`, the global norm of the gradient before clipping.
   * @throws {IadnetError} If the loss or a gradient is not finite; the message names the parameters. The parameters then
   * keep their values. */
  step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>>;
  /** A copy of all parameters, frozen ones included. */
  parameters(): Promise<Named>;
  /** A copy of everything that the next step depends on, apart from its inputs. */
  state(): Promise<TrainerState>;
  /** Resume from a state of a trainer of the same program with the same options.
   * @throws {IadnetError} If a value is missing, unknown or of another shape. */
  restore(state: TrainerState): Promise<void>;
  /** Release what it keeps where the engine computes. It must not be used afterwards. */
  close(): void;
}

/** Precision of products with constant weights. `int8` is for scoring on `onnx-cpu`: weights are rounded to 7 bits, the rows of a
 * call to 8 bits on one scale, so that a result depends on all rows of its call. */
export type Precision = "float32" | "int8";

/** Runs one program forward. */
export interface Runner {
  /** Run the program on one batch and return its outputs. Batches may differ in shape. */
  run(inputs: Named): Promise<Record<string, Float32Array>>;
}

/** An open engine that several detectors can share. */
export interface OpenEngine {
  /** Name of the engine, recorded in every result. */
  readonly name: EngineName;
  /** Release all compiled programs. Detectors that use this engine must not be used afterwards. */
  close(): Promise<void>;
}

/** An open engine that compiles programs. It compiles a program once for each shape of its inputs: pass the same function
 * object to share the work. A compiled program is released together with its function. */
export interface Engine extends OpenEngine {
  /** Bytes that have passed between the processor's memory and a GPU's since the engine was opened; 0 on the processor. */
  readonly bytesMoved: number;
  /** Prepare to train `program`, starting from `parameters`. */
  trainer(program: Program, parameters: Named, options?: TrainerOptions): Promise<Trainer>;
  /** Prepare to run `program` forward with `parameters`.
   * @param constants If given, compile the parameters in as constants, and multiply by them in this precision. The first call takes
   * longer, later calls less time, and nothing is shared with other runners.
   * @throws {EngineError} If the engine cannot multiply in this precision. */
  runner(program: Program, parameters: Named, constants?: Precision): Promise<Runner>;
}
