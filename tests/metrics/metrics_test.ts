import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../lib/core/errors.ts";
import { auroc, midRanks } from "../../lib/metrics/auroc.ts";
import { conformalPValue, conformalThreshold } from "../../lib/metrics/conformal.ts";
import { averagePrecision, equalErrorRate, fprAtTpr, rocCurve } from "../../lib/metrics/curve.ts";
import { delong, holm, pairedDelong } from "../../lib/metrics/delong.ts";
import { normalTail } from "../../lib/metrics/normal.ts";
import { Random } from "../../lib/core/random.ts";
import { largestDifference } from "../support/data_fixtures.ts";

type Scores = number[];
const fixture = JSON.parse(Deno.readTextFileSync(new URL("../fixtures/metrics.json", import.meta.url)));

/** Few distinct values, so that ties abound, and both infinities; or any doubles. */
const score = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.constantFrom(Infinity, -Infinity, 0, -0),
  fc.double({ noNaN: true }),
);
const side = fc.array(score, { minLength: 1, maxLength: 14 });

const psi = (a: number, n: number) => a > n ? 1 : a === n ? 0.5 : 0;
const mean = (values: Scores) => values.reduce((sum, value) => sum + value, 0) / values.length;
const part = (values: Scores, holds: (value: number) => boolean) =>
  values.filter(holds).length / values.length;
const pairs = (normal: Scores, anomalous: Scores) =>
  mean(normal.map((n) => mean(anomalous.map((a) => psi(a, n)))));

/** DeLong's variance or, of two detectors, covariance, by its definition over all pairs. */
function covariance(one: [Scores, Scores], two: [Scores, Scores]): number {
  const deviations = ([normal, anomalous]: [Scores, Scores]) => [
    normal.map((n) => mean(anomalous.map((a) => psi(a, n))) - pairs(normal, anomalous)),
    anomalous.map((a) => mean(normal.map((n) => psi(a, n))) - pairs(normal, anomalous)),
  ];
  const a = deviations(one), b = deviations(two);
  return a.reduce(
    (sum, u, s) =>
      sum + u.reduce((inner, value, i) => inner + value * b[s][i], 0) / (u.length - 1) / u.length,
    0,
  );
}

Deno.test("every metric equals its definition over all pairs or thresholds, with ties and infinities", () => {
  fc.assert(
    fc.property(side, side, (normal, anomalous) => {
      const area = pairs(normal, anomalous);
      assertAlmostEquals(auroc(normal, anomalous), area, 1e-12);
      assertAlmostEquals(delong(normal, anomalous).auroc, area, 1e-12);
      const { error } = delong(normal, anomalous);
      if (normal.length > 1 && anomalous.length > 1) {
        const variance = covariance([normal, anomalous], [normal, anomalous]);
        assertAlmostEquals(error * error, variance, 1e-12);
      } else assert(Number.isNaN(error));

      const thresholds = [...new Set([...normal, ...anomalous])].sort((a, b) => a < b ? 1 : -1);
      const fpr = thresholds.map((t) => part(normal, (n) => n >= t));
      const tpr = thresholds.map((t) => part(anomalous, (a) => a >= t));
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

Deno.test("the paired DeLong test equals its definition over all pairs", () => {
  const couple = (length: number) => fc.array(score, { minLength: length, maxLength: length });
  const scored = fc.tuple(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 2, max: 9 }))
    .chain(([n, m]) => fc.tuple(couple(n), couple(m), couple(n), couple(m)));
  fc.assert(
    fc.property(scored, ([n1, a1, n2, a2]) => {
      const { difference, error, p } = pairedDelong({ normal: n1, anomalous: a1 }, {
        normal: n2,
        anomalous: a2,
      });
      assertAlmostEquals(difference, pairs(n1, a1) - pairs(n2, a2), 1e-12);
      const variance = covariance([n1, a1], [n1, a1]) + covariance([n2, a2], [n2, a2]) -
        2 * covariance([n1, a1], [n2, a2]);
      assertAlmostEquals(error * error, variance, 1e-12);
      assert(p >= 0 && p <= 1);
    }),
    { numRuns: 2000, seed: 2 },
  );
});

Deno.test("an increasing map of the scores changes no rank metric, and turning the sides about gives 1 - AUROC", () => {
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

Deno.test("the tail of the normal distribution is right to 12 digits, far out too", () => {
  for (const [z, expected] of fixture.tails) assertAlmostEquals(normalTail(z), expected, 1e-12 * expected);
});

Deno.test("mid-ranks share the mean rank between equal values", () => {
  assertEquals([...midRanks([Infinity, 2, -Infinity, 2, 0, -0])], [6, 4.5, 1, 4.5, 2.5, 2.5]);
});

Deno.test("a missing side, a NaN and unequal numbers of clips are refused", () => {
  for (const metric of [auroc, delong, averagePrecision, fprAtTpr, equalErrorRate, rocCurve]) {
    assertThrows(() => metric([], [1]), UsageError, "0 normal and 1 anomalous");
    assertThrows(() => metric([1], []), UsageError, "1 normal and 0 anomalous");
    assertThrows(() => metric([1, NaN], [1]), UsageError, "normal score 1 is NaN");
    assertThrows(() => metric([1, 2], [NaN]), UsageError, "anomalous score 0 is NaN");
  }
  const two = { normal: [1, 2], anomalous: [1, 2] };
  assertThrows(() => pairedDelong(two, { ...two, normal: [1] }), UsageError, "the other 1 normal");
  const one = { normal: [1], anomalous: [1, 2] };
  assertThrows(() => pairedDelong(one, one), UsageError, "two clips a side");
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

Deno.test("where DeLong's variance says nothing, the interval is wide", () => {
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

Deno.test("an alarm above the conformal threshold is an alarm by p-value, and the other way round", () => {
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
  assertThrows(() => conformalPValue([1], NaN), UsageError, "NaN");
  assertThrows(() => conformalPValue([NaN], 1), UsageError, "calibration score 0");
});

Deno.test("conformal alarms on normal clips come as often as promised", () => {
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
