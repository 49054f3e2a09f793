/** The tfjs engines: a tfjs backend runs programs eagerly, operator by operator. */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../core/errors.ts";
import type { Engine, EngineName, Named, Program, Runner, Tensors } from "./engine.ts";
import { ProgramTrainer } from "./trainer.ts";

/** The tfjs backend of each engine and the package that registers it. A package is imported when its engine is opened, so
 * that nothing is fetched for other engines. */
const BACKENDS: Partial<Record<EngineName, { backend: string; specifier?: string; install: string }>> = {
  "cpu": { backend: "cpu", install: "Nothing: it is part of tfjs" },
  "wasm": { backend: "wasm", specifier: "@tensorflow/tfjs-backend-wasm", install: "Run `deno install`" },
  "webgpu": {
    backend: "webgpu",
    specifier: "npm:@tensorflow/tfjs-backend-webgpu@4.22.0",
    install: "Install a driver of your GPU (on Linux its Vulkan driver and libvulkan1), and run " +
      "`deno cache npm:@tensorflow/tfjs-backend-webgpu@4.22.0`",
  },
  "tensorflow-gpu": {
    backend: "tensorflow",
    specifier: "npm:@tensorflow/tfjs-node-gpu@4.22.0",
    install:
      "On Linux or Windows, x86-64: install CUDA 11.2 and cuDNN 8.1, set `nodeModulesDir` to `auto` in " +
      "deno.json, then run `deno install --allow-scripts=npm:@tensorflow/tfjs-node-gpu " +
      "npm:@tensorflow/tfjs-node-gpu@4.22.0`",
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
    if (known.specifier) await import(known.specifier);
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
  const runner = (program: Program, parameters: Named): Runner => ({
    async run(inputs) {
      await tf.setBackend(known.backend);
      return await download(tf.tidy(() => program(upload(parameters), upload(inputs))));
    },
  });
  return {
    name,
    trainer: (...given) =>
      Promise.resolve(new ProgramTrainer((program, inputs) => runner(program, {}).run(inputs), ...given)),
    runner: (program, parameters) => Promise.resolve(runner(program, parameters)),
    close: () => Promise.resolve(),
  };
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

/** Read the values of tensors, and dispose the tensors. */
async function download(tensors: Tensors): Promise<Record<string, Float32Array>> {
  const out: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    out[name] = Float32Array.from(await tensor.data());
    tensor.dispose();
  }
  return out;
}
