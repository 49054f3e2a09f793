import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../../lib/core/errors.ts";
import { Random } from "../../../lib/core/random.ts";
import type { Recording } from "../../../lib/data/clip.ts";
import { orderFrames } from "../../../lib/data/transforms/frames.ts";
import { randomClip } from "../../support/data_fixtures.ts";

/** The frames of a recording at these indices. */
function pick(clip: Recording, frames: readonly number[]): Recording {
  const width = clip.x.length / clip.frames;
  const take = (values: Float32Array) =>
    Float32Array.from(frames.flatMap((t) => [...values.subarray(t * width, (t + 1) * width)]));
  return { ...clip, frames: frames.length, x: take(clip.x), y: take(clip.y) };
}

const range = (count: number) => [...Array(count).keys()];

Deno.test("Frames in any order of any numbers are the recording in its order", () => {
  const random = new Random(0);
  for (let round = 0; round < 40; round++) {
    const clip = randomClip(round, 30),
      order = random.shuffle(range(30)),
      first = Math.floor(random.uniform(0, 1) * 2000) - 1000;
    const shuffled = { ...pick(clip, order), numbers: order.map((t) => t + first) };
    const { recording, nameOf } = orderFrames(shuffled, "a");
    assertEquals(recording, clip);
    assertEquals(nameOf(3), `frame ${first + 3}`);
  }
});

Deno.test("Frames whose numbers are missing are NaN; a constant step divides the frame rate", () => {
  const clip = randomClip(1, 20), width = clip.x.length / 20, kept = range(20).filter((t) => t < 5 || t >= 9);
  const { recording } = orderFrames({ ...pick(clip, kept), numbers: kept }, "a");
  assertEquals(recording.frames, 20);
  for (const t of range(20)) {
    const row = recording.x.slice(t * width, (t + 1) * width);
    assertEquals(row, kept.includes(t) ? clip.x.slice(t * width, (t + 1) * width) : row.map(() => NaN));
  }
  const stepped = orderFrames({ ...clip, numbers: range(20).map((t) => 7 + 4 * t) }, "a");
  assertEquals(stepped.recording, { ...clip, fps: clip.fps / 4, frameStep: 4 });
  assertEquals(stepped.nameOf(2), "frame 15");
  // Steps of 4 with one of 2 have the step 2: every other frame is missing.
  const mixed =
    orderFrames({ ...clip, numbers: range(20).map((t) => t < 10 ? 4 * t : 4 * t - 2) }, "a").recording;
  assertEquals([mixed.frames, mixed.fps, mixed.frameStep], [38, clip.fps / 2, 2]);
});

Deno.test("A number or time that exists twice, is none, or lies absurdly far away is refused", () => {
  const clip = randomClip(2, 4);
  for (const key of ["numbers", "times"]) {
    const name = key === "numbers" ? "frame" : "time";
    const order = (values: number[]) => () => orderFrames({ ...clip, [key]: values }, "a.csv");
    assertEquals(
      assertThrows(order([0, 2, 1, 2]), DataError).message,
      `Cannot use a.csv: ${name} 2 exists twice`,
    );
    assertThrows(order([0, 1, NaN, 3]), DataError, `${name} NaN is not a number`);
    assertThrows(order([0, 1, 2, 1e9]), DataError, "its 4 frames span");
  }
});

Deno.test("Time stamps with jitter, in any order, give the motion at a constant rate", () => {
  const random = new Random(3);
  for (let round = 0; round < 40; round++) {
    const clip = { ...randomClip(round, 50), fps: 30 }, width = clip.x.length / 50;
    const times = range(50).map((t) =>
      100 + (t + (t === 0 || t === 49 ? 0 : (random.uniform(0, 1) - 0.5) * 0.4)) / 30
    );
    // Every joint moves straight and steadily, so that interpolation is exact.
    for (const values of [clip.x, clip.y]) {
      for (let p = 0; p < values.length; p++) {
        values[p] = (times[Math.floor(p / width)] - 100) * (p % width) * 0.1;
      }
    }
    const order = random.shuffle(range(50));
    const { recording } = orderFrames({ ...pick(clip, order), times: order.map((t) => times[t]) }, "a");
    assertEquals(recording.frames, 50);
    recording.x.forEach((value, p) => {
      assert(Math.abs(value - Math.floor(p / width) / 30 * (p % width) * 0.1) < 1e-5);
    });
  }
});

Deno.test("Exact time stamps change nothing; a pause is a gap, and a missing neighbour makes no joint missing", () => {
  const clip = { ...randomClip(4, 20), fps: 25 }, width = clip.x.length / 20;
  clip.x.fill(NaN, 7 * width, 7 * width + 3);
  const times = range(20).map((t) => t / 25);
  assertEquals(orderFrames({ ...clip, times }, "a").recording, clip);
  const late = times.map((time, t) => t < 10 ? time : time + 1);
  const { recording, nameOf } = orderFrames({ ...clip, times: late }, "a");
  assertEquals([recording.frames, nameOf(10)], [45, "the frame at 0.400 s"]);
  const isMissing = range(45).map((t) => Number.isNaN(recording.y[t * width]));
  assertEquals(isMissing, range(45).map((t) => t >= 10 && t < 35));
});
