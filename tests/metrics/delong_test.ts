import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { delong, delongMean, holm, pairedDelongMean } from "../../lib/metrics/delong.ts";
import { largestDifference } from "../support/data_fixtures.ts";
import {
  areaByPairs,
  covariance,
  mean,
  pairedDelong,
  placements,
  score,
  type Scores,
  varianceOfMean,
} from "../support/metrics.ts";

/** The 43 complete cases of the worked example of DeLong, DeLong and Clarke-Pearson (1988): patients with ovarian cancer and
 * an obstruction. Albumin, total protein, K-G score, and the outcome; as the manual of SAS/STAT has them
 * ("Comparing Receiver Operating Characteristic Curves"). */
const PATIENTS = `
  3.0 5.8 10 0  3.2 6.3 5 1  3.9 6.8 3 1  2.8 4.8 6 0  3.2 5.8 3 1  0.9 4.0 5 0  2.5 5.7 8 0  1.6 5.6 5 1  3.8 5.7 5 1
  3.7 6.7 6 1  3.2 5.4 4 1  3.8 6.6 6 1  4.1 6.6 5 1  3.6 5.7 5 1  4.3 7.0 4 1  3.6 6.7 4 0  2.3 4.4 6 1  4.2 7.6 4 0
  4.0 6.6 6 0  3.5 5.8 6 1  3.8 6.8 7 1  3.0 4.7 8 0  4.5 7.4 5 1  3.7 7.4 5 1  3.1 6.6 6 1  4.1 8.2 6 1  4.3 7.0 5 1
  4.3 6.5 4 1  3.2 5.1 5 1  2.6 4.7 6 1  3.3 6.8 6 0  1.7 4.0 7 0  3.7 6.1 5 1  3.3 6.3 7 1  4.2 7.7 6 1  3.5 6.2 5 1
  2.9 5.7 9 0  2.1 4.8 7 1  2.8 6.2 8 0  4.0 7.0 7 1  3.3 5.7 6 1  3.7 6.9 5 1  3.6 6.6 5 1`
  .trim().split(/\s+/).map(Number);

Deno.test("DeLong equals the published worked example: areas, errors, and the test that all three tests are alike", () => {
  const rows = Array.from({ length: 43 }, (_, i) => PATIENTS.slice(4 * i, 4 * i + 4));
  const pair = (value: (row: number[]) => number) => ({
    normal: rows.filter((row) => row[3] === 0).map(value),
    anomalous: rows.filter((row) => row[3] === 1).map(value),
  });
  const tests = [pair((row) => row[0]), pair((row) => 10 - row[2]), pair((row) => row[1])];
  const own = tests.map(({ normal, anomalous }) => delong(normal, anomalous));
  assertEquals(own.map((estimate) => estimate.auroc.toFixed(4)), ["0.7366", "0.7258", "0.6478"]);
  assertEquals(own.map(({ error }) => error.toFixed(4)), ["0.0927", "0.1028", "0.1000"]);

  // The contrast of all three, 2 degrees of freedom, from the paired tests alone: a variance of a difference is the sum of the
  // variances less twice the covariance.
  const [first, second] = [pairedDelong(tests[0], tests[1]), pairedDelong(tests[2], tests[1])];
  const third = pairedDelong(tests[0], tests[2]);
  const [u, v] = [first.error ** 2, second.error ** 2], shared = (u + v - third.error ** 2) / 2;
  const [a, b] = [first.difference, second.difference];
  const square = (v * a * a - 2 * shared * a * b + u * b * b) / (u * v - shared * shared);
  assertEquals([square.toFixed(4), Math.exp(-square / 2).toFixed(4)], ["2.5340", "0.2817"]);
});

Deno.test("the paired DeLong test equals its definition over all pairs", () => {
  const couple = (length: number) => fc.array(score, { minLength: length, maxLength: length });
  const scored = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }))
    .chain(([n, m]) => fc.tuple(couple(n), couple(m), couple(n), couple(m)));
  fc.assert(
    fc.property(scored, ([n1, a1, n2, a2]) => {
      const one = { normal: n1, anomalous: a1 }, two = { normal: n2, anomalous: a2 };
      const { difference, error, p } = pairedDelong(one, two);
      assertAlmostEquals(difference, areaByPairs(one) - areaByPairs(two), 1e-12);
      const variance = covariance(one, one) + covariance(two, two) - 2 * covariance(one, two);
      assertAlmostEquals(error * error, variance, 1e-12);
      assert(p >= 0 && p <= 1);
    }),
    { numRuns: 2000, seed: 2 },
  );
});

Deno.test("DeLong of a mean over folds and seeds equals the variance of its placements written down", () => {
  const random = new Random(12);
  for (let k = 0; k < 2000; k++) {
    const seeds = 1 + random.integer(3), folds = 1 + random.integer(3);
    const make = () =>
      Array.from({ length: folds }, (_, fold) =>
        Array.from({ length: seeds }, () => {
          const side = (length: number) => Array.from({ length }, () => random.integer(5));
          return { normal: side(2 + fold), anomalous: side(4 - fold) };
        }));
    const a = make(), b = make();
    const expected = (tests: (fold: number, seed: number, side: number) => Scores) => {
      let total = 0;
      for (let fold = 0; fold < folds; fold++) {
        for (const side of [0, 1]) {
          const each = Array.from({ length: seeds }, (_, seed) => tests(fold, seed, side));
          total += varianceOfMean(each[0].map((_, i) => mean(each.map((own) => own[i]))));
        }
      }
      return total / folds ** 2;
    };
    const alone = expected((fold, seed, side) => placements(a[fold][seed])[side]);
    assert(Math.abs(delongMean(a).error ** 2 - alone) <= 1e-12);
    const area = mean(a.flat().map(({ normal, anomalous }) => auroc(normal, anomalous)));
    assert(Math.abs(delongMean(a).auroc - area) <= 1e-12);
    const gap = expected((fold, seed, side) => {
      const [one, two] = [a, b].map((tests) => placements(tests[fold][seed])[side]);
      return one.map((value, i) => value - two[i]);
    });
    const { error, difference } = pairedDelongMean(a, b);
    assert(Math.abs(error ** 2 - gap) <= 1e-12);
    assert(Math.abs(difference - (area - delongMean(b).auroc)) <= 1e-12);
  }
});

Deno.test("seeds of a test set with other numbers of clips are not averaged", () => {
  const pair = (normals: number, anomalies: number) => ({
    normal: Float64Array.from({ length: normals }, (_, i) => i),
    anomalous: Float64Array.from({ length: anomalies }, (_, i) => i + 0.5),
  });
  for (const other of [pair(4, 5), pair(5, 4)]) {
    assertThrows(() => delongMean([[pair(5, 5), other]]), UsageError, "have different numbers of clips");
  }
});

Deno.test("DeLong's 95 % interval covers the true AUROC about 95 times in 100", () => {
  const random = new Random(11), trials = 2000;
  for (const [n, m, shift, truth] of [[20, 60, 1, 0.7602499], [8, 50, 2, 0.9213504]]) {
    let covered = 0;
    for (let trial = 0; trial < trials; trial++) {
      const draw = (count: number, centre: number) =>
        Float64Array.from({ length: count }, () => random.normal(centre));
      const { ci } = delong(draw(n, 0), draw(m, shift));
      if (ci.low <= truth && truth <= ci.high) covered++;
    }
    assert(
      covered / trials > 0.92 && covered / trials < 0.98,
      `covered ${covered} of ${trials} at AUROC ${truth}`,
    );
  }
});

Deno.test("where DeLong's variance carries no information, the interval is wide", () => {
  const k = 10, low = Math.pow(0.025, 1 / k);
  const perfect = delong(Array(k).fill(0), Array(40).fill(1));
  assertEquals(perfect.auroc, 1);
  assertAlmostEquals(perfect.ci.low, low, 1e-12);
  assertEquals(perfect.ci.high, 1);
  assertEquals(delong([1], [0]).ci, { low: 0, high: 0.975 });
  assertEquals(delong([1, 1, 1], [1, 1]).ci, { low: 0, high: 1 });
  assertEquals(delong([1], [0, 2, 3]).ci, { low: 0, high: 1 });
  const good = { normal: [0, 0, 0], anomalous: [1, 1, 1] }, bad = { normal: [1, 1, 1], anomalous: [0, 0, 0] };
  assertEquals(pairedDelong(good, bad), { difference: 1, error: 0, p: 0.25 });
});

Deno.test("the paired DeLong test of two equally good detectors is small 5 times in 100", () => {
  const random = new Random(5), trials = 1500;
  let alarms = 0;
  for (let trial = 0; trial < trials; trial++) {
    const base = Float64Array.from({ length: 60 }, (_, i) => random.normal(i < 20 ? 0 : 1));
    const detector = () => {
      const scores = base.map((value) => value + random.normal(0, 0.7));
      return { normal: scores.subarray(0, 20), anomalous: scores.subarray(20) };
    };
    if (pairedDelong(detector(), detector()).p <= 0.05) alarms++;
  }
  assert(alarms / trials > 0.03 && alarms / trials < 0.08, `${alarms} of ${trials}`);
});

Deno.test("Holm's correction equals R's p.adjust, never lowers a p-value and keeps the order", () => {
  assert(largestDifference(holm([0.01, 0.04, 0.03, 0.005]), [0.03, 0.06, 0.06, 0.02]) <= 1e-15);
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 9 }), (pValues) => {
    const corrected = holm(pValues);
    for (let i = 0; i < pValues.length; i++) {
      assert(corrected[i] >= pValues[i] && corrected[i] <= 1);
      for (let j = 0; j < i; j++) if (pValues[i] < pValues[j]) assert(corrected[i] <= corrected[j]);
    }
  }));
  assertThrows(() => holm([0.5, NaN]), UsageError, "got NaN");
});

Deno.test("Holm takes values from 0 to 1, both included, and nothing else", () => {
  assertEquals(holm([0, 1]), Float64Array.of(0, 1));
  for (const p of [-0.1, 1.1, NaN]) {
    assertThrows(() => holm([0.5, p]), UsageError, `expected 0 to 1, got ${p}`);
  }
});
