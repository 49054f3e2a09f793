import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { distanceMaps } from "../../../lib/data/transforms/distance.ts";
import { commonSkeleton, type Preparation, prepareClip } from "../../../lib/data/transforms/prepare.ts";
import { INTERX64, KINECT25, SBU15 } from "../../../lib/data/skeletons.ts";
import type { UpAxis } from "../../../lib/data/skeleton.ts";
import { UsageError } from "../../../lib/core/errors.ts";
import { largestDifference, moveClip, randomClip } from "../../support/data_fixtures.ts";

const CANONICAL: Preparation = { frames: 12, align: "pair-yaw", scale: "none" };
const seeds = fc.integer({ min: 0, max: 1e6 });
const scene = fc.record({
  angle: fc.double({ min: -Math.PI, max: Math.PI, noNaN: true }),
  shift: fc.tuple(...[0, 1, 2].map(() => fc.double({ min: -5, max: 5, noNaN: true }))) as fc.Arbitrary<
    [number, number, number]
  >,
});

Deno.test("a rigid motion of the scene leaves the prepared clip and its distance maps unchanged", () => {
  fc.assert(
    fc.property(seeds, scene, (seed, { angle, shift }) => {
      const clip = randomClip(seed), moved = moveClip(clip, angle, shift);
      for (const scale of ["none", "torso"] as const) {
        const a = prepareClip(clip, { ...CANONICAL, scale }), b = prepareClip(moved, { ...CANONICAL, scale });
        assert(largestDifference(a.x, b.x) < 1e-5, "person 1 moved");
        assert(largestDifference(a.y, b.y) < 1e-5, "person 2 moved");
      }
      const before = distanceMaps(clip.x, clip.y, 15), after = distanceMaps(moved.x, moved.y, 15);
      assert(largestDifference(before, after) < 1e-5, "the distance maps changed");
    }),
    { numRuns: 100, seed: 1 },
  );
});

Deno.test("people who come to stand in one place are turned without a jump", () => {
  const clip = { ...randomClip(4, 6), up: "y" as const }, { pelvis } = clip.skeleton, at = pelvis[0] * 3;
  // Person 2 a given way off person 1 along x.
  const apart = (metres: number) => {
    const y = clip.y.slice();
    for (let p = 0; p < y.length; p++) {
      y[p] += clip.x[at + p % 3] - clip.y[at + p % 3] + (p % 3 === 0 ? metres : 0);
    }
    return prepareClip({ ...clip, y }, { ...CANONICAL, frames: 6 });
  };
  const step = 1e-4;
  for (let metres = 0; metres < 0.12; metres += step) {
    const a = apart(metres), b = apart(metres + step);
    assert(largestDifference(a.x, b.x) < 60 * step, `${metres}`);
  }
});

Deno.test("the first frames are those of the clip at its own rate, the last one repeated", () => {
  const still = { align: "none", scale: "none" } as const;
  for (const frames of [5, 12, 20]) {
    const clip = { ...randomClip(3, 12), up: "y" as const }, width = 45;
    const { x, y } = prepareClip(clip, { ...still, frames, time: "first" });
    for (const [own, from] of [[x, clip.x], [y, clip.y]]) {
      for (let t = 0; t < frames; t++) {
        const source = Math.min(t, 11) * width;
        assertEquals(own.slice(t * width, (t + 1) * width), from.slice(source, source + width));
      }
    }
    const whole = prepareClip(clip, { ...still, frames });
    assertEquals(whole, prepareClip(clip, { ...still, frames, time: "resample" }));
  }
  assertThrows(
    () => prepareClip(randomClip(3), { ...CANONICAL, time: "last" as "first" }),
    UsageError,
    "unknown time last",
  );
});

Deno.test("preparation without scaling keeps every distance between the two people", () => {
  fc.assert(
    fc.property(
      seeds,
      fc.constantFrom("pair-yaw" as const, "pair" as const, "none" as const),
      (seed, align) => {
        const clip = randomClip(seed),
          prepared = prepareClip(clip, { frames: clip.frames, align, scale: "none" });
        assert(
          largestDifference(distanceMaps(clip.x, clip.y, 15), distanceMaps(prepared.x, prepared.y, 15)) <
            1e-5,
        );
      },
    ),
    { numRuns: 50, seed: 2 },
  );
});

Deno.test("a prepared pair is centred, and person 2 stands along +x of person 1, in frame 0", () => {
  for (const skeleton of [SBU15, KINECT25, INTERX64]) {
    const { x, y } = prepareClip(moveClip(randomClip(5, 4, skeleton), 2, [3, 1, -4]), CANONICAL);
    const pelvis = (values: Float32Array, axis: number) =>
      skeleton.pelvis.reduce((sum, joint) => sum + values[joint * 3 + axis] / skeleton.pelvis.length, 0);
    for (const axis of [0, 1, 2]) assertAlmostEquals(pelvis(x, axis) + pelvis(y, axis), 0, 1e-5);
    assert(pelvis(y, 0) > 0.2);
    assertAlmostEquals(pelvis(y, 2), 0, 1e-6);
  }
});

Deno.test("every up axis prepares to the same clip", () => {
  const clip = randomClip(9);
  // Rows of the rotation that takes the y-up scene to a scene with that up axis: out[k] = sign * in[axis].
  const scenes: Record<UpAxis, readonly (readonly [number, number])[]> = {
    "y": [[0, 1], [1, 1], [2, 1]],
    "-y": [[0, -1], [1, -1], [2, 1]],
    "z": [[2, 1], [0, 1], [1, 1]],
    "-z": [[0, 1], [2, 1], [1, -1]],
    "x": [[1, 1], [2, 1], [0, 1]],
    "-x": [[1, -1], [0, 1], [2, 1]],
  };
  const expected = prepareClip(clip, CANONICAL);
  for (const [up, rows] of Object.entries(scenes) as [UpAxis, typeof scenes["y"]][]) {
    const turn = (values: Float32Array) =>
      values.map((_, p) => rows[p % 3][1] * values[p - p % 3 + rows[p % 3][0]]);
    const prepared = prepareClip({ ...clip, up, x: turn(clip.x), y: turn(clip.y) }, CANONICAL);
    assert(largestDifference(prepared.x, expected.x) < 1e-5, `person 1 differs with ${up} up`);
    assert(largestDifference(prepared.y, expected.y) < 1e-5, `person 2 differs with ${up} up`);
  }
});

Deno.test("resampling keeps the first and last frame and is exact on linear motion", () => {
  fc.assert(
    fc.property(
      seeds,
      fc.integer({ min: 1, max: 40 }),
      fc.integer({ min: 2, max: 70 }),
      (seed, from, frames) => {
        const clip = randomClip(seed, from),
          { x } = prepareClip(clip, { frames, align: "none", scale: "none" });
        assertEquals(x.slice(0, 45), clip.x.slice(0, 45));
        assertEquals(x.slice(-45), clip.x.slice(-45));
      },
    ),
    { numRuns: 50, seed: 3 },
  );
  const line = Float32Array.from({ length: 5 * 45 }, (_, at) => Math.floor(at / 45));
  const { x } = prepareClip({ ...randomClip(0, 5), x: line }, { frames: 9, align: "none", scale: "none" });
  for (let t = 0; t < 9; t++) assertAlmostEquals(x[t * 45], t / 2, 1e-6);
});

Deno.test("torso scaling makes a clip and its enlarged copy the same", () => {
  const clip = randomClip(4),
    larger = { ...clip, x: clip.x.map((v) => v * 1.7), y: clip.y.map((v) => v * 1.7) };
  const options: Preparation = { ...CANONICAL, scale: "torso" };
  assert(largestDifference(prepareClip(clip, options).x, prepareClip(larger, options).x) < 1e-5);
});

Deno.test("people who stand in one place are turned so that person 1 faces +x", () => {
  const clip = randomClip(6), together = moveClip({ ...clip, y: clip.x }, 1.1, [2, 0, 1]);
  const { x, y } = prepareClip(together, CANONICAL);
  const [left, right] = SBU15.hips.map((joint) => [x[joint * 3], x[joint * 3 + 2]]);
  assertAlmostEquals(left[0] - right[0], 0, 1e-5);
  assert(left[1] < right[1], "facing +x with y up, the left hip is at the smaller z");
  assertEquals(x, y);
  const point = { ...clip, x: new Float32Array(clip.x.length), y: new Float32Array(clip.x.length) };
  assert(prepareClip(point, { ...CANONICAL, scale: "torso" }).x.every((value) => value === 0));
});

Deno.test("Preparation leaves the clip as it was", () => {
  const clip = randomClip(4), x = clip.x.slice(), y = clip.y.slice();
  prepareClip(clip, { ...CANONICAL, scale: "torso" });
  assertEquals(clip.x, x);
  assertEquals(clip.y, y);
});

Deno.test("distance maps are negative distances, transposed when the two people change places", () => {
  const { x, y } = randomClip(8), maps = distanceMaps(x, y, 15), swapped = distanceMaps(y, x, 15);
  let at = 0;
  for (let t = 0; t < 7; t++) {
    for (let i = 0; i < 15; i++) {
      for (let j = 0; j < 15; j++, at++) {
        const p = (t * 15 + i) * 3, q = (t * 15 + j) * 3;
        assertAlmostEquals(
          maps[at],
          -Math.hypot(x[p] - y[q], x[p + 1] - y[q + 1], x[p + 2] - y[q + 2]),
          1e-6,
        );
        assertEquals(maps[at], swapped[t * 225 + j * 15 + i]);
      }
    }
  }
});

Deno.test("a preparation out of range and a mixture of skeletons are usage errors", () => {
  const clip = randomClip(0);
  for (const frames of [0, 1, 2.5, NaN, Infinity, 1e6]) {
    assertThrows(() => prepareClip(clip, { ...CANONICAL, frames }), UsageError, "frames");
  }
  assertThrows(() => prepareClip(clip, { ...CANONICAL, align: "yaw" } as never), UsageError, "align yaw");
  assertThrows(() => prepareClip(clip, { ...CANONICAL, scale: "big" } as never), UsageError, "scale big");
  assertEquals(commonSkeleton([clip, clip]), SBU15);
  assertThrows(() => commonSkeleton([]), UsageError);
  assertThrows(() => commonSkeleton([clip, randomClip(1, 3, KINECT25)]), UsageError, "kinect25");
});
