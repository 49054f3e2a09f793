/**
 * Table IV: displacement, AUROC with DREM, and the gain over the model without.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";
import type { Interval } from "../../metrics/auroc.ts";
import { cellAuroc, cellPairs, type CellScores, groupCells } from "../../metrics/cells.ts";
import { matchCells } from "../../metrics/comparison.ts";
import { gainCorrelation } from "../../metrics/correlation.ts";
import { delongMean, pairedDelongMean } from "../../metrics/delong.ts";
import type { DisplacementReading } from "../../metrics/displacement.ts";
import { Z95 } from "../../metrics/normal.ts";
import { PAPER_DISPLACEMENTS, paperColumns, paperDataset, paperRows } from "./paper.ts";
import type { BenchmarkTable, MeasuredRow, TableContext } from "./table.ts";
import { captionOf, checkRows } from "./table_rows.ts";

/** What Table IV is made of. */
export interface DisplacementInput {
  /** The model without DREM. */
  readonly without: MeasuredRow;
  /** The model with it, of the same cells. */
  readonly with: MeasuredRow;
  /** Mean displacement of each category, metres. */
  readonly dsp: ReadonlyMap<string, number>;
  /** How it was measured. */
  readonly reading: DisplacementReading;
}

/** Build Table IV: all measured categories, the largest displacement first. The paper prints four; its AUROC and gain of the
 * others are those of Table III. The caption has the correlation of displacement with gain, with three categories or more.
 *
 * @throws {UsageError} If the two rows differ in their cells or clips, or a category has no displacement.
 */
export function displacementTable(input: DisplacementInput, context: TableContext): BenchmarkTable {
  const rows = [input.without, input.with];
  checkRows(rows);
  const [withDrem, without] = matchCells(input.with.cells, input.without.cells);
  const dataset = paperDataset(context.dataset);
  const heads = new Map(dataset ? paperColumns(dataset) : []);
  const [paperWithout, paperWith] = dataset ? paperRows("III", dataset) : [];
  const others = groupCells(without);
  const measured = [...groupCells(withDrem)].map(([category, splits]) => {
    const dsp = input.dsp.get(category);
    if (dsp === undefined) throw new UsageError(`Cannot make Table IV: ${category} has no displacement`);
    const ours = cellPairs(splits), { auroc: value, ci } = delongMean(ours);
    const { difference, error } = pairedDelongMean(ours, cellPairs(others.get(category)!));
    const seeds = new Set([...splits.values()].flat().map(({ seed }) => seed)).size;
    const low = Math.max(-1, difference - Z95 * error), high = Math.min(1, difference + Z95 * error);
    return {
      method: heads.get(category) ?? category,
      dsp,
      figures: [
        { value: dsp },
        { value, ci: [ci.low, ci.high] as const, seeds },
        { value: difference, ...(error > 0 && { ci: [low, high] as const }), seeds },
      ],
      paper: paperWith && paperFigures(category, paperWith.values, paperWithout.values),
    };
  }).sort((a, b) => b.dsp - a.dsp);
  return {
    table: "IV",
    title: "Displacement between the two people and the gain from DREM",
    stub: "Category",
    columns: [
      { key: "dsp", head: "dsp", digits: 2 },
      { key: "auroc", head: "AUROC with DREM", digits: 3 },
      { key: "gain", head: "Gain", digits: 3 },
    ],
    rows: measured.map(({ method, figures, paper }) => ({
      method,
      chosenByLabels: false,
      figures,
      ...(paper && { paper }),
    })),
    caption: [
      ...captionOf(rows, context, paperWith !== undefined),
      `dsp in metres, reading ${input.reading}, mean over the category's clips. Gain: AUROC with DREM less AUROC without, its ` +
      `interval from DeLong's paired test. The paper gives dsp no unit.`,
      ...correlation(withDrem, without, input.dsp),
    ],
  };
}

function paperFigures(
  category: string,
  withDrem: ReadonlyMap<string, number>,
  without: ReadonlyMap<string, number>,
): (number | null)[] {
  const printed = PAPER_DISPLACEMENTS.find((row) => row.category === category);
  const one = withDrem.get(category), two = without.get(category);
  const gain = one === undefined || two === undefined ? null : Number((one - two).toFixed(3));
  return [printed?.dsp ?? null, one ?? null, gain];
}

/** The sentence about the correlation; none with fewer than three categories or where it is not defined. */
function correlation(
  withDrem: readonly CellScores[],
  without: readonly CellScores[],
  dsp: ReadonlyMap<string, number>,
): string[] {
  const { gains, categories } = gainsBySeed(withDrem, without);
  const displacements = categories.map((category) => dsp.get(category)!);
  const mean = categories.map((_, c) => gains.reduce((sum, own) => sum + own[c], 0));
  if (categories.length < 3 || new Set(displacements).size < 2 || new Set(mean).size < 2) return [];
  const { pearson, spearman } = gainCorrelation(displacements, gains, { seed: 0 });
  const range = ({ low, high }: Interval) => `${low.toFixed(2)} to ${high.toFixed(2)}`;
  const say = ({ value, bySeeds, byCategories }: typeof pearson) =>
    `${value.toFixed(2)} (${bySeeds ? `over seeds ${range(bySeeds)}, ` : ""}over categories ${
      range(byCategories)
    })`;
  return [
    `Correlation of dsp with gain over ${categories.length} categories, 95 % bootstrap intervals: Pearson ` +
    `${say(pearson)}, Spearman ${say(spearman)}.`,
  ];
}

/** Gain of each category, one list a seed: the mean over splits of AUROC with DREM less AUROC without.
 *
 * @param withDrem Cells of the model with DREM. @param without Those of the model without, in the same order.
 * @throws {UsageError} If a seed lacks a category.
 */
export function gainsBySeed(
  withDrem: readonly CellScores[],
  without: readonly CellScores[],
): { readonly categories: readonly string[]; readonly gains: readonly (readonly number[])[] } {
  const gains = withDrem.map((cell, i) => ({ cell, gain: cellAuroc(cell) - cellAuroc(without[i]) }));
  const categories = [...new Set(withDrem.map(({ category }) => category))];
  const seeds = [...new Set(withDrem.map(({ seed }) => seed))];
  return {
    categories,
    gains: seeds.map((seed) =>
      categories.map((category) => {
        const own = gains.filter(({ cell }) => cell.seed === seed && cell.category === category);
        if (own.length === 0) {
          throw new UsageError(`Cannot give the gain of ${category}: seed ${seed} lacks it`);
        }
        return own.reduce((sum, { gain }) => sum + gain, 0) / own.length;
      })
    ),
  };
}
