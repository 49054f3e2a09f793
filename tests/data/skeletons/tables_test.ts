/** Tables of skeletons: the SDKs' orders of joints and published parents, as their references list them. */
import { assertEquals } from "@std/assert";
import { getSkeleton } from "../../../lib/data/skeletons.ts";
import { findJoints } from "../../../lib/data/skeletons/joints.ts";

/** Names in the references' order. */
const REFERENCES: Readonly<Record<string, string>> = {
  kinect25:
    `SpineBase SpineMid Neck Head ShoulderLeft ElbowLeft WristLeft HandLeft ShoulderRight ElbowRight WristRight HandRight
    HipLeft KneeLeft AnkleLeft FootLeft HipRight KneeRight AnkleRight FootRight SpineShoulder HandTipLeft ThumbLeft HandTipRight
    ThumbRight`,
  azure32:
    `PELVIS SPINE_NAVEL SPINE_CHEST NECK CLAVICLE_LEFT SHOULDER_LEFT ELBOW_LEFT WRIST_LEFT HAND_LEFT HANDTIP_LEFT THUMB_LEFT
    CLAVICLE_RIGHT SHOULDER_RIGHT ELBOW_RIGHT WRIST_RIGHT HAND_RIGHT HANDTIP_RIGHT THUMB_RIGHT HIP_LEFT KNEE_LEFT ANKLE_LEFT
    FOOT_LEFT HIP_RIGHT KNEE_RIGHT ANKLE_RIGHT FOOT_RIGHT HEAD NOSE EYE_LEFT EAR_LEFT EYE_RIGHT EAR_RIGHT`,
  zed34:
    `PELVIS NAVAL_SPINE CHEST_SPINE NECK LEFT_CLAVICLE LEFT_SHOULDER LEFT_ELBOW LEFT_WRIST LEFT_HAND LEFT_HANDTIP LEFT_THUMB
    RIGHT_CLAVICLE RIGHT_SHOULDER RIGHT_ELBOW RIGHT_WRIST RIGHT_HAND RIGHT_HANDTIP RIGHT_THUMB LEFT_HIP LEFT_KNEE LEFT_ANKLE
    LEFT_FOOT RIGHT_HIP RIGHT_KNEE RIGHT_ANKLE RIGHT_FOOT HEAD NOSE LEFT_EYE LEFT_EAR RIGHT_EYE RIGHT_EAR LEFT_HEEL RIGHT_HEEL`,
  zed38:
    `PELVIS SPINE_1 SPINE_2 SPINE_3 NECK NOSE LEFT_EYE RIGHT_EYE LEFT_EAR RIGHT_EAR LEFT_CLAVICLE RIGHT_CLAVICLE LEFT_SHOULDER
    RIGHT_SHOULDER LEFT_ELBOW RIGHT_ELBOW LEFT_WRIST RIGHT_WRIST LEFT_HIP RIGHT_HIP LEFT_KNEE RIGHT_KNEE LEFT_ANKLE RIGHT_ANKLE
    LEFT_BIG_TOE RIGHT_BIG_TOE LEFT_SMALL_TOE RIGHT_SMALL_TOE LEFT_HEEL RIGHT_HEEL LEFT_HAND_THUMB_4 RIGHT_HAND_THUMB_4
    LEFT_HAND_INDEX_1 RIGHT_HAND_INDEX_1 LEFT_HAND_MIDDLE_4 RIGHT_HAND_MIDDLE_4 LEFT_HAND_PINKY_1 RIGHT_HAND_PINKY_1`,
  mediapipe33:
    `NOSE LEFT_EYE_INNER LEFT_EYE LEFT_EYE_OUTER RIGHT_EYE_INNER RIGHT_EYE RIGHT_EYE_OUTER LEFT_EAR RIGHT_EAR MOUTH_LEFT
    MOUTH_RIGHT LEFT_SHOULDER RIGHT_SHOULDER LEFT_ELBOW RIGHT_ELBOW LEFT_WRIST RIGHT_WRIST LEFT_PINKY RIGHT_PINKY LEFT_INDEX
    RIGHT_INDEX LEFT_THUMB RIGHT_THUMB LEFT_HIP RIGHT_HIP LEFT_KNEE RIGHT_KNEE LEFT_ANKLE RIGHT_ANKLE LEFT_HEEL RIGHT_HEEL
    LEFT_FOOT_INDEX RIGHT_FOOT_INDEX`,
  coco17:
    `nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow right_elbow left_wrist right_wrist
    left_hip right_hip left_knee right_knee left_ankle right_ankle`,
  smpl24:
    `Pelvis L_Hip R_Hip Spine1 L_Knee R_Knee Spine2 L_Ankle R_Ankle Spine3 L_Foot R_Foot Neck L_Collar R_Collar Head L_Shoulder
    R_Shoulder L_Elbow R_Elbow L_Wrist R_Wrist L_Hand R_Hand`,
  h36m17:
    `Hip RHip RKnee RFoot LHip LKnee LFoot Spine Thorax Neck/Nose Head LShoulder LElbow LWrist RShoulder RElbow RWrist`,
  panoptic19:
    `Neck Nose BodyCenter lShoulder lElbow lWrist lHip lKnee lAnkle rShoulder rElbow rWrist rHip rKnee rAnkle lEye lEar rEye
    rEar`,
};

const namesOf = (name: string) => REFERENCES[name].trim().split(/\s+/);

Deno.test("Joints stand in the order of the SDKs, whose names are understood", () => {
  for (const name of Object.keys(REFERENCES)) {
    const skeleton = getSkeleton(name), names = namesOf(name);
    assertEquals(findJoints(names, skeleton), [...skeleton.joints.keys()], name);
  }
});

Deno.test("Prefixes of enumerations, other cases and signs change no joint", () => {
  const spellings: ((name: string, skeleton: string) => string)[] = [
    (name) => name.toLowerCase(),
    (name) => name.toUpperCase(),
    (name) => name.replaceAll("_", " "),
    (name) => name.replaceAll("_", "-"),
    (name) => `K4ABT_JOINT_${name}`,
    (name) => `JointType_${name}`,
    (name, skeleton) => `sl.${skeleton}_PARTS.${name}`,
    (name) => `PoseLandmark.${name}`,
    (name) => `body:${name}`,
  ];
  for (const name of Object.keys(REFERENCES)) {
    const skeleton = getSkeleton(name);
    for (const spell of spellings) {
      const names = namesOf(name).map((joint) => spell(joint, name));
      assertEquals(findJoints(names, skeleton), [...skeleton.joints.keys()], `${name}: ${names[0]}`);
    }
  }
});

Deno.test("Azure Kinect, SMPL, Human3.6M and Panoptic hang together as published", () => {
  const published: [string, number[]][] = [
    ["smpl24", [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 20, 21]],
    ["smplx22", [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19]],
    ["h36m17", [-1, 0, 1, 2, 0, 4, 5, 0, 7, 8, 9, 8, 11, 12, 8, 14, 15]],
    [
      "azure32",
      [
        ...[-1, 0, 1, 2, 2, 4, 5, 6, 7, 8, 7, 2, 11, 12, 13, 14, 15, 14, 0, 18, 19, 20, 0, 22, 23, 24, 3],
        ...[26, 26, 26, 26, 26],
      ],
    ],
    ["panoptic19", [2, 0, -1, 0, 3, 4, 2, 6, 7, 0, 9, 10, 2, 12, 13, 1, 15, 1, 17]],
  ];
  for (const [name, parents] of published) assertEquals(getSkeleton(name).parents, parents, name);
  const up = (name: string) => getSkeleton(name).up;
  assertEquals(["azure32", "mediapipe33", "h36m17", "smpl24", "panoptic19"].map(up), [
    "-y",
    "-y",
    "z",
    "y",
    "-y",
  ]);
});

Deno.test("Skeletons have other names, whatever their case and signs", () => {
  const aliases: [alias: string, name: string][] = [
    ...[["Azure Kinect", "azure32"], ["azure_kinect_32", "azure32"], ["K4ABT", "azure32"], [
      "MediaPipe",
      "mediapipe33",
    ]],
    ...[["BlazePose", "mediapipe33"], ["BODY_34", "zed34"], ["ZED-38", "zed38"], ["COCO", "coco17"], [
      "SMPL",
      "smpl24",
    ]],
    ...[["SMPL-X", "smplx55"], ["SMPL-H", "smplh52"], ["Human3.6M", "h36m17"], [
      "CMU Panoptic",
      "panoptic19",
    ]],
    ...[["NTU", "kinect25"], ["Kinect v2", "kinect25"], ["SBU", "sbu15"], ["Inter-X", "interx64"], [
      "sbu15",
      "sbu15",
    ]],
  ] as [string, string][];
  for (const [alias, name] of aliases) assertEquals(getSkeleton(alias).name, name, alias);
});

Deno.test("A name that is no joint, or two of them, is not found", () => {
  const kinect = getSkeleton("kinect25");
  assertEquals(findJoints(["tail", "25", "-1", "1.5", "", "spine"], kinect), [-1, -1, -1, -1, -1, -1]);
  assertEquals(findJoints(["24", "0", "1.0", "left_hand"], kinect), [
    24,
    0,
    1,
    kinect.joints.indexOf("left_hand"),
  ]);
  const twins = { ...kinect, name: "twins", joints: kinect.joints.with(0, "Left Hand") };
  assertEquals(findJoints(["LeftHand", "left_hand", "Left Hand"], twins), [
    -1,
    kinect.joints.indexOf("left_hand"),
    0,
  ]);
  const spine = getSkeleton("smpl24");
  assertEquals(findJoints(["spine", "Spine4"], spine), [-1, -1]);
});
