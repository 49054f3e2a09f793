/** Alarms of a run at one alpha, by the rule of `predict`: a clip raises the alarm at p-values up to alpha. */
import type { Results } from "../experiments/results.ts";

/** Alarms of the detector of one category. */
export interface CategoryAlarms {
  /** The category. */
  readonly category: string;
  /** Smallest possible p-value; no alarm is possible where alpha is below it. */
  readonly smallestP?: number;
  /** Normal test clips that raise the alarm, by id. */
  readonly falseAlarms: readonly string[];
  /** Anomalous test clips that raise none, by id. */
  readonly misses: readonly string[];
}

/** False alarms and misses of a run, by category; detectors without p-values have none. */
export function alarmsOf({ categories }: Pick<Results, "categories">, alpha: number): CategoryAlarms[] {
  return categories.flatMap(({ category, smallestP, scores }) => {
    if (scores.some(({ p }) => p === undefined)) return [];
    const ids = (anomalous: boolean, isLoud: boolean) =>
      scores.flatMap((own) => own.anomalous === anomalous && own.p! <= alpha === isLoud ? [own.clip] : []);
    return [{
      category,
      ...(smallestP !== undefined && { smallestP }),
      falseAlarms: ids(false, true),
      misses: ids(true, false),
    }];
  });
}
