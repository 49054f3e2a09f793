/**
 * What a published single-person method is here: it learns tracks of one person and scores others.
 *
 * @module
 */
import type { Clip } from "../../data/clip.ts";
import { prepareClip } from "../../data/transforms/prepare.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import type { FitProgress } from "../../training/history.ts";
import type { Engine, Named } from "../../engine/engine.ts";
import type { FitCheckpoints } from "../../training/checkpoint/checkpoint.ts";
import type { NamedShape } from "../../core/safetensors.ts";
import type { Setting } from "../spec.ts";

/** One person's joints in one clip. */
export interface Track {
  /** The clip's id. */
  readonly id: string;
  /** Joints, [frames, joints, 3], metres; y points up. */
  readonly joints: Float32Array;
  /** Number of frames. */
  readonly frames: number;
}

/** What a method needs to learn. */
export interface MethodContext {
  readonly engine: Engine;
  readonly skeleton: Skeleton;
  readonly seed: number;
  /** Name of this person's training within the fit. */
  readonly part: string;
  /** Where it is kept how far the training has come: handed on to `runLoop`. */
  readonly checkpoints: FitCheckpoints | undefined;
  /** Called after each step, with steps of this training alone. */
  readonly onProgress: (progress: FitProgress) => void;
}

/** A single-person method. It keeps no state: all that scoring needs is in the values that `fit` returns. */
export interface PersonMethod {
  /** Registry name, such as `stg-nf`. */
  readonly name: string;
  /** All options, as they are stored in the model file. */
  readonly options: Readonly<Record<string, Setting>>;
  /** Frames that a clip is resampled to; null: as many as it has at 30 frames a second. */
  readonly frames: number | null;
  /** Steps that `fit` takes for tracks of these lengths. */
  steps(tracks: readonly Pick<Track, "frames">[]): number;
  /** Names and shapes of the values that `fit` returns. Their number grows at most with the square of that of the joints. */
  shapes(skeleton: Skeleton): readonly NamedShape[];
  /** Learn tracks of one person and return all values that scoring needs: weights, running statistics, scales. */
  fit(tracks: readonly Track[], context: MethodContext): Promise<Named>;
  /** One score a track, higher = more anomalous. It must not depend on the other tracks of the call.
   *
   * @param seed Of what the method draws, if anything. */
  score(
    tracks: readonly Track[],
    values: Named,
    context: { readonly engine: Engine; readonly skeleton: Skeleton; readonly seed: number },
  ): Promise<Float64Array>;
}

/** The tracks of one person: the pair is first centred and turned as one body, so that no score depends on where a camera
 * stood. Each person is seen from the own side, with the other one along +x, so that exchanging the two people exchanges their tracks.
 *
 * @param person 0 or 1. @param frames As in `PersonMethod`.
 */
export function tracksOf(clips: readonly Clip[], person: 0 | 1, frames: number | null): Track[] {
  return clips.map((clip) => {
    const count = framesOf(clip, frames);
    const { x, y } = prepareClip(clip, { frames: count, align: "pair-yaw", scale: "none" });
    const joints = person === 0 ? x : y.map((value, i) => i % 3 === 1 ? value : -value);
    return { id: clip.id, joints, frames: count };
  });
}

/** Frames of a clip's tracks: as many as at 30 frames a second where the method does not say.
 *
 * @param frames As in `PersonMethod`. */
export function framesOf(clip: Clip, frames: number | null): number {
  return frames ?? Math.max(2, Math.round(clip.frames / clip.fps * 30));
}
