/**
 * IADNet as a detector: fit, score, save, load.
 *
 * @module
 */
import type { Clip } from "../../data/clip.ts";
import { commonSkeleton, prepareClip, type PreparedClip } from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import { cutWindows, windowFrames } from "../../data/transforms/windows.ts";
import type { Detector, FitOptions, FitProgress } from "../detector.ts";
import type { Engine, EngineName, Named, OpenEngine } from "../../engine/engine.ts";
import { exportOnnx } from "../../engine/onnx/export.ts";
import { openEngine } from "../../engine/select.ts";
import { DataError, UsageError } from "../../core/errors.ts";
import { writeWhole } from "../../core/files.ts";
import { crossConformal } from "../../metrics/conformal.ts";
import { checkConfig, type ModelConfig } from "../../model/config.ts";
import { foldFlow, pipelineProgram } from "../../model/programs.ts";
import { detectorBundle, JUPYTER_DISPLAY, type MimeBundle } from "../../plots/display.ts";
import { getPreset, type Preset } from "./presets.ts";
import { fitIdentity } from "../../training/checkpoint/checkpoint.ts";
import { CHUNK } from "./training.ts";
import { type CalibrationFold, type Fitted, meansOf, Scorer } from "./scorer.ts";
import { type PathEnd, type PathGradients, pathGradients } from "../../analysis/integrated_gradients.ts";
import { decodeModel, encodeModel, modelMetadata } from "./model_file.ts";
import { fitRounds } from "./cross_fitting.ts";

/** A fall of the features' spread by this factor during training is reported as a collapse. */
const COLLAPSE = 3;

/** How to make a detector. */
export interface IADNetOptions {
  /** A preset or its name; `default` if absent. */
  readonly preset?: Preset | string;
  /** The engine: its name, or an open one, which several detectors can share; `auto` if absent. */
  readonly engine?: EngineName | "auto" | OpenEngine;
  /** Threads of one operator where the engine is a name; 0 (as many as cores) if absent. */
  readonly threads?: number;
}

/** A clip's or window's score, and how unusual it is among held-out normal ones. */
export interface Assessment {
  /** NLL in nats; higher = more anomalous. */
  readonly score: number;
  /** p-value in [1 / (n + 1), 1], n = number of held-out normal clips or windows. An alarm at p <= alpha has about that rate
   * of false alarms. */
  readonly p: number;
}

/** IADNet: learns one normal interaction, scores how far any clip is from it.
 *
 * The score is the negative log-likelihood in nats (equation 5), averaged over the preset's members; it is unbounded,
 * and higher = more anomalous.
 *
 * @example
 * ```ts
 * import { auroc, generateDataset, IADNet } from "@lab/iadnet";
 * import { assert } from "@std/assert";
 * const normal = generateDataset({ seed: 0, clipsPerCategory: 12, categories: ["handshake"] });
 * const detector = new IADNet({ preset: "tiny" });
 * await detector.fit(normal.slice(0, 8), { seed: 0 });
 * const kicks = generateDataset({ seed: 1, clipsPerCategory: 8, categories: ["kick"] });
 * assert(auroc(await detector.score(normal.slice(8)), await detector.score(kicks)) > 0.5);
 * ```
 */
export class IADNet implements Detector {
  readonly name = "iadnet";
  /** The preset. */
  readonly preset: Preset;
  readonly #engine: EngineName | "auto" | Engine;
  readonly #threads: number;
  #opened?: Engine;
  #fitted?: Fitted;
  #fixed = false;
  #made?: Scorer;
  #warnings: string[] = [];

  /** A detector that has not learned anything yet.
   *
   * @throws {UsageError} If the preset is unknown. */
  constructor(options: IADNetOptions = {}) {
    const { preset = "default", engine = "auto", threads = 0 } = options;
    this.preset = typeof preset === "string" ? getPreset(preset) : preset;
    this.#engine = engine as EngineName | "auto" | Engine; // every open engine is one
    this.#threads = threads;
  }

  /** What went wrong in the last fit without stopping it, such as a collapse of the features. */
  get warnings(): readonly string[] {
    return this.#warnings;
  }

  /** The category that was learned.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  get category(): string {
    return this.#requireFitted().category;
  }

  /** The network's configuration, seed and skeleton.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  get fitted(): { readonly config: ModelConfig; readonly seed: number; readonly skeleton: Skeleton } {
    return this.#requireFitted();
  }

  /** The least p-value that `assess` can give, 1 / (n + 1): an alarm at a smaller alpha never comes. 1 if the preset does not
   * calibrate.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  get leastP(): number {
    return 1 / (1 + this.#requireFitted().folds.reduce((sum, { scores }) => sum + scores.length, 0));
  }

  /** Scores of the held-out normal clips, and of their windows, each by a model that did not learn it: what p-values compare
   * with. Empty if the preset does not calibrate.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  get heldOut(): { readonly clips: Float64Array; readonly windows: Float64Array } {
    const { folds } = this.#requireFitted(),
      all = (lists: readonly Float64Array[]) => Float64Array.from(lists.flatMap((own) => [...own]));
    return {
      clips: all(folds.map(({ scores }) => scores)),
      windows: all(folds.map(({ windows }) => windows)),
    };
  }

  /** The engine's name, opened if need be.
   *
   * @throws {EngineError} If the engine cannot run here.
   */
  async engineName(): Promise<EngineName> {
    return (await this.#open()).name;
  }

  /** Compile the weights into the engine's programs from now on: the first score takes longer, all others less. For streams
   * and for many clips. */
  compile(): this {
    this.#fixed = true;
    this.#made = undefined;
    return this;
  }

  /** Learn from the clips of one category.
   *
   * @throws {UsageError} If there is no clip, or clips differ in category or skeleton.
   */
  async fit(clips: readonly Clip[], options: FitOptions): Promise<void> {
    const skeleton = commonSkeleton(clips);
    const { category } = clips[0];
    const other = clips.find((clip) => clip.category !== category);
    if (other) throw new UsageError(`Cannot learn two categories at once: ${category} and ${other.category}`);
    const { preset } = this;
    const config = checkConfig({
      ...preset.model,
      joints: skeleton.joints.length,
      frames: preset.preparation.frames,
    });
    this.#warnings = [];
    const sorted = [...clips].sort((a, b) => a.id < b.id ? -1 : 1);
    let first = 0;
    const onProgress = (progress: FitProgress, step: number, steps: number) => {
      if (progress.step === 1) first = progress.spread ?? 0;
      if (progress.step === progress.steps) this.#checkSpread(first, progress.spread ?? 0);
      options.onProgress?.({ ...progress, step, steps });
    };
    const engine = await this.#open();
    const identity = fitIdentity(this.name, preset, options.seed, sorted, engine.name);
    const { members, folds } = await fitRounds(sorted, {
      engine,
      preset,
      config,
      skeleton,
      seed: options.seed,
      checkpoints: await options.checkpoints?.begin(identity),
      windowsOf: (clip) => this.#windows(clip),
      prepare: (windows) => this.#prepare(windows),
      onProgress,
    });
    this.#fitted = { category, seed: options.seed, skeleton, config, members, folds };
    this.#made = undefined;
  }

  /** Scores of clips, in order: NLL in nats, higher = more anomalous. With a preset that reads windows, the mean over the
   * clip's windows.
   *
   * @throws {UsageError} If the detector is not fitted, or a clip has another skeleton.
   */
  async score(clips: readonly Clip[]): Promise<Float64Array> {
    this.#checkSkeleton(clips);
    const windows = clips.map((clip) => this.#windows(clip));
    const [all] = await (await this.#scorer()).score(this.#prepare(windows.flat()), 1);
    return meansOf(all, windows.map((own) => own.length));
  }

  /** Scores and p-values of clips, in order.
   *
   * @throws {UsageError} If the detector is not fitted or not calibrated, or a clip has another skeleton.
   */
  async assess(clips: readonly Clip[]): Promise<Assessment[]> {
    this.#checkSkeleton(clips);
    const windows = clips.map((clip) => this.#windows(clip));
    const counts = windows.map((own) => own.length), folds = this.#requireFolds();
    const [own, ...held] = await (await this.#scorer()).score(this.#prepare(windows.flat()));
    const p = crossConformal(
      folds.map(({ scores }) => scores),
      held.map((scores) => meansOf(scores, counts)),
    );
    return Array.from(meansOf(own, counts), (score, i) => ({ score, p: p[i] }));
  }

  /** Scores and p-values of windows, in order, among held-out normal windows.
   *
   * @param windows Clips that are each read as one window, whatever their length. @param chunk Windows in one call of the
   * engine: 1 for the least delay, more for the highest throughput.
   * @throws {UsageError} If the detector is not fitted or not calibrated, or a window has another skeleton.
   */
  async assessWindows(windows: readonly Clip[], chunk: number = CHUNK): Promise<Assessment[]> {
    this.#checkSkeleton(windows);
    const folds = this.#requireFolds();
    const [own, ...held] = await (await this.#scorer()).score(
      this.#prepare(windows),
      folds.length + 1,
      chunk,
    );
    const p = crossConformal(folds.map(({ windows }) => windows), held);
    return Array.from(own, (score, i) => ({ score, p: p[i] }));
  }

  /** Mean gradients of the score along the straight path from one prepared clip to another; `explain` turns them into an
   * explanation.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  async pathGradients(clip: PathEnd, base: PathEnd, points: number): Promise<PathGradients> {
    const { config, members: [weights] } = this.#requireFitted();
    return await pathGradients(await this.#open(), config, weights, clip, base, points);
  }

  /** The model as the bytes of a safetensors file: weights, and as metadata preset, preparation, skeleton, category,
   * calibration, seed and version.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  toBytes(): Uint8Array {
    return encodeModel(this.preset, this.#requireFitted());
  }

  /** The detector as one standard ONNX model, from preparation to score, for any runtime that reads ONNX (opset 18).
   *
   * Inputs `x` and `y`: the joints of the two people, [batch, T, D, 3], metres, up axis that of the skeleton, float32, T as
   * in the metadata (longer or shorter clips are first resampled linearly to T frames). Output `score`: [batch]. Metadata:
   * format, version, category, preset, preparation, frames, skeleton, calibration.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  async toOnnx(): Promise<Uint8Array> {
    const { members, skeleton, config } = this.#requireFitted(), engine = await this.#open();
    const parameters: Record<string, Named[string]> = {};
    for (const [i, member] of members.entries()) {
      const folded = await foldFlow(engine, member);
      for (const [name, values] of Object.entries(folded)) parameters[`${i}.${name}`] = values;
    }
    const shape = [config.frames, config.joints, 3];
    return exportOnnx({
      program: pipelineProgram(config, this.preset.preparation, skeleton, members.length),
      parameters,
      inputs: { x: shape, y: shape },
      output: "score",
      metadata: { ...modelMetadata(this.preset, this.#requireFitted()), frames: String(config.frames) },
    });
  }

  /** Write the model file: to a temporary file first, then renamed.
   *
   * @throws {UsageError} If the detector is not fitted. @throws {IadnetError} If the file cannot be written; it then is as it was.
   */
  async save(file: string): Promise<void> {
    await writeWhole(file, this.toBytes());
  }

  /** How the detector shows itself in a notebook. */
  [JUPYTER_DISPLAY](): MimeBundle {
    return detectorBundle(this.preset.name, this.#fitted && { ...this.#fitted, leastP: this.leastP });
  }

  /** Read a model file.
   *
   * @throws {DataError} If the file is missing, damaged, or not a model of this package.
   */
  static async load(file: string, options: Omit<IADNetOptions, "preset"> = {}): Promise<IADNet> {
    let bytes: Uint8Array;
    try {
      bytes = await Deno.readFile(file);
    } catch (cause) {
      throw new DataError(`Cannot open model ${file}: ${(cause as Error).message}`, file);
    }
    return IADNet.fromBytes(bytes, file, options);
  }

  /** The detector that `toBytes` wrote.
   *
   * @throws {DataError} If the bytes are damaged, or not a model of this package.
   */
  static fromBytes(bytes: Uint8Array, file = "model", options: Omit<IADNetOptions, "preset"> = {}): IADNet {
    const { preset, fitted } = decodeModel(bytes, file);
    const detector = new IADNet({ ...options, preset });
    detector.#fitted = fitted;
    return detector;
  }

  #requireFitted(): Fitted {
    if (!this.#fitted) throw new UsageError("Cannot use the detector: it is not fitted");
    return this.#fitted;
  }

  async #open(): Promise<Engine> {
    return this.#opened ??= typeof this.#engine === "string"
      ? await openEngine(this.#engine, this.#threads)
      : this.#engine;
  }

  #prepare(clips: readonly Clip[]): PreparedClip[] {
    return clips.map((clip) => prepareClip(clip, this.preset.preparation));
  }

  /** What the model reads of a clip: its windows, or the clip itself. */
  #windows(clip: Clip): Clip[] {
    const { window } = this.preset;
    if (window === null) return [clip];
    return cutWindows(clip, window, Math.max(1, Math.round(windowFrames(window, clip.fps) / 6)));
  }

  /** The scorer of the fitted model: its own weights first, then those of the calibration folds. */
  async #scorer(): Promise<Scorer> {
    if (this.#made) return this.#made;
    const fitted = this.#requireFitted();
    const sets = [fitted.members, ...fitted.folds.map((fold) => fold.members)];
    return this.#made = new Scorer(await this.#open(), this.preset, fitted, sets, this.#fixed);
  }

  #requireFolds(): readonly CalibrationFold[] {
    const { folds } = this.#requireFitted();
    if (folds.length > 0) return folds;
    throw new UsageError(
      `Cannot give p-values: preset ${this.preset.name} does not calibrate, or had too few clips`,
    );
  }

  #checkSkeleton(clips: readonly Clip[]): void {
    const { skeleton } = this.#requireFitted();
    if (clips.length === 0) return;
    const { name } = commonSkeleton(clips);
    if (name !== skeleton.name) {
      throw new UsageError(
        `Cannot score clips of skeleton ${name}: the model was fitted on ${skeleton.name}`,
      );
    }
  }

  #checkSpread(first: number, last: number): void {
    if (last * COLLAPSE >= first) return;
    this.#warnings.push(
      `The features collapsed: their spread fell from ${first.toPrecision(3)} to ${
        last.toPrecision(3)
      } during training`,
    );
  }
}
