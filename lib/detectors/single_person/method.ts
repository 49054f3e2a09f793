/** What a published single-person method is here: it learns tracks of one person and scores others. */
import type { NamedShape } from "../../core/safetensors.ts";
import type { Clip } from "../../data/clip.ts";
import type { Skeleton } from "../../data/skeleton.ts";
import { prepareClip } from "../../data/transforms/prepare.ts";
import type { Engine, Named, Optimiser, Program } from "../../engine/engine.ts";
import type { Layer } from "../../model/layer.ts";
import { type Loop, runLoop } from "../../training/loop.ts";
import type { TrainContext } from "../base.ts";
import type { Settings } from "../spec.ts";

/** One person's joints in one clip. */
export interface Track {
  /** The clip's id. */
  readonly id: string;
  /** Joints, [frames, joints, 3], metres; y points up. */
  readonly joints: Float32Array;
  /** Number of frames. */
  readonly frames: number;
}

/** What a method needs to learn; `training` names this person's training within the fit. */
export interface MethodContext extends Omit<TrainContext, "fit"> {
  readonly engine: Engine;
}

/** A single-person method. It keeps no state: all that scoring needs is in the values that `fit` returns. */
export interface PersonMethod {
  /** Registry name, such as `stg-nf`. */
  readonly name: string;
  /** All options, as they are stored in the model file. */
  readonly options: Settings;
  /** Frames that a clip is resampled to; null: as many as it has at 30 frames a second. */
  readonly frames: number | null;
  /** Steps that `fit` takes for tracks of these lengths. */
  steps(tracks: readonly Pick<Track, "frames">[]): number;
  /** Names and shapes of the values that `fit` returns. Their number grows at most with the square of that of the joints. */
  shapes(skeleton: Skeleton): readonly NamedShape[];
  /** Learn tracks of one person and return all values that scoring needs: weights, running statistics, scales. */
  fit(tracks: readonly Track[], context: MethodContext): Promise<Named>;
  /** One score a track, higher = more anomalous. It must not depend on the other tracks of the call. `seed` is that of what the
   * method draws, if anything. */
  score(
    tracks: readonly Track[],
    values: Named,
    context: Pick<MethodContext, "engine" | "skeleton" | "seed">,
  ): Promise<Float64Array>;
}

/** Train a method's network and return all its weights. Those that no gradient updates are frozen.
 * @param program From a batch to its `loss`. @param loop Rows, batches and learning rate. */
export async function trainNetwork(
  { engine, training, checkpoints, onProgress }: MethodContext,
  network: Layer<unknown>,
  program: Program,
  weights: Named,
  loop: Omit<Loop, "training" | "checkpoints" | "onProgress">,
  optimiser?: Optimiser,
): Promise<Named> {
  const fixed = network.fixedNames();
  const trainer = await engine.trainer(program, weights, { frozen: (name) => fixed.has(name), optimiser });
  return await runLoop(trainer, { ...loop, training, checkpoints, onProgress });
}

/** The tracks of one person: the pair is first centred and turned as one body, so that no score depends on where a camera
 * stood. Each person is seen from the own side, with the other one along +x, so that exchanging the two people exchanges their tracks.
 * @param person 0 or 1. @param frames As in `PersonMethod`. */
export function tracksOf(clips: readonly Clip[], person: 0 | 1, frames: number | null): Track[] {
  return clips.map((clip) => {
    const count = framesOf(clip, frames);
    const { x, y } = prepareClip(clip, { frames: count, align: "pair-yaw", scale: "none" });
    const joints = person === 0 ? x : y.map((value, i) => i % 3 === 1 ? value : -value);
    return { id: clip.id, joints, frames: count };
  });
}

/** Frames of a clip's tracks: as many as at 30 frames a second where the method does not say.
 * @param frames As in `PersonMethod`. */
export function framesOf(clip: Clip, frames: number | null): number {
  return frames ?? Math.max(2, Math.round(clip.frames / clip.fps * 30));
}
