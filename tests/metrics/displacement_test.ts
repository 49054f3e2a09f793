import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import type { Clip } from "../../lib/data/clip.ts";
import { UsageError } from "../../lib/core/errors.ts";
import {
  categoryDisplacement,
  displacement,
  DISPLACEMENT_READINGS,
  type DisplacementReading,
} from "../../lib/metrics/displacement.ts";
import { moveClip, randomClip } from "../support/data_fixtures.ts";

const measure = ({ x, y, skeleton }: Clip, reading?: DisplacementReading) =>
  displacement(x, y, skeleton.joints.length, reading);

/** The readings as one would write them down, from the list of each pair's distances. */
function direct({ x, y, frames, skeleton }: Clip): Record<DisplacementReading, number> {
  const joints = skeleton.joints.length, each: number[][] = [];
  for (let i = 0; i < joints; i++) {
    for (let j = 0; j < joints; j++) {
      each.push(Array.from({ length: frames }, (_, t) => {
        const p = (t * joints + i) * 3, q = (t * joints + j) * 3;
        return Math.hypot(x[p] - y[q], x[p + 1] - y[q + 1], x[p + 2] - y[q + 2]);
      }));
    }
  }
  const ranges = each.map((d) => Math.max(...d) - Math.min(...d));
  return {
    "range": Math.max(...ranges),
    "mean-range": ranges.reduce((a, b) => a + b, 0) / ranges.length,
    "path": Math.max(...each.map((d) => d.slice(1).reduce((sum, v, t) => sum + Math.abs(v - d[t]), 0))),
    "from-start": Math.max(...each.map((d) => Math.max(...d.map((v) => Math.abs(v - d[0]))))),
  };
}

Deno.test("each reading of displacement equals its definition over frames and joint pairs", () => {
  for (let seed = 0; seed < 30; seed++) {
    const clip = randomClip(seed, 1 + seed % 9), expected = direct(clip);
    for (const reading of DISPLACEMENT_READINGS) {
      assertAlmostEquals(measure(clip, reading), expected[reading], 1e-12, reading);
    }
    assertEquals(measure(clip), measure(clip, "path"));
  }
});

Deno.test("displacement sees neither a rigid motion of both, nor who is first, nor which way time runs", () => {
  for (let seed = 0; seed < 10; seed++) {
    const clip = randomClip(seed), moved = moveClip(clip, 1 + seed, [3, -1, 2]);
    const width = clip.skeleton.joints.length * 3;
    const backwards = (values: Float32Array) =>
      values.map((_, i) => values[(clip.frames - 1 - Math.floor(i / width)) * width + i % width]);
    for (const reading of DISPLACEMENT_READINGS) {
      const own = measure(clip, reading);
      assertAlmostEquals(measure(moved, reading), own, 2e-6, reading);
      assertAlmostEquals(measure({ ...clip, x: clip.y, y: clip.x }, reading), own, 1e-12, reading);
      if (reading === "from-start") continue;
      const turned = { ...clip, x: backwards(clip.x), y: backwards(clip.y) };
      assertAlmostEquals(measure(turned, reading), own, 1e-12, reading);
    }
  }
});

Deno.test("displacement grows with the clip, is 0 of people who keep still, and the readings are ordered", () => {
  for (let seed = 0; seed < 10; seed++) {
    const clip = randomClip(seed, 8), double = (values: Float32Array) => values.map((value) => 2 * value);
    const of = (reading: DisplacementReading) => measure(clip, reading);
    assert(of("mean-range") <= of("range") && of("range") <= of("path"));
    assert(of("from-start") <= of("range") && of("range") <= 2 * of("from-start"));
    const still = { ...clip, frames: 2, x: clip.x.subarray(0, 45), y: clip.y.subarray(0, 45) };
    for (const reading of DISPLACEMENT_READINGS) {
      assertAlmostEquals(
        measure({ ...clip, x: double(clip.x), y: double(clip.y) }, reading),
        2 * of(reading),
        1e-9,
      );
      assertEquals(measure(still, reading), 0);
    }
  }
});

Deno.test("a category's displacement is the mean over its clips", () => {
  const clips = [1, 2, 3, 4].map((seed) => ({ ...randomClip(seed), category: seed < 3 ? "hug" : "push" }));
  const means = categoryDisplacement(clips, "path");
  assertEquals([...means.keys()], ["hug", "push"]);
  assertAlmostEquals(means.get("push")!, (measure(clips[2], "path") + measure(clips[3], "path")) / 2, 1e-12);
});

Deno.test("an unknown reading and shapes that do not fit are usage errors", () => {
  const { x, y } = randomClip(0);
  assertThrows(
    () => displacement(x, y, 15, "sum" as DisplacementReading),
    UsageError,
    "displacement by sum: expected one of path, range",
  );
  assertThrows(() => displacement(x, y.subarray(45), 15), UsageError, "315 and 270 values");
  assertThrows(() => displacement(x, y, 16), UsageError, "16 joints");
  assertThrows(() => displacement(x.subarray(0, 0), y.subarray(0, 0), 15), UsageError, "0 and 0 values");
});
