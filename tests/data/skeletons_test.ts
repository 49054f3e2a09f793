import { assert, assertEquals, assertThrows } from "@std/assert";
import { boneVariation } from "../../lib/data/transforms/quality.ts";
import { openDataset } from "../../lib/data/open_dataset.ts";
import {
  getSkeleton,
  INTERX64,
  KINECT25,
  listSkeletons,
  registerSkeleton,
  SBU15,
  SMPLX55,
  SMPLX56,
} from "../../lib/data/skeletons.ts";
import { generateClip } from "../../lib/data/synthetic/mod.ts";
import { UsageError } from "../../lib/core/errors.ts";
import { exists, SBU } from "../support/data_fixtures.ts";

/** Edges as sorted pairs of joint numbers. */
const edges = (parents: readonly number[]) =>
  parents.flatMap((parent, joint) =>
    parent < 0 ? [] : [[Math.min(parent, joint), Math.max(parent, joint)].join("-")]
  )
    .sort();

Deno.test("every skeleton is one tree with matching left and right", () => {
  for (const skeleton of listSkeletons().map(getSkeleton)) {
    const { joints, parents, mirror, pelvis, hips, shoulders } = skeleton;
    assertEquals(getSkeleton(skeleton.name), skeleton);
    assert(listSkeletons().includes(skeleton.name));
    assertEquals(new Set(joints).size, joints.length);
    assertEquals(parents.filter((parent) => parent === -1).length, 1);
    joints.forEach((joint, i) => {
      assert(/^[a-z]+(_[a-z0-9]+)*$/.test(joint), joint);
      const other = joints[mirror[i]];
      if (joint.startsWith("left_")) assertEquals(other, joint.replace("left_", "right_"));
      else if (!joint.startsWith("right_")) assertEquals(other, joint);
      const above = parents[i], aboveMirror = parents[mirror[i]];
      assertEquals(aboveMirror, above < 0 ? -1 : mirror[above]);
    });
    for (const joint of [...pelvis, ...hips, ...shoulders]) assert(joint >= 0 && joint < joints.length);
    assertEquals([mirror[hips[0]], mirror[shoulders[0]]], [hips[1], shoulders[1]]);
  }
});

Deno.test("SBU's skeleton has the release's edges", () => {
  const expected = "0-1 1-2 1-3 3-4 4-5 1-6 6-7 7-8 2-9 9-10 10-11 2-12 12-13 13-14".split(" ").sort();
  assertEquals(edges(SBU15.parents), expected);
});

Deno.test("Kinect v2's joints stand where the sensor's manual puts them", () => {
  const numbered = {
    1: "pelvis",
    3: "neck",
    4: "head",
    8: "left_hand",
    9: "right_shoulder",
    17: "right_hip",
    21: "chest",
  };
  for (const [number, joint] of Object.entries(numbered)) {
    assertEquals(KINECT25.joints[Number(number) - 1], joint);
  }
  const expected =
    "0-1 1-20 2-20 2-3 4-20 4-5 5-6 6-7 8-20 8-9 9-10 10-11 0-12 12-13 13-14 14-15 0-16 16-17 17-18 " +
    "18-19 7-21 6-22 11-23 10-24";
  assertEquals(edges(KINECT25.parents), expected.split(" ").sort());
});

Deno.test("Inter-X's skeleton has the viewer's 60 edges on 61 joints and three end sites", () => {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const selected = [...range(0, 4), ...range(6, 9), ...range(11, 62)];
  const chain = (...joints: number[]) => joints.slice(1).map((joint, i) => [joints[i], joint]);
  const hand = (wrist: number) =>
    [0, 1, 2, 3, 4].flatMap((finger) =>
      chain(wrist, ...range(wrist + 1 + finger * 4, wrist + 4 + finger * 4))
    );
  const viewer = [
    ...chain(0, 1, 2, 3, 4),
    ...chain(0, 5, 6, 7, 8),
    ...chain(0, 9, 10),
    ...chain(10, 11, 12, 13, 14),
    ...hand(14),
    ...chain(10, 35, 36, 37, 38),
    ...hand(38),
    ...chain(10, 59, 60),
  ];
  assertEquals(viewer.length, 60);
  const raw = viewer.map(([a, b]) => `${selected[a]}-${selected[b]}`);
  assertEquals(edges(INTERX64.parents), [...raw, "4-5", "9-10", "62-63"].sort());
  assertEquals(INTERX64.joints.length, 64);
});

Deno.test("SMPL-X's joints hang together as in the model", () => {
  const parents = [-1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 12, 13, 14, 16, 17, 18, 19, 15, 15, 15];
  for (const wrist of [20, 21]) {
    for (let finger = 0; finger < 5; finger++) {
      const first = parents.length;
      parents.push(wrist, first, first + 1);
    }
  }
  assertEquals(SMPLX55.parents, parents);
  assertEquals(SMPLX56.joints, [...SMPLX55.joints, "translation"]);
});

Deno.test("a skeleton that is not a tree, or whose mirror does not lead back, cannot be registered", () => {
  const base = { ...SBU15, name: "broken" };
  const change = (list: readonly number[], at: number, value: number) =>
    list.map((old, i) => i === at ? value : old);
  assertThrows(() => registerSkeleton({ ...base, parents: change(base.parents, 2, 1) }), UsageError, "root");
  assertThrows(() => registerSkeleton({ ...base, parents: change(base.parents, 2, 99) }), UsageError, "root");
  assertThrows(() => registerSkeleton({ ...base, mirror: change(base.mirror, 3, 3) }), UsageError, "mirror");
  assertThrows(() => registerSkeleton({ ...base, parents: [] }), UsageError, "expected 15 parents");
  assert(!listSkeletons().includes("broken"));
  assertThrows(() => getSkeleton("broken"), UsageError, "sbu15");
});

Deno.test("bones of a rigid skeleton do not vary, and a joint that comes loose shows on its own bones only", () => {
  for (const skeleton of [KINECT25, INTERX64]) {
    const clip = generateClip({ category: "kick", seed: 3, noise: 0, skeleton });
    assert(boneVariation(clip).every(({ variation, length }) => variation < 1e-4 && length > 0.01));
    const knee = skeleton.joints.indexOf("left_knee"), x = clip.x.slice(), width = skeleton.joints.length * 3;
    for (let t = 0; t < clip.frames; t += 2) x[t * width + knee * 3] += 0.3;
    const loose = boneVariation({ ...clip, x }).filter(({ variation }) => variation > 1e-3);
    assertEquals(loose.map(({ joint }) => joint).sort(), ["left_ankle", "left_knee"]);
  }
});

Deno.test({
  name:
    "on the real SBU release forearms and legs are twice as rigid as lines to the joint of the other side (needs ../shared/data/sbu)",
  ignore: !exists(SBU),
  fn: async () => {
    const { clips } = await openDataset(SBU, { format: "sbu" });
    const median = (parents: readonly number[], joint: string) =>
      clips.map((clip) => {
        const bones = boneVariation({ ...clip, skeleton: { ...SBU15, parents } });
        return bones.find((bone) => bone.joint === joint)!.variation;
      }).sort((a, b) => a - b)[clips.length >> 1];
    SBU15.joints.forEach((joint, at) => {
      if (!/_(hand|knee|foot)$/.test(joint)) return;
      const crossed = SBU15.parents.map((parent, i) => i === at ? SBU15.mirror[parent] : parent);
      assert(median(SBU15.parents, joint) < 0.5 * median(crossed, joint), joint);
    });
  },
});
