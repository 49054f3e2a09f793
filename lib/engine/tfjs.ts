/** The tfjs engines: a tfjs backend runs programs eagerly, operator by operator. */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../core/errors.ts";
import type { Engine, EngineName, Named, Program, Tensor, Tensors } from "./engine.ts";
import { checkPrecision, isOnGpu } from "./abilities.ts";
import { type Device, splitNew, TensorValues } from "./held.ts";
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
      return isOnGpu(name) ? backend.moved : 0;
    },
    trainer: (...given) => ProgramTrainer.create(new TensorValues(backend), ...given),
    runner: async (program, parameters, constants) => {
      checkPrecision(name, constants);
      return await Promise.resolve({
        run: async (inputs) => {
          const given = [await backend.upload(parameters), await backend.upload(inputs)] as const;
          try {
            const outputs = tf.tidy(() => program(...given)), results = await backend.read(outputs);
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

/** Copies values to and from a backend, runs programs on it, and makes it the active one. */
class Backend implements Device<Tensor> {
  /** Bytes copied. */
  moved = 0;

  constructor(readonly name: string) {}

  async upload(named: Named): Promise<Tensors> {
    await tf.setBackend(this.name);
    for (const { values } of Object.values(named)) this.moved += values.byteLength;
    return upload(named);
  }

  async download(tensors: Readonly<Tensors>): Promise<Named> {
    const values = await this.read(tensors);
    return Object.fromEntries(
      Object.entries(tensors).map(([name, { shape }]) => [name, { shape, values: values[name] }]),
    );
  }

  /** The values of tensors. */
  async read(tensors: Readonly<Tensors>): Promise<Record<string, Float32Array>> {
    await tf.setBackend(this.name);
    const out: Record<string, Float32Array> = {};
    for (const [name, tensor] of Object.entries(tensors)) {
      out[name] = Float32Array.from(await tensor.data());
      this.moved += out[name].byteLength;
    }
    return out;
  }

  async step(
    program: Program,
    held: Readonly<Tensors>,
    inputs: Named,
  ): Promise<[Tensors, Record<string, Float32Array>]> {
    const given = await this.upload(inputs);
    try {
      const [made, others] = splitNew(tf.tidy(() => clones(program({}, { ...held, ...given }))));
      const values = await this.read(others);
      tf.dispose(others);
      return [made, values];
    } finally {
      tf.dispose(given);
    }
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

/** Copy values into tensors of the active backend: constants of the program in a trace. */
export function upload(named: Named): Tensors {
  return Object.fromEntries(
    Object.entries(named).map(([name, { shape, values }]) => [name, tf.tensor(values, [...shape])]),
  );
}
