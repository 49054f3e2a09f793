/** BVH files: a hierarchy of joints, and their rotations frame by frame. */
import { DataError } from "../../core/errors.ts";
import type { Clip } from "../clip.ts";
import type { Skeleton } from "../skeleton.ts";
import { getSkeleton, listSkeletons, registerSkeleton } from "../skeletons.ts";

/** Joint positions of one person; the skeleton has the joints in the file's order, without end sites. */
export interface BvhMotion extends Pick<Clip, "skeleton" | "fps" | "frames"> {
  /** Positions in the file's unit, [frames, joints, 3]. */
  readonly values: Float32Array;
}

interface Joint {
  readonly name: string;
  readonly parent: number;
  readonly offset: readonly number[];
  readonly channels: readonly string[];
}

const CHANNEL = /^[XYZ](position|rotation)$/;
const MOST_JOINTS = 1000;
const OTHER_SIDE: Record<string, string> = { left: "right", right: "left", Left: "Right", Right: "Left" };

/** Read a BVH file, and compute joint positions from its rotations (forward kinematics).
 * @param bytes Content of the file. @param file Path to name in errors.
 * @param skeleton Skeleton that the joints must have; derived from the joint names if absent.
 * @throws {DataError} If it is not a BVH file, ends too early, has a value that is not a number, or has other joints. */
export function readBvh(bytes: Uint8Array, file: string, skeleton?: Skeleton): BvhMotion {
  const words = new Words(new TextDecoder().decode(bytes), file);
  words.expect("HIERARCHY");
  words.expect("ROOT");
  const joints: Joint[] = [];
  readJoint(words, joints, -1);
  words.expect("MOTION");
  words.expect("Frames:");
  const frames = words.number();
  words.expect("Frame");
  words.expect("Time:");
  const time = words.number();
  const channels = joints.reduce((sum, joint) => sum + joint.channels.length, 0);
  if (!(Number.isInteger(frames) && frames > 0) || frames * channels > words.left) {
    throw words.refuse(`expected ${frames} frames of ${channels} values, found ${words.left} values`);
  }
  if (!(time > 0)) throw words.refuse(`the frame time must be positive, got ${time}`);
  const values = new Float32Array(frames * joints.length * 3);
  for (let t = 0; t < frames; t++) placeJoints(words, joints, values.subarray(t * joints.length * 3));
  if (words.left > 0) {
    words.next();
    throw words.refuse(`expected its end after ${frames} frames, found more values`);
  }
  const names = joints.map(({ name }) => name);
  if (skeleton && skeleton.joints.join() !== names.join()) {
    throw words.refuse(
      `expected the joints of ${skeleton.name} (${skeleton.joints.join(", ")}), found ${names.join(", ")}`,
    );
  }
  return {
    skeleton: skeleton ?? deriveSkeleton(joints, words),
    fps: Math.round(1e6 / time) / 1e6,
    frames,
    values,
  };
}

/** Reads the words of a text one by one. */
class Words {
  readonly #words: readonly string[];
  #at = 0;

  constructor(text: string, readonly file: string) {
    this.#words = text.split(/\s+/).filter((word) => word !== "");
  }

  get left(): number {
    return this.#words.length - this.#at;
  }

  /** Error at the word that was read last. */
  refuse(why: string): DataError {
    return new DataError(`Cannot read ${this.file}: ${why}`, this.file, `word ${this.#at}`);
  }

  next(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw this.refuse("it ends too early");
    return word;
  }

  expect(word: string): void {
    const found = this.next();
    if (found !== word) throw this.refuse(`expected ${word}, found ${found.slice(0, 40)}`);
  }

  number(): number {
    const word = this.next(), value = Number(word);
    if (!Number.isFinite(value)) throw this.refuse(`expected a number, found ${word.slice(0, 40)}`);
    return value;
  }
}

function readJoint(words: Words, joints: Joint[], parent: number): void {
  const name = words.next();
  words.expect("{");
  words.expect("OFFSET");
  const offset = [words.number(), words.number(), words.number()];
  words.expect("CHANNELS");
  const count = words.number();
  if (!(Number.isInteger(count) && count >= 0 && count <= 6)) {
    throw words.refuse(`expected 0 to 6 channels, got ${count}`);
  }
  const channels = Array.from({ length: count }, () => words.next());
  const odd = channels.find((channel) => !CHANNEL.test(channel));
  if (odd !== undefined) throw words.refuse(`unknown channel ${odd.slice(0, 40)}`);
  const own = joints.push({ name, parent, offset, channels }) - 1;
  if (joints.length > MOST_JOINTS) throw words.refuse(`expected at most ${MOST_JOINTS} joints`);
  for (let word = words.next(); word !== "}"; word = words.next()) {
    if (word === "JOINT") readJoint(words, joints, own);
    else if (word === "End") {
      for (const part of ["Site", "{", "OFFSET"]) words.expect(part);
      for (let axis = 0; axis < 3; axis++) words.number();
      words.expect("}");
    } else throw words.refuse(`expected JOINT, End or }, found ${word.slice(0, 40)}`);
  }
}

/** Read the values of one frame and write the joint positions. Rotations apply in the order of the channels, from the left. */
function placeJoints(words: Words, joints: readonly Joint[], out: Float32Array): void {
  const turns: Float64Array[] = [];
  joints.forEach(({ parent, offset, channels }, joint) => {
    let local: Float64Array = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const moved = [...offset];
    for (const channel of channels) {
      const value = words.number(), axis = "XYZ".indexOf(channel[0]);
      if (channel.endsWith("position")) moved[axis] = value;
      else local = multiply(local, rotation(axis, value * Math.PI / 180));
    }
    const turn = parent < 0 ? local : multiply(turns[parent], local);
    for (let axis = 0; axis < 3; axis++) {
      const reach = parent < 0 ? moved[axis] : out[parent * 3 + axis] +
        [0, 1, 2].reduce((sum, k) => sum + turns[parent][axis * 3 + k] * moved[k], 0);
      out[joint * 3 + axis] = reach;
    }
    turns.push(turn);
  });
}

function rotation(axis: number, angle: number): Float64Array {
  const cos = Math.cos(angle), sin = Math.sin(angle);
  if (axis === 0) return Float64Array.of(1, 0, 0, 0, cos, -sin, 0, sin, cos);
  if (axis === 1) return Float64Array.of(cos, 0, sin, 0, 1, 0, -sin, 0, cos);
  return Float64Array.of(cos, -sin, 0, sin, cos, 0, 0, 0, 1);
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  return Float64Array.from(a, (_, at) => {
    const row = at - at % 3, column = at % 3;
    return a[row] * b[column] + a[row + 1] * b[3 + column] + a[row + 2] * b[6 + column];
  });
}

/** Derive a skeleton from joint names: left and right by the usual words, hips and shoulders by where the limbs begin. */
function deriveSkeleton(joints: readonly Joint[], words: Words): Skeleton {
  const names = joints.map(({ name }) => name);
  const mirror = names.map((name, i) => {
    const other = names.indexOf(name.replace(/left|right/i, (side) => OTHER_SIDE[side] ?? side));
    return other < 0 ? i : other;
  });
  const find = (part: RegExp): [number, number] => {
    const left = names.findIndex((name, i) => part.test(name) && mirror[i] !== i && /left/i.test(name));
    if (left < 0) throw words.refuse(`cannot tell its ${part.source}; name a skeleton in the description`);
    return [left, mirror[left]];
  };
  const hips = find(/hip|upleg|thigh/i), shoulders = find(/arm|shoulder/i);
  const name = `bvh:${names.join(",")}`;
  if (listSkeletons().includes(name)) return getSkeleton(name);
  return registerSkeleton({
    name,
    joints: names,
    parents: joints.map(({ parent }) => parent),
    mirror,
    pelvis: [0],
    hips,
    shoulders,
    up: "y",
  });
}
