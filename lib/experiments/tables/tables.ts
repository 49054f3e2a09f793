/**
 * Tables I, II, III and V from measured scores, the paper's figures beside ours.
 *
 * @module
 */
import { UsageError } from "../../core/errors.ts";
import { cellPairs, groupCells } from "../../metrics/cells.ts";
import { delongMean } from "../../metrics/delong.ts";
import { seedSpread } from "../../metrics/seeds.ts";
import { paperColumns, paperDataset, paperRows, type PaperTableName } from "./paper.ts";
import type { BenchmarkTable, MeasuredRow, MeasuredValue, TableContext, TableRow } from "./table.ts";
import { bootstrapOf, captionOf, checkRows, chosenCells, columnsOf, oracleChance } from "./table_rows.ts";

const TITLES: Record<PaperTableName, string> = {
  I: "AUROC by category",
  II: "AUROC by position table",
  III: "AUROC without and with DREM",
  V: "AUROC with weights of the two streams apart and shared",
};

/** Build a table. Columns are the categories, then the average; Table V has the average alone, as the paper.
 *
 * @throws {UsageError} If there is no row, rows differ in their splits or test clips, a row names a paper's row that there is
 * not, a score is NaN, or a cell has one side only.
 */
export function comparisonTable(
  table: PaperTableName,
  rows: readonly MeasuredRow[],
  context: TableContext,
): BenchmarkTable {
  checkRows(rows);
  const names = columnsOf(rows, context), dataset = paperDataset(context.dataset);
  const printed = dataset ? paperRows(table, dataset) : [];
  const heads = new Map(dataset ? paperColumns(dataset) : []);
  const shown = table === "V" ? [] : names;
  const column = (key: string, head: string) => ({ key, head, digits: 3 });
  return {
    table,
    title: TITLES[table],
    stub: "Method",
    columns: [...shown.map((name) => column(name, heads.get(name) ?? name)), column("average", "Avg.")],
    rows: rows.map((row) => {
      const paper = printed.find(({ method }) => method === row.paper);
      if (row.paper !== undefined && dataset && !paper && printed.length > 0) {
        throw new UsageError(
          `Cannot make Table ${table}: the paper has no row ${row.paper}, but ${
            printed.map(({ method }) => method).join(", ")
          }`,
        );
      }
      return {
        ...tableRow(row, names, shown, context),
        ...(paper && {
          paper: [...shown.map((name) => paper.values.get(name) ?? null), paper.average],
        }),
      };
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
    if (!splits) return null;
    const { auroc: value, ci } = delongMean(cellPairs(splits));
    const seeds = new Set([...splits.values()].flat().map(({ seed }) => seed)).size;
    return { value, ci: [ci.low, ci.high], seeds };
  });
  let average: MeasuredValue | null = null;
  if (names.every((name) => categories.has(name))) {
    const spread = seedSpread(cells, bootstrapOf(context));
    average = {
      value: spread.auroc,
      ci: [spread.ci.low, spread.ci.high],
      seeds: spread.seeds.length,
      ...(spread.seeds.length > 1 && { seedSd: spread.seedSd }),
    };
  }
  return {
    method: row.method,
    ...(row.note !== undefined && { note: row.note }),
    chosenByLabels: row.oracle !== undefined,
    chance: row.oracle ? oracleChance(cells) : 0.5,
    figures: [...figures, average],
  };
}
