/** Localisation of anomalies in a recording: scores of its frames, and anomalous intervals. */
import type { Clip } from "../data/clip.ts";
import { cutClip, windowStarts } from "../data/transforms/windows.ts";
import { UsageError } from "../core/errors.ts";
import { checkOptions, checkSettings, FRACTION } from "../core/options.ts";
import type { Detector } from "../detectors/detector.ts";
import { requireWindows } from "../detectors/iadnet/detector.ts";

/** Windows per call of the detector. */
const BLOCK = 4096;

/** An interval of anomalous frames. */
export interface AnomalousInterval {
  /** First frame. */
  readonly start: number;
  /** Frame after the last one. */
  readonly end: number;
  /** Largest score of its frames, nats. */
  readonly score: number;
  /** Smallest p-value of its frames. */
  readonly p: number;
}

/** Scores of a recording. */
export interface Localization {
  /** Score of each frame, nats: the mean over the windows that contain it. */
  readonly scores: Float64Array;
  /** p-value of each frame: the mean over the windows that contain it. */
  readonly p: Float64Array;
  /** Smallest possible p-value of a frame. */
  readonly smallestP: number;
  /** Intervals of frames with p <= alpha, in order; intervals less than half a window apart are merged. */
  readonly intervals: readonly AnomalousInterval[];
}

/** Options for `localize`. */
export interface LocalizeOptions {
  /** A frame is anomalous at p-values up to this, between 0 and 1; 0.05 if absent. */
  readonly alpha?: number;
  /** Frames from one window to the next, at most a window; an eighth of a window if absent. */
  readonly stride?: number;
}

/** Score every frame of a recording of any length with a model that reads windows (preset `window`).
 * @throws {UsageError} If the detector is not an IADNet, reads whole clips or is not calibrated, or an option is out of range.
 * @example
 * ```ts
 * import { generateDataset, getPreset, IADNet, localize } from "@lab/iadnet";
 * import { assertEquals } from "@std/assert";
 * const clips = generateDataset({ seed: 0, clipsPerCategory: 6, categories: ["hug"] });
 * const preset = getPreset("window");
 * const detector = new IADNet({ preset: { ...preset, training: { ...preset.training, epochs: 2 } } });
 * await detector.fit(clips.slice(1), { seed: 0 });
 * const { scores } = await localize(detector, clips[0]);
 * assertEquals(scores.length, clips[0].frames);
 * ```
 */
export async function localize(
  detector: Detector,
  recording: Clip,
  options: LocalizeOptions = {},
): Promise<Localization> {
  checkOptions("localize", options, ["alpha", "stride"]);
  const { model, frames: size } = requireWindows(detector, "localize", recording.fps);
  const { alpha = 0.05, stride = Math.max(1, Math.round(size / 8)) } = options;
  checkSettings<LocalizeOptions>("localize", { alpha }, { alpha: FRACTION });
  if (!(Number.isInteger(stride) && stride >= 1 && stride <= size)) {
    throw new UsageError(`Cannot localize: stride must be an integer from 1 to ${size}, got ${stride}`);
  }
  const { frames } = recording;
  const scores = new Float64Array(frames), p = new Float64Array(frames), covers = new Uint32Array(frames);
  const starts = windowStarts(frames, size, stride);
  let smallestP = 1;
  for (let at = 0; at < starts.length; at += BLOCK) {
    const block = starts.slice(at, at + BLOCK);
    const predicted = await model.predictWindows(block.map((start) => cutClip(recording, start, size)));
    ({ smallestP } = predicted[0]);
    block.forEach((start, i) => {
      for (let t = start; t < Math.min(frames, start + size); t++) {
        scores[t] += predicted[i].score;
        p[t] += predicted[i].p;
        covers[t]++;
      }
    });
  }
  for (const sums of [scores, p]) sums.forEach((sum, t) => sums[t] = sum / covers[t]);
  return { scores, p, smallestP, intervals: findIntervals(scores, p, alpha, Math.floor(size / 2)) };
}

/** Intervals of frames with p <= alpha; those less than `gap` frames apart are merged. */
function findIntervals(
  scores: Float64Array,
  p: Float64Array,
  alpha: number,
  gap: number,
): AnomalousInterval[] {
  const runs: [start: number, end: number][] = [];
  for (let t = 0; t < p.length; t++) {
    if (p[t] > alpha) continue;
    const last = runs.at(-1);
    if (last && t - last[1] < gap) last[1] = t + 1;
    else runs.push([t, t + 1]);
  }
  return runs.map(([start, end]) => ({
    start,
    end,
    score: scores.subarray(start, end).reduce((a, b) => Math.max(a, b)),
    p: p.subarray(start, end).reduce((a, b) => Math.min(a, b)),
  }));
}
