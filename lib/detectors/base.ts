/** What all detectors share: checks of clips, cross-fitting, scores and p-values, checkpoints and the model file. */
import { differentClips } from "./few_clips.ts";
import { IadnetError, UsageError } from "../core/errors.ts";
import { writeFileAtomic } from "../core/files.ts";
import { checkOptions, checkSettings, FRACTION, wholeNumber } from "../core/options.ts";
import type { Clip } from "../data/clip.ts";
import type { Skeleton } from "../data/skeleton.ts";
import { holdOutFolds } from "../data/split.ts";
import { commonSkeleton } from "../data/transforms/prepare.ts";
import { commonRate } from "../data/transforms/rate.ts";
import { CHUNK } from "../engine/chunks.ts";
import type { Engine, EngineName } from "../engine/engine.ts";
import { openEngine } from "../engine/select.ts";
import { crossConformal, smallestPOf } from "../metrics/conformal.ts";
import { runMeans } from "../metrics/statistics.ts";
import { type FitCheckpoints, fitIdentity } from "../training/checkpoint/checkpoint.ts";
import type { FitProgress } from "../training/history.ts";
import type {
  Detector,
  DetectorOptions,
  FitOptions,
  HeldOutScores,
  Prediction,
  PredictOptions,
  ScoreOptions,
} from "./detector.ts";
import {
  type CalibrationFold,
  type DecodedFile,
  encodeModelFile,
  type FittedModel,
  type ShapesOf,
  type TrainedModel,
} from "./model_file.ts";

/** Calls of the engine for which clips are prepared at once. */
const PARTS = 32;

/** What one training of a fit is given. */
export interface TrainContext {
  /** Skeleton of the clips. */
  readonly skeleton: Skeleton;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Name of this training within the fit: `main`, or `fold 0` and so on. */
  readonly training: string;
  /** The fit that the training belongs to, the same object for each of its trainings: what they share can be kept by it. */
  readonly fit: object;
  /** Store of checkpoints, to be handed on to `runLoop`. */
  readonly checkpoints: FitCheckpoints | undefined;
  /** To be called after each step. */
  readonly onProgress: (progress: FitProgress) => void;
}

/** What scoring needs besides the models; the fit only where clips that are held out of a training are scored. */
export type ScoreContext = Pick<TrainContext, "skeleton" | "seed"> & Partial<Pick<TrainContext, "fit">>;

/** Scores by several models of one detector. */
export interface Scorer {
  /** Scores of windows (or whole clips) by each of the first `count` models. A score does not depend on the other windows.
   * @param chunk Windows in one call of the engine. */
  score(windows: readonly Clip[], count: number, chunk: number): Promise<Float64Array[]>;
}

/** Base class of detectors. A subclass says how one model is trained and how it scores; fitting with held-out folds, p-values,
 * checkpoints and the model file are done here. */
export abstract class BaseDetector implements Detector {
  abstract readonly name: string;
  /** Everything that the detector was created with, as JSON values: it is stored in the model file. */
  abstract readonly options: Readonly<Record<string, unknown>>;
  /** Whether anything is trained by steps, on an engine. */
  readonly isTrained: boolean = true;
  /** Folds of the calibration of 30 or more clips; 0 = none. */
  readonly calibrationFolds: number;
  readonly #engine: NonNullable<DetectorOptions["engine"]>;
  readonly #threads: number;
  #opened?: Promise<Engine>;
  #fitted?: FittedModel;
  #scorer?: Promise<Scorer>;
  #warnings: string[] = [];

  /** A detector that is not fitted.
   * @param defaultFolds Value of `calibrationFolds` where the options do not say.
   * @throws {UsageError} If the number of folds is out of range. */
  constructor({ engine = "auto", threads = 0, calibrationFolds }: DetectorOptions, defaultFolds = 3) {
    this.#engine = engine;
    this.#threads = threads;
    this.calibrationFolds = calibrationFolds ?? defaultFolds;
    checkSettings<BaseDetector>("create the detector", this, { calibrationFolds: wholeNumber(0) });
  }

  /** Train one model. */
  protected abstract train(windows: readonly Clip[], context: TrainContext): Promise<TrainedModel>;
  /** Steps that `train` takes for this many windows. */
  protected abstract steps(windows: readonly Clip[]): number;
  /** Prepare to score by these models; the first is the main one, or the only one. */
  protected abstract openScorer(models: readonly TrainedModel[], context: ScoreContext): Promise<Scorer>;
  /** Names and shapes of a model's tensors, to check a model file. */
  protected abstract readonly shapes: ShapesOf;

  /** What the detector reads of a clip: the clip itself, unless a subclass cuts it into windows. */
  protected windows(clip: Clip): Clip[] {
    return [clip];
  }

  /** What is kept of a calibration fold's model: all of it, unless the folds share something with the main model. */
  protected foldModel(model: TrainedModel): TrainedModel {
    return model;
  }

  /** What a fit depends on besides its seed, clips and engine: checkpoints of a fit with other ones are not resumed. */
  protected fitOptions(): Promise<unknown> {
    return Promise.resolve(this.options);
  }

  /** Report a problem that does not stop the fit. */
  protected warn(message: string): void {
    this.#warnings.push(message);
  }

  /** The engine, opened when it is first asked for. */
  protected openedEngine(): Promise<Engine> {
    const engine = this.#engine;
    return this.#opened ??= typeof engine === "string"
      ? openEngine(engine, this.#threads)
      : Promise.resolve(engine as Engine); // every open engine is one
  }

  /** Name of the engine, which is opened if need be.
   * @throws {EngineError} If the engine cannot run here. */
  async engineName(): Promise<EngineName> {
    return (await this.openedEngine()).name;
  }

  get warnings(): readonly string[] {
    return this.#warnings;
  }

  get category(): string {
    return this.requireFitted().category;
  }

  get skeleton(): Skeleton {
    return this.requireFitted().skeleton;
  }

  get fps(): number | undefined {
    return this.requireFitted().fps;
  }

  /** Seed of the fit.
   * @throws {UsageError} If the detector is not fitted. */
  get seed(): number {
    return this.requireFitted().seed;
  }

  /** Whether the detector is fitted. */
  get isFitted(): boolean {
    return this.#fitted !== undefined;
  }

  get smallestP(): number {
    return smallestPOf(this.heldOut.clips.length);
  }

  get heldOut(): HeldOutScores {
    const { folds } = this.requireFitted();
    const all = (lists: readonly Float64Array[]) => Float64Array.from(lists.flatMap((own) => [...own]));
    return { clips: all(folds.map(({ clips }) => clips)), windows: all(folds.map(({ windows }) => windows)) };
  }

  async fit(clips: readonly Clip[], options: FitOptions): Promise<void> {
    checkOptions(`fit ${this.name}`, options, ["seed", "onProgress", "checkpoints", "signal"]);
    const skeleton = commonSkeleton(clips), { category } = clips[0], { seed, signal } = options;
    if (!(Number.isSafeInteger(seed) && seed >= 0)) {
      throw new UsageError(`Cannot fit ${this.name}: seed must be an integer from 0, got ${seed}`);
    }
    const other = clips.find((clip) => clip.category !== category);
    if (other) throw new UsageError(`Cannot fit two categories at once: ${category} and ${other.category}`);
    const { clips: sorted, warnings } = differentClips([...clips].sort((a, b) => a.id < b.id ? -1 : 1));
    const checkpoints = this.isTrained && options.checkpoints
      ? await options.checkpoints.begin(
        fitIdentity(this.name, await this.fitOptions(), seed, sorted, await this.engineName()),
      )
      : undefined;
    this.#warnings = warnings;
    const cut = new Map(sorted.map((clip) => [clip, this.windows(clip)]));
    const windowsOf = (some: readonly Clip[]) => some.flatMap((clip) => cut.get(clip)!);
    const held = holdOutFolds(sorted, this.calibrationFolds, seed),
      trained = [...held.map(([kept]) => kept), sorted];
    const steps = trained.reduce((sum, kept) => sum + this.steps(windowsOf(kept)), 0);
    let done = 0;
    const fit = {};
    const onProgress = (progress: FitProgress) => {
      options.onProgress?.({ ...progress, step: ++done, steps });
      signal?.throwIfAborted();
    };
    const train = async (kept: readonly Clip[], training: string) => {
      signal?.throwIfAborted();
      return await this.train(windowsOf(kept), { skeleton, seed, training, fit, checkpoints, onProgress });
    };
    const folds: CalibrationFold[] = [];
    for (const [k, [kept, left]] of held.entries()) {
      const model = await train(kept, `fold ${k}`);
      const scorer = await this.openScorer([model], { skeleton, seed, fit });
      const [windows] = await scorer.score(windowsOf(left), 1, CHUNK);
      const clips = runMeans(windows, left.map((clip) => cut.get(clip)!.length));
      folds.push({ model: this.foldModel(model), clips, windows });
    }
    const main = await train(sorted, "main");
    signal?.throwIfAborted();
    const fps = commonRate(sorted);
    this.#adopt({ category, seed, skeleton, ...(fps !== undefined && { fps }), main, folds });
  }

  async score(clips: readonly Clip[], options: ScoreOptions = {}): Promise<Float64Array> {
    checkOptions("score", options, ["onProgress", "signal"]);
    return (await this.#scoreAs("clips", clips, 1, CHUNK, options))[0];
  }

  predict(clips: readonly Clip[], options: PredictOptions = {}): Promise<Prediction[]> {
    return this.predictAs("clips", clips, options, CHUNK);
  }

  /** As `predict`, for clips, or for windows: clips that are each read as one, whatever their length, among held-out windows.
   * @param chunk Windows in one call of the engine: 1 for the least delay, more for the highest throughput. */
  protected async predictAs(
    kind: keyof HeldOutScores,
    clips: readonly Clip[],
    options: PredictOptions,
    chunk: number,
  ): Promise<Prediction[]> {
    checkOptions("predict", options, ["alpha", "onProgress", "signal"]);
    const { alpha = 0.05 } = options, { folds } = this.requireFitted();
    checkSettings<PredictOptions>("predict", { alpha }, { alpha: FRACTION });
    if (folds.length === 0) {
      throw new UsageError(
        `Cannot give p-values: ${this.name} was fitted without calibration, or on too few clips`,
      );
    }
    const [own, ...held] = await this.#scoreAs(kind, clips, folds.length + 1, chunk, options);
    const p = crossConformal(folds.map((fold) => fold[kind]), held),
      smallestP = smallestPOf(this.heldOut[kind].length);
    return Array.from(own, (score, i) => ({ score, p: p[i], smallestP, alarm: p[i] <= alpha }));
  }

  /** Scores of clips or windows by each of the first `count` models.
   * @throws {IadnetError} If a score is not finite. */
  async #scoreAs(
    kind: keyof HeldOutScores,
    clips: readonly Clip[],
    count: number,
    chunk: number,
    { signal, onProgress }: ScoreOptions,
  ): Promise<Float64Array[]> {
    this.checkSkeleton(clips);
    signal?.throwIfAborted();
    const windows = clips.map((clip) => kind === "clips" ? this.windows(clip) : [clip]), all = windows.flat();
    const scorer = await this.scorer(), ends = windows.map(({ length }) => length);
    const scores = Array.from({ length: count }, () => new Float64Array(all.length));
    // In parts that the scorer would make itself, so that they change no bit, and not all clips are in memory at once.
    const part = signal || onProgress ? chunk : chunk * PARTS;
    for (let at = 0, clip = 0, end = 0; at < all.length; at += part) {
      const own = await scorer.score(all.slice(at, at + part), count, chunk);
      own.forEach((values, k) => scores[k].set(values, at));
      signal?.throwIfAborted();
      while (clip < clips.length && end + ends[clip] <= at + part) end += ends[clip++];
      onProgress?.({ done: clip, clips: clips.length });
    }
    const means = scores.map((own) => runMeans(own, ends));
    const bad = clips.find((_, i) => means.some((own) => !Number.isFinite(own[i])));
    if (!bad) return means;
    throw new IadnetError(
      `Cannot score ${bad.id}: its score by ${this.name} of ${this.category} is not a finite number`,
    );
  }

  toBytes(): Uint8Array {
    return encodeModelFile(this.name, this.options, this.requireFitted());
  }

  async save(file: string): Promise<void> {
    await writeFileAtomic(file, this.toBytes());
  }

  /** Take the fitted model of a file.
   * @throws {Error} If its tensors are not those of this detector. */
  restore(file: DecodedFile): this {
    this.#adopt(file.fitted(this.shapes));
    return this;
  }

  /** The fitted model.
   * @throws {UsageError} If there is none. */
  protected requireFitted(): FittedModel {
    if (!this.#fitted) throw new UsageError(`Cannot use the detector: ${this.name} is not fitted`);
    return this.#fitted;
  }

  /** The scorer of the fitted model, the main one first, then those of the calibration folds. */
  protected scorer(): Promise<Scorer> {
    const { main, folds, skeleton, seed } = this.requireFitted();
    return this.#scorer ??= this.openScorer([main, ...folds.map(({ model }) => model)], { skeleton, seed });
  }

  /** Open the scorer anew when it is next needed. */
  protected resetScorer(): void {
    this.#scorer = undefined;
  }

  #adopt(fitted: FittedModel): void {
    this.#fitted = fitted;
    this.resetScorer();
  }

  /** Check that clips have the skeleton of the fit.
   * @throws {UsageError} If one has another, or the detector is not fitted. */
  protected checkSkeleton(clips: readonly Clip[]): void {
    const { skeleton } = this.requireFitted();
    const other = clips.find((clip) => clip.skeleton.name !== skeleton.name);
    if (!other) return;
    const has = `${other.id} has skeleton ${other.skeleton.name}`;
    throw new UsageError(`Cannot score clips: ${has}, ${this.name} was fitted on ${skeleton.name}`);
  }
}
