/** IADNet as a detector. */
import { UsageError } from "../../core/errors.ts";
import { checkOptions } from "../../core/options.ts";
import { hashSeed } from "../../core/random.ts";
import type { NamedShape } from "../../core/safetensors.ts";
import { toCanonical } from "../../data/canonical.ts";
import type { Clip } from "../../data/clip.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import { distanceMaps } from "../../data/transforms/distance.ts";
import type { PreparedClip } from "../../data/transforms/prepare.ts";
import { cutWindows, recordingOf, windowFrames } from "../../data/transforms/windows.ts";
import { CHUNK } from "../../engine/chunks.ts";
import type { Precision } from "../../engine/engine.ts";
import { VERSION } from "../../core/version.ts";
import { exportOnnx } from "../../engine/onnx/export.ts";
import { runMeans } from "../../metrics/statistics.ts";
import type { FitProgress } from "../../training/history.ts";
import { BaseDetector, type ScoreContext, type Scorer, type TrainContext } from "../base.ts";
import type { Detector, DetectorOptions, Prediction, PredictOptions } from "../detector.ts";
import type { FoundTensors, ShapesOf, TrainedModel } from "../model_file.ts";
import { FitClips } from "./clip_features.ts";
import type { ModelConfig } from "./config.ts";
import { encoderOf, featureDimension, scoringOf } from "./features.ts";
import { foldFlow, whitened } from "./head.ts";
import { checkPreset, networkFor, type Preset } from "./preset.ts";
import { getPreset } from "./presets.ts";
import { pretrainedEncoder } from "./pretrained.ts";
import { pipelineProgram, programsOf } from "./programs.ts";
import { headOf, IADNetScorer, type ScoreParts } from "./scorer.ts";
import { stepsOf, trainModel } from "./training.ts";
import { flowDirections } from "./whitening.ts";
import { collapseWarning, determinantWarning } from "./warnings.ts";

/** Options for `IADNet`. */
export interface IADNetOptions extends DetectorOptions {
  /** A preset or its name; `default` if absent. */
  readonly preset?: Preset | string;
}

/** A prepared clip and its distance maps: what the score is a function of. */
export interface AttributionInput extends PreparedClip {
  /** Distance maps (equation 2) of the joints that the encoder reads, [T, d, d], metres, negative; d is 15 where it reads canonical
   * joints, else D. */
  readonly maps: Float32Array;
}

/** Score of one clip, and its gradients with respect to `x`, `y` and `maps`, each of the shape of the input. */
export interface Attribution extends Pick<AttributionInput, "x" | "y" | "maps"> {
  /** The score, nats. */
  readonly score: number;
}

/** IADNet: learns one normal interaction, scores how far any clip is from it.
 *
 * The score is the negative log-likelihood in nats (equation 5); it is unbounded, and higher = more anomalous.
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
export class IADNet extends BaseDetector {
  /** `iadnet`. */
  readonly name = "iadnet";
  /** The preset. */
  readonly preset: Preset;
  #precision?: Precision;
  readonly #fits = new WeakMap<object, FitClips>();

  /** A detector that is not fitted.
   * @throws {UsageError} If an option or the preset is unknown. */
  constructor(options: IADNetOptions = {}) {
    checkOptions("create IADNet", options, ["preset", "engine", "threads", "calibrationFolds"]);
    const { preset: given = "default" } = options;
    const preset = typeof given === "string" ? getPreset(given) : checked(given);
    super(options, preset.training.calibrationFolds);
    this.preset = preset;
  }

  /** The preset. */
  get options(): { readonly preset: Preset } {
    return { preset: this.preset };
  }

  /** Configuration of the network.
   * @throws {UsageError} If the detector is not fitted. */
  get config(): ModelConfig {
    return this.#configOf(this.skeleton);
  }

  /** Compile the weights into the engine's programs from now on: the first score takes longer, all others less. For streams
   * and for many clips.
   * @param precision `int8` is faster, and for engine `onnx-cpu` only: scores differ by about a hundredth of their spread. `float32`, or
   * what was given before, if absent. */
  compile(precision: Precision = this.#precision ?? "float32"): this {
    if (this.#precision !== precision) this.resetScorer();
    this.#precision = precision;
    return this;
  }

  /** Score, p-value and alarm of windows, in order, among held-out normal windows.
   * @param windows Clips that are each read as one window, whatever their length. @param chunk Windows in one call of the
   * engine: 1 for the least delay, more for the highest throughput.
   * @throws {UsageError} If the detector is not fitted or not calibrated, or a window has another skeleton. */
  predictWindows(
    windows: readonly Clip[],
    options: PredictOptions = {},
    chunk: number = CHUNK,
  ): Promise<Prediction[]> {
    return this.predictAs("windows", windows, options, chunk);
  }

  /** Terms of the scores of clips: the NLL is `quadratic` + `determinant` + a constant.
   * @throws {UsageError} If the detector is not fitted, or a clip has another skeleton. */
  async scoreParts(clips: readonly Clip[]): Promise<ScoreParts> {
    this.checkSkeleton(clips);
    const windows = clips.map((clip) => this.windows(clip)), lengths = windows.map(({ length }) => length);
    const { main, skeleton, seed } = this.requireFitted();
    const scorer = await this.#scorerOf([main], { skeleton, seed });
    const { quadratic, determinant } = await scorer.parts(windows.flat(), CHUNK);
    return { quadratic: runMeans(quadratic, lengths), determinant: runMeans(determinant, lengths) };
  }

  /** A prepared clip with its distance maps, as `attribute` takes it.
   * @throws {UsageError} If the detector is not fitted. */
  attributionInput(clip: PreparedClip): AttributionInput {
    const { config: { canonical }, skeleton } = this, { x, y, frames, joints } = clip;
    if (!canonical) return { ...clip, maps: distanceMaps(x, y, joints) };
    const [a, b] = [x, y].map((person) => toCanonical(person, frames, skeleton));
    return { ...clip, maps: distanceMaps(a, b, canonical.length) };
  }

  /** Score of one prepared clip, and its gradients with respect to joints and distance maps, each taken as if it did not depend
   * on the others. `explain` integrates them.
   * @throws {UsageError} If the detector is not fitted. */
  async attribute({ x, y, maps }: AttributionInput): Promise<Attribution> {
    const { main } = this.requireFitted(), { config } = this, { frames, joints, canonical } = config;
    const read = canonical?.length ?? joints;
    const engine = await this.openedEngine();
    const runner = await engine.runner(programsOf(engine, config).attribution, main.tensors);
    const out = await runner.run({
      x: { shape: [1, frames, joints, 3], values: x },
      y: { shape: [1, frames, joints, 3], values: y },
      maps: { shape: [frames, 1, read, read], values: maps },
    });
    return { score: out.nll[0], x: out.x, y: out.y, maps: out.maps };
  }

  /** The detector as one standard ONNX model, from preparation to score, for any runtime that reads ONNX (opset 18).
   *
   * Inputs `x` and `y`: the joints of the two people, [batch, T, D, 3], metres, up axis that of the skeleton, float32, T as
   * in the metadata (longer or shorter clips are first brought to T frames, as the preparation in the metadata says). Output
   * `score`: [batch]. Metadata: format, version, category, seed, preset, preparation, frames, fps, skeleton, calibration.
   * `docs/onnx.md` has the contract, with a program in JavaScript and one in Python.
   * @throws {UsageError} If the detector is not fitted. */
  async toOnnx(): Promise<Uint8Array> {
    const { main, folds, skeleton, category, seed, fps } = this.requireFitted(), { config, preset } = this;
    const shape = [config.frames, config.joints, 3];
    const held = folds.map(({ clips, windows }) => ({ scores: [...clips], windows: [...windows] }));
    return exportOnnx({
      program: pipelineProgram(config, preset.preparation, skeleton),
      parameters: await foldFlow(await this.openedEngine(), main.tensors),
      inputs: { x: shape, y: shape },
      output: "score",
      metadata: {
        format: "iadnet",
        version: VERSION,
        category,
        seed: String(seed),
        preset: JSON.stringify(preset),
        preparation: JSON.stringify(preset.preparation),
        frames: String(config.frames),
        ...(fps !== undefined && { fps: String(fps) }),
        skeleton: JSON.stringify(skeleton),
        calibration: JSON.stringify(held),
      },
    });
  }

  /** The options, and the checksum of the pre-trained weights that the encoder starts from. */
  protected override async fitOptions(): Promise<unknown> {
    const { encoder } = this.preset.training;
    if (encoder === "random") return this.options;
    return { ...this.options, encoder: (await pretrainedEncoder(encoder)).checksum };
  }

  /** Steps of one training. */
  protected steps(windows: readonly Clip[]): number {
    return stepsOf(this.preset, windows.length);
  }

  /** Train one model on windows. */
  protected async train(windows: readonly Clip[], context: TrainContext): Promise<TrainedModel> {
    const spread: number[] = [], { mode, batch } = this.preset.training;
    const onProgress = (progress: FitProgress) => {
      spread.push(progress.featureStd ?? 0);
      context.onProgress(progress);
    };
    const clips = this.#clipsOf(context.fit);
    const tensors = await trainModel(clips.prepare(windows), {
      ...context,
      clips,
      engine: await this.openedEngine(),
      preset: this.preset,
      config: this.#configOf(context.skeleton),
      seed: hashSeed(context.seed, "member 0"), // the label is part of every published figure
      names: windows.map(({ id }) => id),
      recordings: windows.map(({ id }) => recordingOf(id)),
      onProgress,
    });
    if (mode === "joint") {
      collapseWarning(spread, Math.ceil(windows.length / batch)).forEach(this.warn, this);
    }
    if (mode !== "frozen") {
      const scorer = await this.#scorerOf([{ tensors }], context);
      determinantWarning(await scorer.parts(windows, CHUNK)).forEach(this.warn, this);
    }
    return { tensors };
  }

  /** Prepare to score by models. */
  protected openScorer(models: readonly TrainedModel[], context: ScoreContext): Promise<Scorer> {
    return this.#scorerOf(models, context);
  }

  async #scorerOf(models: readonly TrainedModel[], { skeleton, fit }: ScoreContext): Promise<IADNetScorer> {
    const sets = models.map(({ tensors }) => tensors), config = this.#configOf(skeleton);
    const precision = this.#precision, shared = fit && !precision ? this.#clipsOf(fit) : undefined;
    return new IADNetScorer(await this.openedEngine(), this.preset, config, sets, precision, shared);
  }

  /** What the trainings of a fit share. */
  #clipsOf(fit: object): FitClips {
    const clips = this.#fits.get(fit) ?? new FitClips(this.preset.preparation);
    this.#fits.set(fit, clips);
    return clips;
  }

  /** The windows that the preset reads clips in, or the clip itself. */
  protected override windows(clip: Clip): Clip[] {
    const { window } = this.preset;
    if (window === null) return [clip];
    return cutWindows(clip, window, Math.max(1, Math.round(windowFrames(window, clip.fps) / 6)));
  }

  /** Folds share the main model's encoder where it is frozen; in the joint modes each has trained its own. */
  protected override foldModel({ tensors }: TrainedModel): TrainedModel {
    return { tensors: this.preset.training.mode === "frozen" ? headOf(tensors) : tensors };
  }

  /** Names and shapes of a model's tensors. */
  protected readonly shapes: ShapesOf = (skeleton, found, isFold): Iterable<NamedShape> =>
    this.#shapes(this.#configOf(skeleton), found, isFold);

  *#shapes(config: ModelConfig, found: FoundTensors, isFold: boolean): Generator<NamedShape> {
    const { mode } = this.preset.training, d = featureDimension(config);
    if (!(isFold && mode === "frozen")) yield* encoderOf(config).shapes();
    if (mode === "joint") return yield* scoringOf(config, d).shapes();
    const most = (what: string, got = 0) => {
      if (got >= 1 && got <= d) return got;
      throw new Error(`${what} must keep 1 to ${d} directions, got ${got}`);
    };
    const directions = most("whiten.basis", found.shape("whiten.basis")?.[1]);
    const flow = flowDirections(directions), ratio = found.shape("pair.basis");
    const pair = ratio ? most("pair.basis", ratio[1]) : 0;
    yield* whitened({ d, directions, flow, pair }, scoringOf(config, flow)).shapes();
  }

  #configOf(skeleton: Skeleton): ModelConfig {
    return networkFor(this.preset, skeleton);
  }
}

/** @throws {UsageError} If the preset is none. */
function checked(preset: Preset): Preset {
  try {
    return checkPreset(preset);
  } catch (cause) {
    throw new UsageError(`Cannot create IADNet: ${(cause as Error).message}`);
  }
}

/** The detector as an IADNet, for what only IADNet can do.
 * @param action What it is needed for, such as `explain`.
 * @throws {UsageError} If it is another detector. */
export function requireIADNet(detector: Detector, action: string): IADNet {
  if (detector instanceof IADNet) return detector;
  throw new UsageError(`Cannot ${action}: expected a detector of type iadnet, got ${detector.name}`);
}

/** The detector as an IADNet that reads windows, with the frames that a window has.
 * @throws {UsageError} If it is another detector, or reads whole clips. */
export function requireWindows(
  detector: Detector,
  action: string,
  fps: number,
): { readonly model: IADNet; readonly frames: number } {
  const model = requireIADNet(detector, action), { window, name } = model.preset;
  if (window !== null) return { model, frames: windowFrames(window, fps) };
  throw new UsageError(
    `Cannot ${action}: preset ${name} reads whole clips; train with a preset that reads windows, such as window`,
  );
}
