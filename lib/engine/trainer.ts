/** Training on any engine: loss, gradients and the update of all parameters are one program, so that a step is one run of it. */
import * as tf from "@tensorflow/tfjs";
import { IadnetError } from "../core/errors.ts";
import { type Named, sizeOf, type Values } from "../core/tensors.ts";
import type { Optimiser, Program, Tensors, Trainer, TrainerOptions, TrainerState } from "./engine.ts";
import { ADAM, applyUpdate, clipByGlobalNorm, stepNumbers } from "./optimiser.ts";

/** Parameters with fewer values than this share one vector, which keeps the number of operators and inputs small. */
const PACK_BELOW = 131_072;

/** One vector of trained parameters: a large parameter, or all small ones. */
interface Slot {
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly shape: readonly number[] }[];
  readonly size: number;
}

/** The vectors of a slot: parameters, first moments, second moments. */
const KINDS = ["p", "m", "v"] as const;

/** Runs a program without parameters on inputs. It may write the outputs into `into`, which holds one buffer for each of some
 * outputs. */
export type Run = (program: Program, inputs: Named, into: Named) => Promise<Record<string, Float32Array>>;

/** Trains by one run of a program per step. */
export class ProgramTrainer implements Trainer {
  readonly #slots: readonly Slot[];
  readonly #optimiser: Optimiser;
  readonly #program: Program;
  #frozen: Named;
  /** The vectors of each slot. A step reads `#current` and writes `#next`; they are then swapped. */
  #current: Named;
  #next: Named;
  #steps = 0;

  /** @param run Runs a program on the engine. */
  constructor(
    readonly run: Run,
    program: Program,
    parameters: Named,
    { frozen = () => false, optimiser = ADAM, state }: TrainerOptions = {},
  ) {
    const entries = Object.entries(parameters);
    this.#optimiser = optimiser;
    this.#frozen = Object.fromEntries(entries.filter(([name]) => frozen(name)));
    this.#slots = makeSlots(entries.filter(([name]) => !frozen(name)));
    this.#program = stepOf(program, this.#slots, optimiser);
    const vectors = () =>
      Object.fromEntries(
        this.#slots.flatMap(({ name, size }) =>
          KINDS.map((kind) => [`${kind}:${name}`, { shape: [size], values: new Float32Array(size) }])
        ),
      );
    [this.#current, this.#next] = [vectors(), vectors()];
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
    const numbers = Object.entries(stepNumbers(this.#optimiser, this.#steps + 1, learningRate))
      .map(([name, value]) => [name, { shape: [], values: Float32Array.of(value) }]);
    const feeds: Named = {
      ...this.#current,
      ...prefixed("f:", this.#frozen),
      ...prefixed("i:", inputs),
      ...Object.fromEntries(numbers),
    };
    const results = await this.run(this.#program, feeds, prefixed("new:", this.#next));
    const out: Record<string, Float32Array> = {}, next: Record<string, Values> = {};
    const frozen: Record<string, Values> = { ...this.#frozen };
    for (const [name, values] of Object.entries(results)) {
      const [, kind, own] = /^(new|state):(.*)$/s.exec(name) ?? [];
      if (kind === "new") next[own] = { shape: this.#next[own].shape, values };
      else if (kind === "state") frozen[own] = { shape: frozen[own].shape, values };
      else out[name] = values;
    }
    if (!Number.isFinite(out.loss[0]) || !Number.isFinite(out.gradientNorm[0])) {
      const moments = [...this.#views(next)].filter(({ kind }) => kind === "m");
      throw nonFiniteError(this.#steps + 1, out.loss[0], moments.map(({ name, values }) => [name, values]));
    }
    [this.#current, this.#next, this.#frozen] = [next, this.#current, frozen];
    this.#steps++;
    return out;
  }

  parameters(): Named {
    const trained = [...this.#views()].filter(({ kind }) => kind === "p");
    return { ...this.#frozen, ...copies(trained, ({ name }) => name) };
  }

  state(): TrainerState {
    const values = {
      ...copies([...this.#views()], ({ kind, name }) => `${kind}:${name}`),
      ...prefixed("f:", this.#frozen),
    };
    return { steps: this.#steps, values };
  }

  /** Views of every trained parameter and of its moments. */
  *#views(vectors = this.#current): Generator<View> {
    for (const slot of this.#slots) {
      for (const kind of KINDS) {
        const all = vectors[`${kind}:${slot.name}`].values;
        let at = 0;
        for (const { name, shape } of slot.members) {
          yield { name, kind, shape, values: all.subarray(at, at += sizeOf(shape)) };
        }
      }
    }
  }
}

type View = Values & { readonly name: string; readonly kind: typeof KINDS[number] };

function copies(views: readonly View[], nameOf: (view: View) => string): Named {
  return Object.fromEntries(
    views.map((view) => [nameOf(view), { shape: view.shape, values: view.values.slice() }]),
  );
}

function prefixed<T>(prefix: string, named: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(named).map(([name, value]) => [prefix + name, value]));
}

/** Slots for parameters: all small ones share one, and each large one has its own. */
function makeSlots(entries: readonly [string, Values][]): Slot[] {
  const members = entries.map(([name, { shape }]) => ({ name, shape, size: sizeOf(shape) }));
  const slots = members.filter(({ size }) => size >= PACK_BELOW)
    .map(({ name, shape, size }): Slot => ({ name, members: [{ name, shape }], size }));
  const packed = members.filter(({ size }) => size < PACK_BELOW);
  const size = packed.reduce((sum, own) => sum + own.size, 0);
  return packed.length > 0 ? [...slots, { name: "packed", members: packed, size }] : slots;
}

/** Step programs of each program: the same object for the same slots and optimiser, so that an engine compiles it once. */
const STEPS = new WeakMap<Program, Map<string, Program>>();

/** The program of one step: from the vectors, frozen parameters `f:`, inputs `i:` and numbers of a step to the program's outputs,
 * `gradientNorm`, and the vectors after the step, `new:`. */
function stepOf(program: Program, slots: readonly Slot[], optimiser: Optimiser): Program {
  const known = STEPS.get(program) ?? new Map<string, Program>();
  STEPS.set(program, known);
  const key = JSON.stringify([slots, optimiser]);
  const step: Program = known.get(key) ?? ((_, feeds) => {
    const under = (prefix: string): Tensors =>
      Object.fromEntries(
        Object.entries(feeds).filter(([name]) => name.startsWith(prefix))
          .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
      );
    let outputs: Tensors = {};
    const loss = (...vectors: tf.Tensor[]) => {
      const parameters = under("f:");
      slots.forEach(({ members }, i) => {
        const sizes = members.map(({ shape }) => sizeOf(shape));
        const pieces = sizes.length === 1 ? [vectors[i]] : tf.split(vectors[i], sizes);
        members.forEach(({ name, shape }, k) => parameters[name] = tf.reshape(pieces[k], [...shape]));
      });
      outputs = program(parameters, under("i:"));
      for (const tensor of Object.values(outputs)) tf.keep(tensor);
      return outputs.loss as tf.Scalar;
    };
    const { norm, gradients } = clipByGlobalNorm(
      optimiser,
      tf.grads(loss)(slots.map(({ name }) => feeds[`p:${name}`])),
    );
    const results: Tensors = { ...outputs, gradientNorm: norm };
    slots.forEach(({ name }, i) => {
      const before = { p: feeds[`p:${name}`], m: feeds[`m:${name}`], v: feeds[`v:${name}`] };
      const { rate, epsilon, decay } = feeds;
      const after = applyUpdate(optimiser, before, gradients[i], { rate, epsilon, decay });
      for (const kind of KINDS) results[`new:${kind}:${name}`] = after[kind];
    });
    return results;
  });
  known.set(key, step);
  return step;
}

/** Return the values of a state after checking their names and shapes.
 * @param expected Shapes by name.
 * @throws {IadnetError} If a value is missing, unknown or of another shape. */
export function checkState(
  { steps, values }: TrainerState,
  expected: ReadonlyMap<string, readonly number[]>,
): Named {
  const refuse = (why: string) => new IadnetError(`Cannot resume training: ${why}`);
  if (!(Number.isSafeInteger(steps) && steps >= 0)) {
    throw refuse(`the number of steps must be a whole number, got ${steps}`);
  }
  for (const [name, shape] of expected) {
    const found = Object.hasOwn(values, name) ? values[name].shape : undefined;
    if (`${found}` !== `${shape}`) {
      throw refuse(`expected ${name} of shape [${shape}], got ${found ? `shape [${found}]` : "none"}`);
    }
  }
  const unknown = Object.keys(values).find((name) => !expected.has(name));
  if (unknown !== undefined) throw refuse(`unknown value ${unknown}`);
  return values;
}

/** The error of a step whose loss or gradient is not finite. It names the parameters whose gradients are not finite, or the
 * one with the largest gradient.
 * @param step Number of the step, from 1. @param loss Its loss.
 * @param gradients For each parameter, values that are finite exactly where its gradient is. */
export function nonFiniteError(
  step: number,
  loss: number,
  gradients: Iterable<readonly [string, Float32Array]>,
): IadnetError {
  const all = [...gradients];
  const bad = all.filter(([, values]) => !values.every(Number.isFinite)).map(([name]) => name);
  const largestAbsolute = (values: Float32Array) =>
    values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const [largest] = all.map(([name, values]) => [name, largestAbsolute(values)] as const)
    .sort((a, b) => b[1] - a[1]);
  const more = bad.length > 3 ? ` and ${bad.length - 3} more` : "";
  const where = bad.length === 0
    ? `the largest gradient is that of ${largest?.[0]}`
    : `the gradient is not finite for ${bad.slice(0, 3).join(", ")}${more}`;
  return new IadnetError(`Cannot continue training: the loss of step ${step} is ${loss}; ${where}`);
}
