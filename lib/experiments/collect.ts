/**
 * Collecting the cells of a benchmark: which are missing, which failed, and the tables of those that are there.
 *
 * @module
 */
import { DataError, UsageError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import type { CellScores } from "../metrics/cells.ts";
import { compareDetectors, type DetectorComparison } from "../metrics/comparison.ts";
import { type CellResult, cellScores } from "./cell.ts";
import type { RunManifest } from "./manifest.ts";
import type { RunFolder } from "./run_folder.ts";
import { displacementTable } from "./tables/displacement_table.ts";
import { personRows } from "./tables/person_rows.ts";
import type { BenchmarkTable, MeasuredRow, PlannedRow, TableContext, TableName } from "./tables/table.ts";
import { comparisonTable } from "./tables/tables.ts";

/** The cells of a run that are there. */
export interface Collection {
  /** Results by number of the cell. */
  readonly results: ReadonlyMap<number, CellResult>;
  /** Why cells failed, by number. */
  readonly failed: ReadonlyMap<number, string>;
  /** Numbers of cells that have neither result nor failure. */
  readonly missing: readonly number[];
}

/** Read all results that a run's folder holds. A damaged result counts as failed. */
export async function collectCells(folder: RunFolder): Promise<Collection> {
  const results = new Map<number, CellResult>(), failed = new Map<number, string>(), missing: number[] = [];
  for (const index of folder.manifest.cells.keys()) {
    try {
      if (await exists(folder.files(index).result)) results.set(index, await folder.read(index));
      else {
        const why = await folder.failure(index);
        if (why === undefined) missing.push(index);
        else failed.set(index, why);
      }
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failed.set(index, error.message);
    }
  }
  return { results, failed, missing };
}

/** A detector against another, on the same cells. */
export interface NamedComparison extends DetectorComparison {
  readonly first: string;
  readonly second: string;
}

/** The tables of a plan, and the comparisons that its ablations are about: the paper's choice against each other one.
 *
 * @throws {UsageError} If cells of a table are missing, or the run is not a benchmark.
 */
export function collectTables(
  { data, benchmark, engine }: RunManifest,
  { results }: Collection,
): { tables: BenchmarkTable[]; comparisons: NamedComparison[] } {
  if (!benchmark) throw new UsageError("Cannot make tables: the run is not a benchmark");
  const context: TableContext = {
    dataset: data.format,
    categories: data.categories,
    clips: Object.keys(data.groups).length,
    preset: benchmark.preset,
    engine,
    groups: data.groups,
  };
  const bootstrap = { seed: 0, groupOf: (clip: string) => data.groups[clip] };
  const scoresOf = (row: PlannedRow) =>
    measured([...results.values()].filter((r) => r.cell.detector === row.detector));
  const tables: BenchmarkTable[] = [], comparisons: NamedComparison[] = [];
  for (const [table, rows] of Object.entries(benchmark.tables) as [TableName, readonly PlannedRow[]][]) {
    const all = rows.map((row) => ({ row, scores: scoresOf(row) }));
    if (table === "IV") {
      const [without, withDrem] = all.map(({ row, scores }) => plainRow(row, scores.own));
      const { reading, metres } = benchmark.displacement;
      const dsp = new Map(Object.entries(metres));
      tables.push(displacementTable({ without, with: withDrem, dsp, reading }, context));
      continue;
    }
    tables.push(comparisonTable(table, all.flatMap(({ row, scores }) => rowsFor(row, scores)), context));
    const chosen = table === "I" ? all.find(({ row }) => row.detector.startsWith("iadnet")) : all.at(-1);
    for (const other of chosen ? all : []) {
      if (other === chosen) continue;
      const compared = compareDetectors(chosen!.scores.own, other.scores.own, bootstrap);
      comparisons.push({ first: chosen!.row.method, second: other.row.method, ...compared });
    }
  }
  return { tables, comparisons };
}

/** The scores of one detector: its own, and those of each person's model. */
interface Measured {
  readonly own: CellScores[];
  readonly p1: CellScores[];
  readonly p2: CellScores[];
}

function measured(results: readonly CellResult[]): Measured {
  const person = (k: 0 | 1) =>
    results.every(({ people }) => people)
      ? results.map((result) => cellScores(result, result.people![k]))
      : [];
  return { own: results.map((result) => cellScores(result)), p1: person(0), p2: person(1) };
}

function plainRow({ method, note, paper }: PlannedRow, cells: readonly CellScores[]): MeasuredRow {
  return { method, cells, ...(note !== undefined && { note }), ...(paper !== undefined && { paper }) };
}

function rowsFor(row: PlannedRow, { own, p1, p2 }: Measured): MeasuredRow[] {
  if (!row.people) return [plainRow(row, own)];
  const { note } = row;
  return personRows(row.method, { p1, p2, mean: own }, row.paper)
    .map((measured) => note === undefined ? measured : { ...measured, note });
}
