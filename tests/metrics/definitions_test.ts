import { assert } from "@std/assert";
import { auroc } from "../../lib/metrics/auroc.ts";
import { averagePrecision, equalErrorRate, fprAtTpr } from "../../lib/metrics/curve.ts";
import { delong, delongMean, pairedDelong, pairedDelongMean } from "../../lib/metrics/delong.ts";
import { Random } from "../../lib/core/random.ts";

type Scores = readonly number[];
interface Case {
  readonly normal: Scores;
  readonly anomalous: Scores;
}

const CASES = 100_000;
const GRID = [-Infinity, -2, -1, 0, -0, 1, 2, Infinity];

/** One to seven clips a side; half of the cases on a grid where ties and infinities abound. */
function draw(random: Random): Case {
  const coarse = random.chance(0.5);
  const side = () =>
    Array.from({ length: 1 + random.integer(7) }, () => coarse ? random.pick(GRID) : random.normal());
  return { normal: side(), anomalous: side() };
}

const psi = (a: number, n: number) => a > n ? 1 : a === n ? 0.5 : 0;
const count = (values: Scores, holds: (value: number) => boolean) =>
  values.reduce((sum, value) => sum + Number(holds(value)), 0);
const mean = (values: Scores) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The two sides' placements, clip by clip, over all pairs. */
function placements({ normal, anomalous }: Case): [Scores, Scores] {
  return [
    normal.map((n) => mean(anomalous.map((a) => psi(a, n)))),
    anomalous.map((a) => mean(normal.map((n) => psi(a, n)))),
  ];
}

function variance(values: Scores): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length;
}

/** What each metric is, written down over pairs and thresholds. */
function direct(own: Case) {
  const { normal, anomalous } = own;
  const area = mean(anomalous.map((a) => mean(normal.map((n) => psi(a, n)))));
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
  return { area, precision, fpr, rate, variance: variance(u) + variance(v) };
}

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
      const gap = variance(u0.map((u, i) => u - u1[i])) + variance(v0.map((v, i) => v - v1[i]));
      compare("paired delong", paired.error ** 2, gap);
      compare("paired difference", paired.difference, expected.area - direct(other).area);
    }
  }
  for (const [name, gap] of Object.entries(worst)) assert(gap <= 1e-12, `${name}: off by ${gap}`);
  assert(Object.keys(worst).length === 7);
});

Deno.test("in 10,000 random cases increasing maps change nothing, and turning the sides about gives 1 - AUROC", () => {
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
          total += variance(each[0].map((_, i) => mean(each.map((own) => own[i]))));
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
