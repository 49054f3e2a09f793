import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { Random } from "../../../lib/core/random.ts";
import { KINECT25, SBU15 } from "../../../lib/data/skeletons.ts";
import type { Skeleton } from "../../../lib/data/skeleton.ts";
import { generateClip } from "../../../lib/data/synthetic/mod.ts";
import {
  addWhiteNoise,
  holdLimb,
  offsetJoints,
  scaleBones,
  shift,
  smooth,
  swayJoints,
  tilt,
  wanderJoints,
} from "../../../lib/data/transforms/distort.ts";

const { x: RECORDING, frames: FRAMES } = generateClip({ category: "handshake", seed: 3 });
const WIDTH = 45;

/** The recording after a distortion. */
function distorted(distort: (values: Float32Array, random: Random) => void, seed = 5): Float32Array {
  const values = RECORDING.slice();
  distort(values, new Random(seed));
  return values;
}

/** Vector from a joint's parent to the joint. */
function bone(values: Float32Array, frame: number, joint: number): number[] {
  const at = (own: number, k: number) => values[frame * WIDTH + own * 3 + k];
  return [0, 1, 2].map((k) => at(joint, k) - at(SBU15.parents[joint], k));
}

const BONES = SBU15.parents.flatMap((parent, joint) => parent === -1 ? [] : [joint]);

Deno.test("A distortion of strength 0 changes no bit", () => {
  const none = [
    (values: Float32Array, random: Random) => scaleBones(values, SBU15, 0, random),
    (values: Float32Array, random: Random) => swayJoints(values, FRAMES, 0, random),
    (values: Float32Array) => tilt(values, 0, 0),
    (values: Float32Array) => shift(values, [0, 0, 0]),
    (values: Float32Array, random: Random) => offsetJoints(values, FRAMES, 0, random),
    (values: Float32Array, random: Random) => wanderJoints(values, FRAMES, 0, 1, random),
    (values: Float32Array, random: Random) => wanderJoints(values, FRAMES, 1, 0, random),
    (values: Float32Array, random: Random) => addWhiteNoise(values, 0, random),
  ];
  for (const distort of none) assertEquals(distorted(distort), RECORDING);
});

Deno.test("Tilting and shifting keep the length of every bone, and the direction is kept by shifting alone", () => {
  const moves = [
    (values: Float32Array) => tilt(values, 0.3, -0.2),
    (values: Float32Array) => shift(values, [1, -2, 3]),
  ];
  for (const [i, distort] of moves.entries()) {
    const out = distorted(distort);
    for (const joint of BONES) {
      const [a, b] = [RECORDING, out].map((values) => bone(values, 7, joint));
      assertAlmostEquals(Math.hypot(...b), Math.hypot(...a), 1e-5);
      if (i === 1) a.forEach((value, k) => assertAlmostEquals(b[k], value, 1e-5));
    }
  }
});

Deno.test("A tilt turns about x first and then about z", () => {
  const values = Float32Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
  tilt(values, Math.PI / 2, Math.PI / 2); // y to z and z to -y, then x to y and y to -x
  [0, 1, 0, 0, 0, 1, 1, 0, 0].forEach((value, p) => assertAlmostEquals(values[p], value, 1e-6));
});

Deno.test("Scaled bones keep their directions and have one factor over time; the root stays", () => {
  const out = distorted((values, random) => scaleBones(values, SBU15, 0.1, random)), root = 2;
  assertEquals(SBU15.parents[root], -1);
  for (let k = 0; k < 3; k++) assertEquals(out[k + root * 3], RECORDING[k + root * 3]);
  const factors = BONES.map((joint) => {
    const factor = Math.hypot(...bone(out, 0, joint)) / Math.hypot(...bone(RECORDING, 0, joint));
    for (const frame of [0, 5, FRAMES - 1]) {
      bone(RECORDING, frame, joint).forEach((value, k) =>
        assertAlmostEquals(bone(out, frame, joint)[k], factor * value, 1e-5)
      );
    }
    return factor;
  });
  assert(new Set(factors.map((factor) => factor.toFixed(4))).size > 6);
  BONES.forEach((joint, i) =>
    assertAlmostEquals(factors[BONES.indexOf(SBU15.mirror[joint])], factors[i], 1e-4)
  );
});

Deno.test("A sway is a sine of up to four turns in each coordinate", () => {
  const out = distorted((values, random) => swayJoints(values, FRAMES, 0.01, random));
  for (const p of [0, 1, 20, 44]) {
    const sway = Array.from({ length: FRAMES }, (_, t) => out[t * WIDTH + p] - RECORDING[t * WIDTH + p]);
    // A sampled sine obeys s(t + 1) + s(t - 1) = 2 cos(step) s(t).
    const at = sway.map(Math.abs).indexOf(Math.max(...sway.slice(1, -1).map(Math.abs)));
    const cosine = (sway[at + 1] + sway[at - 1]) / (2 * sway[at]);
    assert(cosine <= 1.01 && cosine > Math.cos(2 * Math.PI * 4.2 / (FRAMES - 1)));
    for (let t = 1; t < FRAMES - 1; t++) {
      assertAlmostEquals(sway[t + 1] + sway[t - 1], 2 * cosine * sway[t], 2e-6 + 1e-3 * Math.abs(sway[at]));
    }
  }
});

Deno.test("A held limb keeps its place relative to the root for some frames; all else stays", () => {
  const changed = new Set<string>();
  for (let seed = 0; seed < 60; seed++) {
    const out = distorted((values, random) => holdLimb(values, SBU15, random), seed);
    const joints = SBU15.joints.filter((_, joint) =>
      RECORDING.some((value, p) => Math.floor(p % WIDTH / 3) === joint && out[p] !== value)
    );
    const frames = Array.from({ length: FRAMES }, (_, t) => t).filter((t) =>
      RECORDING.subarray(t * WIDTH, (t + 1) * WIDTH).some((value, p) => out[t * WIDTH + p] !== value)
    );
    changed.add(joints.join(" "));
    assert(frames.length <= 12);
    for (const joint of joints.map((name) => SBU15.joints.indexOf(name))) {
      const relative = (t: number, k: number) => out[t * WIDTH + joint * 3 + k] - out[t * WIDTH + 6 + k];
      for (const t of frames) {
        for (let k = 0; k < 3; k++) assertAlmostEquals(relative(t, k), relative(frames[0], k), 1e-5);
      }
    }
  }
  const limbs = ["left", "right"].flatMap((side) =>
    ["elbow hand", "hand", "knee foot", "foot"].map((names) =>
      names.split(" ").map((name) => `${side}_${name}`).join(" ")
    )
  );
  assertEquals([...changed].sort(), limbs.sort());
});

Deno.test("Limbs are held on any skeleton with two sides", () => {
  const skeletons: readonly Skeleton[] = [KINECT25, SBU15];
  for (const skeleton of skeletons) {
    const values = Float32Array.from({ length: 9 * skeleton.joints.length * 3 }, (_, p) => Math.sin(p));
    const before = values.slice();
    holdLimb(values, skeleton, new Random(1));
    assertNotEquals(values, before);
  }
});

Deno.test("Smoothing weighs neighbours, keeps the ends and what moves evenly", () => {
  const values = Float32Array.of(0, 4, 0, 0, 8);
  smooth(values, 5);
  assertEquals(values, Float32Array.of(0, 2, 1, 2, 8));
  const even = Float32Array.of(1, 2, 3, 4);
  smooth(even, 4);
  assertEquals(even, Float32Array.of(1, 2, 3, 4));
});

Deno.test("White noise has mean 0 and the deviation asked for, without correlation between neighbours", () => {
  const values = new Float32Array(100_000), count = values.length;
  addWhiteNoise(values, 2, new Random(0));
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  const square = values.reduce((sum, value) => sum + value * value, 0) / count;
  const neighbours = values.subarray(1).reduce((sum, value, i) => sum + value * values[i], 0) / count;
  assertAlmostEquals(mean, 0, 0.03);
  assertAlmostEquals(square, 4, 0.08);
  assertAlmostEquals(neighbours, 0, 0.06);
  assert(values.every((value) => Math.abs(value) <= 3.46 * 2));
});

Deno.test("Offsets are constant over time; wandering starts at any joint and grows", () => {
  const offset = distorted((values, random) => offsetJoints(values, FRAMES, 0.03, random));
  for (const p of [0, 17, 44]) {
    const own = offset[p] - RECORDING[p];
    assertAlmostEquals(offset[9 * WIDTH + p] - RECORDING[9 * WIDTH + p], own, 1e-6);
    assert(own !== 0);
  }
  const wandered = distorted((values, random) => wanderJoints(values, FRAMES, 1, 0.03, random));
  const rms = (t: number) =>
    Math.hypot(
      ...Array.from({ length: WIDTH }, (_, p) => wandered[t * WIDTH + p] - RECORDING[t * WIDTH + p]),
    );
  assert(rms(FRAMES - 1) > 2 * rms(0));
});
