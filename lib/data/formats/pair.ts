/** Clips whose two people stand in a file each. */
import { DataError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";

/** The motion of one person. */
export interface Motion extends Pick<Clip, "skeleton" | "fps" | "frames"> {
  /** Joint positions, [frames, joints, 3]. */
  readonly values: Float32Array;
}

/** Two people in the same frames. */
export type People = Pick<Clip, "skeleton" | "fps" | "frames" | "x" | "y">;

/** Most frames by which one file may be longer than the other. */
const SPARE_FRAMES = 2;

/** Put two people into one clip, cut to the shorter file.
 * @param files The two files, to name in errors.
 * @throws {DataError} If joints or frame rates differ, or one has over two frames more. */
export function pairMotions(
  [a, b]: readonly Motion[],
  files: readonly string[],
): People {
  const { skeleton, fps } = a, frames = Math.min(a.frames, b.frames);
  const refuse = (why: string) => new DataError(`Cannot pair ${files[0]} and ${files[1]}: ${why}`, files[1]);
  if (skeleton.joints.join() !== b.skeleton.joints.join()) throw refuse("their joints differ");
  if (skeleton.name !== b.skeleton.name) throw refuse("their hierarchies of joints differ");
  if (fps !== b.fps) throw refuse(`${fps} and ${b.fps} frames per second`);
  if (Math.abs(a.frames - b.frames) > SPARE_FRAMES) {
    throw refuse(`${a.frames} and ${b.frames} frames, more than ${SPARE_FRAMES} apart`);
  }
  const size = frames * skeleton.joints.length * 3;
  return { skeleton, fps, frames, x: a.values.subarray(0, size), y: b.values.subarray(0, size) };
}
