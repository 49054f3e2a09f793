/** A single-person method as a detector of interactions: one model for each person, as the paper runs its baselines. */
import type { NamedShape } from "../../core/safetensors.ts";
import type { Values } from "../../core/tensors.ts";
import type { Clip } from "../../data/clip.ts";
import { BaseDetector, type ScoreContext, type Scorer, type TrainContext } from "../base.ts";
import type { DetectorOptions, PeopleScores, PersonDetector } from "../detector.ts";
import type { DecodedFile, ShapesOf, TrainedModel } from "../model_file.ts";
import { framesOf, type PersonMethod, tracksOf } from "./method.ts";

const PEOPLE = [0, 1] as const;

/** A detector of two models of one method. */
export class TwoPeople extends BaseDetector implements PersonDetector {
  /** @param method The method; it keeps no state. */
  constructor(readonly method: PersonMethod, options: DetectorOptions) {
    super(options);
  }

  get name(): string {
    return this.method.name;
  }

  get options(): Readonly<Record<string, unknown>> {
    return { ...this.method.options, calibrationFolds: this.calibrationFolds };
  }

  async scorePeople(clips: readonly Clip[]): Promise<PeopleScores> {
    this.checkSkeleton(clips);
    return await this.#scoreBy(this.requireFitted().main, clips, this);
  }

  joinScores(people: PeopleScores): Float64Array {
    return standardisedMean(people, this.requireFitted().main);
  }

  protected steps(clips: readonly Clip[]): number {
    const { method } = this, tracks = clips.map((clip) => ({ frames: framesOf(clip, method.frames) }));
    return PEOPLE.length * method.steps(tracks);
  }

  protected async train(clips: readonly Clip[], context: TrainContext): Promise<TrainedModel> {
    const { skeleton, seed } = context, engine = await this.openedEngine();
    const tensors: Record<string, Values> = {}, scales: number[] = [];
    for (const person of PEOPLE) {
      const tracks = tracksOf(clips, person, this.method.frames);
      const training = `${context.training}, person ${person}`;
      const values = await this.method.fit(tracks, { ...context, engine, training });
      for (const [name, own] of Object.entries(values)) tensors[`${person}.${name}`] = own;
      scales.push(...meanAndDeviation(await this.method.score(tracks, values, { engine, skeleton, seed })));
    }
    return { tensors, numbers: { scales } };
  }

  protected openScorer(models: readonly TrainedModel[], context: ScoreContext): Promise<Scorer> {
    const score = async (clips: readonly Clip[], count: number) => {
      const out: Float64Array[] = [];
      for (const model of models.slice(0, count)) {
        out.push(standardisedMean(await this.#scoreBy(model, clips, context), model));
      }
      return out;
    };
    return Promise.resolve({ score });
  }

  /** A method's values hold a matrix over its joints: a file that is smaller is refused before anything is allocated for as many
   * joints as it declares. */
  protected readonly shapes: ShapesOf = (skeleton, found): NamedShape[] => {
    const joints = skeleton.joints.length;
    if (found.values < 2 * joints ** 2) {
      throw new Error(`${found.values} values are too few for ${joints} joints`);
    }
    const shapes = this.method.shapes(skeleton);
    return PEOPLE.flatMap((person) =>
      shapes.map(({ name, shape }) => ({ name: `${person}.${name}`, shape }))
    );
  };

  override restore(file: DecodedFile): this {
    super.restore(file);
    const { main, folds } = this.requireFitted();
    for (const { numbers } of [main, ...folds.map(({ model }) => model)]) {
      if (numbers?.scales?.length !== 2 * PEOPLE.length) {
        throw new Error("the scales of the scores are missing");
      }
    }
    return this;
  }

  async #scoreBy(
    { tensors }: TrainedModel,
    clips: readonly Clip[],
    { skeleton, seed }: ScoreContext,
  ): Promise<PeopleScores> {
    const engine = await this.openedEngine();
    const score = (person: 0 | 1) => {
      const own = Object.entries(tensors).filter(([name]) => name.startsWith(`${person}.`));
      const values = Object.fromEntries(own.map(([name, tensor]) => [name.slice(2), tensor]));
      const tracks = tracksOf(clips, person, this.method.frames);
      return this.method.score(tracks, values, { engine, skeleton, seed });
    };
    return [await score(0), await score(1)];
  }
}

/** Mean of both people's scores, each first standardised by the mean and deviation of its model's training scores. */
function standardisedMean(scores: PeopleScores, { numbers }: TrainedModel): Float64Array {
  return Float64Array.from(scores[0], (_, i) => {
    const standard = PEOPLE.map((person) => {
      const [mean, deviation] = numbers!.scales.slice(2 * person);
      return (scores[person][i] - mean) / deviation;
    });
    return (standard[0] + standard[1]) / 2;
  });
}

/** Mean, and standard deviation or 1 where that is 0. */
function meanAndDeviation(values: Float64Array): [number, number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return [mean, Math.sqrt(variance) || 1];
}
