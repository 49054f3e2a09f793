/** Skeletons of depth cameras and pose models, as short tables. */
import { define, sided } from "./define.ts";

const CAMERA_SIDES = sided(
  `*_clavicle:spine_chest *_shoulder:*_clavicle *_elbow:*_shoulder *_wrist:*_elbow *_hand:*_wrist
  *_hand_tip:*_hand *_thumb:*_wrist`,
).join(" ");
const CAMERA_LEGS = sided("*_hip:pelvis *_knee:*_hip *_ankle:*_knee *_foot:*_ankle").join(" ");
const CAMERA_FACE = sided("*_eye:head *_ear:head").join(" ");
const CAMERA_BODY =
  `pelvis:- spine_navel:pelvis spine_chest:spine_navel neck:spine_chest ${CAMERA_SIDES} ${CAMERA_LEGS} head:neck nose:head
  ${CAMERA_FACE}`;

// Azure Kinect Body Tracking, `k4abt_joint_id_t` (learn.microsoft.com/azure/kinect-dk/body-joints); the depth camera's y points down.
define("azure32", "-y", ["pelvis"], CAMERA_BODY);

// ZED SDK, `BODY_34_PARTS` (stereolabs.com/docs/body-tracking). The up axis is that of the coordinate system that the user chose; y
// points down in the SDK's default, IMAGE.
define("zed34", "-y", ["pelvis"], `${CAMERA_BODY} *_heel:*_ankle`);

// ZED SDK 4, `BODY_38_PARTS`: as above.
define(
  "zed38",
  "-y",
  ["pelvis"],
  `pelvis:- spine_1:pelvis spine_2:spine_1 spine_3:spine_2 neck:spine_3 nose:neck *_eye:nose *_ear:*_eye *_clavicle:spine_3
  *_shoulder:*_clavicle *_elbow:*_shoulder *_wrist:*_elbow *_hip:pelvis *_knee:*_hip *_ankle:*_knee *_big_toe:*_ankle
  *_small_toe:*_ankle *_heel:*_ankle *_hand_thumb_4:*_wrist *_hand_index_1:*_wrist *_hand_middle_4:*_wrist *_hand_pinky_1:*_wrist`,
);

// MediaPipe Pose, `PoseLandmark` (ai.google.dev/edge/mediapipe/solutions/vision/pose_landmarker); y points down. The model has
// connections, no tree: here the arms and legs hang from the nose.
define(
  "mediapipe33",
  "-y",
  ["left_hip", "right_hip"],
  `nose:- ${
    sided("*_eye_inner:nose *_eye:*_eye_inner *_eye_outer:*_eye").join(" ")
  } *_ear:nose *_mouth:nose *_shoulder:nose
  *_elbow:*_shoulder *_wrist:*_elbow *_pinky:*_wrist *_index:*_wrist *_thumb:*_wrist *_hip:*_shoulder *_knee:*_hip *_ankle:*_knee
  *_heel:*_ankle *_foot_index:*_heel`,
);

// COCO keypoints (cocodataset.org/#keypoints-2020) that were lifted to 3D; its frame is the lifter's.
define(
  "coco17",
  "-y",
  ["left_hip", "right_hip"],
  `nose:- *_eye:nose *_ear:*_eye *_shoulder:nose *_elbow:*_shoulder *_wrist:*_elbow *_hip:*_shoulder *_knee:*_hip *_ankle:*_knee`,
);
