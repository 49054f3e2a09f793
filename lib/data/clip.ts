/** The clip: two people's joints over time, in one shared coordinate frame. */
import { DataError } from "../core/errors.ts";
import type { Skeleton, UpAxis } from "./skeleton.ts";

/** One recording of two people (section III: I = {X, Y}). */
export interface Clip {
  /** Unique within its data set, stable between runs. */
  readonly id: string;
  /** The interaction class, such as `handshake`. */
  readonly category: string;
  /** Who was recorded (a pair of people, a session). A split by group has no group on both sides. */
  readonly group: string;
  /** Frames per second. */
  readonly fps: number;
  /** The joints of one person. */
  readonly skeleton: Skeleton;
  /** Number of frames, at least 1. */
  readonly frames: number;
  /** First person, [frames, joints, 3], row-major, metres. */
  readonly x: Float32Array;
  /** Second person, same shape, same coordinate frame. */
  readonly y: Float32Array;
  /** The axis of that frame that points up. */
  readonly up: UpAxis;
  /** Number of joint positions that the recording lacks and that were interpolated; absent if none. */
  readonly interpolated?: number;
  /** Number of frames before and after both people are there, which were cut off; absent if none. */
  readonly cut?: number;
  /** Distance of the recording's frame numbers, if it is more than 1: `fps` is the rate of the frames that exist. */
  readonly frameStep?: number;
}

/** A clip as a file holds it: the position of a missing joint is NaN, and frames may be out of order. `completeClip` makes a clip
 * of it. */
export interface Recording extends Omit<Clip, "interpolated" | "cut"> {
  /** Number of each frame, whole, if the file numbers them. */
  readonly numbers?: ArrayLike<number>;
  /** Time of each frame, seconds, if the file has time stamps instead. */
  readonly times?: ArrayLike<number>;
  /** Whether a joint at exactly the origin is missing, as some sensors write it. A body of zeros is missing in any case. */
  readonly zerosMissing?: boolean;
}

/** Greatest coordinate that a clip may have, metres. */
export const FARTHEST = 1e9;

/** Check a clip's shapes and values, and return it. No coordinate may be beyond 1e9 metres.
 * @param file Name in the error: the file it was read from, or the clip's id.
 * @throws {DataError} If it has no frame, a wrong length, a bad frame rate, or a value that is not finite or absurdly large. */
export function checkClip(clip: Clip, file: string = clip.id): Clip {
  const { frames, skeleton, fps } = clip;
  const size = frames * skeleton.joints.length * 3;
  const refuse = (why: string, position?: string) =>
    new DataError(`Cannot use clip ${file}: ${why}`, file, position);
  if (!(Number.isInteger(frames) && frames > 0)) throw refuse(`expected at least one frame, got ${frames}`);
  if (!(fps > 0 && Number.isFinite(fps))) throw refuse(`fps is ${fps}`);
  for (const [person, values] of [[1, clip.x], [2, clip.y]] as const) {
    if (values.length !== size) {
      throw refuse(`expected ${size} values of person ${person}, got ${values.length}`);
    }
    const bad = firstBad(values);
    if (bad < 0) continue;
    const frame = Math.floor(bad / (skeleton.joints.length * 3));
    const joint = skeleton.joints[Math.floor(bad / 3) % skeleton.joints.length];
    throw refuse(`${joint} of person ${person} in frame ${frame} is ${values[bad]}`, `frame ${frame}`);
  }
  return clip;
}

/** Index of the first value that is not finite or absurdly large, or -1. All joints of a data set pass here: a plain loop is several
 * times as fast as `findIndex`. */
function firstBad(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!(Math.abs(values[i]) <= FARTHEST)) return i;
  return -1;
}
