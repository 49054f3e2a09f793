import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../lib/core/errors.ts";
import { checkClip, type Clip } from "../../../lib/data/clip.ts";
import { KINECT25 } from "../../../lib/data/skeletons.ts";
import { generateClip, generateDataset } from "../../../lib/data/synthetic/mod.ts";
import { SYNTHETIC_CATEGORIES } from "../../../lib/data/synthetic/scripts.ts";
import { generateVariations } from "../../../lib/data/synthetic/variation_set.ts";
import { type Variation, VARIATIONS, variationsOf } from "../../../lib/data/synthetic/variations.ts";

const joints = KINECT25.joints, width = joints.length * 3;
const varying = SYNTHETIC_CATEGORIES.filter((category) => variationsOf(category).length > 0);

/** Greatest distance of each joint, by person and name, between two clips, metres. */
function changes(a: Clip, b: Clip): Record<string, number>[] {
  assertEquals(a.frames, b.frames);
  return (["x", "y"] as const).map((person) =>
    Object.fromEntries(joints.map((joint, k) => {
      let most = 0;
      for (let p = 3 * k; p < a[person].length; p += width) {
        const apart = [0, 1, 2].map((axis) => a[person][p + axis] - b[person][p + axis]);
        most = Math.max(most, Math.hypot(...apart));
      }
      return [joint, most];
    }))
  );
}

/** Twin and variation, the change of actor and reactor, for some seeds. The actor is whoever changes more. */
function* twins(category: string, variation: Variation) {
  for (let seed = 0; seed < 4; seed++) {
    const options = { category, seed, skeleton: KINECT25, noise: 0 };
    const twin = generateClip(options), varied = generateClip({ ...options, variation });
    const both = changes(twin, varied),
      size = (change: Record<string, number>) => Math.max(...Object.values(change));
    both.sort((p, q) => size(q) - size(p));
    yield { twin, varied, changed: both[0], other: both[1], size: size(both[0]) };
  }
}

const isLimb = (joint: string) => /elbow|wrist|hand|thumb|knee|ankle|foot/.test(joint);
const isUpper = (joint: string) => isLimb(joint) || /head|shoulder/.test(joint);

Deno.test("Every category but approach and depart has variations; hands and answers as they make sense", () => {
  assertEquals(SYNTHETIC_CATEGORIES.filter((category) => !varying.includes(category)), [
    "approach",
    "depart",
  ]);
  assertEquals(variationsOf("handshake"), [...VARIATIONS]);
  assert(!variationsOf("hug").includes("other-hand") && !variationsOf("point").includes("late"));
  assertThrows(
    () => generateClip({ category: "approach", seed: 0, variation: "missed" }),
    UsageError,
    "none",
  );
  assertThrows(() => generateVariations({ category: "depart", seed: 0 }), UsageError, "no variations");
  assertThrows(() => generateClip({ category: "hug", seed: 0, variation: "other-hand" }), UsageError);
});

Deno.test("Every variation changes one person, by something that can be seen", () => {
  for (const category of varying) {
    for (const variation of variationsOf(category)) {
      for (const { varied, other, size } of twins(category, variation)) {
        checkClip(varied);
        assert(size > 0.01, `${variation} of ${category}: ${size} m`);
        assertEquals(Math.max(...Object.values(other)), 0);
      }
    }
  }
});

Deno.test("Missed, jerky, half-reach and other-hand change the limbs alone", () => {
  for (const category of varying) {
    for (const variation of ["missed", "jerky", "half-reach", "other-hand"] as const) {
      if (!variationsOf(category).includes(variation)) continue;
      for (const { changed } of twins(category, variation)) {
        for (const joint of joints) {
          if (!isLimb(joint)) assertEquals(changed[joint], 0, `${joint}, ${category}`);
        }
      }
    }
  }
});

Deno.test("Missed moves the acting hand by at most 10 cm, and by that where it is within reach", () => {
  const wrists = varying.flatMap((category) =>
    [...twins(category, "missed")].map(({ changed }) =>
      Math.max(changed.left_wrist, changed.right_wrist, changed.left_ankle, changed.right_ankle)
    )
  );
  // An arm that is stretched out ends on a sphere, so its end may move a little more than the target.
  assert(Math.max(...wrists) < 0.13);
  assert(wrists.filter((apart) => apart > 0.08 && apart < 0.101).length > wrists.length / 3);
});

Deno.test("Late: a quarter of the clip after its twin, for the reactor alone", () => {
  for (const { twin, varied, changed } of twins("help-up", "late")) {
    const pelvis = (clip: Clip, person: "x" | "y", t: number) => clip[person][t * width + 1];
    const person = (["x", "y"] as const).find((name) =>
      twin[name].some((value, p) => value !== varied[name][p])
    )!;
    assert(changed.pelvis > 0.05);
    const delay = 0.25 * (twin.frames - 1), whole = Math.floor(delay), weight = delay - whole;
    for (let t = whole + 1; t < twin.frames; t++) {
      const before = pelvis(twin, person, t - whole) * (1 - weight) +
        pelvis(twin, person, t - whole - 1) * weight;
      assertAlmostEquals(pelvis(varied, person, t), before, 0.01);
    }
  }
});

Deno.test("No look: the shoulders are turned by 45 to 55 degrees, the legs not at all", () => {
  for (const { twin, varied, changed } of twins("point", "no-look")) {
    for (const joint of joints) if (!isUpper(joint)) assertEquals(changed[joint], 0, joint);
    const person = (["x", "y"] as const).find((name) =>
      twin[name].some((value, p) => value !== varied[name][p])
    )!;
    const [left, right] = KINECT25.shoulders.map((joint) => joint * 3);
    const heading = ({ [person]: values }: Clip, t: number) =>
      Math.atan2(
        values[t * width + left] - values[t * width + right],
        values[t * width + left + 2] - values[t * width + right + 2],
      );
    for (let t = 0; t < twin.frames; t++) {
      const cosine = Math.cos(heading(twin, t) - heading(varied, t)),
        angle = Math.acos(cosine) * 180 / Math.PI;
      assert(angle > 44.9 && angle < 55.1, `${angle} degrees`);
    }
  }
});

Deno.test("A set of variations has the twins of the data set of its seed, and only right-handed ones change hands", () => {
  const options = { seed: 4, noise: 0, groups: 3 };
  const normal = generateDataset({ ...options, clipsPerCategory: 12, categories: ["handshake"] });
  const varied = generateVariations({ ...options, category: "handshake", clipsPerVariation: 6 });
  assertEquals(varied.length, 6 * VARIATIONS.length);
  assertEquals(new Set(varied.map(({ clip }) => clip.id)).size, varied.length);
  for (const { clip, variation } of varied) {
    const twin = normal.find(({ id }) => clip.id === `${id}~${variation}`)!;
    assertEquals([twin.group, twin.frames, twin.category], [clip.group, clip.frames, clip.category]);
    const same = (["x", "y"] as const).filter((person) =>
      twin[person].every((value, p) => value === clip[person][p])
    );
    assertEquals(same.length, 1);
  }
});
