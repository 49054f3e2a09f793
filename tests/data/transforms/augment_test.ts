import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  augmentClip,
  mirrorClip,
  NO_AUGMENTATION,
  swapPeople,
} from "../../../lib/data/transforms/augment.ts";
import { distanceMaps } from "../../../lib/data/transforms/distance.ts";
import { prepareClip, type PreparedClip } from "../../../lib/data/transforms/prepare.ts";
import { INTERX64, KINECT25, SBU15 } from "../../../lib/data/skeletons.ts";
import { Random } from "../../../lib/core/random.ts";
import { largestDifference, randomClip } from "../../support/data_fixtures.ts";

const seeds = fc.integer({ min: 0, max: 1e6 });
const prepare = (seed: number, skeleton = SBU15, align: "pair-yaw" | "pair" | "none" = "pair-yaw") =>
  prepareClip(randomClip(seed, 6, skeleton), { frames: 10, align, scale: "none" });
const maps = (clip: PreparedClip) => distanceMaps(clip.x, clip.y, clip.joints);
const difference = (a: PreparedClip, b: PreparedClip) =>
  Math.max(largestDifference(a.x, b.x), largestDifference(a.y, b.y));
const pelvis = ({ x, y }: PreparedClip, axis: number) =>
  [x, y].map((values) =>
    SBU15.pelvis.reduce((sum, joint) => sum + values[joint * 3 + axis] / SBU15.pelvis.length, 0)
  );

Deno.test("swapping the people twice, and mirroring twice, is the identity", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      for (const skeleton of [SBU15, KINECT25, INTERX64]) {
        const clip = prepare(seed, skeleton);
        assert(difference(swapPeople(swapPeople(clip, skeleton), skeleton), clip) < 1e-5);
        assertEquals(difference(mirrorClip(mirrorClip(clip, skeleton), skeleton), clip), 0);
      }
    }),
    { numRuns: 25, seed: 1 },
  );
});

Deno.test("a swapped pair is what preparing the swapped recording gives", () => {
  for (let seed = 0; seed < 20; seed++) {
    const clip = randomClip(seed);
    for (const align of ["pair-yaw", "pair", "none"] as const) {
      const options = { frames: 10, align, scale: "none" } as const;
      const expected = prepareClip({ ...clip, x: clip.y, y: clip.x }, options);
      const swapped = swapPeople(prepareClip(clip, options), SBU15, align);
      assert(difference(swapped, expected) < 1e-5, `differs with align ${align}`);
    }
  }
});

Deno.test("a mirror image stays canonical, keeps the distances and exchanges left and right", () => {
  const clip = prepare(3), mirrored = mirrorClip(clip, SBU15);
  assertEquals(pelvis(mirrored, 2).map(Math.abs).every((value) => value < 1e-6), true);
  const before = maps(clip), after = maps(mirrored);
  for (let at = 0; at < before.length; at++) {
    const frame = at - at % 225, i = Math.floor(at % 225 / 15), j = at % 15;
    assertAlmostEquals(after[at], before[frame + SBU15.mirror[i] * 15 + SBU15.mirror[j]], 1e-6);
  }
  const hand = SBU15.joints.indexOf("left_hand"), other = SBU15.joints.indexOf("right_hand");
  assertEquals([...mirrored.x.slice(hand * 3, hand * 3 + 2)], [...clip.x.slice(other * 3, other * 3 + 2)]);
});

Deno.test("rotation keeps the distances and the heights, and moves the joints", () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const clip = prepare(seed);
      const turned = augmentClip(clip, SBU15, { ...NO_AUGMENTATION, rotate: Math.PI }, new Random(seed));
      assert(largestDifference(maps(clip), maps(turned)) < 1e-5);
      assert(turned.x.every((value, p) => p % 3 !== 1 || value === clip.x[p]));
      assert(difference(clip, turned) > 1e-4);
    }),
    { numRuns: 40, seed: 2 },
  );
});

Deno.test("scale multiplies every distance by one factor within its range", () => {
  for (let seed = 0; seed < 20; seed++) {
    const clip = prepare(seed);
    const scaled = augmentClip(clip, SBU15, { ...NO_AUGMENTATION, scale: 0.2 }, new Random(seed));
    const before = maps(clip), after = maps(scaled), factor = after[0] / before[0];
    assert(factor > 0.8 - 1e-6 && factor < 1.2 + 1e-6, `factor ${factor}`);
    before.forEach((value, at) => assertAlmostEquals(after[at], value * factor, 1e-5));
  }
});

Deno.test("noise has the asked standard deviation", () => {
  const clip = prepareClip(randomClip(1), { frames: 200, align: "pair-yaw", scale: "none" });
  const noisy = augmentClip(clip, SBU15, { ...NO_AUGMENTATION, noise: 0.02 }, new Random(5));
  const steps = [...noisy.x].map((value, p) => value - clip.x[p]);
  assertAlmostEquals(steps.reduce((sum, step) => sum + step, 0) / steps.length, 0, 0.002);
  assertAlmostEquals(
    Math.sqrt(steps.reduce((sum, step) => sum + step * step, 0) / steps.length),
    0.02,
    0.001,
  );
});

Deno.test("a clip cropped in time starts in the canonical place again", () => {
  let moved = 0;
  for (let seed = 0; seed < 20; seed++) {
    const clip = prepare(seed);
    const cropped = augmentClip(clip, SBU15, { ...NO_AUGMENTATION, crop: 0.3 }, new Random(seed));
    for (const axis of [0, 1, 2]) {
      assertAlmostEquals(pelvis(cropped, axis)[0] + pelvis(cropped, axis)[1], 0, 1e-5);
    }
    assertAlmostEquals(pelvis(cropped, 2)[1], 0, 1e-5);
    if (difference(clip, cropped) > 1e-3) moved++;
  }
  assertEquals(moved, 20);
});

Deno.test("augmentation is a function of its seed and never changes the clip itself", () => {
  const all = { rotate: 1, mirror: 0.5, scale: 0.1, noise: 0.01, swap: 0.5, crop: 0.2 };
  const clip = prepare(2), before = clip.x.slice();
  const outcomes = Array.from({ length: 8 }, (_, seed) => augmentClip(clip, SBU15, all, new Random(seed)));
  outcomes.forEach((outcome, seed) => {
    assertEquals(augmentClip(clip, SBU15, all, new Random(seed)), outcome);
    assert(outcome.x.every(Number.isFinite) && outcome.y.every(Number.isFinite));
    if (seed > 0) assert(difference(outcome, outcomes[0]) > 0);
  });
  assertEquals(clip.x, before);
  assertEquals(augmentClip(clip, SBU15, NO_AUGMENTATION, new Random(0)), clip);
});
