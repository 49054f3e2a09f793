/** The results of a run of one detector: the content of `results.json`. */
import { showing, type Shown } from "../core/display.ts";
import { VERSION } from "../core/version.ts";
import type { Dataset } from "../data/dataset.ts";
import { countMending, type Mending } from "../data/mending.ts";
import type { Split } from "../data/split.ts";
import { cellAuroc, type ScoredClip, scorePair } from "../metrics/cells.ts";
import { delong } from "../metrics/delong.ts";
import { type FalseAlarms, falseAlarms } from "../metrics/false_alarms.ts";
import { macroAuroc } from "../metrics/macro.ts";
import { mean } from "../metrics/statistics.ts";
import { type CellResult, cellScores, incompleteCategories } from "./cell.ts";

/** The floors in every table of results. */
export const TABLE_FLOORS: readonly string[] = [
  "knn-poses",
  "knn-distances",
  "knn-statistics",
  "knn-log-statistics",
  "clip-length",
  "mean-distance",
];

/** Level of the false alarms in results. */
const ALPHA = 0.05;

/** One category's result. */
export interface CategoryResult {
  /** The category. */
  readonly category: string;
  /** AUROC, anomaly positive. */
  readonly auroc: number;
  /** DeLong 95 % interval: [low, high]. */
  readonly ci: readonly [number, number];
  /** Test clips of this category. */
  readonly normals: number;
  /** Test clips of all other categories. */
  readonly anomalies: number;
  /** Every test clip's score. */
  readonly scores: readonly ScoredClip[];
  /** AUROC of each floor. */
  readonly floors: Readonly<Record<string, number>>;
  /** Smallest possible p-value of the detector; absent if it is not calibrated. */
  readonly smallestP?: number;
  /** AUROC of the terms of the NLL apart, for an IADNet whose encoder is trained by it: |s|^2 / 2, and minus the log-determinant. */
  readonly parts?: Readonly<Record<"quadratic" | "determinant", number>>;
  /** Problems of the training that did not stop it. */
  readonly warnings: readonly string[];
}

/** False alarms of a run's detectors on the normal test clips, at alpha 0.05. */
export interface RunFalseAlarms extends FalseAlarms {
  /** Groups of test clips that have training clips as well: their rates do not say how new people are treated. */
  readonly knownGroups: readonly string[];
}

/** Content of `results.json`. */
export interface Results {
  /** Version of this package. */
  readonly version: string;
  /** The detector as `createDetector` takes it, such as `iadnet:preset=default`. */
  readonly detector: string;
  /** The engine. */
  readonly engine: string;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Name of the split. */
  readonly split: string;
  /** The data: format, SHA-256, numbers of training, test and skipped clips; names of the filters and repairs, if
   * any. */
  readonly data: {
    readonly format: string;
    readonly hash: string;
    readonly train: number;
    readonly test: number;
    readonly skipped: number;
    readonly treatments?: readonly string[];
    /** Categories that lack training or test clips on the split, and why; absent if none does. */
    readonly leftOut?: readonly { readonly category: string; readonly reason: string }[];
    /** What was cut off and interpolated; absent if nothing was. */
    readonly mended?: Mending;
  };
  /** Plain mean over the categories, with a bootstrap 95 % interval over the shared test clips. */
  readonly macro: { readonly auroc: number; readonly ci: readonly [number, number] };
  /** Macro AUROC of each floor. */
  readonly floors: Readonly<Record<string, number>>;
  /** False alarms by category and by group; absent if no detector is calibrated. */
  readonly falseAlarms?: RunFalseAlarms;
  /** One result per category. */
  readonly categories: readonly CategoryResult[];
}

/** Format of the recordings of some results, also where they were read from a cache. */
export function formatOf({ data }: Pick<Results, "data">): string {
  return data.format.replace("cache of ", "");
}

/** Context of some results: the detector, the engine, and the data. */
export type ResultsContext =
  & Pick<Results, "detector" | "engine" | "seed">
  & { readonly dataset: Dataset; readonly split: Split };

/** Summarise the cells of one detector and of the floors, all of one split and seed.
 * @param cells One cell of the detector for each category, in the order of the results; cells of floors anywhere. */
export function summarise(
  { detector, engine, seed, dataset, split }: ResultsContext,
  cells: readonly CellResult[],
): Results {
  const floors = TABLE_FLOORS.filter((name) => cells.some(({ cell }) => cell.detector === name));
  const categories = cells.filter(({ cell }) => cell.detector === detector).map((own): CategoryResult => {
    const { category } = own.cell, scored = cellScores(own), { normal, anomalous } = scorePair(scored);
    const { auroc, ci } = delong(normal, anomalous);
    const floorAuroc = (name: string) =>
      cellAuroc(cellScores(cells.find(({ cell }) => cell.detector === name && cell.category === category)!));
    return {
      category,
      auroc,
      ci: [ci.low, ci.high],
      normals: normal.length,
      anomalies: anomalous.length,
      scores: scored.scores,
      floors: Object.fromEntries(floors.map((name) => [name, floorAuroc(name)])),
      ...(own.smallestP !== undefined && { smallestP: own.smallestP }),
      ...(own.parts && {
        parts: {
          quadratic: cellAuroc(cellScores(own, own.parts.quadratic)),
          determinant: cellAuroc(cellScores(own, own.parts.determinant)),
        },
      }),
      warnings: own.warnings,
    };
  });
  const alarms = runFalseAlarms(categories, split), mended = countMending(dataset.clips);
  const leftOut = incompleteCategories(dataset.categories, split);
  const { auroc, ci } = macroAuroc(categories, { seed });
  const floorMean = (name: string) => mean(categories.map((own) => own.floors[name]));
  return showing({
    version: VERSION,
    detector,
    engine,
    seed,
    split: split.name,
    data: {
      format: dataset.format,
      hash: dataset.hash,
      train: split.train.length,
      test: split.test.length,
      skipped: dataset.skipped.length,
      ...(dataset.treatments && { treatments: dataset.treatments }),
      ...(leftOut.length > 0 && { leftOut }),
      ...(mended.cutClips + mended.interpolatedClips > 0 && { mended }),
    },
    macro: { auroc, ci: [ci.low, ci.high] },
    floors: Object.fromEntries(floors.map((name) => [name, floorMean(name)])),
    ...(alarms && { falseAlarms: alarms }),
    categories,
  }, shownResults);
}

/** What results show in a notebook: AUROC by category beside the floors. */
function shownResults({ detector, split, seed, macro, floors, categories }: Results): Shown {
  const names = Object.keys(floors), short = (value: number) => value.toFixed(3);
  const [low, high] = macro.ci.map(short);
  return {
    title: `${detector} on ${split}, seed ${seed}: mean AUROC ${short(macro.auroc)} (${low} to ${high})`,
    columns: ["category", "AUROC", "interval", ...names],
    rows: categories.map(({ category, auroc, ci, floors }) => [
      category,
      short(auroc),
      ci.map(short).join(" to "),
      ...names.map((name) => short(floors[name])),
    ]),
  };
}

/** False alarms of detectors with p-values; undefined if there is none. */
function runFalseAlarms(
  categories: readonly CategoryResult[],
  { train, test }: Split,
): RunFalseAlarms | undefined {
  const groupOf = new Map(test.map(({ id, group }) => [id, group]));
  const normals = categories.flatMap(({ category, scores }) =>
    scores.flatMap(({ clip, anomalous, p }) =>
      anomalous || p === undefined ? [] : [{ category, group: groupOf.get(clip)!, p }]
    )
  );
  if (normals.length === 0) return undefined;
  const rates = falseAlarms(normals, ALPHA), known = new Set(train.map(({ group }) => group));
  return { ...rates, knownGroups: Object.keys(rates.groups).filter((group) => known.has(group)) };
}
