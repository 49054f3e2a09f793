/** Skeletons by name: those of the data sets (SBU Kinect with 15 joints, Kinect v2 of NTU RGB+D with 25, OptiTrack of Inter-X with
 * 64, SMPL-X with 55), and those that are registered. */
import { UsageError } from "../core/errors.ts";
import { type Skeleton, UP_AXES, type UpAxis } from "./skeleton.ts";

const registry = new Map<string, Skeleton>();

/** Most joints that a skeleton in a file may have. */
const MOST_JOINTS = 1000;

/** Register a skeleton under its name.
 * @throws {UsageError} If the lists differ in length, parents do not lead to a root, or the mirror is not an involution. */
export function registerSkeleton(skeleton: Skeleton): Skeleton {
  const { name, joints, parents, mirror } = skeleton;
  const refuse = (why: string) => new UsageError(`Cannot register skeleton ${name}: ${why}`);
  if (parents.length !== joints.length || mirror.length !== joints.length) {
    throw refuse(`expected ${joints.length} parents and mirrors, got ${parents.length} and ${mirror.length}`);
  }
  joints.forEach((joint, i) => {
    if (mirror[mirror[i]] !== i) throw refuse(`the mirror of ${joint} does not lead back to it`);
    const seen = new Set<number>();
    for (let at = i; at !== -1; at = parents[at]) {
      if (seen.has(at) || !(at in joints)) throw refuse(`the parents of ${joint} do not lead to a root`);
      seen.add(at);
    }
  });
  registry.set(name, skeleton);
  return skeleton;
}

/** The skeleton of that name.
 * @throws {UsageError} If no skeleton has this name; the message lists the known names. */
export function getSkeleton(name: string): Skeleton {
  const skeleton = registry.get(name);
  if (!skeleton) {
    throw new UsageError(`Cannot find skeleton ${name}: known are ${listSkeletons().join(", ")}`);
  }
  return skeleton;
}

/** Names of all registered skeletons, sorted. */
export function listSkeletons(): string[] {
  return [...registry.keys()].sort();
}

/** Register the skeleton that a JSON value from a file describes. It never replaces another skeleton of its name.
 * @param refuse Makes the error of a reason such as "name must be text".
 * @throws {UsageError} If the value is not a skeleton, or another skeleton has its name. */
export function parseSkeleton(
  value: unknown,
  refuse: (why: string) => Error = (why) => new UsageError(`Cannot use skeleton: ${why}`),
): Skeleton {
  if (typeof value !== "object" || value === null) throw refuse("expected an object");
  const given = value as Record<string, unknown>, { name, joints, up } = given;
  if (typeof name !== "string" || name === "") throw refuse("name must be text");
  const areNames = Array.isArray(joints) && joints.length > 0 && joints.length <= MOST_JOINTS &&
    joints.every((joint) => typeof joint === "string");
  if (!areNames) throw refuse(`joints must be 1 to ${MOST_JOINTS} names`);
  const indices = (key: string, length: number | undefined, low: number): number[] => {
    const list = given[key];
    const fits = Array.isArray(list) && (length === undefined ? list.length > 0 : list.length === length) &&
      list.every((item) => Number.isInteger(item) && item >= low && item < joints.length);
    if (fits) return list;
    throw refuse(`${key} must be ${length ?? "some"} indices of joints`);
  };
  if (!UP_AXES.includes(up as UpAxis)) throw refuse(`up must be ${UP_AXES.join(", ")}`);
  const skeleton: Skeleton = {
    name,
    joints,
    parents: indices("parents", joints.length, -1),
    mirror: indices("mirror", joints.length, 0),
    pelvis: indices("pelvis", undefined, 0),
    hips: indices("hips", 2, 0) as unknown as [number, number],
    shoulders: indices("shoulders", 2, 0) as unknown as [number, number],
    up: up as UpAxis,
  };
  const known = registry.get(name), text = (other: Skeleton) => JSON.stringify(Object.entries(other).sort());
  if (known && text(known) !== text(skeleton)) {
    throw new UsageError(`Cannot use skeleton ${name}: another skeleton of that name is known`);
  }
  return known ?? registerSkeleton(skeleton);
}

/** Build a skeleton from words `joint:parent`; left/right partners are found by name. */
function define(name: string, up: UpAxis, pelvis: readonly string[], bones: string): Skeleton {
  const words = bones.trim().split(/\s+/).map((bone) => bone.split(":")),
    joints = words.map(([joint]) => joint);
  const at = (joint: string) => joints.indexOf(joint);
  const swapSide = (joint: string) =>
    joint.replace(/^(left|right)_/, (side) => side === "left_" ? "right_" : "left_");
  return registerSkeleton({
    name,
    joints,
    parents: words.map(([, parent]) => at(parent)),
    mirror: joints.map((joint) => at(swapSide(joint))),
    pelvis: pelvis.map(at),
    hips: [at("left_hip"), at("right_hip")],
    shoulders: [at("left_shoulder"), at("right_shoulder")],
    up,
  });
}

/** Words of the fingers of one hand, in storage order; the first joint of each hangs on the hand. */
function fingers(side: string, names: string, joints: number): string {
  return names.split(" ").flatMap((finger) => {
    const chain = [`${side}_hand`, ...Array.from({ length: joints }, (_, k) => `${side}_${finger}_${k + 1}`)];
    return chain.slice(1).map((joint, k) => `${joint}:${chain[k]}`);
  }).join(" ");
}

const SBU_BONES = `
  head:neck neck:torso torso:-
  left_shoulder:neck left_elbow:left_shoulder left_hand:left_elbow
  right_shoulder:neck right_elbow:right_shoulder right_hand:right_elbow
  left_hip:torso left_knee:left_hip left_foot:left_knee
  right_hip:torso right_knee:right_hip right_foot:right_knee`;

/** SBU Kinect Interaction v2.0: 15 joints in the original release's order, y up. Its pelvis is the mean of the hips. */
export const SBU15: Skeleton = define("sbu15", "y", ["left_hip", "right_hip"], SBU_BONES);

const KINECT_BONES = `
  pelvis:- torso:pelvis neck:chest head:neck
  left_shoulder:chest left_elbow:left_shoulder left_wrist:left_elbow left_hand:left_wrist
  right_shoulder:chest right_elbow:right_shoulder right_wrist:right_elbow right_hand:right_wrist
  left_hip:pelvis left_knee:left_hip left_ankle:left_knee left_foot:left_ankle
  right_hip:pelvis right_knee:right_hip right_ankle:right_knee right_foot:right_ankle
  chest:torso left_hand_tip:left_hand left_thumb:left_wrist right_hand_tip:right_hand right_thumb:right_wrist`;

/** Kinect v2 (NTU RGB+D): 25 joints in the SDK's order, y up. */
export const KINECT25: Skeleton = define("kinect25", "y", ["pelvis"], KINECT_BONES);

const INTERX_BONES = `
  pelvis:-
  right_hip:pelvis right_knee:right_hip right_ankle:right_knee right_foot:right_ankle right_foot_end:right_foot
  left_hip:pelvis left_knee:left_hip left_ankle:left_knee left_foot:left_ankle left_foot_end:left_foot
  torso:pelvis chest:torso
  right_collar:chest right_shoulder:right_collar right_elbow:right_shoulder right_hand:right_elbow
  ${fingers("right", "pinky ring middle index thumb", 4)}
  left_collar:chest left_shoulder:left_collar left_elbow:left_shoulder left_hand:left_elbow
  ${fingers("left", "pinky ring middle index thumb", 4)}
  neck:chest head:neck head_end:head`;

/** Inter-X (OptiTrack): 64 joints in the order of `skeletons/<clip>/P1.npy`, y up; `_end` joints are end sites. */
export const INTERX64: Skeleton = define("interx64", "y", ["pelvis"], INTERX_BONES);

const SMPLX_BONES = `
  pelvis:- left_hip:pelvis right_hip:pelvis spine_1:pelvis left_knee:left_hip right_knee:right_hip spine_2:spine_1
  left_ankle:left_knee right_ankle:right_knee spine_3:spine_2 left_foot:left_ankle right_foot:right_ankle
  neck:spine_3 left_collar:spine_3 right_collar:spine_3 head:neck left_shoulder:left_collar right_shoulder:right_collar
  left_elbow:left_shoulder right_elbow:right_shoulder left_hand:left_elbow right_hand:right_elbow
  jaw:head left_eye:head right_eye:head
  ${fingers("left", "index middle pinky ring thumb", 3)} ${
  fingers("right", "index middle pinky ring thumb", 3)
}`;

/** SMPL-X: 55 joints in the model's order (`_hand` is its wrist), in the camera frame in which the model was fitted: y points
 * down. */
export const SMPLX55: Skeleton = define("smplx55", "-y", ["pelvis"], SMPLX_BONES);

/** Rows of the file `[T, 56, 6]`: 55 rotation vectors in radians and one translation, in SMPL-X's order. They are NOT positions, so
 * distances between them mean nothing. */
export const SMPLX56: Skeleton = define(
  "smplx56",
  "-y",
  ["translation"],
  SMPLX_BONES + " translation:pelvis",
);
