/** What the detectors of a run say of clips. Every detector scores; only an IADNet explains. */
import type { Clip } from "../data/clip.ts";
import type { OpenEngine } from "../engine/engine.ts";
import { exists, safeName } from "../core/files.ts";
import { explainer, nearestFinder } from "../analysis/explain.ts";
import { type Localization, localize } from "../analysis/localize.ts";
import type { Detector } from "../detectors/detector.ts";
import { IADNet } from "../detectors/iadnet/detector.ts";
import { getPreset } from "../detectors/iadnet/presets.ts";
import { loadDetector } from "../detectors/registry.ts";
import { type Album, encode, packPositive } from "./encode.ts";
import type { CaseCurve, ShownCase } from "./types.ts";

/** Load the detector of a category of a run; undefined if the run has none.
 * @throws {DataError} If the file is damaged. */
export async function loadRunModel(
  run: string,
  category: string,
  engine: OpenEngine,
): Promise<Detector | undefined> {
  const file = `${run}/models/${safeName(category)}.safetensors`;
  return await exists(file) ? await loadDetector(file, { engine }) : undefined;
}

/** Score clips, with p-values and alarms where the detector is calibrated. */
export async function assess(
  detector: Detector,
  clips: readonly Clip[],
  alpha: number,
): Promise<Pick<ShownCase, "score" | "p" | "smallestP" | "alarm">[]> {
  if (detector.smallestP < 1) return await detector.predict(clips, { alpha });
  return Array.from(await detector.score(clips), (score) => ({ score }));
}

/** Return what finds the nearest of some normal clips, adds it to the album, and explains the score where the detector is an
 * IADNet.
 * @param normals At least one. @param points Points at which an explanation takes gradients. */
export function reasonFinder(
  detector: Detector,
  normals: readonly Clip[],
  points: number,
  album: Album,
): (clip: Clip) => Promise<Pick<ShownCase, "nearest" | "explanation" | "curve">> {
  if (!(detector instanceof IADNet)) {
    const nearestOf = nearestFinder(normals, getPreset("default").preparation);
    return async (clip) => {
      const { clip: nearest } = nearestOf(clip), [score] = await detector.score([nearest]);
      return { nearest: { clip: album.add(nearest), score } };
    };
  }
  const explain = explainer(detector, normals, { points });
  const hasFrames = detector.preset.window !== null && detector.smallestP < 1;
  const isCut = detector.preset.preparation.time === "first";
  return async (clip) => {
    const { nearest, nearestScore: score, frames, joints, byFrame, byJoint, byPair } = await explain(clip);
    const curve: CaseCurve = hasFrames ? frameCurve(await localize(detector, clip)) : {
      kind: "running",
      values: encode(runningSum(score, isCut ? ofRecording(byFrame, 1, clip.frames) : byFrame)),
    };
    const shares = jointShares(byJoint, byPair, frames, joints);
    const shown = isCut
      ? { frames: clip.frames, ...packPositive(ofRecording(shares, 2 * joints, clip.frames)) }
      : { frames, ...packPositive(shares) };
    return {
      nearest: { clip: album.add(normals.find(({ id }) => id === nearest)!), score },
      explanation: shown,
      curve,
    };
  };
}

/** Scores and p-values of the frames of a recording. */
function frameCurve({ scores, p, smallestP }: Localization): CaseCurve {
  return { kind: "frames", values: encode(Float32Array.from(scores)), p: encode(p), smallestP };
}

/** Sums of a start and the first 1, 2, 3, ... contributions. */
export function runningSum(start: number, byFrame: Float64Array): Float32Array {
  let sum = start;
  return Float32Array.from(byFrame, (value) => sum += value);
}

/** Contributions [T, width] of a clip's first T frames as those of all its frames: the last frame gets those of its copies, and a
 * frame that the detector does not see gets none. */
export function ofRecording(contributions: Float64Array, width: number, frames: number): Float64Array {
  const out = new Float64Array(frames * width);
  contributions.forEach((value, i) =>
    out[Math.min(Math.floor(i / width), frames - 1) * width + i % width] += value
  );
  return out;
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
