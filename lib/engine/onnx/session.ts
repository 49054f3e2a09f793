/**
 * The ONNX Runtime engines: a program is traced once per batch shape, with its gradients and the Adam update, and every
 * step is then one native call.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type * as ort from "onnxruntime-node";
import { EngineError } from "../../core/errors.ts";
import {
  type Engine,
  type EngineName,
  type Named,
  type Program,
  type Runner,
  shapeKey,
  type Tensors,
  type Values,
} from "../engine.ts";
import { OnnxTrainer } from "./trainer.ts";
import { trace } from "./trace.ts";

/** The runtime's module. */
export type Ort = typeof ort;

/** What a user installs for a provider that does not start. */
const INSTALL: Partial<Record<EngineName, string>> = {
  "onnx-cuda":
    "On Linux, x86-64: install CUDA 12 and cuDNN 9, set `nodeModulesDir` to `auto` in deno.json, then run " +
    "`ONNXRUNTIME_NODE_INSTALL=cuda12 deno install --allow-scripts=npm:onnxruntime-node`",
  "onnx-webgpu": "Install a driver of your GPU; on Linux (x86-64 only) its Vulkan driver and libvulkan1",
};

/** A session and the shapes of its outputs. */
interface Compiled {
  readonly session: ort.InferenceSession;
  readonly outputs: ReadonlyMap<string, readonly number[]>;
}

/** ONNX Runtime keeps a record of its use for its maker, unless this variable is set before it is loaded. A process without the
 * permission to set it has to be started with it, as `deno task` does. */
function refuseTelemetry(): void {
  try {
    if (Deno.env.get("ORT_DISABLE_TELEMETRY") === undefined) Deno.env.set("ORT_DISABLE_TELEMETRY", "1");
  } catch { /* no permission */ }
}

/** Open the ONNX Runtime engine of one execution provider.
 *
 * @param name Which engine. @param threads Threads of one operator; 0 = as many as there are cores.
 * @throws {EngineError} If the native library or the provider does not load.
 */
export async function openOnnx(name: EngineName, threads: number): Promise<Engine> {
  let runtime: Ort;
  refuseTelemetry();
  try {
    runtime = (await import("onnxruntime-node")).default as unknown as Ort;
  } catch (cause) {
    throw new EngineError(
      `Cannot load ONNX Runtime: ${(cause as Error).message}`,
      "Run `deno install`, and allow ffi, read, env and sys",
    );
  }
  runtime.env.logLevel = "fatal"; // what it would print comes back as an error
  const provider = name.slice("onnx-".length);
  const compile = async (record: Parameters<typeof trace>[0]): Promise<Compiled> => {
    const outputs = new Map<string, readonly number[]>();
    const model = trace((placeholder, output) =>
      record(placeholder, (key, tensor) => {
        outputs.set(key, tensor.shape);
        output(key, tensor);
      }), provider !== "webgpu");
    try {
      const session = await runtime.InferenceSession.create(model.build(), {
        executionProviders: [provider],
        intraOpNumThreads: threads,
        graphOptimizationLevel: "all",
        logSeverityLevel: 3,
      });
      return { session, outputs };
    } catch (cause) {
      throw new EngineError(
        `Cannot start engine ${name}: ${(cause as Error).message.split("\n")[0]}`,
        INSTALL[name],
      );
    }
  };
  // One session for each program and shape: trainers and runners of the same program object share it.
  const sessions = new WeakMap<Program, Map<string, Promise<Compiled>>>();
  const all: Promise<Compiled>[] = [];
  const cached: Compile = (program, key, record) => {
    const known = sessions.get(program) ?? new Map<string, Promise<Compiled>>();
    sessions.set(program, known);
    let made = known.get(key);
    if (!made) {
      known.set(key, made = compile(record));
      all.push(made);
    }
    return made;
  };
  return {
    name,
    trainer: (program, parameters, options = {}) =>
      Promise.resolve(new OnnxTrainer(runtime, cached, program, parameters, options)),
    runner: (program, parameters, fixed = false) =>
      Promise.resolve(
        fixed
          ? new OnnxRunner(runtime, cached, (_, inputs) => program(constants(parameters), inputs), {})
          : new OnnxRunner(runtime, cached, program, parameters),
      ),
    close: async () => {
      for (const made of await Promise.allSettled(all.splice(0))) {
        if (made.status === "fulfilled") await made.value.session.release();
      }
    },
  };
}

/** The session of a program for inputs and parameters of these shapes, traced by `record` if there is none yet. */
export type Compile = (
  program: Program,
  key: string,
  record: Parameters<typeof trace>[0],
) => Promise<Compiled>;

/** Values as a tensor of the runtime, sharing their memory. */
export const feed = (runtime: Ort, { shape, values }: Values) =>
  new runtime.Tensor("float32", values, shape as number[]);
/** Number of values of a shape. */
export const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Named values as constants of the program that is being traced. */
export const constants = (named: Named): Tensors =>
  Object.fromEntries(
    Object.entries(named).map(([name, { shape, values }]) => [name, tf.tensor(values, shape as number[])]),
  );

/** Allocate the tensors that a session writes its outputs to. */
export function allocate(
  runtime: Ort,
  outputs: ReadonlyMap<string, readonly number[]>,
): Record<string, ort.Tensor> {
  const made: Record<string, ort.Tensor> = {};
  for (const [name, shape] of outputs) {
    made[name] = feed(runtime, { shape, values: new Float32Array(sizeOf(shape)) });
  }
  return made;
}

class OnnxRunner implements Runner {
  readonly #parameters: Record<string, ort.Tensor> = {};

  constructor(
    readonly runtime: Ort,
    readonly compile: Compile,
    readonly program: Program,
    readonly parameters: Named,
  ) {
    for (const [name, values] of Object.entries(parameters)) {
      this.#parameters[`p:${name}`] = feed(runtime, values);
    }
  }

  async run(inputs: Named): Promise<Record<string, Float32Array>> {
    const key = `forward ${shapeKey(inputs)} ${shapeKey(this.parameters)}`;
    const compiled = await this.compile(this.program, key, (placeholder, output) => {
      const parameters = declare(this.parameters, "p:", placeholder);
      const results = this.program(parameters, declare(inputs, "i:", placeholder));
      for (const [name, tensor] of Object.entries(results)) output(name, tensor);
    });
    const feeds: Record<string, ort.Tensor> = { ...this.#parameters };
    for (const [name, values] of Object.entries(inputs)) feeds[`i:${name}`] = feed(this.runtime, values);
    const fetches = allocate(this.runtime, compiled.outputs);
    await compiled.session.run(feeds, fetches);
    return plain(fetches);
  }
}

/** Declare graph inputs for named values. */
export function declare(
  named: Named,
  prefix: string,
  placeholder: (name: string, shape: readonly number[]) => tf.Tensor,
): Tensors {
  return Object.fromEntries(
    Object.entries(named).map(([name, { shape }]) => [name, placeholder(prefix + name, shape)]),
  );
}

/** The values of a session's outputs. */
export const plain = (fetches: Record<string, ort.Tensor>): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(fetches).map(([name, tensor]) => [name, tensor.data as Float32Array]));
