/**
 * Training steps on ONNX Runtime: loss, gradients and the optimiser's update are one graph.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type * as ort from "onnxruntime-node";
import {
  checkState,
  type Named,
  notFinite,
  type Optimiser,
  type Program,
  shapeKey,
  type Tensors,
  type Trainer,
  type TrainerOptions,
  type TrainerState,
  type Values,
} from "../engine.ts";
import { allocate, type Compile, declare, feed, type Ort, sizeOf } from "./session.ts";
import { ADAM, move, shorten, stepNumbers } from "../optimiser.ts";

/** Parameters below this size travel packed in one vector: it keeps the number of graph nodes and inputs small. */
const PACK_BELOW = 131_072;

/** A run of parameters that share one vector of values and of moments. */
interface Slot {
  readonly name: string;
  readonly members: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly offset: number;
  }[];
  readonly size: number;
}

/** The parts of a slot: values and the two moments. */
const PARTS = ["p", "m", "v"] as const;

/** Trains by one native call a step. */
export class OnnxTrainer implements Trainer {
  readonly #slots: readonly Slot[];
  readonly #optimiser: Optimiser;
  #fixed: Record<string, Values>;
  /** Values and moments of each slot, twice: a step reads one side and writes the other. */
  #state: Record<string, ort.Tensor> = {};
  #spare: Record<string, ort.Tensor> = {};
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
    this.#fixed = Object.fromEntries(entries.filter(([name]) => frozen(name)));
    this.#slots = makeSlots(entries.filter(([name]) => !frozen(name)));
    for (const slot of this.#slots) {
      for (const part of PARTS) {
        for (const side of [this.#state, this.#spare]) {
          side[`${part}:${slot.name}`] = feed(runtime, {
            shape: [slot.size],
            values: new Float32Array(slot.size),
          });
        }
      }
    }
    for (const [name, part, values] of this.#views()) {
      if (part === "p") values.set(parameters[name].values);
    }
    if (state) this.restore(state);
  }

  restore(state: TrainerState): void {
    const views = [...this.#views()], fixed = Object.entries(this.#fixed);
    const expected = new Map(views.map(([name, part, , shape]) => [`${part}:${name}`, shape]));
    for (const [name, { shape }] of fixed) expected.set(`f:${name}`, shape);
    const values = checkState(state, expected);
    for (const [name, part, own] of views) own.set(values[`${part}:${name}`].values);
    this.#fixed = Object.fromEntries(fixed.map(([name]) => [name, values[`f:${name}`]]));
    this.#steps = state.steps;
  }

  async step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>> {
    const shapes = this.#slots.map(({ name, members }) =>
      `${name}=${members.map((m) => `${m.name}:${m.shape}`)}`
    );
    const how = JSON.stringify(this.#optimiser);
    const compiled = await this.compile(
      this.program,
      `train ${how} ${shapeKey(inputs)} ${shapes} ${shapeKey(this.#fixed)}`,
      (placeholder, output) => this.#record(inputs, placeholder, output),
    );
    const feeds: Record<string, ort.Tensor> = { ...this.#state };
    for (const [name, value] of Object.entries(stepNumbers(this.#optimiser, this.#steps + 1, learningRate))) {
      feeds[name] = feed(this.runtime, { shape: [], values: Float32Array.of(value) });
    }
    for (const [name, values] of Object.entries(inputs)) feeds[`i:${name}`] = feed(this.runtime, values);
    for (const [name, values] of Object.entries(this.#fixed)) feeds[`f:${name}`] = feed(this.runtime, values);
    const results = new Map([...compiled.outputs].filter(([name]) => !name.startsWith("new:")));
    const fetches = allocate(this.runtime, results);
    for (const [name, tensor] of Object.entries(this.#spare)) fetches[`new:${name}`] = tensor;
    await compiled.session.run(feeds, fetches);
    const values = (name: string) => fetches[name].data as Float32Array;
    if (!Number.isFinite(values("loss")[0]) || !Number.isFinite(values("gradientNorm")[0])) {
      const moments = [...this.#views(this.#spare)].filter(([, part]) => part === "m");
      throw notFinite(this.#steps + 1, values("loss")[0], moments.map(([name, , m]) => [name, m]));
    }
    [this.#state, this.#spare] = [this.#spare, this.#state];
    this.#steps++;
    const out: Record<string, Float32Array> = {};
    for (const name of results.keys()) {
      if (!name.startsWith("state:")) {
        out[name] = values(name);
        continue;
      }
      const fixed = name.slice("state:".length);
      this.#fixed = { ...this.#fixed, [fixed]: { shape: this.#fixed[fixed].shape, values: values(name) } };
    }
    return out;
  }

  parameters(): Named {
    const out: Record<string, Values> = { ...this.#fixed };
    for (const [name, part, values, shape] of this.#views()) {
      if (part === "p") out[name] = { shape, values: values.slice() };
    }
    return out;
  }

  state(): TrainerState {
    const values: Record<string, Values> = {};
    for (const [name, part, own, shape] of this.#views()) {
      values[`${part}:${name}`] = { shape, values: own.slice() };
    }
    for (const [name, own] of Object.entries(this.#fixed)) values[`f:${name}`] = own;
    return { steps: this.#steps, values };
  }

  /** Name, part, values and shape of every parameter, as views. */
  *#views(
    side = this.#state,
  ): Generator<[string, typeof PARTS[number], Float32Array, readonly number[]]> {
    for (const slot of this.#slots) {
      for (const part of PARTS) {
        const all = side[`${part}:${slot.name}`].data as Float32Array;
        for (const { name, shape, offset } of slot.members) {
          yield [name, part, all.subarray(offset, offset + sizeOf(shape)), shape];
        }
      }
    }
  }

  /** Trace loss, gradients and update. */
  #record(
    inputs: Named,
    placeholder: (name: string, shape: readonly number[]) => tf.Tensor,
    output: (name: string, tensor: tf.Tensor) => void,
  ): void {
    const part = (letter: string, slot: Slot) => placeholder(`${letter}:${slot.name}`, [slot.size]);
    const vectors = this.#slots.map((slot) => part("p", slot));
    const batch = declare(inputs, "i:", placeholder), fixed = declare(this.#fixed, "f:", placeholder);
    const numbers = {
      rate: placeholder("rate", []),
      epsilon: placeholder("epsilon", []),
      keep: placeholder("keep", []),
    };
    let outputs: Tensors = {};
    const loss = (...slots: tf.Tensor[]) => {
      const parameters: Tensors = { ...fixed };
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
    const { norm, gradients } = shorten(this.#optimiser, tf.grads(loss)(vectors));
    for (const [name, tensor] of Object.entries(outputs)) output(name, tensor);
    output("gradientNorm", norm);
    this.#slots.forEach((slot, i) => {
      const before = { p: vectors[i], m: part("m", slot), v: part("v", slot) };
      const after = move(this.#optimiser, before, gradients[i], numbers);
      for (const letter of PARTS) output(`new:${letter}:${slot.name}`, after[letter]);
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
