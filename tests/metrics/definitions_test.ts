import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Random } from "../../lib/core/random.ts";
import { auroc } from "../../lib/metrics/auroc.ts";
import { averagePrecision, equalErrorRate, fprAtTpr, rocCurve } from "../../lib/metrics/curve.ts";
import { delong } from "../../lib/metrics/delong.ts";
import { largestDifference } from "../support/data_fixtures.ts";
import {
  areaByPairs,
  count,
  covariance,
  type Labelled,
  mean,
  pairedDelong,
  placements,
  score,
  type Scores,
  varianceOfMean,
} from "../support/metrics.ts";

const fixture = JSON.parse(Deno.readTextFileSync(new URL("../fixtures/metrics.json", import.meta.url)));

const CASES = 100_000;
const GRID = [-Infinity, -2, -1, 0, -0, 1, 2, Infinity];

/** One to seven clips a side; half of the cases on a grid where ties and infinities abound. */
function draw(random: Random): Labelled {
  const coarse = random.chance(0.5);
  const side = () =>
    Array.from({ length: 1 + random.integer(7) }, () => coarse ? random.pick(GRID) : random.normal());
  return { normal: side(), anomalous: side() };
}

const side = fc.array(score, { minLength: 1, maxLength: 14 });
const fraction = (values: Scores, holds: (value: number) => boolean) =>
  values.filter(holds).length / values.length;

/** What each metric is, written down over pairs and thresholds. */
function direct(own: Labelled) {
  const { normal, anomalous } = own;
  const area = areaByPairs(own);
  const precision = mean(normal.map((threshold) => {
    const below = (side: Scores) => count(side, (value) => value <= threshold);
    return below(normal) / (below(normal) + below(anomalous));
  }));
  const points = [[0, 0]];
  for (const threshold of [...new Set([...normal, ...anomalous])].sort((a, b) => a < b ? 1 : -1)) {
    const alarm = (side: Scores) => count(side, (value) => value >= threshold) / side.length;
    points.push([alarm(normal), alarm(anomalous)]);
  }
  const fpr = Math.min(...points.filter(([, t]) => t >= 0.95).map(([f]) => f));
  let rate = NaN;
  for (let i = 1; i < points.length && Number.isNaN(rate); i++) {
    // f + t = 1 on the line from the last point to this one.
    const [f0, t0] = points[i - 1], [f1, t1] = points[i], before = 1 - f0 - t0, step = f1 - f0 + t1 - t0;
    if (before <= step + 1e-14) rate = f0 + before / step * (f1 - f0);
  }
  const [u, v] = placements(own);
  return { area, precision, fpr, rate, variance: varianceOfMean(u) + varianceOfMean(v) };
}

Deno.test("every metric equals its definition over all pairs or thresholds, with ties and infinities", () => {
  fc.assert(
    fc.property(side, side, (normal, anomalous) => {
      const own = { normal, anomalous }, area = areaByPairs(own);
      assertAlmostEquals(auroc(normal, anomalous), area, 1e-12);
      assertAlmostEquals(delong(normal, anomalous).auroc, area, 1e-12);
      const { error } = delong(normal, anomalous);
      if (normal.length > 1 && anomalous.length > 1) {
        const variance = covariance(own, own);
        assertAlmostEquals(error * error, variance, 1e-12);
      } else assert(Number.isNaN(error));

      const thresholds = [...new Set([...normal, ...anomalous])].sort((a, b) => a < b ? 1 : -1);
      const fpr = thresholds.map((t) => fraction(normal, (n) => n >= t));
      const tpr = thresholds.map((t) => fraction(anomalous, (a) => a >= t));
      const curve = rocCurve(normal, anomalous);
      assert(largestDifference(curve.fpr, [0, ...fpr]) <= 1e-12);
      assert(largestDifference(curve.tpr, [0, ...tpr]) <= 1e-12);
      assertEquals([...curve.thresholds.subarray(1)].map((t) => t + 0), thresholds.map((t) => t + 0));
      assertEquals(fprAtTpr(normal, anomalous, 0.8), Math.min(...fpr.filter((_, i) => tpr[i] >= 0.8)));
      let trapezoids = 0;
      for (let i = 1; i < curve.fpr.length; i++) {
        trapezoids += (curve.fpr[i] - curve.fpr[i - 1]) * (curve.tpr[i] + curve.tpr[i - 1]) / 2;
      }
      assertAlmostEquals(trapezoids, area, 1e-12);

      const below = (values: Scores, t: number) => values.filter((value) => value <= t).length;
      const precision = mean(normal.map((t) => below(normal, t) / (below(normal, t) + below(anomalous, t))));
      assertAlmostEquals(averagePrecision(normal, anomalous), precision, 1e-12);

      const rate = equalErrorRate(normal, anomalous);
      const at = curve.fpr.findIndex((f, i) => f + curve.tpr[i] >= 1 - 1e-12);
      const [f0, t0, f1, t1] = [curve.fpr[at - 1], curve.tpr[at - 1], curve.fpr[at], curve.tpr[at]];
      assert(rate >= f0 - 1e-12 && rate <= f1 + 1e-12);
      assertAlmostEquals((rate - f0) * (t1 - t0), (1 - rate - t0) * (f1 - f0), 1e-12);
    }),
    { numRuns: 5000, seed: 1 },
  );
});

Deno.test("an increasing map of the scores changes no rank metric, and swapping the classes gives 1 - AUROC", () => {
  const rank = (value: number) => value === Infinity ? 9 : value === -Infinity ? -9 : Math.atan(value);
  const few = fc.array(fc.constantFrom(-Infinity, -2, -1, 0, 0.5, 3, Infinity), {
    minLength: 1,
    maxLength: 12,
  });
  fc.assert(
    fc.property(few, few, (normal, anomalous) => {
      for (const metric of [auroc, averagePrecision, fprAtTpr, equalErrorRate]) {
        assertEquals(metric(normal.map(rank), anomalous.map(rank)), metric(normal, anomalous));
      }
      assertEquals(delong(normal.map(rank), anomalous.map(rank)), delong(normal, anomalous));
      assertAlmostEquals(auroc(anomalous, normal), 1 - auroc(normal, anomalous), 1e-12);
      const negate = (values: Scores) => values.map((value) => -value);
      assertAlmostEquals(auroc(negate(normal), negate(anomalous)), 1 - auroc(normal, anomalous), 1e-12);
      const { ci, auroc: area } = delong(normal, anomalous), flipped = delong(anomalous, normal).ci;
      assert(0 <= ci.low && ci.low <= area && area <= ci.high && ci.high <= 1);
      assertAlmostEquals(flipped.low, 1 - ci.high, 1e-12);
      assertAlmostEquals(flipped.high, 1 - ci.low, 1e-12);
    }),
    { numRuns: 2000, seed: 3 },
  );
});

Deno.test("metrics agree with scikit-learn, and DeLong with its definition in numpy", () => {
  for (const expected of fixture.cases) {
    const [normal, other] = expected.normal, [anomalous, otherAnomalous] = expected.anomalous;
    assertAlmostEquals(auroc(normal, anomalous), expected.auroc, 1e-12);
    assertAlmostEquals(averagePrecision(normal, anomalous), expected.averagePrecision, 1e-12);
    const { fpr, tpr } = rocCurve(normal, anomalous);
    assert(largestDifference(fpr, expected.fpr) <= 1e-12 && largestDifference(tpr, expected.tpr) <= 1e-12);
    assertAlmostEquals(delong(normal, anomalous).error, expected.error, 1e-12);
    const paired = pairedDelong({ normal, anomalous }, { normal: other, anomalous: otherAnomalous });
    assertAlmostEquals(paired.difference, expected.difference, 1e-12);
    assertAlmostEquals(paired.error, expected.pairedError, 1e-12);
    assertAlmostEquals(paired.p, expected.p, 1e-12);
  }
});

Deno.test("in 100,000 random cases every metric equals its definition to 1e-12", () => {
  const random = new Random(10), worst: Record<string, number> = {};
  const compare = (name: string, value: number, expected: number) => {
    const gap = Number.isNaN(value) && Number.isNaN(expected) ? 0 : Math.abs(value - expected);
    // A NaN gap, where one of the two alone is NaN, is kept as infinite.
    worst[name] = Math.max(worst[name] ?? 0, Number.isNaN(gap) ? Infinity : gap);
  };
  for (let k = 0; k < CASES; k++) {
    const own = draw(random), { normal, anomalous } = own, expected = direct(own);
    compare("auroc", auroc(normal, anomalous), expected.area);
    compare("average precision", averagePrecision(normal, anomalous), expected.precision);
    compare("fpr at 95 % tpr", fprAtTpr(normal, anomalous), expected.fpr);
    compare("equal error rate", equalErrorRate(normal, anomalous), expected.rate);
    compare("delong", delong(normal, anomalous).error ** 2, expected.variance);
    if (normal.length > 1 && anomalous.length > 1) {
      const again = (values: Scores) => values.map((value) => random.chance(0.5) ? value : random.pick(GRID));
      const other = { normal: again(normal), anomalous: again(anomalous) };
      const paired = pairedDelong(own, other), [u0, v0] = placements(own), [u1, v1] = placements(other);
      const gap = varianceOfMean(u0.map((u, i) => u - u1[i])) + varianceOfMean(v0.map((v, i) => v - v1[i]));
      compare("paired delong", paired.error ** 2, gap);
      compare("paired difference", paired.difference, expected.area - direct(other).area);
    }
  }
  for (const [name, gap] of Object.entries(worst)) assert(gap <= 1e-12, `${name}: off by ${gap}`);
  assert(Object.keys(worst).length === 7);
});

Deno.test("in 10,000 random cases increasing maps change nothing, and swapping the classes gives 1 - AUROC", () => {
  const random = new Random(11);
  for (let k = 0; k < 10_000; k++) {
    const { normal, anomalous } = draw(random);
    const map = (values: Scores) => values.map((value) => Math.atan(value) * 3 + 1);
    for (const metric of [auroc, averagePrecision, fprAtTpr, equalErrorRate]) {
      assert(metric(map(normal), map(anomalous)) === metric(normal, anomalous));
    }
    const area = auroc(normal, anomalous), negative = (values: Scores) => values.map((value) => -value);
    assert(Math.abs(auroc(anomalous, normal) - (1 - area)) <= 1e-12);
    assert(Math.abs(auroc(negative(normal), negative(anomalous)) - (1 - area)) <= 1e-12);
    const rate = equalErrorRate(normal, anomalous);
    assert(
      Math.abs(equalErrorRate(anomalous, normal) - (1 - rate)) <= 1e-12,
      "equal error rate turned about",
    );
  }
});
