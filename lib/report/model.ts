/**
 * What the detectors of a run say of clips. Every detector scores; only an IADNet explains.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import type { OpenEngine } from "../engine/engine.ts";
import { exists, safeName } from "../core/files.ts";
import { explainer, nearestFinder } from "../analysis/explain.ts";
import { localize } from "../analysis/localize.ts";
import type { Detector } from "../detectors/detector.ts";
import { IADNet } from "../detectors/iadnet/detector.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { loadDetector } from "../detectors/registry.ts";
import { conformalThreshold } from "../metrics/conformal.ts";
import { encode, packPositive } from "./encode.ts";
import type { CaseCurve, CaseExplanation, ShownCase } from "./types.ts";

/** The nearest normal clip of a clip, and the explanation of an IADNet. */
export interface Reasons {
  /** Nearest normal clip. */
  readonly nearest: Clip;
  /** Score of the nearest normal clip. */
  readonly nearestScore: number;
  /** Contributions of the joints; of an IADNet only. */
  readonly explanation?: CaseExplanation;
  /** Scores over time; of an IADNet only. */
  readonly curve?: CaseCurve;
}

/** Load the detector of a category of a run; undefined if the run has none.
 *
 * @throws {DataError} If the file is damaged.
 */
export async function loadRunModel(
  run: string,
  category: string,
  engine: OpenEngine,
): Promise<Detector | undefined> {
  const file = `${run}/models/${safeName(category)}.safetensors`;
  return await exists(file) ? await loadDetector(file, { engine }) : undefined;
}

/** Score above which alarms are raised at a rate of false alarms, from scores of held-out normal clips or windows; null if no
 * alarm is possible at this rate. */
export function alarmScore(heldOut: Float64Array, alpha: number): number | null {
  const threshold = conformalThreshold(heldOut, alpha);
  return Number.isFinite(threshold) ? threshold : null;
}

/** Score clips, with p-values and alarms where the detector is calibrated. */
export async function assess(
  detector: Detector,
  clips: readonly Clip[],
  alpha: number,
): Promise<Pick<ShownCase, "score" | "p" | "alarm">[]> {
  if (detector.smallestP < 1) return await detector.predict(clips, { alpha });
  return Array.from(await detector.score(clips), (score) => ({ score }));
}

/** Return what finds the nearest of some normal clips, and what explains the score where the detector is an IADNet.
 *
 * @param normals At least one. @param points Points at which an explanation takes gradients.
 */
export function reasonFinder(
  detector: Detector,
  normals: readonly Clip[],
  alpha: number,
  points: number,
): (clip: Clip) => Promise<Reasons> {
  if (detector instanceof IADNet) return explanationFinder(detector, normals, alpha, points);
  const nearestOf = nearestFinder(normals, getPreset("default").preparation);
  return async (clip) => {
    const { clip: nearest } = nearestOf(clip), [nearestScore] = await detector.score([nearest]);
    return { nearest, nearestScore };
  };
}

function explanationFinder(
  model: IADNet,
  normals: readonly Clip[],
  alpha: number,
  points: number,
): (clip: Clip) => Promise<Reasons> {
  const explain = explainer(model, normals, { points }), hasFrames = model.preset.window !== null;
  return async (clip) => {
    const { nearest: id, nearestScore, frames, joints, byFrame, byJoint, byPair } = await explain(clip);
    const curve = hasFrames && model.smallestP < 1
      ? await frameCurve(model, clip, alpha)
      : runningCurve(model, nearestScore, byFrame, alpha);
    return {
      nearest: normals.find((normal) => normal.id === id)!,
      nearestScore,
      explanation: { frames, ...packPositive(jointShares(byJoint, byPair, frames, joints)) },
      curve,
    };
  };
}

async function frameCurve(model: IADNet, clip: Clip, alpha: number): Promise<CaseCurve> {
  const { scores } = await localize(model, clip, { alpha });
  return {
    kind: "frames",
    values: encode(Float32Array.from(scores)),
    alarm: alarmScore(model.heldOut.windows, alpha),
  };
}

function runningCurve(model: IADNet, start: number, byFrame: Float64Array, alpha: number): CaseCurve {
  return {
    kind: "running",
    values: encode(runningSum(start, byFrame)),
    alarm: alarmScore(model.heldOut.clips, alpha),
  };
}

/** Sums of a start and the first 1, 2, 3, ... contributions. */
export function runningSum(start: number, byFrame: Float64Array): Float32Array {
  let sum = start;
  return Float32Array.from(byFrame, (value) => sum += value);
}

/** Contribution of each joint to the score, [frames, 2, D]: of its own motion, and half of each distance that it is an end of. */
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
