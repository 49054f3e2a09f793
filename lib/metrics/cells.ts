/** Scores of test clips by category, split and seed: how they are grouped, matched and split into normal and anomalous. */
import { UsageError } from "../core/errors.ts";
import { auroc, type ScorePair } from "./auroc.ts";

/** Score of one test clip by one category's detector. */
export interface ScoredClip {
  /** Clip id. */
  readonly clip: string;
  /** Score; higher = more anomalous. */
  readonly score: number;
  /** Whether the clip is of another category than the detector's. */
  readonly anomalous: boolean;
  /** p-value; absent if the detector is not calibrated. */
  readonly p?: number;
}

/** Scores of all test clips by one category's detector. */
export interface CategoryScores {
  /** The normal category. */
  readonly category: string;
  /** One score per test clip. */
  readonly scores: readonly ScoredClip[];
}

/** Scores of all test clips by the detector of one category, seed and split. */
export interface CellScores extends CategoryScores {
  /** Name of the split, such as `fold:1`. */
  readonly split: string;
  /** Seed of the detector. */
  readonly seed: number;
}

/** Scores of the normal and of the anomalous clips, in the order given. */
export function splitScores(scores: readonly ScoredClip[]): { normal: number[]; anomalous: number[] } {
  const ofClass = (anomalous: boolean) =>
    scores.filter((own) => own.anomalous === anomalous).map(({ score }) => score);
  return { normal: ofClass(false), anomalous: ofClass(true) };
}

/** Scores of a cell by class, clips sorted by id. */
export function scorePair({ scores }: CategoryScores): ScorePair {
  return splitScores(scores.toSorted((a, b) => a.clip < b.clip ? -1 : a.clip > b.clip ? 1 : 0));
}

/** AUROC of a cell.
 * @throws {UsageError} If a clip occurs twice, a class is empty or a score is NaN. */
export function cellAuroc({ category, scores }: CategoryScores): number {
  if (new Set(scores.map(({ clip }) => clip)).size < scores.length) {
    throw new UsageError(`Cannot compute AUROC: category ${category} has a clip twice`);
  }
  const { normal, anomalous } = splitScores(scores);
  return auroc(normal, anomalous);
}

/** Cells by category, then by split, in the order given.
 * @throws {UsageError} If a cell occurs twice. */
export function groupCells(cells: readonly CellScores[]): Map<string, Map<string, CellScores[]>> {
  const grouped = Map.groupBy(cells, ({ category }) => category);
  return new Map([...grouped].map(([category, own]) => {
    const splits = Map.groupBy(own, ({ split }) => split);
    for (const [split, seeds] of splits) {
      const again = seeds.find(({ seed }, i) => seeds.findIndex((other) => other.seed === seed) < i);
      if (!again) continue;
      throw new UsageError(
        `Cannot group cells: ${category}, split ${split}, seed ${again.seed} occurs twice`,
      );
    }
    return [category, splits];
  }));
}

/** Test clips of a cell and their labels, sorted, so that cells with the same test set compare equal. */
export function cellKey({ scores }: CategoryScores): string {
  return scores.map(({ clip, anomalous }) => `${clip}\t${anomalous}`).sort().join("\n");
}

/** Scores of one category by split and seed, clips sorted by id, as `delongMean` takes them.
 * @throws {UsageError} If the seeds of a split differ in their clips. */
export function cellPairs(splits: ReadonlyMap<string, readonly CellScores[]>): ScorePair[][] {
  return [...splits.values()].map((seeds) => {
    const key = cellKey(seeds[0]);
    return seeds.map((cell) => {
      if (cellKey(cell) !== key) {
        const where = `${cell.category}, split ${cell.split}`;
        throw new UsageError(
          `Cannot average seeds: ${where}: seeds ${seeds[0].seed} and ${cell.seed} have different clips`,
        );
      }
      return scorePair(cell);
    });
  });
}
