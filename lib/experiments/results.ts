/**
 * The results of a run: what `results.json` holds, and the same as a Markdown table.
 *
 * @module
 */
import type { Interval } from "../metrics/auroc.ts";
import type { ScoredClip } from "../metrics/macro.ts";

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
  /** What went wrong in training without stopping it. */
  readonly warnings: readonly string[];
}

/** What `results.json` holds. */
export interface Results {
  /** Version of this package. */
  readonly version: string;
  /** The preset. */
  readonly preset: string;
  /** The engine. */
  readonly engine: string;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Training and test clips. */
  readonly split: string;
  /** Source: format, SHA-256, number of training and test clips, clips that were skipped; names of the filters
   * and repairs that were applied, if any. */
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
  /** Macro AUROC of each untrained floor. */
  readonly floors: Readonly<Record<string, number>>;
  /** One result a category. */
  readonly categories: readonly CategoryResult[];
}

/** An interval as a pair. */
export function pair({ low, high }: Interval): [number, number] {
  return [low, high];
}

/** The table of a run in Markdown: a row a category, then the macro mean; the floors beside. */
export function resultsTable(results: Results): string {
  const { preset, engine, seed, split, macro, data, categories } = results;
  const floors = Object.keys(results.floors);
  const number = (value: number) => value.toFixed(3);
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const interval = ([low, high]: readonly [number, number]) => `${number(low)} to ${number(high)}`;
  return [
    `AUROC (anomaly positive), preset ${preset}, engine ${engine}, seed ${seed}, split ${split}, ` +
    `${data.format}: ${data.train} training and ${data.test} test clips`,
    "",
    row(["category", "AUROC", "95 % interval", "normal", "anomalous", ...floors]),
    row(["---", ...Array(4 + floors.length).fill("---:")]),
    ...categories.map((c) =>
      row([
        c.category,
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
