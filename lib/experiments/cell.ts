/** The cells of an experiment: detector x seed x split x category. A cell is one detector, fitted to one category and evaluated
 * on the test clips of one split. */
import { UsageError } from "../core/errors.ts";
import type { Clip } from "../data/clip.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Split, splitDataset } from "../data/split.ts";
import type { Detector } from "../detectors/detector.ts";
import type { ScoreParts } from "../detectors/iadnet/scorer.ts";
import { describeDetector } from "../detectors/registry.ts";
import type { CellScores } from "../metrics/cells.ts";
import type { TrainingHistory } from "../training/history.ts";
import type { LocalizationQuality } from "./splice.ts";

/** A cell: detector x category x split x seed. */
export interface Cell {
  /** The detector as `createDetector` takes it. */
  readonly detector: string;
  /** The category that is normal. */
  readonly category: string;
  /** Name of the split, such as `fold:5`. */
  readonly split: string;
  /** Seed of the fit. */
  readonly seed: number;
}

/** Result of a cell. It has the same bits on every machine of a kind, however often the cell was interrupted. */
export interface CellResult {
  readonly cell: Cell;
  /** Ids of the test clips. */
  readonly clips: readonly string[];
  /** Label of each test clip: 1 = anomalous, 0 = normal. */
  readonly anomalous: readonly number[];
  /** Score of each test clip; empty where localisation is evaluated. */
  readonly scores: readonly number[];
  /** p-value of each test clip, for a calibrated detector; absent where localisation is evaluated. */
  readonly p?: readonly number[];
  /** Smallest possible p-value; absent if the detector is not calibrated. */
  readonly smallestP?: number;
  /** Scores of each person's model, for a detector that has two. */
  readonly people?: readonly [readonly number[], readonly number[]];
  /** Terms of each score, for an IADNet whose encoder is trained by the NLL: |s|^2 / 2 and minus the log-determinant. */
  readonly parts?: Readonly<Record<keyof ScoreParts, readonly number[]>>;
  /** Quality of the localisation on spliced recordings, where it is evaluated. */
  readonly localization?: LocalizationQuality;
  /** Problems of the fit that did not stop it. */
  readonly warnings: readonly string[];
}

/** A finished cell: its result, the history of the training, and the fitted detector. */
export interface FinishedCell {
  readonly result: CellResult;
  readonly history: readonly TrainingHistory[];
  readonly detector: Detector;
}

/** Name of a cell in messages. */
export function nameOf({ detector, category, split, seed }: Cell): string {
  return `${detector} ${category} ${split} ${seed}`;
}

/** Scores of a cell in the form that the metrics take.
 * @param scores The detector's own scores if absent. */
export function cellScores(
  { cell: { category, split, seed }, clips, anomalous, ...result }: CellResult,
  scores: readonly number[] = result.scores,
): CellScores {
  const scored = clips.map((clip, i) => ({
    clip,
    score: scores[i],
    anomalous: anomalous[i] === 1,
    ...(result.p && { p: result.p[i] }),
  }));
  return { category, split, seed, scores: scored };
}

/** Options for `makeCells`. */
export interface CellsRequest {
  readonly dataset: Dataset;
  /** The detectors as `createDetector` takes them. */
  readonly detectors: readonly string[];
  /** Names of the splits. */
  readonly splits: readonly string[];
  /** Seed of splits that are drawn. */
  readonly splitSeed: number;
  /** Seeds of trained detectors; a floor runs with the first one only. */
  readonly seeds: readonly number[];
  /** All of the data set if absent. */
  readonly categories?: readonly string[];
  /** Leave out a category on a split that lacks clips of it, instead of refusing it. */
  readonly skipIncomplete?: boolean;
}

/** Make the cells of an experiment, each once.
 * @throws {UsageError} If a detector, category or split is unknown, or a category lacks training or test clips. */
export function makeCells(request: CellsRequest): Cell[] {
  const { dataset, splitSeed, skipIncomplete = false, categories = dataset.categories } = request;
  const runnable = request.splits.flatMap((name) => {
    const split = splitDataset(dataset, name, splitSeed);
    const isSkipped = (category: string) =>
      skipIncomplete && dataset.categories.includes(category) && lacking(category, split) !== undefined;
    const own = categories.filter((category) => !isSkipped(category));
    checkCategories(own, dataset, split);
    return own.map((category) => ({ category, split: name }));
  });
  return [...new Set(request.detectors)].flatMap((detector) => {
    const isFloor = describeDetector(detector).status === "floor";
    const seeds = isFloor ? request.seeds.slice(0, 1) : request.seeds;
    return seeds.flatMap((seed) => runnable.map((own): Cell => ({ detector, ...own, seed })));
  });
}

/** Check that each category can run on a split: it has training clips, and normal and anomalous test clips.
 * @throws {UsageError} If a category is unknown, is given twice, or lacks clips. */
export function checkCategories(categories: readonly string[], dataset: Dataset, split: Split): void {
  for (const [i, category] of categories.entries()) {
    const fail = (why: string) => new UsageError(`Cannot run category ${category}: ${why}`);
    if (categories.indexOf(category) < i) throw fail("it is given twice");
    const known = dataset.categories.join(", ");
    if (!dataset.categories.includes(category)) throw fail(`expected one of ${known}`);
    const lacks = lacking(category, split);
    if (lacks) throw fail(`split ${split.name} leaves ${lacks}`);
  }
}

/** What a split lacks of a category, in words; undefined if nothing. */
function lacking(category: string, { train, test }: Split): string | undefined {
  const count = (clips: readonly Clip[]) => clips.filter((clip) => clip.category === category).length;
  if (count(train) === 0) return "no training clip of it";
  const normal = count(test);
  return normal === 0 || normal === test.length ? "no normal or no anomalous test clip" : undefined;
}
