import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../lib/core/errors.ts";
import { Random } from "../../lib/core/random.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { chanceLevels, oracleMaxChance } from "../../lib/metrics/chance.ts";
import { averagePrecision, equalErrorRate, fprAtTpr } from "../../lib/metrics/curve.ts";

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

Deno.test("the better of two detectors that always agree is one, and of two opposite ones gains most", () => {
  assertEquals(oracleMaxChance(50, 50, 1), 0.5);
  assertAlmostEquals(oracleMaxChance(50, 50, -1) - 0.5, Math.SQRT2 * (oracleMaxChance(50, 50) - 0.5), 1e-12);
  for (const correlation of [-1.01, 1.01, NaN]) {
    assertThrows(() => oracleMaxChance(50, 50, correlation), UsageError, `got ${correlation}`);
  }
});
