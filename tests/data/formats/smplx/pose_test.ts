/** Forward kinematics: laws of the positions, and an independent definition by homogeneous matrices. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../../lib/core/errors.ts";
import { Random } from "../../../../lib/core/random.ts";
import { smplxPositions } from "../../../../lib/data/formats/smplx/pose.ts";
import { getSkeleton, SMPLX55 } from "../../../../lib/data/skeletons.ts";
import { largestDifference } from "../../../support/data_fixtures.ts";
import { positionsByMatrices } from "../../../support/smplx.ts";

const draw = (seed: number, length: number, size: number) => {
  const random = new Random(seed);
  return Float32Array.from({ length }, () => random.normal(0, size));
};
const REST = draw(1, 55 * 3, 0.4);
const bone = (values: Float32Array, offset: number, joint: number) =>
  [0, 1, 2].map((k) => values[offset + joint * 3 + k] - values[offset + SMPLX55.parents[joint] * 3 + k]);

Deno.test("a body with all rotations zero is the rest skeleton, moved", () => {
  const pose = new Float32Array(2 * 56 * 3);
  pose.set([1, 2, 3], 56 * 3 + 55 * 3);
  const out = smplxPositions(pose, REST, SMPLX55);
  assertEquals(out.subarray(0, 165), REST);
  assert(largestDifference(out.subarray(165), REST.map((value, i) => value + [1, 2, 3][i % 3])) < 1e-6);
});

Deno.test("rotations keep every bone's length, and the root's turns the whole body rigidly", () => {
  const pose = draw(2, 3 * 56 * 3, 0.7), out = smplxPositions(pose, REST, SMPLX55);
  for (let t = 0; t < 3; t++) {
    for (let joint = 1; joint < 55; joint++) {
      const length = Math.hypot(...bone(out, t * 165, joint));
      assertAlmostEquals(length, Math.hypot(...bone(REST, 0, joint)), 1e-5);
    }
  }
  const still = pose.slice(0, 168);
  still.fill(0, 0, 3);
  const turned = still.slice();
  turned.set([0, Math.PI / 2, 0]); // x goes to -z, z to x
  const [before, after] = [smplxPositions(still, REST, SMPLX55), smplxPositions(turned, REST, SMPLX55)];
  for (let joint = 1; joint < 55; joint++) {
    const [x, y, z] = bone(before, 0, joint);
    assert(largestDifference(bone(after, 0, joint), [z, y, -x]) < 1e-5);
  }
});

Deno.test("a joint's rotation moves what hangs from it and nothing else", () => {
  const pose = new Float32Array(56 * 3), elbow = SMPLX55.joints.indexOf("left_elbow");
  pose.set([0.3, -0.5, 0.9], elbow * 3);
  const out = smplxPositions(pose, REST, SMPLX55);
  SMPLX55.joints.forEach((joint, i) => {
    const below = /^left_(hand|index|middle|pinky|ring|thumb)/.test(joint);
    const moved = largestDifference(out.subarray(i * 3, i * 3 + 3), REST.subarray(i * 3, i * 3 + 3)) > 1e-4;
    assertEquals(moved, below, joint);
  });
  assertThrows(() => smplxPositions(pose.subarray(1), REST, SMPLX55), UsageError, "got 167 and 165 values");
});

Deno.test("positions equal those of homogeneous matrices, multiplied along each chain", () => {
  for (const name of ["smplx22", "smpl24", "smplh52", "smplx55"]) {
    const skeleton = getSkeleton(name), joints = skeleton.joints.length;
    const rest = draw(joints, joints * 3, 0.4), pose = draw(joints + 1, 3 * (joints + 1) * 3, 0.8);
    const expected = positionsByMatrices(pose, rest, skeleton.parents);
    assert(largestDifference(smplxPositions(pose, rest, skeleton), expected) < 1e-5, name);
  }
});
