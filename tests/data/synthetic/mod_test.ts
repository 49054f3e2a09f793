import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../lib/core/errors.ts";
import { checkClip } from "../../../lib/data/clip.ts";
import { INTERX64, KINECT25, SBU15 } from "../../../lib/data/skeletons.ts";
import { solveLimb, type Vector } from "../../../lib/data/synthetic/body.ts";
import {
  generateClip,
  generateDataset,
  openSynthetic,
  syntheticDataset,
} from "../../../lib/data/synthetic/mod.ts";
import { SYNTHETIC_CATEGORIES } from "../../../lib/data/synthetic/scripts.ts";
import { createFloor } from "../../../lib/detectors/floors/floors.ts";
import { auroc } from "../../../lib/metrics/auroc.ts";

const distance = (a: ArrayLike<number>, i: number, b: ArrayLike<number>, j: number) =>
  Math.hypot(a[i] - b[j], a[i + 1] - b[j + 1], a[i + 2] - b[j + 2]);

Deno.test("A limb keeps its lengths, reaches what is within reach, and points at what is not", () => {
  const coordinate = fc.double({ min: -1, max: 1, noNaN: true });
  fc.assert(fc.property(fc.tuple(coordinate, coordinate, coordinate), (target) => {
    fc.pre(Math.hypot(...target) > 0.05);
    const { middle, end } = solveLimb([0, 0, 0], target as Vector, 0.4, 0.35, [0, 0, 1]);
    assertAlmostEquals(Math.hypot(...middle), 0.4, 1e-6);
    assertAlmostEquals(Math.hypot(...end.map((value, k) => value - middle[k])), 0.35, 1e-6);
    const size = Math.hypot(...target);
    if (size > 0.06 && size < 0.749) end.forEach((value, k) => assertAlmostEquals(value, target[k], 1e-6));
    else end.forEach((value, k) => assertAlmostEquals(value / Math.hypot(...end), target[k] / size, 1e-6));
  }));
});

Deno.test("Every category gives valid clips for every skeleton, in the same motion", () => {
  assert(SYNTHETIC_CATEGORIES.length >= 12);
  for (const category of SYNTHETIC_CATEGORIES) {
    const heads = [SBU15, KINECT25, INTERX64].map((skeleton) => {
      const clip = checkClip(generateClip({ category, seed: 3, skeleton, noise: 0 }));
      return clip.x[skeleton.joints.indexOf("head") * 3];
    });
    assertEquals(new Set(heads).size, 1);
  }
});

Deno.test("Bones keep their length in a clip without noise", () => {
  for (const category of SYNTHETIC_CATEGORIES) {
    const { x, frames } = generateClip({ category, seed: 5, noise: 0 });
    const arm = (t: number) => distance(x, (t * 15 + 3) * 3, x, (t * 15 + 4) * 3);
    for (let t = 1; t < frames; t++) assertAlmostEquals(arm(t), arm(0), 1e-5);
  }
});

Deno.test("Hands meet in a handshake and a high-five, and not in a wave", () => {
  const closest = (category: string, seed: number) => {
    const { x, y, frames } = generateClip({ category, seed, noise: 0 });
    let least = Infinity;
    for (let t = 0; t < frames; t++) {
      for (const i of [5, 8]) {
        for (const j of [5, 8]) least = Math.min(least, distance(x, (t * 15 + i) * 3, y, (t * 15 + j) * 3));
      }
    }
    return least;
  };
  for (let seed = 0; seed < 10; seed++) {
    assert(closest("handshake", seed) < 0.35);
    assert(closest("high-five", seed) < 0.45);
    assert(closest("wave", seed) > 0.3);
  }
});

Deno.test("A clip depends on its seed alone, not on what else is generated", () => {
  const all = generateDataset({ seed: 2, clipsPerCategory: 3, categories: ["kick", "hug"] });
  const some = generateDataset({ seed: 2, clipsPerCategory: 2, categories: ["kick"] });
  assertEquals(all.filter((clip) => clip.category === "kick").slice(0, 2), some);
  assert(some[0].x[0] !== some[1].x[0]);
  assertThrows(() => generateClip({ category: "juggle", seed: 0 }), UsageError, "known are");
});

Deno.test("The set is a real test: kNN on poses stays under 0.95 AUROC, clip length under 0.6, and poses say something", async () => {
  const clips = generateDataset({ seed: 0, clipsPerCategory: 50 });
  const isTest = (group: string) => group === "g09" || group === "g10";
  const test = clips.filter((clip) => isTest(clip.group));
  const macro: Record<string, number> = {};
  for (const name of ["knn-poses", "clip-length"]) {
    macro[name] = 0;
    for (const category of SYNTHETIC_CATEGORIES) {
      const floor = createFloor(name);
      await floor.fit(clips.filter((clip) => !isTest(clip.group) && clip.category === category), { seed: 0 });
      const scores = await floor.score(test);
      const of = (normal: boolean) => scores.filter((_, i) => (test[i].category === category) === normal);
      macro[name] += auroc(of(true), of(false)) / SYNTHETIC_CATEGORIES.length;
    }
  }
  assert(macro["knn-poses"] < 0.95 && macro["knn-poses"] > 0.7, `knn-poses ${macro["knn-poses"]}`);
  assert(macro["clip-length"] < 0.6, `clip-length ${macro["clip-length"]}`);
});

Deno.test("The format synthetic takes settings after the seed, and refuses others", () => {
  const { clips } = openSynthetic("7,noise=0.03,clips=2,groups=3");
  const same = syntheticDataset({ seed: 7, noise: 0.03, clipsPerCategory: 2, groups: 3 });
  assertEquals(clips, same.clips);
  for (const text of ["x", "1.5", "0,noise", "0,noise=-1", "0,clips=1.5", "0,colour=2"]) {
    assertThrows(() => openSynthetic(text), UsageError, "Cannot generate clips");
  }
});
