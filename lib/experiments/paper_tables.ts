/** The paper's tables from a plan, or from finished runs: each table, or why there is none. */
import { IadnetError, UsageError } from "../core/errors.ts";
import type { Clip } from "../data/clip.ts";
import { describeDetector } from "../detectors/registry.ts";
import { parseSpec } from "../detectors/spec.ts";
import { cellKey, type CellScores } from "../metrics/cells.ts";
import { categoryDisplacement } from "../metrics/displacement.ts";
import { type CollectedTable, type Collection, collectTable } from "./benchmark.ts";
import type { RunManifest } from "./manifest.ts";
import { ranges } from "./ranges.ts";
import { formatOf, type Results } from "./results.ts";
import { comparisonTable } from "./tables/comparison_table.ts";
import { displacementTable } from "./tables/displacement_table.ts";
import { plannedRows } from "./tables/planned_rows.ts";
import {
  type MeasuredRow,
  type PlannedRow,
  type TableContext,
  type TableName,
  TABLES,
} from "./tables/table.ts";

/** A table, or why there is none. */
export type PaperTable =
  & { readonly name: TableName }
  & (Pick<CollectedTable, "table" | "displacement"> | { readonly why: string });

/** The tables of a plan. @param root Folder of the plan, for messages. */
export function tablesOfPlan(root: string, manifest: RunManifest, collection: Collection): PaperTable[] {
  return TABLES.map((name) => {
    const rows = manifest.benchmark?.tables[name];
    if (!rows) return { name, why: `${root} does not plan it` };
    const missing = [...manifest.cells.keys()].filter((index) =>
      rows.some(({ detector }) => detector === manifest.cells[index].detector) &&
      !collection.results.has(index)
    );
    if (missing.length > 0) {
      const cells = ranges(missing);
      return {
        name,
        why: `cells ${cells} of ${root} have no result: benchmark run --plan ${root} --cell ${cells}`,
      };
    }
    return attempt(name, () => collectTable(manifest, collection, name)!);
  });
}

/** The tables that runs on the same data have the rows of. Table I has a row for each detector; the others need the paper's ablations
 * of one preset.
 * @param clips All clips of the data, for the displacement of Table IV; a note on why there are none otherwise. */
export function tablesOfRuns(runs: readonly Results[], clips: readonly Clip[] | string): PaperTable[] {
  const cells = Map.groupBy(
    runs.flatMap((run) => cellsOf(run).map((cell) => ({ detector: canonical(run.detector), cell }))),
    ({ detector }) => detector,
  );
  const measure = ({ method, note, paper, detector }: PlannedRow): MeasuredRow => ({
    ...{ method, note, paper },
    cells: distinct((cells.get(canonical(detector)) ?? []).map(({ cell }) => cell)),
  });
  return TABLES.map((name) =>
    attempt(name, () => {
      const planned = name === "I"
        ? rowsOfRuns(runs)
        : ablations(name, runs, (detector) => cells.has(canonical(detector)));
      const measured = planned.map(measure), context = contextOf(runs, planned);
      if (name !== "IV") return { table: comparisonTable(name, measured, context) };
      if (typeof clips === "string") throw new UsageError(`its displacements need the clips. ${clips}`);
      const [without, withDrem] = measured, dsp = categoryDisplacement(clips);
      const [, { detector }] = planned,
        displacement = { without, with: withDrem, dsp, reading: "path", detector } as const;
      return { table: displacementTable(displacement, context), displacement };
    })
  );
}

/** A table, or the message of the error that says why it cannot be made. */
function attempt(name: TableName, make: () => Pick<CollectedTable, "table" | "displacement">): PaperTable {
  try {
    return { name, ...make() };
  } catch (error) {
    if (error instanceof IadnetError) return { name, why: error.message };
    throw error;
  }
}

/** Rows of Table I. The paper's figures of a detector with one model for each person are of the better one, which a run does not
 * name, so they do not stand beside it. */
function rowsOfRuns(runs: readonly Results[]): PlannedRow[] {
  const detectors = new Map(runs.map(({ detector }) => [canonical(detector), detector]));
  const rows = plannedRows("I", "default", [...detectors.values()]);
  const isShared = (method: string) => rows.filter((row) => row.method === method).length > 1;
  return rows.map((row) => ({
    ...row,
    method: isShared(row.method) ? row.detector : row.people ? `${row.method} mean` : row.method,
    ...(row.people && { paper: undefined }),
  }));
}

/** Rows of an ablation: of the first preset of the runs of which all are there.
 * @throws {UsageError} Naming the detectors that are missing. */
function ablations(
  name: Exclude<TableName, "I">,
  runs: readonly Results[],
  isThere: (detector: string) => boolean,
): PlannedRow[] {
  const presets = presetsOf(runs);
  const missing: string[][] = [];
  for (const preset of new Set([...presets, "paper-pretrained"])) {
    const rows = plannedRows(name, preset);
    if (rows.every(({ detector }) => isThere(detector))) return rows;
    if (rows.every(({ detector }) => isDetector(detector))) {
      missing.push(rows.map(({ detector }) => detector).filter((detector) => !isThere(detector)));
    }
  }
  const [fewest] = missing.sort((a, b) => a.length - b.length);
  throw new UsageError(`no run of ${fewest.join(" nor of ")}; benchmark plan --table ${name} plans them`);
}

/** Whether there is such a detector: not every preset has encoders that were pre-trained for the ablations. */
function isDetector(detector: string): boolean {
  try {
    describeDetector(detector);
    return true;
  } catch {
    return false;
  }
}

/** A detector's name with its options in order. */
function canonical(detector: string): string {
  const { name, given } = parseSpec(detector);
  const all = { ...(name === "iadnet" && { preset: "default" }), ...given };
  return `${name}:${Object.entries(all).map((pair) => pair.join("=")).sort().join(",")}`;
}

/** Presets of the IADNets among some detectors. */
function presetsOf(named: readonly { readonly detector: string }[]): string[] {
  return named.map(({ detector }) => parseSpec(detector)).filter(({ name }) => name === "iadnet")
    .map(({ given: { preset = "default" } }) => preset);
}

function cellsOf({ split, seed, categories }: Results): CellScores[] {
  return categories.map(({ category, scores }) => ({ category, split, seed, scores }));
}

/** The cells, without those that two runs have alike. */
function distinct(cells: readonly CellScores[]): CellScores[] {
  const keyOf = (cell: CellScores) =>
    JSON.stringify([cell.category, cell.split, cell.seed, cellKey(cell), cell.scores]);
  return [...new Map(cells.map((cell) => [keyOf(cell), cell])).values()];
}

function contextOf(runs: readonly Results[], rows: readonly PlannedRow[]): TableContext {
  const list = (values: readonly string[]) => [...new Set(values)].join(" and ");
  const [first] = runs, { train, test } = first.data;
  return {
    dataset: formatOf(first),
    categories: [...new Set(runs.flatMap(({ categories }) => categories.map(({ category }) => category)))],
    clips: train + test,
    preset: list(presetsOf(rows)) || "none",
    engine: list(runs.map(({ engine }) => engine)),
  };
}
