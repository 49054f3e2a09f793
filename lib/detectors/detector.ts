/**
 * The one interface that every detector implements: IADNet, every baseline, every floor.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import type { Checkpoints } from "../training/checkpoint/checkpoint.ts";

/** One report during a fit. */
export interface FitProgress {
  /** Which training of the fit this is, where a fit has several. */
  readonly part?: string;
  /** Steps done, 1-based. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** Training loss of this step (NLL in nats for IADNet). */
  readonly loss: number;
  /** Mean standard deviation of the features over the batch: a fall towards 0 is a collapse. */
  readonly spread?: number;
}

/** How to fit. */
export interface FitOptions {
  /** Seed of every random choice. The same seed, clips and engine give the same bits. */
  readonly seed: number;
  /** Called after each step. A fit that goes on from checkpoints first reports all steps that were made before. */
  readonly onProgress?: (progress: FitProgress) => void;
  /** Where the fit keeps how far it has come, and goes on from; nowhere if absent. Floors, which learn in an instant, keep
   * nothing. */
  readonly checkpoints?: Checkpoints;
}

/** Learns one normal interaction and scores how far any clip is from it. */
export interface Detector {
  /** Registry name, such as `iadnet` or `knn-poses`. */
  readonly name: string;
  /** Learn from clips of ONE category.
   * @throws {UsageError} If there is no clip, or the clips differ in skeleton. */
  fit(clips: readonly Clip[], options: FitOptions): Promise<void>;
  /** One score a clip, in order; higher = more anomalous.
   * @throws {UsageError} If the detector is not fitted, or a clip has another skeleton. */
  score(clips: readonly Clip[]): Promise<Float64Array>;
  /** The fitted detector as the bytes of a file, which `loadDetector` reads.
   * @throws {UsageError} If the detector is not fitted. */
  toBytes(): Uint8Array;
}

/** A detector made of two models, one for each person, as the paper runs the published single-person methods. Its `score` is
 * the mean of the two models' scores, each first standardised by its scores of the training clips. */
export interface PersonDetector extends Detector {
  /** Scores of the first people by their model, and of the second people by theirs. */
  scorePeople(clips: readonly Clip[]): Promise<readonly [Float64Array, Float64Array]>;
}

/** Whether a detector is made of one model for each person. */
export function isPersonDetector(detector: Detector): detector is PersonDetector {
  return "scorePeople" in detector;
}
