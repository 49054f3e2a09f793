/** People as rotations of SMPL, SMPL-H or SMPL-X in `.npz` files, as AMASS and Inter-X have them. */
import { cannotRead } from "../../../core/errors.ts";
import { readNpyFloats } from "../npy.ts";
import type { Motion } from "../pair.ts";
import type { Skeleton } from "../../skeleton.ts";
import { getSkeleton } from "../../skeletons.ts";
import { openZip, type Zip } from "../zip.ts";
import { smplxPositions } from "./pose.ts";

/** A body with all rotations zero. */
export interface RestBody {
  /** The skeleton of its joints. */
  readonly skeleton: Skeleton;
  /** Joint positions, [joints, 3]. */
  readonly values: Float32Array;
}

/** Skeletons by number of joints at rest. */
const BODIES: Readonly<Record<number, string>> = {
  22: "smplx22",
  24: "smpl24",
  52: "smplh52",
  55: "smplx55",
};

/** Joints of the body, which come first in all models, and of one hand. */
const BODY = 22, HAND = 15;

/** Names of the arrays in AMASS and Inter-X, and in the library smplx. */
const ARRAYS = {
  poses: ["poses"],
  root: ["root_orient", "global_orient"],
  body: ["pose_body", "body_pose"],
  hands: ["pose_hand"],
  leftHand: ["pose_lhand", "left_hand_pose"],
  rightHand: ["pose_rhand", "right_hand_pose"],
  place: ["trans", "transl"],
  rate: ["mocap_frame_rate", "mocap_framerate", "fps"],
} as const;

/** Read the joints at rest: 22 (the body of SMPL-H and SMPL-X), 24 (SMPL), 52 (SMPL-H) or 55 (SMPL-X) positions.
 * @throws {DataError} If it is another array. */
export function readRest(bytes: Uint8Array, file: string): RestBody {
  const { shape, values } = readNpyFloats(bytes, file), name = BODIES[shape[0]];
  if (name === undefined || shape.length !== 2 || shape[1] !== 3 || !values.every(Number.isFinite)) {
    const counts = Object.keys(BODIES).join(", ");
    throw cannotRead(file, `expected finite positions [joints,3] of ${counts} joints, got [${shape}]`);
  }
  return { skeleton: getSkeleton(name), values };
}

/** Read the motion of one person: `poses` [T, 3 x joints] of SMPL, SMPL-H or SMPL-X, or the arrays of root, body and hands, each
 * [T, 3 x joints] or [T, joints, 3], and the translation [T, 3].
 * @param bytes Content of the file. @param file Path to name in errors. @param fps Frames per second; those of the file if absent.
 * @throws {DataError} If an array is missing or has another shape, or nothing tells the frame rate. */
export async function readSmplx(
  bytes: Uint8Array,
  file: string,
  { skeleton, values: rest }: RestBody,
  fps?: number,
): Promise<Motion> {
  const npz = new Npz(await openZip(file, bytes), file), joints = skeleton.joints.length;
  const place = npz.rows("place", [1]), { frames } = place;
  const parts: Part[] = [{ ...place, from: 0, count: 1, to: joints }, ...partsOf(npz, joints)];
  const pose = new Float32Array(frames * (joints + 1) * 3);
  for (const { name, values, width, from, count, to, frames: own } of parts) {
    if (own !== frames) {
      throw cannotRead(file, `expected ${frames} frames of ${name}, as of ${place.name}, got ${own}`);
    }
    for (let t = 0; t < frames; t++) {
      const at = (t * width + from) * 3;
      pose.set(values.subarray(at, at + count * 3), (t * (joints + 1) + to) * 3);
    }
  }
  return { skeleton, fps: fps ?? npz.rate(), frames, values: smplxPositions(pose, rest, skeleton) };
}

/** Rows of an array, [frames, width, 3]. */
interface Rows {
  readonly name: string;
  readonly frames: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** Rotations of some joints: `count` of each row of an array, from `from` on, belong to the joints from `to` on. */
interface Part extends Rows {
  readonly from: number;
  readonly count: number;
  readonly to: number;
}

/** The rotations that move joints. Those of jaw, eyes and SMPL's hands move none: no joint hangs from them. */
function partsOf(npz: Npz, joints: number): Part[] {
  const hands = joints - 2 * HAND, needsHands = hands >= BODY;
  if (npz.find("poses")) {
    const poses = npz.rows("poses", needsHands ? [52, 55] : [22, 24, 52, 55]);
    const body = { ...poses, from: 0, count: BODY, to: 0 };
    return needsHands
      ? [body, { ...poses, from: poses.width - 2 * HAND, count: 2 * HAND, to: hands }]
      : [body];
  }
  const body = [
    { ...npz.rows("root", [1]), from: 0, count: 1, to: 0 },
    { ...npz.rows("body", [BODY - 1, BODY + 1]), from: 0, count: BODY - 1, to: 1 },
  ];
  if (!needsHands) return body;
  if (npz.find("hands")) {
    return [...body, { ...npz.rows("hands", [2 * HAND]), from: 0, count: 2 * HAND, to: hands }];
  }
  return [
    ...body,
    { ...npz.rows("leftHand", [HAND]), from: 0, count: HAND, to: hands },
    { ...npz.rows("rightHand", [HAND]), from: 0, count: HAND, to: hands + HAND },
  ];
}

/** The arrays of a file. */
class Npz {
  constructor(readonly zip: Zip, readonly file: string) {}

  /** Name of the array that the file has of a kind. */
  find(kind: keyof typeof ARRAYS): string | undefined {
    return ARRAYS[kind].find((name) => this.zip.members.includes(`${name}.npy`));
  }

  /** An array of vectors, with one of these numbers of vectors a frame. */
  rows(kind: keyof typeof ARRAYS, widths: readonly number[]): Rows {
    const name = this.find(kind);
    if (name === undefined) {
      throw cannotRead(this.file, `expected the array ${ARRAYS[kind].join(" or ")}, found none`);
    }
    const { shape, values } = this.#read(name), [frames, ...others] = shape;
    const width = others.at(-1) === 3 && others.length === 2
      ? others[0]
      : others.length === 1
      ? others[0] / 3
      : NaN;
    if (widths.includes(width) && frames >= 1) return { name, frames, width, values };
    const expected = widths.map((count) => `[frames,${count * 3}]`).join(" or ");
    throw cannotRead(this.file, `expected ${name} of shape ${expected}, got [${shape}]`);
  }

  /** Frames per second that the file states. */
  rate(): number {
    const name = this.find("rate");
    if (name === undefined) {
      throw cannotRead(this.file, "it states no frame rate: add fps to the description");
    }
    const { values } = this.#read(name);
    if (values.length === 1 && values[0] > 0 && Number.isFinite(values[0])) return values[0];
    throw cannotRead(this.file, `expected one positive ${name}, got ${values.slice(0, 4)}`);
  }

  #read(name: string): ReturnType<typeof readNpyFloats> {
    return readNpyFloats(this.zip.read(`${name}.npy`), `${this.file}/${name}.npy`);
  }
}
