/** The results of a run of one detector: the content of `results.json`, and the same as a Markdown table. */
import { VERSION } from "../core/version.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Split } from "../data/split.ts";
import { cellAuroc, type ScoredClip, scorePair } from "../metrics/cells.ts";
import { delong } from "../metrics/delong.ts";
import { macroAuroc } from "../metrics/macro.ts";
import { mean } from "../metrics/statistics.ts";
import { type CellResult, cellScores } from "./cell.ts";

/** The floors in every table of results. */
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
  /** AUROC of the terms of the NLL apart, for an IADNet whose encoder is trained by it: |s|^2 / 2, and minus the log-determinant. */
  readonly parts?: Readonly<Record<"quadratic" | "determinant", number>>;
  /** Problems of the training that did not stop it. */
  readonly warnings: readonly string[];
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
  /** The data: format, SHA-256, numbers of training, test and skipped clips; names of the filters and repairs, if any. */
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
  /** One result per category. */
  readonly categories: readonly CategoryResult[];
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
      ...(own.parts && {
        parts: {
          quadratic: cellAuroc(cellScores(own, own.parts.quadratic)),
          determinant: cellAuroc(cellScores(own, own.parts.determinant)),
        },
      }),
      warnings: own.warnings,
    };
  });
  const { auroc, ci } = macroAuroc(categories, { seed });
  const floorMean = (name: string) => mean(categories.map((own) => own.floors[name]));
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
    macro: { auroc, ci: [ci.low, ci.high] },
    floors: Object.fromEntries(floors.map((name) => [name, floorMean(name)])),
    categories,
  };
}

/** Terms of the NLL, and their titles in tables. */
const PARTS = [["quadratic", "of \\|s\\|²/2"], ["determinant", "of -log det"]] as const;

/** Results as a Markdown table: one row per category, then the macro mean; one column per term of the NLL, where they
 * are known, and per floor. */
export function resultsTable(results: Results): string {
  const { detector, engine, seed, split, macro, data, categories } = results;
  const floors = Object.keys(results.floors), number = (value: number) => value.toFixed(3);
  const row = (...cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const interval = ([low, high]: readonly [number, number]) => `${number(low)} to ${number(high)}`;
  const floorCells = (of: Readonly<Record<string, number>>) => floors.map((name) => number(of[name]));
  const terms = categories.every(({ parts }) => parts) ? PARTS : [];
  const termCells = (own: readonly CategoryResult[]) =>
    terms.map(([part]) => number(mean(own.map(({ parts }) => parts![part]))));
  const rows = categories.map((own) => {
    const { category, auroc, ci, normals, anomalies, floors } = own;
    const name = category.replaceAll("|", "\\|"), counts = [String(normals), String(anomalies)];
    return row(name, number(auroc), interval(ci), ...termCells([own]), ...counts, ...floorCells(floors));
  });
  return [
    `AUROC (anomaly positive), detector ${detector}, engine ${engine}, seed ${seed}, split ${split}, ` +
    `${data.format}: ${data.train} training and ${data.test} test clips`,
    "",
    row(
      "category",
      "AUROC",
      "95 % interval",
      ...terms.map(([, title]) => title),
      "normal",
      "anomalous",
      ...floors,
    ),
    row("---", ...Array(4 + terms.length + floors.length).fill("---:")),
    ...rows,
    row(
      "macro mean",
      number(macro.auroc),
      interval(macro.ci),
      ...termCells(categories),
      "",
      "",
      ...floorCells(results.floors),
    ),
    "",
  ].join("\n");
}
