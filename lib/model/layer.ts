/** Layers: the names, shapes and initial values of weights, beside the forward pass that uses them.
 *
 * A part's name is its key, after the name of the layer around it: `units.0.self.query.weight`. The forward pass gets its parts
 * by key, so that a wrong name is a type error. */
import { IadnetError } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import type { NamedShape } from "../core/safetensors.ts";
import { type Named, sizeOf, type Values } from "../core/tensors.ts";
import type { Tensor, Tensors } from "../engine/engine.ts";

/** One weight: its name and shape, and how its initial values are drawn. */
export interface Weight extends NamedShape {
  /** Whether gradients update it. */
  readonly isTrained: boolean;
  /** Draw its initial values, row-major. */
  readonly draw: (random: Random) => Float32Array;
}

/** A layer. `F` is what it computes: a function of tensors, or several of them. */
export class Layer<F> {
  /** A layer from scratch; `layer` makes one from others.
   * @param weights All weights of a layer of this name. @param build What a layer of this name computes with these tensors.
   * @param isInline Whether the parts are named as if they were parts of the layer around this one. */
  constructor(
    readonly weights: (name: string) => Iterable<Weight>,
    readonly build: (name: string, weights: Tensors, updates?: Tensors) => F,
    readonly isInline = false,
  ) {}

  /** Names and shapes of all weights, one by one: a configuration from an untrusted file may ask for any number. */
  shapes(): Iterable<NamedShape> {
    return this.weights("");
  }

  /** Initial values of all weights, drawn in the order of `shapes`. */
  initial(random: Random): Named {
    const values: Record<string, Values> = {};
    for (const { name, shape, draw } of this.weights("")) values[name] = { shape, values: draw(random) };
    return values;
  }

  /** Names of the weights that no gradient updates: running statistics and fixed weights. */
  fixedNames(): ReadonlySet<string> {
    return new Set(Array.from(this.weights("")).filter((own) => !own.isTrained).map(({ name }) => name));
  }

  /** What the layer computes with these weights. Weights that it does not have are ignored.
   * @param updates In training: gets the next running statistics, as `state:<name>`. If absent, the layer normalises by those in
   * `weights`.
   * @throws {IadnetError} If a weight is missing or has another shape. */
  bind(weights: Tensors, updates?: Tensors): F {
    return this.build("", weights, updates);
  }
}

/** Parts of a layer, by name. Those that are undefined are left out. */
export type Parts = Readonly<Record<string, Layer<unknown> | undefined>>;

/** What the parts compute, by name; undefined for those that are left out. */
export type Built<P> = {
  readonly [K in keyof P]: P[K] extends infer Part ? Part extends Layer<infer F> ? F : undefined : never;
};

/** A layer made of other layers.
 * @param parts The other layers, in the order in which their initial values are drawn.
 * @param forward Makes what the layer computes from what its parts compute.
 * @example
 * ```ts
 * import * as tf from "@tensorflow/tfjs";
 * import { openEngine } from "@lab/iadnet/engine";
 * import { layer, linear } from "@lab/iadnet/model";
 * import { Random } from "@lab/iadnet/data";
 * import { type Tensor } from "@lab/iadnet/engine";
 * import { assertEquals } from "@std/assert";
 * const gate = layer(
 *   { open: linear(8, 1), value: linear(8, 8) },
 *   ({ open, value }) => (x: Tensor) => tf.mul(tf.sigmoid(open(x)), value(x)),
 * );
 * const names = [...gate.shapes()].map(({ name }) => name);
 * assertEquals(names, ["open.weight", "open.bias", "value.weight", "value.bias"]);
 * const engine = await openEngine("onnx-cpu");
 * const runner = await engine.runner(
 *   (weights, { x }) => ({ y: gate.bind(weights)(x) }),
 *   gate.initial(new Random(0)),
 * );
 * const { y } = await runner.run({ x: { shape: [3, 8], values: new Float32Array(24) } });
 * assertEquals(y.length, 24);
 * ```
 */
export function layer<P extends Parts, F>(parts: P, forward: (parts: Built<P>) => F): Layer<F> {
  const present = Object.entries(parts).filter((part): part is [string, Layer<unknown>] => !!part[1]);
  const nameOf = (name: string, key: string, part: Layer<unknown>) => part.isInline ? name : join(name, key);
  return new Layer(
    function* (name) {
      for (const [key, part] of present) yield* part.weights(nameOf(name, key, part));
    },
    (name, ...tensors) => {
      const built = present.map(([key, part]) => [key, part.build(nameOf(name, key, part), ...tensors)]);
      return forward(Object.fromEntries(built) as Built<P>);
    },
  );
}

/** A layer whose parts are named as if they were parts of the layer around it. */
export function inline<F>({ weights, build }: Layer<F>): Layer<F> {
  return new Layer(weights, build, true);
}

/** `count` layers, named 0, 1, 2 ... */
export function repeat<F>(count: number, make: (index: number) => Layer<F>): Layer<F[]> {
  return new Layer(
    function* (name) {
      for (let i = 0; i < count; i++) yield* make(i).weights(join(name, `${i}`));
    },
    (name, ...tensors) =>
      Array.from({ length: count }, (_, i) => make(i).build(join(name, `${i}`), ...tensors)),
  );
}

const join = (name: string, key: string) => name === "" ? key : `${name}.${key}`;

/** A trained weight.
 * @param draw Draws one initial value; called once for each value, in row-major order. */
export function weight(shape: readonly number[], draw: (random: Random) => number): Layer<Tensor> {
  return leaf(shape, true, (random) => fill(shape, () => draw(random)), (value) => value);
}

/** A trained weight, initially uniform in +-bound. */
export function uniform(shape: readonly number[], bound: number): Layer<Tensor> {
  return weight(shape, (random) => random.uniform(-bound, bound));
}

/** A trained weight, initially normal with mean 0. */
export function normal(shape: readonly number[], deviation: number): Layer<Tensor> {
  return weight(shape, (random) => random.normal(0, deviation));
}

/** A trained weight with one initial value. */
export function filled(shape: readonly number[], value: number): Layer<Tensor> {
  return weight(shape, () => value);
}

/** A trained weight whose rows are initially of length 1, in random directions. */
export function unitRows(shape: readonly number[]): Layer<Tensor> {
  return leaf(shape, true, (random) => {
    const values = fill(shape, () => random.normal()), width = shape[shape.length - 1];
    for (let at = 0; at < values.length; at += width) {
      const row = values.subarray(at, at + width), length = Math.hypot(...row) || 1;
      for (let k = 0; k < width; k++) row[k] /= length;
    }
    return values;
  }, (value) => value);
}

/** A weight that is not trained: it is 0 until its value is put in its place. */
export function fixed(shape: readonly number[]): Layer<Tensor> {
  return leaf(shape, false, () => fill(shape, () => 0), (value) => value);
}

/** A running statistic: no gradient updates it, training steps do. */
export interface Statistic {
  /** The value now. */
  readonly value: Tensor;
  /** Set the value after this training step; undefined where nothing is trained. */
  readonly update?: (next: Tensor) => void;
}

/** A running statistic with one initial value. */
export function statistic(shape: readonly number[], initial: number): Layer<Statistic> {
  return leaf(shape, false, () => fill(shape, () => initial), (value, name, updates) => ({
    value,
    ...(updates && { update: (next: Tensor) => void (updates[`state:${name}`] = next) }),
  }));
}

/** A layer of one weight. */
function leaf<F>(
  shape: readonly number[],
  isTrained: boolean,
  draw: (random: Random) => Float32Array,
  build: (value: Tensor, name: string, updates?: Tensors) => F,
): Layer<F> {
  return new Layer((name) => [{ name, shape, isTrained, draw }], (name, weights, updates) => {
    const value = weights[name];
    if (`${value?.shape}` === `${shape}`) return build(value, name, updates);
    const got = value ? `got [${value.shape}]` : "it is missing";
    throw new IadnetError(`Cannot build the model: expected weight ${name} of shape [${shape}], ${got}`);
  });
}

function fill(shape: readonly number[], draw: () => number): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = draw();
  return values;
}
