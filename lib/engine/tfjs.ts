/** The tfjs engines: a tfjs backend runs programs eagerly, operator by operator. */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../core/errors.ts";
import type { Engine, EngineName, Named, Program, Tensors } from "./engine.ts";
import { type HeldValues, splitNew } from "./held.ts";
import { ProgramTrainer } from "./trainer.ts";

/** The tfjs backend of each engine, and what loads the package that registers it: nothing is loaded for other engines. */
const BACKENDS: Partial<
  Record<EngineName, { backend: string; load?: () => Promise<unknown>; install: string }>
> = {
  "cpu": { backend: "cpu", install: "Nothing: it is part of tfjs" },
  "wasm": {
    backend: "wasm",
    load: () => import("@tensorflow/tfjs-backend-wasm"),
    install: "Run `deno install`",
  },
  "webgpu": {
    backend: "webgpu",
    load: () => import("@tensorflow/tfjs-backend-webgpu"),
    install: "Install a driver of your GPU (on Linux its Vulkan driver and libvulkan1), and run " +
      "`deno install`",
  },
  "tensorflow-gpu": {
    backend: "tensorflow",
    load: () => import("@tensorflow/tfjs-node-gpu"),
    install:
      "On Linux or Windows, x86-64: install CUDA 11.2 and cuDNN 8.1, set `nodeModulesDir` to `auto` in " +
      "deno.json, then run `deno install --allow-scripts=npm:@tensorflow/tfjs-node-gpu`",
  },
};

/** Open a tfjs engine.
 * @throws {EngineError} If its backend does not load or start here; `install` says what to install. */
export async function openEager(name: EngineName): Promise<Engine> {
  const known = BACKENDS[name];
  if (!known) throw new EngineError(`Cannot use engine ${name}: unknown name`);
  tf.enableProdMode(); // otherwise tfjs prints advice and warnings
  try {
    if (name === "tensorflow-gpu") await restoreNodeUtil();
    await known.load?.();
    if (!await tf.setBackend(known.backend)) throw new Error("its backend did not start");
    if (name === "tensorflow-gpu" && !(tf.backend() as { isUsingGpuDevice?: boolean }).isUsingGpuDevice) {
      throw new Error("TensorFlow finds no GPU");
    }
  } catch (cause) {
    throw new EngineError(
      `Cannot use engine ${name}: ${(cause as Error).message.split("\n")[0]}`,
      known.install,
    );
  }
  const backend = new Backend(known.backend);
  return {
    name,
    get bytesMoved() {
      return ON_GPU.has(name) ? backend.moved : 0;
    },
    trainer: (...given) => ProgramTrainer.create(new TensorValues(backend), ...given),
    runner: async (program, parameters, constants) => {
      if (constants === "int8") throw noInt8(name);
      return await Promise.resolve({
        run: async (inputs) => {
          const given = [await backend.upload(parameters), await backend.upload(inputs)] as const;
          try {
            const outputs = tf.tidy(() => program(...given)), results = await backend.download(outputs);
            tf.dispose(outputs);
            return results;
          } finally {
            tf.dispose([...given]);
          }
        },
      });
    },
    close: () => Promise.resolve(),
  };
}

/** Engines whose tensors are on a GPU. */
const ON_GPU: ReadonlySet<EngineName> = new Set(["webgpu", "tensorflow-gpu"]);

/** Copies values to and from a backend, and makes it the active one. */
class Backend {
  /** Bytes copied. */
  moved = 0;

  constructor(readonly name: string) {}

  async upload(named: Named): Promise<Tensors> {
    await tf.setBackend(this.name);
    for (const { values } of Object.values(named)) this.moved += values.byteLength;
    return upload(named);
  }

  async download(tensors: Tensors): Promise<Record<string, Float32Array>> {
    await tf.setBackend(this.name);
    const out: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      out[name] = Float32Array.from(await tensor.data());
      this.moved += out[name].byteLength;
    }
    return out;
  }
}

/** Keeps values as tensors of the backend. */
class TensorValues implements HeldValues {
  #values: Tensors = {};
  #made: Tensors = {};

  constructor(readonly backend: Backend) {}

  async write(values: Named): Promise<void> {
    const own = Object.entries(values).map((
      [name, { shape, values }],
    ) => [name, { shape, values: values.slice() }]); // a tensor may share the memory that it is made from
    this.#replace(await this.backend.upload(Object.fromEntries(own)));
  }

  async read(names: readonly string[], made = false): Promise<Named> {
    const from = made ? this.#made : this.#values;
    const values = await this.backend.download(Object.fromEntries(names.map((name) => [name, from[name]])));
    return Object.fromEntries(names.map((name) => [name, { shape: from[name].shape, values: values[name] }]));
  }

  async step(program: Program, inputs: Named): Promise<Record<string, Float32Array>> {
    const given = await this.backend.upload(inputs);
    tf.dispose(this.#made); // of a step that was not accepted
    this.#made = {};
    try {
      const [made, others] = splitNew(tf.tidy(() => clones(program({}, { ...this.#values, ...given }))));
      this.#made = made;
      const results = await this.backend.download(others);
      tf.dispose(others);
      return results;
    } finally {
      tf.dispose(given);
    }
  }

  accept(): void {
    this.#replace(this.#made);
    this.#made = {};
  }

  close(): void {
    tf.dispose([this.#values, this.#made]);
  }

  #replace(values: Tensors): void {
    for (const name of Object.keys(values)) this.#values[name]?.dispose();
    this.#values = { ...this.#values, ...values };
  }
}

/** Tensors of their own: a program may return one of its inputs, or one tensor under two names. */
function clones(tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tf.clone(tensor)]));
}

/** Restore `util.isNullOrUndefined`, which tfjs-node-gpu calls and which Node and Deno have removed. */
async function restoreNodeUtil(): Promise<void> {
  const util = (await import("node:util")).default as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}

/** The error of an engine that multiplies in float32 only. */
export function noInt8(name: EngineName): EngineError {
  return new EngineError(`Cannot multiply in int8 on engine ${name}: only onnx-cpu does`);
}

/** Copy values into tensors of the active backend: constants of the program in a trace. */
export function upload(named: Named): Tensors {
  return Object.fromEntries(
    Object.entries(named).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
}
