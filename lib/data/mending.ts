/** What was done to the clips of a data set that lacked frames or joints. */
import type { Clip } from "./clip.ts";

/** What was done to clips that lacked frames or joints, counted: numbers of clips, of frames that were cut off, and of joint positions
 * that were interpolated. */
export interface Mending {
  /** Clips that were cut to the frames in which both people are there. */
  readonly cutClips: number;
  /** Frames that were cut off. */
  readonly cutFrames: number;
  /** Clips with interpolated joints. */
  readonly interpolatedClips: number;
  /** Joint positions that were interpolated. */
  readonly interpolatedJoints: number;
}

/** Count what was done to clips. */
export function countMending(clips: readonly Clip[]): Mending {
  const sum = (of: (clip: Clip) => number) => clips.reduce((total, clip) => total + of(clip), 0);
  return {
    cutClips: sum(({ cut = 0 }) => Number(cut > 0)),
    cutFrames: sum(({ cut = 0 }) => cut),
    interpolatedClips: sum(({ interpolated = 0 }) => Number(interpolated > 0)),
    interpolatedJoints: sum(({ interpolated = 0 }) => interpolated),
  };
}

/** Sentences about what was done to clips; none if nothing was. */
export function describeMending(clips: readonly Clip[]): string[] {
  const { cutClips, cutFrames, interpolatedClips, interpolatedJoints } = countMending(clips),
    lines: string[] = [];
  if (cutClips > 0) {
    lines.push(
      `Cut: ${cutClips} clips to the frames in which both people are there (${cutFrames} frames left out)`,
    );
  }
  if (interpolatedClips > 0) {
    lines.push(`Interpolated: ${interpolatedJoints} missing joint positions in ${interpolatedClips} clips`);
  }
  const stepped = clips.filter(({ frameStep }) => frameStep);
  if (stepped.length > 0) {
    const [{ id, frameStep, fps }] = stepped, rate = Math.round(fps * 1000) / 1000;
    lines.push(
      `Frame numbers: ${stepped.length} clips have steps above 1, such as ${frameStep} in ${id}, read as ${rate} frames per second`,
    );
  }
  return lines;
}
