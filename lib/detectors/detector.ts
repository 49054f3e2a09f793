/** The detector contract: IADNet, every published method and every floor implement it. */
import type { Clip } from "../data/clip.ts";
import type { Skeleton } from "../data/skeleton.ts";
import type { EngineName, OpenEngine } from "../engine/engine.ts";
import type { Checkpoints } from "../training/checkpoint/checkpoint.ts";
import type { FitProgress } from "../training/history.ts";

/** Options for `Detector.fit`. */
export interface FitOptions {
  /** Seed of every random choice. The same seed, clips and engine give the same bits. */
  readonly seed: number;
  /** Called after each training step. A fit that resumes from checkpoints first reports all earlier steps again. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Store to write checkpoints to and to resume from; no checkpoints if absent. Floors need none and write none. */
  readonly checkpoints?: Checkpoints;
  /** When it is aborted, the fit rejects with its reason after the current step, and the detector stays as it was. */
  readonly signal?: AbortSignal;
}

/** Options for `Detector.score`. */
export interface ScoreOptions {
  /** Called after each part of the clips. */
  readonly onProgress?: (progress: { readonly done: number; readonly clips: number }) => void;
  /** When it is aborted, the call rejects with its reason after the current part. */
  readonly signal?: AbortSignal;
}

/** Options for `Detector.predict`. */
export interface PredictOptions extends ScoreOptions {
  /** Alarm at p-values up to this, between 0 and 1: the rate of false alarms on normal clips. 0.05 if absent. */
  readonly alpha?: number;
}

/** Score of a clip or window, and what it means beside held-out normal ones. */
export interface Prediction {
  /** Anomaly score; higher = more anomalous. NLL in nats for IADNet. */
  readonly score: number;
  /** p-value in [smallestP, 1] (cross-conformal, Vovk 2015; with one clip a fold it is the jackknife+'s). */
  readonly p: number;
  /** Smallest possible p-value, 1 / (n + 1), n = number of held-out normal clips, or windows for a window. */
  readonly smallestP: number;
  /** Whether p <= alpha; never where alpha is below `smallestP`. */
  readonly alarm: boolean;
}

/** Learns one normal interaction and scores how far any clip is from it. */
export interface Detector {
  /** Registry name, such as `iadnet` or `knn-poses`. */
  readonly name: string;
  /** Category that was learned.
   * @throws {UsageError} If the detector is not fitted. */
  readonly category: string;
  /** Skeleton of the clips that it was fitted on.
   * @throws {UsageError} If the detector is not fitted. */
  readonly skeleton: Skeleton;
  /** Frame rate of the clips that it was fitted on; undefined if they had several, or the model file does not say.
   * @throws {UsageError} If the detector is not fitted. */
  readonly fps?: number;
  /** Problems of the last fit that did not stop it, such as a collapse of the features. */
  readonly warnings: readonly string[];
  /** Smallest possible p-value of a clip, 1 / (n + 1), n = number of training clips: the most unusual of n + 1 equal clips is the new
   * one that often. No alarm can come at a smaller alpha, whatever the folds: alpha 0.05 takes 19 clips. 1 without calibration.
   * @throws {UsageError} If the detector is not fitted. */
  readonly smallestP: number;
  /** Scores of the held-out normal clips, and of what the detector reads of them (windows, or the clips themselves), each by a
   * model that was trained without it. Empty without calibration.
   * @throws {UsageError} If the detector is not fitted. */
  readonly heldOut: HeldOutScores;
  /** Learn from clips of ONE category.
   * @throws {UsageError} If there is no clip, or the clips differ in category or skeleton. */
  fit(clips: readonly Clip[], options: FitOptions): Promise<void>;
  /** One score a clip, in order; higher = more anomalous.
   * @throws {UsageError} If the detector is not fitted, or a clip has another skeleton. */
  score(clips: readonly Clip[], options?: ScoreOptions): Promise<Float64Array>;
  /** Score, p-value and alarm of each clip, in order.
   * @throws {UsageError} If the detector is not fitted or not calibrated, a clip has another skeleton, or alpha is out of range. */
  predict(clips: readonly Clip[], options?: PredictOptions): Promise<Prediction[]>;
  /** The fitted detector as the bytes of a model file, which `loadDetector` reads.
   * @throws {UsageError} If the detector is not fitted. */
  toBytes(): Uint8Array;
  /** Write the model file: to a temporary file first, then renamed.
   * @throws {UsageError} If the detector is not fitted. @throws {IadnetError} If the file cannot be written; it then is as it was. */
  save(file: string): Promise<void>;
}

/** Scores of held-out normal clips. */
export interface HeldOutScores {
  /** One score a clip. */
  readonly clips: Float64Array;
  /** One score a window; the same as `clips` for a detector that reads whole clips. */
  readonly windows: Float64Array;
}

/** Scores of the first people and of the second people of some clips, in order. */
export type PeopleScores = readonly [Float64Array, Float64Array];

/** A detector of two models, one for each person, as the paper runs the published single-person methods. Its `score` is the
 * mean of the two models' scores, each first standardised by its scores of the training clips. */
export interface PersonDetector extends Detector {
  /** Scores of the first people by their model, and of the second people by theirs.
   * @throws {UsageError} As `score`. */
  scorePeople(clips: readonly Clip[]): Promise<PeopleScores>;
  /** What `score` gives for the clips of these scores.
   * @throws {UsageError} If the detector is not fitted. */
  joinScores(people: PeopleScores): Float64Array;
}

/** Whether a detector has one model for each person. */
export function isPersonDetector(detector: Detector): detector is PersonDetector {
  return "scorePeople" in detector;
}

/** Options that every detector takes. */
export interface DetectorOptions {
  /** Engine: its name, or an open one, which several detectors can share; `auto` if absent. */
  readonly engine?: EngineName | "auto" | OpenEngine;
  /** Threads of one operator where the engine is a name; 0 (as many as cores) if absent. */
  readonly threads?: number;
  /** Folds in which 30 or more training clips are held out once each to calibrate p-values, whole groups where there are three or
   * more; fewer clips have more folds. 0 = no p-values, and a fit that takes a fraction of the time. The preset's for IADNet and 3
   * for all others if absent. */
  readonly calibrationFolds?: number;
}
