/** Tables I, II, III and V: AUROC by method, with the paper's figures. Table IV shares the checks and the caption. */
import { UsageError } from "../../core/errors.ts";
import {
  cellAuroc,
  cellKey,
  cellPairs,
  type CellScores,
  groupCells,
  splitScores,
} from "../../metrics/cells.ts";
import { oracleMaxChance } from "../../metrics/chance.ts";
import { delongMean } from "../../metrics/delong.ts";
import { seedSpread } from "../../metrics/seeds.ts";
import { mean } from "../../metrics/statistics.ts";
import { paperColumns, paperDataset, paperRows, type PaperTableName } from "./paper.ts";
import type { BenchmarkTable, MeasuredRow, MeasuredValue, TableContext, TableRow } from "./table.ts";

const TITLES: Record<PaperTableName, string> = {
  I: "AUROC by category",
  II: "AUROC by position table",
  III: "AUROC without and with DREM",
  V: "AUROC with weights of the two streams apart and shared",
};

/** Build a table. Columns are the categories, then the average; Table V has the average only, as in the paper.
 * @throws {UsageError} If there is no row, rows differ in their splits or test clips, a row names an unknown row of the paper, a
 * score is NaN, or a cell has clips of one class only. */
export function comparisonTable(
  table: PaperTableName,
  rows: readonly MeasuredRow[],
  context: TableContext,
): BenchmarkTable {
  checkRows(rows);
  const names = columnsOf(rows, context), shown = table === "V" ? [] : names;
  const dataset = paperDataset(context.dataset), heads = new Map(dataset ? paperColumns(dataset) : []);
  const printed = dataset ? paperRows(table, dataset) : [];
  const column = (key: string, head: string) => ({ key, head, digits: 3 });
  return {
    table,
    title: TITLES[table],
    stub: "Method",
    columns: [...shown.map((name) => column(name, heads.get(name) ?? name)), column("average", "Avg.")],
    rows: rows.map((row) => {
      const paper = printed.find(({ method }) => method === row.paper);
      if (row.paper !== undefined && !paper && printed.length > 0) {
        const known = printed.map(({ method }) => method).join(", ");
        throw new UsageError(
          `Cannot make Table ${table}: the paper has no row ${row.paper}, expected one of ${known}`,
        );
      }
      const figures = paper && [...shown.map((name) => paper.values.get(name) ?? null), paper.average];
      return { ...tableRow(row, names, shown, context), ...(figures && { paper: figures }) };
    }),
    caption: captionOf(rows, context, printed.length > 0),
  };
}

function tableRow(
  row: MeasuredRow,
  names: readonly string[],
  shown: readonly string[],
  context: TableContext,
): TableRow {
  const cells = chosenCells(row), categories = groupCells(cells);
  const figures = shown.map((name): MeasuredValue | null => {
    const splits = categories.get(name);
    return splits ? meanFigure(splits) : null;
  });
  let average: MeasuredValue | null = null;
  if (names.every((name) => categories.has(name))) {
    const { groups, replicates } = context, groupOf = groups && ((clip: string) => groups[clip] ?? clip);
    const { auroc, ci, seeds, seedSd } = seedSpread(cells, { seed: 0, replicates, groupOf });
    const spread = seeds.length > 1 && { seedSd };
    average = { value: auroc, ci: [ci.low, ci.high], seeds: seeds.length, ...spread };
  }
  return {
    method: row.method,
    ...(row.note !== undefined && { note: row.note }),
    chosenByLabels: row.oracle !== undefined,
    chance: row.oracle ? oracleChance(cells) : 0.5,
    figures: [...figures, average],
  };
}

/** AUROC of a category: mean over its splits and seeds, with DeLong's interval. */
export function meanFigure(splits: ReadonlyMap<string, readonly CellScores[]>): MeasuredValue {
  const { auroc, ci } = delongMean(cellPairs(splits));
  const seeds = new Set([...splits.values()].flat().map(({ seed }) => seed)).size;
  return { value: auroc, ci: [ci.low, ci.high], seeds };
}

/** The cells that a row shows: those of the better of two models where it has two.
 * @throws {UsageError} If the two models differ in their cells. */
function chosenCells({ method, cells, oracle }: MeasuredRow): readonly CellScores[] {
  if (!oracle) return cells;
  const name = ({ category, split, seed }: CellScores) => `${category}, ${split}, seed ${seed}`;
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

/** Chance level of the better of two models: mean over the cells. */
function oracleChance(cells: readonly CellScores[]): number {
  return mean(cells.map(({ scores }) => {
    const { normal, anomalous } = splitScores(scores);
    return oracleMaxChance(normal.length, anomalous.length);
  }));
}

/** Category columns: the paper's for its data sets, the data set's elsewhere. */
function columnsOf(rows: readonly MeasuredRow[], { dataset, categories }: TableContext): readonly string[] {
  const measured = new Set(rows.flatMap(({ cells }) => cells.map(({ category }) => category)));
  const known = paperDataset(dataset);
  const columns = known
    ? paperColumns(known).map(([name]) => name).filter((name) => categories?.includes(name) ?? true)
    : categories ?? [...measured];
  const strange = [...measured].find((name) => !columns.includes(name));
  if (strange !== undefined) throw new UsageError(`Cannot make a table: ${strange} is not among its columns`);
  return columns;
}

/** Check that rows were measured on the same clips.
 * @throws {UsageError} If there is no row, a row has no cell, or rows differ in the splits or clips of a category. */
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
        if (splits.get(split) === known.splits.get(split)) continue;
        throw new UsageError(
          `Cannot make a table: ${method} and ${known.method} differ in the test clips of ${category}, split ${split}`,
        );
      }
    }
  }
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
  const splits = distinct(cells.map(({ split }) => split)).join(", ");
  const seeds = distinct(cells.map(({ seed }) => seed)).sort((a, b) => a - b).join(", ");
  const oracle = distinct(rows.filter((row) => row.oracle).map((row) => oracleChance(row.cells).toFixed(3)));
  const marked =
    `; ${oracle.join(" or ")} for rows marked *: the better of two models, chosen by test labels, as the ` +
    "paper does for its baselines";
  return [
    `AUROC, anomaly positive. Data set ${dataset}: ${clips} clips, ${tested} of them tested; splits ${splits}; ` +
    `seeds ${seeds}; preset ${preset}, engine ${engine}.`,
    `Chance level 0.500${oracle.length > 0 ? marked : ""}.`,
    "In brackets the 95 % interval over test clips: DeLong's of a category, of the average a bootstrap " +
    `(${replicates} draws of ${
      groups ? "groups" : "clips"
    }, seed 0); \u00b1 is the standard deviation over seeds.`,
    withPaper
      ? "Rows in italics: the paper's figures. - is not measured, not printed or not legible."
      : "The paper has no such figures of this data set. - is not measured.",
  ];
}
