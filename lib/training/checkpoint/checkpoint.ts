/**
 * Checkpoints: how far a fit has come, so that another process goes on from there and ends with the same bits.
 *
 * A fit has parts, each a training of its own (IADNet has calibration folds and members, the methods for single people two
 * people). Of each part its store keeps all that the next step depends on, and the history; of a finished part its result.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Clip } from "../../data/clip.ts";
import type { Named } from "../../engine/engine.ts";
import { VERSION } from "../../core/version.ts";

/** What a checkpoint belongs to: a fit that differs in any of these is another fit. */
export interface FitIdentity {
  /** The detector's registry name. */
  readonly detector: string;
  /** All that the detector was made with, such as its preset. */
  readonly options: unknown;
  /** Seed of the fit. */
  readonly seed: number;
  /** SHA-256 over the clips: ids, rates, skeletons and joints. */
  readonly clips: string;
  /** Name of the engine. */
  readonly engine: string;
  /** Version of this package. */
  readonly version: string;
}

/** How far one part has come. */
export interface PartState {
  /** Whether the part has ended. */
  readonly done: boolean;
  /** Steps done. */
  readonly steps: number;
  /** The trainer's state; once the part has ended, the parameters. */
  readonly values: Named;
  /** State of the generator that orders the rows and makes the batches. */
  readonly random: readonly number[];
  /** Rows of the running epoch, in order. */
  readonly order: readonly number[];
  /** Loss of every step. */
  readonly loss: readonly number[];
  /** Mean standard deviation of the features at every step; empty where it is not measured. */
  readonly featureStd: readonly number[];
}

/** A store that is bound to one fit: what trainings read and write. */
export interface FitCheckpoints {
  /** How far a part has come; undefined if nothing is kept of it. */
  read(part: string): Promise<PartState | undefined>;
  /** Keep how far a part has come, in place of what was kept of it.
   * @throws {IadnetError} If that fails; what was kept before is then still there. */
  write(part: string, state: PartState): Promise<void>;
  /** Whether it is time to write.
   * @param steps Steps since the last write, or since the part began. */
  isDue(steps: number): boolean;
  /** When it is aborted, the training writes a checkpoint after its step and ends with `Interrupted`. */
  readonly signal?: AbortSignal;
}

/** Where a fit keeps how far it has come. `openCheckpoints` gives one in a folder. */
export interface Checkpoints {
  /** Bind the store to a fit.
   * @throws {DataError} If it holds another fit. */
  begin(fit: FitIdentity): Promise<FitCheckpoints>;
}

/** The identity of a fit. */
export function fitIdentity(
  detector: string,
  options: unknown,
  seed: number,
  clips: readonly Clip[],
  engine: string,
): FitIdentity {
  return { detector, options, seed, clips: hashClips(clips), engine, version: VERSION };
}

/** SHA-256 over all that a fit reads of clips, whatever their order. */
export function hashClips(clips: readonly Clip[]): string {
  const hash = createHash("sha256");
  for (const clip of [...clips].sort((a, b) => a.id < b.id ? -1 : 1)) {
    const { id, category, fps, frames, up, skeleton, x, y } = clip;
    hash.update(JSON.stringify([id, category, fps, frames, up, skeleton]));
    for (const { buffer, byteOffset, byteLength } of [x, y]) {
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }
  return hash.digest("hex");
}
