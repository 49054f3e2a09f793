/** The cells of an experiment: detector x seed x split x category. A cell is one detector, fitted to one category and evaluated
 * on the test clips of one split, or on those of a protocol. */
import { UsageError } from "../core/errors.ts";
import type { Clip } from "../data/clip.ts";
import type { Dataset } from "../data/dataset.ts";
import { type Split, splitDataset } from "../data/split.ts";
import type { Detector } from "../detectors/detector.ts";
import type { ScoreParts } from "../detectors/iadnet/scorer.ts";
import { describeDetector } from "../detectors/registry.ts";
import type { CellScores } from "../metrics/cells.ts";
import type { TrainingHistory } from "../training/history.ts";
import { makesClips, type Protocol } from "./protocol.ts";
import type { LocalizationQuality } from "./splice.ts";

/** A cell: detector x category x split x seed. */
export interface Cell {
  /** The detector as `createDetector` takes it. */
  readonly detector: string;
  /** The category that is normal. */
  readonly category: string;
  /** Name of the split, such as `fold:5`; `generated` where all clips are for training and the test clips are generated. */
  readonly split: string;
  /** Seed of the fit, and of the draw of training clips. */
  readonly seed: number;
  /** Number of training clips, drawn from those of the category; all if absent. */
  readonly shots?: number;
}

/** Result of a cell. It has the same bits on every machine of a kind, however often the cell was interrupted. */
export interface CellResult {
  readonly cell: Cell;
  /** Ids of the test clips. */
  readonly clips: readonly string[];
  /** Label of each test clip: 1 = anomalous, 0 = normal. */
  readonly anomalous: readonly number[];
  /** Score of each test clip; empty where localisation is evaluated, or the detector is not fitted. */
  readonly scores: readonly number[];
  /** p-value of each test clip, for a calibrated detector; absent where localisation is evaluated. */
  readonly p?: readonly number[];
  /** Smallest possible p-value; absent if the detector is not calibrated. */
  readonly smallestP?: number;
  /** Scores of each person's model, for a detector that has two. */
  readonly people?: readonly [readonly number[], readonly number[]];
  /** Terms of each score, for an IADNet whose encoder is trained by the NLL: |s|^2 / 2 and minus the log-determinant. */
  readonly parts?: Readonly<Record<keyof ScoreParts, readonly number[]>>;
  /** Test sets by name, each as indices of test clips; one of all test clips if absent. */
  readonly sets?: Readonly<Record<string, readonly number[]>>;
  /** Why the detector cannot be fitted to so few clips; it then has no scores. */
  readonly refused?: string;
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
export function nameOf({ detector, category, split, seed, shots }: Cell): string {
  return `${detector} ${category} ${split} ${seed}${shots === undefined ? "" : ` ${shots} clips`}`;
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

/** Scores of each test set of a cell, by name; none of a cell with a single set. */
export function setScores(result: CellResult): [string, CellScores][] {
  const { scores, ...cell } = cellScores(result);
  return Object.entries(result.sets ?? {}).map(([name, indices]) => [
    name,
    { ...cell, scores: indices.map((i) => scores[i]) },
  ]);
}

/** Name of the split of cells whose test clips are generated. */
export const GENERATED = "generated";

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
  /** How a fitted detector is evaluated; on the test clips of the split if absent. */
  readonly protocol?: Protocol;
  /** Numbers of training clips, which the seeds draw; all clips if absent. */
  readonly shots?: readonly number[];
}

/** Make the cells of an experiment, each once: detector by detector, or, where a protocol makes test clips, category by category, so that
 * detectors can share them.
 * @throws {UsageError} If a detector, category or split is unknown, or a category lacks training or test clips. */
export function makeCells(request: CellsRequest): Cell[] {
  const { seeds, shots = [undefined], protocol } = request;
  const places = protocol?.kind === "variations" ? generatedPlaces(request) : splitPlaces(request);
  const fits = [...new Set(request.detectors)].flatMap((detector) => {
    const isFixed = describeDetector(detector).status === "floor" && !request.shots;
    return (isFixed ? seeds.slice(0, 1) : seeds).map((seed) => ({ detector, seed }));
  });
  const cellsOf = ({ detector, seed }: typeof fits[number], place: Place): Cell[] =>
    shots.map((count) => ({ detector, ...place, seed, ...(count !== undefined && { shots: count }) }));
  return makesClips(protocol)
    ? places.flatMap((place) => fits.flatMap((fit) => cellsOf(fit, place)))
    : fits.flatMap((fit) => places.flatMap((place) => cellsOf(fit, place)));
}

type Place = Pick<Cell, "category" | "split">;

function generatedPlaces({ dataset, categories = dataset.categories }: CellsRequest): Place[] {
  return categories.map((category) => ({ category, split: GENERATED }));
}

function splitPlaces(request: CellsRequest): Place[] {
  const { dataset, splitSeed, skipIncomplete = false, categories = dataset.categories, protocol } = request;
  const needs = { clips: Math.max(1, ...request.shots ?? []), others: protocol?.kind !== "coordination" };
  const splits = request.splits.map((name) => splitDataset(dataset, name, splitSeed));
  const places = splits.flatMap((split) => {
    const isSkipped = (category: string) =>
      skipIncomplete && dataset.categories.includes(category) &&
      lacking(category, split, needs) !== undefined;
    const own = categories.filter((category) => !isSkipped(category));
    checkCategories(own, dataset, split, needs);
    return own.map((category) => ({ category, split: split.name }));
  });
  if (places.length === 0) checkCategories(categories, dataset, splits[0], needs); // all are skipped: say why
  return places;
}

/** What each category of a split must have. */
interface Needs {
  /** Least number of training clips. */
  readonly clips: number;
  /** Whether test clips of other categories are needed. */
  readonly others: boolean;
}

const USUAL_NEEDS: Needs = { clips: 1, others: true };

/** Check that each category can run on a split: it has training clips, and normal and anomalous test clips.
 * @throws {UsageError} If a category is unknown, is given twice, or lacks clips. */
export function checkCategories(
  categories: readonly string[],
  dataset: Dataset,
  split: Split,
  needs: Needs = USUAL_NEEDS,
): void {
  for (const [i, category] of categories.entries()) {
    const fail = (why: string) => new UsageError(`Cannot run category ${category}: ${why}`);
    if (categories.indexOf(category) < i) throw fail("it is given twice");
    const known = dataset.categories.join(", ");
    if (!dataset.categories.includes(category)) throw fail(`expected one of ${known}`);
    const lacks = lacking(category, split, needs);
    if (lacks) throw fail(`split ${split.name} leaves ${lacks}`);
  }
}

/** The categories of a data set that cannot run on a split, and why: a sentence each. */
export function incompleteCategories(
  categories: readonly string[],
  split: Split,
  protocol?: Protocol,
): { readonly category: string; readonly reason: string }[] {
  const needs = { ...USUAL_NEEDS, others: protocol?.kind !== "coordination" };
  return categories.flatMap((category) => {
    const lacks = lacking(category, split, needs);
    return lacks ? [{ category, reason: `Left out ${category}: split ${split.name} leaves ${lacks}` }] : [];
  });
}

/** What a split lacks of a category, in words; undefined if nothing. */
function lacking(category: string, { train, test }: Split, { clips, others }: Needs): string | undefined {
  const count = (clips: readonly Clip[]) => clips.filter((clip) => clip.category === category).length;
  const trained = count(train), normal = count(test);
  if (trained === 0) return "no training clip of it";
  if (trained < clips) return `${trained} training clips of it, fewer than ${clips}`;
  if (normal === 0 && !others) return "no test clip of it";
  return normal === 0 || others && normal === test.length ? "no normal or no anomalous test clip" : undefined;
}
