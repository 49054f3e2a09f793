/**
 * IADNet as a detector: fit, score, save, load.
 *
 * @module
 */
import type { Clip } from "./data/clip.ts";
import { commonSkeleton, prepareClip, type PreparedClip } from "./data/prepare.ts";
import { registerSkeleton, type Skeleton } from "./data/skeleton.ts";
import { holdOutFolds } from "./data/split.ts";
import type { Detector, FitOptions } from "./detector.ts";
import type { Engine, EngineName, Named } from "./engine/engine.ts";
import { exportOnnx } from "./engine/export.ts";
import { openEngine } from "./engine/select.ts";
import { DataError, UsageError } from "./errors.ts";
import { conformalPValue } from "./metrics/conformal.ts";
import { checkConfig, type ModelConfig } from "./model/config.ts";
import { pipelineProgram } from "./model/programs.ts";
import { getPreset, type Preset } from "./presets.ts";
import { hashSeed } from "./random.ts";
import { fitMember, programsOf, runInChunks, stepsOf } from "./training/fit.ts";
import { decodeSafetensors, encodeSafetensors } from "./training/safetensors.ts";
import { VERSION } from "./version.ts";

/** A fall of the features' spread by this factor during training is reported as a collapse. */
const COLLAPSE = 3;

/** How to make a detector. */
export interface IADNetOptions {
  /** A preset or its name; `default` if absent. */
  readonly preset?: Preset | string;
  /** The engine: its name, or an open one, which several detectors can share; `auto` if absent. */
  readonly engine?: EngineName | "auto" | Engine;
  /** Threads of one operator where the engine is a name; 0 (as many as cores) if absent. */
  readonly threads?: number;
}

/** What a fitted model is made of. */
interface Fitted {
  readonly category: string;
  readonly seed: number;
  readonly skeleton: Skeleton;
  readonly config: ModelConfig;
  readonly members: readonly Named[];
  readonly calibration: Float64Array;
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
  #warnings: string[] = [];

  /** @throws {UsageError} If the preset is unknown. */
  constructor(options: IADNetOptions = {}) {
    const { preset = "default", engine = "auto", threads = 0 } = options;
    this.preset = typeof preset === "string" ? getPreset(preset) : preset;
    this.#engine = engine;
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

  /** Scores of held-out training clips, for p-values. Empty if the preset does not calibrate.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  get calibration(): Float64Array {
    return this.#requireFitted().calibration.slice();
  }

  /** The engine's name, opened if need be.
   *
   * @throws {EngineError} If the engine cannot run here.
   */
  async engineName(): Promise<EngineName> {
    return (await this.#open()).name;
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
    const folds = holdOutFolds(sorted, preset.training.calibrationFolds, options.seed);
    const rounds = [...folds.map(([kept]) => kept), sorted];
    const steps = rounds.reduce(
      (sum, round) => sum + preset.training.members * stepsOf(preset, round.length),
      0,
    );
    let done = 0, first = 0;
    const onProgress = (progress: { step: number; steps: number; loss: number; spread?: number }) => {
      if (progress.step === 1) first = progress.spread ?? 0;
      if (progress.step === progress.steps) this.#checkSpread(first, progress.spread ?? 0);
      options.onProgress?.({ ...progress, step: ++done, steps });
    };
    const calibration: number[] = [];
    for (const [kept, held] of folds) {
      const members = await this.#fitMembers(kept, config, skeleton, options.seed, onProgress);
      calibration.push(...await this.#scoreWith(members, config, this.#prepare(held)));
    }
    const members = await this.#fitMembers(sorted, config, skeleton, options.seed, onProgress);
    this.#fitted = {
      category,
      seed: options.seed,
      skeleton,
      config,
      members,
      calibration: Float64Array.from(calibration).sort(),
    };
  }

  /** Scores of clips, in order: NLL in nats, higher = more anomalous.
   *
   * @throws {UsageError} If the detector is not fitted, or a clip has another skeleton.
   */
  async score(clips: readonly Clip[]): Promise<Float64Array> {
    const { members, config, skeleton } = this.#requireFitted();
    if (clips.length === 0) return new Float64Array(0);
    const { name } = commonSkeleton(clips);
    if (name !== skeleton.name) {
      throw new UsageError(
        `Cannot score clips of skeleton ${name}: the model was fitted on ${skeleton.name}`,
      );
    }
    return await this.#scoreWith(members, config, this.#prepare(clips));
  }

  /** p-values of scores, from the held-out training clips: the part of normal clips that score at least as high.
   *
   * @returns Values in [1 / (n + 1), 1], n = number of calibration clips.
   * @throws {UsageError} If the detector is not fitted or not calibrated.
   */
  pValues(scores: ArrayLike<number>): Float64Array {
    const { calibration } = this.#requireFitted();
    if (calibration.length === 0) {
      throw new UsageError(`Cannot give p-values: preset ${this.preset.name} does not calibrate`);
    }
    return Float64Array.from(scores, (score) => conformalPValue(calibration, score));
  }

  /** The model as the bytes of a safetensors file: weights, and as metadata preset, preparation, skeleton, category,
   * calibration, seed and version.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  toBytes(): Uint8Array {
    const { members } = this.#requireFitted();
    const tensors: Record<string, Named[string]> = {};
    members.forEach((member, i) => {
      for (const [name, values] of Object.entries(member)) tensors[`${i}.${name}`] = values;
    });
    return encodeSafetensors(tensors, this.#metadata());
  }

  #metadata(): Record<string, string> {
    const { category, seed, skeleton, config, calibration } = this.#requireFitted();
    return {
      format: "iadnet",
      version: VERSION,
      category,
      seed: String(seed),
      preset: JSON.stringify(this.preset),
      config: JSON.stringify(config),
      preparation: JSON.stringify(this.preset.preparation),
      skeleton: JSON.stringify(skeleton),
      calibration: JSON.stringify([...calibration]),
    };
  }

  /** The detector as one standard ONNX model, from preparation to score, for any runtime that reads ONNX (opset 18).
   *
   * Inputs `x` and `y`: the joints of the two people, [batch, T, D, 3], metres, up axis that of the skeleton, float32, T as
   * in the metadata (longer or shorter clips are first resampled linearly to T frames). Output `score`: [batch]. Metadata:
   * format, version, category, preset, preparation, frames, skeleton, calibration.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  toOnnx(): Uint8Array {
    const { members, skeleton, config } = this.#requireFitted();
    const parameters: Record<string, Named[string]> = {};
    members.forEach((member, i) => {
      for (const [name, values] of Object.entries(member)) parameters[`${i}.${name}`] = values;
    });
    const shape = [config.frames, config.joints, 3];
    return exportOnnx({
      program: pipelineProgram(config, this.preset.preparation, skeleton, members.length),
      parameters,
      inputs: { x: shape, y: shape },
      output: "score",
      metadata: { ...this.#metadata(), frames: String(config.frames) },
    });
  }

  /** Write the model file: to a temporary file first, then renamed.
   *
   * @throws {UsageError} If the detector is not fitted.
   */
  async save(file: string): Promise<void> {
    const temporary = `${file}.tmp`;
    await Deno.writeFile(temporary, this.toBytes());
    await Deno.rename(temporary, file);
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
    const { tensors, metadata } = decodeSafetensors(bytes, file);
    if (metadata.format !== "iadnet") {
      throw new DataError(`Cannot use ${file}: it is not an IADNet model`, file);
    }
    try {
      const preset: Preset = JSON.parse(metadata.preset);
      const config = checkConfig(JSON.parse(metadata.config));
      const members: Record<string, Named[string]>[] = Array.from(
        { length: preset.training.members },
        () => ({}),
      );
      for (const [name, values] of Object.entries(tensors)) {
        const dot = name.indexOf(".");
        members[Number(name.slice(0, dot))][name.slice(dot + 1)] = values;
      }
      const detector = new IADNet({ ...options, preset });
      detector.#fitted = {
        category: metadata.category,
        seed: Number(metadata.seed),
        skeleton: registerSkeleton(JSON.parse(metadata.skeleton)),
        config,
        members,
        calibration: Float64Array.from(JSON.parse(metadata.calibration)),
      };
      return detector;
    } catch (cause) {
      throw new DataError(`Cannot use model ${file}: ${(cause as Error).message}`, file);
    }
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

  async #fitMembers(
    clips: readonly Clip[],
    config: ModelConfig,
    skeleton: Skeleton,
    seed: number,
    onProgress: NonNullable<FitOptions["onProgress"]>,
  ): Promise<Named[]> {
    const engine = await this.#open();
    const prepared = this.#prepare(clips);
    const members: Named[] = [];
    for (let member = 0; member < this.preset.training.members; member++) {
      const context = {
        engine,
        preset: this.preset,
        config,
        skeleton,
        seed: hashSeed(seed, `member ${member}`),
        onProgress,
      };
      members.push(await fitMember(prepared, context));
    }
    return members;
  }

  async #scoreWith(
    members: readonly Named[],
    config: ModelConfig,
    clips: readonly PreparedClip[],
  ): Promise<Float64Array> {
    const engine = await this.#open();
    const scores = new Float64Array(clips.length);
    for (const member of members) {
      const runner = await engine.runner(programsOf(engine, config).score, member);
      const nll = await runInChunks(runner, "nll", 1, clips, config);
      nll.forEach((value, i) => scores[i] += value / members.length);
    }
    return scores;
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
