/**
 * The one interface that every detector implements: IADNet, every baseline, every trivial detector.
 *
 * @module
 */
import type { Clip } from "./data/clip.ts";

/** One report during a fit. */
export interface FitProgress {
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
  /** Called after each step. */
  readonly onProgress?: (progress: FitProgress) => void;
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
}
