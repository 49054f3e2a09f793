/** Table IV: displacement, AUROC with DREM, and the gain over the model without DREM. */
import { UsageError } from "../../core/errors.ts";
import type { Interval } from "../../metrics/auroc.ts";
import { cellAuroc, cellPairs, type CellScores, groupCells } from "../../metrics/cells.ts";
import { matchCells } from "../../metrics/comparison.ts";
import { type Correlation, gainCorrelation } from "../../metrics/correlation.ts";
import { pairedDelongMean } from "../../metrics/delong.ts";
import type { DisplacementReading } from "../../metrics/displacement.ts";
import { Z95 } from "../../metrics/normal.ts";
import { mean } from "../../metrics/statistics.ts";
import { captionOf, checkRows, meanFigure } from "./comparison_table.ts";
import { PAPER_DISPLACEMENTS, paperColumns, paperDataset, paperRows } from "./paper.ts";
import type { BenchmarkTable, MeasuredRow, TableContext } from "./table.ts";

/** What Table IV is made of. */
export interface DisplacementInput {
  /** The model without DREM. */
  readonly without: MeasuredRow;
  /** The model with DREM, on the same cells. */
  readonly with: MeasuredRow;
  /** Mean displacement of each category, metres. */
  readonly dsp: ReadonlyMap<string, number>;
  /** How it was measured. */
  readonly reading: DisplacementReading;
  /** The detector with DREM, as `createDetector` takes it. */
  readonly detector: string;
}

/** Build Table IV: all measured categories, the largest displacement first. The paper prints four; its AUROC and gain of the others
 * come from Table III. With three or more categories, the caption has the correlation of displacement with gain.
 * @throws {UsageError} If the two rows differ in their cells or clips, or a category has no displacement. */
export function displacementTable(input: DisplacementInput, context: TableContext): BenchmarkTable {
  const rows = [input.without, input.with];
  checkRows(rows);
  const [withDrem, without] = matchCells(input.with.cells, input.without.cells), others = groupCells(without);
  const dataset = paperDataset(context.dataset), heads = new Map(dataset ? paperColumns(dataset) : []);
  const [paperWithout, paperWith] = dataset ? paperRows("III", dataset) : [];
  const paperFigures = (category: string): (number | null)[] => {
    const auroc = paperWith.values.get(category), base = paperWithout.values.get(category);
    const gain = auroc === undefined || base === undefined ? null : Number((auroc - base).toFixed(3));
    return [PAPER_DISPLACEMENTS[category] ?? null, auroc ?? null, gain];
  };
  const measured = [...groupCells(withDrem)].map(([category, splits]) => {
    const dsp = input.dsp.get(category);
    if (dsp === undefined) throw new UsageError(`Cannot make Table IV: ${category} has no displacement`);
    const figure = meanFigure(splits), { seeds } = figure;
    const { difference, error } = pairedDelongMean(cellPairs(splits), cellPairs(others.get(category)!));
    const low = Math.max(-1, difference - Z95 * error), high = Math.min(1, difference + Z95 * error);
    const gain = { value: difference, ...(error > 0 && { ci: [low, high] as const }), seeds };
    return {
      method: heads.get(category) ?? category,
      chosenByLabels: false,
      figures: [{ value: dsp }, figure, gain],
      ...(paperWith && { paper: paperFigures(category) }),
    };
  });
  return {
    table: "IV",
    title: "Displacement between the two people and the gain from DREM",
    stub: "Category",
    columns: [
      { key: "dsp", head: "dsp", digits: 2 },
      { key: "auroc", head: "AUROC with DREM", digits: 3 },
      { key: "gain", head: "Gain", digits: 3 },
    ],
    rows: measured.sort((a, b) => b.figures[0].value - a.figures[0].value),
    caption: [
      ...captionOf(rows, context, paperWith !== undefined),
      `dsp in metres, reading ${input.reading}, mean over the category's clips. Gain: AUROC with DREM less AUROC without, its ` +
      `interval from DeLong's paired test. The paper gives dsp no unit.`,
      ...correlation(withDrem, without, input.dsp),
    ],
  };
}

/** The sentence about the correlation; none with fewer than three categories or where it is not defined. */
function correlation(
  withDrem: readonly CellScores[],
  without: readonly CellScores[],
  dsp: ReadonlyMap<string, number>,
): string[] {
  const { gains, categories } = gainsBySeed(withDrem, without), found = correlate(categories, gains, dsp);
  if (!found) return [];
  const { pearson, spearman } = found;
  const range = ({ low, high }: Interval) => `${low.toFixed(2)} to ${high.toFixed(2)}`;
  const describe = ({ value, bySeeds, byCategories }: typeof pearson) => {
    const overSeeds = bySeeds ? `over seeds ${range(bySeeds)}, ` : "";
    return `${value.toFixed(2)} (${overSeeds}over categories ${range(byCategories)})`;
  };
  return [
    `Correlation of dsp with gain over ${categories.length} categories, 95 % bootstrap intervals: Pearson ` +
    `${describe(pearson)}, Spearman ${describe(spearman)}.`,
  ];
}

/** Correlation of displacement with a value of each category; undefined with fewer than three categories or where it is not defined.
 * @param values One list per seed, in the order of the categories. */
function correlate(
  categories: readonly string[],
  values: readonly (readonly number[])[],
  dsp: ReadonlyMap<string, number>,
): ReturnType<typeof gainCorrelation> | undefined {
  const displacements = categories.map((category) => dsp.get(category)!);
  const sums = categories.map((_, c) => values.reduce((sum, own) => sum + own[c], 0));
  if (categories.length < 3 || new Set(displacements).size < 2 || new Set(sums).size < 2) return undefined;
  return gainCorrelation(displacements, values, { seed: 0 });
}

/** Table IV as points, and Pearson's correlation of displacement with the gain and with the AUROC, with its interval over categories. */
export interface DisplacementPoints {
  readonly rows: readonly {
    readonly category: string;
    readonly dsp: number;
    readonly auroc: number;
    readonly gain: number;
  }[];
  /** Absent with fewer than three categories or where they are not defined. */
  readonly correlations?: Readonly<Record<"gain" | "auroc", Correlation>>;
}

/** The points of Table IV.
 * @throws {UsageError} As `displacementTable`. */
export function displacementPoints(input: DisplacementInput): DisplacementPoints {
  const [withDrem, without] = matchCells(input.with.cells, input.without.cells);
  const { categories, gains } = gainsBySeed(withDrem, without),
    { values: aurocs } = valuesBySeed(withDrem, cellAuroc);
  const rows = categories.map((category, c) => {
    const dsp = input.dsp.get(category);
    if (dsp === undefined) throw new UsageError(`Cannot plot Table IV: ${category} has no displacement`);
    return {
      category,
      dsp,
      auroc: mean(aurocs.map((own) => own[c])),
      gain: mean(gains.map((own) => own[c])),
    };
  });
  const gain = correlate(categories, gains, input.dsp)?.pearson,
    auroc = correlate(categories, aurocs, input.dsp)?.pearson;
  return { rows, ...(gain && auroc && { correlations: { gain, auroc } }) };
}

/** Gain of each category, one list per seed: the mean over splits of AUROC with DREM less AUROC without.
 * @param withDrem Cells of the model with DREM. @param without Cells of the model without, in the same order.
 * @throws {UsageError} If a seed lacks a category. */
export function gainsBySeed(
  withDrem: readonly CellScores[],
  without: readonly CellScores[],
): { readonly categories: readonly string[]; readonly gains: readonly (readonly number[])[] } {
  const others = new Map(withDrem.map((cell, i) => [cell, without[i]]));
  const { categories, values } = valuesBySeed(
    withDrem,
    (cell) => cellAuroc(cell) - cellAuroc(others.get(cell)!),
  );
  return { categories, gains: values };
}

/** A value of each category, one list per seed: the mean over splits.
 * @throws {UsageError} If a seed lacks a category. */
function valuesBySeed(
  cells: readonly CellScores[],
  valueOf: (cell: CellScores) => number,
): { readonly categories: readonly string[]; readonly values: readonly (readonly number[])[] } {
  const all = cells.map((cell) => ({ ...cell, value: valueOf(cell) }));
  const categories = [...new Set(all.map(({ category }) => category))];
  const meanOf = (category: string, seed: number) => {
    const own = all.filter((cell) => cell.seed === seed && cell.category === category);
    if (own.length > 0) return mean(own.map(({ value }) => value));
    throw new UsageError(`Cannot compute the gain of ${category}: seed ${seed} lacks it`);
  };
  const seeds = [...new Set(all.map(({ seed }) => seed))];
  return { categories, values: seeds.map((seed) => categories.map((category) => meanOf(category, seed))) };
}
