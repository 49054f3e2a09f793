/** Thresholds and tests that follow a stream of scores, on generated drift. */
import { assert, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { hashSeed, Random } from "../../lib/core/random.ts";
import { UsageError } from "../../lib/core/errors.ts";
import { ChangeTest } from "../../lib/metrics/martingale.ts";
import { RollingConformal } from "../../lib/metrics/rolling.ts";
import { conformalThreshold } from "../../lib/metrics/conformal.ts";

/** Scores as of a heavy-tailed normal class, `at(i)` added to the score of window i. */
const scoresOf = (seed: number, count: number, at: (i: number) => number = () => 0) => {
  const random = new Random(hashSeed(seed, "scores"));
  return Array.from({ length: count }, (_, i) => Math.exp(0.3 * random.normal()) + at(i));
};

/** Alarms of each score among the ones before it, once the memory is full. */
function alarmsOf(scores: readonly number[], memory: number, alpha: number): boolean[] {
  const rolling = new RollingConformal(memory);
  return scores.map((score) => {
    const alarm = rolling.isFull && rolling.p(score) <= alpha;
    rolling.add(score);
    return alarm;
  }).slice(memory);
}

/** The number of alarms of `draws` independent scores lies in this interval with probability 0.999. */
function interval(draws: number, rate: number): [number, number] {
  const deviation = Math.sqrt(draws * rate * (1 - rate));
  return [draws * rate - 3.3 * deviation, draws * rate + 3.3 * deviation];
}

Deno.test("The latest scores alone count, and the alarm is that of the conformal threshold", () => {
  const scores = scoresOf(0, 60), rolling = new RollingConformal(20);
  for (const [i, score] of scores.entries()) {
    const before = scores.slice(Math.max(0, i - 20), i);
    assertEquals(rolling.p(score) <= 0.1, score > conformalThreshold(before, 0.1));
    assertEquals([rolling.isFull, rolling.smallestP], [i >= 20, 1 / (before.length + 1)]);
    rolling.add(score);
  }
});

Deno.test("Without drift and with a slow one, false alarms come at the rate alpha; a fixed threshold fails", () => {
  for (const alpha of [0.05, 0.1]) {
    for (const drift of [0, 2e-4, -2e-4]) { // up to two deviations of a score in 3,000 windows
      const alarms = [1, 2, 3].flatMap((seed) =>
        alarmsOf(scoresOf(seed, 3200, (i) => drift * i), 199, alpha)
      );
      const [low, high] = interval(alarms.length, alpha), count = alarms.filter(Boolean).length;
      // Scores share their memory, and a drift of 0.04 within it moves the rate by less than a quarter.
      assertGreater(count, low - 0.25 * alpha * alarms.length);
      assertGreater(high + 0.25 * alpha * alarms.length, count);
    }
    const scores = scoresOf(4, 3200, (i) => 2e-4 * i),
      fixed = conformalThreshold(scores.slice(0, 199), alpha);
    assertGreater(scores.slice(-1000).filter((score) => score > fixed).length, 3 * alpha * 1000);
  }
});

Deno.test("A short anomaly is an alarm from its first to its last window", () => {
  const scores = scoresOf(5, 400, (i) => i >= 300 && i < 305 ? 5 : 0), alarms = alarmsOf(scores, 199, 0.05);
  assert(alarms.slice(300 - 199, 305 - 199).every(Boolean));
});

Deno.test("While nothing changes, a change is reported in at most a fraction `level` of streams", () => {
  const level = 0.1, streams = 400;
  let reports = 0;
  for (let seed = 0; seed < streams; seed++) {
    const test = new ChangeTest(level, seed);
    reports += Number(scoresOf(1000 + seed, 1000).some((score) => test.add(score).changed));
  }
  assertGreater(interval(streams, level)[1], reports);
});

Deno.test("A step is reported within 30 windows after 100 normal ones, within 50 after 2,000, and a slow drift in the end", () => {
  const delayOf = (seed: number, at: (i: number) => number, from: number, most: number) => {
    const test = new ChangeTest(0.01, seed);
    const reports = scoresOf(seed, from + most, at).flatMap((score, i) =>
      test.add(score).changed ? [i + 1 - from] : []
    );
    return reports.find((delay) => delay > 0) ?? Infinity;
  };
  for (const [from, median, most] of [[100, 25, 30], [2000, 45, 50]]) {
    for (const sign of [1, -1]) {
      const step = (i: number) => i >= from ? sign : 0;
      const delays = Array.from({ length: 100 }, (_, seed) => delayOf(seed, step, from, 200)).sort((a, b) =>
        a - b
      );
      assertGreater(median, delays[50]);
      assertGreater(most, delays[94]); // 95 of 100
    }
  }
  assertGreater(1500, delayOf(7, (i) => i >= 100 ? 1e-3 * (i - 100) : 0, 100, 1500));
});

Deno.test("After a report the test begins anew: the new normal is no change", () => {
  const test = new ChangeTest(0.01), scores = scoresOf(8, 800, (i) => i >= 100 ? 3 : 0);
  assertEquals(scores.filter((score) => test.add(score).changed).length, 1);
});

Deno.test("Equal scores are no change, however long they last", () => {
  const test = new ChangeTest(0.05);
  for (let i = 0; i < 10_050; i++) assert(!test.add(1).changed, String(i));
});

Deno.test("A memory or a level out of range is refused", () => {
  for (const memory of [0, 1.5, 100_001, NaN]) {
    assertThrows(() => new RollingConformal(memory), UsageError, "memory must be");
  }
  for (const level of [0, 1, NaN]) assertThrows(() => new ChangeTest(level), UsageError, "level must be");
});
