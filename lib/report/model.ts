/**
 * A run's models as a report needs them. Here alone it is decided what kind of detector a file holds.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import type { Skeleton } from "../data/skeleton.ts";
import type { OpenEngine } from "../engine/engine.ts";
import { exists, safeName } from "../core/files.ts";
import { explainer } from "../analysis/explain.ts";
import { type IADNet, requireIADNet } from "../detectors/iadnet/detector.ts";
import { loadDetector } from "../detectors/registry.ts";
import { localize } from "../analysis/localize.ts";
import { conformalThreshold } from "../metrics/conformal.ts";
import { encode, packPositive } from "./encode.ts";
import type { CaseCurve, CaseExplanation } from "./types.ts";

/** What a model says of a clip. */
export interface Verdict {
  readonly score: number;
  readonly p?: number;
}

/** Why it says so: the explanation names its nearest normal clip by id. */
export interface Reasons {
  readonly nearest: string;
  readonly explanation: Omit<CaseExplanation, "nearest">;
  readonly curve: CaseCurve;
}

/** The model of one category. */
export interface RunModel {
  /** The skeleton that it reads. */
  readonly skeleton: Skeleton;
  /** Score above which a clip raises the alarm; null if no alarm can come at this rate. */
  alarm(alpha: number): number | null;
  /** Scores, and p-values where it is calibrated. */
  assess(clips: readonly Clip[]): Promise<Verdict[]>;
  /** Why clips score as they do, against these normal clips. */
  explainer(normals: readonly Clip[], alpha: number, points: number): (clip: Clip) => Promise<Reasons>;
}

/** Open the model of a category of a run; undefined if the run has none.
 *
 * @throws {DataError} If the file is damaged.
 */
export async function openRunModel(
  run: string,
  category: string,
  engine: OpenEngine,
): Promise<RunModel | undefined> {
  const file = `${run}/models/${safeName(category)}.safetensors`;
  if (!await exists(file)) return undefined;
  const model = requireIADNet(await loadDetector(file, { engine }), "report");
  const alarmOf = (scores: Float64Array, alpha: number) => {
    const threshold = conformalThreshold(scores, alpha);
    return Number.isFinite(threshold) ? threshold : null;
  };
  return {
    skeleton: model.skeleton,
    alarm: (alpha) => alarmOf(model.heldOut.clips, alpha),
    assess: async (clips) =>
      model.smallestP < 1
        ? await model.predict(clips)
        : Array.from(await model.score(clips), (score) => ({ score })),
    explainer: (normals, alpha, points) => {
      const explain = explainer(model, normals, { points });
      return async (clip) => {
        const { nearest, nearestScore, frames, joints, byFrame, byJoint, byPair } = await explain(clip);
        const curve: CaseCurve = model.preset.window !== null && model.smallestP < 1
          ? await frameCurve(model, clip, alpha)
          : {
            kind: "running",
            values: encode(running(nearestScore, byFrame)),
            alarm: alarmOf(model.heldOut.clips, alpha),
          };
        const packed = packPositive(jointShares(byJoint, byPair, frames, joints));
        return { nearest, explanation: { nearestScore, frames, ...packed }, curve };
      };
    },
  };
}

/** The score of each frame, by a model that reads windows. */
async function frameCurve(model: IADNet, clip: Clip, alpha: number): Promise<CaseCurve> {
  const { scores } = await localize(model, clip, { alpha });
  const threshold = conformalThreshold(model.heldOut.windows, alpha);
  return {
    kind: "frames",
    values: encode(Float32Array.from(scores)),
    alarm: Number.isFinite(threshold) ? threshold : null,
  };
}

/** A start, and what each frame adds to it. */
export function running(start: number, byFrame: Float64Array): Float32Array {
  let sum = start;
  return Float32Array.from(byFrame, (value) => sum += value);
}

/** What each joint has to do with the score, [frames, 2, D]: its own motion, and half of each distance that it is an end of. */
export function jointShares(
  byJoint: readonly [Float64Array, Float64Array],
  byPair: Float64Array,
  frames: number,
  joints: number,
): Float64Array {
  const out = new Float64Array(frames * 2 * joints);
  for (let t = 0; t < frames; t++) {
    const at = t * 2 * joints;
    for (let i = 0; i < joints; i++) {
      out[at + i] += byJoint[0][t * joints + i];
      out[at + joints + i] += byJoint[1][t * joints + i];
      for (let j = 0; j < joints; j++) {
        const half = byPair[(t * joints + i) * joints + j] / 2;
        out[at + i] += half;
        out[at + joints + j] += half;
      }
    }
  }
  return out;
}
