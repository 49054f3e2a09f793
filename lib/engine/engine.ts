/**
 * What an engine is: it runs tensor programs written with tfjs operators, forward or as training steps.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs";
import { IadnetError } from "../core/errors.ts";
import type { Named, Values } from "../core/tensors.ts";

export type { Named, Values };

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

/** Named tensors inside a program. */
export type Tensors = Record<string, tf.Tensor>;

/** A tensor program: from parameters and inputs to named outputs, in plain tfjs operators. A training program's first
 * output is `loss`, a scalar. Programs must not read values and must not draw random numbers: noise is an input. */
export type Program = (parameters: Tensors, inputs: Tensors) => Tensors;

/** How a trainer moves the parameters. */
export interface Optimiser {
  /** `adam`, or its variant with the maximum norm, `adamax` (both Kingma and Ba 2014). */
  readonly rule: "adam" | "adamax";
  /** Decoupled weight decay (AdamW, Loshchilov and Hutter 2019): each step first multiplies the parameters by 1 - rate decay.
   * 0 if absent. */
  readonly decay?: number;
  /** The gradient of all parameters together is shortened to this norm if it is longer. Never if absent. */
  readonly clip?: number;
}

/** What a training goes on from: the engine that gave it continues exactly. */
export interface TrainerState {
  /** Steps done. */
  readonly steps: number;
  /** Parameters `p:<name>`, moments `m:<name>` and `v:<name>`, fixed parameters `f:<name>`. */
  readonly values: Named;
}

/** How to train. */
export interface TrainerOptions {
  /** Parameters that no step moves; none if absent. */
  readonly frozen?: (name: string) => boolean;
  /** Adam if absent. */
  readonly optimiser?: Optimiser;
  /** Go on from here. */
  readonly state?: TrainerState;
}

/** Trains the parameters of one program. */
export interface Trainer {
  /** One step on one batch. Batches may differ in shape. Returns the program's outputs before the step, and
   * `gradientNorm`, the norm of the gradient of all parameters. An output
   * `state:<name>` is not returned: it becomes the value of the fixed parameter of that name, such as a running mean.
   *
   * @throws {IadnetError} If the loss or a gradient is not finite; the message names it. The parameters then stay as they were.
   */
  step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>>;
  /** A copy of all parameters as they are now. */
  parameters(): Named;
  /** A copy of all that the next step depends on, the inputs apart. */
  state(): TrainerState;
  /** Go on from a state that a trainer of the same program and options gave.
   *
   * @throws {IadnetError} If it has other parameters, or of other shapes. */
  restore(state: TrainerState): void;
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
  /** Prepare to train `program`, starting from `parameters`. */
  trainer(program: Program, parameters: Named, options?: TrainerOptions): Promise<Trainer>;
  /** Prepare to run `program` forward with these parameters.
   *
   * @param fixed Compile the parameters in: slower to prepare, shared with no other runner, and faster for each call. */
  runner(program: Program, parameters: Named, fixed?: boolean): Promise<Runner>;
}

/** The values of a state, each checked to be there and to have its shape.
 *
 * @param expected Names and shapes.
 * @throws {IadnetError} If one is missing, has another shape, or is one too many.
 */
export function checkState(
  { steps, values }: TrainerState,
  expected: ReadonlyMap<string, readonly number[]>,
): Named {
  const refuse = (why: string) => new IadnetError(`Cannot go on training from a state: ${why}`);
  if (!(Number.isSafeInteger(steps) && steps >= 0)) throw refuse(`its number of steps is ${steps}`);
  for (const [name, shape] of expected) {
    const own = Object.hasOwn(values, name) ? values[name] : undefined;
    if (`${own?.shape}` !== `${shape}`) {
      throw refuse(`expected ${name} of shape [${shape}], ${own ? `got [${own.shape}]` : "it is missing"}`);
    }
  }
  const other = Object.keys(values).find((name) => !expected.has(name));
  if (other !== undefined) throw refuse(`it has ${other}, which is not of this training`);
  return values;
}

/** The error of a step that cannot be made: names what is not finite, or else what is largest.
 *
 * @param loss The loss. @param gradients Something that is not finite exactly where the gradient of a parameter is not.
 */
export function notFinite(
  step: number,
  loss: number,
  gradients: Iterable<readonly [string, Float32Array]>,
): IadnetError {
  const isBad = (value: number) => !Number.isFinite(value);
  const all = [...gradients];
  const bad = all.filter(([, values]) => values.some(isBad)).map(([name]) => name);
  const [largest] = all.map(([name, values]) => [name, greatest(values)] as const).sort((a, b) =>
    b[1] - a[1]
  );
  const where = bad.length === 0
    ? `; the largest gradient is that of ${largest?.[0]}`
    : `; not finite are the gradients of ${bad.slice(0, 3).join(", ")}` +
      (bad.length > 3 ? ` and ${bad.length - 3} more` : "");
  return new IadnetError(`Cannot go on training: the loss of step ${step} is ${loss}${where}`);
}

/** The greatest absolute value; 0 of none. */
function greatest(values: Float32Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}

/** A key that is equal for batches of equal shapes. */
export function shapeKey(inputs: Named): string {
  return Object.entries(inputs).map(([name, { shape }]) => `${name}:${shape}`).join(";");
}
