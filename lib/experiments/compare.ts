/** Comparison of one detector with others over splits and seeds, with paired intervals. */
import { checkOptions } from "../core/options.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Engine, OpenEngine } from "../engine/engine.ts";
import { macroAuroc, macroDifference, macroMean } from "../metrics/macro.ts";
import { type CellResult, cellScores, makeCells } from "./cell.ts";
import { cellRunner } from "./runner.ts";

/** Options for `compare`. */
export interface Comparison {
  /** The data set. */
  readonly dataset: Dataset;
  /** Names of the splits, such as `fold:1`. */
  readonly splits: readonly string[];
  /** Seeds; a floor needs none and runs once. */
  readonly seeds: readonly number[];
  /** The detectors as `createDetector` takes them; the others are compared with the first. */
  readonly detectors: readonly string[];
}

/** One detector of a comparison. */
export interface ComparedDetector {
  /** The detector as `createDetector` takes it. */
  readonly detector: string;
  /** Mean AUROC over all cells (splits x categories x seeds), and its bootstrap interval over groups of test clips. */
  readonly auroc: number;
  /** 95 % interval. */
  readonly ci: readonly [number, number];
  /** Mean AUROC of each seed; one value for a floor. */
  readonly seeds: readonly number[];
  /** The first detector's mean less this one's; absent for the first itself. */
  readonly difference?: { readonly value: number; readonly ci: readonly [number, number] };
}

/** Run every cell in this process, and compare the detectors. A split has no cell of a category for which it has no training clip,
 * or no normal or no anomalous test clip.
 * @throws {UsageError} If a detector, option or split is unknown. */
export async function compare(comparison: Comparison, engine: OpenEngine): Promise<ComparedDetector[]> {
  checkOptions("compare", comparison, ["dataset", "splits", "seeds", "detectors"]);
  const { dataset, detectors } = comparison, splitSeed = 0, results: CellResult[] = [];
  const cells = makeCells({ ...comparison, splitSeed, skipIncomplete: true });
  const run = cellRunner({ cells, splitSeed }, dataset, engine as Engine, {}); // every open engine is one
  for (const index of cells.keys()) results.push(await run(index));
  const groups = Object.fromEntries(dataset.clips.map(({ id, group }) => [id, group]));
  return compareCells(detectors, results, groups);
}

/** Compare detectors by the results of their cells: the first detector first, then the others by AUROC.
 * @param groups Group of each clip; the bootstrap draws groups. */
export function compareCells(
  detectors: readonly string[],
  results: readonly CellResult[],
  groups: Readonly<Record<string, string>>,
): ComparedDetector[] {
  const bootstrap = { seed: 0, groupOf: (clip: string) => groups[clip] };
  const seedsOf = (detector: string) => {
    const own = results.filter(({ cell }) => cell.detector === detector);
    const bySeed = Map.groupBy(own, ({ cell }) => cell.seed).values();
    return [...bySeed].map((cells) => cells.map((cell) => cellScores(cell)));
  };
  const own = seedsOf(detectors[0]);
  const [first, ...others] = detectors.map((detector, i): ComparedDetector => {
    const bySeed = seedsOf(detector), { auroc, ci } = macroAuroc(bySeed.flat(), bootstrap);
    const seeds = bySeed.map((scores) => macroMean(scores));
    const row = { detector, auroc, ci: [ci.low, ci.high], seeds } as const;
    if (i === 0) return row;
    const repeated = bySeed.length === 1 ? own.flatMap(() => bySeed[0]) : bySeed.flat();
    const { difference, ci: range } = macroDifference(own.flat(), repeated, bootstrap);
    return { ...row, difference: { value: difference, ci: [range.low, range.high] } };
  });
  return [first, ...others.sort((a, b) => b.auroc - a.auroc)];
}

/** A comparison as a Markdown table. */
export function renderComparison(rows: readonly ComparedDetector[]): string {
  const interval = ([low, high]: readonly [number, number]) => `${low.toFixed(4)} to ${high.toFixed(4)}`;
  return [
    `| detector | AUROC | 95 % interval | seeds | ${rows[0].detector} less this | 95 % interval |`,
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...rows.map(({ detector, auroc, ci, seeds, difference }) => {
      const last = difference ? `${difference.value.toFixed(4)} | ${interval(difference.ci)}` : "|";
      const each = seeds.length > 1 ? seeds.map((value) => value.toFixed(4)).join(", ") : "";
      return `| ${detector} | ${auroc.toFixed(4)} | ${interval(ci)} | ${each} | ${last} |`;
    }),
    "",
  ].join("\n");
}
