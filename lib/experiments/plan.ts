/**
 * The plan of a benchmark: which detectors stand in which of the paper's tables, and so the cells that have to be run. A plan is the
 * manifest of a run; machines that see it and the data run its cells in any order.
 *
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import type { DataSource } from "../data/data_source.ts";
import { FLOORS } from "../detectors/floors/floors.ts";
import { describeDetector, listDetectors } from "../detectors/registry.ts";
import type { EngineName } from "../engine/engine.ts";
import { categoryDisplacement, type DisplacementReading } from "../metrics/displacement.ts";
import { makeManifest, type RunManifest } from "./manifest.ts";
import type { PlannedRow, TableName } from "./tables/table.ts";

/** What to plan. */
export interface PlanRequest {
  readonly tables: readonly TableName[];
  readonly dataset: Dataset;
  readonly source: DataSource;
  readonly splits: readonly string[];
  readonly seeds: readonly number[];
  readonly preset: string;
  readonly engine: EngineName;
  readonly threads: number;
  readonly reading: DisplacementReading;
  /** Other detectors for Table I than all. */
  readonly detectors?: readonly string[];
  /** Other categories than all. */
  readonly categories?: readonly string[];
}

/** Make a plan. Cells that several tables need are there once; a detector without randomness has one seed. A category that a split
 * leaves without normal training or test clips has no cell on it.
 *
 * @throws {UsageError} If a detector, preset, split or category is unknown. */
export function makePlan(request: PlanRequest): RunManifest {
  const { dataset, preset, reading, detectors, ...common } = request;
  const tables: Partial<Record<TableName, readonly PlannedRow[]>> = {};
  for (const table of request.tables) tables[table] = rowsOf(table, preset, detectors);
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
    benchmark: { preset, tables, displacement: { reading, metres } },
  });
}

/** The rows of a table, in the paper's order, the floors last. */
function rowsOf(table: TableName, preset: string, detectors?: readonly string[]): PlannedRow[] {
  const own = (method: string, paper: string, change?: string): PlannedRow => ({
    method,
    detector: `${iadnet(preset)}${change ? `,${change}` : ""}`,
    paper,
    people: false,
  });
  switch (table) {
    case "I":
      return (detectors ?? tableOneDetectors(preset)).map((detector) => tableOneRow(detector));
    case "II":
      return [
        own("Sinusoidal", "Sinusoidal", "position=sinusoidal"),
        own("Unsync. embedding", "Unsync. embedding", "position=unsync"),
        own("Sync. embedding", "Sync. embedding"),
      ];
    case "III":
    case "IV":
      return [own("w/o DREM", "w/o DREM", "drem=false"), own("w. DREM", "w. DREM")];
    case "V":
      return [
        own("w/o param-share", "Our w/o param-share", "share=false"),
        own("w. param-share", "Our w param-share"),
      ];
  }
}

/** The published methods, IADNet, then the floors. */
function tableOneDetectors(preset: string): string[] {
  const published = listDetectors().filter(({ people }) => people).map(({ name }) => name);
  return [...published, iadnet(preset), ...FLOORS];
}

/** IADNet with a preset. */
const iadnet = (preset: string) => `iadnet:preset=${preset}`;

function tableOneRow(detector: string): PlannedRow {
  const { title, status, people } = describeDetector(detector),
    own = title !== detector && status !== "floor";
  return {
    method: detector.includes(":") && people
      ? `${title} (${detector.slice(detector.indexOf(":") + 1)})`
      : title,
    detector,
    people,
    ...(own && { paper: title }),
    ...(title !== "IADNet" && { note: status }),
  };
}
