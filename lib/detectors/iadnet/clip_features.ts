/** Prepared clips and their features, which the trainings of one fit share: each is computed once. */
import { stack } from "../../core/tensors.ts";
import type { Clip } from "../../data/clip.ts";
import { type Preparation, prepareClip, type PreparedClip } from "../../data/transforms/prepare.ts";
import { runInChunks } from "../../engine/chunks.ts";
import type { Runner } from "../../engine/engine.ts";
import type { ModelConfig } from "./config.ts";
import { featureDimension } from "./features.ts";
import { inputsOf } from "./programs.ts";

/** Features by clip. */
export type FeatureRows = WeakMap<PreparedClip, Float32Array>;

/** What is kept of clips while a detector is fitted. */
export class FitClips {
  /** Features of clips by the frozen encoder. */
  readonly own: FeatureRows = new WeakMap();
  /** Those of the clips with their people exchanged. */
  readonly exchanged: FeatureRows = new WeakMap();
  readonly #prepared = new WeakMap<Clip, PreparedClip>();

  /** @param preparation How clips are prepared. */
  constructor(readonly preparation: Preparation) {}

  /** The prepared clips, the same objects each time. */
  prepare(clips: readonly Clip[]): PreparedClip[] {
    return clips.map((clip) => {
      const prepared = this.#prepared.get(clip) ?? prepareClip(clip, this.preparation);
      this.#prepared.set(clip, prepared);
      return prepared;
    });
  }
}

/** Features of prepared clips, [clips, d].
 * @param runner Runs the program of features. @param chunk Clips in one call of it. @param known Rows that are taken as they are, and
 * to which the others are added. @param change What is done to a clip before it is encoded. */
export async function clipFeatures(
  runner: Runner,
  config: ModelConfig,
  clips: readonly PreparedClip[],
  chunk: number,
  known: FeatureRows = new WeakMap(),
  change = (clip: PreparedClip): PreparedClip => clip,
): Promise<Float32Array> {
  const d = featureDimension(config), missing = clips.filter((clip) => !known.has(clip));
  const inputs = (rows: readonly number[]) => inputsOf(rows.map((row) => change(missing[row])), config);
  const f = await runInChunks(runner, "f", d, missing.length, chunk, inputs);
  missing.forEach((clip, i) => known.set(clip, f.subarray(i * d, (i + 1) * d)));
  return missing.length === clips.length ? f : stack(clips.map((clip) => known.get(clip)!), [d]).values;
}
