/**
 * The eager tfjs engines: the same programs, run operator by operator by a tfjs backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../core/errors.ts";
import {
  checkState,
  type Engine,
  type EngineName,
  type Named,
  notFinite,
  type Optimiser,
  type Program,
  type Tensors,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
  type Values,
} from "./engine.ts";
import { ADAM, move, shorten, stepNumbers } from "./optimiser.ts";

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
    trainer: (program, parameters, options = {}) =>
      Promise.resolve(new EagerTrainer(known.backend, program, parameters, options)),
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

class EagerTrainer implements Trainer {
  /** Parameters `p:`, moments `m:` and `v:`, fixed parameters `f:`. */
  #values: Record<string, Values> = {};
  readonly #optimiser: Optimiser;
  readonly #trained: readonly string[];
  readonly #fixed: readonly string[];
  #steps = 0;

  constructor(
    readonly backend: string,
    readonly program: Program,
    parameters: Named,
    { frozen = () => false, optimiser = ADAM, state }: TrainerOptions,
  ) {
    const names = Object.keys(parameters);
    this.#optimiser = optimiser;
    this.#trained = names.filter((name) => !frozen(name));
    this.#fixed = names.filter(frozen);
    for (const name of this.#trained) {
      const { shape, values } = parameters[name];
      this.#values[`p:${name}`] = { shape, values: values.slice() };
      for (const part of ["m", "v"]) {
        this.#values[`${part}:${name}`] = { shape, values: new Float32Array(values.length) };
      }
    }
    for (const name of this.#fixed) this.#values[`f:${name}`] = parameters[name];
    if (state) this.restore(state);
  }

  restore(state: TrainerState): void {
    const expected = new Map(Object.entries(this.#values).map(([name, { shape }]) => [name, shape]));
    this.#values = { ...checkState(state, expected) };
    this.#steps = state.steps;
  }

  async step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>> {
    await tf.setBackend(this.backend);
    const tensors = tf.tidy(() => this.#moved(upload(inputs), learningRate));
    const read = await download(tensors);
    if (!Number.isFinite(read.loss[0]) || !Number.isFinite(read.gradientNorm[0])) {
      throw notFinite(this.#steps + 1, read.loss[0], this.#trained.map((name) => [name, read[`m:${name}`]]));
    }
    this.#steps++;
    const out: Record<string, Float32Array> = {};
    for (const [name, values] of Object.entries(read)) {
      const key = name.startsWith("state:") ? `f:${name.slice("state:".length)}` : name;
      const known = this.#values[key];
      if (known) this.#values[key] = { shape: known.shape, values };
      else out[name] = values;
    }
    return out;
  }

  /** The program's outputs, the gradient's norm, and parameters and moments after the step. */
  #moved(batch: Tensors, learningRate: number): Tensors {
    const all = upload(this.#values);
    const numbers = stepNumbers(this.#optimiser, this.#steps + 1, learningRate);
    let outputs: Tensors = {};
    const loss = (...trained: tf.Tensor[]) => {
      const parameters: Tensors = {};
      this.#fixed.forEach((name) => parameters[name] = all[`f:${name}`]);
      this.#trained.forEach((name, i) => parameters[name] = trained[i]);
      outputs = this.program(parameters, batch);
      for (const tensor of Object.values(outputs)) tf.keep(tensor);
      return outputs.loss as tf.Scalar;
    };
    const raw = tf.grads(loss)(this.#trained.map((name) => all[`p:${name}`]));
    const { norm, gradients } = shorten(this.#optimiser, raw);
    const moved: Tensors = { ...outputs, gradientNorm: norm };
    const scalars = {
      rate: tf.scalar(numbers.rate),
      epsilon: tf.scalar(numbers.epsilon),
      keep: tf.scalar(numbers.keep),
    };
    this.#trained.forEach((name, i) => {
      const before = { p: all[`p:${name}`], m: all[`m:${name}`], v: all[`v:${name}`] };
      const after = move(this.#optimiser, before, gradients[i], scalars);
      for (const part of ["p", "m", "v"] as const) moved[`${part}:${name}`] = after[part];
    });
    return moved;
  }

  parameters(): Named {
    const part = (letter: string, names: readonly string[]) =>
      names.map((name) => [name, this.#values[`${letter}:${name}`]]);
    return Object.fromEntries([...part("p", this.#trained), ...part("f", this.#fixed)]);
  }

  state(): TrainerState {
    return { steps: this.#steps, values: { ...this.#values } };
  }
}
