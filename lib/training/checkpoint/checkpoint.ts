/** Checkpoints: the state of a fit, from which another process resumes and ends with the same bits.
 *
 * A fit is one training or several: one for each calibration fold, and for each person in the single-person methods. The
 * checkpoint of a training holds everything that its next step depends on, and its history; that of a finished training, its result. */
import { createHash } from "node:crypto";
import type { Clip } from "../../data/clip.ts";
import { DataError } from "../../core/errors.ts";
import { isObject } from "../../core/options.ts";
import { decodeSafetensors, encodeSafetensors } from "../../core/safetensors.ts";
import { VERSION } from "../../core/version.ts";
import type { Named } from "../../engine/engine.ts";

/** Version of the layout. */
const LAYOUT = "2";

/** Identity of a fit: fits that differ in any of these are different fits. */
export interface FitIdentity {
  /** The detector's registry name. */
  readonly detector: string;
  /** Options of the detector, such as its preset. */
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

/** State of one training. */
export interface TrainingState {
  /** Whether the training is finished. */
  readonly done: boolean;
  /** Steps done. */
  readonly steps: number;
  /** The trainer's state; the parameters if the training is finished. */
  readonly values: Named;
  /** State of the random generator that shuffles the rows and draws the batches. */
  readonly random: readonly number[];
  /** Rows of the current epoch, in order. */
  readonly order: readonly number[];
  /** Loss of every step. */
  readonly loss: readonly number[];
  /** Mean standard deviation of the features at every step; empty where it is not measured. */
  readonly featureStd: readonly number[];
}

/** Checkpoints of one fit, which its trainings read and write. */
export interface FitCheckpoints {
  /** State of a training; undefined if there is no checkpoint of it. */
  read(training: string): Promise<TrainingState | undefined>;
  /** Write the state of a training in place of the previous one.
   * @throws {IadnetError} If that fails; the previous state is then still there. */
  write(training: string, state: TrainingState): Promise<void>;
  /** Whether it is time to write. */
  isDue(): boolean;
  /** When it is aborted, the training writes a checkpoint after the current step and ends with `Interrupted`. */
  readonly signal?: AbortSignal;
}

/** Store for checkpoints. `openCheckpoints` opens one in a folder. */
export interface Checkpoints {
  /** Bind the store to a fit.
   * @throws {DataError} If it holds the checkpoints of another fit. */
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

/** SHA-256 over everything that a fit reads of its clips; their order has no effect. */
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

/** Content of a training's checkpoint file. */
export interface CheckpointFile {
  /** Identity of the fit, as text that is equal for equal fits. */
  readonly fit: string;
  readonly training: string;
  readonly state: TrainingState;
}

/** Identity of a fit as text that is equal for equal fits: the keys of its objects are sorted. */
export function identityText(fit: FitIdentity): string {
  return JSON.stringify(
    fit,
    (_, value) => isObject(value) ? Object.fromEntries(Object.entries(value).sort()) : value,
  );
}

/** Encode a training's checkpoint as a safetensors file, with a checksum over all of it. */
export function encodeCheckpoint({ fit, training, state }: CheckpointFile): Uint8Array {
  const { values, done, steps, random, order, loss, featureStd } = state;
  const list = (own: readonly number[]) => ({ shape: [own.length], values: Float32Array.from(own) });
  const named = Object.entries(values).map(([name, own]) => [`value:${name}`, own]);
  const history = { "history:loss": list(loss), "history:featureStd": list(featureStd) };
  const progress = JSON.stringify({ done, steps, random, order });
  const metadata = { format: "iadnet-checkpoint", layout: LAYOUT, fit, training, progress };
  return encodeSafetensors({ ...history, ...Object.fromEntries(named) }, metadata);
}

/** Decode a training's checkpoint.
 * @throws {DataError} If it is damaged, or not one that `encodeCheckpoint` wrote. */
export function decodeCheckpoint(bytes: Uint8Array, file: string): CheckpointFile {
  const { tensors, metadata: { format, layout, fit, training, progress } } = decodeSafetensors(bytes, file);
  const refuse = (why: string) => new DataError(`Cannot use checkpoint ${file}: ${why}`, file);
  if (format !== "iadnet-checkpoint" || layout !== LAYOUT) throw refuse("it was written by another version");
  const { "history:loss": loss, "history:featureStd": featureStd, ...rest } = tensors;
  let numbers: Pick<TrainingState, "done" | "steps" | "random" | "order">;
  try {
    numbers = JSON.parse(progress);
  } catch {
    throw refuse("its progress is not JSON");
  }
  const { done, steps, random, order } = numbers ?? {};
  const areIntegers = (list: unknown) => Array.isArray(list) && list.every(Number.isSafeInteger);
  const fits = typeof done === "boolean" && Number.isSafeInteger(steps) && areIntegers(random) &&
    random.length === 4 && areIntegers(order) && fit !== undefined && training !== undefined &&
    loss?.values.length === steps && [0, steps].includes(featureStd?.values.length) &&
    Object.keys(rest).every((name) => name.startsWith("value:"));
  if (!fits) throw refuse("its values do not fit together");
  const values = Object.fromEntries(
    Object.entries(rest).map(([name, own]) => [name.slice("value:".length), own]),
  );
  const history = { loss: [...loss.values], featureStd: [...featureStd.values] };
  return { fit, training, state: { done, steps, random, order, values, ...history } };
}
