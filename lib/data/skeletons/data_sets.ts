/** Skeletons of data sets and body models, as short tables. */
import type { Skeleton } from "../skeleton.ts";
import { define } from "./define.ts";

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

/** The 20 joints that all models of the SMPL family start with: the body without its wrists. */
const SMPL_BODY = `
  pelvis:- *_hip:pelvis spine_1:pelvis *_knee:*_hip spine_2:spine_1 *_ankle:*_knee spine_3:spine_2 *_foot:*_ankle
  neck:spine_3 *_collar:spine_3 head:neck *_shoulder:*_collar *_elbow:*_shoulder`;

const SMPL_FINGERS = `${fingers("left", "index middle pinky ring thumb", 3)} ${
  fingers("right", "index middle pinky ring thumb", 3)
}`;

const SMPLX_BONES = `${SMPL_BODY} *_hand:*_elbow jaw:head *_eye:head ${SMPL_FINGERS}`;

// SMPL: 24 joints in the model's order, y up.
define(
  "smpl24",
  "y",
  ["pelvis"],
  `${SMPL_BODY} *_wrist:*_elbow *_hand:*_wrist`,
);

// The body of SMPL-H and SMPL-X: their first 22 joints (`_hand` is the wrist), y up.
define("smplx22", "y", ["pelvis"], `${SMPL_BODY} *_hand:*_elbow`);

// SMPL-H, as in AMASS: 52 joints in the model's order (`_hand` is the wrist), y up.
define(
  "smplh52",
  "y",
  ["pelvis"],
  `${SMPL_BODY} *_hand:*_elbow ${SMPL_FINGERS}`,
);

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

// Human3.6M: the 17 joints of VideoPose3D and its followers (facebookresearch/VideoPose3D, common/h36m_dataset.py), z up in world
// coordinates.
define(
  "h36m17",
  "z",
  ["pelvis"],
  `pelvis:- right_hip:pelvis right_knee:right_hip right_ankle:right_knee left_hip:pelvis left_knee:left_hip left_ankle:left_knee
  torso:pelvis thorax:torso neck_nose:thorax head:neck_nose left_shoulder:thorax left_elbow:left_shoulder left_wrist:left_elbow
  right_shoulder:thorax right_elbow:right_shoulder right_wrist:right_elbow`,
);

// CMU Panoptic: 19 joints in the order of `joints19` (README of CMU-Perceptual-Computing-Lab/panoptic-toolbox), y down. BVH files of
// CMU's motion capture carry their own skeleton.
define(
  "panoptic19",
  "-y",
  ["pelvis"],
  `neck:pelvis nose:neck pelvis:- left_shoulder:neck left_elbow:left_shoulder left_wrist:left_elbow left_hip:pelvis
  left_knee:left_hip left_ankle:left_knee right_shoulder:neck right_elbow:right_shoulder right_wrist:right_elbow right_hip:pelvis
  right_knee:right_hip right_ankle:right_knee left_eye:nose left_ear:left_eye right_eye:nose right_ear:right_eye`,
);
