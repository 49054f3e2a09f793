/** Skeletons of BVH files: the landmarks do not depend on spelling or on static nodes, and mirror pairs are complete or none. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../../../lib/core/errors.ts";
import { readBvh } from "../../../../lib/data/formats/bvh/motion.ts";
import type { Landmarks } from "../../../../lib/data/formats/bvh/skeleton.ts";
import { parseLandmarks } from "../../../../lib/data/formats/bvh/skeleton.ts";
import { text } from "../../../support/custom_fixtures.ts";

/** A file of words `joint:parent`, spaces in names written `+`; joints with a star behind have positions. */
function file(bones: string): Uint8Array {
  const words = bones.trim().split(/\s+/).map((bone) => bone.replaceAll("+", " ").split("/"));
  const write = (name: string): string => {
    const below = words.filter(([, parent]) => parent === name).map(([child]) => `JOINT ${write(child)}`);
    const channels = name.endsWith("*") ? "CHANNELS 3 Xposition Yposition Zposition" : "";
    return `${name.replace("*", "")} { OFFSET 1 2 3 ${channels} ${
      below.join(" ")
    } End Site { OFFSET 0 0 0 } }`;
  };
  const count = words.filter(([name]) => name.endsWith("*")).length * 3;
  const root = words.find(([, parent]) => parent === "-")![0];
  return text(`HIERARCHY ROOT ${write(root)} MOTION Frames: 1 Frame Time: 0.04 ${"0 ".repeat(count)}`);
}

/** The names of the landmarks and the warnings of a file. */
function read(bones: string, landmarks: Landmarks = {}) {
  const warnings: string[] = [];
  const { skeleton } = readBvh(file(bones), "a.bvh", { landmarks, warn: (why) => warnings.push(why) });
  const named = (joints: readonly number[]) => joints.map((joint) => skeleton.joints[joint]).join(" ");
  const { pelvis, hips, shoulders, mirror } = skeleton;
  return { skeleton, warnings, mirror: named(mirror), marks: [pelvis, hips, shoulders].map(named) };
}

/** Both sides of limbs: `*` is the side. */
const both = (bones: string, left: string, right: string) =>
  [left, right].map((side) => bones.replaceAll("~", side)).join(" ");

Deno.test("Left and right, hips and shoulders are found in the spellings of many programs", () => {
  const rigs: [
    middle: string,
    limbs: string,
    sides: [string, string],
    pelvis: string,
    hip: string,
    shoulder: string,
  ][] = [
    ["Hips/- Spine/Hips", "~UpLeg/Hips ~Leg/~UpLeg ~Arm/Spine", ["Left", "Right"], "Hips", "~UpLeg", "~Arm"],
    [
      "mixamorig:Hips/- mixamorig:Spine/mixamorig:Hips",
      "mixamorig:~UpLeg/mixamorig:Hips mixamorig:~Shoulder/mixamorig:Spine mixamorig:~Arm/mixamorig:~Shoulder",
      ["Left", "Right"],
      "mixamorig:Hips",
      "mixamorig:~UpLeg",
      "mixamorig:~Arm",
    ],
    [
      "hip/- abdomen/hip",
      "~Thigh/hip ~Shin/~Thigh ~Collar/abdomen ~Shldr/~Collar",
      ["l", "r"],
      "hip",
      "~Thigh",
      "~Shldr",
    ],
    [
      "hip/- pelvis/hip",
      "~ThighBend/pelvis ~ThighTwist/~ThighBend ~ShldrBend/hip ~ForearmBend/~ShldrBend",
      ["l", "r"],
      "pelvis",
      "~ThighBend",
      "~ShldrBend",
    ],
    [
      "spine/-",
      "thigh.~/spine shin.~/thigh.~ shoulder.~/spine upper_arm.~/shoulder.~ forearm.~/upper_arm.~",
      ["L", "R"],
      "spine",
      "thigh.~",
      "upper_arm.~",
    ],
    [
      "pelvis/-",
      "thigh_~/pelvis thigh_twist_01_~/thigh_~ clavicle_~/pelvis upperarm_~/clavicle_~ lowerarm_~/upperarm_~",
      ["l", "r"],
      "pelvis",
      "thigh_~",
      "upperarm_~",
    ],
    [
      "joint_Root/- Hips/joint_Root Chest/Hips",
      "UpperLeg_~/Hips LowerLeg_~/UpperLeg_~ Shoulder_~/Chest UpperArm_~/Shoulder_~ LowerArm_~/UpperArm_~",
      ["L", "R"],
      "Hips",
      "UpperLeg_~",
      "UpperArm_~",
    ],
    [
      "PELVIS/-",
      "~_HIP/PELVIS ~_KNEE/~_HIP ~_SHOULDER/PELVIS ~_ELBOW/~_SHOULDER",
      ["LEFT", "RIGHT"],
      "PELVIS",
      "~_HIP",
      "~_SHOULDER",
    ],
    [
      "Pelvis/-",
      "~_Hip/Pelvis ~_Knee/~_Hip ~_Collar/Pelvis ~_Shoulder/~_Collar",
      ["L", "R"],
      "Pelvis",
      "~_Hip",
      "~_Shoulder",
    ],
    [
      "SpineBase/-",
      "Hip~/SpineBase Knee~/Hip~ Shoulder~/SpineBase",
      ["Left", "Right"],
      "SpineBase",
      "Hip~",
      "Shoulder~",
    ],
    [
      "Bip01/- Bip01+Pelvis/Bip01 Bip01+Spine/Bip01+Pelvis",
      "Bip01+~+Thigh/Bip01+Pelvis Bip01+~+Clavicle/Bip01+Spine Bip01+~+UpperArm/Bip01+~+Clavicle",
      ["L", "R"],
      "Bip01 Pelvis",
      "Bip01 ~ Thigh",
      "Bip01 ~ UpperArm",
    ],
    [
      "root/- thorax/root",
      "~hipjoint/root ~femur/~hipjoint ~clavicle/thorax ~humerus/~clavicle ~hand/~humerus",
      ["l", "r"],
      "root",
      "~femur",
      "~humerus",
    ],
    [
      "J_Bip_C_Hips/-",
      "J_Bip_~_UpperLeg/J_Bip_C_Hips J_Bip_~_UpperArm/J_Bip_C_Hips",
      ["L", "R"],
      "J_Bip_C_Hips",
      "J_Bip_~_UpperLeg",
      "J_Bip_~_UpperArm",
    ],
    [
      "root/-",
      "upperleg01.~/root upperleg02.~/upperleg01.~ upperarm01.~/root upperarm02.~/upperarm01.~",
      ["L", "R"],
      "root",
      "upperleg01.~",
      "upperarm01.~",
    ],
    [
      "Hip/- Ab/Hip",
      "~Thigh/Hip ~Shin/~Thigh ~Shoulder/Ab ~UArm/~Shoulder ~FArm/~UArm",
      ["L", "R"],
      "Hip",
      "~Thigh",
      "~UArm",
    ],
    [
      "hips/-",
      "~hip/hips ~knee/~hip ~shoulder/hips ~elbow/~shoulder",
      ["left", "right"],
      "hips",
      "~hip",
      "~shoulder",
    ],
    ["hips/-", "~upleg/hips ~leg/~upleg ~arm/hips ~forearm/~arm", ["l_", "r_"], "hips", "~upleg", "~arm"],
    ["hips/-", "~Hip/hips ~Knee/~Hip ~Shoulder/hips", ["L", "R"], "hips", "~Hip", "~Shoulder"],
    [
      "Hips/-",
      "~+Thigh/Hips ~+Leg/~+Thigh ~+Arm/Hips ~+ForeArm/~+Arm",
      ["Left", "Right"],
      "Hips",
      "~ Thigh",
      "~ Arm",
    ],
    [
      "Hips/-",
      "~_Thigh/Hips Calf_~/~_Thigh ~_Upper_Arm/Hips",
      ["Left", "Right"],
      "Hips",
      "~_Thigh",
      "~_Upper_Arm",
    ],
  ];
  for (const [middle, limbs, sides, pelvis, hip, shoulder] of rigs) {
    for (const [left, right] of [sides, [sides[1], sides[0]]]) {
      // The order of the sides in the file does not matter.
      const { marks, warnings, skeleton } = read(`${middle} ${both(limbs, left, right)}`);
      const pair = (name: string) => sides.map((side) => name.replaceAll("~", side)).join(" ");
      assertEquals(marks, [pelvis, pair(hip), pair(shoulder)]);
      assertEquals(warnings, []);
      const { joints, mirror } = skeleton;
      joints.forEach((joint, i) => {
        const swapped = limbs.split(/\s+/).map((bone) => bone.split("/")[0].replaceAll("+", " "))
          .flatMap((name) =>
            sides.map((side, k) => [side, sides[1 - k]].map((own) => name.replaceAll("~", own)))
          )
          .find(([from]) => from === joint)?.[1];
        assertEquals(joints[mirror[i]], swapped ?? joint);
        assertEquals(mirror[mirror[i]], i);
      });
    }
  }
});

Deno.test("CMU's hip joints stand at the pelvis: the hips are the thighs, and hip joints are mirrored", () => {
  const leg = (l: string, left: string) =>
    `${l}HipJoint/Hips ${left}UpLeg/${l}HipJoint ${left}Leg/${left}UpLeg`;
  const arm = (l: string, left: string) =>
    `${left}Shoulder/Spine ${left}Arm/${left}Shoulder ${l}Thumb/${left}Arm`;
  const { marks, mirror, warnings } = read(
    `Hips/- ${leg("L", "Left")} ${leg("R", "Right")} Spine/Hips ${arm("L", "Left")} ${arm("R", "Right")}`,
  );
  assertEquals(marks, ["Hips", "LeftUpLeg RightUpLeg", "LeftArm RightArm"]);
  assertEquals(mirror.split(" ").slice(0, 4), ["Hips", "RHipJoint", "RightUpLeg", "RightLeg"]);
  assertEquals(warnings, []);
});

Deno.test("Static nodes above the hips change no landmark; hips that move freely are the pelvis", () => {
  const limbs = both("~UpLeg/Hips ~Arm/Hips", "Left", "Right");
  for (
    const above of ["Hips/-", "Reference/- Hips/Reference", "Scene/- Armature/Scene root/Armature Hips/root"]
  ) {
    assertEquals(read(`${above} ${limbs}`).marks[0], "Hips");
  }
  const chain = both("~Pelvis/Root ~UpLeg/~Pelvis ~Arm/Root", "Left", "Right");
  assertEquals(read(`Root/- ${chain}`).marks[0], "Root");
  const loose = "Root/- LeftUpLeg*/Root RightUpLeg*/Root LeftArm/Root RightArm/Root";
  const { skeleton } = read(loose);
  assertEquals(skeleton.pelvis, skeleton.hips);
  const one = read("LeftHip/- RightHip/LeftHip LeftArm/LeftHip RightArm/LeftHip").skeleton;
  assertEquals(one.pelvis, one.hips);
});

Deno.test("A joint without a partner means no mirror, and a warning that names it", () => {
  const whole = `Hips/- ${both("~UpLeg/Hips ~Arm/Hips ~Hand/~Arm", "Left", "Right")}`;
  assertEquals(read(whole).warnings, []);
  const { skeleton, warnings } = read(`${whole} LeftProp/LeftHand RightSword/RightHand`);
  assertEquals(skeleton.mirror, skeleton.joints.map((_, i) => i));
  assertEquals(warnings, [
    "Left and right are not exchanged in mirror images: no partner for LeftProp, RightSword",
  ]);
  // What hangs from a hand is of its side, whatever its name.
  assertEquals(read(`${whole} Sword/RightHand`).warnings[0].split(": ")[1], "no partner for Sword");
  assertEquals(read(`${whole} Tail/Hips`).warnings, []);
  // Two joints of one name have no partner, as nothing tells which is which.
  const twice = read(`${whole} Left_Hand/LeftHand`);
  assertEquals(twice.warnings[0].split(": ")[1], "no partner for LeftHand, Left_Hand, RightHand");
});

Deno.test("Names that tell no hips are refused with the joints and the fields to write, which then suffice", () => {
  const bones = "a/- b/a c/a d/a e/d f/d";
  const { message } = assertThrows(() => read(bones), DataError);
  assertEquals(
    message,
    'Cannot read a.bvh: cannot tell its hips by name; add to the description "skeleton": { "pelvis": [joint], ' +
      '"hips": [left, right], "shoulders": [left, right] } with names or indices of its joints: 0 a, 1 b, 2 c, 3 d, 4 e, 5 f',
  );
  for (
    const landmarks of [{ hips: ["b", "c"], shoulders: ["e", "f"], pelvis: ["a"] }, {
      hips: [1, 2],
      shoulders: [4, 5],
    }]
  ) {
    const { marks, warnings } = read(bones, landmarks);
    assertEquals(marks, ["a", "b c", "e f"]);
    assertEquals(warnings, ["Left and right are not exchanged in mirror images: no partner for b, c, e, f"]);
  }
  const some = `Hips/- ${both("~UpLeg/Hips ~Wing/Hips", "Left", "Right")}`;
  assertThrows(() => read(some), DataError, "cannot tell its shoulders");
  const given = read(some, { shoulders: ["LeftWing", "RightWing"], pelvis: ["LeftUpLeg", 3] });
  assertEquals(
    given.marks,
    ["LeftUpLeg RightUpLeg", "LeftUpLeg RightUpLeg", "LeftWing RightWing"],
  );
  assertEquals(given.warnings, []);
  for (const joint of ["g", "A", 6, -1, "0"]) {
    assertThrows(
      () => read(bones, { hips: ["b", joint], shoulders: [4, 5] }),
      DataError,
      `skeleton.hips of the description names ${joint}, its joints are 0 a`,
    );
  }
});

Deno.test("Landmarks are read from a description's skeleton that has no joints of its own", () => {
  const refuse = (why: string) => new DataError(why, "iadnet.json");
  const parse = (value: unknown) => parseLandmarks(value, refuse);
  assertEquals(parse({ hips: [1, "b"], pelvis: ["a"] }), { hips: [1, "b"], pelvis: ["a"] });
  for (const value of [undefined, "sbu15", { name: "x" }, { joints: [] }]) {
    assertEquals(parse(value), undefined);
  }
  for (
    const value of [
      { hips: [1] },
      { hips: [1, 1] },
      { shoulders: [1, 2, 3] },
      { pelvis: [] },
      { pelvis: [1.5] },
      { hip: [1, 2] },
      { hips: "ab" },
    ]
  ) {
    assertThrows(() => parse(value), DataError, `skeleton.${Object.keys(value)[0]}`);
  }
});

Deno.test("Files of equal hierarchies have one skeleton; equal names in another tree have another", () => {
  const limbs = both("~UpLeg/Hips ~Arm/Hips", "Left", "Right");
  const one = read(`Hips/- Spine/Hips ${limbs}`).skeleton;
  assert(one === read(`Hips/- Spine/Hips ${limbs}`).skeleton);
  const other = read(`Hips/- Spine/Hips ${limbs.replaceAll("Arm/Hips", "Arm/Spine")}`).skeleton;
  assert(one.name !== other.name);
});
