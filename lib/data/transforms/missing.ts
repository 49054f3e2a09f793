/** Joints, bodies and frames that a recording lacks: one policy for all formats. */
import { DataError, UsageError } from "../../core/errors.ts";
import { checkClip, type Clip, type Recording } from "../clip.ts";
import { orderFrames } from "./frames.ts";
import { fillGaps } from "./gaps.ts";

/** What happens to a clip in which joints are missing between frames in which both people are there.
 *
 * - `refuse`: an error that names the first missing joint;
 * - `interpolate`: missing joints are filled in linearly over time, and counted; a longer gap than the limit is an error;
 * - `drop-clip`: the clip is left out, and named. */
export type MissingPolicy = "refuse" | "interpolate" | "drop-clip";

/** All policies. */
export const MISSING_POLICIES: readonly MissingPolicy[] = ["refuse", "interpolate", "drop-clip"];

/** Longest gap that `interpolate` fills, seconds. */
export const LONGEST_GAP = 0.5;

/** What happens to missing joints. */
export interface MissingOptions {
  /** `refuse` if absent; for Inter-X and NTU `interpolate`, with gaps of any length, as is usual for these data sets. */
  readonly missing?: MissingPolicy;
  /** Longest gap that `interpolate` fills, seconds; 0.5 if absent. */
  readonly longestGap?: number;
}

/** A clip lacks joints, and the policy does not fill them in. */
export class MissingJointsError extends DataError {}

/** Check the options, and return them.
 * @throws {UsageError} If the policy is unknown, or the limit is not a positive number or without use. */
export function checkMissing(options: MissingOptions): MissingOptions {
  const { missing = "refuse", longestGap } = options;
  const refuse = (what: string, why: string) => new UsageError(`Cannot use ${what}: ${why}`);
  if (!MISSING_POLICIES.includes(missing)) {
    throw refuse(`missing ${missing}`, `expected ${MISSING_POLICIES.join(", ")}`);
  }
  if (longestGap === undefined) return options;
  const what = `longestGap ${longestGap}`;
  if (!(longestGap > 0)) throw refuse(what, "expected a positive number of seconds");
  if (missing !== "interpolate") throw refuse(what, `missing is ${missing}, which fills nothing in`);
  return options;
}

/** Make a clip of a recording: its frames in order and at a constant rate (`orderFrames`), cut to the frames from the first to the
 * last in which both people are there, and complete by the policy. A person is there if one joint or more is known; a body whose
 * joints are all in exactly one point, such as the origin, is not known in any format.
 * @param file Path to name in errors.
 * @throws {MissingJointsError} If joints are missing, and the policy does not fill them in.
 * @throws {DataError} If a frame exists twice, the people are never there together, a joint is missing in all frames, or a value is
 * infinite or absurdly large.
 * @example
 * ```ts
 * import { completeClip, generateClip } from "@lab/iadnet/data";
 * import { assertEquals } from "@std/assert";
 * const clip = generateClip({ category: "wave", seed: 0 });
 * const x = clip.x.slice();
 * x[50 * 45] = NaN; // a coordinate of the first joint in frame 50
 * const mended = completeClip({ ...clip, x }, "wave", { missing: "interpolate" });
 * assertEquals([mended.frames, mended.interpolated], [clip.frames, 1]);
 * ```
 */
export function completeClip(recording: Recording, file: string, options: MissingOptions = {}): Clip {
  const { recording: { zerosMissing = false, ...ordered }, nameOf } = orderFrames(recording, file);
  const { skeleton: { joints }, frames } = ordered, width = joints.length * 3;
  const marked = [ordered.x, ordered.y].map((values) => markMissing(values, width, zerosMissing));
  if (marked.every((values) => values === undefined)) return checkClip(ordered, file);
  const people = [marked[0] ?? ordered.x, marked[1] ?? ordered.y] as const;
  const refuse = (why: string, frame: number | undefined, ErrorType = MissingJointsError) => {
    const name = ordered.id === file ? file : `${ordered.id} of ${file}`;
    const position = frame === undefined ? undefined : nameOf(frame);
    return new ErrorType(`Cannot use clip ${name}: ${why}`, file, position);
  };
  const [first, end] = together(people, frames, width, refuse), kept = end - first;
  const [x, y] = people.map((values) => values.slice(first * width, end * width));
  const clip: Clip = { ...ordered, frames: kept, x, y, ...(kept < frames && { cut: frames - kept }) };
  const { missing = "refuse", longestGap = LONGEST_GAP } = options;
  const limit = missing === "interpolate" ? longestGap * clip.fps : 0;
  const gap = firstGap([x, y], kept, width, limit);
  if (gap) {
    const { person, joint, frame, length } = gap;
    const lacks = (values: Float32Array) =>
      values.subarray(frame * width, (frame + 1) * width).every(Number.isNaN);
    const whole = [x, y].map(lacks), from = nameOf(first + frame);
    const what = whole[0] && whole[1]
      ? "both people are"
      : `${whole[person - 1] ? "" : `${joints[joint]} of `}person ${person} is`;
    if (missing === "interpolate") {
      const seconds = (length / clip.fps).toFixed(2);
      const why = `${what} missing for ${seconds} s from ${from} on, the limit is ${longestGap} s`;
      throw refuse(why, first + frame);
    }
    const count = countMissing(x) + countMissing(y);
    const advice = missing === "refuse" ? ": interpolate or drop the clip by --missing" : "";
    throw refuse(`${what} missing in ${from} (${count} joint positions in all)${advice}`, first + frame);
  }
  const interpolated = [x, y].reduce(
    (sum, values, i) =>
      sum +
      fillGaps(values, kept, joints.length, (joint) =>
        refuse(`${joints[joint]} of person ${i + 1} is missing in every frame`, undefined, DataError)),
    0,
  );
  return checkClip(interpolated > 0 ? { ...clip, interpolated } : clip, file);
}

/** A copy in which each joint with a NaN coordinate is NaN, and so is each body in one point, such as zeros, also after a shift of the
 * origin; undefined if no joint is missing. */
function markMissing(values: Float32Array, width: number, zerosMissing: boolean): Float32Array | undefined {
  let out: Float32Array | undefined;
  for (let from = 0; from < values.length; from += width) {
    let isPoint = width > 3 || (values[from] === 0 && values[from + 1] === 0 && values[from + 2] === 0);
    for (let p = from; p < from + width; p += 3) {
      const isZero = values[p] === 0 && values[p + 1] === 0 && values[p + 2] === 0;
      for (let k = 0; k < 3; k++) if (values[p + k] !== values[from + k]) isPoint = false;
      const isNaN = Number.isNaN(values[p]) || Number.isNaN(values[p + 1]) || Number.isNaN(values[p + 2]);
      if (isNaN || (isZero && zerosMissing)) (out ??= values.slice()).fill(NaN, p, p + 3);
    }
    if (isPoint) (out ??= values.slice()).fill(NaN, from, from + width);
  }
  return out;
}

/** The frames from the first to behind the last in which both people are there.
 * @throws {DataError} If there is none. */
function together(
  people: readonly [Float32Array, Float32Array],
  frames: number,
  width: number,
  refuse: (why: string, frame: undefined) => Error,
): [first: number, end: number] {
  const isThere = (values: Float32Array, t: number) => {
    for (let p = t * width; p < (t + 1) * width; p += 3) if (!Number.isNaN(values[p])) return true;
    return false;
  };
  const there = Array.from({ length: frames }, (_, t) => people.map((values) => isThere(values, t)));
  const first = there.findIndex(([x, y]) => x && y);
  if (first >= 0) return [first, there.findLastIndex(([x, y]) => x && y) + 1];
  const absent = [0, 1].find((person) => !there.some((frame) => frame[person]));
  throw refuse(
    absent === undefined
      ? "the two people are never there in the same frame"
      : `person ${absent + 1} is missing in every frame`,
    undefined,
  );
}

/** A run of frames in which a joint is missing. */
interface Gap {
  readonly person: 1 | 2;
  readonly joint: number;
  readonly frame: number;
  readonly length: number;
}

/** The first gap of more than `limit` frames. */
function firstGap(
  people: readonly Float32Array[],
  frames: number,
  width: number,
  limit: number,
): Gap | undefined {
  let found: Gap | undefined;
  for (const [i, values] of people.entries()) {
    for (let k = 0; k < width; k += 3) {
      for (let t = 0, frame = 0; t <= frames; t++) {
        if (t < frames && Number.isNaN(values[t * width + k])) continue;
        if (t - frame > limit && (!found || frame < found.frame)) {
          found = { person: i === 0 ? 1 : 2, joint: k / 3, frame, length: t - frame };
        }
        frame = t + 1;
      }
    }
  }
  return found;
}

function countMissing(values: Float32Array): number {
  let count = 0;
  for (let p = 0; p < values.length; p += 3) count += Number(Number.isNaN(values[p]));
  return count;
}
