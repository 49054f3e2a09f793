/**
 * Training on ONNX Runtime: loss, gradients and update of the parameters are one graph, so a step is one native call.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type * as ort from "onnxruntime-node";
import { type Named, sizeOf, type Values } from "../../core/tensors.ts";
import { checkState, nonFiniteError } from "../checks.ts";
import type { Optimiser, Program, Tensors, Trainer, TrainerOptions, TrainerState } from "../engine.ts";
import { ADAM, applyUpdate, clipByGlobalNorm, stepNumbers } from "../optimiser.ts";
import { allocate, type Compile, declareInputs, type Ort, shapeKey, tensorOf } from "./session.ts";
import type { Output, Placeholder } from "./trace.ts";

/** Parameters with fewer values than this share one vector, which keeps the number of nodes and inputs small. */
const PACK_BELOW = 131_072;

/** One vector of trained parameters: a large parameter, or all small ones. */
interface Slot {
  readonly name: string;
  readonly members: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
  readonly size: number;
}

/** The vectors of a slot: parameters, first moments, second moments. */
const KINDS = ["p", "m", "v"] as const;

/** Trains by one native call per step. */
export class OnnxTrainer implements Trainer {
  readonly #slots: readonly Slot[];
  readonly #optimiser: Optimiser;
  #frozen: Record<string, Values>;
  /** The vectors of each slot. A step reads `#current` and writes `#next`; they are then swapped. */
  #current: Record<string, ort.Tensor> = {};
  #next: Record<string, ort.Tensor> = {};
  #steps = 0;

  constructor(
    readonly runtime: Ort,
    readonly compile: Compile,
    readonly program: Program,
    parameters: Named,
    { frozen = () => false, optimiser = ADAM, state }: TrainerOptions,
  ) {
    const entries = Object.entries(parameters);
    this.#optimiser = optimiser;
    this.#frozen = Object.fromEntries(entries.filter(([name]) => frozen(name)));
    this.#slots = makeSlots(entries.filter(([name]) => !frozen(name)));
    const vectors = new Map(
      this.#slots.flatMap(({ name, size }) => KINDS.map((kind) => [`${kind}:${name}`, [size]])),
    );
    this.#current = allocate(runtime, vectors);
    this.#next = allocate(runtime, vectors);
    for (const { name, kind, values } of this.#views()) {
      if (kind === "p") values.set(parameters[name].values);
    }
    if (state) this.restore(state);
  }

  restore(state: TrainerState): void {
    const views = [...this.#views()], frozen = Object.entries(this.#frozen);
    const expected = new Map(views.map(({ name, kind, shape }) => [`${kind}:${name}`, shape]));
    for (const [name, { shape }] of frozen) expected.set(`f:${name}`, shape);
    const stored = checkState(state, expected);
    for (const { name, kind, values } of views) values.set(stored[`${kind}:${name}`].values);
    this.#frozen = Object.fromEntries(frozen.map(([name]) => [name, stored[`f:${name}`]]));
    this.#steps = state.steps;
  }

  async step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>> {
    const shapes = this.#slots.map(({ name, members }) =>
      `${name}=${members.map((m) => `${m.name}:${m.shape}`)}`
    );
    const rule = JSON.stringify(this.#optimiser);
    const compiled = await this.compile(
      this.program,
      `train ${rule} ${shapeKey(inputs)} ${shapes} ${shapeKey(this.#frozen)}`,
      (placeholder, output) => this.#record(inputs, placeholder, output),
    );
    const tensor = (values: Values) => tensorOf(this.runtime, values);
    const feeds: Record<string, ort.Tensor> = { ...this.#current };
    for (const [name, value] of Object.entries(stepNumbers(this.#optimiser, this.#steps + 1, learningRate))) {
      feeds[name] = tensor({ shape: [], values: Float32Array.of(value) });
    }
    for (const [name, values] of Object.entries(inputs)) feeds[`i:${name}`] = tensor(values);
    for (const [name, values] of Object.entries(this.#frozen)) feeds[`f:${name}`] = tensor(values);
    const results = new Map([...compiled.outputs].filter(([name]) => !name.startsWith("new:")));
    const fetches = allocate(this.runtime, results);
    for (const [name, vector] of Object.entries(this.#next)) fetches[`new:${name}`] = vector;
    await compiled.session.run(feeds, fetches);
    const valuesOf = (name: string) => fetches[name].data as Float32Array;
    const [loss] = valuesOf("loss"), [norm] = valuesOf("gradientNorm");
    if (!Number.isFinite(loss) || !Number.isFinite(norm)) {
      const moments = [...this.#views(this.#next)].filter(({ kind }) => kind === "m");
      throw nonFiniteError(this.#steps + 1, loss, moments.map(({ name, values }) => [name, values]));
    }
    [this.#current, this.#next] = [this.#next, this.#current];
    this.#steps++;
    const out: Record<string, Float32Array> = {};
    for (const name of results.keys()) {
      if (!name.startsWith("state:")) {
        out[name] = valuesOf(name);
        continue;
      }
      const frozen = name.slice("state:".length), { shape } = this.#frozen[frozen];
      this.#frozen = { ...this.#frozen, [frozen]: { shape, values: valuesOf(name) } };
    }
    return out;
  }

  parameters(): Named {
    const out: Record<string, Values> = { ...this.#frozen };
    for (const { name, kind, values, shape } of this.#views()) {
      if (kind === "p") out[name] = { shape, values: values.slice() };
    }
    return out;
  }

  state(): TrainerState {
    const out: Record<string, Values> = {};
    for (const { name, kind, values, shape } of this.#views()) {
      out[`${kind}:${name}`] = { shape, values: values.slice() };
    }
    for (const [name, values] of Object.entries(this.#frozen)) out[`f:${name}`] = values;
    return { steps: this.#steps, values: out };
  }

  /** Views of every trained parameter and of its moments. */
  *#views(vectors = this.#current): Generator<Values & { name: string; kind: typeof KINDS[number] }> {
    for (const slot of this.#slots) {
      for (const kind of KINDS) {
        const all = vectors[`${kind}:${slot.name}`].data as Float32Array;
        for (const { name, shape, offset } of slot.members) {
          yield { name, kind, shape, values: all.subarray(offset, offset + sizeOf(shape)) };
        }
      }
    }
  }

  /** Trace loss, gradients and update. */
  #record(inputs: Named, placeholder: Placeholder, output: Output): void {
    const vector = (kind: string, slot: Slot) => placeholder(`${kind}:${slot.name}`, [slot.size]);
    const vectors = this.#slots.map((slot) => vector("p", slot));
    const batch = declareInputs(inputs, "i:", placeholder);
    const frozen = declareInputs(this.#frozen, "f:", placeholder);
    const numbers = {
      rate: placeholder("rate", []),
      epsilon: placeholder("epsilon", []),
      decay: placeholder("decay", []),
    };
    let outputs: Tensors = {};
    const loss = (...slots: tf.Tensor[]) => {
      const parameters: Tensors = { ...frozen };
      this.#slots.forEach((slot, i) => {
        const sizes = slot.members.map((member) => sizeOf(member.shape));
        const pieces = sizes.length === 1 ? [slots[i]] : tf.split(slots[i], sizes);
        slot.members.forEach(({ name, shape }, k) =>
          parameters[name] = tf.reshape(pieces[k], shape as number[])
        );
      });
      outputs = this.program(parameters, batch);
      return outputs.loss as tf.Scalar;
    };
    const { norm, gradients } = clipByGlobalNorm(this.#optimiser, tf.grads(loss)(vectors));
    for (const [name, tensor] of Object.entries(outputs)) output(name, tensor);
    output("gradientNorm", norm);
    this.#slots.forEach((slot, i) => {
      const before = { p: vectors[i], m: vector("m", slot), v: vector("v", slot) };
      const after = applyUpdate(this.#optimiser, before, gradients[i], numbers);
      for (const kind of KINDS) output(`new:${kind}:${slot.name}`, after[kind]);
    });
  }
}

/** Slots for parameters: all small ones share one, and each large one has its own. */
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
