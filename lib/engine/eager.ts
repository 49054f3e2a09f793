/**
 * The eager tfjs engines: the same programs, run operator by operator by a tfjs backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../errors.ts";
import {
  ADAM,
  adamFactors,
  type Engine,
  type EngineName,
  type Named,
  type Program,
  type Tensors,
  type Values,
} from "./engine.ts";

/** The tfjs backend behind each eager engine, and how to load it. Packages that are not dependencies of this module
 * are named by the user's own install; the specifier is computed so that nothing is fetched for those who do not ask. */
const BACKENDS: Partial<Record<EngineName, { backend: string; specifier?: string; install: string }>> = {
  "cpu": { backend: "cpu", install: "Nothing: it is part of tfjs" },
  "wasm": { backend: "wasm", specifier: "@tensorflow/tfjs-backend-wasm", install: "Run `deno install`" },
  "webgpu": {
    backend: "webgpu",
    specifier: "npm:@tensorflow/tfjs-backend-webgpu@4.22.0",
    install: "Install a driver of your GPU (on Linux its Vulkan driver and libvulkan1), and run " +
      "`deno cache npm:@tensorflow/tfjs-backend-webgpu@4.22.0`",
  },
  "tensorflow": {
    backend: "tensorflow",
    specifier: "npm:@tensorflow/tfjs-node@4.22.0",
    install: "Set `nodeModulesDir` to `auto` in deno.json, then run `deno install " +
      "--allow-scripts=npm:@tensorflow/tfjs-node npm:@tensorflow/tfjs-node@4.22.0`",
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

/** Open an eager engine.
 *
 * @throws {EngineError} If its backend does not load or start here; `install` says what to do.
 */
export async function openEager(name: EngineName): Promise<Engine> {
  const known = BACKENDS[name];
  if (!known) throw new EngineError(`Cannot use engine ${name}: unknown name`);
  tf.enableProdMode(); // else tfjs prints advice and warnings
  try {
    if (name.startsWith("tensorflow")) await restoreNodeUtil();
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
  return {
    name,
    trainer: (program, parameters, frozen = () => false) =>
      Promise.resolve(new EagerTrainer(known.backend, program, parameters, frozen)),
    runner: (program, parameters) => Promise.resolve(eagerRunner(known.backend, program, parameters)),
    close: () => Promise.resolve(),
  };
}

/** tfjs-node calls `util.isNullOrUndefined`, which Node and Deno have removed. */
async function restoreNodeUtil(): Promise<void> {
  const util = (await import("node:util")).default as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}

const upload = (named: Named): Tensors =>
  Object.fromEntries(
    Object.entries(named).map(([name, { shape, values }]) => [name, tf.tensor(values, shape as number[])]),
  );

/** Read tensors back and free them. */
async function download(tensors: Tensors): Promise<Record<string, Float32Array>> {
  const out: Record<string, Float32Array> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    out[name] = Float32Array.from(await tensor.data());
    tensor.dispose();
  }
  return out;
}

function eagerRunner(backend: string, program: Program, parameters: Named) {
  return {
    async run(inputs: Named): Promise<Record<string, Float32Array>> {
      await tf.setBackend(backend);
      return await download(tf.tidy(() => program(upload(parameters), upload(inputs))));
    },
  };
}

class EagerTrainer {
  readonly #values: Record<string, Values>;
  readonly #moments: Record<string, readonly [Float32Array, Float32Array]> = {};
  readonly #trained: readonly string[];
  #steps = 0;

  constructor(
    readonly backend: string,
    readonly program: Program,
    parameters: Named,
    frozen: (name: string) => boolean,
  ) {
    this.#values = Object.fromEntries(
      Object.entries(parameters).map((
        [name, { shape, values }],
      ) => [name, { shape, values: values.slice() }]),
    );
    this.#trained = Object.keys(parameters).filter((name) => !frozen(name));
    for (const name of this.#trained) {
      const size = parameters[name].values.length;
      this.#moments[name] = [new Float32Array(size), new Float32Array(size)];
    }
  }

  async step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>> {
    await tf.setBackend(this.backend);
    const tensors = tf.tidy(() => {
      const parameters = upload(this.#values), batch = upload(inputs);
      let outputs: Tensors = {};
      const loss = (...trained: tf.Tensor[]) => {
        const all = { ...parameters };
        this.#trained.forEach((name, i) => all[name] = trained[i]);
        outputs = this.program(all, batch);
        for (const tensor of Object.values(outputs)) tf.keep(tensor);
        return outputs.loss as tf.Scalar;
      };
      const gradients = tf.grads(loss)(this.#trained.map((name) => parameters[name]));
      return {
        ...outputs,
        ...Object.fromEntries(this.#trained.map((name, i) => [`g:${name}`, gradients[i]])),
      };
    });
    const read = await download(tensors);
    this.#adam(read, learningRate);
    return Object.fromEntries(Object.entries(read).filter(([name]) => !name.startsWith("g:")));
  }

  #adam(gradients: Record<string, Float32Array>, learningRate: number): void {
    const { rate, root } = adamFactors(++this.#steps, learningRate);
    for (const name of this.#trained) {
      const { values } = this.#values[name], g = gradients[`g:${name}`], [m, v] = this.#moments[name];
      for (let i = 0; i < values.length; i++) {
        m[i] = ADAM.beta1 * m[i] + (1 - ADAM.beta1) * g[i];
        v[i] = ADAM.beta2 * v[i] + (1 - ADAM.beta2) * g[i] * g[i];
        values[i] -= rate * m[i] / (root * Math.sqrt(v[i]) + ADAM.epsilon);
      }
    }
  }

  parameters(): Named {
    return Object.fromEntries(
      Object.entries(this.#values).map((
        [name, { shape, values }],
      ) => [name, { shape, values: values.slice() }]),
    );
  }
}
