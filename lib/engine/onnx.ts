/**
 * The ONNX Runtime engines: a program is traced once per batch shape, with its gradients and the Adam update, and every
 * step is then one native call.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type * as ort from "onnxruntime-node";
import { EngineError } from "../errors.ts";
import {
  ADAM,
  adamFactors,
  type Engine,
  type EngineName,
  type Named,
  type Program,
  type Runner,
  shapeKey,
  type Tensors,
  type Trainer,
  type Values,
} from "./engine.ts";
import { trace } from "./trace.ts";

type Ort = typeof ort;

/** Parameters below this size travel packed in one vector: it keeps the number of graph nodes and inputs small. */
const PACK_BELOW = 131_072;

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

/** Open the ONNX Runtime engine of one execution provider.
 *
 * @param name Which engine. @param threads Threads of one operator; 0 = as many as there are cores.
 * @throws {EngineError} If the native library or the provider does not load.
 */
export async function openOnnx(name: EngineName, threads: number): Promise<Engine> {
  let runtime: Ort;
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
    trainer: (program, parameters, frozen = () => false) =>
      Promise.resolve(new OnnxTrainer(runtime, cached, program, parameters, frozen)),
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
type Compile = (program: Program, key: string, record: Parameters<typeof trace>[0]) => Promise<Compiled>;

const feed = (runtime: Ort, { shape, values }: Values) =>
  new runtime.Tensor("float32", values, shape as number[]);
const sizeOf = (shape: readonly number[]) => shape.reduce((product, size) => product * size, 1);

/** Named values as constants of the program that is being traced. */
export const constants = (named: Named): Tensors =>
  Object.fromEntries(
    Object.entries(named).map(([name, { shape, values }]) => [name, tf.tensor(values, shape as number[])]),
  );

/** Allocate the tensors that a session writes its outputs to. */
function allocate(runtime: Ort, outputs: ReadonlyMap<string, readonly number[]>): Record<string, ort.Tensor> {
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
function declare(
  named: Named,
  prefix: string,
  placeholder: (name: string, shape: readonly number[]) => tf.Tensor,
): Tensors {
  return Object.fromEntries(
    Object.entries(named).map(([name, { shape }]) => [name, placeholder(prefix + name, shape)]),
  );
}

const plain = (fetches: Record<string, ort.Tensor>): Record<string, Float32Array> =>
  Object.fromEntries(Object.entries(fetches).map(([name, tensor]) => [name, tensor.data as Float32Array]));

/** A run of parameters that share one vector of values and of Adam's moments. */
interface Slot {
  readonly name: string;
  readonly members: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
  readonly size: number;
}

class OnnxTrainer implements Trainer {
  readonly #slots: readonly Slot[];
  readonly #frozen: Named;
  /** Values and moments of each slot, twice: a step reads one side and writes the other. */
  #state: Record<string, ort.Tensor> = {};
  #spare: Record<string, ort.Tensor> = {};
  #steps = 0;

  constructor(
    readonly runtime: Ort,
    readonly compile: Compile,
    readonly program: Program,
    parameters: Named,
    frozen: (name: string) => boolean,
  ) {
    const entries = Object.entries(parameters);
    this.#frozen = Object.fromEntries(entries.filter(([name]) => frozen(name)));
    this.#slots = makeSlots(entries.filter(([name]) => !frozen(name)));
    for (const slot of this.#slots) {
      for (const part of ["p", "m", "v"]) {
        for (const side of [this.#state, this.#spare]) {
          side[`${part}:${slot.name}`] = feed(runtime, {
            shape: [slot.size],
            values: new Float32Array(slot.size),
          });
        }
      }
      const values = this.#state[`p:${slot.name}`].data as Float32Array;
      for (const member of slot.members) values.set(parameters[member.name].values, member.offset);
    }
  }

  async step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>> {
    const shapes = this.#slots.map(({ name, members }) =>
      `${name}=${members.map((m) => `${m.name}:${m.shape}`)}`
    );
    const key = `train ${shapeKey(inputs)} ${shapes} ${shapeKey(this.#frozen)}`;
    const compiled = await this.compile(
      this.program,
      key,
      (placeholder, output) => this.#record(inputs, placeholder, output),
    );
    const { rate, root } = adamFactors(++this.#steps, learningRate);
    const scale = root * Math.sqrt(1 - ADAM.beta2); // of sqrt(v), taken out of the fraction
    const feeds: Record<string, ort.Tensor> = { ...this.#state };
    const scalar = (value: number) => feed(this.runtime, { shape: [], values: Float32Array.of(value) });
    feeds["rate"] = scalar(rate * (1 - ADAM.beta1) / scale);
    feeds["epsilon"] = scalar(ADAM.epsilon / scale);
    for (const [name, values] of Object.entries(inputs)) feeds[`i:${name}`] = feed(this.runtime, values);
    for (const [name, values] of Object.entries(this.#frozen)) {
      feeds[`f:${name}`] = feed(this.runtime, values);
    }
    const results = new Map([...compiled.outputs].filter(([name]) => !name.startsWith("new:")));
    const fetches = allocate(this.runtime, results);
    for (const [name, tensor] of Object.entries(this.#spare)) fetches[`new:${name}`] = tensor;
    await compiled.session.run(feeds, fetches);
    [this.#state, this.#spare] = [this.#spare, this.#state];
    return Object.fromEntries([...results.keys()].map((name) => [name, fetches[name].data as Float32Array]));
  }

  parameters(): Named {
    const out: Record<string, Values> = { ...this.#frozen };
    for (const slot of this.#slots) {
      const values = this.#state[`p:${slot.name}`].data as Float32Array;
      for (const { name, shape, offset } of slot.members) {
        out[name] = { shape, values: values.slice(offset, offset + sizeOf(shape)) };
      }
    }
    return out;
  }

  /** Trace loss, gradients and Adam. The moments are kept without their factors 1 - beta, which `rate` and `epsilon`
   * make up for: p <- p - rate * m / (sqrt(v) + epsilon). */
  #record(
    inputs: Named,
    placeholder: (name: string, shape: readonly number[]) => tf.Tensor,
    output: (name: string, tensor: tf.Tensor) => void,
  ): void {
    const part = (letter: string, slot: Slot) => placeholder(`${letter}:${slot.name}`, [slot.size]);
    const vectors = this.#slots.map((slot) => part("p", slot));
    const batch = declare(inputs, "i:", placeholder), frozen = declare(this.#frozen, "f:", placeholder);
    const rate = placeholder("rate", []), epsilon = placeholder("epsilon", []);
    let outputs: Tensors = {};
    const loss = (...slots: tf.Tensor[]) => {
      const parameters: Tensors = { ...frozen };
      this.#slots.forEach((slot, i) => {
        const sizes = slot.members.map((member) => sizeOf(member.shape));
        const parts = sizes.length === 1 ? [slots[i]] : tf.split(slots[i], sizes);
        slot.members.forEach(({ name, shape }, k) =>
          parameters[name] = tf.reshape(parts[k], shape as number[])
        );
      });
      outputs = this.program(parameters, batch);
      return outputs.loss as tf.Scalar;
    };
    const gradients = tf.grads(loss)(vectors);
    for (const [name, tensor] of Object.entries(outputs)) output(name, tensor);
    this.#slots.forEach((slot, i) => {
      const g = gradients[i];
      const m = tf.add(tf.mul(part("m", slot), ADAM.beta1), g);
      const v = tf.add(tf.mul(part("v", slot), ADAM.beta2), tf.square(g));
      const move = tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), epsilon));
      output(`new:p:${slot.name}`, tf.sub(vectors[i], move));
      output(`new:m:${slot.name}`, m);
      output(`new:v:${slot.name}`, v);
    });
  }
}

/** Put small parameters together into one slot; large ones have a slot each. */
function makeSlots(entries: readonly [string, Values][]): Slot[] {
  const slots: Slot[] = [];
  const packed: { name: string; shape: readonly number[]; offset: number }[] = [];
  let size = 0;
  for (const [name, { shape, values }] of entries) {
    if (values.length >= PACK_BELOW) {
      slots.push({ name, members: [{ name, shape, offset: 0 }], size: values.length });
    } else {
      packed.push({ name, shape, offset: size });
      size += values.length;
    }
  }
  if (packed.length > 0) slots.push({ name: "packed", members: packed, size });
  return slots;
}
