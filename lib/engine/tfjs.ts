/**
 * The tfjs engines: a tfjs backend runs programs eagerly, operator by operator.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import { EngineError } from "../core/errors.ts";
import type { Named, Values } from "../core/tensors.ts";
import { checkState, nonFiniteError } from "./checks.ts";
import type {
  Engine,
  EngineName,
  Optimiser,
  Program,
  Tensors,
  Trainer,
  TrainerOptions,
  TrainerState,
} from "./engine.ts";
import { ADAM, applyUpdate, clipByGlobalNorm, stepNumbers } from "./optimiser.ts";

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
 *
 * @throws {EngineError} If its backend does not load or start here; `install` says what to install.
 */
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
  return {
    name,
    trainer: (program, parameters, options = {}) =>
      Promise.resolve(new EagerTrainer(known.backend, program, parameters, options)),
    runner: (program, parameters) => Promise.resolve(eagerRunner(known.backend, program, parameters)),
    close: () => Promise.resolve(),
  };
}

/** Restore `util.isNullOrUndefined`, which tfjs-node-gpu calls and which Node and Deno have removed. */
async function restoreNodeUtil(): Promise<void> {
  const util = (await import("node:util")).default as unknown as Record<string, unknown>;
  util.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
}

/** Copy values into tensors of the active backend. */
const upload = (named: Named): Tensors =>
  Object.fromEntries(
    Object.entries(named).map(([name, { shape, values }]) => [name, tf.tensor(values, shape as number[])]),
  );

/** Read the values of tensors, and dispose the tensors. */
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
  /** Parameters `p:`, moments `m:` and `v:`, frozen parameters `f:`. */
  #values: Record<string, Values> = {};
  readonly #optimiser: Optimiser;
  readonly #trained: readonly string[];
  readonly #frozen: readonly string[];
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
    this.#frozen = names.filter(frozen);
    for (const name of this.#trained) {
      const { shape, values } = parameters[name];
      this.#values[`p:${name}`] = { shape, values: values.slice() };
      this.#values[`m:${name}`] = { shape, values: new Float32Array(values.length) };
      this.#values[`v:${name}`] = { shape, values: new Float32Array(values.length) };
    }
    for (const name of this.#frozen) this.#values[`f:${name}`] = parameters[name];
    if (state) this.restore(state);
  }

  restore(state: TrainerState): void {
    const expected = new Map(Object.entries(this.#values).map(([name, { shape }]) => [name, shape]));
    this.#values = { ...checkState(state, expected) };
    this.#steps = state.steps;
  }

  async step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>> {
    await tf.setBackend(this.backend);
    const tensors = tf.tidy(() => this.#run(upload(inputs), learningRate));
    const read = await download(tensors);
    if (!Number.isFinite(read.loss[0]) || !Number.isFinite(read.gradientNorm[0])) {
      const moments = this.#trained.map((name) => [name, read[`m:${name}`]] as const);
      throw nonFiniteError(this.#steps + 1, read.loss[0], moments);
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

  /** The program's outputs, the gradient's norm, and all parameters and moments after the step. */
  #run(batch: Tensors, learningRate: number): Tensors {
    const all = upload(this.#values);
    const numbers = stepNumbers(this.#optimiser, this.#steps + 1, learningRate);
    let outputs: Tensors = {};
    const loss = (...trained: tf.Tensor[]) => {
      const parameters: Tensors = {};
      this.#frozen.forEach((name) => parameters[name] = all[`f:${name}`]);
      this.#trained.forEach((name, i) => parameters[name] = trained[i]);
      outputs = this.program(parameters, batch);
      for (const tensor of Object.values(outputs)) tf.keep(tensor);
      return outputs.loss as tf.Scalar;
    };
    const raw = tf.grads(loss)(this.#trained.map((name) => all[`p:${name}`]));
    const { norm, gradients } = clipByGlobalNorm(this.#optimiser, raw);
    const results: Tensors = { ...outputs, gradientNorm: norm };
    const scalars = {
      rate: tf.scalar(numbers.rate),
      epsilon: tf.scalar(numbers.epsilon),
      decay: tf.scalar(numbers.decay),
    };
    this.#trained.forEach((name, i) => {
      const before = { p: all[`p:${name}`], m: all[`m:${name}`], v: all[`v:${name}`] };
      const after = applyUpdate(this.#optimiser, before, gradients[i], scalars);
      for (const kind of ["p", "m", "v"] as const) results[`${kind}:${name}`] = after[kind];
    });
    return results;
  }

  parameters(): Named {
    const ofKind = (kind: string, names: readonly string[]) =>
      names.map((name) => [name, this.#values[`${kind}:${name}`]]);
    return Object.fromEntries([...ofKind("p", this.#trained), ...ofKind("f", this.#frozen)]);
  }

  state(): TrainerState {
    return { steps: this.#steps, values: { ...this.#values } };
  }
}
