/** Training on any engine: loss, gradients and the update of all parameters are one program, so that a step is one run of it. */
import * as tf from "@tensorflow/tfjs";
import { IadnetError } from "../core/errors.ts";
import { type Named, prefixed, sizeOf, type Values } from "../core/tensors.ts";
import type { Optimiser, Program, Tensors, Trainer, TrainerOptions, TrainerState } from "./engine.ts";
import { type HeldValues, NEW } from "./held.ts";
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
type Kind = typeof KINDS[number];

/** Trains by one run of a program per step. */
export class ProgramTrainer implements Trainer {
  readonly #held: HeldValues;
  readonly #slots: readonly Slot[];
  /** Shapes of the frozen parameters. */
  readonly #frozen: ReadonlyMap<string, readonly number[]>;
  readonly #optimiser: Optimiser;
  readonly #program: Program;
  #steps = 0;

  /** @param held Keeps the vectors of each slot, `<kind>:<slot>`, and the frozen parameters, `f:<name>`. */
  private constructor(held: HeldValues, program: Program, parameters: Named, options: TrainerOptions) {
    const { frozen = () => false, optimiser = ADAM } = options, entries = Object.entries(parameters);
    this.#held = held;
    this.#optimiser = optimiser;
    this.#frozen = new Map(
      entries.filter(([name]) => frozen(name)).map(([name, { shape }]) => [name, shape]),
    );
    this.#slots = makeSlots(entries.filter(([name]) => !frozen(name)));
    this.#program = stepOf(program, this.#slots, optimiser);
  }

  /** @param held Keeps the parameters and moments between steps, where the engine computes. */
  static async create(
    held: HeldValues,
    program: Program,
    parameters: Named,
    options: TrainerOptions = {},
  ): Promise<ProgramTrainer> {
    const trainer = new ProgramTrainer(held, program, parameters, options);
    if (options.state) await trainer.restore(options.state);
    else await trainer.#write((kind, name) => "pf".includes(kind) ? parameters[name].values : undefined);
    return trainer;
  }

  async restore(state: TrainerState): Promise<void> {
    const expected = new Map<string, readonly number[]>();
    for (const { name, shape } of this.#slots.flatMap(({ members }) => members)) {
      for (const kind of KINDS) expected.set(`${kind}:${name}`, shape);
    }
    for (const [name, shape] of this.#frozen) expected.set(`f:${name}`, shape);
    const stored = checkState(state, expected);
    await this.#write((kind, name) => stored[`${kind}:${name}`].values);
    this.#steps = state.steps;
  }

  async step(inputs: Named, learningRate: number): Promise<Record<string, Float32Array>> {
    const numbers = Object.entries(stepNumbers(this.#optimiser, this.#steps + 1, learningRate))
      .map(([name, value]) => [name, { shape: [], values: Float32Array.of(value) }]);
    const feeds: Named = { ...prefixed("i:", inputs), ...Object.fromEntries(numbers) };
    const out = await this.#held.step(this.#program, feeds);
    if (!Number.isFinite(out.loss[0]) || !Number.isFinite(out.gradientNorm[0])) {
      const moments = await this.#views(["m"], true);
      throw nonFiniteError(this.#steps + 1, out.loss[0], moments.map(({ name, values }) => [name, values]));
    }
    this.#held.accept();
    this.#steps++;
    return out;
  }

  async parameters(): Promise<Named> {
    return { ...await this.#readFrozen(""), ...copies(await this.#views(["p"]), ({ name }) => name) };
  }

  async state(): Promise<TrainerState> {
    const values = {
      ...copies(await this.#views(KINDS), ({ kind, name }) => `${kind}:${name}`),
      ...await this.#readFrozen("f:"),
    };
    return { steps: this.#steps, values };
  }

  close(): void {
    this.#held.close();
  }

  /** Set everything. @param valuesOf The values of a parameter or moment; zeros if undefined. */
  async #write(valuesOf: (kind: string, name: string) => Float32Array | undefined): Promise<void> {
    const vectors = Object.fromEntries(
      this.#slots.flatMap(({ name, size }) =>
        KINDS.map((kind) => [`${kind}:${name}`, { shape: [size], values: new Float32Array(size) }])
      ),
    );
    for (const { kind, name, values } of this.#viewsOf(vectors, KINDS)) {
      const own = valuesOf(kind, name);
      if (own) values.set(own);
    }
    const frozen = [...this.#frozen].map(([name, shape]) =>
      [`f:${name}`, { shape, values: valuesOf("f", name)!.slice() }] as const
    );
    await this.#held.write({ ...vectors, ...Object.fromEntries(frozen) });
  }

  /** Copies of the frozen parameters, under their names with a prefix. */
  async #readFrozen(prefix: string): Promise<Named> {
    const held = await this.#held.read([...this.#frozen.keys()].map((name) => `f:${name}`));
    return Object.fromEntries([...this.#frozen].map(([name, shape]) => [
      prefix + name,
      { shape, values: held[`f:${name}`].values.slice() },
    ]));
  }

  /** Views of trained parameters, or of their moments.
   * @param made Of what the last step made, before it is accepted. */
  async #views(kinds: readonly Kind[], made = false): Promise<View[]> {
    const held = await this.#held.read(
      this.#slots.flatMap(({ name }) => kinds.map((kind) => `${kind}:${name}`)),
      made,
    );
    return this.#viewsOf(held, kinds);
  }

  /** The parameters and moments that vectors hold. */
  #viewsOf(vectors: Named, kinds: readonly Kind[]): View[] {
    return this.#slots.flatMap(({ name: slot, members }) =>
      kinds.flatMap((kind) => {
        const all = vectors[`${kind}:${slot}`].values;
        let at = 0;
        return members.map(({ name, shape }) => ({
          ...{ name, kind, shape },
          values: all.subarray(at, at += sizeOf(shape)),
        }));
      })
    );
  }
}

type View = Values & { readonly name: string; readonly kind: Kind };

function copies(views: readonly View[], nameOf: (view: View) => string): Named {
  return Object.fromEntries(
    views.map((view) => [nameOf(view), { shape: view.shape, values: view.values.slice() }]),
  );
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
 * `gradientNorm`, and the vectors and replaced frozen parameters after the step, `new:`. */
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
    const results: Tensors = { gradientNorm: norm };
    for (const [name, tensor] of Object.entries(outputs)) {
      const [, replaced] = /^state:(.*)$/s.exec(name) ?? [];
      results[replaced === undefined ? name : `${NEW}f:${replaced}`] = tensor;
    }
    slots.forEach(({ name }, i) => {
      const before = { p: feeds[`p:${name}`], m: feeds[`m:${name}`], v: feeds[`v:${name}`] };
      const { rate, epsilon, decay } = feeds;
      const after = applyUpdate(optimiser, before, gradients[i], { rate, epsilon, decay });
      for (const kind of KINDS) results[`${NEW}${kind}:${name}`] = after[kind];
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
