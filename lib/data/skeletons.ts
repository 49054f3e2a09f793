/**
 * The skeletons of the data sets: SBU Kinect (15 joints), Kinect v2 / NTU RGB+D (25), OptiTrack / Inter-X (64).
 *
 * @module
 */
import { registerSkeleton, type Skeleton, type UpAxis } from "./skeleton.ts";

/** Build a skeleton from lines of `joint parent`; left/right partners are found by name. */
function define(name: string, up: UpAxis, bones: readonly string[], pelvis: readonly string[]): Skeleton {
  const joints = bones.map((bone) => bone.split(" ")[0]);
  const at = (joint: string) => joints.indexOf(joint);
  const swapSide = (joint: string) =>
    joint.startsWith("left_")
      ? joint.replace("left_", "right_")
      : joint.startsWith("right_")
      ? joint.replace("right_", "left_")
      : joint;
  return registerSkeleton({
    name,
    joints,
    parents: bones.map((bone) => at(bone.split(" ")[1])),
    mirror: joints.map((joint) => at(swapSide(joint))),
    pelvis: pelvis.map(at),
    hips: [at("left_hip"), at("right_hip")],
    shoulders: [at("left_shoulder"), at("right_shoulder")],
    up,
  });
}

/** SBU Kinect Interaction v2.0: 15 joints in the original release's order, y up. It has no pelvis: the mean of the hips. */
export const SBU15: Skeleton = define("sbu15", "y", [
  "head neck",
  "neck torso",
  "torso -",
  "left_shoulder neck",
  "left_elbow left_shoulder",
  "left_hand left_elbow",
  "right_shoulder neck",
  "right_elbow right_shoulder",
  "right_hand right_elbow",
  "left_hip torso",
  "left_knee left_hip",
  "left_foot left_knee",
  "right_hip torso",
  "right_knee right_hip",
  "right_foot right_knee",
], ["left_hip", "right_hip"]);

/** Kinect v2 (NTU RGB+D): 25 joints in the SDK's order, y up. */
export const KINECT25: Skeleton = define("kinect25", "y", [
  "pelvis -",
  "torso pelvis",
  "neck chest",
  "head neck",
  "left_shoulder chest",
  "left_elbow left_shoulder",
  "left_wrist left_elbow",
  "left_hand left_wrist",
  "right_shoulder chest",
  "right_elbow right_shoulder",
  "right_wrist right_elbow",
  "right_hand right_wrist",
  "left_hip pelvis",
  "left_knee left_hip",
  "left_ankle left_knee",
  "left_foot left_ankle",
  "right_hip pelvis",
  "right_knee right_hip",
  "right_ankle right_knee",
  "right_foot right_ankle",
  "chest torso",
  "left_hand_tip left_hand",
  "left_thumb left_wrist",
  "right_hand_tip right_hand",
  "right_thumb right_wrist",
], ["pelvis"]);

/** The five fingers of one OptiTrack hand, four joints each, in storage order. */
function fingers(side: string): string[] {
  return ["pinky", "ring", "middle", "index", "thumb"].flatMap((finger) =>
    [1, 2, 3, 4].map((k) =>
      `${side}_${finger}_${k} ${k === 1 ? `${side}_hand` : `${side}_${finger}_${k - 1}`}`
    )
  );
}

/** Inter-X (OptiTrack): 64 joints in the order of `skeletons/<clip>/P1.npy`, y up; `_end` joints are end sites. */
export const INTERX64: Skeleton = define("interx64", "y", [
  "pelvis -",
  "right_hip pelvis",
  "right_knee right_hip",
  "right_ankle right_knee",
  "right_foot right_ankle",
  "right_foot_end right_foot",
  "left_hip pelvis",
  "left_knee left_hip",
  "left_ankle left_knee",
  "left_foot left_ankle",
  "left_foot_end left_foot",
  "torso pelvis",
  "chest torso",
  "right_collar chest",
  "right_shoulder right_collar",
  "right_elbow right_shoulder",
  "right_hand right_elbow",
  ...fingers("right"),
  "left_collar chest",
  "left_shoulder left_collar",
  "left_elbow left_shoulder",
  "left_hand left_elbow",
  ...fingers("left"),
  "neck chest",
  "head neck",
  "head_end head",
], ["pelvis"]);

/** The fingers of one SMPL-X hand, three joints each, in storage order. */
function smplxFingers(side: string): string[] {
  return ["index", "middle", "pinky", "ring", "thumb"].flatMap((finger) =>
    [1, 2, 3].map((k) => `${side}_${finger}_${k} ${k === 1 ? `${side}_hand` : `${side}_${finger}_${k - 1}`}`)
  );
}

const SMPLX_BONES: readonly string[] = [
  "pelvis -",
  "left_hip pelvis",
  "right_hip pelvis",
  "spine_1 pelvis",
  "left_knee left_hip",
  "right_knee right_hip",
  "spine_2 spine_1",
  "left_ankle left_knee",
  "right_ankle right_knee",
  "spine_3 spine_2",
  "left_foot left_ankle",
  "right_foot right_ankle",
  "neck spine_3",
  "left_collar spine_3",
  "right_collar spine_3",
  "head neck",
  "left_shoulder left_collar",
  "right_shoulder right_collar",
  "left_elbow left_shoulder",
  "right_elbow right_shoulder",
  "left_hand left_elbow",
  "right_hand right_elbow",
  "jaw head",
  "left_eye head",
  "right_eye head",
  ...smplxFingers("left"),
  ...smplxFingers("right"),
];

/** SMPL-X: 55 joints in the model's order (`_hand` is its wrist), in the frame of the camera that the model was fitted
 * in: y points down. */
export const SMPLX55: Skeleton = define("smplx55", "-y", SMPLX_BONES, ["pelvis"]);

/** What the file `[T, 56, 6]` holds: 55 rotation vectors in radians and one translation, in SMPL-X's order. They are NOT
 * positions, so distances between its rows mean nothing. */
export const SMPLX56: Skeleton = define("smplx56", "-y", [...SMPLX_BONES, "translation pelvis"], [
  "translation",
]);
