import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { mirrorClip, swapPeople } from "../../../lib/data/transforms/symmetry.ts";
import { distanceMaps } from "../../../lib/data/transforms/distance.ts";
import { prepareClip, type PreparedClip } from "../../../lib/data/transforms/prepare.ts";
import { INTERX64, KINECT25, SBU15 } from "../../../lib/data/skeletons.ts";
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
