/** Metrics written down over all pairs of clips, and scores to try them on. */
import fc from "fast-check";
import type { ScorePair } from "../../lib/metrics/auroc.ts";
import { pairedDelongMean } from "../../lib/metrics/delong.ts";

export type Scores = readonly number[];

/** Scores of both classes. */
export interface Labelled {
  readonly normal: Scores;
  readonly anomalous: Scores;
}

/** Few distinct values, so that ties are common, and both infinities; or any doubles. */
export const score = fc.oneof(
  fc.integer({ min: -4, max: 4 }),
  fc.constantFrom(Infinity, -Infinity, 0, -0),
  fc.double({ noNaN: true }),
);

export const mean = (values: Scores) => values.reduce((sum, value) => sum + value, 0) / values.length;

const psi = (a: number, n: number) => a > n ? 1 : a === n ? 0.5 : 0;

/** The number of values for which `holds` is true. */
export const count = (values: Scores, holds: (value: number) => boolean) =>
  values.reduce((sum, value) => sum + Number(holds(value)), 0);

/** Placements of the normal and of the anomalous clips, over all pairs. */
export function placements({ normal, anomalous }: Labelled): [Scores, Scores] {
  return [
    normal.map((n) => mean(anomalous.map((a) => psi(a, n)))),
    anomalous.map((a) => mean(normal.map((n) => psi(a, n)))),
  ];
}

/** AUROC over all pairs. */
export const areaByPairs = (own: Labelled) => mean(placements(own)[1]);

/** DeLong's covariance of two detectors' AUROCs, by its definition. */
export function covariance(one: Labelled, two: Labelled): number {
  const [area, other] = [areaByPairs(one), areaByPairs(two)];
  const a = placements(one), b = placements(two);
  return a.reduce(
    (sum, u, s) =>
      sum +
      u.reduce((inner, value, i) => inner + (value - area) * (b[s][i] - other), 0) / (u.length - 1) /
        u.length,
    0,
  );
}

/** Variance of the mean of values, by its definition. */
export function varianceOfMean(values: Scores): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1) / values.length;
}

/** DeLong's paired test on one test set with one seed. */
export const pairedDelong = (a: ScorePair, b: ScorePair) => pairedDelongMean([[a]], [[b]]);
