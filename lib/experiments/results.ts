/**
 * The results of a run of one detector: what `results.json` holds, and the same as a Markdown table.
 *
 * @module
 */
import { VERSION } from "../core/version.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Split } from "../data/split.ts";
import { auroc } from "../metrics/auroc.ts";
import { scorePair } from "../metrics/cells.ts";
import { delong } from "../metrics/delong.ts";
import { macroAuroc, type ScoredClip } from "../metrics/macro.ts";
import { type CellResult, cellScores } from "./cell.ts";

/** The floors that stand beside every result. */
export const TABLE_FLOORS: readonly string[] = [
  "knn-poses",
  "knn-distances",
  "knn-statistics",
  "knn-log-statistics",
  "clip-length",
  "mean-distance",
];

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
  /** Problems of the training that did not stop it. */
  readonly warnings: readonly string[];
}

/** What `results.json` holds. */
export interface Results {
  /** Version of this package. */
  readonly version: string;
  /** The detector as `createDetector` takes it, such as `iadnet:preset=default`. */
  readonly detector: string;
  /** The engine. */
  readonly engine: string;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Training and test clips. */
  readonly split: string;
  /** The data: format, SHA-256, number of training and test clips, clips that were skipped; names of the filters and repairs
   * that were applied, if any. */
  readonly data: {
    readonly format: string;
    readonly hash: string;
    readonly train: number;
    readonly test: number;
    readonly skipped: number;
    readonly treatments?: readonly string[];
  };
  /** Plain mean over the categories, with a bootstrap 95 % interval over the shared test clips. */
  readonly macro: { readonly auroc: number; readonly ci: readonly [number, number] };
  /** Macro AUROC of each floor. */
  readonly floors: Readonly<Record<string, number>>;
  /** One result a category. */
  readonly categories: readonly CategoryResult[];
}

/** What results are of. */
export interface ResultsContext {
  readonly detector: string;
  readonly engine: string;
  readonly seed: number;
  readonly dataset: Dataset;
  readonly split: Split;
}

/** Summarise the cells of one detector and of the floors beside it, which are those of one split and seed.
 *
 * @param cells One of the detector for each category, in the order of the results; those of floors anywhere.
 */
export function summarise(
  { detector, engine, seed, dataset, split }: ResultsContext,
  cells: readonly CellResult[],
): Results {
  const areaOf = (cell: CellResult) => {
    const { normal, anomalous } = scorePair(cellScores(cell));
    return auroc(normal, anomalous);
  };
  const floors = TABLE_FLOORS.filter((name) => cells.some(({ cell }) => cell.detector === name));
  const categories = cells.filter(({ cell }) => cell.detector === detector).map((own): CategoryResult => {
    const { category } = own.cell, { scores } = cellScores(own);
    const { normal, anomalous } = scorePair(cellScores(own)), { auroc: area, ci } = delong(normal, anomalous);
    const beside = floors.map((name) =>
      cells.find(({ cell }) => cell.detector === name && cell.category === category)!
    );
    return {
      category,
      auroc: area,
      ci: [ci.low, ci.high],
      normals: normal.length,
      anomalies: anomalous.length,
      scores,
      floors: Object.fromEntries(beside.map((cell) => [cell.cell.detector, areaOf(cell)])),
      warnings: own.warnings,
    };
  });
  const { auroc: mean, ci } = macroAuroc(categories, { seed });
  const floorMean = (name: string) =>
    categories.reduce((sum, { floors }) => sum + floors[name], 0) / categories.length;
  return {
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
    },
    macro: { auroc: mean, ci: [ci.low, ci.high] },
    floors: Object.fromEntries(floors.map((name) => [name, floorMean(name)])),
    categories,
  };
}

/** The table of a run in Markdown: a row a category, then the macro mean; the floors beside. */
export function resultsTable(results: Results): string {
  const { detector, engine, seed, split, macro, data, categories } = results;
  const floors = Object.keys(results.floors);
  const number = (value: number) => value.toFixed(3);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const interval = ([low, high]: readonly [number, number]) => `${number(low)} to ${number(high)}`;
  return [
    `AUROC (anomaly positive), detector ${detector}, engine ${engine}, seed ${seed}, split ${split}, ` +
    `${data.format}: ${data.train} training and ${data.test} test clips`,
    "",
    row(["category", "AUROC", "95 % interval", "normal", "anomalous", ...floors]),
    row(["---", ...Array(4 + floors.length).fill("---:")]),
    ...categories.map((c) =>
      row([
        c.category.replaceAll("|", "\\|"),
        number(c.auroc),
        interval(c.ci),
        String(c.normals),
        String(c.anomalies),
        ...floors.map((name) => number(c.floors[name])),
      ])
    ),
    row([
      "macro mean",
      number(macro.auroc),
      interval(macro.ci),
      "",
      "",
      ...floors.map((name) => number(results.floors[name])),
    ]),
    "",
  ].join("\n");
}
