/** What the training clips alone show of a joint training that failed. */
import { mean } from "../../metrics/statistics.ts";
import type { ScoreParts } from "./scorer.ts";

/** A fall of the features' standard deviation by this factor during training is reported as a collapse. */
const COLLAPSE = 3;

/** A collapse of the features.
 * @param spread Their standard deviation in the batch of each step. @param perEpoch Steps of an epoch. Its largest batch counts: one
 * of a single clip has no deviation.
 * @returns The warning, if there is one. */
export function collapseWarning(spread: readonly number[], perEpoch: number): string[] {
  const first = Math.max(...spread.slice(0, perEpoch)), last = Math.max(...spread.slice(-perEpoch));
  if (spread.length === 0 || last * COLLAPSE >= first) return [];
  const [from, to] = [first, last].map((value) => value.toPrecision(3));
  return [`The features collapsed: their standard deviation fell from ${from} to ${to} during training`];
}

/** A score that the log-determinant decides: it differs more between the training clips than |s|^2 / 2.
 * @returns The warning, if there is one. */
export function determinantWarning({ quadratic, determinant }: ScoreParts): string[] {
  const [a, b] = [determinant, quadratic].map(deviation);
  if (!(a > b)) return [];
  return [
    `The log-determinant decides the score: its standard deviation over the training clips is ${
      a.toPrecision(3)
    } nats, ` +
    `that of |s|^2 / 2 is ${b.toPrecision(3)}`,
  ];
}

function deviation(values: Float64Array): number {
  const centre = mean(values);
  return Math.sqrt(mean(Array.from(values, (value) => (value - centre) ** 2)));
}
