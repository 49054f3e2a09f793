import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { generateDataset, SBU15 } from "../../../lib/data/mod.ts";
import { Random } from "../../../lib/core/random.ts";
import { prepareClip, type PreparedClip } from "../../../lib/data/transforms/prepare.ts";
import { makePairs } from "../../../lib/detectors/iadnet/mismatch.ts";

const PREPARATION = { frames: 20, align: "pair-yaw", scale: "none" } as const;
const clips = generateDataset({ seed: 0, clipsPerCategory: 7, categories: ["hug"] })
  .map((clip) => prepareClip(clip, PREPARATION));

const names = (count: number) => Array.from({ length: count }, (_, i) => `clip ${i}`);

/** Distances between joints of one person in each frame: what a rigid motion of the person keeps. */
function shapeOf(person: Float32Array): number[] {
  const width = SBU15.joints.length * 3;
  return Array.from({ length: person.length / width }, (_, t) => {
    const at = t * width;
    return Math.hypot(
      person[at] - person[at + 15],
      person[at + 1] - person[at + 16],
      person[at + 2] - person[at + 17],
    );
  });
}

Deno.test("Each clip gives four mismatches with another partner, two in time, and two cut clips; many clips give half", () => {
  const { matched, mismatched } = makePairs(clips, names(7), SBU15, "pair-yaw", new Random(0));
  assertEquals([matched.length, mismatched.length], [2 * 7, 6 * 7]);
  const many = Array.from({ length: 300 }, (_, i) => clips[i % 7]);
  const some = makePairs(many, names(300), SBU15, "pair-yaw", new Random(0));
  assertEquals([some.matched.length, some.mismatched.length], [100, 300]);
});

Deno.test("A mismatch with another partner holds person 1 of a clip and person 2 of another one, as they moved", () => {
  const { mismatched } = makePairs(clips, names(7), SBU15, "pair-yaw", new Random(1));
  const indexOf = (person: (clip: PreparedClip) => Float32Array, shape: number[]) =>
    clips.findIndex((clip) => shapeOf(person(clip)).every((value, t) => Math.abs(value - shape[t]) < 1e-4));
  const partners = mismatched.map(({ x, y }) => [
    indexOf((clip) => clip.x, shapeOf(x)),
    indexOf((clip) => clip.y, shapeOf(y)),
  ]).filter(([first]) => first >= 0);
  assertEquals(partners.length, 4 * clips.length);
  for (const [first, second] of partners) assert(second >= 0 && second !== first);
});

Deno.test("A partner comes from another recording; with one recording there are mismatches in time alone", () => {
  const recordings = names(7).map((_, i) => i < 6 ? "one" : "two");
  const { mismatched } = makePairs(clips, recordings, SBU15, "pair-yaw", new Random(3));
  const other = shapeOf(clips[6].y);
  const isOther = ({ y }: PreparedClip) => shapeOf(y).every((value, t) => Math.abs(value - other[t]) < 1e-4);
  assertEquals(mismatched.filter(isOther).length, 4 * 6);
  const alone = makePairs(clips, names(7).map(() => "one"), SBU15, "pair-yaw", new Random(3));
  assertEquals([alone.matched.length, alone.mismatched.length], [14, 14]);
});

Deno.test("The pair is centred and turned again, and the clips are not changed", () => {
  const before = clips.map(({ x }) => x.slice());
  const { matched, mismatched } = makePairs(clips, names(7), SBU15, "pair-yaw", new Random(2));
  for (const { x, y } of [...matched, ...mismatched]) {
    const pelvis = (person: Float32Array, k: number) =>
      SBU15.pelvis.reduce((sum, joint) => sum + person[joint * 3 + k] / SBU15.pelvis.length, 0);
    for (let k = 0; k < 3; k++) assertAlmostEquals(pelvis(x, k) + pelvis(y, k), 0, 1e-4);
    assertAlmostEquals(pelvis(y, 2) - pelvis(x, 2), 0, 1e-4);
  }
  clips.forEach(({ x }, i) => assertEquals(x, before[i]));
});
