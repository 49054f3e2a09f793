/** What is wrong with training clips that are few, copies of each other, or still. */
import { sha256 } from "../core/files.ts";
import type { Clip } from "../data/clip.ts";

/** Number of different clips below which a fit warns. */
export const FEW_CLIPS = 8;

/** The clips without those that have the same joints as one before them, and sentences for the user about what is left, if there is
 * something to say. */
export function differentClips(clips: readonly Clip[]): { clips: Clip[]; warnings: string[] } {
  const seen = new Set<string>(), warnings: string[] = [];
  const different = clips.filter(({ x, y }) => {
    const content = `${sha256(bytesOf(x))} ${sha256(bytesOf(y))}`, isNew = !seen.has(content);
    seen.add(content);
    return isNew;
  });
  const { length } = different, copies = clips.length - length, still = different.filter(isStill).length;
  const count = (n: number) => n === 1 ? "1 clip" : `${n} clips`;
  if (copies > 0) warnings.push(`Left out ${count(copies)} of ${clips.length}: copies of others`);
  if (length < FEW_CLIPS) {
    warnings.push(`Fitted on ${count(length)}, fewer than ${FEW_CLIPS}: expect more misses and false alarms`);
  }
  if (still > 0) {
    warnings.push(`In ${still} of ${count(length)} nobody moves: any movement may count as an anomaly`);
  }
  return { clips: different, warnings };
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Whether all frames of a clip are the same. */
function isStill({ frames, x, y }: Clip): boolean {
  const width = x.length / frames;
  return [x, y].every((values) => values.every((value, i) => value === values[i % width]));
}
