import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { chanceLevels, oracleMaxChance } from "../../lib/metrics/chance.ts";
import { averagePrecision, equalErrorRate, fprAtTpr } from "../../lib/metrics/curve.ts";
import { delong, pairedDelong } from "../../lib/metrics/delong.ts";
import { Random } from "../../lib/core/random.ts";

const fixture = JSON.parse(Deno.readTextFileSync(new URL("../fixtures/statistics.json", import.meta.url)));

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

Deno.test("metrics read off the curve agree with scikit-learn's curve", () => {
  for (const { normal, anomalous, ...expected } of fixture.curves) {
    const own = { auroc, averagePrecision, fprAtTpr, equalErrorRate };
    for (const [name, metric] of Object.entries(own)) {
      assertAlmostEquals(metric(normal, anomalous), expected[name], 1e-12, name);
    }
  }
});

Deno.test("scores at random reach the chance levels on average", () => {
  const random = new Random(3), n = 30, m = 200, trials = 1500;
  const sums: Record<string, number> = { auroc: 0, averagePrecision: 0, fprAtTpr: 0, equalErrorRate: 0 };
  for (let trial = 0; trial < trials; trial++) {
    const draw = (count: number) => Float64Array.from({ length: count }, () => random.uniform());
    const normal = draw(n), anomalous = draw(m);
    for (const [name, metric] of Object.entries({ auroc, averagePrecision, fprAtTpr, equalErrorRate })) {
      sums[name] += metric(normal, anomalous) / trials;
    }
  }
  const levels = chanceLevels(n, m), all = n + m;
  let harmonic = 0;
  for (let k = 1; k <= all; k++) harmonic += 1 / k;
  const above = (all - n) / (all - 1) * (harmonic - 1) / all;
  assertAlmostEquals(sums.auroc, levels.auroc, 0.005);
  assertAlmostEquals(sums.equalErrorRate, levels.equalErrorRate, 0.005);
  assertAlmostEquals(sums.fprAtTpr, levels.fprAtTpr, 0.005);
  assertAlmostEquals(sums.averagePrecision, levels.averagePrecision + above, 0.003);
  assert(Math.abs(sums.averagePrecision - levels.averagePrecision) < 0.03);
  const equal = (count: number) => new Float64Array(count);
  assertEquals(averagePrecision(equal(n), equal(m)), levels.averagePrecision);
});

Deno.test("the better of two AUROCs at random reaches its chance level, at any size", () => {
  const random = new Random(4);
  for (const [n, m, trials] of [[57, 2221, 400], [8, 50, 4000], [5, 5, 8000]]) {
    let sum = 0, squares = 0;
    for (let trial = 0; trial < trials; trial++) {
      const draw = (count: number) => Float64Array.from({ length: count }, () => random.uniform());
      const best = Math.max(auroc(draw(n), draw(m)), auroc(draw(n), draw(m)));
      sum += best;
      squares += best * best;
    }
    const mean = sum / trials, error = Math.sqrt((squares / trials - mean * mean) / trials);
    const gap = Math.abs(mean - oracleMaxChance(n, m));
    assert(gap < 4 * error, `${n}, ${m}: off by ${gap}, standard error ${error}`);
  }
  assertEquals(oracleMaxChance(57, 2221).toFixed(3), "0.522");
  assertEquals(oracleMaxChance(57, 2221, 1), 0.5);
  assertThrows(() => oracleMaxChance(0, 3), UsageError, "got 0");
  assertThrows(() => oracleMaxChance(3, 3, 2), UsageError, "got 2");
  assertThrows(() => chanceLevels(3, 2.5), UsageError, "got 2.5");
});
