import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { CANONICAL_JOINTS, canonicalJoints, toCanonical } from "../../lib/data/canonical.ts";
import { jointKeys } from "../../lib/data/joint_names.ts";
import type { Skeleton } from "../../lib/data/skeleton.ts";
import { getSkeleton, INTERX64, KINECT25, listSkeletons, SBU15, SMPLX55 } from "../../lib/data/skeletons.ts";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import { SYNTHETIC_CATEGORIES } from "../../lib/data/synthetic/scripts.ts";
import { randomClip } from "../support/data_fixtures.ts";

/** A skeleton from words `joint:parent`; spaces in names are written `+`. */
function skeletonOf(
  bones: string,
  pelvis: string,
  hip: string,
  shoulder: string,
  sides = ["left", "right"],
): Skeleton {
  const words = bones.trim().split(/\s+/).map((bone) => bone.replaceAll("+", " ").split("/"));
  const joints = words.map(([joint]) => joint), at = (joint: string) => joints.indexOf(joint);
  const other = (joint: string) => at(joint.replace(sides[0], sides[1]));
  return {
    name: "test",
    joints,
    parents: words.map(([, parent]) => at(parent)),
    mirror: joints.map((joint, i) => {
      const there = other(joint), back = at(joint.replace(sides[1], sides[0]));
      return there !== i && there >= 0 ? there : back >= 0 ? back : i;
    }),
    pelvis: pelvis.split(" ").map(at),
    hips: [at(hip), other(hip)],
    shoulders: [at(shoulder), other(shoulder)],
    up: "y",
  };
}

/** Names of the joints of each canonical joint, in one line. */
function mapping(skeleton: Skeleton): Record<string, string> {
  const found = canonicalJoints(skeleton).map((joints) =>
    joints.map((joint) => skeleton.joints[joint]).join(" ")
  );
  return Object.fromEntries(CANONICAL_JOINTS.map((name, k) => [name, found[k]]));
}

const left = (map: Record<string, string>) =>
  ["shoulder", "elbow", "hand", "hip", "knee", "foot"].map((part) => map[`left_${part}`]).join(" ");
const middle = ({ head, neck, torso }: Record<string, string>) => [head, neck, torso].join(", ");

const ZED = getSkeleton("zed34"), AZURE = getSkeleton("azure32"), MEDIAPIPE = getSkeleton("mediapipe33");

const CMU_LEG = "*HipJoint/Hips ^UpLeg/*HipJoint ^Leg/^UpLeg ^Foot/^Leg ^ToeBase/^Foot ";
const CMU_ARM =
  `^Shoulder/Spine1 ^Arm/^Shoulder ^ForeArm/^Arm ^Hand/^ForeArm ^FingerBase/^Hand ^HandIndex1/^FingerBase
  *Thumb/^Hand `;
const CMU = skeletonOf(
  "Hips/- " + CMU_LEG.replaceAll("*", "L").replaceAll("^", "Left") +
    CMU_LEG.replaceAll("*", "R").replaceAll("^", "Right") +
    "LowerBack/Hips Spine/LowerBack Spine1/Spine Neck/Spine1 Neck1/Neck Head/Neck1 " +
    CMU_ARM.replaceAll("*", "L").replaceAll("^", "Left") +
    CMU_ARM.replaceAll("*", "R").replaceAll("^", "Right"),
  "Hips",
  "LeftUpLeg",
  "LeftShoulder",
  ["Left", "Right"],
);

Deno.test("Every registered skeleton has all canonical joints, and left mirrors right", () => {
  for (const skeleton of listSkeletons().map(getSkeleton)) {
    const map = canonicalJoints(skeleton);
    assertEquals(map.length, 15);
    map.forEach((joints, k) => {
      assert(joints.length > 0);
      const mirrored = joints.map((joint) => skeleton.mirror[joint]).sort();
      assertEquals(mirrored, [...map[SBU15.mirror[k]]].sort());
    });
  }
});

Deno.test("SBU's joints are the canonical joints", () => {
  assertEquals(canonicalJoints(SBU15), SBU15.joints.map((_, joint) => [joint]));
  const { x, frames } = randomClip(1);
  assertEquals(toCanonical(x, frames, SBU15), x);
});

Deno.test("The same movement has about the same canonical joints in every skeleton", () => {
  for (const category of SYNTHETIC_CATEGORIES) {
    const [a, ...others] = [SBU15, KINECT25, INTERX64].map((skeleton) => {
      const clip = generateClip({ category, seed: 2, skeleton, noise: 0 });
      return toCanonical(clip.x, clip.frames, skeleton);
    });
    for (const b of others) {
      for (let p = 0; p < a.length; p += 3) {
        const apart = Math.hypot(a[p] - b[p], a[p + 1] - b[p + 1], a[p + 2] - b[p + 2]);
        assert(apart < 0.15, `${category}: ${CANONICAL_JOINTS[p / 3 % 15]} is ${apart} m away`);
      }
    }
  }
});

Deno.test("Hand and foot are the wrist and ankle where a skeleton has nothing nearer", () => {
  assertEquals(
    left(mapping(KINECT25)),
    "left_shoulder left_elbow left_hand left_hip left_knee left_ankle",
  );
  assertEquals(left(mapping(INTERX64)), "left_shoulder left_elbow left_hand left_hip left_knee left_ankle");
  assertEquals(left(mapping(SMPLX55)), "left_shoulder left_elbow left_hand left_hip left_knee left_ankle");
  assertEquals(middle(mapping(SMPLX55)), "head, neck, spine_3 spine_2 spine_1");
});

Deno.test("ZED's 34 and Azure Kinect's 32 joints", () => {
  assertEquals(ZED.joints.length, 34);
  assertEquals(left(mapping(ZED)), "left_shoulder left_elbow left_hand left_hip left_knee left_ankle");
  assertEquals(middle(mapping(ZED)), "head, neck, spine_chest spine_navel");
  assertEquals(AZURE.joints.length, 32);
  assertEquals(left(mapping(AZURE)), "left_shoulder left_elbow left_hand left_hip left_knee left_ankle");
  assertEquals(middle(mapping(AZURE)), "head, neck, spine_chest spine_navel");
});

Deno.test("The joints of other cameras, pose models and data sets", () => {
  const expected: [name: string, left: string, middle: string][] = [
    ["zed38", "shoulder elbow wrist hip knee ankle", "left_ear right_ear, neck, spine_3 spine_2 spine_1"],
    ["smpl24", "shoulder elbow hand hip knee ankle", "head, neck, spine_3 spine_2 spine_1"],
    ["smplx22", "shoulder elbow hand hip knee ankle", "head, neck, spine_3 spine_2 spine_1"],
    ["smplh52", "shoulder elbow hand hip knee ankle", "head, neck, spine_3 spine_2 spine_1"],
    ["h36m17", "shoulder elbow wrist hip knee ankle", "head, left_shoulder right_shoulder, torso"],
    [
      "panoptic19",
      "shoulder elbow wrist hip knee ankle",
      "left_ear right_ear, neck, pelvis pelvis left_shoulder right_shoulder",
    ],
    [
      "coco17",
      "shoulder elbow wrist hip knee ankle",
      "left_ear right_ear, left_shoulder right_shoulder, " +
      "left_hip right_hip left_hip right_hip left_shoulder right_shoulder left_shoulder right_shoulder",
    ],
  ];
  for (const [name, limbs, trunk] of expected) {
    const map = mapping(getSkeleton(name));
    assertEquals([left(map), middle(map)], [limbs.replace(/\w+/g, "left_$&"), trunk], name);
  }
});

Deno.test("Without pelvis, neck, torso and head: means of what there is", () => {
  const map = mapping(MEDIAPIPE);
  assertEquals(left(map), "left_shoulder left_elbow left_wrist left_hip left_knee left_ankle");
  assertEquals(map.neck, "left_shoulder right_shoulder");
  assertEquals(map.head, "left_ear right_ear");
  assertEquals(
    new Set(map.torso.split(" ")),
    new Set(["left_hip", "right_hip", "left_shoulder", "right_shoulder"]),
  );
  const values = new Float32Array(MEDIAPIPE.joints.length * 3);
  for (const hip of MEDIAPIPE.hips) values[hip * 3 + 1] = 1;
  for (const shoulder of MEDIAPIPE.shoulders) values[shoulder * 3 + 1] = 1.5;
  assertAlmostEquals(toCanonical(values, 1, MEDIAPIPE)[2 * 3 + 1], 1.25, 1e-6);
});

Deno.test("Names of bones: a BVH file of CMU, Poser, Unreal, Biped, ASF", () => {
  assertEquals(left(mapping(CMU)), "LeftArm LeftForeArm LeftHand LeftUpLeg LeftLeg LeftFoot");
  assertEquals(middle(mapping(CMU)), "Head, Neck, Spine1 Spine LowerBack");
  const rig = (bones: string, pelvis: string, hip: string, shoulder: string, sides: [string, string]) => {
    const both = bones.trim().split(/\s+/).flatMap((bone) =>
      bone.includes("*") ? sides.map((letter) => bone.replaceAll("*", letter)) : [bone]
    );
    return left(mapping(skeletonOf(both.join(" "), pelvis, hip, shoulder, sides)));
  };
  assertEquals(
    rig(
      "hip/- abdomen/hip chest/abdomen *Collar/chest *Shldr/*Collar *ForeArm/*Shldr *Hand/*ForeArm *Thigh/hip *Shin/*Thigh *Foot/*Shin",
      "hip",
      "lThigh",
      "lShldr",
      ["l", "r"],
    ),
    "lShldr lForeArm lHand lThigh lShin lFoot",
  );
  assertEquals(
    rig(
      "pelvis/- upperarm_*/pelvis upperarm_twist_*/upperarm_* lowerarm_*/upperarm_* hand_*/lowerarm_* thigh_*/pelvis thigh_twist_01_*/thigh_* calf_*/thigh_* foot_*/calf_* ball_*/foot_*",
      "pelvis",
      "thigh_l",
      "upperarm_l",
      ["_l", "_r"].map((s) => s.slice(1)) as [string, string],
    ),
    "upperarm_l lowerarm_l hand_l thigh_l calf_l foot_l",
  );
  assertEquals(
    rig(
      "Bip01/- Bip01+*+UpperArm/Bip01 Bip01+*+Forearm/Bip01+*+UpperArm Bip01+*+Hand/Bip01+*+Forearm Bip01+*+Thigh/Bip01 Bip01+*+Calf/Bip01+*+Thigh Bip01+*+Foot/Bip01+*+Calf",
      "Bip01",
      "Bip01 L Thigh",
      "Bip01 L UpperArm",
      ["L", "R"],
    ),
    "Bip01 L UpperArm Bip01 L Forearm Bip01 L Hand Bip01 L Thigh Bip01 L Calf Bip01 L Foot",
  );
  assertEquals(
    rig(
      "root/- *hipjoint/root *femur/*hipjoint *tibia/*femur *foot/*tibia thorax/root *clavicle/thorax *humerus/*clavicle *radius/*humerus *wrist/*radius *hand/*wrist",
      "root",
      "lfemur",
      "lhumerus",
      ["l", "r"],
    ),
    "lhumerus lradius lhand lfemur ltibia lfoot",
  );
});

Deno.test("Spellings of one joint have one key", () => {
  const spellings = [
    "left_knee",
    "LeftKnee",
    "lKnee",
    "l_knee",
    "KNEE_LEFT",
    "Left Knee",
    "knee.L",
    "LKnee",
    "leftknee",
    "rig:LeftKnee",
  ];
  for (const key of jointKeys(spellings)) assertEquals(key, { side: "left", part: "knee", number: "" });
  assertEquals(jointKeys(["lowerneck", "Spine1", "R_Elbow", "lFinger2.1"]), [
    { side: "middle", part: "lowerneck", number: "" },
    { side: "middle", part: "spine", number: "1" },
    { side: "right", part: "elbow", number: "" },
    { side: "left", part: "finger", number: "21" },
  ]);
});

Deno.test("A prefix that all names share is no part of them, a side is", () => {
  const parts = (names: string[]) =>
    jointKeys(names).map(({ side, part, number }) => `${side} ${part}${number}`);
  assertEquals(parts(["K4ABT_JOINT_PELVIS", "K4ABT_JOINT_HIP_LEFT", "K4ABT_JOINT_SPINE_2"]), [
    "middle pelvis",
    "left hip",
    "middle spine2",
  ]);
  assertEquals(parts(["Bip01", "Bip01 Pelvis", "Bip01 L Thigh"]), [
    "middle bip01",
    "middle pelvis",
    "left thigh",
  ]);
  assertEquals(parts(["rig_Left_Hip", "rig_Left_Knee"]), ["left hip", "left knee"]);
  assertEquals(parts(["Spine", "Spine1", "LeftArm"]), ["middle spine", "middle spine1", "left arm"]);
  assertEquals(parts(["SpineBase", "SpineMid"]), ["middle base", "middle mid"]);
  assertEquals(parts(["SpineBase"]), ["middle spinebase"]);
});

Deno.test("Joints without names are found by structure, and nothing throws", () => {
  const chain = skeletonOf("a/- b/a c/b d/c e/a f/e g/f s/a h/s i/h j/i k/s m/k n/m", "a", "b", "h");
  const skeleton: Skeleton = { ...chain, hips: [1, 4], shoulders: [8, 11] };
  assertEquals(left(mapping(skeleton)), "h i j b c d");
  const alone: Skeleton = { ...chain, parents: chain.joints.map(() => -1), hips: [1, 4], shoulders: [8, 11] };
  assertEquals(left(mapping(alone)), "h h h b b b");
});
