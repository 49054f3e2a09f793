/**
 * What the tables share: which rows can stand side by side, their columns, and the caption.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";
import { cellAuroc, cellKey, type CellScores, groupCells, splitScores } from "../../metrics/cells.ts";
import { oracleMaxChance } from "../../metrics/chance.ts";
import type { BootstrapOptions } from "../../metrics/macro.ts";
import { mean } from "../../metrics/statistics.ts";
import { paperColumns, paperDataset } from "./paper.ts";
import type { MeasuredRow, TableContext } from "./table.ts";

/** The scores that a row shows: those of the better of two models where it has two.
 *
 * @throws {UsageError} If the second model lacks a cell of the first, or has another. */
export function chosenCells({ method, cells, oracle }: MeasuredRow): readonly CellScores[] {
  if (!oracle) return cells;
  const name = (cell: CellScores) => `${cell.category}, ${cell.split}, seed ${cell.seed}`;
  const others = new Map(oracle.map((cell) => [name(cell), cell]));
  return cells.map((cell) => {
    const other = others.get(name(cell));
    if (!other || others.size !== cells.length || cellKey(other) !== cellKey(cell)) {
      throw new UsageError(
        `Cannot choose between two models of ${method}: they differ in their cells or clips`,
      );
    }
    return cellAuroc(other) > cellAuroc(cell) ? other : cell;
  });
}

/** Mean over cells of the chance level of the better of two. */
export function oracleChance(cells: readonly CellScores[]): number {
  const levels = cells.map((cell) => {
    const { normal, anomalous } = splitScores(cell.scores);
    return oracleMaxChance(normal.length, anomalous.length);
  });
  return mean(levels);
}

/** Category columns: the paper's where the data set is the paper's and has them, the data set's elsewhere. */
export function columnsOf(rows: readonly MeasuredRow[], context: TableContext): readonly string[] {
  const measured = new Set(rows.flatMap(({ cells }) => cells.map(({ category }) => category)));
  const dataset = paperDataset(context.dataset);
  const known = dataset
    ? paperColumns(dataset).map(([category]) => category).filter((name) =>
      !context.categories || context.categories.includes(name)
    )
    : context.categories ?? [...measured];
  const strange = [...measured].find((name) => !known.includes(name));
  if (strange !== undefined) throw new UsageError(`Cannot make a table: ${strange} is not among its columns`);
  return known;
}

/** Refuse rows that were not measured on the same clips.
 *
 * @throws {UsageError} If there is no row, one has no cell, or rows differ in the splits or clips of a category. */
export function checkRows(rows: readonly MeasuredRow[]): void {
  if (rows.length === 0) throw new UsageError("Cannot make a table of no row");
  const first = new Map<string, { method: string; splits: Map<string, string> }>();
  for (const { method, cells } of rows) {
    if (cells.length === 0) throw new UsageError(`Cannot make a table: ${method} has no cell`);
    for (const [category, own] of groupCells(cells)) {
      const splits = new Map([...own].map(([split, [cell]]) => [split, cellKey(cell)]));
      const known = first.get(category) ?? { method, splits };
      first.set(category, known);
      for (const split of new Set([...splits.keys(), ...known.splits.keys()])) {
        if (splits.get(split) !== known.splits.get(split)) {
          throw new UsageError(
            `Cannot make a table: ${method} and ${known.method} have not the same test clips of ${category}, split ${split}`,
          );
        }
      }
    }
  }
}

/** The bootstrap of a table's averages. */
export function bootstrapOf({ groups, replicates }: TableContext): BootstrapOptions {
  return { seed: 0, replicates, ...(groups && { groupOf: (clip: string) => groups[clip] ?? clip }) };
}

/** The caption of a table of AUROCs. */
export function captionOf(
  rows: readonly MeasuredRow[],
  { dataset, clips, preset, engine, groups, replicates = 2000 }: TableContext,
  withPaper: boolean,
): string[] {
  const cells = rows.flatMap((row) => row.cells);
  const distinct = <T>(values: readonly T[]) => [...new Set(values)];
  const tested = new Set(cells.flatMap(({ scores }) => scores.map(({ clip }) => clip))).size;
  const seeds = distinct(cells.map(({ seed }) => seed)).sort((a, b) => a - b);
  const oracle = rows.filter((row) => row.oracle);
  const chance = oracle.map((row) => oracleChance(row.cells).toFixed(3));
  return [
    `AUROC, anomaly positive. Data set ${dataset}: ${clips} clips, ${tested} of them tested; splits ` +
    `${distinct(cells.map(({ split }) => split)).join(", ")}; seeds ${
      seeds.join(", ")
    }; preset ${preset}, engine ${engine}.`,
    `Chance level 0.500` +
    (oracle.length > 0
      ? `; ${
        distinct(chance).join(" or ")
      } for rows marked *: the better of two models, chosen by test labels, as the paper does for its baselines.`
      : "."),
    `In brackets the 95 % interval over test clips: DeLong's of a category, of the average a bootstrap (` +
    `${replicates} draws of ${
      groups ? "groups" : "clips"
    }, seed 0); \u00b1 is the standard deviation over seeds.`,
    withPaper
      ? "Rows in italics: the paper's figures. - is not measured, not printed or not legible."
      : "The paper has no such figures of this data set. - is not measured.",
  ];
}
