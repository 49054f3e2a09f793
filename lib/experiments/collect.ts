/**
 * Collecting the cells of a plan: what is missing, what failed, and the tables of what is there.
 *
 * @module
 */
import { DataError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import type { CellScores } from "../metrics/cells.ts";
import { compareDetectors, type DetectorComparison } from "../metrics/comparison.ts";
import { type CellFailure, type CellResult, failureFile, readCell, resultFile } from "./cell.ts";
import { displacementTable } from "./tables/displacement_table.ts";
import { personRows } from "./tables/person_rows.ts";
import type { Plan, PlannedRow, TableName } from "./plan.ts";
import { readRecord } from "../core/checksummed_json.ts";
import type { BenchmarkTable, MeasuredRow, TableContext } from "./tables/table.ts";
import { comparisonTable } from "./tables/tables.ts";

/** All that is there of a plan. */
export interface Collection {
  /** Results by number of the cell. */
  readonly results: ReadonlyMap<number, CellResult>;
  /** Why cells failed, by number. */
  readonly failed: ReadonlyMap<number, string>;
  /** Numbers of cells that have neither result nor failure. */
  readonly missing: readonly number[];
}

/** Read all results of a plan's folder. A damaged result counts as failed. */
export async function collectCells(folder: string, plan: Plan): Promise<Collection> {
  const results = new Map<number, CellResult>(), failed = new Map<number, string>(), missing: number[] = [];
  for (const index of plan.cells.keys()) {
    try {
      if (await exists(resultFile(folder, plan, index))) {
        results.set(index, await readCell(folder, plan, index));
      } else if (await exists(failureFile(folder, plan, index))) {
        const { error } = await readRecord(failureFile(folder, plan, index)) as CellFailure;
        failed.set(index, error);
      } else missing.push(index);
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
 * @param engine Name of the engine that ran the cells.
 * @throws {UsageError} If cells of a table are missing.
 */
export function collectTables(
  plan: Plan,
  { results }: Collection,
  engine: string,
): { tables: BenchmarkTable[]; comparisons: NamedComparison[] } {
  const { data } = plan;
  const context: TableContext = {
    dataset: data.format,
    categories: data.categories,
    clips: Object.keys(data.groups).length,
    preset: plan.preset,
    engine,
    groups: data.groups,
  };
  const bootstrap = { seed: 0, groupOf: (clip: string) => data.groups[clip] };
  const scoresOf = (row: PlannedRow) =>
    measured([...results.values()].filter((r) => r.cell.detector === row.detector));
  const tables: BenchmarkTable[] = [], comparisons: NamedComparison[] = [];
  for (const [table, rows] of Object.entries(plan.tables) as [TableName, readonly PlannedRow[]][]) {
    const all = rows.map((row) => ({ row, scores: scoresOf(row) }));
    if (table === "IV") {
      const [without, withDrem] = all.map(({ row, scores }) => plainRow(row, scores.own));
      const { reading, metres } = data.displacement;
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
  const scoresBy = (values: (result: CellResult) => readonly number[]) =>
    results.map((result): CellScores => {
      const { category, split, seed } = result.cell, scores = values(result);
      return {
        category,
        split,
        seed,
        scores: result.clips.map((clip, i) => ({
          clip,
          score: scores[i],
          anomalous: result.anomalous[i] === 1,
        })),
      };
    });
  const person = (k: 0 | 1) =>
    results.every(({ people }) => people) ? scoresBy(({ people }) => people![k]) : [];
  return { own: scoresBy(({ scores }) => scores), p1: person(0), p2: person(1) };
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
