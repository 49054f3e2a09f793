/**
 * A single-person method as a detector of interactions: one model for each person, as the paper runs its baselines.
 *
 * @module
 */
import type { Clip } from "../../data/clip.ts";
import { commonSkeleton } from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import type { FitOptions, PersonDetector } from "../detector.ts";
import type { Engine, Named, Values } from "../../engine/engine.ts";
import { UsageError } from "../../core/errors.ts";
import { fitIdentity } from "../../training/checkpoint/checkpoint.ts";
import { type NamedShape, takeTensors } from "../../core/safetensors.ts";
import { type DetectorFile, encodeDetector } from "../file.ts";
import { type PersonMethod, tracksOf } from "./method.ts";

/** One person's model. */
interface PersonModel {
  readonly values: Named;
  /** Mean and standard deviation of its scores of the training clips. */
  readonly scale: readonly [number, number];
}

/** What is fitted. */
interface Fitted {
  readonly skeleton: Skeleton;
  readonly seed: number;
  readonly models: readonly PersonModel[];
}

const PEOPLE = [0, 1] as const;

/** Two models of one method. */
export class TwoPeople implements PersonDetector {
  readonly #engine: () => Promise<Engine>;
  #fitted?: Fitted;

  /** @param engine Opens the engine, once. */
  constructor(readonly method: PersonMethod, engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  get name(): string {
    return this.method.name;
  }

  async fit(clips: readonly Clip[], options: FitOptions): Promise<void> {
    const skeleton = commonSkeleton(clips), engine = await this.#engine(), { method } = this;
    const sorted = [...clips].sort((a, b) => a.id < b.id ? -1 : 1);
    const people = PEOPLE.map((person) => tracksOf(sorted, person, method.frames));
    const steps = people.reduce((sum, tracks) => sum + method.steps(tracks), 0);
    const checkpoints = await options.checkpoints?.begin(
      fitIdentity(this.name, method.options, options.seed, sorted, engine.name),
    );
    const models: PersonModel[] = [];
    let done = 0;
    for (const person of PEOPLE) {
      const tracks = people[person];
      const values = await method.fit(tracks, {
        engine,
        skeleton,
        seed: options.seed,
        part: `person ${person}`,
        checkpoints,
        onProgress: (progress) => options.onProgress?.({ ...progress, step: ++done, steps }),
      });
      const scores = await method.score(tracks, values, { engine, skeleton, seed: options.seed });
      models.push({ values, scale: meanAndDeviation(scores) });
    }
    this.#fitted = { skeleton, seed: options.seed, models };
  }

  async score(clips: readonly Clip[]): Promise<Float64Array> {
    const each = await this.scorePeople(clips), { models } = this.#requireFitted();
    return Float64Array.from(clips, (_, i) => {
      const standard = PEOPLE.map((person) => {
        const [mean, deviation] = models[person].scale;
        return (each[person][i] - mean) / deviation;
      });
      return (standard[0] + standard[1]) / 2;
    });
  }

  async scorePeople(clips: readonly Clip[]): Promise<readonly [Float64Array, Float64Array]> {
    const { skeleton, seed, models } = this.#requireFitted(), engine = await this.#engine();
    const other = clips.find((clip) => clip.skeleton.name !== skeleton.name);
    if (other) {
      const has = `${other.id} has skeleton ${other.skeleton.name}`;
      throw new UsageError(`Cannot score clips: ${has}, ${this.name} was fitted on ${skeleton.name}`);
    }
    const score = (person: 0 | 1) =>
      this.method.score(tracksOf(clips, person, this.method.frames), models[person].values, {
        engine,
        skeleton,
        seed,
      });
    return [await score(0), await score(1)];
  }

  toBytes(): Uint8Array {
    const { skeleton, seed, models } = this.#requireFitted();
    const values: Record<string, Named[string]> = {};
    for (const [person, model] of models.entries()) {
      for (const [name, own] of Object.entries(model.values)) values[`${person}.${name}`] = own;
    }
    const options = { ...this.method.options, seed, scales: models.map(({ scale }) => scale) };
    return encodeDetector({ detector: this.name, skeleton, options, values });
  }

  /** The detector that `toBytes` wrote, with the method that its options describe. */
  static fromFile(file: DetectorFile, method: PersonMethod, engine: () => Promise<Engine>): TwoPeople {
    const detector = new TwoPeople(method, engine);
    const { seed, scales } = file.options as { seed: number; scales: [number, number][] };
    const isScale = (scale: unknown) =>
      Array.isArray(scale) && scale.length === 2 && scale.every(Number.isFinite);
    if (
      !Number.isSafeInteger(seed) || !Array.isArray(scales) || scales.length !== 2 || !scales.every(isScale)
    ) {
      throw new UsageError(
        `Cannot use a model of ${method.name}: its seed or the scales of its scores are missing`,
      );
    }
    const shapes = shapesOfFile(file, method), expected = new Set(shapes.map(({ name }) => name));
    const rest = new Map(Object.entries(file.values));
    const other = [...rest.keys()].find((name) => !(/^[01]\./.test(name) && expected.has(name.slice(2))));
    if (other !== undefined) {
      throw new UsageError(`Cannot use a model of ${method.name}: it has no use for ${other}`);
    }
    const misfit = ({ name, shape }: NamedShape, found: Values | undefined) => {
      const got = found ? `[${found.shape}]` : "none";
      return new UsageError(
        `Cannot use a model of ${method.name}: expected ${name} of shape [${shape}], got ${got}`,
      );
    };
    const models = PEOPLE.map((person): PersonModel => ({
      values: takeTensors(rest, `${person}.`, shapes, misfit),
      scale: scales[person],
    }));
    detector.#fitted = { skeleton: file.skeleton, seed, models };
    return detector;
  }

  #requireFitted(): Fitted {
    if (!this.#fitted) throw new UsageError(`Cannot use the detector: ${this.name} is not fitted`);
    return this.#fitted;
  }
}

/** The shapes that a file must have. A method's values hold a matrix over its joints, so a file that is smaller is refused before
 * anything is made for as many joints as it declares. */
function shapesOfFile({ skeleton, values }: DetectorFile, method: PersonMethod): readonly NamedShape[] {
  const size = Object.values(values).reduce((sum, own) => sum + own.values.length, 0);
  const joints = skeleton.joints.length;
  if (size < 2 * joints ** 2) {
    throw new UsageError(
      `Cannot use a model of ${method.name}: ${size} values are too few for ${joints} joints`,
    );
  }
  return method.shapes(skeleton);
}

/** Mean, and standard deviation or 1 where that is 0. */
function meanAndDeviation(values: Float64Array): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(variance) || 1];
}
