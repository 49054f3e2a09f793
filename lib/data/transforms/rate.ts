/** One frame rate for all clips of a data set. */
import type { Clip } from "../clip.ts";
import { sampleFrames } from "./prepare.ts";

/** Rates that differ by less than this fraction are the same: files round 29.97 and 1 / 0.0333. */
const SAME = 0.01;

/** A clip at another frame rate, interpolated linearly between its frames. It begins with the same frame, and ends at most one frame
 * earlier. */
export function resampleClip(clip: Clip, fps: number): Clip {
  const step = clip.fps / fps, frames = Math.floor((clip.frames - 1) / step + 1e-6) + 1;
  const [x, y] = [clip.x, clip.y].map((person) => sampleFrames(person, clip.frames, frames, (t) => t * step));
  return { ...clip, fps, frames, x, y };
}

/** The lowest frame rate of some clips; undefined if they have several, as prepared clips of a cache do. */
export function commonRate(clips: readonly Clip[]): number | undefined {
  const lowest = clips.reduce((rate, { fps }) => Math.min(rate, fps), Infinity);
  return clips.length > 0 && clips.every(({ fps }) => fps <= lowest * (1 + SAME)) ? lowest : undefined;
}

/** Clips at the frame rate of a data set that they are compared with: faster ones are resampled, as `unifyRates` does.
 * @returns The clips, and a sentence for the user if some are slower. */
export function matchRate(
  clips: readonly Clip[],
  fps: number,
): { readonly clips: readonly Clip[]; readonly warning?: string } {
  const slower = clips.find((clip) => clip.fps < fps / (1 + SAME));
  return {
    clips: clips.map((clip) => clip.fps > fps * (1 + SAME) ? resampleClip(clip, fps) : clip),
    ...(slower && {
      warning: `${slower.id} has ${slower.fps} frames per second, the clips that were learned ${fps}`,
    }),
  };
}

/** Clips at the lowest frame rate among them, so that no frame is made up. Rates within 1 % of it are left as they are.
 * @returns The clips, and a sentence for the user if some were resampled. */
export function unifyRates(
  clips: readonly Clip[],
): { readonly clips: readonly Clip[]; readonly warning?: string } {
  const lowest = clips.reduce((rate, { fps }) => Math.min(rate, fps), Infinity);
  const isFaster = ({ fps }: Clip) => fps > lowest * (1 + SAME);
  const faster = clips.filter(isFaster);
  if (faster.length === 0) return { clips };
  const round = (rate: number) => Math.round(rate * 100) / 100;
  const rates = [...new Set(faster.map(({ fps }) => round(fps)))].sort((a, b) => a - b).join(", ");
  return {
    clips: clips.map((clip) => isFaster(clip) ? resampleClip(clip, lowest) : clip),
    warning:
      `${faster.length} of ${clips.length} clips have ${rates} frames per second: they are resampled to ` +
      `${round(lowest)}, the lowest rate of the data set`,
  };
}
