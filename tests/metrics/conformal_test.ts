import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { conformalThreshold, crossConformal } from "../../lib/metrics/conformal.ts";
import { score } from "../support/metrics.ts";

/** Split-conformal p-value of a score. */
const conformalPValue = (calibration: ArrayLike<number>, own: number) =>
  crossConformal([Float64Array.from(calibration)], [Float64Array.of(own)])[0];

Deno.test("an alarm above the conformal threshold is an alarm by p-value, and vice versa", () => {
  const alpha = fc.oneof(
    fc.constantFrom(0.01, 0.05, 0.1, 0.2, 0.29, 0.3, 0.5),
    fc.double({ min: 0.001, max: 0.999 }),
  );
  fc.assert(
    fc.property(fc.array(score, { maxLength: 40 }), score, alpha, (calibration, own, level) => {
      fc.pre(!Number.isNaN(level));
      const threshold = conformalThreshold(calibration, level);
      assertEquals(own > threshold, conformalPValue(calibration, own) <= level);
    }),
    { numRuns: 3000, seed: 4 },
  );
  assertThrows(() => conformalThreshold([1], 0), UsageError, "got 0");
  assertThrows(() => conformalThreshold([1, NaN], 0.5), UsageError, "NaN");
});

Deno.test("conformal alarms on normal clips have the promised rate", () => {
  const random = new Random(21), trials = 20_000;
  for (const [n, alpha] of [[19, 0.1], [46, 0.05]]) {
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const calibration = Float64Array.from({ length: n }, () => random.uniform());
      if (conformalPValue(calibration, random.uniform()) <= alpha) alarms++;
    }
    const exact = Math.floor(alpha * (n + 1)) / (n + 1), deviation = Math.sqrt(exact * (1 - exact) / trials);
    assert(
      Math.abs(alarms / trials - exact) < 4 * deviation,
      `${alarms} alarms of ${trials}, expected ${exact}`,
    );
  }
});

Deno.test("Cross-conformal p-values equal their definition", () => {
  const random = new Random(1);
  for (let k = 0; k < 200; k++) {
    const folds = 1 + random.integer(4), clips = 1 + random.integer(3);
    const draw = (count: number) => Float64Array.from({ length: count }, () => random.integer(6));
    const held = Array.from({ length: folds }, () => draw(1 + random.integer(5)));
    const scores = held.map(() => draw(clips)), p = crossConformal(held, scores);
    for (let i = 0; i < clips; i++) {
      let above = 1, n = 1;
      held.forEach((own, fold) => {
        for (const value of own) {
          n++;
          if (value >= scores[fold][i]) above++;
        }
      });
      assertEquals(p[i], above / n);
    }
  }
});

Deno.test("A threshold is refused for an alpha that is not between 0 and 1", () => {
  for (const alpha of [0, 1, 1.5, -0.1, NaN]) {
    assertThrows(() => conformalThreshold([1, 2, 3], alpha), UsageError, "alpha must be between 0 and 1");
  }
  assertEquals(conformalThreshold([1, 2, 3], 0.999), 1);
});

Deno.test("Windows of one clip are alike: their alarms come at a rate of at most alpha + (1 - alpha) / (clips + 1)", () => {
  const random = new Random(2), trials = 4000, windows = 8, alpha = 0.05;
  for (const clips of [4, 12, 30]) {
    for (const own of [0, 0.3, 1]) { // what of a window's score is the window's own
      const clip = () => {
        const shared = random.normal();
        return Float64Array.from({ length: windows }, () => shared + own * random.normal());
      };
      let alarms = 0;
      for (let trial = 0; trial < trials; trial++) {
        const held = Float64Array.from(Array.from({ length: clips }, clip).flatMap((some) => [...some]));
        alarms += crossConformal([held], [clip()]).filter((p) => p <= alpha).length / windows;
      }
      const bound = alpha + (1 - alpha) / (clips + 1), rate = alarms / trials;
      assert(rate < bound + 3 * Math.sqrt(bound / trials), `${clips} clips: ${rate}`);
      if (own === 0) assert(rate > alpha, `${clips} clips: ${rate}, so that alpha alone is no bound`);
    }
  }
});
