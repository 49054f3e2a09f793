/** Windows: short segments of a clip or a long recording, all of the same length in seconds. */
import { UsageError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";

/** Number of frames of a window of `seconds` at a frame rate, at least 3. */
export function windowFrames(seconds: number, fps: number): number {
  return Math.max(3, Math.round(seconds * fps));
}

/** First frames of the windows of `size` frames in a recording, `stride` frames apart; the last window ends with the last
 * frame. A recording that is not longer than a window is one window. */
export function windowStarts(frames: number, size: number, stride: number): number[] {
  const last = Math.max(0, frames - size), starts: number[] = [];
  for (let at = 0; at < last; at += stride) starts.push(at);
  starts.push(last);
  return starts;
}

/** Frames `start` to `start + size` (or the end) of a clip as a clip; its id ends with the first frame.
 * @throws {UsageError} If the clip has no such frame. */
export function cutClip(clip: Clip, start: number, size: number): Clip {
  const width = clip.x.length / clip.frames, end = Math.min(clip.frames, start + size);
  if (!(start >= 0 && start < end)) {
    throw new UsageError(`Cannot cut ${clip.id}: it has no frames ${start} to ${start + size}`);
  }
  const cut = (person: Float32Array) => person.subarray(start * width, end * width);
  const id = `${clip.id}@${String(start).padStart(6, "0")}`;
  return { ...clip, id, frames: end - start, x: cut(clip.x), y: cut(clip.y) };
}

/** Id of the recording that a window, or a window of a window, was cut from by `cutClip`. */
export function recordingOf(id: string): string {
  return id.replace(/(@\d{6,})+$/, "");
}

/** All windows of `seconds` of a clip, `stride` frames apart. */
export function cutWindows(clip: Clip, seconds: number, stride: number): Clip[] {
  const size = windowFrames(seconds, clip.fps);
  return windowStarts(clip.frames, size, stride).map((start) => cutClip(clip, start, size));
}
