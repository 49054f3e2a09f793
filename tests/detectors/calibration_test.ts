/** Laws of calibration on a floor: clips whose length is their one feature are quick to make and to fit. */
import { assert, assertEquals } from "@std/assert";
import { Random } from "../../lib/core/random.ts";
import type { Clip } from "../../lib/data/clip.ts";
import { createFloor } from "../../lib/detectors/floors/floors.ts";
import { randomClip } from "../support/data_fixtures.ts";

const SHAPE = randomClip(0, 1);

/** A clip of some length in frames. */
function clipOf(id: number, frames: number, group: string): Clip {
  const size = frames * SHAPE.skeleton.joints.length * 3;
  const x = SHAPED.subarray(0, size);
  return { ...SHAPE, id: String(id).padStart(4, "0"), category: "hug", group, frames, x, y: x };
}
const SHAPED = new Float32Array(4000 * SHAPE.skeleton.joints.length * 3);

/** Clips of equal distribution: 1,000 to 3,000 frames, the sum of two uniform numbers. */
function draw(random: Random, count: number, groups: number): Clip[] {
  return Array.from({ length: count }, (_, i) => {
    const frames = Math.round(random.uniform(500, 1500) + random.uniform(500, 1500));
    return clipOf(i, frames, `p${i % groups}`);
  });
}

async function fitted(clips: readonly Clip[], seed = 0) {
  const detector = createFloor("clip-length");
  await detector.fit(clips, { seed });
  return detector;
}

Deno.test("p-values of exchangeable normal clips are super-uniform, with few clips and many, groups and none", async () => {
  const random = new Random(3), trials = 400;
  for (const [n, groups] of [[6, 1], [19, 1], [20, 20], [40, 40]]) {
    const p: number[] = [];
    for (let trial = 0; trial < trials; trial++) {
      const clips = draw(random, n + 1, groups === 1 ? 1 : n + 1);
      const detector = await fitted(clips.slice(0, n), trial);
      p.push((await detector.predict(clips.slice(n)))[0].p);
    }
    for (const alpha of [0.05, 0.1, 0.2, 0.5]) {
      const rate = p.filter((own) => own <= alpha).length / trials;
      const bound = alpha + 3 * Math.sqrt(alpha * (1 - alpha) / trials);
      assert(rate <= bound, `${n} clips: rate ${rate} at alpha ${alpha}`);
      if (alpha > 2 / (n + 1)) assert(rate >= alpha / 3, `${n} clips: rate ${rate} at alpha ${alpha}`);
    }
  }
});

Deno.test("The smallest p-value is 1 / (n + 1), whatever the folds, and an extreme clip attains it", async () => {
  for (const [n, groups] of [[2, 1], [8, 8], [18, 10], [19, 10], [45, 3]]) {
    const detector = await fitted(draw(new Random(n), n, groups)), extreme = clipOf(9999, 4000, "new");
    const [{ p, smallestP, alarm }] = await detector.predict([extreme]);
    assertEquals([p, smallestP, detector.smallestP], [1 / (n + 1), 1 / (n + 1), 1 / (n + 1)]);
    assertEquals(alarm, n >= 19, `${n} clips`);
  }
});

Deno.test("With few clips the p-values are those of leave-one-out, by their definition", async () => {
  const clips = draw(new Random(8), 9, 1), fresh = draw(new Random(9), 40, 1);
  const predicted = await (await fitted(clips)).predict(fresh);
  const distance = (clip: Clip, others: readonly Clip[]) =>
    Math.min(...others.map((other) => Math.abs(clip.frames - other.frames)));
  for (const [i, clip] of fresh.entries()) {
    const above = clips.filter((own) => {
      const others = clips.filter((other) => other !== own);
      return distance(own, others) >= distance(clip, others);
    });
    assertEquals(predicted[i].p, (1 + above.length) / 10);
  }
});

Deno.test("Each held-out clip is scored by a model that saw no clip of its group", async () => {
  const random = new Random(4), groups = ["a", "b", "c", "d"];
  const clips = groups.flatMap((group, g) =>
    Array.from(
      { length: 5 },
      (_, i) => clipOf(g * 5 + i, 1000 * g + 500 + 10 * i + random.integer(10), group),
    )
  );
  const { heldOut } = await fitted(clips);
  assertEquals(heldOut.clips.length, 20);
  const apart = 900 / SHAPE.fps; // to the nearest other group, where a clip's own group is within 50 frames
  assert(heldOut.clips.every((score) => score > apart));
});
