/** The benchmark: the paper's tables, planned as the cells of a run, and made from the results of the cells. Machines that can read the
 * run manifest and the data run the cells in any order. */
import { readChecksummedJson } from "../core/checksummed_json.ts";
import { DataError, UsageError } from "../core/errors.ts";
import { exists } from "../core/files.ts";
import type { CellScores } from "../metrics/cells.ts";
import { compareDetectors, type DetectorComparison } from "../metrics/comparison.ts";
import { categoryDisplacement, type DisplacementReading } from "../metrics/displacement.ts";
import { type CellResult, cellScores } from "./cell.ts";
import { makeManifest, type ManifestRequest, type RunManifest } from "./manifest.ts";
import type { RunFolder } from "./run_folder.ts";
import { comparisonTable } from "./tables/comparison_table.ts";
import { type DisplacementInput, displacementTable } from "./tables/displacement_table.ts";
import { plannedRows } from "./tables/planned_rows.ts";
import type { BenchmarkTable, MeasuredRow, PlannedRow, TableContext, TableName } from "./tables/table.ts";

/** Options for `makePlan`. */
export interface PlanRequest
  extends
    Pick<ManifestRequest, "dataset" | "source" | "splits" | "seeds" | "engine" | "threads" | "categories"> {
  readonly tables: readonly TableName[];
  /** Preset of IADNet's row in Table I. */
  readonly preset: string;
  /** Preset of the ablations, tables II to V. */
  readonly ablated: string;
  /** How displacement is measured. */
  readonly reading: DisplacementReading;
  /** Detectors of Table I; all if absent. */
  readonly detectors?: readonly string[];
}

/** Make a plan. A cell of several tables appears once; floors have one seed. A split has no cell of a category for which it has no
 * training clip, or no normal or no anomalous test clip.
 * @throws {UsageError} If a detector, preset, split or category is unknown. */
export function makePlan(request: PlanRequest): RunManifest {
  const { dataset, preset, ablated, reading, detectors, ...common } = request;
  const tables: Partial<Record<TableName, readonly PlannedRow[]>> = {};
  for (const table of request.tables) {
    tables[table] = plannedRows(table, table === "I" ? preset : ablated, detectors);
  }
  const categories = request.categories ?? dataset.categories;
  const clips = dataset.clips.filter(({ category }) => categories.includes(category));
  const metres = Object.fromEntries(categoryDisplacement(clips, reading));
  return makeManifest({
    ...common,
    kind: "benchmark",
    dataset,
    detectors: Object.values(tables).flatMap((rows) => rows.map((row) => row.detector)),
    splitSeed: 0,
    skipIncomplete: true,
    benchmark: { preset, ablated, tables, displacement: { reading, metres } },
  });
}

/** State of the cells of a run. */
export interface Collection {
  /** Results by cell number. */
  readonly results: ReadonlyMap<number, CellResult>;
  /** Errors of failed cells by cell number. */
  readonly failed: ReadonlyMap<number, string>;
  /** Numbers of cells that have neither result nor failure. */
  readonly missing: readonly number[];
}

/** Read all results in a run's folder. A damaged result counts as failed. */
export async function collectCells(folder: RunFolder): Promise<Collection> {
  const results = new Map<number, CellResult>(), failed = new Map<number, string>(), missing: number[] = [];
  for (const index of folder.manifest.cells.keys()) {
    try {
      const { result, failure } = folder.files(index);
      if (await exists(result)) results.set(index, await folder.read(index));
      else if (await exists(failure)) {
        failed.set(index, (await readChecksummedJson(failure) as { error: string }).error);
      } else missing.push(index);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      failed.set(index, error.message);
    }
  }
  return { results, failed, missing };
}

/** A comparison of two detectors on the same cells. */
export interface NamedComparison extends DetectorComparison {
  readonly first: string;
  readonly second: string;
}

/** A table of a benchmark, and the comparisons of its rows: the paper's choice with each other row. */
export interface CollectedTable {
  readonly table: BenchmarkTable;
  readonly comparisons: readonly NamedComparison[];
  /** What Table IV is made of. */
  readonly displacement?: DisplacementInput;
}

/** The tables of a benchmark, in the order of its plan.
 * @throws {UsageError} If cells of a table are missing, or the run is not a benchmark. */
export function collectTables(manifest: RunManifest, collection: Collection): CollectedTable[] {
  if (!manifest.benchmark) throw new UsageError("Cannot make tables: the run is not a benchmark");
  return (Object.keys(manifest.benchmark.tables) as TableName[])
    .map((table) => collectTable(manifest, collection, table)!);
}

/** One table of a benchmark; undefined if it is not planned.
 * @throws {UsageError} If cells of it are missing. */
export function collectTable(
  { data: { format, categories, groups }, benchmark, engine }: RunManifest,
  { results }: Collection,
  name: TableName,
): CollectedTable | undefined {
  const planned = benchmark?.tables[name];
  if (!planned) return undefined;
  const { preset, ablated, displacement: { reading, metres } } = benchmark;
  const all = planned.map((row) => measure(row, [...results.values()])),
    shown = name === "I" ? preset : ablated;
  const clips = Object.keys(groups).length;
  const context: TableContext = { dataset: format, categories, clips, preset: shown, engine, groups };
  if (name === "IV") {
    const [without, withDrem] = all, dsp = new Map(Object.entries(metres));
    const displacement = { without, with: withDrem, dsp, reading, detector: planned[1].detector };
    return { table: displacementTable(displacement, context), comparisons: [], displacement };
  }
  const table = comparisonTable(name, all.flatMap((own) => own.people ?? [own]), context);
  const chosen = name === "I" ? all.find((_, i) => planned[i].detector.startsWith("iadnet")) : all.at(-1);
  const bootstrap = { seed: 0, groupOf: (clip: string) => groups[clip] };
  const comparisons = all.filter((own) => chosen && own !== chosen).map((other) => ({
    first: chosen!.method,
    second: other.method,
    ...compareDetectors(chosen!.cells, other.cells, bootstrap),
  }));
  return { table, comparisons };
}

/** The measured row of a detector; `people` has the rows to show instead, for a detector that has one model for each person. */
function measure(
  { method, note, paper, detector, people }: PlannedRow,
  all: readonly CellResult[],
): MeasuredRow & { readonly people?: MeasuredRow[] } {
  const results = all.filter(({ cell }) => cell.detector === detector);
  const cells = results.map((result) => cellScores(result)), row = { method, note, paper, cells };
  if (!people) return row;
  const [p1, p2] = [0, 1].map((k) => results.map((result) => cellScores(result, result.people![k])));
  return { ...row, people: personRows(row, p1, p2) };
}

/** Rows of a detector that has one model for each person: each model, both joined without test labels, and the better of the two
 * AUROCs in each cell, which is the paper's rule. Only the last is chosen by test labels, and only it has figures of the paper.
 * @param row The detector's own scores. @param p1 Scores of person 1's model. @param p2 Scores of person 2's model. */
export function personRows(
  { method, note, paper, cells }: MeasuredRow,
  p1: readonly CellScores[],
  p2: readonly CellScores[],
): MeasuredRow[] {
  return [
    { method: `${method} P1`, note, cells: p1 },
    { method: `${method} P2`, note, cells: p2 },
    { method: `${method} mean`, note, cells },
    { method: `${method} max`, note, paper, cells: p1, oracle: p2 },
  ];
}
