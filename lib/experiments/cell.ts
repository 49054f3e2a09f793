/**
 * One cell of an experiment: one detector, fitted to one category, evaluated on the test clips of one split.
 *
 * @module
 */
import type { Clip } from "../data/clip.ts";
import type { Split } from "../data/split.ts";
import { type Detector, isPersonDetector } from "../detectors/detector.ts";
import type { CellScores } from "../metrics/cells.ts";
import type { ScoredClip } from "../metrics/macro.ts";
import type { Checkpoints } from "../training/checkpoint/checkpoint.ts";
import { History, type HistoryPart } from "../training/history.ts";
import type { FitProgress } from "../training/progress.ts";
import { evaluateLocalization, type LocalizationOptions, type LocalizationQuality } from "./splice.ts";

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

/** Result of a cell: the same bits on every machine of a kind, and however often it was interrupted. */
export interface CellResult {
  readonly cell: Cell;
  /** Ids of the test clips. */
  readonly clips: readonly string[];
  /** Whether each is anomalous, 0 or 1. */
  readonly anomalous: readonly number[];
  /** Score of each; empty where localisation is evaluated. */
  readonly scores: readonly number[];
  /** Scores of each person's model, for a detector that has two. */
  readonly people?: readonly [readonly number[], readonly number[]];
  /** Quality of the localisation on spliced recordings, where that is evaluated. */
  readonly localization?: LocalizationQuality;
  /** Problems of the fit that did not stop it. */
  readonly warnings: readonly string[];
}

/** What a cell is run with. */
export interface CellContext {
  /** Training and test clips of the cell's split. */
  readonly split: Split;
  /** The detector, not fitted. */
  readonly detector: Detector;
  /** Evaluate localisation instead of scores. */
  readonly localization?: LocalizationOptions | undefined;
  /** Store of checkpoints of the fit; none if absent. */
  readonly checkpoints?: Checkpoints;
  /** Called after each training step. */
  readonly onProgress?: ((progress: FitProgress) => void) | undefined;
}

/** A cell that was run: its result, the history of the training, and the fitted detector. */
export interface FinishedCell {
  readonly result: CellResult;
  readonly history: readonly HistoryPart[];
  readonly detector: Detector;
}

/** Fit the cell's detector to the training clips of its category, and evaluate it on all test clips.
 *
 * @throws {Interrupted} If the checkpoints' signal is aborted. @throws {IadnetError} As `Detector.fit`.
 */
export async function runCell(cell: Cell, context: CellContext): Promise<FinishedCell> {
  const { split: { train, test }, detector, localization, checkpoints } = context;
  const isNormal = (clip: Clip) => clip.category === cell.category, history = new History();
  await detector.fit(train.filter(isNormal), {
    seed: cell.seed,
    onProgress: (progress) => {
      history.add(progress);
      context.onProgress?.(progress);
    },
    ...(checkpoints && { checkpoints }),
  });
  const normals = test.filter(isNormal), anomalies = test.filter((clip) => !isNormal(clip));
  const scores = localization ? [] : [...await detector.score(test)];
  const people = !localization && isPersonDetector(detector) ? await detector.scorePeople(test) : undefined;
  const result: CellResult = {
    cell,
    clips: test.map(({ id }) => id),
    anomalous: test.map((clip) => Number(!isNormal(clip))),
    scores,
    ...(people && { people: [[...people[0]], [...people[1]]] }),
    ...(localization &&
      { localization: await evaluateLocalization(detector, normals, anomalies, localization) }),
    warnings: detector.warnings,
  };
  return { result, history: history.parts, detector };
}

/** The scores of a cell, as the metrics take them.
 *
 * @param scores The detector's own if absent. */
export function cellScores(
  { cell, clips, anomalous, ...result }: CellResult,
  scores: readonly number[] = result.scores,
): CellScores {
  const { category, split, seed } = cell;
  const each = clips.map((clip, i): ScoredClip => ({
    clip,
    score: scores[i],
    anomalous: anomalous[i] === 1,
  }));
  return { category, split, seed, scores: each };
}
