import { assert, assertEquals } from "@std/assert";
import { resampleClip, unifyRates } from "../../../lib/data/transforms/rate.ts";
import { randomClip } from "../../support/data_fixtures.ts";

Deno.test("A clip at a lower rate has the same length in seconds within a frame, and every n-th frame where that divides", () => {
  const clip = { ...randomClip(0, 61), fps: 60 }, width = clip.x.length / 61;
  for (const rate of [30, 20, 15, 7.5]) {
    const { fps, frames, x } = resampleClip(clip, rate), step = 60 / rate;
    assertEquals([fps, frames], [rate, Math.floor(60 / step) + 1]);
    for (let t = 0; t < frames; t++) {
      assertEquals(
        x.slice(t * width, (t + 1) * width),
        clip.x.slice(t * step * width, (t * step + 1) * width),
      );
    }
  }
  for (let frames = 1; frames < 40; frames++) {
    for (const rate of [13, 25, 47.952]) {
      const one = { ...randomClip(1, frames), fps: 60 }, short = resampleClip(one, rate);
      const left = (frames - 1) / 60 - (short.frames - 1) / rate;
      assert(left > -1e-6 && left < 1 / rate, `${frames} ${rate}`);
    }
  }
});

Deno.test("A straight and steady motion is the same at every rate", () => {
  const clip = { ...randomClip(2, 50), fps: 50 }, width = clip.x.length / 50;
  for (const values of [clip.x, clip.y]) {
    values.forEach((_, p) => values[p] = Math.floor(p / width) / 50 * (p % width));
  }
  const slow = resampleClip(clip, 24);
  slow.y.forEach((value, p) => assert(Math.abs(value - Math.floor(p / width) / 24 * (p % width)) < 1e-4));
});

Deno.test("Clips of several rates get the lowest, and the sentence says how many; nearly equal rates are left", () => {
  const of = (fps: number, seed: number) => ({ ...randomClip(seed, 30), fps });
  const same = [of(29.97, 0), of(30, 1), of(30.03, 2)];
  assertEquals(unifyRates(same), { clips: same });
  assertEquals(unifyRates([]), { clips: [] });
  const mixed = [of(30, 0), of(120, 1), of(60, 2), of(30, 3)], { clips, warning } = unifyRates(mixed);
  assertEquals(clips.map(({ fps, frames }) => [fps, frames]), [[30, 30], [30, 8], [30, 15], [30, 30]]);
  assertEquals(clips[0], mixed[0]);
  assertEquals(
    warning,
    "2 of 4 clips have 60, 120 frames per second: they are resampled to 30, the lowest rate of the data set",
  );
});
